//! HTML with holes.
//!
//! While a text becomes HTML, holes are written as marks between two NUL characters, and stay in
//! the text until it is rendered: [`Pieces`] reads them. NUL cannot come from an author, because
//! reading a file replaces it.

/// A part of a page's HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// HTML as it is.
    Html(&'a str),
    /// The address of a link, as an attribute's value: counts in [`super::Body::links`].
    Link(u32),
    /// Where the attributes of a picture stand that follow from its file and from its place on the page: its
    /// size, and when it loads. Counts in [`super::Body::links`].
    Picture(u32),
    /// Where the element begins (`true`) and ends that holds a picture of the site in several formats:
    /// counts in [`super::Body::links`].
    Formats(u32, bool),
    /// Where a paragraph begins (`true`) and ends that is one picture of the site and nothing else. Where something is
    /// known of whose it is, a figure takes the place of what stands between: counts in [`super::Body::lone_pictures`].
    Lone(u32, bool),
    /// The place before (`true`) or after a heading's text where a link to it may stand: counts in
    /// [`super::Body::headings`].
    Anchor(u32, bool),
    /// A string of the theme.
    Word(Word),
    /// Where a clause's number stands (`true`), and the end of its first paragraph or heading, where
    /// the link for citing it may stand: counts in [`super::TextClauses`].
    Clause(u32, bool),
    /// The words of a citation whose author gave it none: counts in [`super::Body::links`].
    Citation(u32),
    /// A citation of sources: counts in [`super::Body::sources`].
    Sources(u32),
    /// A directive begins: counts in [`super::Body::directives`]. What follows is its body, until
    /// its [`Piece::Close`].
    Open(u32),
    /// The directive that was opened last ends.
    Close,
}

/// Strings that the HTML of Markdown needs from the theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The title above the footnotes.
    Footnotes,
    /// What the arrow back from a footnote says to a screen reader.
    FootnoteBack,
    /// A ticked box.
    TaskDone,
    /// An empty box.
    TaskOpen,
}

impl Word {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Footnotes, Self::FootnoteBack, Self::TaskDone, Self::TaskOpen];

    /// The key in the theme's strings.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Footnotes => "footnotes",
            Self::FootnoteBack => "footnote_back",
            Self::TaskDone => "task_done",
            Self::TaskOpen => "task_open",
        }
    }

    /// What to say where a theme has no such string.
    #[must_use]
    pub fn fallback(self) -> &'static str {
        match self {
            Self::Footnotes => "Notes",
            Self::FootnoteBack => "↩",
            Self::TaskDone => "☑",
            Self::TaskOpen => "☐",
        }
    }
}

/// Writes a hole: a letter and a number between two NULs.
pub(super) fn mark(out: &mut String, piece: Piece<'_>) {
    let (letter, number) = match piece {
        Piece::Html(html) => return out.push_str(html),
        Piece::Link(i) => ('L', i),
        Piece::Picture(i) => ('P', i),
        Piece::Formats(i, true) => ('F', i),
        Piece::Formats(i, false) => ('G', i),
        Piece::Lone(i, true) => ('Q', i),
        Piece::Lone(i, false) => ('R', i),
        Piece::Anchor(i, true) => ('A', i),
        Piece::Anchor(i, false) => ('B', i),
        Piece::Word(word) => ('W', word as u32),
        Piece::Clause(i, true) => ('N', i),
        Piece::Clause(i, false) => ('M', i),
        Piece::Citation(i) => ('T', i),
        Piece::Sources(i) => ('S', i),
        Piece::Open(i) => ('O', i),
        Piece::Close => ('C', 0),
    };
    out.push('\0');
    out.push(letter);
    let mut digits = [0; 10];
    let mut at = digits.len();
    let mut rest = number;
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|&digit| char::from(digit)));
    out.push('\0');
}

fn parse(text: &str) -> Option<Piece<'static>> {
    let mut characters = text.chars();
    let letter = characters.next()?;
    let number: u32 = characters.as_str().parse().ok()?;
    Some(match letter {
        'L' => Piece::Link(number),
        'P' => Piece::Picture(number),
        'F' => Piece::Formats(number, true),
        'G' => Piece::Formats(number, false),
        'Q' => Piece::Lone(number, true),
        'R' => Piece::Lone(number, false),
        'A' => Piece::Anchor(number, true),
        'B' => Piece::Anchor(number, false),
        'W' => Piece::Word(*Word::ALL.get(number as usize)?),
        'N' => Piece::Clause(number, true),
        'M' => Piece::Clause(number, false),
        'T' => Piece::Citation(number),
        'S' => Piece::Sources(number),
        'O' => Piece::Open(number),
        'C' => Piece::Close,
        _ => return None,
    })
}

/// The pieces of a text with holes, in order.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Pieces<'a> {
    /// The pieces of this text.
    #[must_use]
    pub fn new(html: &'a str) -> Self {
        Self { rest: html }
    }

    /// How many bytes are left, marks included: for reserving space.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rest.len()
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let at = memchr::memchr(0, self.rest.as_bytes()).unwrap_or(self.rest.len());
            if at > 0 {
                let (html, rest) = self.rest.split_at(at);
                self.rest = rest;
                return Some(Piece::Html(html));
            }
            let inner = self.rest.get(1..)?;
            let Some(length) = memchr::memchr(0, inner.as_bytes()) else {
                self.rest = "";
                return None;
            };
            self.rest = &inner[length + 1..];
            if let Some(piece) = parse(&inner[..length]) {
                return Some(piece);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_they_were_written() {
        let pieces = [
            Piece::Html("<p>"),
            Piece::Link(0),
            Piece::Link(4_294_967_295),
            Piece::Open(12),
            Piece::Word(Word::TaskOpen),
            Piece::Anchor(3, true),
            Piece::Anchor(3, false),
            Piece::Clause(7, true),
            Piece::Clause(7, false),
            Piece::Citation(8),
            Piece::Sources(9),
            Piece::Formats(5, true),
            Piece::Picture(5),
            Piece::Formats(5, false),
            Piece::Lone(6, true),
            Piece::Lone(6, false),
            Piece::Close,
            Piece::Html("қ"),
        ];
        let mut text = String::new();
        for piece in pieces {
            mark(&mut text, piece);
        }
        assert_eq!(Pieces::new(&text).collect::<Vec<_>>(), pieces);
        assert_eq!(Pieces::new("").next(), None);
        assert_eq!(Pieces::new("a\0b").collect::<Vec<_>>(), [Piece::Html("a")]);
    }
}
