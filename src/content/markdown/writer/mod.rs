//! From the parser's events to HTML: headings with ids, links as holes, tables that scroll,
//! footnotes at the end, code with classes, directives as marks.
//!
//! The HTML of plain CommonMark is the one that its specification shows, but that void elements
//! have no slash.

mod blocks;
mod clauses;
mod directive;
mod inline;
mod sourced;

pub(crate) use inline::external_attributes;

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::FixedState;
use pulldown_cmark::{Alignment, CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd};
use pulldown_cmark_escape::escape_html_body_text;

use super::count::words;
use super::directives::{Directive, Line};
use super::links::Target;
use super::{Body, Settings, highlight};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::span::{Lines, Span};
use crate::chart::Sheet;

/// Blocks, quotes and emphasis inside each other: browsers give up at some five hundred.
const DEEPEST: usize = 100;

/// The file that the text is part of.
pub(super) struct Place<'a> {
    pub file: &'a str,
    pub text: &'a str,
    /// Where the Markdown begins in it.
    pub at: usize,
    /// Where its lines begin, once somebody asks.
    pub lines: std::cell::OnceCell<Lines>,
}

struct OpenHeading {
    /// Where its id is put once its text is known.
    slot: usize,
    id: Option<String>,
    text: String,
    span: Span,
    /// The clause that it is.
    clause: Option<usize>,
}

struct OpenLink {
    /// Counts in [`Body::links`].
    index: usize,
    text: String,
    /// Whether raw HTML stands in it, which may hold a text of its own.
    has_html: bool,
    /// Whether its words are made when the page is rendered: those of the source are not shown.
    is_made: bool,
}

struct OpenImage {
    alt: String,
    target: Target,
    title: String,
    span: Span,
    depth: usize,
}

struct OpenDirective {
    span: Span,
    depth: usize,
    name: String,
    /// Counts in [`Body::directives`].
    index: usize,
}

struct OpenTable {
    alignments: Vec<Alignment>,
    column: usize,
    head: bool,
    /// Where the tag of the open cell begins, and where its text does.
    cell: (usize, usize),
    /// What it says, if it is the data of a directive, and where its HTML begins.
    data: Option<(Sheet, usize)>,
}

/// Turns events into a [`Body`].
pub(super) struct Writer<'a, 's> {
    place: Place<'a>,
    source: &'a str,
    lines: &'a [Line],
    settings: &'s Settings<'s>,
    problems: &'s mut Vec<Diagnostic>,
    out: String,
    body: Body,
    /// How often an id was given, or wanted.
    ids: HashMap<String, u32, FixedState>,
    depth: usize,
    too_deep: bool,
    brackets: usize,
    heading: Option<OpenHeading>,
    link: Option<OpenLink>,
    image: Option<OpenImage>,
    /// Where the content of the last paragraph begins.
    paragraph: usize,
    /// The picture that this paragraph began with, and where it ends.
    lone: Option<(usize, Directive)>,
    /// Language line and text of the open code block.
    code: Option<(String, String)>,
    /// The open HTML block, and where it starts.
    raw: Option<(String, Range<usize>)>,
    table: Option<OpenTable>,
    /// Where the tags of the open list items may take a class.
    items: Vec<usize>,
    open: Vec<OpenDirective>,
    /// The names of footnotes in the order of their first use, and how often each is used.
    notes: Vec<(CowStr<'a>, usize)>,
    /// Their places there.
    numbers: HashMap<CowStr<'a>, usize, FixedState>,
    definitions: HashMap<CowStr<'a>, String, FixedState>,
    /// Where footnotes are defined, in order.
    defined: Vec<(CowStr<'a>, Span)>,
    /// The footnotes that are not defined, and where they are referred to.
    undefined: Vec<(String, Span)>,
    /// The footnote that is being defined, and the text that it interrupts.
    definition: Option<(CowStr<'a>, String)>,
    /// The citation of sources that is open.
    sourced: Option<sourced::Open>,
    /// The clauses, of a text that has them, or the parts of one that is compared without.
    record: Option<Box<clauses::Recorder>>,
}

impl<'a, 's> Writer<'a, 's> {
    pub(super) fn new(
        place: Place<'a>,
        source: &'a str,
        lines: &'a [Line],
        settings: &'s Settings<'s>,
        problems: &'s mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            place,
            source,
            lines,
            settings,
            problems,
            out: String::with_capacity(source.len() + source.len() / 3),
            body: Body::default(),
            ids: HashMap::default(),
            depth: 0,
            too_deep: false,
            brackets: 0,
            heading: None,
            link: None,
            image: None,
            paragraph: 0,
            lone: None,
            code: None,
            raw: None,
            table: None,
            items: Vec::new(),
            open: Vec::new(),
            notes: Vec::new(),
            numbers: HashMap::default(),
            definitions: HashMap::default(),
            defined: Vec::new(),
            undefined: Vec::new(),
            definition: None,
            sourced: None,
            record: match (settings.clauses, settings.compared) {
                (true, _) => Some(Box::default()),
                (false, true) => Some(Box::new(clauses::Recorder::plain())),
                (false, false) => None,
            },
        }
    }

    pub(super) fn write(mut self, events: impl Iterator<Item = (Event<'a>, Range<usize>)>) -> Body {
        for (event, range) in events {
            self.event(event, range);
            if self.too_deep {
                return Body::default();
            }
        }
        while let Some(open) = self.open.last() {
            let (span, name) = (open.span, open.name.clone());
            self.unclosed(span, &name);
        }
        self.lone_footnotes();
        self.footnotes();
        match self.record.take() {
            Some(record) if record.is_plain() => {
                self.body.parts = Some(Box::new(record.finished().clauses));
            }
            record => self.body.clauses = record.map(|record| Box::new(record.finished())),
        }
        self.out.shrink_to_fit();
        self.body.html = self.out;
        if self.body.headings.len() > Body::FEW_HEADINGS {
            self.body.other_ids.extend(self.body.headings.iter().map(|heading| heading.id.clone()));
        }
        self.body.other_ids.sort_unstable();
        self.body.other_ids.dedup();
        self.body
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::from(range.clone()).shift(self.place.at)
    }

    fn problem(&mut self, span: Span, diagnostic: Diagnostic) {
        let text = self.place.text;
        let lines = self.place.lines.get_or_init(|| Lines::new(text));
        let location = Location::on(self.place.file, text, lines, span);
        self.problems.push(diagnostic.at(location));
    }

    /// A block begins on a line of its own, or right after the mark of a directive.
    fn block(&mut self, tag: &str) {
        if !self.out.is_empty() && !self.out.ends_with(['\n', '\0']) {
            self.out.push('\n');
        }
        self.out.push_str(tag);
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        self.before_event(&event);
        if self.is_in_citation(&event) {
            return;
        }
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    self.deeper_than_allowed(&range);
                }
                if self.depth == 1 {
                    self.brackets = 0;
                }
                if self.image.is_some() {
                    self.start_in_image(&tag);
                } else {
                    self.start(tag, range);
                }
            }
            Event::End(tag) => {
                self.depth -= 1;
                if self.image.is_some() && tag != TagEnd::Image {
                    return;
                }
                self.end(tag);
                self.close_directives(self.depth);
            }
            Event::Text(text) => self.text(self.restored(text, &range), &range),
            Event::Code(code) => self.code(&code),
            Event::Html(html) => {
                let html = self.restored(html, &range);
                match &mut self.raw {
                    Some((raw, _)) => raw.push_str(&html),
                    None => self.raw_html(&html, &range),
                }
            }
            Event::InlineHtml(html) if self.image.is_none() => {
                if let Some(link) = &mut self.link {
                    link.has_html = true;
                }
                self.raw_html(&html, &range);
            }
            Event::FootnoteReference(name) if self.image.is_none() => self.reference(name),
            Event::SoftBreak | Event::HardBreak if self.image.is_some() => {
                if let Some(image) = &mut self.image {
                    image.alt.push(' ');
                }
            }
            Event::SoftBreak => {
                self.record_text(" ");
                self.note_text(" ");
                self.out.push('\n');
            }
            Event::HardBreak => {
                self.record_text("\n");
                self.note_text(" ");
                self.out.push_str("<br>\n");
            }
            Event::Rule => self.block("<hr>\n"),
            Event::TaskListMarker(done) => self.task(done),
            // Events of extensions that are not switched on.
            _ => {}
        }
    }

    fn deeper_than_allowed(&mut self, range: &Range<usize>) {
        self.too_deep = true;
        let message = format!("this text is nested more than {DEEPEST} levels deep");
        let span = self.span(&(range.start..range.start + 1));
        self.problem(
            span,
            Diagnostic::error(codes::TOO_DEEP, message).help("remove the superfluous `>`, `[` or `*`"),
        );
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => {
                self.block("<p>");
                (self.paragraph, self.lone) = (self.out.len(), None);
                self.write_clause_mark();
            }
            Tag::Heading { level, id, classes, attrs } => {
                self.start_heading(level, id.map(CowStr::into_string), &classes, &attrs, &range);
            }
            Tag::BlockQuote(None) => self.block("<blockquote>\n"),
            Tag::BlockQuote(Some(kind)) => self.alert(kind, &range),
            Tag::List(start) => {
                let is_clauses = self.start_clause_list(start.is_some());
                match start {
                    Some(_) if is_clauses => self.block("<ol class=\"clauses\">\n"),
                    Some(1) => self.block("<ol>\n"),
                    Some(start) => self.block(&format!("<ol start=\"{start}\">\n")),
                    None => self.block("<ul>\n"),
                }
            }
            Tag::Item => {
                self.block("<li");
                self.items.push(self.out.len());
                self.out.push('>');
                let span = self.span(&range);
                self.start_clause_item(span);
            }
            Tag::DefinitionList => self.block("<dl>\n"),
            Tag::DefinitionListTitle => self.block("<dt>"),
            Tag::DefinitionListDefinition => self.block("<dd>"),
            Tag::CodeBlock(kind) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((info, String::new()));
            }
            Tag::HtmlBlock => self.raw = Some((String::new(), range)),
            Tag::Table(alignments) => self.start_table(alignments),
            Tag::TableHead => self.start_row(true, &range),
            Tag::TableRow => self.start_row(false, &range),
            Tag::TableCell => self.start_cell(&range),
            Tag::FootnoteDefinition(name) => {
                let span = self.span(&(range.start..range.start + name.len() + "[^]".len()));
                self.defined.push((name.clone(), span));
                self.definition = Some((name, std::mem::take(&mut self.out)));
            }
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Link { link_type: LinkType::ShortcutUnknown, .. } => self.start_citation(&range),
            Tag::Link { link_type, dest_url, title, .. } => self.link(link_type, &dest_url, &title, &range),
            Tag::Image { dest_url, title, .. } => {
                self.image = Some(OpenImage {
                    alt: String::new(),
                    target: Target::parse(&dest_url),
                    title: title.into_string(),
                    span: self.span(&range),
                    depth: 0,
                });
            }
            // Tags of extensions that are not switched on.
            Tag::Superscript | Tag::Subscript | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::BlockQuote(None) => self.block("</blockquote>\n"),
            TagEnd::BlockQuote(Some(_)) => self.close_directive(),
            TagEnd::List(ordered) => {
                self.end_clause_list();
                self.block(if ordered { "</ol>\n" } else { "</ul>\n" });
            }
            TagEnd::Item => {
                self.end_clause_item();
                self.items.pop();
                self.out.push_str("</li>\n");
            }
            TagEnd::DefinitionList => self.block("</dl>\n"),
            TagEnd::DefinitionListTitle => self.out.push_str("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.out.push_str("</dd>\n"),
            TagEnd::CodeBlock => {
                if let Some((info, code)) = self.code.take() {
                    self.block("");
                    highlight::code_block(&mut self.out, &info, &code, self.settings);
                }
            }
            TagEnd::HtmlBlock => {
                if let Some((html, range)) = self.raw.take() {
                    self.html_block(&html, range);
                }
            }
            TagEnd::Table => {
                self.out.push_str("</tbody>\n</table>\n</div>\n");
                self.end_table();
            }
            TagEnd::TableHead => self.out.push_str("</tr>\n</thead>\n<tbody>\n"),
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::FootnoteDefinition => {
                if let Some((name, interrupted)) = self.definition.take() {
                    let html = std::mem::replace(&mut self.out, interrupted);
                    self.definitions.entry(name).or_insert(html);
                }
            }
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Link if self.end_citation() => {}
            TagEnd::Link => self.end_link(),
            TagEnd::Image => self.end_image(),
            TagEnd::Superscript | TagEnd::Subscript | TagEnd::MetadataBlock(_) => {}
        }
    }

    /// Text of a code or HTML block may hold lines that looked like directives: back to the letter.
    fn restored(&self, text: CowStr<'a>, range: &Range<usize>) -> CowStr<'a> {
        if self.lines.is_empty() {
            return text;
        }
        let next = self.lines.partition_point(|line| line.end <= range.start);
        let touched = self.lines.get(next).is_some_and(|line| line.start < range.end);
        if touched && text.len() == range.len() {
            CowStr::Borrowed(&self.source[range.clone()])
        } else {
            text
        }
    }

    fn text(&mut self, text: CowStr<'a>, range: &Range<usize>) {
        let is_made = self.link.as_ref().is_some_and(|link| link.is_made);
        if !is_made {
            self.record_text(&text);
        }
        if let Some((_, code)) = &mut self.code {
            code.push_str(&text);
            return;
        }
        // Words that are made for the reader's language take the place of those in the source.
        if is_made {
            return;
        }
        match &*text {
            "[" => {
                self.brackets += 1;
                if self.brackets > DEEPEST {
                    self.deeper_than_allowed(range);
                }
            }
            "]" => self.brackets = self.brackets.saturating_sub(1),
            _ => {}
        }
        self.body.words += words(&text);
        if text.starts_with('^') {
            self.undefined_footnote(range);
        }
        if let Some(image) = &mut self.image {
            image.alt.push_str(&text);
            return;
        }
        self.note_text(&text);
        // Writing to a String cannot fail.
        let _ = escape_html_body_text(&mut self.out, &text);
    }

    fn code(&mut self, code: &str) {
        self.body.words += words(code);
        self.record_text(code);
        if let Some(image) = &mut self.image {
            image.alt.push_str(code);
            return;
        }
        self.note_text(code);
        self.out.push_str("<code>");
        let _ = escape_html_body_text(&mut self.out, code);
        self.out.push_str("</code>");
    }

    /// Adds to the text of the heading, of the link and of the cell of data that are open.
    fn note_text(&mut self, text: &str) {
        if let Some(cell) = self.table.as_mut().and_then(OpenTable::data_cell) {
            cell.text.push_str(text);
        }
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        }
        if let Some(link) = &mut self.link {
            link.text.push_str(text);
        }
    }
}
