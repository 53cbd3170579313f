//! Headings, tables, lists of tasks and footnotes.

use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::{Alignment, CowStr, HeadingLevel};
use pulldown_cmark_escape::escape_html;

use super::{OpenHeading, OpenTable, Writer};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::slug::slugify;
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;
use crate::chart::{Cell, Row, Sheet};
use crate::config::RawHtml;
use crate::content::markdown::directives::DRAWN;
use crate::content::markdown::pieces::{Piece, Word, mark};
use crate::content::markdown::{Heading, OF_THEME, html};

impl<'a> Writer<'a, '_> {
    pub(super) fn start_heading(
        &mut self,
        level: HeadingLevel,
        id: Option<String>,
        classes: &[CowStr<'a>],
        attrs: &[(CowStr<'a>, Option<CowStr<'a>>)],
        range: &Range<usize>,
    ) {
        self.block(["<h1", "<h2", "<h3", "<h4", "<h5", "<h6"][level as usize - 1]);
        let slot = self.out.len();
        if !classes.is_empty() {
            self.out.push_str(" class=\"");
            let _ = escape_html(&mut self.out, &classes.join(" "));
            self.out.push('"');
        }
        for (key, value) in attrs {
            if self.settings.raw_html != RawHtml::Allow && !html::is_safe_attribute(key) {
                continue;
            }
            self.out.push(' ');
            let _ = escape_html(&mut self.out, key);
            self.out.push_str("=\"");
            let value = value.as_deref().unwrap_or_default();
            let plain = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
            let _ = escape_html(&mut self.out, plain.unwrap_or(value));
            self.out.push('"');
        }
        self.out.push('>');
        let numbered = !classes.iter().any(|class| &**class == "unnumbered");
        let span = self.span(range);
        let clause = self.start_clause_heading(level as u8, numbered, span);
        self.heading = Some(OpenHeading { slot, id, text: String::new(), span, clause });
        let index = u32::try_from(self.body.headings.len()).unwrap_or(u32::MAX);
        mark(&mut self.out, Piece::Anchor(index, true));
    }

    pub(super) fn end_heading(&mut self, level: HeadingLevel) {
        let Some(OpenHeading { slot, id, text, span, clause }) = self.heading.take() else { return };
        let index = u32::try_from(self.body.headings.len()).unwrap_or(u32::MAX);
        let title = match text.trim() {
            plain if !plain.contains(['\n', '\t']) && !plain.contains("  ") => plain.to_owned(),
            wild => wild.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        let of_clause = clause.map(|clause| self.end_clause_heading(clause, id.as_deref(), &title));
        let given = id.is_some();
        let id = match (id, of_clause) {
            (given, Some(own)) => {
                self.check_clause_id(&own, given.is_some(), span);
                own
            }
            (Some(own), None) => {
                self.check_given_id(&own, span);
                if self.ids.contains_key(&own) {
                    let first = self.body.headings.iter().find(|heading| heading.id == own);
                    let message = match first {
                        Some(_) => format!("there are two headings with the id `{own}`"),
                        None => format!("the id `{own}` is taken by an element further up"),
                    };
                    let problem = Diagnostic::error(codes::DUPLICATE_ID, message);
                    let mut problem = problem.help("give one of them another {#id}");
                    if let Some(first) = first {
                        problem =
                            problem.related("the first one", Location::later(self.place.file, first.span));
                    }
                    self.problem(span, problem);
                }
                self.take_id(&own);
                own
            }
            (None, None) => self.unique_id(&title),
        };
        self.end_part(&id, given, &title);
        let mut attribute = String::with_capacity(id.len() + 6);
        attribute.push_str(" id=\"");
        let _ = escape_html(&mut attribute, &id);
        attribute.push('"');
        self.out.insert_str(slot, &attribute);
        mark(&mut self.out, Piece::Anchor(index, false));
        self.out
            .push_str(["</h1>\n", "</h2>\n", "</h3>\n", "</h4>\n", "</h5>\n", "</h6>\n"][level as usize - 1]);
        self.body.headings.push(Heading { level: level as u8, id, title, span });
    }

    /// Notes that an id is taken.
    pub(super) fn take_id(&mut self, id: &str) {
        if !self.ids.contains_key(id) {
            self.ids.insert(id.to_owned(), 0);
        }
    }

    /// Complains of an id of an author that may be one of the theme's.
    pub(super) fn check_given_id(&mut self, id: &str, span: Span) {
        if id.starts_with(OF_THEME) {
            let message = format!("the id `{id}` begins as those of the theme do");
            let help = format!("choose one that does not begin with `{OF_THEME}`");
            self.problem(span, Diagnostic::error(codes::DUPLICATE_ID, message).help(help));
        }
    }

    /// An id from a heading's text; `-1`, `-2` … where it is taken.
    fn unique_id(&mut self, title: &str) -> String {
        let mut slug = slugify(title, self.settings.slugify, self.settings.lang);
        // With slugs off a heading's text may hold what an id may not (HTML, section 3.2.6).
        if slug.contains(char::is_whitespace) {
            slug = slug.split_whitespace().collect::<Vec<_>>().join("-");
        }
        if slug.starts_with(OF_THEME) {
            slug = slug.trim_start_matches(OF_THEME).into();
        }
        if slug.is_empty() {
            "section".clone_into(&mut slug);
        }
        if !self.ids.contains_key(&slug) {
            self.ids.insert(slug.clone(), 0);
            return slug;
        }
        // Counted on from the last one, so that many equal headings do not take quadratic time.
        let mut number = self.ids.get(&slug).copied().unwrap_or(0);
        let id = loop {
            number += 1;
            let candidate = format!("{slug}-{number}");
            if !self.ids.contains_key(&candidate) {
                break candidate;
            }
        };
        self.ids.insert(slug, number);
        self.ids.insert(id.clone(), 0);
        id
    }

    pub(super) fn start_table(&mut self, alignments: Vec<Alignment>) {
        let open = self.open.last().and_then(|open| self.body.directives.get(open.index));
        let is_data = open.is_some_and(|open| open.table.is_none() && DRAWN.contains(&open.name.as_str()));
        let data = is_data.then(|| (Sheet::default(), self.out.len()));
        self.table = Some(OpenTable { alignments, column: 0, head: false, cell: (0, 0), data });
        self.block("<div class=\"table-scroll\" tabindex=\"0\">\n<table>\n");
    }

    /// A table that is data is taken out of the text again.
    pub(super) fn end_table(&mut self) {
        let Some((mut sheet, start)) = self.table.take().and_then(|table| table.data) else { return };
        let cells = sheet.rows.iter_mut().flat_map(|row| &mut row.cells).flatten();
        for cell in cells.chain(&mut sheet.columns) {
            cell.text = cell.text.trim().to_owned();
        }
        let open = self.open.last().map(|open| open.index);
        if let Some(directive) = open.and_then(|index| self.body.directives.get_mut(index)) {
            directive.table = Some(Box::new(sheet));
            self.out.truncate(start);
        }
    }

    pub(super) fn start_row(&mut self, head: bool, range: &Range<usize>) {
        let span = self.span(range);
        if let Some(table) = &mut self.table {
            table.head = head;
            table.column = 0;
            if let Some((sheet, _)) = table.data.as_mut().filter(|_| !head) {
                sheet.rows.push(Row { span, cells: Vec::new() });
            }
        }
        self.out.push_str(if head { "<thead>\n<tr>\n" } else { "<tr>\n" });
    }

    pub(super) fn start_cell(&mut self, range: &Range<usize>) {
        let written = &self.source[range.clone()];
        let start = range.start + (written.len() - written.trim_start().len());
        let span = self.span(&(start..start + written.trim().len()));
        let Some(table) = &mut self.table else { return };
        if let Some((sheet, _)) = &mut table.data {
            let cell = Cell { text: String::new(), span };
            match sheet.rows.last_mut().filter(|_| !table.head) {
                Some(row) => row.cells.push(Some(cell)),
                None => sheet.columns.push(cell),
            }
        }
        let alignment = table.alignments.get(table.column).copied().unwrap_or(Alignment::None);
        let start = self.out.len();
        self.out.push_str(cell_tag(alignment, table.head));
        table.cell = (start, self.out.len());
    }

    pub(super) fn end_cell(&mut self) {
        let Some(table) = &mut self.table else { return };
        table.column += 1;
        let empty = self.out.len() == table.cell.1;
        match (table.head, empty) {
            // A corner without a heading is no header for screen readers to announce.
            (true, true) => {
                self.out.truncate(table.cell.0);
                self.out.push_str("<td></td>\n");
            }
            (true, false) => self.out.push_str("</th>\n"),
            (false, _) => self.out.push_str("</td>\n"),
        }
    }

    pub(super) fn task(&mut self, done: bool) {
        if let Some(&item) = self.items.last() {
            self.out.insert_str(item, " class=\"task\"");
        }
        let (checked, word) = if done { (" checked", Word::TaskDone) } else { ("", Word::TaskOpen) };
        let _ = write!(self.out, "<input type=\"checkbox\" disabled{checked} aria-label=\"");
        mark(&mut self.out, Piece::Word(word));
        self.out.push_str("\"> ");
    }

    pub(super) fn reference(&mut self, name: CowStr<'a>) {
        if self.table.as_ref().is_some_and(|table| table.data.is_some()) {
            return; // what it would stand in is not shown
        }
        let next = self.notes.len();
        let index = *self.numbers.entry(name.clone()).or_insert(next);
        if index == next {
            self.notes.push((name, 0));
        }
        self.notes[index].1 += 1;
        let (number, uses) = (index + 1, self.notes[index].1);
        let own = self.note_prefix();
        let again = if uses > 1 { format!("-{uses}") } else { String::new() };
        let _ = write!(
            self.out,
            "<sup class=\"footnote-reference\"><a id=\"{OF_THEME}{own}fnref-{number}{again}\" href=\"#{OF_THEME}{own}fn-{number}\">{number}</a></sup>"
        );
    }

    /// Notes `[^name]` that nothing defines: the parser leaves it as three texts.
    pub(super) fn undefined_footnote(&mut self, range: &Range<usize>) {
        let bytes = self.source.as_bytes();
        let Some(name) = self.source[range.clone()].strip_prefix('^') else { return };
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
        let before = range.start.checked_sub(1).map(|i| bytes[i]);
        if is_name && before == Some(b'[') && bytes.get(range.end) == Some(&b']') {
            let span = self.span(&(range.start - 1..range.end + 1));
            self.undefined.push((name.to_owned(), span));
        }
    }

    /// Warns of footnotes without a text, which are shown as they are written, and of texts that
    /// nothing refers to, which are not shown.
    pub(super) fn lone_footnotes(&mut self) {
        let defined = std::mem::take(&mut self.defined);
        for (name, span) in std::mem::take(&mut self.undefined) {
            let message = format!("the footnote `[^{name}]` has no text");
            let help = did_you_mean(&name, defined.iter().map(|(name, _)| &**name))
                .unwrap_or_else(|| format!("write a line of its own: [^{name}]: the text of the note"));
            self.problem(span, Diagnostic::warning(codes::FOOTNOTE, message).help(help));
        }
        for (name, span) in defined {
            if !self.numbers.contains_key(&name) {
                let message = format!("nothing refers to the footnote `{name}`, and its text is not shown");
                let help = format!("write [^{name}] where it belongs, or remove it");
                self.problem(span, Diagnostic::warning(codes::FOOTNOTE, message).help(help));
            }
        }
    }

    /// The text of a version is shown on its document's page too, which may have footnotes of its own.
    fn note_prefix(&self) -> &'static str {
        if self.record.is_some() { "text-" } else { "" }
    }

    /// The footnotes, in the order of their first use, each with its ways back.
    pub(super) fn footnotes(&mut self) {
        if self.notes.is_empty() {
            return;
        }
        let own = self.note_prefix();
        self.block(&format!(
            "<section class=\"footnotes\">\n<h2 class=\"footnotes-title\" id=\"{OF_THEME}{own}footnotes\">"
        ));
        mark(&mut self.out, Piece::Word(Word::Footnotes));
        self.out.push_str("</h2>\n<ol>\n");
        for index in 0..self.notes.len() {
            let (name, uses) = self.notes[index].clone();
            let number = index + 1;
            let _ = writeln!(self.out, "<li id=\"{OF_THEME}{own}fn-{number}\">");
            let definition = self.definitions.remove(&name).unwrap_or_default();
            // The ways back stand in the last paragraph, if the note ends with one.
            let (text, end) = match definition.strip_suffix("</p>\n") {
                Some(text) => (text, "</p>\n"),
                None => (definition.as_str(), ""),
            };
            self.out.push_str(text);
            for again in 1..=uses {
                let suffix = if again > 1 { format!("-{again}") } else { String::new() };
                let _ = write!(
                    self.out,
                    " <a class=\"footnote-backref\" href=\"#{OF_THEME}{own}fnref-{number}{suffix}\" aria-label=\""
                );
                mark(&mut self.out, Piece::Word(Word::FootnoteBack));
                let _ = write!(self.out, " {number}{suffix}\">↩</a>");
            }
            self.out.push_str(end);
            self.out.push_str("</li>\n");
        }
        self.out.push_str("</ol>\n</section>\n");
        self.body.other_ids.push(format!("{own}footnotes"));
        self.body.other_ids.extend((1..=self.notes.len()).map(|number| format!("{own}fn-{number}")));
    }
}

impl OpenTable {
    /// The cell of data that was begun last.
    pub(super) fn data_cell(&mut self) -> Option<&mut Cell> {
        let head = self.head;
        let (sheet, _) = self.data.as_mut()?;
        match sheet.rows.last_mut().filter(|_| !head) {
            Some(row) => row.cells.last_mut()?.as_mut(),
            None => sheet.columns.last_mut(),
        }
    }
}

fn cell_tag(alignment: Alignment, head: bool) -> &'static str {
    match (head, alignment) {
        (true, Alignment::None) => "<th scope=\"col\">",
        (true, Alignment::Left) => "<th scope=\"col\" class=\"align-left\">",
        (true, Alignment::Center) => "<th scope=\"col\" class=\"align-center\">",
        (true, Alignment::Right) => "<th scope=\"col\" class=\"align-right\">",
        (false, Alignment::None) => "<td>",
        (false, Alignment::Left) => "<td class=\"align-left\">",
        (false, Alignment::Center) => "<td class=\"align-center\">",
        (false, Alignment::Right) => "<td class=\"align-right\">",
    }
}
