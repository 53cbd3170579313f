//! Links, pictures and raw HTML.

use std::ops::Range;

use pulldown_cmark::{LinkType, Tag};
use pulldown_cmark_escape::{escape_href, escape_html};

use super::{OpenImage, OpenLink, Writer};
use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::config::{Markdown, RawHtml};
use crate::content::markdown::directives::{Arg, Directive, FIGURE};
use crate::content::markdown::html;
use crate::content::markdown::links::{Cited, Link, Target};
use crate::content::markdown::pieces::{Piece, mark};

impl Writer<'_, '_> {
    /// Notes a link, whoever makes it. Where authors may not write HTML, they may not have scripts run
    /// by an address either.
    pub(super) fn add_link(&mut self, target: Target, span: Span) -> u32 {
        if let Target::External { url } = &target
            && self.settings.raw_html != RawHtml::Allow
            && !html::is_safe_address(url)
        {
            let scheme = url.split(':').next().unwrap_or_default();
            let message = format!("this site allows no addresses that begin with `{scheme}:`");
            let problem = Diagnostic::error(codes::RAW_HTML, message);
            self.problem(span, problem.help("link to a page, or to an address with https:, mailto: or tel:"));
        }
        self.body.links.push(Link { target, span, text: None });
        u32::try_from(self.body.links.len() - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn link(&mut self, kind: LinkType, url: &str, title: &str, range: &Range<usize>) {
        let target = match kind {
            LinkType::WikiLink { .. } => Target::Citation(Cited::parse(url)),
            LinkType::Email => Target::External { url: format!("mailto:{url}") },
            _ => Target::parse(url),
        };
        self.out.push_str("<a href=\"");
        let leads_out = match &target {
            Target::External { url } => {
                // Writing to a String cannot fail.
                let _ = escape_href(&mut self.out, url);
                url.starts_with("http://") || url.starts_with("https://") || url.starts_with("//")
            }
            Target::Here { fragment } => {
                self.out.push('#');
                let _ = escape_href(&mut self.out, fragment);
                false
            }
            Target::Empty => false,
            Target::Content { .. }
            | Target::Relative { .. }
            | Target::Rooted { .. }
            | Target::Citation(_) => {
                let index = u32::try_from(self.body.links.len()).unwrap_or(u32::MAX);
                mark(&mut self.out, Piece::Link(index));
                false
            }
        };
        self.out.push('"');
        if leads_out {
            external_attributes(&mut self.out, self.settings.markdown);
        }
        push_title(&mut self.out, title);
        self.out.push('>');
        let span = self.span(range);
        let index = self.add_link(target, span);
        let is_made = kind == LinkType::WikiLink { has_pothole: false };
        if is_made {
            mark(&mut self.out, Piece::Citation(index));
            let mut hole = String::new();
            mark(&mut hole, Piece::Citation(index));
            self.record_text(&hole);
        }
        self.link = Some(OpenLink { index: index as usize, text: String::new(), has_html: is_made, is_made });
    }

    pub(super) fn end_link(&mut self) {
        self.out.push_str("</a>");
        let Some(OpenLink { index, text, has_html, .. }) = self.link.take() else { return };
        let text = text.trim();
        let link = &self.body.links[index];
        if text.is_empty() && !has_html && matches!(link.target, Target::Citation(_)) {
            let problem =
                Diagnostic::error(codes::CITATION, "nothing stands behind the `|` of this citation");
            let help = "write there what readers shall see, or remove the `|`: then the words are made";
            self.problem(link.span, problem.help(help));
        }
        if !(text.is_empty() && has_html) {
            self.body.links[index].text = Some(text.into());
        }
    }

    /// Inside a picture's text only the text counts.
    pub(super) fn start_in_image(&mut self, tag: &Tag<'_>) {
        if let (Some(image), Tag::Image { .. }) = (&mut self.image, tag) {
            image.depth += 1;
        }
    }

    pub(super) fn end_image(&mut self) {
        let Some(image) = &mut self.image else { return };
        if image.depth > 0 {
            image.depth -= 1;
            return;
        }
        let Some(OpenImage { alt, target, title, span, .. }) = self.image.take() else { return };
        let begins = self.out.len();
        let index = u32::try_from(self.body.links.len()).unwrap_or(u32::MAX);
        let is_own = !matches!(target, Target::External { .. } | Target::Here { .. } | Target::Empty);
        if is_own {
            mark(&mut self.out, Piece::Formats(index, true));
        }
        self.out.push_str("<img src=\"");
        match &target {
            Target::External { url } => {
                let _ = escape_href(&mut self.out, url);
            }
            _ if is_own => mark(&mut self.out, Piece::Link(index)),
            _ => {}
        }
        self.add_link(target, span);
        if let Some(link) = &mut self.link {
            link.text.push_str(&alt);
        }
        if alt.trim().is_empty() {
            self.body.without_alt.push(span);
        }
        self.out.push_str("\" alt=\"");
        let _ = escape_html(&mut self.out, &alt);
        self.out.push('"');
        push_title(&mut self.out, &title);
        mark(&mut self.out, Piece::Picture(index));
        self.out.push('>');
        if is_own {
            mark(&mut self.out, Piece::Formats(index, false));
            self.body.inner_pictures.push(index);
            // The arrow back from a footnote stands in its last paragraph, which cannot be a figure.
            if begins == self.paragraph && self.link.is_none() && self.definition.is_none() {
                self.lone = Some((self.out.len(), figure(index, alt, title, span)));
            }
        }
    }

    /// The end of a paragraph, of which a figure may be made if it is one picture and nothing else, not the end of a
    /// summary either.
    pub(super) fn end_paragraph(&mut self) {
        let is_whole = |(end, _): &(usize, Directive)| *end == self.out.len();
        let begins_summary = self.body.summary.is_none_or(|(end, _)| end < self.paragraph);
        let Some((_, figure)) = self.lone.take().filter(is_whole).filter(|_| begins_summary) else {
            return self.out.push_str("</p>\n");
        };
        let index = u32::try_from(self.body.lone_pictures.len()).unwrap_or(u32::MAX);
        let picture = self.out.split_off(self.paragraph);
        self.out.truncate(self.paragraph - "<p>".len());
        mark(&mut self.out, Piece::Lone(index, true));
        self.out.push_str("<p>");
        self.out.push_str(&picture);
        self.out.push_str("</p>\n");
        mark(&mut self.out, Piece::Lone(index, false));
        self.body.inner_pictures.pop();
        self.body.lone_pictures.push(figure);
    }

    pub(super) fn html_block(&mut self, html: &str, range: Range<usize>) {
        let next = self.lines.partition_point(|line| line.end <= range.start);
        let line = self.lines.get(next).copied().filter(|line| line.start == range.start);
        match line {
            Some(line) if line.end >= range.end.min(range.start + html.trim_end().len()) => {
                self.directive_line(line);
            }
            _ => {
                if !is_more(html) {
                    self.block("");
                }
                self.raw_html(html, &range);
            }
        }
    }

    /// `<!-- more -->` ends the summary: between blocks, or inside a paragraph that is no part of
    /// anything else.
    fn more(&mut self) {
        if self.body.summary.is_none() && self.open.is_empty() && self.definition.is_none() {
            let close = match self.depth {
                0 => "",
                1 if self.raw.is_none() && self.heading.is_none() => "</p>\n",
                _ => return,
            };
            self.body.summary = Some((self.out.len(), close));
        }
    }

    pub(super) fn raw_html(&mut self, html: &str, range: &Range<usize>) {
        if is_more(html) {
            return self.more();
        }
        match self.settings.raw_html {
            RawHtml::Deny if !html.trim_start().starts_with("<!--") => {
                let span = self.span(range);
                let problem = Diagnostic::error(codes::RAW_HTML, "this site allows no raw HTML in its pages");
                self.problem(
                    span,
                    problem.help("use Markdown or a directive, or write a backslash before the `<`"),
                );
            }
            RawHtml::Deny => {}
            RawHtml::Sanitise => self.linked(&html::sanitise(html), range),
            RawHtml::Allow => self.linked(html, range),
        }
    }

    /// Notes the ids of raw HTML, and makes holes of the addresses that lead into the site.
    fn linked(&mut self, html: &str, range: &Range<usize>) {
        let span = self.span(range);
        let mut copied = 0;
        for tag in html::tags(html) {
            let id = tag.attribute("id").or_else(|| tag.attribute("name").filter(|_| tag.name == "a"));
            if let Some(id) = id.and_then(|id| id.value) {
                let id = html::unescape(id);
                self.check_given_id(&id, span);
                self.take_id(&id);
                self.body.other_ids.push(id);
            }
            if tag.name.eq_ignore_ascii_case("img") && tag.attribute("alt").is_none() {
                self.body.without_alt.push(span);
            }
            let address = match tag.name.to_ascii_lowercase().as_str() {
                "a" | "area" => tag.attribute("href"),
                "img" | "source" | "video" | "audio" | "track" => tag.attribute("src"),
                _ => None,
            };
            let is_picture = tag.name.eq_ignore_ascii_case("img");
            let Some((address, value)) = address.and_then(|a| Some((a, a.value?))) else { continue };
            // In HTML an empty address is a way to say "this page".
            if value.is_empty() {
                continue;
            }
            let target = Target::parse(&html::unescape(value));
            let leaves = matches!(target, Target::External { .. } | Target::Here { .. });
            let index = self.add_link(target, span);
            if !leaves {
                self.body.inner_pictures.extend(Some(index).filter(|_| is_picture));
                self.out.push_str(&html[copied..address.range.start]);
                self.out.push('"');
                mark(&mut self.out, Piece::Link(index));
                self.out.push('"');
                copied = address.range.end;
            }
        }
        self.out.push_str(&html[copied..]);
    }
}

/// The directive that shows a picture as `![alt](src "title")` does.
fn figure(link: u32, alt: String, title: String, span: Span) -> Directive {
    let arg = |key: &str, value, link| Arg { key: key.to_owned(), value: Some(value), span, link };
    let mut args = vec![arg("src", String::new(), Some(link)), arg("alt", alt, None)];
    if !title.is_empty() {
        args.push(arg("caption", title, None));
    }
    Directive { name: FIGURE.to_owned(), span, args, is_leaf: true, table: None }
}

fn is_more(html: &str) -> bool {
    html.trim()
        .strip_prefix("<!--")
        .and_then(|rest| rest.strip_suffix("-->"))
        .is_some_and(|text| text.trim() == "more")
}

fn push_title(tag: &mut String, title: &str) {
    if !title.is_empty() {
        tag.push_str(" title=\"");
        let _ = escape_html(&mut *tag, title);
        tag.push('"');
    }
}

/// What the settings say of links that leave the site.
pub(crate) fn external_attributes(tag: &mut String, settings: &Markdown) {
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
