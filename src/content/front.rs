//! Front matter: TOML between `+++` lines or YAML between `---` lines, read strictly.

use super::version::{self, VersionFront};
use crate::base::clock::Moment;
use crate::base::codes;
use crate::base::data::{Fields, Node, Table, Value, parse_toml, parse_yaml};
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;
use crate::config::{AnchorLinks, Config};
use crate::content::document::DocumentFront;

/// A text that the author wrote at a place.
pub type Spanned = (String, Span);

/// What pages and sections share.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the front matter, or says that there is none"
)]
pub struct Meta {
    /// The title.
    pub title: Option<String>,
    /// Where it stands.
    pub title_span: Option<Span>,
    /// One sentence about it.
    pub description: Option<String>,
    /// Place among its neighbours, the lightest first.
    pub weight: Option<i64>,
    /// Not to be published yet.
    pub draft: bool,
    /// The template, if not the usual one.
    pub template: Option<Spanned>,
    /// Old addresses that lead here.
    pub aliases: Vec<Spanned>,
    /// Whether search finds it.
    pub in_search_index: bool,
    /// Left out of listings.
    pub hidden: bool,
    /// Whether it has a card of its own, where the settings leave that to it.
    pub social_card: Option<bool>,
    /// What the author wants to tell the template.
    pub extra: Table,
    /// Keys of sources that it rests on, whether its text cites them or not.
    pub sources: Vec<Spanned>,
    /// Whose the pictures on it are.
    pub pictures: Vec<PictureFront>,
    /// What it says of itself as a document, if anything.
    pub document: Option<Box<DocumentFront>>,
    /// Whether it cannot be read, so that nobody knows what it says.
    pub unread: bool,
}

/// Whose a picture is: an entry of `[[pictures]]`. Its words are those of the directive `figure`.
#[derive(Clone, Debug)]
pub struct PictureFront {
    /// The picture, as a link of the page would name it.
    pub file: Spanned,
    /// Who made it.
    pub credit: Option<String>,
    /// On what terms it may be used.
    pub licence: Option<String>,
    /// Where these are to be read; without a licence, where the picture comes from.
    pub url: Option<String>,
}

/// A page's front matter.
#[derive(Clone, Debug, Default)]
pub struct PageFront {
    /// What sections have too.
    pub meta: Meta,
    /// When it was published.
    pub date: Option<Moment>,
    /// When it was last changed.
    pub updated: Option<Moment>,
    /// Not shown before this day.
    pub publish: Option<Moment>,
    /// Not shown from this day on.
    pub expires: Option<Moment>,
    /// The last part of the address.
    pub slug: Option<Spanned>,
    /// The whole address.
    pub path: Option<Spanned>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Terms, by taxonomy.
    pub taxonomies: Vec<(String, Vec<Spanned>)>,
    /// Whether headings and ordered lists are clauses; where nothing is said, in versions only.
    pub clauses: Option<bool>,
    /// What it says of itself as a version of a document.
    pub version: Option<Box<VersionFront>>,
}

/// How a section orders its pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SortBy {
    /// Not said: by weight, then the newest first, then by title.
    #[default]
    Unsaid,
    /// The newest first.
    Date,
    /// The last changed first.
    UpdateDate,
    /// By title, in the order of the language's alphabet.
    Title,
    /// The lightest first.
    Weight,
    /// By the last part of the address.
    Slug,
    /// By address.
    Permalink,
    /// In the order of the file names.
    None,
}

/// The words for [`SortBy`] in front matter and in `query`.
pub const SORT_BY: &[(&str, SortBy)] = &[
    ("date", SortBy::Date),
    ("update_date", SortBy::UpdateDate),
    ("title", SortBy::Title),
    ("weight", SortBy::Weight),
    ("slug", SortBy::Slug),
    ("permalink", SortBy::Permalink),
    ("none", SortBy::None),
];

/// A section's front matter.
#[derive(Clone, Debug, Default)]
pub struct SectionFront {
    /// What pages have too.
    pub meta: Meta,
    /// The order of its pages.
    pub sort_by: SortBy,
    /// The kind of its pages.
    pub page_kind: Option<Spanned>,
    /// The template of its pages.
    pub page_template: Option<Spanned>,
    /// How many pages of it are listed on one page.
    pub paginate_by: Option<usize>,
    /// The part of the address before the number.
    pub paginate_path: Option<Spanned>,
    /// The last pages first.
    pub paginate_reversed: bool,
    /// Its pages belong to the section above too.
    pub transparent: bool,
    /// Where to send those who ask for it.
    pub redirect_to: Option<Spanned>,
    /// Whether it has a feed.
    pub generate_feeds: bool,
    /// Links on the headings of its pages.
    pub insert_anchor_links: Option<AnchorLinks>,
}

/// All keys of front matter, of pages and of sections.
pub const KEYS: &[&str] = crate::policy::kind::FRONT_MATTER_KEYS;

/// The parts of a file.
#[derive(Debug)]
pub struct Split {
    /// What the front matter says; nothing where there is none, or none that can be read.
    pub table: Table,
    /// Where its text begins in the file.
    pub offset: usize,
    /// Where the body begins.
    pub body: usize,
}

/// Divides a file into front matter and body.
pub fn split(path: &str, text: &str, problems: &mut Vec<Diagnostic>) -> Split {
    let (first, rest_at) = line(text, 0);
    let fence = first.trim_end();
    if fence != "+++" && fence != "---" {
        super::stray::warn(path, text, problems);
        return Split { table: Table::default(), offset: 0, body: 0 };
    }
    let mut at = rest_at;
    while at < text.len() {
        let (current, next) = line(text, at);
        if current.trim_end() == fence {
            let table = read(path, text, rest_at, at, fence == "+++", problems);
            return Split { table, offset: rest_at, body: next };
        }
        at = next;
    }
    let message = format!("the front matter begins with `{fence}` and never ends");
    let location = Location::span(path, text, Span::new(0, 3));
    let help = format!("put a line `{fence}` after the last key");
    problems.push(Diagnostic::error(codes::UNCLOSED_FRONT_MATTER, message).at(location).help(help));
    Split { table: Table::default(), offset: 0, body: text.len() }
}

/// The line that starts at `at`, and where the next one starts.
pub(super) fn line(text: &str, at: usize) -> (&str, usize) {
    match memchr::memchr(b'\n', &text.as_bytes()[at..]) {
        Some(end) => (&text[at..at + end], at + end + 1),
        None => (&text[at..], text.len()),
    }
}

fn read(path: &str, text: &str, from: usize, to: usize, toml: bool, problems: &mut Vec<Diagnostic>) -> Table {
    let inner = &text[from..to];
    let (result, language) = if toml { (parse_toml(inner), "TOML") } else { (parse_yaml(inner), "YAML") };
    match result {
        Ok(table) => {
            // Nobody sees a NUL, and no file and no page can hold one.
            let mut places = Vec::new();
            find_nul(&table, &mut places);
            problems.extend(places.into_iter().map(|span| {
                let location = Location::span(path, text, span.shift(from));
                let problem = Diagnostic::error(codes::NUL, "a NUL character in the front matter");
                problem.at(location).help("remove `\\u0000`, or what stands for it")
            }));
            table
        }
        Err(errors) => {
            problems.extend(
                errors.iter().map(|error| error.diagnostic(codes::SYNTAX, language, path, text, from)),
            );
            Table::default()
        }
    }
}

fn find_nul(table: &Table, places: &mut Vec<Span>) {
    fn walk(node: &Node, places: &mut Vec<Span>) {
        match &node.value {
            Value::String(text) if text.contains('\0') => places.push(node.span),
            Value::List(items) => items.iter().for_each(|item| walk(item, places)),
            Value::Table(table) => find_nul(table, places),
            _ => {}
        }
    }
    for entry in &table.entries {
        if entry.key.contains('\0') {
            places.push(entry.key_span);
        }
        walk(&entry.node, places);
    }
}

/// Reads a page's front matter.
pub fn page(
    split: &Split,
    path: &str,
    text: &str,
    config: &Config,
    problems: &mut Vec<Diagnostic>,
) -> PageFront {
    let mut fields = Fields::new(&split.table, path, text, split.offset, problems);
    let mut page = PageFront {
        meta: meta(&mut fields, split.offset, config),
        date: fields.moment("date"),
        updated: fields.moment("updated"),
        publish: fields.moment("publish"),
        expires: fields.moment("expires"),
        slug: spanned(fields.spanned_string("slug"), split.offset),
        path: spanned(fields.spanned_string("path"), split.offset),
        authors: fields.strings("authors").unwrap_or_default(),
        taxonomies: Vec::new(),
        clauses: fields.bool("clauses"),
        version: None,
    };
    if let Some(table) = fields.table("version") {
        let entry = split.table.entries.iter().find(|entry| entry.key == "version");
        let span = entry.map_or_else(Span::default, |entry| entry.key_span);
        page.version = Some(Box::new(version::read(fields.inner(table), table, span, split.offset)));
    }
    if let Some(table) = fields.table("taxonomies") {
        page.taxonomies = taxonomies(fields.inner(table), split.offset, config);
    }
    if let (Some(publish), Some(expires)) = (page.publish, page.expires)
        && expires.instant() <= publish.instant()
        && let Some(node) = split.table.get("expires")
    {
        let message = "`expires` is not after `publish`: the page would never be shown";
        let help = "correct one of the two dates";
        fields.problem(node.span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
    }
    fields.finish_with("a page's front matter", || config.kinds.field_names().collect());
    page
}

/// Reads a section's front matter.
pub fn section(
    split: &Split,
    path: &str,
    text: &str,
    config: &Config,
    problems: &mut Vec<Diagnostic>,
) -> SectionFront {
    let mut fields = Fields::new(&split.table, path, text, split.offset, problems);
    let section = SectionFront {
        meta: meta(&mut fields, split.offset, config),
        sort_by: fields.choice("sort_by", SORT_BY).unwrap_or_default(),
        page_kind: spanned(fields.spanned_string("page_kind"), split.offset),
        page_template: spanned(fields.spanned_string("page_template"), split.offset),
        paginate_by: fields.count("paginate_by", 1),
        paginate_path: spanned(fields.spanned_string("paginate_path"), split.offset),
        paginate_reversed: fields.bool("paginate_reversed").unwrap_or(false),
        transparent: fields.bool("transparent").unwrap_or(false),
        redirect_to: spanned(fields.spanned_string("redirect_to"), split.offset),
        generate_feeds: fields.bool("generate_feeds").unwrap_or(false),
        insert_anchor_links: fields.choice("insert_anchor_links", crate::config::ANCHOR_LINKS),
    };
    fields.finish_with("a section's front matter", || config.kinds.field_names().collect());
    section
}

fn meta(fields: &mut Fields<'_>, offset: usize, config: &Config) -> Meta {
    let title = spanned(fields.spanned_string("title"), offset);
    Meta {
        title_span: title.as_ref().map(|(_, span)| *span),
        title: title.map(|(title, _)| title),
        description: fields.string("description"),
        weight: fields.integer("weight"),
        draft: fields.bool("draft").unwrap_or(false),
        template: spanned(fields.spanned_string("template"), offset),
        aliases: fields
            .spanned_strings("aliases")
            .unwrap_or_default()
            .into_iter()
            .filter_map(|alias| spanned(Some(alias), offset))
            .collect(),
        in_search_index: fields.bool("in_search_index").unwrap_or(true),
        sources: fields
            .spanned_strings("sources")
            .unwrap_or_default()
            .into_iter()
            .filter_map(|source| spanned(Some(source), offset))
            .collect(),
        pictures: pictures(fields, offset),
        hidden: fields.bool("hidden").unwrap_or(false),
        social_card: fields.bool("social_card"),
        extra: fields.table("extra").cloned().unwrap_or_default(),
        document: DocumentFront::read(fields, offset, config),
        unread: false,
    }
}

fn pictures(fields: &mut Fields<'_>, offset: usize) -> Vec<PictureFront> {
    let mut all: Vec<PictureFront> = Vec::new();
    for (table, place) in fields.tables("pictures") {
        let mut inner = fields.inner(table);
        let file = inner.spanned_string("file");
        let is_missing = file.is_none() && !table.entries.iter().any(|entry| entry.key == "file");
        let url = inner.spanned_string("url");
        let is_whole = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        if let Some((url, span)) = url.as_ref().filter(|(url, _)| !is_whole(url)) {
            let problem =
                Diagnostic::error(codes::BAD_VALUE, format!("`{url}` is not an address of the web"));
            inner.problem(*span, problem.help("write the whole address, as in https://example.org/photo"));
        }
        let (credit, licence) = (inner.string("credit"), inner.string("licence"));
        inner.finish("[[pictures]]");
        if is_missing {
            let problem = Diagnostic::error(codes::MISSING_KEY, "this picture has no `file`");
            fields.problem(place, problem.help("add file = \"photo.jpg\", as the text names it"));
        }
        let Some((file, span)) = file else { continue };
        if all.iter().any(|known| known.file.0 == file) {
            let problem = Diagnostic::error(codes::BAD_VALUE, format!("there are two entries for `{file}`"));
            fields.problem(span, problem.help("put all that is to be said of a picture into one"));
            continue;
        }
        let url = url.map(|(url, _)| url);
        all.push(PictureFront { file: (file, span.shift(offset)), credit, licence, url });
    }
    all
}

/// Places in the file, not in the front matter.
fn spanned(text: Option<Spanned>, offset: usize) -> Option<Spanned> {
    text.map(|(text, span)| (text, span.shift(offset)))
}

fn taxonomies(mut fields: Fields<'_>, offset: usize, config: &Config) -> Vec<(String, Vec<Spanned>)> {
    let mut all = Vec::new();
    for entry in fields.entries() {
        if !config.taxonomies.iter().any(|taxonomy| taxonomy.name == entry.key) {
            let names: Vec<&str> = config.taxonomies.iter().map(|taxonomy| taxonomy.name.as_str()).collect();
            let help =
                did_you_mean(&entry.key, names.iter().copied()).unwrap_or_else(|| match names.is_empty() {
                    true => format!("add to kenes.toml: [[taxonomies]] with name = \"{}\"", entry.key),
                    false => format!("the site has: {}", names.join(", ")),
                });
            let message = format!("there is no taxonomy `{}`", entry.key);
            fields.problem(entry.key_span, Diagnostic::error(codes::UNKNOWN_TAXONOMY, message).help(help));
            continue;
        }
        let Value::List(items) = &entry.node.value else {
            let message =
                format!("`{}` must be a list of terms, and is {}", entry.key, entry.node.value.kind());
            fields.problem(
                entry.node.span,
                Diagnostic::error(codes::WRONG_TYPE, message).help("write [\"…\", \"…\"]"),
            );
            continue;
        };
        let mut terms: Vec<Spanned> = Vec::with_capacity(items.len());
        for item in items {
            match &item.value {
                Value::String(term) if !term.trim().is_empty() => {
                    if !terms.iter().any(|(known, _)| known == term.trim()) {
                        terms.push((term.trim().to_owned(), item.span.shift(offset)));
                    }
                }
                other => {
                    let message = match other {
                        Value::String(_) => "a term must not be empty".to_owned(),
                        other => format!("a term must be a text, and this is {}", other.kind()),
                    };
                    let help = "write a word in quotation marks, or remove it";
                    fields.problem(item.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
                }
            }
        }
        all.push((entry.key.clone(), terms));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read_page(text: &str) -> (PageFront, Vec<Diagnostic>) {
        let (config, _) =
            crate::config::read("base_url = \"https://a.kz\"\n[[taxonomies]]\nname = \"topics\"\n");
        let mut problems = Vec::new();
        let split = split("content/a.md", text, &mut problems);
        let page = page(&split, "content/a.md", text, &config.unwrap(), &mut problems);
        (page, problems)
    }

    #[test]
    fn toml_and_yaml_say_the_same() {
        let toml = "+++\ntitle = \"A\"\ndate = 2025-01-15\ndraft = true\n[taxonomies]\ntopics = [\"law\"]\n+++\nBody";
        let yaml = "---\ntitle: A\ndate: 2025-01-15\ndraft: true\ntaxonomies:\n  topics: [law]\n---\nBody";
        for text in [toml, yaml] {
            let (page, problems) = read_page(text);
            assert_eq!(problems, []);
            assert_eq!(page.meta.title.as_deref(), Some("A"));
            assert_eq!(page.date.unwrap().to_string(), "2025-01-15");
            assert!(page.meta.draft);
            assert_eq!(page.taxonomies[0].1[0].0, "law");
        }
    }

    #[test]
    fn every_mistake_is_reported_at_its_line() {
        let text = "+++\ntitel = \"A\"\ndraft = \"yes\"\ndate = \"2025-02-30\"\n+++\n";
        let (_, problems) = read_page(text);
        let mut seen: Vec<_> = problems
            .iter()
            .map(|p| (p.code.id, p.location.as_ref().unwrap().position.unwrap().line))
            .collect();
        seen.sort_unstable();
        assert_eq!(seen, [("K0102", 2), ("K0103", 3), ("K0105", 4)]);
        assert!(problems.iter().any(|p| p.help.as_deref() == Some("did you mean `title`?")));
    }

    #[test]
    fn an_open_front_matter_is_reported() {
        let (_, problems) = read_page("+++\ntitle = \"A\"\n\nText\n");
        assert_eq!(problems[0].code, codes::UNCLOSED_FRONT_MATTER);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(\\+\\+\\+\n|---\n)?[a-z=\"\\[\\]:\\- \n0-9қ{}]{0,80}(\n\\+\\+\\+\n|\n---\n)?.{0,20}") {
            let (_, problems) = read_page(&text);
            for problem in problems {
                prop_assert!(problem.location.is_some());
            }
        }
    }
}
