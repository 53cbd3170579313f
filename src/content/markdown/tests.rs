//! What authors' Markdown becomes.

use super::*;
use proptest::prelude::*;

/// HTML with the holes shown as `{…}`.
fn shown(pieces: Pieces<'_>, body: &Body) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Html(html) => out.push_str(html),
            Piece::Link(i) => out.push_str(&format!("{{{:?}}}", body.links[i as usize].target)),
            Piece::Anchor(..) => {}
            Piece::Clause(i, before) => {
                out.push_str(&format!("{{{}{i}}}", if before { "§" } else { "cite " }));
            }
            Piece::Picture(i) => out.push_str(&format!("{{picture {i}}}")),
            Piece::Formats(i, true) => out.push_str(&format!("{{formats {i}}}")),
            Piece::Formats(_, false) => out.push_str("{/formats}"),
            Piece::Lone(i, begins) => out.push_str(&format!("{{{}lone {i}}}", if begins { "" } else { "/" })),
            Piece::Citation(i) => out.push_str(&format!("{{words {i}}}")),
            Piece::Sources(i) => out.push_str(&format!("{{sources {i}}}")),
            Piece::Word(word) => out.push_str(&format!("{{{}}}", word.key())),
            Piece::Open(i) => {
                let directive = &body.directives[i as usize];
                let args: Vec<_> =
                    directive.args.iter().map(|a| format!(" {}={:?}", a.key, a.value)).collect();
                out.push_str(&format!("{{{}{}: ", directive.name, args.concat()));
            }
            Piece::Close => out.push('}'),
        }
    }
    out
}

fn parse_with(text: &str, raw_html: RawHtml) -> (String, Body, Vec<Diagnostic>) {
    parse_as(text, raw_html, false)
}

fn parse_as(text: &str, raw_html: RawHtml, clauses: bool) -> (String, Body, Vec<Diagnostic>) {
    let (markdown, highlights) = (Markdown::default(), Highlights::default());
    let settings = Settings {
        markdown: &markdown,
        slugify: SlugMode::Ascii,
        raw_html,
        lang: "en",
        highlights: &highlights,
        clauses,
        compared: false,
        sources: true,
    };
    let mut problems = Vec::new();
    let body = render("content/a.md", text, 0, &settings, &mut problems);
    (shown(body.pieces(), &body), body, problems)
}

fn html(text: &str) -> String {
    let (html, _, problems) = parse_with(text, RawHtml::Allow);
    assert_eq!(problems, []);
    html
}

fn codes_of(text: &str) -> Vec<&'static str> {
    parse_with(text, RawHtml::Allow).2.iter().map(|problem| problem.code.id).collect()
}

#[test]
fn words_of_links_are_no_citations() {
    let cited = |text: &str| {
        let (html, body, problems) = parse_with(text, RawHtml::Allow);
        (html, body.sources.len(), problems.len())
    };
    let definition = "\n\n[ref]: https://b.org/\n";
    for (text, expected, sources) in [
        (
            "See [link [@a.b]](https://x.org/) [@c].",
            "See <a href=\"https://x.org/\">link [@a.b]</a> {sources 0}.",
            1,
        ),
        (
            "[**bold [@a.b]** tail][ref]",
            "<a href=\"https://b.org/\"><strong>bold [@a.b]</strong> tail</a>",
            0,
        ),
        ("[ref] and [see x [@a]]", "<a href=\"https://b.org/\">ref</a> and [see x {sources 0}]", 1),
        ("![alt [@a]](https://x.org/a.png)", "<img src=\"https://x.org/a.png\" alt=\"alt [@a]\"", 0),
        ("[[ts-01|words [@a] more]]", "words [@a] more</a>", 0),
    ] {
        let (html, found, problems) = cited(&format!("{text}{definition}"));
        let html = html.replace(" class=\"external\" rel=\"external\"", "");
        assert!(
            html.contains(expected) && (found, problems) == (sources, 0),
            "{text}\n{html} {found} {problems}"
        );
    }
}

#[test]
fn headings_get_unique_ids() {
    let (out, body, _) = parse_with("## A\n## A\n## B {#a-1}\n## `C` *d*\n", RawHtml::Allow);
    assert!(out.starts_with("<h2 id=\"a\">A</h2>"), "{out}");
    let ids: Vec<_> = body.headings.iter().map(|h| h.id.as_str()).collect();
    assert_eq!(ids, ["a", "a-1", "a-1", "c-d"]);
    assert_eq!(codes_of("## A\n## A\n## B {#a-1}\n"), ["K0405"]);
}

#[test]
fn directives_nest_and_stand_in_lists_and_quotes() {
    let text =
        "before\n:::note[T] kind=\"tip\"\n**a**\n\n- item\n\n  :::details\n  deep\n  :::\n:::\nafter\n";
    assert_eq!(
        html(text),
        "<p>before</p>\n{note title=Some(\"T\") kind=Some(\"tip\"): <p><strong>a</strong></p>\n<ul>\n<li>\n<p>item</p>\n\
         {details: <p>deep</p>\n}</li>\n</ul>\n}<p>after</p>\n"
    );
    assert_eq!(html("> :::note\n> a\n> :::\n"), "<blockquote>\n{note: <p>a</p>\n}</blockquote>\n");
    assert_eq!(html("::figure src=\"a.jpg\"\n"), "{figure src=Some(\"a.jpg\"): }");
}

#[test]
fn directive_lines_in_code_stay_as_they_are() {
    let out = html("```\n:::note\nx\n:::\n```\n\n    :::note\n");
    assert!(out.contains(":::note\nx\n:::\n") && out.matches(":::note").count() == 2, "{out}");
    assert!(html("<div>\n:::note\n</div>\n").contains(":::note"));
    assert_eq!(html("a ::b c\n"), "<p>a ::b c</p>\n");
}

#[test]
fn alerts_are_notes() {
    assert_eq!(html("> [!WARNING]\n> a\n"), "{note kind=Some(\"warning\"): <p>a</p>\n}");
}

#[test]
fn broken_directives_are_reported() {
    assert_eq!(codes_of(":::note\na\n"), ["K0403"]);
    assert_eq!(codes_of("a\n\n:::\n"), ["K0403"]);
    assert_eq!(codes_of("- a\n\n  :::note\n  b\n\nc\n"), ["K0403"]);
    assert_eq!(codes_of(":::note\n- a\n\n  :::\n"), ["K0403", "K0403"]);
    assert_eq!(codes_of("::: {.x}\na\n:::\n"), ["K0404"]);
    assert_eq!(codes_of(":::note title=\"x\na\n:::\n"), ["K0404"]);
}

#[test]
fn links_into_the_site_are_holes_and_others_are_not() {
    assert_eq!(
        html("[a](@/b.md#c) [d](https://e.kz \"t\") [f](#g)\n"),
        "<p><a href=\"{Content { path: \"b.md\", fragment: Some(\"c\") }}\">a</a> \
         <a href=\"https://e.kz\" class=\"external\" rel=\"external\" title=\"t\">d</a> <a href=\"#g\">f</a></p>\n"
    );
    assert!(html("<a href=/x>y</a>\n").contains("href=\"{Rooted"));
    assert!(html("<me@a.kz>\n").contains("href=\"mailto:me@a.kz\""));
}

#[test]
fn pictures_keep_their_text_and_lose_their_markup() {
    let (out, body, _) = parse_with("![a *b* `c`](x.png) ![](y.png)\n", RawHtml::Allow);
    assert!(out.contains("alt=\"a b c\"{picture 0}>"), "{out}");
    assert_eq!(body.without_alt.len(), 1);
}

#[test]
fn tables_have_scopes_and_no_inline_styles() {
    let out = html("| | b |\n|---|--:|\n| 1 | 2 |\n");
    assert!(out.contains("<td></td>\n<th scope=\"col\" class=\"align-right\">b</th>"), "{out}");
    assert!(!out.contains("style="));
}

#[test]
fn footnotes_come_last_with_a_way_back() {
    let out = html("a[^x] b[^x]\n\n[^x]: note[^y]\n\n[^y]: other\n");
    assert!(out.contains("<a id=\"k_fnref-1-2\" href=\"#k_fn-1\">1</a>"), "{out}");
    assert!(
        out.contains("<li id=\"k_fn-2\">\n<p>other <a class=\"footnote-backref\" href=\"#k_fnref-2\""),
        "{out}"
    );
    assert!(out.ends_with("</ol>\n</section>\n"));
}

#[test]
fn the_summary_ends_where_the_author_says() {
    let summary = |text: &str| {
        let (_, body, _) = parse_with(text, RawHtml::Deny);
        let (pieces, close) = body.summary().unwrap();
        shown(pieces, &body) + close
    };
    assert_eq!(summary("a\n\n<!-- more -->\n\nb\n"), "<p>a</p>\n");
    assert_eq!(summary("a <!-- more --> b\n"), "<p>a </p>\n");
    assert!(parse_with("- a <!-- more --> b\n", RawHtml::Allow).1.summary().is_none());
}

#[test]
fn raw_html_follows_the_setting() {
    let text = "<b onclick=x>a</b>\n\n<script>x</script>\n";
    assert!(parse_with(text, RawHtml::Allow).0.contains("onclick"));
    let safe = parse_with(text, RawHtml::Sanitise).0;
    assert!(safe.contains("<b>a</b>") && !safe.contains("<script>") && !safe.contains("onclick"), "{safe}");
    let denied: Vec<_> = parse_with(text, RawHtml::Deny).2.iter().map(|p| p.code.id).collect();
    assert_eq!(denied, ["K0408", "K0408", "K0408"]);
}

#[test]
fn where_html_is_not_allowed_nothing_else_runs_scripts() {
    let text = "# A {onclick=alert(1) lang=ru}\n\n[a](javascript:x) ![b](data:x) [c](https://d.kz)\n\n:::card href=\"vbscript:x\"\n:::\n";
    for mode in [RawHtml::Deny, RawHtml::Sanitise] {
        let (out, _, problems) = parse_with(text, mode);
        assert!(out.contains("lang=\"ru\"") && !out.contains("onclick"), "{out}");
        let codes: Vec<_> = problems.iter().map(|problem| problem.code.id).collect();
        assert_eq!(codes, ["K0408", "K0408", "K0408"]);
    }
    assert!(parse_with(text, RawHtml::Allow).0.contains("onclick=\"alert(1)\""));
}

#[test]
fn too_deep_a_text_is_reported_and_not_rendered() {
    for text in [">".repeat(10_000), "[".repeat(10_000), "- ".repeat(10_000), "*a ".repeat(20_000)] {
        let (_, body, problems) = parse_with(&text, RawHtml::Allow);
        if let Some(problem) = problems.first() {
            assert_eq!(problem.code, codes::TOO_DEEP);
            assert!(body.is_empty());
        }
    }
    assert_eq!(codes_of(&">".repeat(10_000)), ["K0407"]);
    assert_eq!(codes_of(&"[".repeat(10_000)), ["K0407"]);
}

#[test]
fn a_panic_of_the_parser_is_a_diagnostic() {
    // Known of pulldown-cmark 0.13.6; the day it no longer panics this test says so.
    assert_eq!(codes_of("a\n:<\n  {}\n -\n"), ["K0406"]);
}

#[test]
fn words_are_counted_without_code_blocks_and_signs() {
    assert_eq!(parse_with("Кеңес – бұл `a b`.\n\n```\nx y z\n```\n", RawHtml::Allow).1.words, 4);
}

#[test]
fn links_keep_the_text_that_a_reader_clicks_on() {
    let texts = |text: &str| -> Vec<Option<String>> {
        let (_, body, _) = parse_with(text, RawHtml::Allow);
        body.links.into_iter().map(|link| link.text.map(String::from)).collect()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        texts("[the *first*\n`x`](/a/) [](/b/) <https://a.kz>"),
        [some("the first x"), some(""), some("https://a.kz")]
    );
    assert_eq!(texts("[![a plan](p.png) of it](/a/)"), [some("a plan of it"), None]);
    // Raw HTML may hold a text that nobody here reads.
    assert_eq!(texts("[<img src=\"/p.png\" alt=\"x\">](/a/)"), [None, None]);
    assert_eq!(texts("<a href=\"/a/\">x</a>\n\n::card title=\"y\" href=\"/b/\"\n"), [None, None]);
}

#[test]
fn a_heading_of_two_lines_keeps_its_words_apart() {
    let (_, body, _) = parse_with("Ethics\nstandards\n---\n", RawHtml::Allow);
    assert_eq!(
        (body.headings[0].title.as_str(), body.headings[0].id.as_str()),
        ("Ethics standards", "ethics-standards")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_text_panics_or_leaks_marks(text in "([>\\- ]{0,3}(:{2,3}[a-z]{0,4}|#{1,3} a|\\[\\^?a\\]|`{3}|\\| a \\||<b>|a <!-- more -->|қ|\\*a|!\\[b\\]\\(c\\)|: d)\n{1,2}){0,10}") {
        let (out, body, _) = parse_with(&text, RawHtml::Allow);
        prop_assert!(!out.contains('\0'));
        let opened = body.pieces().filter(|piece| matches!(piece, Piece::Open(_))).count();
        let closed = body.pieces().filter(|piece| *piece == Piece::Close).count();
        prop_assert_eq!(opened, closed);
    }

    /// A clause has an id of its own on the page, whatever stands around it.
    #[test]
    fn clauses_are_found_in_any_text(text in "([>\\- ]{0,3}(:{2,3}[a-z]{0,4}|#{1,3} a|1[.)] |   1\\. |      1\\. |\\{#[ab]\\}|\\[\\[a#1\\]\\]|`{3}|\\[\\^1\\]|\\[\\^1\\]: b|\\| a \\||<b>|қ|\\*a)\n{0,2}){0,14}") {
        let (out, body, problems) = parse_as(&text, RawHtml::Allow, true);
        prop_assert!(!out.contains('\0'));
        prop_assert!(problems.iter().all(|problem| problem.code != codes::PARSER), "{problems:?}");
        let found = body.clauses.as_ref().unwrap();
        prop_assert_eq!(found.clauses.list.len(), found.spans.len());
        let marks = |wanted| body.pieces().filter(|piece| matches!(piece, Piece::Clause(_, before) if *before == wanted)).count();
        prop_assert_eq!(marks(true), found.clauses.list.len());
        prop_assert_eq!(marks(false), found.clauses.list.len());
        if problems.is_empty() {
            for clause in &found.clauses.list {
                prop_assert_eq!(out.matches(&format!(" id=\"{}\"", clause.id)).count(), 1, "{}", clause.id);
                prop_assert!(body.has_id(&clause.id));
            }
        }
    }

    #[test]
    fn any_characters_at_all(text in "\\PC{0,200}") {
        parse_with(&text.replace('\0', ""), RawHtml::Sanitise);
    }
}

/// Number, id and text of each clause, and what is wrong.
fn clauses_of(text: &str) -> (Vec<String>, Vec<String>) {
    let (_, body, problems) = parse_as(text, RawHtml::Allow, true);
    let list = body.clauses.unwrap().clauses.list;
    let all = list.iter().map(|c| {
        let given = if c.given { "!" } else { "" };
        format!("{} {}{given} {}|{}", c.number, c.id, c.title, c.text)
    });
    (all.collect(), problems.iter().map(|p| format!("{} {}", p.code.id, p.message)).collect())
}

#[test]
fn clauses_are_headings_and_ordered_lists() {
    let text = "Before.\n\n## One {#one}\nOf *one*\nword.\n\n1. First\n2. Second {#second}\n   - sign\n\n   1. Inner\n\
                \n> 1. quoted\n\n:::note\n1. noted\n:::\n\n### Sub\n\n1) Third.\n\n   More.\n";
    let (clauses, problems) = clauses_of(text);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(
        clauses,
        [
            "1 one! One|Of one word.\nquoted\nnoted",
            "1.1 c1-1 |First",
            "1.2 second! |Second\nsign",
            "1.2(a) c1-2-a |Inner",
            "1.3 c1-3 Sub|",
            "1.3.1 c1-3-1 |Third.\nMore.",
        ]
    );
    let (html, body, _) = parse_as(text, RawHtml::Allow, true);
    assert_eq!(body.clauses.unwrap().clauses.lead, "Before.");
    assert!(html.contains("<li id=\"second\">\n<p>{§2}Second{cite 2}</p>"), "{html}");
    assert!(html.contains("<h2 id=\"one\">{§0}One{cite 0}</h2>"), "{html}");
    assert!(html.contains("<li>quoted</li>"), "{html}");
    assert!(html.contains("<p>{§5}Third.{cite 5}</p>\n<p>More.</p>"), "{html}");
}

#[test]
fn ids_of_clauses_do_not_depend_on_the_language() {
    let ids = |text| parse_as(text, RawHtml::Allow, true).1.ids().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(ids("## Scope\n\n1. It holds.\n"), ids("## Қолданылу аясы\n\n1. Қолданылады.\n"));
}

#[test]
fn ids_that_clauses_cannot_have_are_reported() {
    let said = |text| clauses_of(text).1;
    assert_eq!(said("1. A {#x}\n2. B {#x}\n"), ["K1106 two clauses have the id `x`"]);
    assert_eq!(said("## A {#x}\n\n1. B {#x}\n"), ["K1106 two clauses have the id `x`"]);
    assert_eq!(said("1. A {#c2}\n"), ["K1106 the id `c2` is kept for the clause of that number"]);
    assert_eq!(said("<p id=\"x\">\n\n1. A {#x}\n"), ["K1106 the id `x` is taken by an element further up"]);
    // What is no id is text.
    assert_eq!(clauses_of("1. A {#x y}\n").0, ["1 c1 |A {#x y}"]);
    assert_eq!(clauses_of("1.\n2. {#x}\n").0, ["1 c1 |", "2 x! |"]);
}

#[test]
fn citations_are_links_whose_words_are_made() {
    assert_eq!(
        html("[[A-1@1.0#2]] and [[A-1|the *text*]]").trim(),
        "<p><a href=\"{Citation(Cited { document: \"A-1\", version: Some(\"1.0\"), clause: Some(\"2\") })}\">\
         {words 0}</a> and <a href=\"{Citation(Cited { document: \"A-1\", version: None, clause: None })}\">the \
         <em>text</em></a></p>"
    );
    assert_eq!(html("`[[A-1]]` \\[[A-1]] [A-1]").trim(), "<p><code>[[A-1]]</code> [[A-1]] [A-1]</p>");
}
