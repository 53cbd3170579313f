//! Markdown to pieces of HTML.
//!
//! The text is parsed once by pulldown-cmark. What depends on other pages or on the theme cannot be
//! written yet: links, directives and the strings of the theme stay as holes between pieces of HTML,
//! which rendering fills. See [`Piece`].

mod directives;
mod events;
mod highlight;
mod html;
mod links;
mod pieces;

pub use directives::{Arg, Directive};
pub use links::{Link, Target};
pub use pieces::{Piece, Word};

use std::panic::{AssertUnwindSafe, catch_unwind};

use pulldown_cmark::{Options, Parser};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::slug::SlugMode;
use crate::base::span::Span;
use crate::config::{Markdown, RawHtml};

/// A page's text, parsed.
#[derive(Debug, Default)]
pub struct Body {
    /// The HTML, with its holes.
    pub pieces: Vec<Piece>,
    /// How many of the pieces make the summary, where the author marked its end, and what closes
    /// the element that the mark stands in.
    pub summary: Option<(usize, &'static str)>,
    /// The headings, in order.
    pub headings: Vec<Heading>,
    /// All ids that a link can lead to, headings' included; sorted.
    pub ids: Vec<String>,
    /// The links, in order; [`Piece::Link`] counts in them.
    pub links: Vec<Link>,
    /// Where pictures without alternative text stand.
    pub without_alt: Vec<Span>,
    /// How many words the text has.
    pub words: usize,
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
    let parser = Parser::new_ext(&masked.text, options).into_offset_iter();
    let place = events::Place { file, text, at };
    events::Writer::new(place, source, &masked.lines, settings, problems).write(parser)
}

#[cfg(test)]
mod tests;
