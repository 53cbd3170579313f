//! Raw HTML in Markdown: its tags, read well enough to find ids, links and pictures, and to let
//! only harmless ones through where the site asks for that.

use std::ops::Range;

/// An attribute of a tag.
pub(super) struct Attribute<'a> {
    pub name: &'a str,
    /// The value as written, without quotation marks; `None` for a name alone.
    pub value: Option<&'a str>,
    /// Where the value stands in the text, quotation marks included.
    pub range: Range<usize>,
}

/// A tag.
pub(super) struct Tag<'a> {
    pub name: &'a str,
    pub closing: bool,
    pub attributes: Vec<Attribute<'a>>,
    pub range: Range<usize>,
}

impl<'a> Tag<'a> {
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute<'a>> {
        self.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }
}

/// The tags of a piece of HTML, in order. Comments are passed over, and so is what stands inside
/// `script` and `style`.
pub(super) fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &html.as_bytes()[at..]) {
        let start = at + found;
        if html[start..].starts_with("<!--") {
            at = html[start..].find("-->").map_or(html.len(), |end| start + end + 3);
            continue;
        }
        let Some(tag) = tag(html, start) else {
            at = start + 1;
            continue;
        };
        at = tag.range.end;
        if !tag.closing && ["script", "style"].iter().any(|name| tag.name.eq_ignore_ascii_case(name)) {
            at = memchr::memmem::find_iter(&html.as_bytes()[at..], b"</")
                .map(|end| at + end)
                .find(|end| {
                    let name = html.as_bytes().get(end + 2..end + 2 + tag.name.len());
                    name.is_some_and(|name| name.eq_ignore_ascii_case(tag.name.as_bytes()))
                })
                .unwrap_or(html.len());
        }
        tags.push(tag);
    }
    tags
}

/// The tag that starts at a `<`, after CommonMark, section 6.6.
fn tag(html: &str, start: usize) -> Option<Tag<'_>> {
    let bytes = html.as_bytes();
    let mut at = start + 1;
    let closing = bytes.get(at) == Some(&b'/');
    at += usize::from(closing);
    let name_start = at;
    while bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-') {
        at += 1;
    }
    let name = &html[name_start..at];
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut attributes = Vec::new();
    loop {
        let blanks = at;
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        match bytes.get(at)? {
            b'>' => return Some(Tag { name, closing, attributes, range: start..at + 1 }),
            b'/' if bytes.get(at + 1) == Some(&b'>') => {
                return Some(Tag { name, closing, attributes, range: start..at + 2 });
            }
            _ if at == blanks => return None,
            _ => {}
        }
        let name_start = at;
        while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace() && !b"\"'<>/=".contains(b)) {
            at += 1;
        }
        if at == name_start {
            return None;
        }
        let name = &html[name_start..at];
        let mut after = at;
        while bytes.get(after).is_some_and(u8::is_ascii_whitespace) {
            after += 1;
        }
        if bytes.get(after) != Some(&b'=') {
            attributes.push(Attribute { name, value: None, range: at..at });
            continue;
        }
        at = after + 1;
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        let value_start = at;
        let value = match bytes.get(at)? {
            quote @ (b'"' | b'\'') => {
                let length = memchr::memchr(*quote, &bytes[at + 1..])?;
                at += length + 2;
                &html[value_start + 1..at - 1]
            }
            _ => {
                while bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace() && !b"\"'=<>`".contains(b)) {
                    at += 1;
                }
                if at == value_start {
                    return None;
                }
                &html[value_start..at]
            }
        };
        attributes.push(Attribute { name, value: Some(value), range: value_start..at });
    }
}

/// Undoes the five references that an attribute with an address needs.
pub(super) fn unescape(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    value
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// Elements that cannot do harm with the attributes below: text, lists, tables and pictures.
const SAFE_ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "wbr",
];

const SAFE_ATTRIBUTES: &[&str] = &[
    "alt", "cite", "class", "colspan", "datetime", "dir", "height", "href", "id", "lang", "open", "reversed",
    "rowspan", "scope", "span", "src", "start", "title", "value", "width",
];

/// Lets safe tags with safe attributes through, written anew; everything else becomes text.
pub(super) fn sanitise(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut at = 0;
    for tag in tags(html) {
        escape_into(&mut out, &html[at..tag.range.start]);
        at = tag.range.end;
        let name = tag.name.to_ascii_lowercase();
        if !SAFE_ELEMENTS.contains(&name.as_str()) {
            escape_into(&mut out, &html[tag.range.clone()]);
            continue;
        }
        out.push('<');
        if tag.closing {
            out.push('/');
        }
        out.push_str(&name);
        for attribute in tag.attributes.iter().filter(|_| !tag.closing) {
            let key = attribute.name.to_ascii_lowercase();
            let value = unescape(attribute.value.unwrap_or_default());
            let address = matches!(key.as_str(), "href" | "src" | "cite");
            let hidden = address && has_references(&value);
            if !SAFE_ATTRIBUTES.contains(&key.as_str()) || hidden || (address && !is_safe_address(&value)) {
                continue;
            }
            out.push(' ');
            out.push_str(&key);
            if attribute.value.is_some() {
                out.push_str("=\"");
                escape_into(&mut out, &value);
                out.push('"');
            }
        }
        out.push('>');
    }
    escape_into(&mut out, &html[at..]);
    out
}

/// Whether a value holds more character references than [`unescape`] undoes: behind `&#106;` or
/// `&colon;` a scheme may hide.
fn has_references(value: &str) -> bool {
    value.match_indices('&').any(|(at, _)| {
        let rest = &value[at + 1..];
        let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        rest.starts_with('#') || (name.len() < rest.len() && name.starts_with(';'))
    })
}

/// Attributes that are allowed on headings where raw HTML is not: they say what a text is, and do
/// nothing.
pub(super) fn is_safe_attribute(name: &str) -> bool {
    ["lang", "dir", "title"].iter().any(|safe| name.eq_ignore_ascii_case(safe)) || name.starts_with("data-")
}

/// No scheme, or one that only leads somewhere.
pub(super) fn is_safe_address(address: &str) -> bool {
    // Browsers drop tabs and line breaks inside a scheme, and blanks before it.
    let plain: String = address.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    match plain.split_once(':') {
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => {
            ["http", "https", "mailto", "tel"].iter().any(|safe| scheme.eq_ignore_ascii_case(safe))
        }
        _ => true,
    }
}

/// Text, for an element or an attribute; references that are there already stay.
fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn finds_ids_and_links() {
        let html = "<!-- <a href=x> --><p id='қ'>a < b</p><IMG src=a.jpg alt>";
        let tags = tags(html);
        assert_eq!(tags.iter().map(|tag| tag.name).collect::<Vec<_>>(), ["p", "p", "IMG"]);
        assert_eq!(tags[0].attribute("id").unwrap().value, Some("қ"));
        assert_eq!(&html[tags[2].attribute("src").unwrap().range.clone()], "a.jpg");
        assert!(tags[2].attribute("alt").unwrap().value.is_none());
    }

    #[test]
    fn what_can_do_harm_becomes_text() {
        assert_eq!(sanitise("<b onclick=\"x()\">a</b>"), "<b>a</b>");
        assert_eq!(sanitise("<a href=\"java\tscript:x\">a</a>"), "<a>a</a>");
        assert!(!sanitise("<script>alert(1)</script>").contains("<script"));
        assert!(!sanitise("<style>a</style><iframe src=x></iframe><svg onload=x>").contains("<s"));
        assert_eq!(sanitise("<a href=\"&#106;avascript:x\">a</a>"), "<a>a</a>");
        assert_eq!(sanitise("<a href=\"javascript&colon;x\">a</a>"), "<a>a</a>");
        assert_eq!(sanitise("<a href=\"/?a=1&copy=2\">a</a>"), "<a href=\"/?a=1&copy=2\">a</a>");
        assert_eq!(sanitise("<img src=\"a.jpg\" alt='a \"b'>"), "<img src=\"a.jpg\" alt=\"a &quot;b\">");
    }

    proptest! {
        #[test]
        fn sanitised_html_has_only_safe_tags(html in "[<>/a-z\"'= :!\\-\\tSCRIPTonclick&;]{0,60}") {
            let clean = sanitise(&html);
            for tag in tags(&clean) {
                prop_assert!(SAFE_ELEMENTS.contains(&tag.name), "{} from {}", clean, html);
                for attribute in &tag.attributes {
                    prop_assert!(SAFE_ATTRIBUTES.contains(&attribute.name), "{} from {}", clean, html);
                }
            }
            prop_assert_eq!(clean.matches('<').count(), tags(&clean).len());
        }
    }
}
