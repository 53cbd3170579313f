//! Clauses: headings and the items of ordered lists get a number, an id that does not depend on the
//! language, and a place for the theme's links; their words are kept for comparing versions.

use std::fmt::Write as _;

use pulldown_cmark::{Event, Tag, TagEnd};
use pulldown_cmark_escape::escape_html;

use super::Writer;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::span::Span;
use crate::content::markdown::TextClauses;
use crate::content::markdown::pieces::{Piece, mark};
use crate::policy::clause::{Clause, Numberer, id_of_number};

/// What is kept while the clauses of a text are found.
#[derive(Default)]
pub(super) struct Recorder {
    numberer: Numberer,
    found: TextClauses,
    /// Whether the text has no clauses, and only the words below each heading are kept.
    is_plain: bool,
    /// The heading of such a text that is open.
    part: Option<usize>,
    /// The open lists: whether their items are clauses.
    lists: Vec<bool>,
    /// The open items: the clause that each is, and how deep what lies right in it is nested.
    items: Vec<(Option<usize>, usize)>,
    /// The heading that the text stands below.
    heading: Option<usize>,
    /// The item whose mark is to be written before its first word.
    unmarked: Option<usize>,
    /// The item whose id is known once its first paragraph ends, and where it is put.
    undecided: Option<(usize, usize)>,
    /// Whether the next word begins a paragraph.
    breaks: bool,
}

impl Recorder {
    /// For a text without clauses that is compared with others: each of its headings begins a part.
    pub(super) fn plain() -> Self {
        Self { is_plain: true, ..Self::default() }
    }

    pub(super) fn is_plain(&self) -> bool {
        self.is_plain
    }

    pub(super) fn finished(mut self) -> TextClauses {
        let clauses = &mut self.found.clauses;
        tidy(&mut clauses.lead);
        for clause in &mut clauses.list {
            tidy(&mut clause.text);
        }
        self.found
    }

    /// The text that words belong to at this place.
    fn text(&mut self) -> &mut String {
        let item = self.items.iter().rev().find_map(|(clause, _)| *clause);
        let clauses = &mut self.found.clauses;
        match item.or(self.heading) {
            Some(clause) => &mut clauses.list[clause].text,
            None => &mut clauses.lead,
        }
    }

    fn add(&mut self, (number, id, depth): (impl ToString, String, usize), span: Span) -> usize {
        let clause = Clause { id, number: number.to_string(), depth, ..Clause::default() };
        self.found.clauses.list.push(clause);
        self.found.spans.push(span);
        self.found.clauses.list.len() - 1
    }
}

/// One blank between words, and no empty paragraphs.
fn tidy(text: &mut String) {
    let bytes = text.as_bytes();
    let is_blank = |byte: u8| byte <= b' ';
    // Blanks outside ASCII begin with C2, or with E1 and above.
    let is_odd = |byte: u8| byte == 0xC2 || byte > 0xE0 || (is_blank(byte) && !matches!(byte, b' ' | b'\n'));
    let ends = [bytes.first(), bytes.last()];
    let is_loose = bytes.windows(2).any(|pair| is_blank(pair[0]) && is_blank(pair[1]));
    if !is_loose
        && !ends.into_iter().flatten().any(|&byte| is_blank(byte))
        && !bytes.iter().any(|&byte| is_odd(byte))
    {
        return;
    }
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let start = out.len();
        if start > 0 {
            out.push('\n');
        }
        let begun = out.len();
        for word in line.split_whitespace() {
            if out.len() > begun {
                out.push(' ');
            }
            out.push_str(word);
        }
        if out.len() == begun {
            out.truncate(start);
        }
    }
    *text = out;
}

impl Writer<'_, '_> {
    /// What is due before an event is written.
    pub(super) fn before_event(&mut self, event: &Event<'_>) {
        let Some(record) = &mut self.record else { return };
        match event {
            Event::Start(
                Tag::Paragraph
                | Tag::Heading { .. }
                | Tag::BlockQuote(_)
                | Tag::CodeBlock(_)
                | Tag::HtmlBlock
                | Tag::List(_)
                | Tag::Item
                | Tag::Table(_)
                | Tag::TableRow
                | Tag::DefinitionListTitle
                | Tag::DefinitionListDefinition,
            ) => record.breaks = true,
            Event::End(TagEnd::List(_) | TagEnd::Item | TagEnd::CodeBlock | TagEnd::Table) => {
                record.breaks = true;
            }
            _ => {}
        }
        let is_paragraph = matches!(event, Event::Start(Tag::Paragraph));
        if !is_paragraph {
            self.write_clause_mark();
        }
        let ends_first = match event {
            Event::End(TagEnd::Paragraph | TagEnd::Item) => true,
            Event::Start(tag) => is_block(tag) && !is_paragraph,
            Event::Rule | Event::Html(_) => true,
            _ => false,
        };
        if ends_first {
            self.decide_id();
        }
    }

    /// Words of the text, for those who compare it.
    pub(super) fn record_text(&mut self, words: &str) {
        if self.heading.is_some() || self.definition.is_some() || self.image.is_some() {
            return;
        }
        let Some(record) = &mut self.record else { return };
        let breaks = std::mem::take(&mut record.breaks);
        let text = record.text();
        if breaks && !text.is_empty() {
            text.push('\n');
        }
        text.push_str(words);
    }

    /// A heading begins: the clause that it is, if it is one, and the id that it has without one of its
    /// own. Headings in quotes and directives are none.
    pub(super) fn start_clause_heading(&mut self, level: u8, numbered: bool, span: Span) -> Option<usize> {
        let stands_alone = self.depth == 1 && self.open.is_empty();
        let record = self.record.as_mut().filter(|_| stands_alone)?;
        let place = record.numberer.heading(level, numbered);
        if record.is_plain {
            let part = record.add(("", String::new(), place.2), span);
            (record.heading, record.part) = (Some(part), Some(part));
            return None;
        }
        let clause = record.add(place, span);
        record.heading = Some(clause);
        clause_mark(&mut self.out, clause, true);
        Some(clause)
    }

    /// The heading's id and text are known.
    pub(super) fn end_clause_heading(&mut self, clause: usize, given: Option<&str>, title: &str) -> String {
        let Some(record) = &mut self.record else { return String::new() };
        clause_mark(&mut self.out, clause, false);
        let clause = &mut record.found.clauses.list[clause];
        title.clone_into(&mut clause.title);
        if let Some(id) = given {
            clause.given = true;
            id.clone_into(&mut clause.id);
        }
        clause.id.clone()
    }

    /// The id and text of a heading of a text without clauses are known.
    pub(super) fn end_part(&mut self, id: &str, given: bool, title: &str) {
        let Some(record) = &mut self.record else { return };
        let Some(part) = record.part.take() else { return };
        let part = &mut record.found.clauses.list[part];
        part.given = given;
        id.clone_into(&mut part.id);
        title.clone_into(&mut part.title);
    }

    /// An ordered or other list begins.
    pub(super) fn start_clause_list(&mut self, ordered: bool) -> bool {
        let (depth, in_directive) = (self.depth, !self.open.is_empty());
        let in_note = self.definition.is_some();
        let Some(record) = &mut self.record else { return false };
        let below_clause = match record.items.last() {
            Some((clause, inside)) => clause.is_some() && *inside == depth,
            None => depth == 1,
        };
        // Lists are clauses three deep: 1, (a), (i).
        let may_be = ordered && below_clause && !in_directive && !in_note;
        let is_clauses = may_be && record.items.len() < 3 && !record.is_plain;
        record.lists.push(is_clauses);
        is_clauses
    }

    pub(super) fn end_clause_list(&mut self) {
        if let Some(record) = &mut self.record {
            record.lists.pop();
        }
    }

    /// An item begins; its tag is written already.
    pub(super) fn start_clause_item(&mut self, span: Span) {
        let (depth, slot) = (self.depth, self.items.last().copied().unwrap_or_default());
        let Some(record) = &mut self.record else { return };
        let place = if record.lists.last() == Some(&true) { record.numberer.item() } else { None };
        let clause = place.map(|place| record.add(place, span));
        record.items.push((clause, depth + 1));
        if let Some(clause) = clause {
            record.unmarked = Some(clause);
            record.undecided = Some((clause, slot));
        }
    }

    pub(super) fn end_clause_item(&mut self) {
        let Some(record) = &mut self.record else { return };
        if let Some((Some(_), _)) = record.items.pop() {
            record.numberer.end_item();
        }
    }

    /// Writes the mark of an item that has just begun.
    pub(super) fn write_clause_mark(&mut self) {
        if let Some(clause) = self.record.as_mut().and_then(|record| record.unmarked.take()) {
            clause_mark(&mut self.out, clause, true);
        }
    }

    /// The first paragraph of an item has ended: `{#id}` at its end is the item's id.
    fn decide_id(&mut self) {
        let Some(record) = &mut self.record else { return };
        let Some((clause, slot)) = record.undecided.take() else { return };
        let span = record.found.spans[clause];
        // It stands in the item: what was written before need not be looked through.
        let given = given_id(&self.out[slot..]).map(|(at, id)| (slot + at, id.to_owned()));
        let own = &mut record.found.clauses.list[clause];
        if let Some((at, id)) = &given {
            self.out.truncate(*at);
            if let Some((at, _)) = given_id(&own.text) {
                own.text.truncate(at);
            }
            own.given = true;
            own.id.clone_from(id);
            self.body.words = self.body.words.saturating_sub(1);
        }
        let id = own.id.clone();
        clause_mark(&mut self.out, clause, false);
        self.check_clause_id(&id, given.is_some(), span);
        self.body.other_ids.push(id.clone());
        let mut attribute = String::with_capacity(id.len() + 6);
        attribute.push_str(" id=\"");
        // Writing to a String cannot fail.
        let _ = escape_html(&mut attribute, &id);
        let _ = attribute.write_char('"');
        self.out.insert_str(slot, &attribute);
    }

    /// Complains of an id that another element has, or that looks like one made of a number.
    pub(super) fn check_clause_id(&mut self, id: &str, given: bool, span: Span) {
        if given {
            self.check_given_id(id, span);
        }
        if given && id_of_number(id).is_some() {
            let message = format!("the id `{id}` is kept for the clause of that number");
            let help =
                "give the clause a word for its id, as in {#transparency}: it stays when numbers change";
            return self.problem(span, Diagnostic::error(codes::CLAUSE_ID, message).help(help));
        }
        if self.ids.contains_key(id) {
            let clauses = self.record.as_ref().map(|record| &record.found);
            let first = clauses.and_then(|found| {
                let at = found.clauses.list.iter().position(|clause| clause.id == id)?;
                Some(found.spans[at]).filter(|first| *first != span)
            });
            let mut problem = match first {
                Some(_) => Diagnostic::error(codes::CLAUSE_ID, format!("two clauses have the id `{id}`")),
                None => Diagnostic::error(
                    codes::CLAUSE_ID,
                    format!("the id `{id}` is taken by an element further up"),
                ),
            };
            problem = problem.help("give one of them another {#id}");
            if let Some(first) = first {
                problem = problem.related("the first one", Location::later(self.place.file, first));
            }
            self.problem(span, problem);
        }
        self.take_id(id);
    }
}

fn clause_mark(out: &mut String, clause: usize, before: bool) {
    mark(out, Piece::Clause(u32::try_from(clause).unwrap_or(u32::MAX), before));
}

fn is_block(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::List(_)
            | Tag::DefinitionList
            | Tag::FootnoteDefinition(_)
            | Tag::Table(_)
    )
}

/// `{#id}` at the end of a text: where the blanks before it begin, and the id.
fn given_id(text: &str) -> Option<(usize, &str)> {
    let rest = text.trim_end().strip_suffix('}')?;
    let (before, id) = rest.rsplit_once("{#")?;
    let sound = !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    sound.then(|| (before.trim_end().len(), id))
}
