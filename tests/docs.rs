//! The documentation says what the program does: its lists are complete, and its examples work.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use kenes::base::codes;
use kenes::base::diagnostic::Diagnostic;
use kenes::content::front;
use kenes::render::views::{
    ChartView, CitedByView, ClauseView, ComparedView, ComparisonView, ConfigView, DocumentView, FieldView,
    GlossaryView, ItemView, PageView, PaginatorView, PlaceView, ReferenceView, RegisterDataView,
    RegisterFilterView, RegisterRowView, RegisterView, SectionView, SocialCardView, SourceView, StateView,
    TaxonomyView, TermNameView, TermView, TextView, TocView, UnchangedView, VersionView, WithdrawnView,
};
use kenes::render::{FILTERS, FUNCTIONS};
use regex::Regex;
use tempfile::TempDir;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap()
}

/// The words of a text that stand alone between backticks.
fn in_backticks(text: &str) -> BTreeSet<String> {
    let word = Regex::new("`([^`\n]+)`").unwrap();
    word.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

/// The keys that a table knows, as the program itself lists them to those who write another.
fn keys_known(problems: &[Diagnostic]) -> BTreeSet<String> {
    let unknown = problems.iter().find(|problem| problem.code == codes::UNKNOWN_KEY);
    let help = unknown.and_then(|problem| problem.help.as_deref());
    let list = help.and_then(|help| help.strip_prefix("known keys: "));
    list.unwrap_or_else(|| panic!("no list of keys in {problems:?}")).split(", ").map(str::to_owned).collect()
}

/// No key is near to this one.
const NO_KEY: &str = "qqqqqqqqqqqqqqqqqqqq = 1\n";

/// The keys that a table of the settings knows; `""` for the settings themselves.
fn settings_known(table: &str) -> BTreeSet<String> {
    let name = if table == "[[taxonomies]]" { "name = \"topics\"\n" } else { "" };
    let (_, problems) = kenes::config::read(&match table {
        "" => format!("{NO_KEY}base_url = \"https://example.org\"\n"),
        table => format!("base_url = \"https://example.org\"\n{table}\n{name}{NO_KEY}"),
    });
    keys_known(&problems)
}

/// The keys that the front matter of a page, or of a section, knows.
fn front_matter_known(section: bool) -> BTreeSet<String> {
    let text = format!("+++\n{NO_KEY}+++\n");
    let mut problems = Vec::new();
    let split = front::split("content/x.md", &text, &mut problems);
    let config = kenes::config::read(SETTINGS).0.unwrap();
    if section {
        front::section(&split, "content/x.md", &text, &config, &mut problems);
    } else {
        front::page(&split, "content/x.md", &text, &config, &mut problems);
    }
    keys_known(&problems)
}

/// The part of a text below a heading, up to the next one of any level.
fn chapter<'a>(text: &'a str, heading: &str) -> &'a str {
    let start = text.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no heading {heading}"));
    let below = &text[start + heading.len() + 2..];
    &below[..below.find("\n#").unwrap_or(below.len())]
}

/// The names in the first column of the table that comes first behind a line.
fn table_below(text: &str, lead: &str) -> BTreeSet<String> {
    let below = &text[text.find(lead).unwrap_or_else(|| panic!("docs/themes.md lacks “{lead}”"))..];
    let rows =
        below.lines().skip_while(|line| !line.starts_with("| ")).take_while(|line| line.starts_with('|'));
    rows.flat_map(|row| in_backticks(row.split('|').nth(1).unwrap_or_default())).collect()
}

/// The names in a sentence that begins so, or in a row of a table, but for those in brackets.
fn sentence(text: &str, lead: &str) -> BTreeSet<String> {
    let at = text.find(lead).unwrap_or_else(|| panic!("docs/themes.md lacks “{lead}”"));
    let rest = &text[at + lead.len()..];
    let end = if lead.starts_with('|') {
        rest.find('\n')
    } else {
        Regex::new(r"\.\s").unwrap().find(rest).map(|end| end.start())
    };
    let brackets = Regex::new(r"\([^()]*\)").unwrap();
    let plain = brackets.replace_all(&rest[..end.unwrap_or(rest.len())], "");
    in_backticks(&plain)
        .into_iter()
        .filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .collect()
}

/// The first cells of the tables of a text, those that are keys.
fn keys_in_tables(text: &str) -> BTreeSet<String> {
    let row = Regex::new("(?m)^\\| `([a-z_]+)` \\|").unwrap();
    row.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

#[test]
fn every_code_is_explained() {
    let heading = Regex::new("(?m)^### (K[0-9]{4}): (.+)$").unwrap();
    let text = read("docs/diagnostics.md");
    let explained: Vec<(String, String)> =
        heading.captures_iter(&text).map(|found| (found[1].to_owned(), found[2].to_owned())).collect();
    let known: Vec<(String, String)> =
        codes::ALL.iter().map(|code| (code.id.to_owned(), code.title.to_owned())).collect();
    assert_eq!(explained, known);
}

#[test]
fn every_name_that_a_template_may_use_is_explained() {
    let text = read("docs/themes.md");
    let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<String>>();
    // What a table explains below the line that leads to it: all of these and no others.
    for (view, lead) in [
        (ConfigView::FIELDS, "`config` has, in the language of the page:"),
        (ItemView::FIELDS, "In lists (`section.pages`,"),
        (PageView::FIELDS, "`page` in `page.html`, and what"),
        (DocumentView::FIELDS, "`section` have, where they are shown themselves:"),
        (StateView::FIELDS, "`state`, `next_state` and each of `history`:"),
        (VersionView::FIELDS, "Each of `versions`:"),
        (TextView::FIELDS, "`version` has these fields too, and:"),
        (ComparisonView::FIELDS, "`comparison`, in `comparison.html`:"),
        (ComparedView::FIELDS, "Each of its `entries` is a clause"),
        (RegisterView::FIELDS, "`register`, on a page or section"),
        (RegisterRowView::FIELDS, "Each of `rows`:"),
        (PaginatorView::FIELDS, "`paginator`, one part of a long list:"),
        (ChartView::FIELDS, "No author can give `chart`."),
    ] {
        assert_eq!(table_below(&text, lead), set(view), "docs/themes.md: {lead}");
    }
    let of_section = "`section`, and what `get_section` gives, has";
    let before = text.split(of_section).nth(1).and_then(|rest| rest.split("and:").next());
    let explained =
        in_backticks(before.unwrap_or_default()).into_iter().chain(table_below(&text, of_section));
    assert_eq!(explained.collect::<BTreeSet<_>>(), set(SectionView::FIELDS), "docs/themes.md: {of_section}");
    // What a sentence explains, or a row of a table: all of these and no others.
    for (views, lead) in [
        (&[ClauseView::FIELDS][..], "Each of `clauses`:"),
        (&[WithdrawnView::FIELDS], "Each of `withdrawn_clauses`:"),
        (&[CitedByView::FIELDS], "Each of `cited_by`:"),
        (&[SourceView::FIELDS, PlaceView::FIELDS], "Each of `sources` has"),
        (&[TaxonomyView::FIELDS], "`taxonomy`:"),
        (&[TermView::FIELDS], "`term`, and each of `terms`:"),
        (&[TocView::FIELDS], "| `toc` |"),
        (&[ReferenceView::FIELDS], "| `references` |"),
        (&[FieldView::FIELDS, &["text", "href", "lang"]], "| `field_list` |"),
        (&[GlossaryView::FIELDS, TermNameView::FIELDS], "| `glossary(lang=…)` |"),
        (&[RegisterFilterView::FIELDS, &["value", "lang", "count"]], "Each of `filters`:"),
        (&[RegisterDataView::FIELDS], "Each of `data`:"),
        (&[SocialCardView::FIELDS], "| `social_card()` |"),
        (&[UnchangedView::FIELDS], "| `unchanged` |"),
    ] {
        assert_eq!(sentence(&text, lead), set(&views.concat()), "docs/themes.md: {lead}");
    }
    for name in FUNCTIONS.iter().chain(FILTERS) {
        let row = format!("\n| `{name}");
        assert!(
            text.contains(&format!("{row}(")) || text.contains(&format!("{row}`")),
            "docs/themes.md lacks {name}"
        );
    }
    for variable in context_variables() {
        assert!(text.contains(&format!("\n| `{variable}` |")), "docs/themes.md lacks {variable}");
    }
}

/// What every template is given.
fn context_variables() -> BTreeSet<String> {
    let given = Regex::new(r#"insert_value\("([a-z_]+)""#).unwrap();
    let source = read("src/render/mod.rs");
    let names: BTreeSet<String> = given.captures_iter(&source).map(|found| found[1].to_owned()).collect();
    assert!(names.contains("current_path"), "{names:?}");
    names
}

#[test]
fn every_key_is_explained_and_no_other() {
    let text = read("docs/settings.md");
    let mut all = settings_known("");
    let mentioned = in_backticks(&text);
    let missing: Vec<&String> = all
        .iter()
        .filter(|key| !mentioned.contains(*key) && !mentioned.contains(&format!("[{key}]")))
        .collect();
    assert!(missing.is_empty(), "not in docs/settings.md: {missing:?}");
    for (heading, table) in [
        ("## markdown", "[markdown]"),
        ("## slugify", "[slugify]"),
        ("## citations", "[citations]"),
        ("## glossary", "[glossary]"),
        ("## search", "[search]"),
        ("## pictures", "[pictures]"),
        ("## social_cards", "[social_cards]"),
        ("## content", "[content]"),
        ("## Taxonomies", "[[taxonomies]]"),
        ("## Kinds", "[kinds.x]"),
        ("### Fields of a kind", "[kinds.x.fields.y]"),
        ("### The lifecycle of a kind", "[kinds.x.lifecycle]"),
        ("### States of a kind", "[kinds.x.lifecycle.states.y]"),
        ("### The register of a kind", "[kinds.x.register]"),
        ("## open_data", "[open_data]"),
        ("### A kind in the words of schema.org", "[kinds.x.schema_org]"),
        ("### Citations of a kind", "[kinds.x.cite]"),
        ("### Dates of a kind in calendars", "[kinds.x.calendar]"),
        ("### A property of schema.org", "[kinds.x.schema_org.properties.y]"),
    ] {
        let known = settings_known(table);
        assert_eq!(keys_in_tables(chapter(&text, heading)), known, "docs/settings.md: {heading}");
        all.extend(known);
    }
    let of_languages = settings_known("[language.en]");
    let explained = keys_in_tables(chapter(&text, "## Languages"));
    assert!(of_languages.is_subset(&explained), "docs/settings.md: {of_languages:?}");
    all.extend(of_languages);
    let invented: Vec<String> = keys_in_tables(&text).difference(&all).cloned().collect();
    assert!(invented.is_empty(), "kenes.toml has no {invented:?}");

    let text = read("docs/writing.md");
    let (pages, sections) = (front_matter_known(false), front_matter_known(true));
    let explained = |heading: &str| keys_in_tables(chapter(&text, heading));
    let both: BTreeSet<String> = pages.intersection(&sections).cloned().collect();
    assert_eq!(explained("### Keys of pages and sections"), both);
    assert_eq!(explained("### Keys of pages only"), pages.difference(&both).cloned().collect());
    assert_eq!(explained("### Keys of sections only"), sections.difference(&both).cloned().collect());
    let all: BTreeSet<String> = front::KEYS.iter().map(|&key| key.to_owned()).collect();
    assert_eq!(pages.union(&sections).cloned().collect::<BTreeSet<_>>(), all);
}

/// The fenced blocks of a text: what stands behind the fence, and the block.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.to_owned(), String::new())),
            (Some(_), Some("")) => blocks.extend(open.take()),
            (Some((_, block)), _) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block never ends");
    blocks
}

const SETTINGS: &str = "base_url = \"https://example.org\"\ntitle = \"Portal\"\nlanguages = [\"en\", \"ru\", \"kk\"]\n\n[[taxonomies]]\nname = \"topics\"\n";

/// A site that has all that the examples name.
fn site() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let files = [
        ("kenes.toml", SETTINGS),
        ("content/_index.md", "+++\n+++\n"),
        ("content/about.md", "+++\ntitle = \"About\"\n+++\n"),
        ("content/council/_index.md", "+++\ntitle = \"Council\"\n+++\n"),
        ("content/council/founding.md", "+++\ntitle = \"Founding\"\n+++\n## Tasks\n"),
        ("content/news/_index.md", "+++\ntitle = \"News\"\nsort_by = \"date\"\n+++\n"),
        ("content/news/2025-01-15-one.md", "+++\ntitle = \"One\"\n+++\nSummary\n\n<!-- more -->\n\nText\n"),
        ("content/visit/index.md", "+++\ntitle = \"Visit\"\n+++\n"),
        ("content/visit/plan.pdf", "%PDF"),
        ("content/visit/photo.jpg", "GIF89a\x01\0\x01\0"),
        ("static/photo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("static/img/map.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("data/members.csv", "name,role\nA,chair\n"),
        ("data/students.csv", "label.en,label.ru,label.kk,men,women\nA,А,А,1,2\n"),
        ("data/plan.csv", "phase,start,end\nA,2025-01,2025-06-30\nB,2025-11-17,\n"),
    ];
    for (path, text) in files {
        put(dir.path(), path, text);
    }
    dir
}

fn put(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Whether a command succeeds, and the report that it gives.
fn kenes(root: &Path, args: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kenes"));
    let output = command.current_dir(root).args(args).args(["--format", "json"]).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), said)
}

#[test]
fn the_examples_for_authors_build() {
    let examples = [blocks(&read("docs/writing.md")), blocks(&read("docs/documents.md"))].concat();
    let examples = examples.iter().filter(|(info, _)| info == "markdown");
    let mut count = 0;
    for (_, text) in examples {
        count += 1;
        let site = site();
        let path = match text {
            text if text.contains("paginate_by") => "content/example/_index.md",
            text if text.contains("(photo.jpg)") || text.contains("\"photo.jpg\"") => {
                "content/visit/index.md"
            }
            _ => "content/example.md",
        };
        put(site.path(), path, text);
        let (built, said) = kenes(site.path(), &["build", "--strict"]);
        assert!(built, "{text}\n{said}");
    }
    assert!(count > 10);
}

/// The blocks that name a file make one site.
#[test]
fn the_examples_of_documents_build() {
    let site = site();
    let mut count = 0;
    for (info, text) in blocks(&read("docs/documents.md")) {
        if let Some(path) = info.strip_prefix("yaml ") {
            put(site.path(), path, &text);
        }
        let Some(path) = info.strip_prefix("markdown content/") else { continue };
        put(&site.path().join("content"), path, &text);
        count += 1;
    }
    assert!(count > 3);
    let (built, said) = kenes(site.path(), &["build", "--strict"]);
    assert!(built, "{said}");
}

#[test]
fn the_examples_of_settings_are_sound() {
    let mut count = 0;
    for (_, text) in blocks(&read("docs/settings.md")).iter().filter(|(info, _)| info == "toml") {
        count += 1;
        let (config, problems) = kenes::config::read(text);
        assert!(config.is_some() && problems.is_empty(), "{text}\n{problems:?}");
    }
    assert!(count > 3);
}

#[test]
fn the_examples_for_theme_authors_render() {
    let mut count = 0;
    for (info, text) in blocks(&read("docs/themes.md")) {
        let Some(kind) = info.strip_prefix("jinja ") else { continue };
        count += 1;
        let site = site();
        put(site.path(), "templates/example.html", &text);
        let path = if kind == "section" { "content/example/_index.md" } else { "content/example.md" };
        let register = if kind == "register" { "register = \"standard\"\n" } else { "" };
        put(site.path(), path, &format!("+++\ntemplate = \"example.html\"\n{register}+++\n"));
        if kind == "register" {
            put(site.path(), "content/s.md", "+++\nkind = \"standard\"\nnumber = \"S-1\"\n+++\n");
        }
        if kind == "section" {
            put(site.path(), "content/example/a.md", "+++\ndate = 2025-01-15\n+++\n");
        }
        let (built, said) = kenes(site.path(), &["build", "--strict"]);
        assert!(built, "{text}\n{said}");
    }
    assert!(count > 5);
}

#[test]
fn the_examples_of_mistakes_give_their_codes() {
    let text = read("docs/diagnostics.md");
    let mut count = 0;
    for part in text.split("\n### ").skip(1) {
        let code = &part[..5];
        for (info, example) in blocks(part) {
            count += 1;
            let site = site();
            match info.as_str() {
                "markdown" => put(site.path(), "content/example.md", &example),
                "toml" => put(site.path(), "kenes.toml", &example),
                "yaml" => put(site.path(), "references.yml", &example),
                "bibtex" => put(site.path(), "references.bib", &example),
                "jinja" => put(site.path(), "templates/page.html", &example),
                "css" => put(site.path(), "static/css/example.css", &example),
                other => panic!("no test knows what to do with {other}"),
            }
            let command = if code.starts_with("K09") { "check" } else { "build" };
            // What is wrong with a style sheet is a warning.
            let arguments = if info == "css" { vec![command, "--strict"] } else { vec![command] };
            let (built, said) = kenes(site.path(), &arguments);
            assert!(said.contains(&format!("\"code\": \"{code}\"")), "{part}\n{said}");
            assert!(!built || command == "check", "{part}\n{said}");
        }
    }
    assert!(count > 20);
}

/// Links between the files of the documentation, and to their headings.
#[test]
fn links_lead_somewhere() {
    let mut files: Vec<PathBuf> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(PathBuf::from).into();
    for entry in std::fs::read_dir(repository().join("docs")).unwrap() {
        let name = PathBuf::from("docs").join(entry.unwrap().file_name());
        files.extend((name.extension().is_some_and(|extension| extension == "md")).then_some(name));
    }
    let link = Regex::new(r"\]\(([^)\s]+)\)").unwrap();
    let mut broken = String::new();
    for file in &files {
        let text = outside_blocks(&read(file.to_str().unwrap()));
        for found in link.captures_iter(&text) {
            let target = &found[1];
            if target.contains("://") || target.starts_with("@/") || target.starts_with("docs/images/") {
                continue;
            }
            let (path, id) = target.split_once('#').unwrap_or((target, ""));
            let path = match path {
                "" => repository().join(file),
                path => repository().join(file).parent().unwrap().join(path),
            };
            let there = path.exists();
            let has_id = id.is_empty() || there && headings(&path).contains(id);
            if !there || !has_id {
                let _ = writeln!(broken, "{}: {target}", file.display());
            }
        }
    }
    assert!(broken.is_empty(), "{broken}");
}

fn outside_blocks(text: &str) -> String {
    text.split("\n```").step_by(2).collect::<Vec<_>>().join("\n")
}

/// The ids that GitHub gives to the headings of a file.
fn headings(path: &Path) -> BTreeSet<String> {
    let text = outside_blocks(&std::fs::read_to_string(path).unwrap());
    let titles =
        text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    titles
        .map(|title| {
            let kept = title.to_lowercase().replace(' ', "-");
            kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect()
        })
        .collect()
}
