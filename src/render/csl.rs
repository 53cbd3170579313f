//! What a citation style makes, as HTML: no styles in attributes, which the portal's policy forbids.

use hayagriva::citationberg::{FontStyle, FontVariant, FontWeight, TextDecoration, VerticalAlign};
use hayagriva::{Elem, ElemChild, ElemMeta, Formatted, Formatting};
use pulldown_cmark_escape::{escape_href, escape_html_body_text};

use crate::config::Markdown;
use crate::content::markdown::external_attributes;

/// Writes parts of a citation, or of a list of sources.
pub(super) struct Writer<'a> {
    /// How links look; without it there are none.
    links: Option<&'a Markdown>,
    without_names: bool,
    has_link: bool,
}

impl<'a> Writer<'a> {
    /// For the text of a page, where the whole is a link.
    pub(super) fn text() -> Self {
        Self { links: None, without_names: false, has_link: false }
    }

    /// For the list, where addresses are links.
    pub(super) fn list(links: &'a Markdown) -> Self {
        Self { links: Some(links), without_names: false, has_link: false }
    }

    /// Leaves out the names of authors, and what joins them to the rest.
    pub(super) fn without_names(self, without_names: bool) -> Self {
        Self { without_names, ..self }
    }

    /// Whether something of what was written is a link.
    pub(super) fn has_link(&self) -> bool {
        self.has_link
    }

    pub(super) fn html(&mut self, children: &[ElemChild]) -> String {
        let mut out = String::new();
        self.children(children, &mut out);
        match self.without_names {
            true => out.trim_start_matches([',', ' ', ':', ';', '\u{a0}']).to_owned(),
            false => out,
        }
    }

    fn children(&mut self, children: &[ElemChild], out: &mut String) {
        for (at, child) in children.iter().enumerate() {
            match child {
                ElemChild::Text(text) => {
                    let behind = at.checked_sub(1).map(|before| &children[before]);
                    formatted(text, without_delimiter(behind, &text.text), out);
                }
                ElemChild::Elem(elem) => self.elem(elem, out),
                // Writing to a String cannot fail.
                ElemChild::Markup(text) => {
                    let _ = escape_html_body_text(&mut *out, text);
                }
                ElemChild::Link { text, url } => self.link(url, &text.text, out),
                ElemChild::Transparent { .. } => {}
            }
        }
    }

    fn elem(&mut self, elem: &Elem, out: &mut String) {
        if self.without_names && matches!(elem.meta, Some(ElemMeta::Names(_))) {
            return;
        }
        // Blocks of a style are parts of one entry here.
        if elem.display.is_some() && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        self.children(&elem.children.0, out);
    }

    /// A link to an address; its text alone where nobody should go there.
    pub(super) fn link(&mut self, url: &str, text: &str, out: &mut String) {
        let settings = self.links.filter(|_| is_page(url));
        // Writing to a String cannot fail.
        if let Some(settings) = settings {
            self.has_link = true;
            out.push_str("<a href=\"");
            let _ = escape_href(&mut *out, url);
            out.push('"');
            external_attributes(out, settings);
            out.push('>');
        }
        let _ = escape_html_body_text(&mut *out, text);
        if settings.is_some() {
            out.push_str("</a>");
        }
    }
}

/// What a style puts behind a part, without a delimiter that delimits nothing: the processor writes one before
/// a month that a date does not have, and the year stands there as `(2020,)`.
fn without_delimiter<'a>(behind: Option<&ElemChild>, text: &'a str) -> &'a str {
    let rest = text.trim_start_matches([',', ';', ':', ' ', '\u{a0}']);
    let is_of_style = matches!(behind, Some(ElemChild::Elem(_)));
    if is_of_style && rest.starts_with([')', ']']) { rest } else { text }
}

/// A text in its format, `shown` of it.
fn formatted(text: &Formatted, shown: &str, out: &mut String) {
    let elements = elements(text.formatting);
    for element in &elements {
        out.push_str(&format!("<{element}>"));
    }
    // Writing to a String cannot fail.
    let _ = escape_html_body_text(&mut *out, shown);
    for element in elements.iter().rev() {
        out.push_str(&format!("</{}>", element.split(' ').next().unwrap_or_default()));
    }
}

fn elements(formatting: Formatting) -> Vec<&'static str> {
    let all = [
        (formatting.font_style == FontStyle::Italic, "i"),
        (formatting.font_weight == FontWeight::Bold, "b"),
        (formatting.text_decoration == TextDecoration::Underline, "u"),
        (formatting.font_variant == FontVariant::SmallCaps, "span class=\"small-caps\""),
        (formatting.vertical_align == VerticalAlign::Sup, "sup"),
        (formatting.vertical_align == VerticalAlign::Sub, "sub"),
    ];
    all.into_iter().filter(|(is, _)| *is).map(|(_, element)| element).collect()
}

/// Whether an address is one that a reader may follow.
pub(super) fn is_page(url: &str) -> bool {
    ["https://", "http://", "ftp://"].iter().any(|scheme| url.starts_with(scheme))
}

/// The text of HTML that [`Writer`] has written.
pub(super) fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_no_pages_are_text() {
        let settings = Markdown::default();
        let mut writer = Writer::list(&settings);
        let mut out = String::new();
        writer.link("javascript:alert(1)", "<x>", &mut out);
        assert_eq!(out, "&lt;x&gt;");
        assert!(!writer.has_link());
        writer.link("https://a.kz/?a=1&b=2", "a", &mut out);
        assert!(out.contains("href=\"https://a.kz/?a=1&amp;b=2\""), "{out}");
        assert!(writer.has_link());
    }

    #[test]
    fn text_is_what_is_read() {
        assert_eq!(plain("<i>A</i> &amp; B &lt;c&gt;"), "A & B <c>");
    }
}
