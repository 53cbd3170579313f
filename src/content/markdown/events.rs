//! From the parser's events to HTML: headings with ids, links as holes, tables that scroll,
//! footnotes at the end, code with classes, directives as marks.
//!
//! Events that need nothing pass to pulldown-cmark's own HTML writer.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use foldhash::fast::FixedState;
use pulldown_cmark::{
    Alignment, BlockQuoteKind, CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd, html as writer,
};
use pulldown_cmark_escape::{escape_href, escape_html};

use super::directives::{self, Arg, Directive, Kind, Line};
use super::links::{Link, Target};
use super::pieces::{self, Mark, Word};
use super::{Body, Heading, Settings, highlight, html};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::slug::slugify;
use crate::base::span::Span;
use crate::config::RawHtml;

/// Blocks, quotes and emphasis inside each other: browsers give up at some five hundred.
const DEEPEST: usize = 100;

/// Ids that themes give to parts of the page.
const RESERVED_IDS: &[&str] = &["main", "top", "contents", "footnotes", "sources", "site-nav", "skip"];

/// The file that the text is part of.
pub(super) struct Place<'a> {
    pub file: &'a str,
    pub text: &'a str,
    /// Where the Markdown begins in it.
    pub at: usize,
}

struct OpenHeading {
    slot: usize,
    text: String,
    span: Span,
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
}

/// Turns events into a [`Body`].
pub(super) struct Writer<'a, 's> {
    place: Place<'a>,
    source: &'a str,
    lines: &'a [Line],
    settings: &'s Settings<'s>,
    problems: &'s mut Vec<Diagnostic>,
    out: Vec<Event<'a>>,
    body: Body,
    used_ids: HashSet<String, FixedState>,
    depth: usize,
    too_deep: bool,
    brackets: usize,
    heading: Option<OpenHeading>,
    image: Option<OpenImage>,
    /// Language line and text of the open code block.
    code: Option<(String, String)>,
    /// The open HTML block, and where it starts.
    raw: Option<(String, Range<usize>)>,
    table: Option<(Vec<Alignment>, usize, bool)>,
    cell: usize,
    items: Vec<usize>,
    open: Vec<OpenDirective>,
    directives: Vec<Option<Directive>>,
    /// The names of footnotes in the order of their first use, and how often each is used.
    notes: Vec<(CowStr<'a>, usize)>,
    definitions: HashMap<CowStr<'a>, Vec<Event<'a>>, FixedState>,
    definition: Option<(CowStr<'a>, usize)>,
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
            out: Vec::new(),
            body: Body::default(),
            used_ids: RESERVED_IDS.iter().map(|&id| id.to_owned()).collect(),
            depth: 0,
            too_deep: false,
            brackets: 0,
            heading: None,
            image: None,
            code: None,
            raw: None,
            table: None,
            cell: 0,
            items: Vec::new(),
            open: Vec::new(),
            directives: Vec::new(),
            notes: Vec::new(),
            definitions: HashMap::default(),
            definition: None,
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
        self.footnotes();
        let mut html = String::with_capacity(self.source.len() * 5 / 4);
        writer::push_html(&mut html, self.out.into_iter());
        (self.body.pieces, self.body.summary) = pieces::cut(&html, self.directives);
        self.body.ids.extend(self.body.headings.iter().map(|heading| heading.id.clone()));
        self.body.ids.sort_unstable();
        self.body.ids.dedup();
        self.body
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::from(range.clone()).shift(self.place.at)
    }

    fn problem(&mut self, span: Span, diagnostic: Diagnostic) {
        let location = Location::span(self.place.file, self.place.text, span);
        self.problems.push(diagnostic.at(location));
    }

    fn html(&mut self, html: impl Into<CowStr<'a>>) {
        self.out.push(Event::Html(html.into()));
    }

    fn inline(&mut self, html: impl Into<CowStr<'a>>) {
        self.out.push(Event::InlineHtml(html.into()));
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    self.deeper_than_allowed(&range);
                }
                self.start(tag, range);
            }
            Event::End(tag) => {
                self.depth -= 1;
                self.end(tag);
                self.close_directives(self.depth);
            }
            Event::Text(text) => self.text(self.restored(text, &range), &range),
            Event::Code(code) => {
                self.count_words(&code);
                if let Some(image) = &mut self.image {
                    image.alt.push_str(&code);
                } else {
                    if let Some(heading) = &mut self.heading {
                        heading.text.push_str(&code);
                    }
                    self.out.push(Event::Code(code));
                }
            }
            Event::Html(html) => {
                let html = self.restored(html, &range);
                match &mut self.raw {
                    Some((raw, _)) => raw.push_str(&html),
                    None => self.raw_html(&html, &range, false),
                }
            }
            Event::InlineHtml(html) => {
                if self.image.is_none() {
                    self.raw_html(&html, &range, true);
                }
            }
            Event::FootnoteReference(name) => self.reference(name),
            Event::SoftBreak | Event::HardBreak if self.image.is_some() => {
                if let Some(image) = &mut self.image {
                    image.alt.push(' ');
                }
            }
            Event::HardBreak => self.inline("<br>\n"),
            Event::Rule => self.html("<hr>\n"),
            Event::TaskListMarker(done) => self.task(done),
            other => self.out.push(other),
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
        // A row of brackets without text between them is one nesting; a block ends it.
        match tag {
            Tag::Heading { level, id, classes, attrs } => {
                let span = self.span(&range);
                self.heading = Some(OpenHeading { slot: self.out.len(), text: String::new(), span });
                self.out.push(Event::Start(Tag::Heading { level, id, classes, attrs }));
                let index = u32::try_from(self.body.headings.len()).unwrap_or(u32::MAX);
                self.inline(Mark::Anchor(index, true).text());
            }
            Tag::Link { link_type, dest_url, title, .. } => self.link(link_type, &dest_url, &title, &range),
            Tag::Image { dest_url, title, .. } => {
                if let Some(image) = &mut self.image {
                    image.depth += 1;
                } else {
                    self.image = Some(OpenImage {
                        alt: String::new(),
                        target: Target::parse(&dest_url),
                        title: title.into_string(),
                        span: self.span(&range),
                        depth: 0,
                    });
                }
            }
            Tag::CodeBlock(kind) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((info, String::new()));
            }
            Tag::HtmlBlock => self.raw = Some((String::new(), range)),
            Tag::BlockQuote(Some(kind)) => {
                let kind = match kind {
                    BlockQuoteKind::Note => "note",
                    BlockQuoteKind::Tip => "tip",
                    BlockQuoteKind::Important => "important",
                    BlockQuoteKind::Warning => "warning",
                    BlockQuoteKind::Caution => "caution",
                };
                let span = self.span(&(range.start..range.start + 1));
                let arg = Arg { key: "kind".to_owned(), value: Some(kind.to_owned()), span, link: None };
                self.open_directive("note".to_owned(), vec![arg], span, false);
            }
            Tag::Table(alignments) => {
                self.table = Some((alignments, 0, false));
                self.html("<div class=\"table-scroll\" tabindex=\"0\">\n<table>\n");
            }
            Tag::TableHead => {
                if let Some((_, _, head)) = &mut self.table {
                    *head = true;
                }
                self.html("<thead>\n<tr>\n");
            }
            Tag::TableRow => {
                if let Some((_, column, _)) = &mut self.table {
                    *column = 0;
                }
                self.html("<tr>\n");
            }
            Tag::TableCell => {
                self.cell = self.out.len();
                let open = self.table.as_ref().map_or("<td>", |(alignments, column, head)| {
                    cell_tag(alignments.get(*column).copied().unwrap_or(Alignment::None), *head)
                });
                self.html(open);
            }
            Tag::Item => {
                self.items.push(self.out.len());
                self.out.push(Event::Start(Tag::Item));
            }
            Tag::FootnoteDefinition(name) => self.definition = Some((name, self.out.len())),
            other if self.image.is_none() => self.out.push(Event::Start(other)),
            _ => {}
        }
        if self.depth == 1 {
            self.brackets = 0;
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.end_heading(level),
            TagEnd::Link if self.image.is_none() => self.inline("</a>"),
            TagEnd::Link => {}
            TagEnd::Image => self.end_image(),
            TagEnd::CodeBlock => {
                if let Some((info, code)) = self.code.take() {
                    let html = highlight::code_block(&info, &code, self.settings.markdown.highlight_code);
                    self.html(html);
                }
            }
            TagEnd::HtmlBlock => {
                if let Some((html, range)) = self.raw.take() {
                    self.html_block(&html, range);
                }
            }
            TagEnd::BlockQuote(Some(_)) => self.close_directive(),
            TagEnd::Table => {
                self.table = None;
                self.html("</tbody>\n</table>\n</div>\n");
            }
            TagEnd::TableHead => {
                if let Some((_, _, head)) = &mut self.table {
                    *head = false;
                }
                self.html("</tr>\n</thead>\n<tbody>\n");
            }
            TagEnd::TableRow => self.html("</tr>\n"),
            TagEnd::TableCell => {
                let empty = self.out.len() == self.cell + 1;
                if let Some((_, column, head)) = &mut self.table {
                    *column += 1;
                    let close = match (*head, empty) {
                        // A corner without a heading is no header for screen readers to announce.
                        (true, true) => {
                            self.out[self.cell] = Event::Html("<td>".into());
                            "</td>\n"
                        }
                        (true, false) => "</th>\n",
                        (false, _) => "</td>\n",
                    };
                    self.html(close);
                }
            }
            TagEnd::Item => {
                self.items.pop();
                self.out.push(Event::End(TagEnd::Item));
            }
            TagEnd::FootnoteDefinition => {
                if let Some((name, from)) = self.definition.take() {
                    let events = self.out.split_off(from);
                    self.definitions.entry(name).or_insert(events);
                }
            }
            other if self.image.is_none() => self.out.push(Event::End(other)),
            _ => {}
        }
    }

    /// Text of a code or HTML block may hold lines that looked like directives: back to the letter.
    fn restored(&self, text: CowStr<'a>, range: &Range<usize>) -> CowStr<'a> {
        let next = self.lines.partition_point(|line| line.end <= range.start);
        let touched = self.lines.get(next).is_some_and(|line| line.start < range.end);
        if touched && text.len() == range.len() {
            CowStr::Borrowed(&self.source[range.clone()])
        } else {
            text
        }
    }

    fn text(&mut self, text: CowStr<'a>, range: &Range<usize>) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(&text);
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
        self.count_words(&text);
        if let Some(image) = &mut self.image {
            image.alt.push_str(&text);
            return;
        }
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(&text);
        }
        self.out.push(Event::Text(text));
    }

    fn count_words(&mut self, text: &str) {
        self.body.words +=
            text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    }

    fn end_heading(&mut self, level: pulldown_cmark::HeadingLevel) {
        let Some(OpenHeading { slot, text, span }) = self.heading.take() else { return };
        let index = u32::try_from(self.body.headings.len()).unwrap_or(u32::MAX);
        let title = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let own = match &mut self.out[slot] {
            Event::Start(Tag::Heading { id, .. }) => id.take().map(CowStr::into_string),
            _ => None,
        };
        let id = match own {
            Some(own) => {
                if self.body.headings.iter().any(|heading| heading.id == own) {
                    let problem = Diagnostic::error(
                        codes::DUPLICATE_ID,
                        format!("there are two headings with the id `{own}`"),
                    );
                    self.problem(span, problem.help("give one of them another {#id}"));
                }
                self.used_ids.insert(own.clone());
                own
            }
            None => self.unique_id(&title),
        };
        if let Event::Start(Tag::Heading { id: slot, .. }) = &mut self.out[slot] {
            *slot = Some(id.clone().into());
        }
        self.inline(Mark::Anchor(index, false).text());
        self.out.push(Event::End(TagEnd::Heading(level)));
        self.body.headings.push(Heading { level: level as u8, id, title, span });
    }

    /// An id from a heading's text; `-1`, `-2` … where it is taken.
    fn unique_id(&mut self, title: &str) -> String {
        let slug = slugify(title, self.settings.slugify, self.settings.lang);
        // With slugs off a heading's text may hold what an id may not (HTML, section 3.2.6).
        let mut slug = slug.split_whitespace().collect::<Vec<_>>().join("-");
        if slug.is_empty() {
            "section".clone_into(&mut slug);
        }
        if self.used_ids.insert(slug.clone()) {
            return slug;
        }
        let id =
            (1..).map(|n| format!("{slug}-{n}")).find(|id| !self.used_ids.contains(id)).unwrap_or_default();
        self.used_ids.insert(id.clone());
        id
    }

    fn add_link(&mut self, target: Target, span: Span) -> u32 {
        self.body.links.push(Link { target, span });
        u32::try_from(self.body.links.len() - 1).unwrap_or(u32::MAX)
    }

    fn link(&mut self, kind: LinkType, url: &str, title: &str, range: &Range<usize>) {
        if self.image.is_some() {
            return;
        }
        let mut tag = String::from("<a href=\"");
        let target = if kind == LinkType::Email {
            Target::External { url: format!("mailto:{url}") }
        } else {
            Target::parse(url)
        };
        let settings = self.settings.markdown;
        let mut rest = String::from("\"");
        match &target {
            Target::External { url } => {
                let _ = escape_href(&mut tag, url);
                if url.starts_with("http://") || url.starts_with("https://") || url.starts_with("//") {
                    external_attributes(&mut rest, settings);
                }
            }
            Target::Here { fragment } => {
                tag.push('#');
                let _ = escape_href(&mut tag, fragment);
            }
            Target::Content { .. } | Target::Relative { .. } | Target::Rooted { .. } => {
                let index = u32::try_from(self.body.links.len()).unwrap_or(u32::MAX);
                tag.push_str(&Mark::Link(index).text());
            }
        }
        let span = self.span(range);
        self.add_link(target, span);
        tag.push_str(&rest);
        push_title(&mut tag, title);
        tag.push('>');
        self.inline(tag);
    }

    fn end_image(&mut self) {
        let Some(image) = &mut self.image else { return };
        if image.depth > 0 {
            image.depth -= 1;
            return;
        }
        let Some(OpenImage { alt, target, title, span, .. }) = self.image.take() else { return };
        let mut tag = String::from("<img src=\"");
        match &target {
            Target::External { url } => {
                let _ = escape_href(&mut tag, url);
            }
            Target::Here { .. } => {}
            _ => tag.push_str(&Mark::Link(u32::try_from(self.body.links.len()).unwrap_or(u32::MAX)).text()),
        }
        self.add_link(target, span);
        if alt.trim().is_empty() {
            self.body.without_alt.push(span);
        }
        tag.push_str("\" alt=\"");
        let _ = escape_html(&mut tag, &alt);
        tag.push('"');
        push_title(&mut tag, &title);
        if self.settings.markdown.lazy_async_image {
            tag.push_str(" loading=\"lazy\" decoding=\"async\"");
        }
        tag.push('>');
        self.inline(tag);
    }

    fn task(&mut self, done: bool) {
        if let Some(&item) = self.items.last() {
            self.out[item] = Event::Html("\n<li class=\"task\">".into());
        }
        let (checked, word) = if done { (" checked", Word::TaskDone) } else { ("", Word::TaskOpen) };
        self.inline(format!(
            "<input type=\"checkbox\" disabled{checked} aria-label=\"{}\"> ",
            Mark::Word(word).text()
        ));
    }

    fn html_block(&mut self, html: &str, range: Range<usize>) {
        let next = self.lines.partition_point(|line| line.end <= range.start);
        let line = self.lines.get(next).copied().filter(|line| line.start == range.start);
        match line {
            Some(line) if line.end >= range.end.min(range.start + html.trim_end().len()) => {
                self.directive_line(line)
            }
            _ if is_more(html) => self.more(),
            _ => self.raw_html(html, &range, false),
        }
    }

    /// `<!-- more -->` ends the summary: between blocks, or inside a paragraph that is no part of
    /// anything else.
    fn more(&mut self) {
        match self.depth {
            0 => self.html(Mark::Summary("").line()),
            1 => self.inline(Mark::Summary("</p>\n").text()),
            _ => {}
        }
    }

    fn raw_html(&mut self, html: &str, range: &Range<usize>, inline: bool) {
        if is_more(html) {
            return self.more();
        }
        let clean = match self.settings.raw_html {
            RawHtml::Deny if !html.trim_start().starts_with("<!--") => {
                let span = self.span(range);
                let problem = Diagnostic::error(codes::RAW_HTML, "this site allows no raw HTML in its pages");
                let problem =
                    problem.help("use Markdown or a directive, or write a backslash before the `<`");
                return self.problem(span, problem);
            }
            RawHtml::Deny => return,
            RawHtml::Sanitise => html::sanitise(html),
            RawHtml::Allow => html.to_owned(),
        };
        let linked = self.link_tags(&clean, range);
        if inline { self.inline(linked) } else { self.html(linked) }
    }

    /// Notes the ids of raw HTML, and makes holes of the addresses that lead into the site.
    fn link_tags(&mut self, html: &str, range: &Range<usize>) -> String {
        let span = self.span(range);
        let mut out = String::with_capacity(html.len());
        let mut copied = 0;
        for tag in html::tags(html) {
            let id = tag.attribute("id").or_else(|| tag.attribute("name").filter(|_| tag.name == "a"));
            if let Some(id) = id.and_then(|id| id.value) {
                self.body.ids.push(html::unescape(id));
                self.used_ids.insert(html::unescape(id));
            }
            if tag.name.eq_ignore_ascii_case("img") && tag.attribute("alt").is_none() {
                self.body.without_alt.push(span);
            }
            let address = match tag.name.to_ascii_lowercase().as_str() {
                "a" | "area" => tag.attribute("href"),
                "img" | "source" | "video" | "audio" | "track" => tag.attribute("src"),
                _ => None,
            };
            let Some((address, value)) = address.and_then(|a| Some((a, a.value?))) else { continue };
            let target = Target::parse(&html::unescape(value));
            let leaves = matches!(target, Target::External { .. } | Target::Here { .. });
            let index = self.add_link(target, span);
            if !leaves {
                out.push_str(&html[copied..address.range.start]);
                out.push('"');
                out.push_str(&Mark::Link(index).text());
                out.push('"');
                copied = address.range.end;
            }
        }
        out.push_str(&html[copied..]);
        out
    }

    fn directive_line(&mut self, line: Line) {
        let text = &self.source[line.start..line.end];
        let at = line.start + self.place.at;
        let span = Span::new(at, at + text.len());
        if line.kind == Kind::Close {
            match self.open.last() {
                Some(open) if open.depth == self.depth => self.close_directive(),
                Some(_) => {
                    let problem = Diagnostic::error(
                        codes::UNCLOSED_DIRECTIVE,
                        "this `:::` stands inside a list or quote that its directive does not",
                    );
                    self.problem(span, problem.help("indent both lines of a directive alike"));
                }
                None => {
                    let problem = Diagnostic::error(codes::UNCLOSED_DIRECTIVE, "this `:::` closes nothing");
                    self.problem(span, problem.help("remove it, or open a directive above, as in :::note"));
                }
            }
            return;
        }
        let mut problems = Vec::new();
        let (name, mut args) = directives::read(text, at, &mut problems);
        for (span, problem) in problems {
            self.problem(span, problem);
        }
        for arg in args.iter_mut().filter(|arg| matches!(arg.key.as_str(), "href" | "src" | "url")) {
            if let Some(value) = &arg.value {
                arg.link = Some(self.add_link(Target::parse(value), arg.span));
            }
        }
        // An unnamed directive is kept, so that its closing line is not blamed as well.
        self.open_directive(name, args, span, line.kind == Kind::Leaf);
        if line.kind == Kind::Leaf {
            self.close_directive();
        }
    }

    fn open_directive(&mut self, name: String, args: Vec<Arg>, span: Span, is_leaf: bool) {
        if self.open.len() >= 32 {
            let message = "directives are nested more than 32 levels deep";
            self.problem(span, Diagnostic::error(codes::TOO_DEEP, message));
            self.too_deep = true;
            return;
        }
        let index = u32::try_from(self.directives.len()).unwrap_or(u32::MAX);
        self.html(Mark::Open(index).line());
        self.open.push(OpenDirective { span, depth: self.depth, name: name.clone() });
        self.directives.push(Some(Directive { name, span, args, body: Vec::new(), is_leaf }));
    }

    fn close_directive(&mut self) {
        if self.open.pop().is_some() {
            self.html(Mark::Close.line());
        }
    }

    /// Closes the directives that were opened deeper than `depth`: what they stood in has ended.
    fn close_directives(&mut self, depth: usize) {
        while let Some(open) = self.open.last().filter(|open| open.depth > depth) {
            let (span, name) = (open.span, open.name.clone());
            self.unclosed(span, &name);
        }
    }

    fn unclosed(&mut self, span: Span, name: &str) {
        let problem =
            Diagnostic::error(codes::UNCLOSED_DIRECTIVE, format!("the directive `{name}` is never closed"));
        self.problem(span, problem.help("put a line with ::: alone after its text"));
        self.close_directive();
    }

    fn reference(&mut self, name: CowStr<'a>) {
        let index = self.notes.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            self.notes.push((name, 0));
            self.notes.len() - 1
        });
        self.notes[index].1 += 1;
        let (number, uses) = (index + 1, self.notes[index].1);
        let again = if uses > 1 { format!("-{uses}") } else { String::new() };
        self.inline(format!(
            "<sup class=\"footnote-reference\"><a id=\"fnref-{number}{again}\" href=\"#fn-{number}\">{number}</a></sup>"
        ));
    }

    /// The footnotes, in the order of their first use, each with its way back.
    fn footnotes(&mut self) {
        if self.notes.is_empty() {
            return;
        }
        self.html(format!(
            "<section class=\"footnotes\">\n<h2 class=\"footnotes-title\" id=\"footnotes\">{}</h2>\n<ol>\n",
            Mark::Word(Word::Footnotes).text()
        ));
        // A note may refer to further notes, so their number grows on the way.
        let mut index = 0;
        while index < self.notes.len() {
            let (name, uses) = self.notes[index].clone();
            let number = index + 1;
            self.html(format!("<li id=\"fn-{number}\">\n"));
            let mut events = self.definitions.remove(&name).unwrap_or_default();
            let ends_with_paragraph = matches!(events.last(), Some(Event::End(TagEnd::Paragraph)));
            if ends_with_paragraph {
                events.pop();
            }
            self.out.append(&mut events);
            for again in 1..=uses {
                let suffix = if again > 1 { format!("-{again}") } else { String::new() };
                let word = Mark::Word(Word::FootnoteBack).text();
                self.inline(format!(
                    " <a class=\"footnote-backref\" href=\"#fnref-{number}{suffix}\" aria-label=\"{word} {number}{suffix}\">↩</a>"
                ));
            }
            if ends_with_paragraph {
                self.out.push(Event::End(TagEnd::Paragraph));
            }
            self.html("</li>\n");
            index += 1;
        }
        self.html("</ol>\n</section>\n");
        self.body.ids.extend((1..=self.notes.len()).map(|number| format!("fn-{number}")));
    }
}

/// Words of a text: runs without white space that have a letter or digit.
fn words(text: &str) -> usize {
    if !text.is_ascii() {
        return text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    }
    let mut words = 0;
    let mut counted = false;
    for byte in text.bytes() {
        if byte.is_ascii_whitespace() {
            counted = false;
        } else if !counted && byte.is_ascii_alphanumeric() {
            counted = true;
            words += 1;
        }
    }
    words
}

fn is_more(html: &str) -> bool {
    html.trim()
        .strip_prefix("<!--")
        .and_then(|rest| rest.strip_suffix("-->"))
        .is_some_and(|text| text.trim() == "more")
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

fn push_title(tag: &mut String, title: &str) {
    if !title.is_empty() {
        tag.push_str(" title=\"");
        let _ = escape_html(&mut *tag, title);
        tag.push('"');
    }
}

fn external_attributes(tag: &mut String, settings: &crate::config::Markdown) {
    if let Some(class) = settings.external_links_class.as_deref().filter(|class| !class.is_empty()) {
        tag.push_str(" class=\"");
        tag.push_str(class);
        tag.push('"');
    }
    let mut rel = Vec::new();
    if settings.external_links_external {
        rel.push("external");
    }
    if settings.external_links_target_blank {
        tag.push_str(" target=\"_blank\"");
        rel.push("noopener");
    }
    if settings.external_links_no_follow {
        rel.push("nofollow");
    }
    if settings.external_links_no_referrer {
        rel.push("noreferrer");
    }
    if !rel.is_empty() {
        tag.push_str(" rel=\"");
        tag.push_str(&rel.join(" "));
        tag.push('"');
    }
}
