//! What search reads of a page.

use std::borrow::Cow;

use crate::base::data::Value as Data;
use crate::base::locale::DateStyle;
use crate::content::markdown::{Body, Piece};
use crate::policy::field::Type;
use crate::policy::kind::PAGE;
use crate::relate::ItemId;
use crate::render::Renderer;

/// What a page's words count, by where they stand.
/// That of a title, and of a number, counts for more: see `index`.
pub(super) const TITLE: u32 = 4;
const DESCRIPTION: u32 = 3;
const TERM: u32 = 2;
const HEADING: u32 = 1;
const TEXT: u32 = 1;

/// What a page counts that is no longer what holds, in hundredths: it is found after those that do.
const ENDED: u32 = 50;
const OLD_VERSION: u32 = 25;

/// What a section counts, and a document that says more of itself than a text can: they come before the news
/// about them.
const SECTION: u32 = 130;
const DOCUMENT: u32 = 115;

/// A page or section, as search sees it.
pub(super) struct Found<'a> {
    /// Its address on the site's host.
    pub path: String,
    pub title: &'a str,
    pub description: &'a str,
    /// Its date as `2025-01-15`, and as readers of its language see it; empty without one.
    pub date: (String, String),
    pub year: Option<i16>,
    /// The name and label of its kind; both empty for a plain page.
    pub kind: (&'a str, String),
    /// The label of its state, or empty where the theme has words for it; and what the state means, or empty.
    pub state: (String, &'static str),
    /// Its terms, with the number of the taxonomy.
    pub terms: Vec<(usize, String)>,
    /// What it counts, in hundredths.
    pub factor: u32,
    /// Other texts, and what their words count.
    pub texts: Vec<(u32, Cow<'a, str>)>,
    pub bodies: [Option<&'a Body>; 2],
}

impl Found<'_> {
    /// Calls `text` with all that is said on the page.
    pub(super) fn each_text(&self, mut text: impl FnMut(u32, &str)) {
        text(TITLE, self.title);
        text(DESCRIPTION, self.description);
        for (_, term) in &self.terms {
            text(TERM, term);
        }
        for (weight, own) in &self.texts {
            text(*weight, own);
        }
        for body in self.bodies.into_iter().flatten() {
            for heading in &body.headings {
                text(HEADING, &heading.title);
            }
            for piece in body.pieces() {
                match piece {
                    Piece::Html(html) => crate::base::words::each_text(html, |words| text(TEXT, words)),
                    Piece::Open(index) => {
                        let args = &body.directives[index as usize].args;
                        let said = args.iter().filter(|arg| arg.link.is_none());
                        said.filter_map(|arg| arg.value.as_deref()).for_each(|value| text(TEXT, value));
                    }
                    _ => {}
                }
            }
        }
    }
}

impl Renderer {
    /// What search reads of a page or section.
    pub(super) fn found(&self, id: ItemId) -> Found<'_> {
        let reader = &self.reader;
        let config = reader.config();
        let item = reader.item(id);
        let (meta, page) = (item.parsed.meta(), item.parsed.page());
        let (lang, default) =
            (config.languages[item.language()].lang.as_str(), config.default_language().lang.as_str());
        let mut terms = Vec::new();
        for (name, own) in page.map_or(&[][..], |page| &page.taxonomies) {
            let Ok(taxonomy) = reader.taxonomy(name) else { continue };
            for (term, _) in own {
                let known = reader.term_named(name, term, item.language());
                let found = (taxonomy, known.map_or_else(|_| term.clone(), |(name, _)| name.to_owned()));
                // Two words of an author may be one term.
                if !terms.contains(&found) {
                    terms.push(found);
                }
            }
        }
        let mut texts: Vec<(u32, Cow<'_, str>)> = Vec::new();
        let mut kind = ("", String::new());
        let mut state = (String::new(), "");
        let mut factor = if item.is_section() { SECTION } else { 100 };
        if let Some(document) = reader.document(id) {
            if document.kind.name != PAGE {
                let label = document.kind.label.get(lang, default).unwrap_or(&document.kind.name);
                kind = (&document.kind.name, label.to_owned());
                if !document.kind.fields.is_empty() && !item.is_section() {
                    factor = DOCUMENT;
                }
            }
            if let Some(current) = document.history.on(reader.day_of(id)) {
                let own = document.kind.lifecycle.as_ref().and_then(|own| own.state(current.state));
                let label = own.and_then(|own| own.label.get(lang, default)).unwrap_or(current.state);
                state = (label.to_owned(), own.map(|own| own.stage).unwrap_or_default().word());
            }
            for (index, (field, given)) in document.kind.fields.iter().zip(&document.values).enumerate() {
                let Some(given) = given else { continue };
                let values = given.value.each(given.span);
                match &field.value {
                    Type::Ref(_) => {
                        let titles = reader.references(id, index).iter().map(|&to| reader.named(to).title);
                        texts.extend(titles.map(|title| (TEXT, title.into())));
                    }
                    Type::Enum(known) => {
                        for (value, _) in values {
                            let word = value.to_string();
                            let label = known.iter().find(|(own, _)| *own == word);
                            let label = label.and_then(|(_, label)| label.get(lang, default));
                            texts.extend(label.map(|label| (TEXT, label.to_owned().into())));
                        }
                    }
                    Type::Date | Type::Number | Type::Bool | Type::Url => {}
                    Type::String | Type::Text | Type::Email => {
                        texts.extend(values.iter().map(|(value, _)| (TEXT, value.to_string().into())));
                    }
                }
            }
        }
        let document = self.document_of(id);
        if let Some(number) = reader.number(document.unwrap_or(id)) {
            texts.push((TITLE, number.into()));
        }
        let shown = reader.shown(id);
        let stage = |text: ItemId| {
            let (lineage, at) = reader.version(text)?;
            Some(lineage.history.stage(at, reader.day_of_versions()).word())
        };
        if state.1.is_empty()
            && let Some(stage) = shown.and_then(stage)
        {
            state.1 = stage;
        }
        if let Some(stage) = stage(id) {
            state = (String::new(), stage);
            factor = OLD_VERSION;
            if let Some(kind_of) = document.and_then(|document| reader.document(document)) {
                let label = kind_of.kind.label.get(lang, default).unwrap_or(&kind_of.kind.name);
                kind = (&kind_of.kind.name, label.to_owned());
            }
        } else if matches!(state.1, "superseded" | "withdrawn") {
            factor = ENDED;
        }
        texts.extend(page.into_iter().flat_map(|page| &page.authors).map(|author| (TEXT, author.into())));
        let date = item.date.map_or_else(Default::default, |date| {
            let day = date.date();
            // What Shanyraq's lists go by as well.
            let precision = meta.extra.get("date_precision").map(|node| &node.value);
            let is_month = matches!(precision, Some(Data::String(precision)) if precision == "month");
            let style = if is_month { DateStyle::MonthYear } else { DateStyle::Long };
            let written = if is_month { day.strftime("%Y-%m").to_string() } else { day.to_string() };
            (written, reader.locale(item.language()).date(day, style))
        });
        Found {
            path: config.href(item.url.as_str()),
            title: &item.title,
            description: meta.description.as_deref().unwrap_or_default(),
            date,
            year: item.date.map(|date| date.date().year()),
            kind,
            state,
            terms,
            factor,
            texts,
            bodies: [Some(reader.text(id)), shown.map(|shown| reader.text(shown))],
        }
    }
}
