//! HTML with holes.
//!
//! While events become HTML, holes are written as marks between two NUL characters. NUL cannot come
//! from an author: reading a file replaces it. Here the text is cut at the marks.

use super::directives::Directive;

/// A part of a page's HTML.
#[derive(Debug)]
pub enum Piece {
    /// HTML as it is.
    Html(Box<str>),
    /// The address of a link, as an attribute's value: counts in [`super::Body::links`].
    Link(u32),
    /// The place before (`true`) or after a heading's text where a link to it may stand: counts in
    /// [`super::Body::headings`].
    Anchor(u32, bool),
    /// A string of the theme.
    Word(Word),
    /// A directive.
    Directive(Box<Directive>),
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
    const ALL: [Self; 4] = [Self::Footnotes, Self::FootnoteBack, Self::TaskDone, Self::TaskOpen];

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

/// A hole, while the HTML is still one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Link(u32),
    Anchor(u32, bool),
    Word(Word),
    Open(u32),
    Close,
    Summary(&'static str),
}

impl Mark {
    /// The mark of a block, with the line break that the HTML writer would put after a block.
    pub(super) fn line(self) -> String {
        self.text() + "\n"
    }

    /// The mark as text: a letter and a number between two NULs.
    pub(super) fn text(self) -> String {
        let (letter, number) = match self {
            Self::Link(i) => ('L', i),
            Self::Anchor(i, true) => ('A', i),
            Self::Anchor(i, false) => ('B', i),
            Self::Word(word) => ('W', word as u32),
            Self::Open(i) => ('O', i),
            Self::Close => ('C', 0),
            Self::Summary(close) => ('S', u32::from(!close.is_empty())),
        };
        format!("\0{letter}{number}\0")
    }

    fn parse(text: &str) -> Option<Self> {
        let mut characters = text.chars();
        let letter = characters.next()?;
        let number: u32 = characters.as_str().parse().ok()?;
        Some(match letter {
            'L' => Self::Link(number),
            'A' => Self::Anchor(number, true),
            'B' => Self::Anchor(number, false),
            'W' => Self::Word(*Word::ALL.get(number as usize)?),
            'O' => Self::Open(number),
            'C' => Self::Close,
            'S' => Self::Summary(if number == 1 { "</p>\n" } else { "" }),
            _ => return None,
        })
    }
}

/// Cuts HTML at its marks. `directives` are the opened ones, by number.
pub(super) fn cut(
    html: &str,
    mut directives: Vec<Option<Directive>>,
) -> (Vec<Piece>, Option<(usize, &'static str)>) {
    let mut summary = None;
    let mut open: Vec<(Directive, Vec<Piece>)> = Vec::new();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = html;
    while let Some(start) = memchr::memchr(0, rest.as_bytes()) {
        push_html(&mut pieces, &rest[..start]);
        let Some(length) = memchr::memchr(0, &rest.as_bytes()[start + 1..]) else { break };
        let mark = Mark::parse(&rest[start + 1..start + 1 + length]);
        rest = &rest[start + length + 2..];
        if matches!(mark, Some(Mark::Open(_) | Mark::Close | Mark::Summary(""))) {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        }
        match mark {
            Some(Mark::Link(i)) => pieces.push(Piece::Link(i)),
            Some(Mark::Anchor(i, before)) => pieces.push(Piece::Anchor(i, before)),
            Some(Mark::Word(word)) => pieces.push(Piece::Word(word)),
            Some(Mark::Summary(close)) if open.is_empty() => {
                summary = summary.or(Some((pieces.len(), close)))
            }
            Some(Mark::Open(i)) => {
                if let Some(directive) = directives.get_mut(i as usize).and_then(Option::take) {
                    open.push((directive, std::mem::take(&mut pieces)));
                }
            }
            Some(Mark::Close) => {
                if let Some((mut directive, before)) = open.pop() {
                    directive.body = std::mem::replace(&mut pieces, before);
                    pieces.push(Piece::Directive(Box::new(directive)));
                }
            }
            Some(Mark::Summary(_)) | None => {}
        }
    }
    push_html(&mut pieces, rest);
    // Every opened directive is closed by the writer of the events, with a diagnostic if need be.
    debug_assert!(open.is_empty());
    pieces.shrink_to_fit();
    (pieces, summary)
}

fn push_html(pieces: &mut Vec<Piece>, html: &str) {
    if !html.is_empty() {
        pieces.push(Piece::Html(html.into()));
    }
}
