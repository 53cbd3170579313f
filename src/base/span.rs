//! Byte ranges in a text, and the line and column a person sees.

use std::cell::Cell;

/// A half-open byte range `start..end` in some text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range `start..end`; an end before the start is moved to the start.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The same range, `by` bytes further on.
    #[must_use]
    pub fn shift(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A place in a text as an editor shows it: both numbers count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// The largest char boundary that is not after `at`.
#[must_use]
pub fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The line of `text` that holds byte `at`, without its line ending, and the offset it starts at.
#[must_use]
pub fn line_at(text: &str, at: usize) -> (usize, &str) {
    let at = floor_boundary(text, at);
    let start = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |i| i + 1);
    let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |i| at + i);
    (start, text[start..end].trim_end_matches('\r'))
}

/// Where the lines of a text begin: for many places of one text, from its start to its end.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<usize>,
    /// The last place that was asked for, as byte and column: a whole book may stand on one line, and
    /// should not be counted from its start for each of its mistakes.
    last: Cell<(usize, u32)>,
}

impl Lines {
    /// The lines of this text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i + 1));
        Self { starts: starts.collect(), last: Cell::new((0, 1)) }
    }

    /// [`position`] in the same text, and where its line begins.
    #[must_use]
    pub fn position(&self, text: &str, at: usize) -> (Position, usize) {
        let at = floor_boundary(text, at);
        let before = self.starts.partition_point(|&start| start <= at).saturating_sub(1);
        let start = self.starts[before];
        let (known, column) = self.last.get();
        let (from, counted) = if (start..=at).contains(&known) { (known, column) } else { (start, 1) };
        let added = text[from..at].chars().filter(|&c| c != '\u{feff}').count();
        let column = counted.saturating_add(u32::try_from(added).unwrap_or(u32::MAX));
        self.last.set((at, column));
        (Position { line: u32::try_from(before + 1).unwrap_or(u32::MAX), column }, start)
    }
}

/// Line and column of byte `at`. A leading byte order mark takes no column, as in editors.
#[must_use]
pub fn position(text: &str, at: usize) -> Position {
    let at = floor_boundary(text, at);
    let (start, _) = line_at(text, at);
    let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count() + 1;
    let column = text[start..at].chars().filter(|&c| c != '\u{feff}').count() + 1;
    Position {
        line: u32::try_from(line).unwrap_or(u32::MAX),
        column: u32::try_from(column).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let text = "ab\nқазақ = 1\n";
        let at = text.find('=').unwrap();
        assert_eq!(position(text, at), Position { line: 2, column: 7 });
    }

    #[test]
    fn carriage_returns_and_byte_order_marks_do_not_move_columns() {
        let text = "\u{feff}ab\r\ncd\r\n";
        assert_eq!(position(text, text.find('b').unwrap()), Position { line: 1, column: 2 });
        assert_eq!(position(text, text.find('d').unwrap()), Position { line: 2, column: 2 });
        assert_eq!(line_at(text, text.find('d').unwrap()).1, "cd");
    }

    #[test]
    fn known_lines_give_the_same_places() {
        let text = "\u{feff}қа\r\n\nb\n";
        let lines = Lines::new(text);
        for at in 0..text.len() + 3 {
            assert_eq!(lines.position(text, at).0, position(text, at), "{at}");
        }
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        assert_eq!(position("ab", 99), Position { line: 1, column: 3 });
    }
}
