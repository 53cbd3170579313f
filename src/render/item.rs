//! Pages and sections: their views, and the files they become.

use std::sync::{Arc, OnceLock};

use tera::value::Key;
use tera::{Map, Value};

use super::errors::{Failure, Failures};
use super::scope::{self, About};
use super::sources::PageSources;
use super::terms::Marked;
use super::views::{self, DocumentView, ItemView, PageView, SectionView};
use super::{Alternate, Frame, Renderer};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::path::UrlPath;
use crate::config;
use crate::content::front::Spanned;
use crate::content::markdown::{Pieces, minutes};
use crate::plan::Route;
use crate::relate::{Document, ItemId};

/// What a footnote's number in the text begins and ends with.
const NOTE: (&str, &str) = ("<sup class=\"footnote-reference\">", "</sup>");

/// The template of pages that are registers.
const REGISTER: &str = "register.html";
/// What the texts have in common that a page shows: its own, and that of a version.
pub(super) struct Shown {
    sources: Option<Arc<PageSources>>,
    marked: Marked,
}

impl Renderer {
    pub(super) fn make_brief(self: &Arc<Self>, id: ItemId) -> Value {
        let (reader, config) = (&self.reader, self.reader.config());
        let item = reader.item(id);
        let parsed = &item.parsed;
        let (meta, page) = (parsed.meta(), parsed.page());
        let document = reader.document(id);
        // The same texts as where others name it: kept once.
        let own = self.reference(id);
        let own = |key: &'static str| {
            own.as_map().and_then(|map| map.get(&Key::Str(key))).cloned().unwrap_or_else(Value::none)
        };
        let translations: Vec<Value> = reader
            .translations(id)
            .iter()
            .flatten()
            .filter(|&&other| other != id && !reader.named(other).hidden)
            .map(|&other| self.reference(other))
            .collect();
        let assets = reader
            .assets_of(id)
            .filter_map(|path| Some(config.href(self.plan.assets.find_content(path)?.url().as_str())))
            .collect();
        let mut taxonomies = Map::new();
        for (name, terms) in page.map_or(&[][..], |page| &page.taxonomies) {
            let mut names: Vec<&str> = Vec::with_capacity(terms.len());
            for (term, _) in terms {
                let known = reader.term_named(name, term, item.language());
                let shown = known.map_or(term.as_str(), |(name, _)| name);
                // Two words of a page may be one term.
                if !names.contains(&shown) {
                    names.push(shown);
                }
            }
            taxonomies.insert(Key::from(name.clone()), Value::from(names));
        }
        // What holds for a document holds for its versions.
        let is_version = page.is_some_and(|page| page.version.is_some());
        let of = if is_version { self.document_of(id) } else { None };
        let illustrative =
            |document: Option<&Document>| document.is_some_and(|document| document.illustrative);
        let summary = match reader.summary(id) {
            // A mistake in the summary is reported when the page itself is rendered.
            Some((pieces, close)) if self.may_render(id, pieces.clone()) => self
                .pieces(id, pieces)
                .map_or_else(|_| Value::none(), |html| Value::safe_string(&(without_notes(html) + close))),
            _ => Value::none(),
        };
        Value::from(ItemView {
            relative_path: parsed.path.as_str().strip_prefix("content/").unwrap_or_default().to_owned(),
            colocated_path: parsed.name.is_bundle.then(|| format!("{}/", parsed.name.own_folder())),
            permalink: own("permalink"),
            path: own("path"),
            components: item.url.components().map(str::to_owned).collect(),
            slug: item.slug.clone(),
            title: own("title"),
            description: meta.description.clone(),
            lang: own("lang"),
            weight: meta.weight,
            draft: item.draft,
            hidden: meta.hidden,
            aliases: meta.aliases.iter().map(|(alias, _)| alias.clone()).collect(),
            extra: views::table(&meta.extra),
            assets,
            translations: Value::from(translations),
            in_search_index: meta.in_search_index,
            date: item.date.map(|date| date.to_string()),
            updated: page.and_then(|page| page.updated).map(|date| date.to_string()),
            year: item.date.map(|date| date.date().year()),
            month: item.date.map(|date| date.date().month()),
            day: item.date.map(|date| date.date().day()),
            authors: page.map(|page| page.authors.clone()).unwrap_or_default(),
            taxonomies: Value::from(taxonomies),
            summary,
            kind: views::document::kind(reader, id),
            fields: views::document::fields(self, id),
            state: views::document::state(reader, id),
            stale: document.is_some_and(|document| document.stale),
            synthetic: document.is_some_and(|document| document.synthetic),
            illustrative: illustrative(document) || illustrative(of.and_then(|of| reader.document(of))),
        })
    }

    /// Whether a text may be rendered for whoever asks. A directive is given the texts of pages only
    /// where these have no directives themselves: else a text could ask for itself without end, and
    /// what it gets would depend on who asked first.
    fn may_render(&self, id: ItemId, pieces: Pieces<'_>) -> bool {
        !scope::in_text() || self.is_plain(id, pieces)
    }

    /// What the texts that a page shows have in common.
    ///
    /// # Errors
    /// Its sources cannot be named.
    fn shown_on(self: &Arc<Self>, page: ItemId) -> Result<Shown, Failures> {
        Ok(Shown { sources: self.page_sources(page)?, marked: Marked::default() })
    }

    /// A text as a safe value, as it stands on a page; empty for a directive that may not have it.
    pub(super) fn content(self: &Arc<Self>, id: ItemId, shown: &Shown) -> Result<Value, Failures> {
        let pieces = self.reader.text(id).pieces();
        if !self.may_render(id, pieces.clone()) {
            return Ok(Value::safe_string(""));
        }
        let html = self.pieces_citing(id, pieces, shown.sources.as_ref())?;
        Ok(Value::safe_string(&self.mark_terms(id, html, &shown.marked)))
    }

    /// The full view of a page.
    pub(super) fn full_page(self: &Arc<Self>, id: ItemId) -> Result<Value, Failures> {
        let reader = &self.reader;
        let text = reader.text(id);
        let (lower, higher) = reader.neighbours(id);
        let neighbour = |id: Option<ItemId>| id.map_or_else(Value::none, |id| self.brief(id));
        let ancestors = reader.ancestors(id);
        // The page of a document shows its own text and that of a version.
        let further = reader.shown(id).map(|shown| reader.text(shown));
        let headings = text.headings.iter().chain(further.iter().flat_map(|text| &text.headings));
        let clauses = further.unwrap_or(text).clauses.as_deref();
        let words = text.words + further.map_or(0, |text| text.words);
        let mut above = ancestors.clone();
        above.extend(self.document_of(id));
        let on_page = self.shown_on(id)?;
        // The page's own text comes first: of a term, the first use is marked.
        let content = self.content(id, &on_page)?;
        let (versions, version) = self.versions(id, &on_page)?;
        let Shown { sources, .. } = on_page;
        let own = PageView {
            content,
            word_count: words,
            reading_time: minutes(words),
            toc: views::toc(headings, clauses, &reader.config().permalink(reader.url(id).as_str())),
            ancestors: self.paths(&ancestors),
            breadcrumbs: self.references(&above),
            lower: neighbour(lower),
            higher: neighbour(higher),
            backlinks: self.references(reader.backlinks(id)),
            number: self.number_of(id),
            versions,
            version,
            clauses: self.clauses(id),
            withdrawn_clauses: self.withdrawn_clauses(id),
            cited_by: self.cited_by(id),
            cite: match self.cite_text(id) {
                Some(text) => views::cite(reader, reader.url(id), &text),
                None => Value::none(),
            },
            sources: sources.as_ref().map_or_else(Vec::new, |sources| sources.views()),
            sources_numbered: sources.is_some_and(|sources| sources.is_numbered()),
        };
        static EMPTY: OnceLock<Map> = OnceLock::new();
        let fields = [ItemView::FIELDS, PageView::FIELDS, DocumentView::FIELDS];
        let mut map = EMPTY.get_or_init(|| views::empty(&fields)).clone();
        let mut places = map.values_mut();
        copy(&self.brief(id), &mut places);
        own.fill(&mut places);
        views::document::document(self, id).fill(&mut places);
        Ok(Value::from(map))
    }

    /// The full view of a section.
    pub(super) fn full_section(self: &Arc<Self>, id: ItemId) -> Result<Value, Failures> {
        self.views.section(id, || self.make_section(id))
    }

    /// The full view of a section for readers of a language: if that lacks the section, it may have
    /// pages of it all the same.
    pub(super) fn section_in(self: &Arc<Self>, id: ItemId, language: usize) -> Result<Value, Failures> {
        let full = self.full_section(id)?;
        let Some((pages, children)) = self.reader.seen_elsewhere(id, language) else { return Ok(full) };
        let mut map = full.as_map().cloned().unwrap_or_default();
        map.insert(Key::Str("pages"), self.briefs(pages));
        map.insert(Key::Str("subsections"), Value::from(self.paths(children)));
        map.insert(Key::Str("children"), self.briefs(children));
        Ok(Value::from(map))
    }

    fn make_section(self: &Arc<Self>, id: ItemId) -> Result<Value, Failures> {
        let reader = &self.reader;
        let text = reader.text(id);
        let front = reader.section(id);
        let ancestors = reader.ancestors(id);
        let shown = self.shown_on(id)?;
        let own = SectionView {
            content: self.content(id, &shown)?,
            word_count: text.words,
            reading_time: minutes(text.words),
            toc: views::toc(text.headings.iter(), None, &reader.config().permalink(reader.url(id).as_str())),
            ancestors: self.paths(&ancestors),
            breadcrumbs: self.references(&ancestors),
            backlinks: self.references(reader.backlinks(id)),
            pages: self.briefs(reader.pages(id)),
            subsections: self.paths(reader.children(id)),
            children: self.briefs(reader.children(id)),
            paginate_by: front.and_then(|front| front.paginate_by),
            paginate_reversed: front.is_some_and(|front| front.paginate_reversed),
            transparent: front.is_some_and(|front| front.transparent),
            generate_feeds: front.is_some_and(|front| front.generate_feeds),
            calendar: match reader.has_calendar(id) {
                true => views::calendar(reader, reader.language(id)),
                false => Value::none(),
            },
            sources: shown.sources.as_ref().map_or_else(Vec::new, |sources| sources.views()),
            sources_numbered: shown.sources.is_some_and(|sources| sources.is_numbered()),
        };
        static EMPTY: OnceLock<Map> = OnceLock::new();
        let fields = [ItemView::FIELDS, SectionView::FIELDS, DocumentView::FIELDS];
        let mut map = EMPTY.get_or_init(|| views::empty(&fields)).clone();
        let mut places = map.values_mut();
        copy(&self.brief(id), &mut places);
        own.fill(&mut places);
        views::document::document(self, id).fill(&mut places);
        Ok(Value::from(map))
    }

    fn paths(&self, ids: &[ItemId]) -> Vec<String> {
        let path = |id: &ItemId| self.reader.path(*id).as_str();
        ids.iter().map(|id| path(id).strip_prefix("content/").unwrap_or_default().to_owned()).collect()
    }

    /// The page of an item, or one part of a section's list.
    pub(super) fn render_item(
        self: &Arc<Self>,
        route: &Route,
        id: ItemId,
        pager: usize,
    ) -> Result<String, Failures> {
        let item = self.reader.item(id);
        let template = self.template_of(id)?;
        let frame = Frame {
            language: self.reader.language(id),
            url: &route.url,
            about: About::Item(id),
            alternates: self.alternates(id, pager),
            feeds: self.feeds_of(id),
        };
        let mut own = if item.is_section() {
            let mut own = vec![("section", self.full_section(id)?)];
            if let Some(paginator) = self.section_paginator(id, pager) {
                own.push(("paginator", paginator));
            }
            own
        } else {
            vec![("page", self.full_page(id)?)]
        };
        own.extend(self.register(id).map(|register| ("register", register)));
        self.template(&template, &frame, Some(id), own)
    }

    /// A page or section in each language, where it is to be found: a hidden one is named by nobody,
    /// and a home that nobody wrote is no translation.
    pub(super) fn alternates(&self, id: ItemId, pager: usize) -> Vec<Option<Alternate>> {
        let translations = self.reader.translations(id);
        translations
            .iter()
            .map(|&other| {
                let item = self.reader.named(other?);
                let other = other.filter(|&other| other == id || !(item.hidden || item.implicit))?;
                let parts = self.parts_of(other);
                let url =
                    if pager > 1 && pager <= parts { self.part_url(other, pager) } else { item.url.clone() };
                Some(Alternate { url, title: item.title.to_owned(), exact: pager == 1 || pager <= parts })
            })
            .collect()
    }

    /// The feeds of the language, those of the section that the page is in, or is, and those of the document that it
    /// is, or is a version of, or of the kind of documents that it lists.
    fn feeds_of(&self, id: ItemId) -> Vec<(UrlPath, String)> {
        let (reader, config) = (&self.reader, self.reader.config());
        let language = reader.language(id);
        let mut feeds = self.site_feed(language);
        let mut sections = reader.ancestors(id);
        sections.push(id);
        for section in sections.into_iter().rev() {
            let front = reader.section(section);
            if reader.language(section) == language && front.is_some_and(|front| front.generate_feeds) {
                let item = reader.named(section);
                // A section that sends its readers on has no feed.
                if self.plan.answer(&item.url.join(&config.feed_filename)).is_none() {
                    continue;
                }
                let title = format!("{} – {}", item.title, config.languages[language].title);
                for (url, title) in self.feeds_in(item.url, &title) {
                    if !feeds.iter().any(|(known, _)| *known == url) {
                        feeds.push((url, title));
                    }
                }
                break;
            }
        }
        feeds.extend(self.document_feeds(id));
        feeds.extend(self.kind_feeds(id));
        feeds
    }

    pub(super) fn site_feed(&self, language: usize) -> Vec<(UrlPath, String)> {
        let config = self.reader.config();
        let own = &config.languages[language];
        if !own.generate_feeds {
            return Vec::new();
        }
        self.feeds_in(&config.home_url(language), &own.title)
    }

    /// The template that an item asks for, or its section for it, or the usual one.
    fn template_of(&self, id: ItemId) -> Result<String, Failures> {
        let item = self.reader.item(id);
        let meta = item.parsed.meta();
        if let Some(wanted) = &meta.template {
            return self.checked_template(wanted, id);
        }
        if self.reader.register_kind(id).is_some() {
            return self.register_template();
        }
        if item.is_section() {
            let is_home = &*item.parsed.key == "_index.md";
            let usual = if is_home && self.theme.has("index.html") { "index.html" } else { "section.html" };
            return Ok(usual.to_owned());
        }
        for section in self.reader.ancestors(id).into_iter().rev() {
            if let Some(wanted) = self.reader.section(section).and_then(|front| front.page_template.as_ref())
            {
                return self.checked_template(wanted, section);
            }
        }
        self.template_of_kind(id)
    }

    fn register_template(&self) -> Result<String, Failures> {
        if self.theme.has(REGISTER) {
            return Ok(REGISTER.to_owned());
        }
        let message = format!("there is no template `{REGISTER}` to show a register");
        let problem = Diagnostic::error(codes::NO_TEMPLATE, message)
            .in_file(self.theme.usual_file(REGISTER))
            .help("write it, or let theme.toml extend a theme that has it: extends = \"shanyraq\"");
        Err(Failure { diagnostic: problem, page: None }.into())
    }

    /// The template of a page's kind: the one that the settings name, or `NAME.html`.
    fn template_of_kind(&self, id: ItemId) -> Result<String, Failures> {
        let usual = || "page.html".to_owned();
        // A version looks as its document does.
        let id = self.document_of(id).unwrap_or(id);
        let Some(document) = self.reader.document(id) else { return Ok(usual()) };
        let kind = &document.kind;
        let Some((wanted, span)) = &kind.template else {
            let own = format!("{}.html", kind.name);
            return Ok(if self.theme.has(&own) { own } else { usual() });
        };
        match span {
            _ if self.theme.has(wanted) => Ok(wanted.clone()),
            Some(span) => Err(self.no_template(wanted, Location::later(config::FILE_NAME, *span))),
            None => Ok(usual()),
        }
    }

    fn checked_template(&self, (name, span): &Spanned, named_in: ItemId) -> Result<String, Failures> {
        if self.theme.has(name) {
            return Ok(name.clone());
        }
        let file = self.reader.path(named_in).as_str();
        Err(self.no_template(name, Location::later(file, *span)))
    }

    fn no_template(&self, name: &str, place: Location) -> Failures {
        let problem = Diagnostic::error(codes::NO_TEMPLATE, format!("there is no template `{name}`"));
        let diagnostic = problem.at(place).help(self.theme.near_template(name));
        Failure { diagnostic, page: None }.into()
    }
}

/// Puts the values of a view into places that stand in the order of its fields.
fn copy<'a>(view: &Value, places: &mut impl Iterator<Item = &'a mut Value>) {
    for (value, place) in view.as_map().into_iter().flat_map(Map::values).zip(places) {
        *place = value.clone();
    }
}

/// A summary stands in lists, where its footnotes do not: numbers that lead nowhere are left out.
fn without_notes(html: String) -> String {
    if !html.contains(NOTE.0) {
        return html;
    }
    let mut parts = html.split(NOTE.0);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once(NOTE.1).map_or(part, |(_, rest)| rest));
    }
    out
}
