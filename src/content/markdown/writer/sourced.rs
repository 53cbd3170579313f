//! Citations of sources: `[@key, p. 3]`.

use std::ops::Range;

use pulldown_cmark::{Event, TagEnd};

use super::Writer;
use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::content::markdown::label_of;
use crate::content::markdown::pieces::{Piece, mark};
use crate::content::markdown::sourced::{Sourced, SourcedItem, parse};

/// A citation that has begun.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    /// What stands in it is not shown: its words are made when the page is rendered.
    Made,
    /// It is shown as it is written.
    Plain,
}

impl Writer<'_, '_> {
    pub(super) fn start_citation(&mut self, range: &Range<usize>) {
        let span = self.span(range);
        if self.heading.is_some() {
            let problem =
                Diagnostic::warning(codes::SOURCE_PLACE, "a citation in a heading is shown as it is written");
            let help = "cite the source in the text below, or write a backslash before the bracket";
            self.problem(span, problem.help(help));
            self.sourced = Some(Open::Plain);
            self.out.push('[');
            self.note_text("[");
            return;
        }
        let items = label_of(self.source, range).and_then(parse).unwrap_or_default();
        let place = |item: SourcedItem| SourcedItem { span: item.span.shift(span.start + 1), ..item };
        let items = items.into_iter().map(place).collect();
        let hole = Piece::Sources(u32::try_from(self.body.sources.len()).unwrap_or(u32::MAX));
        self.body.sources.push(Sourced { items, span });
        let mut marked = String::new();
        mark(&mut marked, hole);
        self.record_text(&marked);
        self.out.push_str(&marked);
        self.sourced = Some(Open::Made);
    }

    /// Whether an event is part of a citation whose words are made.
    pub(super) fn is_in_citation(&mut self, event: &Event<'_>) -> bool {
        if self.sourced != Some(Open::Made) {
            return false;
        }
        match event {
            Event::End(TagEnd::Link) => {
                self.sourced = None;
                self.depth -= 1;
            }
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth -= 1,
            _ => {}
        }
        true
    }

    /// Whether the end of a link was that of a citation that is shown as it is written.
    pub(super) fn end_citation(&mut self) -> bool {
        let was_open = self.sourced.take().is_some();
        if was_open {
            self.out.push(']');
            self.note_text("]");
        }
        was_open
    }
}
