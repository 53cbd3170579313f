//! The first use of a term on a page leads to its definition, and carries it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use pulldown_cmark_escape::escape_html;
use tera::Value;

use super::Renderer;
use super::views::{GlossaryView, TermNameView};
use crate::content::markdown::OF_THEME;
use crate::relate::ItemId;
use crate::relate::record::{Reads, during, note};

/// Elements whose words are not the author's own sentence, or lead somewhere already.
const LEFT_ALONE: &[&str] = &[
    "a",
    "abbr",
    "blockquote",
    "button",
    "cite",
    "code",
    "dfn",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "kbd",
    "label",
    "math",
    "pre",
    "q",
    "samp",
    "script",
    "select",
    "style",
    "summary",
    "svg",
    "textarea",
    "title",
    "var",
];

/// Which terms a page has named so far: those of its own text, and of the text of a version that it shows.
#[derive(Default)]
pub(super) struct Marked(RefCell<BTreeSet<ItemId>>);

/// A piece of HTML: a tag, or the text between two.
enum Bit<'a> {
    Text(&'a str),
    Tag(&'a str),
}

/// The bits of some HTML, in order. What looks like a tag in a comment is one bit with the comment.
fn bits(html: &str) -> impl Iterator<Item = Bit<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let at = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
        if at > 0 {
            let (text, after) = rest.split_at(at);
            rest = after;
            return Some(Bit::Text(text));
        }
        let end = match rest.starts_with("<!--") {
            true => rest.find("-->").map_or(rest.len(), |end| end + 3),
            false => tag_end(rest),
        };
        let (tag, after) = rest.split_at(end);
        rest = after;
        Some(Bit::Tag(tag))
    })
}

/// Where a tag ends: `>` may stand in the values of its attributes.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// The parts of a text without its references to characters: the name of one is no word.
fn without_references(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        if at < start {
            continue;
        }
        parts.push(start..at);
        let name = text[at + 1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '#');
        let end = name.map(|length| at + 1 + length).filter(|&end| text[end..].starts_with(';'));
        start = end.map_or(at + 1, |end| end + 1);
    }
    parts.push(start..text.len());
    parts
}

impl Renderer {
    /// The HTML of a text on a page, with the first use of each term marked that the page has not marked
    /// yet.
    pub(super) fn mark_terms(&self, text: ItemId, html: String, marked: &Marked) -> String {
        if !self.reader.config().mark_first_use || html.is_empty() {
            return html;
        }
        let Some(terms) = self.reader.term_words(self.reader.language(text)) else { return html };
        let mut used = marked.0.borrow_mut();
        let mut places: Vec<(Range<usize>, ItemId)> = Vec::new();
        let mut left_alone: Vec<&str> = Vec::new();
        let mut at = 0;
        for bit in bits(&html) {
            match bit {
                Bit::Tag(tag) => {
                    follow(tag, &mut left_alone);
                    at += tag.len();
                }
                Bit::Text(words) => {
                    if left_alone.is_empty() {
                        for part in without_references(words) {
                            let from = at + part.start;
                            terms.words.find(&words[part], |place, term| {
                                let page = terms.pages[term];
                                if page != text && used.insert(page) {
                                    places.push((from + place.start..from + place.end, page));
                                }
                            });
                        }
                    }
                    at += words.len();
                }
            }
        }
        if places.is_empty() {
            return html;
        }
        let mut out = String::with_capacity(html.len() + places.len() * 200);
        let mut copied = 0;
        for (place, page) in places {
            out.push_str(&html[copied..place.start]);
            self.term(page, &html[place.clone()], &mut out);
            copied = place.end;
        }
        out.push_str(&html[copied..]);
        out
    }

    /// A use of a term: a link to its page, whose description is the definition. Screen readers read it
    /// behind the link's words, and it shows where a pointer rests.
    fn term(&self, page: ItemId, words: &str, out: &mut String) {
        out.push_str("<a class=\"term\" href=\"");
        let href = self.reader.config().href(self.reader.url(page).as_str());
        // Writing to a String cannot fail.
        let _ = escape_html(&mut *out, &href);
        if let Some(definition) = self.reader.document(page).and_then(|document| document.text("definition"))
        {
            out.push_str("\" title=\"");
            let definition: Vec<&str> = definition.split_whitespace().collect();
            let _ = escape_html(&mut *out, &definition.join(" "));
        }
        out.push_str("\">");
        out.push_str(words);
        out.push_str("</a>");
    }
}

/// The glossary of each language, made once for all templates that ask for it, and what was read for it.
pub(super) struct Glossaries(Vec<OnceLock<(Value, Reads)>>);

impl Glossaries {
    pub(super) fn new(languages: usize) -> Self {
        Self(std::iter::repeat_with(OnceLock::new).take(languages).collect())
    }
}

impl Renderer {
    /// The terms for readers of a language, in its order.
    pub(super) fn glossary(&self, language: usize) -> Value {
        let made = || during(|| Value::from(self.make_glossary(language)));
        let (glossary, reads) = self.glossaries.0[language].get_or_init(made);
        // Whoever shows it has read all of it, whoever it was made for.
        reads.iter().for_each(|read| note(|| read.clone()));
        glossary.clone()
    }

    fn make_glossary(&self, language: usize) -> Vec<Value> {
        let (reader, config) = (&self.reader, self.reader.config());
        let row = |&id: &ItemId| {
            let item = reader.item(id);
            let document = reader.document(id);
            let text = |field: &str| document.and_then(|document| document.text(field)).map(str::to_owned);
            let names = reader.translations(id).iter().zip(&config.languages).map(|(page, language)| {
                let named = page.map(|page| reader.named(page)).filter(|named| !named.hidden);
                Value::from(TermNameView {
                    lang: language.lang.to_string(),
                    title: named.map(|named| named.title.to_owned()),
                    path: named.map(|named| config.href(named.url.as_str())),
                })
            });
            Value::from(GlossaryView {
                id: format!("{OF_THEME}term-{}", item.slug),
                title: item.title.clone(),
                path: config.href(item.url.as_str()),
                lang: config.languages[item.language()].lang.to_string(),
                definition: text("definition"),
                abbreviation: text("abbreviation"),
                names: names.collect::<Vec<_>>(),
            })
        };
        reader.glossary(language).iter().map(row).collect()
    }
}

/// Notes that an element begins or ends whose words are left alone.
fn follow<'a>(tag: &'a str, left_alone: &mut Vec<&'a str>) {
    let inner = tag.trim_start_matches('<');
    let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
    let name = &inner[..inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len())];
    if !LEFT_ALONE.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return;
    }
    if !closes {
        if !tag.ends_with("/>") {
            left_alone.push(name);
        }
    } else if let Some(at) = left_alone.iter().rposition(|open| open.eq_ignore_ascii_case(name)) {
        left_alone.truncate(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(html: &str) -> Vec<String> {
        let mut left_alone = Vec::new();
        let mut all = Vec::new();
        for bit in bits(html) {
            match bit {
                Bit::Tag(tag) => follow(tag, &mut left_alone),
                Bit::Text(text) if left_alone.is_empty() => all.push(text.to_owned()),
                Bit::Text(_) => {}
            }
        }
        all
    }

    #[test]
    fn links_headings_code_and_quotes_are_left_alone() {
        assert_eq!(texts("<p>a <a href=\"x>y\">b <em>c</em></a> d</p>"), ["a ", " d"]);
        assert_eq!(texts("<h2 id=\"x\">a</h2>b<!-- <p>c</p> -->d"), ["b", "d"]);
        assert_eq!(texts("<blockquote><p>a</p></blockquote><pre><code>b</code></pre>c"), ["c"]);
        // An author's own HTML may be unsound.
        assert_eq!(texts("</a>a<A>b</a>c<a>d"), ["a", "c"]);
        assert_eq!(texts("<b>a"), ["a"]);
        assert_eq!(texts("<"), Vec::<String>::new());
    }

    #[test]
    fn references_are_no_words() {
        let text = "a &amp; b & c &lt;d";
        let parts: Vec<&str> = without_references(text).into_iter().map(|part| &text[part]).collect();
        assert_eq!(parts, ["a ", " b ", " c ", "d"]);
    }
}
