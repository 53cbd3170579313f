//! Markdown to pieces of HTML.
//!
//! The text is parsed once by pulldown-cmark. What depends on other pages or on the theme cannot be
//! written yet: links, directives and the strings of the theme stay as holes between pieces of HTML,
//! which rendering fills. See [`Piece`].

mod clauses;
mod count;
mod directives;
mod highlight;
mod html;
mod links;
mod pieces;
mod sourced;
mod writer;

pub use clauses::TextClauses;
pub use directives::{Arg, Directive, FIGURE};
pub use highlight::Highlights;
pub use links::{Cited, Link, Target};
pub use pieces::{Piece, Pieces, Word};
pub use sourced::{Part, Sourced, SourcedItem};
pub(crate) use writer::external_attributes;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pulldown_cmark::{BrokenLink, Event, LinkType, Options, Parser, Tag};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::slug::SlugMode;
use crate::base::span::Span;
use crate::config::{Markdown, RawHtml};
use crate::policy::clause::Clauses;

/// A page's text, parsed.
#[derive(Debug, Default)]
pub struct Body {
    /// The HTML, with its holes.
    html: String,
    /// How many bytes of it make the summary, where the author marked its end, and what closes the
    /// element that the mark stands in.
    summary: Option<(usize, &'static str)>,
    /// The headings, in order.
    pub headings: Vec<Heading>,
    /// The ids that a link can lead to beside those of headings; sorted.
    other_ids: Vec<String>,
    /// The directives, in order; [`Piece::Open`] counts in them.
    pub directives: Vec<Directive>,
    /// The links, in order; [`Piece::Link`] counts in them.
    pub links: Vec<Link>,
    /// The citations of sources, in order; [`Piece::Sources`] counts in them.
    pub sources: Vec<Sourced>,
    /// Pictures that are paragraphs of their own, as the directives that would show the same; [`Piece::Lone`] counts in
    /// them.
    pub lone_pictures: Vec<Directive>,
    /// The other pictures, directives apart: they count in the links.
    pub inner_pictures: Vec<u32>,
    /// Where pictures without alternative text stand.
    pub without_alt: Vec<Span>,
    /// How many words the text has.
    pub words: usize,
    /// Its clauses, where it is a text that has them.
    pub clauses: Option<Box<TextClauses>>,
    /// What stands below each heading, of a version without clauses: it is compared by that.
    pub parts: Option<Box<Clauses>>,
}

impl Body {
    /// The HTML, piece by piece.
    #[must_use]
    pub fn pieces(&self) -> Pieces<'_> {
        Pieces::new(&self.html)
    }

    /// The HTML before the mark that ends the summary, and what closes it; `None` without a mark.
    #[must_use]
    pub fn summary(&self) -> Option<(Pieces<'_>, &'static str)> {
        self.summary.map(|(end, close)| (Pieces::new(&self.html[..end]), close))
    }

    /// The HTML of the summary with the marks of its holes; empty without a summary.
    pub(crate) fn summary_html(&self) -> &str {
        self.summary.map_or("", |(end, _)| &self.html[..end])
    }

    /// How many bytes of HTML there are, for reserving space.
    #[must_use]
    pub fn len(&self) -> usize {
        self.html.len()
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.html.is_empty()
    }

    /// Up to so many headings are looked through one by one for an id; the ids of more stand among
    /// the sorted ones too.
    const FEW_HEADINGS: usize = 24;

    /// Whether a link can lead to this id.
    #[must_use]
    pub fn has_id(&self, id: &str) -> bool {
        let few = self.headings.len() <= Self::FEW_HEADINGS;
        few && self.headings.iter().any(|heading| heading.id == id)
            || self.other_ids.binary_search_by(|other| other.as_str().cmp(id)).is_ok()
    }

    /// All ids that a link can lead to.
    pub fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.headings
            .iter()
            .map(|heading| heading.id.as_str())
            .chain(self.other_ids.iter().map(String::as_str))
    }
}

/// What the ids of the theme, and those that the program makes, begin with: an author's do not.
pub const OF_THEME: &str = "k_";

/// Words that a person reads in a minute.
const WORDS_A_MINUTE: usize = 200;

/// The minutes that reading so many words takes; never none.
#[must_use]
pub fn minutes(words: usize) -> usize {
    words.div_ceil(WORDS_A_MINUTE).max(1)
}

/// A heading of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// From 1 to 6.
    pub level: u8,
    /// Its id.
    pub id: String,
    /// Its text.
    pub title: String,
    /// Where it stands in the file.
    pub span: Span,
}

/// What of the site's settings matters to a text.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// `[markdown]`.
    pub markdown: &'a Markdown,
    /// How headings become ids.
    pub slugify: SlugMode,
    /// What raw HTML may do.
    pub raw_html: RawHtml,
    /// The language of the text.
    pub lang: &'a str,
    /// Code that was coloured before.
    pub highlights: &'a Highlights,
    /// Whether headings and ordered lists are clauses.
    pub clauses: bool,
    /// Whether it is a version of a document, and compared with others.
    pub compared: bool,
    /// Whether the site has a bibliography, so that `[@key]` is a citation.
    pub sources: bool,
}

/// Parses the Markdown that begins at byte `at` of `text`, the whole text of `file`.
pub fn render(
    file: &str,
    text: &str,
    at: usize,
    settings: &Settings<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Body {
    // pulldown-cmark has known panics on rare input; one page must not take the others with it.
    let before = problems.len();
    let caught = crate::base::quiet::quietly(|| {
        catch_unwind(AssertUnwindSafe(|| {
            let mut found = Vec::new();
            (parse(file, text, at, settings, &mut found), found)
        }))
    });
    match caught {
        Ok((body, found)) => {
            problems.extend(found);
            body
        }
        Err(_) => {
            problems.truncate(before);
            let message = "the Markdown parser failed on this text";
            let place = Location::span(file, text, Span::new(at, at));
            let help = "this is a fault of the parser; divide the text to find the part that it cannot take, \
                        often a `:` or `{` at the start of a line";
            problems.push(Diagnostic::error(codes::PARSER, message).at(place).help(help));
            Body::default()
        }
    }
}

fn parse(file: &str, text: &str, at: usize, settings: &Settings<'_>, problems: &mut Vec<Diagnostic>) -> Body {
    let source = &text[at..];
    let masked = directives::mask(source);
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    options.set(Options::ENABLE_DEFINITION_LIST, settings.markdown.definition_list);
    options.set(Options::ENABLE_SMART_PUNCTUATION, settings.markdown.smart_punctuation);
    options.set(Options::ENABLE_WIKILINKS, memchr::memmem::find(source.as_bytes(), b"[[").is_some());
    let mut unknown = Vec::new();
    let links = std::cell::OnceCell::new();
    let mut note = |link: BrokenLink<'_>| {
        if settings.sources
            && matches!(link.link_type, LinkType::Shortcut | LinkType::ShortcutUnknown)
            && label_of(source, &link.span).is_some_and(sourced::is_citation)
            && !is_within(links.get_or_init(|| links_of(&masked.text, options)), &link.span)
        {
            return Some(("".into(), "".into()));
        }
        // `[text]` alone is usually text.
        if matches!(link.link_type, LinkType::Reference | LinkType::ReferenceUnknown) {
            unknown.push((link.span, link.reference.into_string()));
        }
        None
    };
    let parser =
        Parser::new_with_broken_link_callback(&masked.text, options, Some(&mut note)).into_offset_iter();
    let place = writer::Place { file, text, at, lines: std::cell::OnceCell::new() };
    let body = writer::Writer::new(place, source, &masked.lines, settings, problems).write(parser);
    problems.extend(unknown.into_iter().map(|(range, name)| {
        let place = Location::span(file, text, Span::from(range).shift(at));
        let message = format!("the address `{name}` of this link is not given");
        let help = match settings.sources && name.starts_with('@') {
            true => "to cite two sources at one place, write them between two brackets: [@a; @b]".to_owned(),
            false => format!("write a line of its own: [{name}]: https://…, or the address in parentheses"),
        };
        Diagnostic::warning(codes::REFERENCE, message).at(place).help(help)
    }));
    body
}

/// Where the links and pictures of a text are, if nothing in it is a citation. A citation is a link for the
/// parser, and a link in the words of another one would undo that.
fn links_of(text: &str, options: Options) -> Vec<Range<usize>> {
    let mut links: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let starts = matches!(event, Event::Start(Tag::Link { .. } | Tag::Image { .. }));
        if starts && !is_within(&links, &range) {
            links.push(range);
        }
    }
    links
}

/// Whether one of these ranges, which are in the order of the text, has another in it.
fn is_within(all: &[Range<usize>], range: &Range<usize>) -> bool {
    let after = all.partition_point(|other| other.start <= range.start);
    after.checked_sub(1).is_some_and(|at| range.end <= all[at].end)
}

/// What stands between the brackets of a link that has no address.
fn label_of<'a>(source: &'a str, range: &Range<usize>) -> Option<&'a str> {
    source.get(range.clone())?.strip_prefix('[')?.strip_suffix(']')
}

#[cfg(test)]
mod tests;
