//! CommonMark's own examples through the whole way of an author's Markdown to HTML, with the
//! settings that a site has if it says nothing.
//!
//! HTML is compared as the specification's own test runner compares it: `tests/normalize.py` of
//! <https://github.com/commonmark/commonmark-spec>. What Kenes adds to every heading, link, picture
//! and block of code is taken off first, by the rules in [`RULES`]. Examples that still differ are
//! listed in [`EXCEPTIONS`], each with its reason. A rule that never applies and an exception that
//! is no longer needed fail.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kenes::base::codes;
use kenes::base::path::encode_path;
use kenes::base::slug::SlugMode;
use kenes::config::{Markdown, RawHtml};
use kenes::content::markdown::{self, Highlights, Piece, Settings, Target};

/// What Kenes adds: the element, and the start of an attribute that is taken off again. An
/// attribute that ends with `=` may have any value.
const RULES: &[(&str, &str)] = &[
    // Headings can be linked to.
    ("h1", "id="),
    ("h2", "id="),
    ("h3", "id="),
    ("h4", "id="),
    ("h5", "id="),
    ("h6", "id="),
    // Links that leave the site are marked.
    ("a", "class=\"external\""),
    ("a", "rel=\"external\""),
    // Code can be scrolled by keyboard, and says its language.
    ("pre", "class=\"code\""),
    ("pre", "tabindex=\"0\""),
    ("pre", "data-lang="),
];

/// Examples that Kenes answers in another way, by their numbers in the specification.
const EXCEPTIONS: &[(usize, &str)] = &[
    (21, RAW),
    (142, COLOURED),
    (143, COLOURED),
    (144, "a language that is no word (`;`) makes no class"),
    (344, RAW),
    (548, CITATION),
    (559, CITATION),
    (590, CITATION),
    (631, RAW),
    (642, RAW),
    (643, RAW),
];

const RAW: &str = "an address in raw HTML is a link like any other: it is resolved, and written encoded";
const CITATION: &str = "double square brackets cite a document";
const COLOURED: &str = "code in a known language is coloured";

struct Example {
    number: usize,
    section: String,
    markdown: String,
    html: String,
}

#[test]
fn examples_of_the_specification() {
    let examples = examples();
    assert_eq!(examples.len(), 652, "the specification has other examples than it had");
    let exceptions: BTreeMap<usize, &str> = EXCEPTIONS.iter().copied().collect();
    assert_eq!(exceptions.len(), EXCEPTIONS.len(), "an exception is listed twice");
    let mut used = vec![0; RULES.len()];
    let mut complaints = String::new();
    for example in &examples {
        let (html, problems) = render(&example.markdown);
        let actual = normalised(&plain(&html, &mut used));
        let expected = normalised(&example.html);
        match (actual == expected && problems.is_empty(), exceptions.get(&example.number)) {
            (true, None) | (false, Some(_)) => {}
            (true, Some(reason)) => {
                let _ =
                    writeln!(complaints, "example {}: no exception is needed for “{reason}”", example.number);
            }
            (false, None) => {
                let Example { number, section, markdown, html: wanted } = example;
                let _ = writeln!(
                    complaints,
                    "example {number} ({section})\n--- Markdown\n{markdown}--- expected\n{wanted}--- made\n{html}{problems:?}\n"
                );
            }
        }
    }
    for ((element, attribute), _) in RULES.iter().zip(&used).filter(|(_, count)| **count == 0) {
        let _ = writeln!(complaints, "no example has `{attribute}` on `{element}`: the rule is not needed");
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

/// The examples stand between lines of 32 backticks; `.` parts Markdown from HTML, `→` is a tab.
fn examples() -> Vec<Example> {
    let text = include_str!("commonmark/spec.txt");
    let fence = "`".repeat(32);
    let mut examples = Vec::new();
    let mut section = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with('#') {
            line.trim_start_matches('#').trim().clone_into(&mut section);
        }
        if line != format!("{fence} example") {
            continue;
        }
        let mut parts = [String::new(), String::new()];
        let mut part = 0;
        for line in lines.by_ref().take_while(|line| *line != fence) {
            if line == "." && part == 0 {
                part = 1;
            } else {
                parts[part].push_str(&line.replace('→', "\t"));
                parts[part].push('\n');
            }
        }
        let [markdown, html] = parts;
        examples.push(Example { number: examples.len() + 1, section: section.clone(), markdown, html });
    }
    examples
}

/// The whole way, with every link answered by the address that was written.
fn render(text: &str) -> (String, Vec<String>) {
    let settings = Settings {
        markdown: &Markdown::default(),
        slugify: SlugMode::Ascii,
        raw_html: RawHtml::Allow,
        lang: "en",
        highlights: &Highlights::default(),
        clauses: false,
        compared: false,
        sources: false,
    };
    let mut problems = Vec::new();
    // As reading a file does.
    let text = text.replace('\0', "\u{fffd}");
    let body = markdown::render("content/a.md", &text, 0, &settings, &mut problems);
    let mut html = String::new();
    for piece in body.pieces() {
        match piece {
            Piece::Html(text) => html.push_str(text),
            Piece::Link(index) => html.push_str(&written(&body.links[index as usize].target)),
            Piece::Word(word) => html.push_str(word.fallback()),
            Piece::Open(index) => {
                let _ = write!(html, "<{}>", body.directives[index as usize].name);
            }
            Piece::Close => html.push_str("</>"),
            Piece::Anchor(..)
            | Piece::Clause(..)
            | Piece::Citation(_)
            | Piece::Sources(_)
            | Piece::Picture(_)
            | Piece::Formats(..)
            | Piece::Lone(..) => {}
        }
    }
    // Of a link without an address authors are warned; what is written is the same.
    let others = problems.into_iter().filter(|problem| problem.code != codes::REFERENCE);
    (html, others.map(|problem| problem.message).collect())
}

fn written(target: &Target) -> String {
    let with = |path: &str, fragment: &Option<String>| {
        let fragment = fragment.as_ref().map(|id| format!("#{}", encode_path(id))).unwrap_or_default();
        format!("{path}{fragment}").replace('&', "&amp;")
    };
    match target {
        Target::Content { path, fragment } => with(&format!("@/{path}"), fragment),
        Target::Relative { written, .. } => encode_written(written),
        Target::Rooted { path, query, fragment } => with(&format!("{}{query}", encode_path(path)), fragment),
        Target::Here { fragment } => with("", &Some(fragment.clone())),
        Target::External { url } => url.clone(),
        Target::Empty | Target::Citation(_) => String::new(),
    }
}

fn encode_written(text: &str) -> String {
    // `%` stays: what was encoded is not encoded again.
    let parts: Vec<String> =
        text.split('%').map(|part| part.split('#').map(encode_path).collect::<Vec<_>>().join("#")).collect();
    parts.join("%").replace('&', "&amp;")
}

/// Takes off what Kenes adds.
fn plain(html: &str, used: &mut [usize]) -> String {
    let mut out = String::with_capacity(html.len());
    for token in tokens(html) {
        let Token::Tag { name, attributes, closing: false, .. } = &token else {
            out.push_str(token.text());
            continue;
        };
        let mut kept = String::new();
        let mut taken = 0;
        for (key, value) in attributes {
            let shown = format!("{key}=\"{}\"", value.as_deref().unwrap_or_default());
            let rule = RULES.iter().position(|(element, start)| {
                element == name && (shown == *start || start.ends_with('=') && shown.starts_with(start))
            });
            match rule {
                Some(rule) => {
                    used[rule] += 1;
                    taken += 1;
                }
                None => {
                    let _ = write!(kept, " {shown}");
                }
            }
        }
        if taken == 0 {
            out.push_str(token.text());
        } else {
            let _ = write!(out, "<{name}{kept}>");
        }
    }
    out
}

/// HTML in a form in which meaningless differences are gone, as `normalize.py` has it.
fn normalised(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    // What came last, and the name of the last tag.
    let (mut last, mut last_tag) = ("starttag", String::new());
    let mut in_pre = false;
    for token in tokens(html) {
        match &token {
            Token::Text(text) => {
                let text = decoded(text);
                let after_tag = last == "endtag" || last == "starttag";
                let after_block = after_tag && is_block(&last_tag);
                let mut data = text.as_str();
                if after_tag && last_tag == "br" {
                    data = data.trim_start_matches('\n');
                }
                let mut data = if in_pre { data.to_owned() } else { collapsed(data) };
                if after_block && !in_pre {
                    data = match last {
                        "starttag" => data.trim_start().to_owned(),
                        _ => data.trim().to_owned(),
                    };
                }
                out.push_str(&escaped(&data));
                last = "data";
            }
            Token::Tag { name, closing: true, .. } => {
                if name == "pre" {
                    in_pre = false;
                } else if is_block(name) {
                    out.truncate(out.trim_end().len());
                }
                let _ = write!(out, "</{name}>");
                (last, last_tag) = ("endtag", name.clone());
            }
            Token::Tag { name, attributes, empty, .. } => {
                if name == "pre" {
                    in_pre = true;
                }
                if is_block(name) {
                    out.truncate(out.trim_end().len());
                }
                let _ = write!(out, "<{name}");
                let mut attributes: Vec<_> = attributes.iter().collect();
                attributes.sort();
                for (key, value) in attributes {
                    let _ = write!(out, " {key}");
                    if let Some(value) = value {
                        let _ = write!(out, "=\"{}\"", escaped(&decoded(value)).replace('"', "&quot;"));
                    }
                }
                out.push('>');
                (last, last_tag) = (if *empty { "endtag" } else { "starttag" }, name.clone());
            }
            Token::Other(text) => {
                out.push_str(text);
                last = "other";
            }
        }
    }
    out.trim().to_owned()
}

fn is_block(name: &str) -> bool {
    [
        "article",
        "header",
        "aside",
        "hgroup",
        "blockquote",
        "hr",
        "iframe",
        "body",
        "li",
        "map",
        "button",
        "object",
        "canvas",
        "ol",
        "caption",
        "output",
        "col",
        "p",
        "colgroup",
        "pre",
        "dd",
        "progress",
        "div",
        "section",
        "dl",
        "table",
        "td",
        "dt",
        "tbody",
        "embed",
        "textarea",
        "fieldset",
        "tfoot",
        "figcaption",
        "th",
        "figure",
        "thead",
        "footer",
        "tr",
        "form",
        "ul",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "video",
        "script",
        "style",
    ]
    .contains(&name)
}

fn collapsed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Not the space that does not break.
            ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// Undoes the references that either side writes for what needs none.
fn decoded(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

enum Token<'a> {
    Text(&'a str),
    Tag {
        text: &'a str,
        name: String,
        attributes: Vec<(String, Option<String>)>,
        closing: bool,
        empty: bool,
    },
    /// A comment, declaration, processing instruction or CDATA section.
    Other(&'a str),
}

impl Token<'_> {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Other(text) | Self::Tag { text, .. } => text,
        }
    }
}

fn tokens(html: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let end = match rest.find('<') {
            Some(0) => {
                let other = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")];
                if let Some((_, end)) = other.iter().find(|(start, _)| rest.starts_with(start)) {
                    let length = rest.find(end).map_or(rest.len(), |i| i + end.len());
                    tokens.push(Token::Other(&rest[..length]));
                    length
                } else if let Some((tag, length)) = tag(rest) {
                    tokens.push(tag);
                    length
                } else {
                    tokens.push(Token::Text(&rest[..1]));
                    1
                }
            }
            Some(at) => {
                tokens.push(Token::Text(&rest[..at]));
                at
            }
            None => {
                tokens.push(Token::Text(rest));
                rest.len()
            }
        };
        rest = &rest[end..];
    }
    tokens
}

fn tag(html: &str) -> Option<(Token<'_>, usize)> {
    let closing = html.starts_with("</");
    let start = if closing { 2 } else { 1 };
    let name: String =
        html[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || "-:".contains(*c)).collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let bytes = html.as_bytes();
    let mut at = start + name.len();
    let mut attributes = Vec::new();
    let mut empty = false;
    loop {
        at += html[at..].len() - html[at..].trim_start_matches(|c: char| c.is_ascii_whitespace()).len();
        match bytes.get(at)? {
            b'>' => break,
            b'/' => {
                empty = bytes.get(at + 1) == Some(&b'>');
                at += 1;
            }
            _ => {
                let key: String = html[at..]
                    .chars()
                    .take_while(|c| !c.is_ascii_whitespace() && !"=/>".contains(*c))
                    .collect();
                if key.is_empty() {
                    return None;
                }
                at += key.len();
                let blank =
                    html[at..].len() - html[at..].trim_start_matches(|c: char| c.is_ascii_whitespace()).len();
                let mut value = None;
                if bytes.get(at + blank) == Some(&b'=') {
                    at += blank + 1;
                    at += html[at..].len()
                        - html[at..].trim_start_matches(|c: char| c.is_ascii_whitespace()).len();
                    let quote = *bytes.get(at)?;
                    let length = if quote == b'"' || quote == b'\'' {
                        at += 1;
                        html[at..].find(char::from(quote))?
                    } else {
                        html[at..].find(|c: char| c.is_ascii_whitespace() || c == '>')?
                    };
                    value = Some(html[at..at + length].to_owned());
                    at += length + usize::from(quote == b'"' || quote == b'\'');
                }
                attributes.push((key.to_ascii_lowercase(), value));
            }
        }
    }
    let name = name.to_ascii_lowercase();
    Some((Token::Tag { text: &html[..=at], name, attributes, closing, empty }, at + 1))
}

#[test]
fn normalising_takes_off_what_means_nothing() {
    let same = |a: &str, b: &str| assert_eq!(normalised(a), normalised(b));
    // The examples of `normalize.py`.
    same("<p>a  \t b</p>", "<p>a b</p>");
    same("<p>a  \t\nb</p>", "<p>a b</p>");
    same(" <p>a  b</p>", "<p>a b</p>");
    same("<p>a  b</p> ", "<p>a b</p>");
    same("\n\t<p>\n\t\ta  b\t\t</p>\n\t", "<p>a b</p>");
    same("<i>a  b</i> ", "<i>a b</i> ");
    same("<br />", "<br>");
    same("<a title=\"bar\" HREF=\"foo\">x</a>", "<a href=\"foo\" title=\"bar\">x</a>");
    same("&forall;&amp;&gt;&lt;&quot;", "&forall;&amp;&gt;&lt;\"");
    assert_ne!(normalised("<p>a</p>"), normalised("<p>b</p>"));
    assert_ne!(normalised("<pre>a  b</pre>"), normalised("<pre>a b</pre>"));
}
