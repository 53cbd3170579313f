//! What is said to a person when something is wrong: one value, rendered by the terminal, the
//! browser overlay, JSON and GitHub annotations alike.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::base::codes::Code;
use crate::base::span::{self, Lines, Position, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The site cannot be built.
    Error,
    /// The site can be built; `--strict` makes an error of it.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// The source line that a diagnostic is about, with the part that is underlined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, without its end; a very long one is cut around the span.
    pub line: String,
    /// Where the underline starts, in characters of `line`, from 0.
    pub start: usize,
    /// How many characters are underlined, at least one.
    pub length: usize,
}

/// A place in a file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file, relative to the site's root where it lies below it.
    pub file: String,
    /// Line and column, if the place is narrower than the file.
    pub position: Option<Position>,
    /// The line itself.
    pub excerpt: Option<Excerpt>,
    /// A byte range of the file whose line and column are still to be worked out: later steps know
    /// where a thing stands, but no longer hold the text.
    pub pending: Option<Span>,
}

/// Characters of a line that an excerpt shows at most.
const LONGEST_EXCERPT: usize = 160;

impl Location {
    /// The whole file.
    #[must_use]
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), position: None, excerpt: None, pending: None }
    }

    /// A part of the file's text.
    #[must_use]
    pub fn span(file: impl Into<String>, text: &str, at: Span) -> Self {
        let (line_start, _) = span::line_at(text, at.start);
        Self::placed(file, text, at, span::position(text, at.start), line_start)
    }

    /// [`Location::span`] in a text whose lines are known.
    #[must_use]
    pub fn on(file: impl Into<String>, text: &str, lines: &Lines, at: Span) -> Self {
        let (position, line_start) = lines.position(text, at.start);
        Self::placed(file, text, at, position, line_start)
    }

    /// Works near the span only: a line may be a whole book.
    fn placed(file: impl Into<String>, text: &str, at: Span, position: Position, line_start: usize) -> Self {
        let start = span::floor_boundary(text, at.start).max(line_start);
        let end = span::floor_boundary(text, at.end).max(start);
        let shown_from = text[line_start..start]
            .char_indices()
            .rev()
            .take(LONGEST_EXCERPT / 2)
            .last()
            .map_or(start, |(i, _)| line_start + i);
        let from_start = text[shown_from..].chars().take_while(|&c| c != '\n');
        let mut shown: Vec<char> = from_start.take(LONGEST_EXCERPT).collect();
        if shown.last() == Some(&'\r') {
            shown.pop();
        }
        let underlined = text[start..end].chars().take_while(|&c| c != '\n').take(LONGEST_EXCERPT).count();
        let before = text[shown_from..start].chars().filter(|&c| c != '\u{feff}').count();
        shown.retain(|&c| c != '\u{feff}');
        let room = shown.len().saturating_sub(before).max(1);
        let line =
            shown.into_iter().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect();
        Self {
            file: file.into(),
            position: Some(position),
            excerpt: Some(Excerpt { line, start: before, length: underlined.clamp(1, room) }),
            pending: None,
        }
    }

    /// A part of the file whose text is not at hand; [`Location::pending`] is filled in later.
    #[must_use]
    pub fn later(file: impl Into<String>, at: Span) -> Self {
        Self { pending: Some(at), ..Self::file(file) }
    }

    /// As [`Location::position`], with the whole word that begins there.
    #[must_use]
    pub fn word(file: impl Into<String>, text: &str, position: Position) -> Self {
        let mut location = Self::position(file, text, position);
        if let Some(excerpt) = &mut location.excerpt {
            // From the underlined place on, which is counted in characters.
            let rest = excerpt.line.chars().skip(excerpt.start);
            let word = rest.take_while(|&c| c.is_alphanumeric() || c == '_').count();
            excerpt.length = excerpt.length.max(word);
        }
        location
    }

    /// A line and column that somebody else worked out.
    #[must_use]
    pub fn position(file: impl Into<String>, text: &str, position: Position) -> Self {
        let before = position.line.saturating_sub(1) as usize;
        let line_start = match before {
            0 => 0,
            _ => memchr::memchr_iter(b'\n', text.as_bytes()).nth(before - 1).map_or(text.len(), |i| i + 1),
        };
        let (line_start, line) = span::line_at(text, line_start);
        let column = position.column.saturating_sub(1) as usize;
        let start = line_start + line.char_indices().nth(column).map_or(line.len(), |(i, _)| i);
        let next = text[start..].chars().next().map_or(0, char::len_utf8);
        Self { position: Some(position), ..Self::span(file, text, Span::new(start, start + next)) }
    }
}

/// Another place that has to do with the problem: the other culprit of a collision, say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Where.
    pub location: Location,
}

/// One problem: what, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The stable code, by which a problem can be looked up.
    pub code: Code,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// Where.
    pub location: Option<Location>,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places.
    pub related: Vec<Related>,
}

impl Diagnostic {
    /// An error of this code.
    #[must_use]
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            location: None,
            help: None,
            related: Vec::new(),
        }
    }

    /// A warning of this code.
    #[must_use]
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// The same, at this place.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// The same, about a whole file.
    #[must_use]
    pub fn in_file(self, file: impl Into<String>) -> Self {
        self.at(Location::file(file))
    }

    /// The same, with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, with advice if there is any.
    #[must_use]
    pub fn help_if(mut self, help: Option<String>) -> Self {
        if help.is_some() {
            self.help = help;
        }
        self
    }

    /// The same, naming another place.
    #[must_use]
    pub fn related(mut self, message: impl Into<String>, location: Location) -> Self {
        self.related.push(Related { message: message.into(), location });
        self
    }

    fn order(&self, other: &Self) -> Ordering {
        let key = |d: &Self| {
            let location = d.location.as_ref();
            (location.map(|l| l.file.clone()), location.and_then(|l| l.position))
        };
        key(self)
            .cmp(&key(other))
            .then_with(|| self.severity.cmp(&other.severity))
            .then_with(|| self.code.cmp(&other.code))
            .then_with(|| self.message.cmp(&other.message))
    }
}

/// All the problems of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one in.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Takes in all of another collection.
    pub fn extend(&mut self, other: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(other);
    }

    /// Sorted by file and line, each once; with `strict`, warnings become errors.
    #[must_use]
    pub fn finish(mut self, strict: bool) -> Self {
        if strict {
            for diagnostic in &mut self.0 {
                diagnostic.severity = Severity::Error;
            }
        }
        self.0.sort_by(Diagnostic::order);
        self.0.dedup();
        self
    }

    /// Whether any is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many are of this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.0.iter().filter(|d| d.severity == severity).count()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

/// A text with its file name: what spans are spans of.
#[derive(Clone, Debug)]
pub struct Text {
    /// The file, relative to the site's root.
    pub file: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
}

impl Text {
    /// A text of this file.
    #[must_use]
    pub fn new(file: &str, text: &str) -> Self {
        Self { file: Arc::from(file), text: Arc::from(text) }
    }

    /// The place of a span in it.
    #[must_use]
    pub fn locate(&self, at: Span) -> Location {
        Location::span(&*self.file, &self.text, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::codes;

    #[test]
    fn an_excerpt_shows_the_line_and_underlines_the_span() {
        let text = "a\nкеңес = 1\nb";
        let at = text.find("кеңес").unwrap();
        let location = Location::span("kenes.toml", text, Span::new(at, at + "кеңес".len()));
        let excerpt = location.excerpt.unwrap();
        assert_eq!((excerpt.line.as_str(), excerpt.start, excerpt.length), ("кеңес = 1", 0, 5));
        assert_eq!(location.position.unwrap().line, 2);
    }

    #[test]
    fn a_huge_line_is_cut_around_the_span() {
        let text = format!("{}X{}", "a".repeat(100_000), "b".repeat(100_000));
        let excerpt = Location::span("x", &text, Span::new(100_000, 100_001)).excerpt.unwrap();
        assert!(excerpt.line.chars().count() <= 160);
        assert_eq!(excerpt.line.chars().nth(excerpt.start), Some('X'));
    }

    #[test]
    fn a_position_past_the_text_is_no_panic() {
        let location = Location::position("x", "a", Position { line: 9, column: 9 });
        assert_eq!(location.position.unwrap().line, 9);
    }

    #[test]
    fn problems_are_sorted_by_file_and_line_and_said_once() {
        let mut all = Diagnostics::new();
        let text = "a\nb\n";
        let at = |file: &str, offset| {
            Diagnostic::warning(codes::UNKNOWN_KEY, "m").at(Location::span(
                file,
                text,
                Span::new(offset, offset + 1),
            ))
        };
        all.extend([at("b", 0), at("a", 2), at("a", 0), at("a", 0)]);
        let places: Vec<_> = all
            .finish(true)
            .into_iter()
            .map(|d| {
                (
                    d.location.as_ref().unwrap().file.clone(),
                    d.location.unwrap().position.unwrap().line,
                    d.severity,
                )
            })
            .collect();
        assert_eq!(
            places,
            [
                ("a".into(), 1, Severity::Error),
                ("a".into(), 2, Severity::Error),
                ("b".into(), 1, Severity::Error)
            ]
        );
    }
}
