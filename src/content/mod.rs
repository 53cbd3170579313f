//! Layer 4, PARSE: one Markdown file at a time, knowing nothing of its neighbours.
//!
//! A [`Parsed`] page holds what its file says: front matter, a body in [`markdown::Piece`]s, its
//! headings and its links, unresolved. A file with mistakes gives a `Parsed` too, marked broken, so
//! that those who link to it are not blamed for its mistakes.

pub mod bibliography;
pub mod document;
pub mod front;
mod late;
pub mod markdown;
mod name;
pub mod schema;
mod stray;
mod texts;
pub mod version;

pub use front::{PageFront, SectionFront, SortBy};
pub use late::Late;
pub use name::{Name, file_of, upwards};
pub use texts::Texts;

use std::sync::Arc;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location, Severity};
use crate::base::digest::fingerprint;
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::config::Config;
use crate::source::File;

/// The folder of the content.
pub const FOLDER: &str = "content";

/// One Markdown file, read.
#[derive(Debug)]
pub struct Parsed {
    /// The file.
    pub path: SourcePath,
    /// The path below `content/` without the language: the same for all translations of a page.
    pub key: Arc<str>,
    /// What the file's name says.
    pub name: Name,
    /// What the front matter says.
    pub front: Front,
    /// The text.
    pub body: markdown::Body,
    /// The fingerprint of what a translation of it is made from, in a site of several languages.
    pub fingerprint: Option<String>,
    /// Whether the file has mistakes that make it unfit to be shown.
    pub broken: bool,
    /// What the file says, part by part.
    pub facets: Facets,
    /// Whether the headings and ordered lists of its text are clauses.
    pub in_clauses: bool,
    /// Whether there is no such file: see [`Parsed::implicit_home`].
    pub implicit: bool,
}

/// Fingerprints of the parts of a file. What depends on one part alone need not be made again when
/// another changes: a list of pages does not care for their texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// Which file it is: its path.
    pub path: u64,
    /// The front matter, as it is written.
    pub front: u64,
    /// The text, as it is written, and whether it is in clauses.
    pub body: u64,
    /// What stands before `<!-- more -->`, without the links in it; all of the text where directives
    /// are in it.
    pub summary: u64,
    /// The ids that links can lead to, and the numbers of clauses.
    pub ids: u64,
}

impl Facets {
    /// Of a file whose text nobody has looked at.
    fn of_head(path: &SourcePath, front: &str) -> Self {
        Self { path: fingerprint(path.as_str()), front: fingerprint(front), ..Self::default() }
    }

    /// The same with those of the text.
    fn with_text(self, text: &str, body: &markdown::Body) -> Self {
        let written = fingerprint(&(text, body.clauses.is_some()));
        let summary = body.summary().map_or(0, |(pieces, close)| {
            if pieces.clone().any(|piece| matches!(piece, markdown::Piece::Open(_))) {
                written
            } else {
                fingerprint(&(body.summary_html(), close))
            }
        });
        let ids = body.ids().fold(u64::from(body.clauses.is_some()), |sum, id| fingerprint(&(sum, id)));
        // Clauses are cited by number too.
        let clauses = body.clauses.iter().flat_map(|found| &found.clauses.list);
        let ids =
            clauses.fold(ids, |sum, clause| fingerprint(&(sum, &clause.id, &clause.number, clause.depth)));
        Self { body: written, summary, ids, ..self }
    }
}

/// Front matter, by what the file is.
#[derive(Clone, Debug)]
pub enum Front {
    /// Of a page.
    Page(Box<PageFront>),
    /// Of a section (`_index.md`).
    Section(Box<SectionFront>),
}

impl Parsed {
    /// What pages and sections share.
    #[must_use]
    pub fn meta(&self) -> &front::Meta {
        match &self.front {
            Front::Page(page) => &page.meta,
            Front::Section(section) => &section.meta,
        }
    }

    /// The page's own front matter.
    #[must_use]
    pub fn page(&self) -> Option<&PageFront> {
        match &self.front {
            Front::Page(page) => Some(page),
            Front::Section(_) => None,
        }
    }

    /// The section's own front matter.
    #[must_use]
    pub fn section(&self) -> Option<&SectionFront> {
        match &self.front {
            Front::Section(section) => Some(section),
            Front::Page(_) => None,
        }
    }

    /// A section that has no file: a language's home where nobody wrote one.
    #[must_use]
    pub fn implicit_home(config: &Config, language: usize) -> Self {
        let path = SourcePath::new(&file_of("_index.md", language, config));
        let (name, _) = Name::read(&path, config);
        Self {
            key: Arc::from("_index.md"),
            name,
            front: Front::Section(Box::default()),
            body: markdown::Body::default(),
            fingerprint: None,
            broken: false,
            facets: Facets::of_head(&path, "").with_text("", &markdown::Body::default()),
            in_clauses: false,
            path,
            implicit: true,
        }
    }
}

impl Parsed {
    /// A page that has no file, by its key: see [`crate::relate`] for the registers that nobody wrote.
    #[must_use]
    pub fn implicit_page(key: &str, title: &str, language: usize, config: &Config) -> Self {
        let home = Self::implicit_home(config, language);
        let path = SourcePath::new(&file_of(key, language, config));
        let (name, _) = Name::read(&path, config);
        let meta =
            front::Meta { title: Some(title.to_owned()), in_search_index: true, ..front::Meta::default() };
        Self {
            key: name.key.clone(),
            name,
            front: Front::Page(Box::new(PageFront { meta, ..PageFront::default() })),
            facets: Facets::of_head(&path, title).with_text("", &markdown::Body::default()),
            path,
            ..home
        }
    }

    /// Whether it only holds a place: the home of a language in which nobody wrote one.
    #[must_use]
    pub fn is_placeholder(&self) -> bool {
        self.implicit && self.name.is_section
    }
}

/// The text of a file.
#[derive(Debug)]
struct Written {
    text: String,
    /// Where the body begins, behind the front matter.
    body: usize,
}

/// Reads and parses a Markdown file below `content/`. Whether its text is in clauses is told by the file
/// alone: see [`Texts`].
#[must_use]
pub fn parse(file: &File, config: &Config, highlights: &markdown::Highlights) -> (Parsed, Vec<Diagnostic>) {
    let (head, written, problems) = head(file, config);
    with_body(head, &written, problems, config, highlights)
}

/// Reads a file, and its front matter; what is parsed has no body yet.
fn head(file: &File, config: &Config) -> (Parsed, Written, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let (name, problem) = Name::read(&file.path, config);
    problems.extend(problem);
    let of_name = problems.len();
    let text = match file.read_text(&mut problems) {
        Ok(text) => text,
        Err(problem) => {
            problems.push(*problem);
            String::new()
        }
    };
    warn_of_bidi(file.path.as_str(), &text, &mut problems);
    let split = front::split(file.path.as_str(), &text, &mut problems);
    // Before any of its keys was looked at.
    let unread = is_broken(&problems[of_name..]);
    let mut front = if name.is_section {
        Front::Section(Box::new(front::section(&split, file.path.as_str(), &text, config, &mut problems)))
    } else {
        Front::Page(Box::new(front::page(&split, file.path.as_str(), &text, config, &mut problems)))
    };
    let meta = match &mut front {
        Front::Page(page) => &mut page.meta,
        Front::Section(section) => &mut section.meta,
    };
    meta.unread = unread;
    // Nothing is translated from a text in the last language.
    let fingerprint = (name.language + 1 < config.languages.len())
        .then(|| document::fingerprint(meta, &text[split.body..], config));
    let facets = Facets::of_head(&file.path, &text[..split.body]);
    let (path, key, body) = (file.path.clone(), name.key.clone(), markdown::Body::default());
    let broken = is_broken(&problems);
    let mut parsed = Parsed {
        path,
        key,
        name,
        front,
        body,
        fingerprint,
        broken,
        facets,
        in_clauses: false,
        implicit: false,
    };
    parsed.in_clauses = texts::by_itself(&parsed);
    (parsed, Written { text, body: split.body }, problems)
}

/// Parses the body of a file whose head was read.
fn with_body(
    head: Parsed,
    written: &Written,
    mut problems: Vec<Diagnostic>,
    config: &Config,
    highlights: &markdown::Highlights,
) -> (Parsed, Vec<Diagnostic>) {
    let Written { text, body: at } = written;
    let settings = markdown::Settings {
        markdown: &config.markdown,
        slugify: config.slugify.anchors,
        raw_html: config.raw_html,
        lang: config.languages[head.name.language].lang.as_str(),
        highlights,
        clauses: head.in_clauses,
        compared: texts::is_version(&head),
        sources: config.has_bibliography,
    };
    let body = markdown::render(head.path.as_str(), text, *at, &settings, &mut problems);
    let (facets, broken) = (head.facets.with_text(&text[*at..], &body), is_broken(&problems));
    (Parsed { body, broken, facets, ..head }, problems)
}

fn is_broken(problems: &[Diagnostic]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// Characters that reorder the text around them without being seen (UAX #9, explicit formatting).
fn warn_of_bidi(path: &str, text: &str, problems: &mut Vec<Diagnostic>) {
    let is_control = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    // All of them begin with the bytes E2 80 or E2 81: most texts can be passed over quickly.
    if memchr::memchr(0xE2, text.as_bytes()).is_none() {
        return;
    }
    if let Some((at, c)) = text.char_indices().find(|(_, c)| is_control(*c)) {
        let location = Location::span(path, text, Span::new(at, at + c.len_utf8()));
        let message =
            format!("the invisible character U+{:04X} changes the order of the text around it", c as u32);
        let problem = Diagnostic::warning(codes::BIDI, message).at(location);
        problems.push(problem.help("remove it, unless the text mixes scripts that need it"));
    }
}
