//! The sources that a page cites: the words in its text, and the list at its foot.
//!
//! All citations of a page are formatted together, as numbers and the letters behind years ("2025a")
//! follow from their order. The page of a document shows the text of a version too: the citations of
//! both have one list.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hayagriva::citationberg::taxonomy::Locator;
use hayagriva::{
    BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, Elem, ElemChild, ElemMeta,
    LocatorPayload, Rendered, SpecificLocator,
};
use pulldown_cmark_escape::escape_html;
use tera::Value;

use super::Renderer;
use super::csl::{Writer, is_page, plain};
use super::errors::{Failure, Failures};
use super::views::{PlaceView, SourceView};
use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::encode_path;
use crate::content::bibliography::{Entry, Style, locale};
use crate::content::markdown::{OF_THEME, Part, Piece, SourcedItem};
use crate::relate::ItemId;

/// The citations and the list of a page.
#[derive(Default)]
pub(super) struct PageSources {
    /// The words of each citation, by the text that it is in and its number there.
    cited: BTreeMap<(ItemId, u32), Vec<Bit>>,
    /// The sources, in the order of the list.
    list: Vec<Listed>,
    /// Whether the list has numbers, those that the text has.
    numbered: bool,
}

/// A bit of a citation.
enum Bit {
    /// HTML as it is.
    Html(String),
    /// What leads to a source of the list: HTML, the key, and which of the places it is that cite it.
    Way(String, Arc<str>, usize),
}

/// A source of the list.
struct Listed {
    key: Arc<str>,
    html: String,
    /// What the style puts before it, where that is no number.
    label: Option<String>,
    url: Option<String>,
    lang: Option<String>,
    /// How many places cite it.
    places: usize,
}

/// How the citations of a text are written.
#[derive(Clone, Default)]
pub(super) enum Citing {
    /// As links to the list of the page that shows the text; the list, if it has been made.
    Here(Option<Arc<PageSources>>),
    /// As links to the list of the text's own page, whose whole address this is.
    Elsewhere(String),
    /// Not at all: where there is no list, they say nothing.
    #[default]
    LeftOut,
}

/// The id of a source in the list.
fn source_id(key: &str) -> String {
    format!("{OF_THEME}source-{}", in_id(key))
}

/// The id of a place that cites it.
fn place_id(key: &str, place: usize) -> String {
    format!("{OF_THEME}cite-{}_{place}", in_id(key))
}

/// A key as a part of an id: letters, digits and `-` stay, which every tool takes for an id; anything else
/// is written as its number between two `_`, so that two keys never give one id.
fn in_id(key: &str) -> String {
    let mut id = String::with_capacity(key.len());
    for char in key.chars() {
        match char.is_alphanumeric() || char == '-' {
            true => id.push(char),
            false => {
                // Writing to a String cannot fail.
                let _ = write!(id, "_{:x}_", u32::from(char));
            }
        }
    }
    id
}

impl PageSources {
    /// Writes a citation; `list` is the address of the page with the list, where that is another.
    pub(super) fn write(&self, text: ItemId, index: u32, list: Option<&str>, out: &mut String) {
        for bit in self.cited.get(&(text, index)).map_or(&[][..], Vec::as_slice) {
            // Writing to a String cannot fail.
            match bit {
                Bit::Html(html) => out.push_str(html),
                Bit::Way(html, key, place) => {
                    let _ = write!(out, "<a class=\"source-ref\" href=\"");
                    let _ = escape_html(&mut *out, list.unwrap_or_default());
                    let _ = write!(out, "#{}\"", encode_path(&source_id(key)));
                    if list.is_none() {
                        out.push_str(" id=\"");
                        let _ = escape_html(&mut *out, &place_id(key, *place));
                        out.push('"');
                    }
                    let _ = write!(out, ">{html}</a>");
                }
            }
        }
    }

    /// The words of a citation, without any mark-up.
    pub(super) fn words(&self, text: ItemId, index: u32) -> String {
        let bits = self.cited.get(&(text, index)).map_or(&[][..], Vec::as_slice);
        let html = bits.iter().map(|bit| match bit {
            Bit::Html(html) | Bit::Way(html, ..) => html.as_str(),
        });
        plain(&html.collect::<String>())
    }

    /// The list, for templates.
    pub(super) fn views(&self) -> Vec<Value> {
        let view = |source: &Listed| {
            let places = (1..=source.places).map(|place| {
                let path = format!("#{}", encode_path(&place_id(&source.key, place)));
                Value::from(PlaceView { path, number: place })
            });
            Value::from(SourceView {
                key: source.key.to_string(),
                id: source_id(&source.key),
                html: Value::safe_string(&source.html),
                label: source.label.clone(),
                url: source.url.clone(),
                lang: source.lang.clone(),
                places: places.collect::<Vec<_>>(),
            })
        };
        self.list.iter().map(view).collect()
    }

    /// Whether the list has numbers.
    pub(super) fn is_numbered(&self) -> bool {
        self.numbered
    }
}

/// One citation of a text: where it stands, and its items with what is known of their sources.
struct Cited<'a> {
    at: (ItemId, u32),
    items: Vec<(&'a SourcedItem, &'a Entry)>,
}

impl Renderer {
    /// The citations and the list of the page of an item; `None` if it names no source.
    ///
    /// # Errors
    /// The style fails on its sources.
    pub(super) fn page_sources(&self, page: ItemId) -> Result<Option<Arc<PageSources>>, Failures> {
        let reader = &self.reader;
        let texts = [Some(page), reader.shown(page)];
        let texts = texts.into_iter().flatten();
        let mut cited: Vec<Cited<'_>> = Vec::new();
        let mut named: Vec<&Entry> = Vec::new();
        for text in texts {
            let body = reader.text(text);
            if !body.sources.is_empty() {
                let index = |piece| if let Piece::Sources(index) = piece { Some(index) } else { None };
                for index in body.pieces().filter_map(index) {
                    let Some(sourced) = body.sources.get(index as usize) else { continue };
                    // A key without a source is reported already.
                    let items = sourced.items.iter();
                    let known = items.filter_map(|item| Some((item, reader.source(&item.key)?)));
                    cited.push(Cited { at: (text, index), items: known.collect() });
                }
            }
            let front = &reader.item(text).parsed.meta().sources;
            named.extend(front.iter().filter_map(|(key, _)| reader.source(key)));
        }
        if cited.is_empty() && named.is_empty() {
            return Ok(None);
        }
        let language = reader.language(page);
        let Some(style) = reader.source_style(language) else { return Ok(None) };
        let lang = reader.config().languages[language].lang.as_str();
        // The processor is not ours; a panic of it must not take the site with it.
        let made = crate::base::quiet::quietly(|| {
            catch_unwind(AssertUnwindSafe(|| self.format(&cited, &named, style, lang)))
        });
        made.map(|sources| Some(Arc::new(sources))).map_err(|_| {
            let message = "the citation style fails on the sources of this page";
            let problem = Diagnostic::error(codes::CITATION_STYLE, message)
                .in_file(reader.path(page).as_str())
                .help("choose another style in kenes.toml, or take sources away to find the one it fails on");
            Failure { diagnostic: problem, page: None }.into()
        })
    }

    fn format(&self, cited: &[Cited<'_>], named: &[&Entry], style: &Style, lang: &str) -> PageSources {
        let (words, locale) = (self.reader.source_words(), locale(lang));
        let mut driver = BibliographyDriver::new();
        let request = |items| CitationRequest::new(items, &style.csl, Some(locale.clone()), words, None);
        let whole = cited.iter().filter(|citation| !citation.items.is_empty());
        let locators: Vec<Vec<Option<(Locator, String)>>> = whole
            .clone()
            .map(|citation| {
                let items = citation.items.iter().map(|(item, _)| item.locator.as_ref());
                items.map(|locator| locator.map(|(part, text)| locator_in(lang, *part, text))).collect()
            })
            .collect();
        for (citation, locators) in whole.zip(&locators) {
            let items = citation.items.iter().zip(locators).map(|((_, source), locator)| {
                let locator = locator.as_ref();
                let locator = locator.map(|(kind, text)| SpecificLocator(*kind, LocatorPayload::Str(text)));
                CitationItem::new(&source.entry, locator, None, false, None)
            });
            driver.citation(request(items.collect()));
        }
        for source in named {
            driver.citation(request(vec![CitationItem::new(&source.entry, None, None, true, None)]));
        }
        let list = BibliographyRequest::new(&style.csl, Some(locale.clone()), words);
        let rendered = driver.finish(list);
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut sources = PageSources::default();
        let whole = cited.iter().filter(|citation| !citation.items.is_empty());
        for (citation, formatted) in whole.zip(&rendered.citations) {
            let bits = Self::bits(citation, &formatted.citation.0, style, &mut places);
            sources.cited.insert(citation.at, bits);
        }
        self.list(&mut sources, &rendered, style, &places, lang);
        sources
    }

    /// The words of a citation. An item is a link to its source; what stands between items is not.
    fn bits<'a>(
        citation: &Cited<'a>,
        children: &[ElemChild],
        style: &Style,
        places: &mut BTreeMap<&'a str, usize>,
    ) -> Vec<Bit> {
        let mut bits = Vec::new();
        let in_order = in_order(citation, children);
        for child in in_order {
            let Some((elem, (item, source))) = item_of(citation, child) else {
                bits.push(Bit::Html(Writer::text().html(std::slice::from_ref(child))));
                continue;
            };
            // Where sources are told by numbers, there is no author to leave out.
            let without_author = item.without_author && !style.is_numeric;
            let html = Writer::text().without_names(without_author).html(&elem.children.0);
            if html.is_empty() {
                continue;
            }
            let words = |text: &str, before: &str, after: &str| {
                let mut html = before.to_owned();
                // Writing to a String cannot fail.
                let _ = escape_html(&mut html, text);
                html.push_str(after);
                Bit::Html(html)
            };
            if !item.prefix.is_empty() {
                // What stands between numbers may have no blank of its own.
                if matches!(bits.last(), Some(Bit::Html(before)) if before.ends_with([',', ';'])) {
                    bits.push(Bit::Html(" ".to_owned()));
                }
                bits.push(words(&item.prefix, "", " "));
            }
            let place = places.entry(source.key.as_ref()).or_default();
            *place += 1;
            bits.push(Bit::Way(html, source.key.clone(), *place));
            if !item.suffix.is_empty() {
                bits.push(words(&item.suffix, ", ", ""));
            }
        }
        // The processor saves a bracket where a locator ends with one: `5(1)`.
        let suffix = style.csl.citation.layout.suffix.as_deref().unwrap_or_default();
        let ends_with_item = children.last().is_some_and(|last| item_of(citation, last).is_some());
        if ends_with_item && suffix.starts_with([')', ']', '}']) {
            bits.push(Bit::Html(suffix.to_owned()));
        }
        bits
    }

    fn list(
        &self,
        sources: &mut PageSources,
        rendered: &Rendered,
        style: &Style,
        places: &BTreeMap<&str, usize>,
        lang: &str,
    ) {
        let Some(list) = &rendered.bibliography else { return };
        sources.numbered = style.is_numeric && list.items.iter().all(|item| item.first_field.is_some());
        for item in &list.items {
            let Some(source) = self.reader.source(&item.key) else { continue };
            let url = source.entry.url_any().map(|url| url.value.to_string());
            let mut writer = Writer::list(&self.reader.config().markdown);
            let mut html = writer.html(&item.content.0);
            // Some styles name no address; readers want one all the same.
            if let Some(url) = url.as_deref().filter(|url| !writer.has_link() && is_page(url)) {
                html.push(' ');
                writer.link(url, url, &mut html);
            }
            let label = item.first_field.as_ref().filter(|_| !sources.numbered);
            let language = source.entry.language().map(|language| language.language.to_string());
            sources.list.push(Listed {
                key: source.key.clone(),
                html,
                label: label
                    .map(|label| Writer::text().html(std::slice::from_ref(label)))
                    .map(|html| plain(&html)),
                url,
                lang: language.filter(|own| own != lang),
                places: places.get(source.key.as_ref()).copied().unwrap_or_default(),
            });
        }
    }
}

/// The item of a citation that a part of it is.
fn item_of<'a, 'c>(
    citation: &'c Cited<'a>,
    child: &'c ElemChild,
) -> Option<(&'c Elem, &'c (&'a SourcedItem, &'a Entry))> {
    let ElemChild::Elem(elem) = child else { return None };
    let Some(ElemMeta::Entry(index)) = elem.meta else { return None };
    citation.items.get(index).map(|item| (elem, item))
}

/// The parts of a citation. Styles may sort its items; where an author has put words around one, they
/// stay as they were written.
fn in_order<'c>(citation: &Cited<'_>, children: &'c [ElemChild]) -> Vec<&'c ElemChild> {
    let index = |child: &ElemChild| match child {
        ElemChild::Elem(Elem { meta: Some(ElemMeta::Entry(index)), .. }) => Some(*index),
        _ => None,
    };
    let mut all: Vec<&ElemChild> = children.iter().collect();
    if citation.items.iter().any(|(item, _)| !item.prefix.is_empty() || !item.suffix.is_empty()) {
        let places: Vec<usize> = (0..all.len()).filter(|&at| index(all[at]).is_some()).collect();
        let mut items: Vec<&ElemChild> = places.iter().map(|&at| all[at]).collect();
        items.sort_by_key(|item| index(item));
        for (place, item) in places.into_iter().zip(items) {
            all[place] = item;
        }
    }
    all
}

/// The part of a source, with its number, as a language says it: what its words for styles lack, or put
/// into another order, comes ready.
fn locator_in(lang: &str, part: Part, number: &str) -> (Locator, String) {
    let ready = match (lang, part) {
        // In Kazakh the number comes first, and the noun stays as it is.
        ("kk", part) => Some(format!("{number}-{}", in_kazakh(part))),
        ("ru", Part::Article) => Some(format!("ст. {number}")),
        ("ru", Part::Table) => Some(format!("табл. {number}")),
        ("ru", Part::Appendix) => Some(format!("прил. {number}")),
        _ => None,
    };
    match ready {
        Some(ready) => (Locator::Custom, ready),
        None => (kind(part), number.to_owned()),
    }
}

fn in_kazakh(part: Part) -> &'static str {
    match part {
        Part::Article => "бап",
        Part::Book => "кітап",
        Part::Chapter => "тарау",
        Part::Column => "баған",
        Part::Figure => "сурет",
        Part::Line => "жол",
        Part::Note => "ескертпе",
        Part::Page => "б.",
        Part::Paragraph => "тармақ",
        Part::Part => "бөлік",
        Part::Section => "бөлім",
        Part::Table => "кесте",
        Part::Appendix => "қосымша",
        Part::Volume => "том",
    }
}

/// The part of a source as styles know it.
fn kind(part: Part) -> Locator {
    match part {
        Part::Article => Locator::ArticleLocator,
        Part::Book => Locator::Book,
        Part::Chapter => Locator::Chapter,
        Part::Column => Locator::Column,
        Part::Figure => Locator::Figure,
        Part::Line => Locator::Line,
        Part::Note => Locator::Note,
        Part::Page => Locator::Page,
        Part::Paragraph => Locator::Paragraph,
        Part::Part => Locator::Part,
        Part::Section => Locator::Section,
        Part::Table => Locator::Table,
        Part::Appendix => Locator::Appendix,
        Part::Volume => Locator::Volume,
    }
}
