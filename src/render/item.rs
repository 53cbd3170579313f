//! Pages and sections: their views, and the files they become.

use std::sync::Arc;

use tera::value::Key;
use tera::{Map, Value};

use super::asked::{Places, asked};
use super::errors::Failures;
use super::scope::{self, About};
use super::sources::PageSources;
use super::terms::Marked;
use super::views::{self, ItemView, PageView, SectionView};
use super::{Alternate, Frame, Renderer};
use crate::base::path::UrlPath;
use crate::content::markdown::{Pieces, minutes};
use crate::plan::Route;
use crate::relate::ItemId;

/// What a footnote's number in the text begins and ends with.
const NOTE: (&str, &str) = ("<sup class=\"footnote-reference\">", "</sup>");

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
        let mut own = own.as_map().into_iter().flat_map(Map::values).cloned();
        let mut own = || own.next().unwrap_or_else(Value::none);
        let (title, path, permalink, lang) = (own(), own(), own(), own());
        let asked = &self.theme.asked;
        let brief = asked!(
            asked,
            ItemView {
                relative_path: parsed.path.as_str().strip_prefix("content/").unwrap_or_default().to_owned(),
                colocated_path: parsed.name.is_bundle.then(|| format!("{}/", parsed.name.own_folder())),
                permalink: permalink,
                path: path,
                components: item.url.components().map(str::to_owned).collect(),
                slug: item.slug.clone(),
                title: title,
                description: meta.description.clone(),
                lang: lang,
                weight: meta.weight,
                draft: item.draft,
                hidden: meta.hidden,
                aliases: meta.aliases.iter().map(|(alias, _)| alias.clone()).collect(),
                extra: views::table(&meta.extra),
                assets: {
                    let found = reader.assets_of(id).filter_map(|path| self.plan.assets.find_content(path));
                    found.map(|asset| config.href(asset.url().as_str())).collect()
                },
                pictures: self.picture_views(id),
                translations: {
                    let others = reader.translations(id).iter().flatten();
                    let shown = others.filter(|&&other| other != id && !reader.named(other).hidden);
                    Value::from(shown.map(|&other| self.reference(other)).collect::<Vec<_>>())
                },
                in_search_index: meta.in_search_index,
                date: item.date.map(|date| date.to_string()),
                updated: page.and_then(|page| page.updated).map(|date| date.to_string()),
                year: item.date.map(|date| date.date().year()),
                month: item.date.map(|date| date.date().month()),
                day: item.date.map(|date| date.date().day()),
                authors: page.map(|page| page.authors.clone()).unwrap_or_default(),
                taxonomies: self.terms_of(id),
                summary: self.summary(id),
                kind: views::document::kind(reader, id),
                fields: views::document::fields(self, id),
                state: views::document::state(reader, id),
                stale: document.is_some_and(|document| document.stale),
                synthetic: document.is_some_and(|document| document.synthetic),
                illustrative: {
                    // What holds for a document holds for its versions.
                    let is_version = page.is_some_and(|page| page.version.is_some());
                    let of = if is_version { self.document_of(id) } else { None };
                    let of = of.and_then(|of| reader.document(of));
                    document.into_iter().chain(of).any(|document| document.illustrative)
                },
            }
        );
        asked.brief.filled(|places| brief.fill(places))
    }

    /// The names of the terms of a page, by taxonomy.
    fn terms_of(&self, id: ItemId) -> Value {
        let item = self.reader.item(id);
        let mut taxonomies = Map::new();
        for (name, terms) in item.parsed.page().map_or(&[][..], |page| &page.taxonomies) {
            let mut names: Vec<&str> = Vec::with_capacity(terms.len());
            for (term, _) in terms {
                let known = self.reader.term_named(name, term, item.language());
                let shown = known.map_or(term.as_str(), |(name, _)| name);
                // Two words of a page may be one term.
                if !names.contains(&shown) {
                    names.push(shown);
                }
            }
            taxonomies.insert(Key::from(name.clone()), Value::from(names));
        }
        Value::from(taxonomies)
    }

    /// The HTML of what stands before the mark that ends the summary, or none.
    fn summary(self: &Arc<Self>, id: ItemId) -> Value {
        match self.reader.summary(id) {
            // A mistake in the summary is reported when the page itself is rendered.
            Some((pieces, close)) if self.may_render(id, pieces.clone()) => self
                .pieces(id, pieces)
                .map_or_else(|_| Value::none(), |html| Value::safe_string(&(without_notes(html) + close))),
            _ => Value::none(),
        }
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
        // The page of a document shows its own text and that of a version.
        let further = reader.shown(id).map(|shown| reader.text(shown));
        let words = text.words + further.map_or(0, |text| text.words);
        let on_page = self.shown_on(id)?;
        // The page's own text comes first: of a term, the first use is marked.
        let content = self.content(id, &on_page)?;
        let (versions, version) = self.versions(id, &on_page)?;
        let Shown { sources, .. } = on_page;
        let asked = &self.theme.asked;
        let own = asked!(
            asked,
            PageView {
                content: content,
                word_count: words,
                reading_time: minutes(words),
                toc: {
                    let headings = text.headings.iter().chain(further.iter().flat_map(|text| &text.headings));
                    let clauses = further.unwrap_or(text).clauses.as_deref();
                    views::toc(headings, clauses, &reader.config().permalink(reader.url(id).as_str()))
                },
                ancestors: self.paths(&reader.ancestors(id)),
                breadcrumbs: {
                    let mut above = reader.ancestors(id);
                    above.extend(self.document_of(id));
                    self.references(&above)
                },
                lower: self.neighbour(reader.neighbours(id).0),
                higher: self.neighbour(reader.neighbours(id).1),
                backlinks: self.references(reader.backlinks(id)),
                number: self.number_of(id),
                versions: versions,
                version: version,
                has_clauses: further
                    .unwrap_or(text)
                    .clauses
                    .as_ref()
                    .is_some_and(|found| !found.clauses.list.is_empty()),
                clauses: self.clauses(id),
                withdrawn_clauses: self.withdrawn_clauses(id),
                cited_by: self.cited_by(id),
                cite: match reader.is_cited_in_files(id).then(|| self.cite_text(id)).flatten() {
                    Some(text) => views::cite(reader, reader.url(id), &text),
                    None => Value::none(),
                },
                sources: sources.as_ref().map_or_else(Vec::new, |sources| sources.views()),
                sources_numbered: sources.is_some_and(|sources| sources.is_numbered()),
            }
        );
        Ok(asked.page.filled(|places| {
            copy(&self.brief(id), places);
            own.fill(places);
            views::document::document(self, id).fill(places);
        }))
    }

    fn neighbour(self: &Arc<Self>, id: Option<ItemId>) -> Value {
        id.map_or_else(Value::none, |id| self.brief(id))
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
        let shown = self.shown_on(id)?;
        let content = self.content(id, &shown)?;
        let asked = &self.theme.asked;
        let own = asked!(
            asked,
            SectionView {
                content: content,
                word_count: text.words,
                reading_time: minutes(text.words),
                toc: {
                    let permalink = reader.config().permalink(reader.url(id).as_str());
                    views::toc(text.headings.iter(), None, &permalink)
                },
                ancestors: self.paths(&reader.ancestors(id)),
                breadcrumbs: self.references(&reader.ancestors(id)),
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
            }
        );
        Ok(asked.section.filled(|places| {
            copy(&self.brief(id), places);
            own.fill(places);
            views::document::document(self, id).fill(places);
        }))
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
    ) -> Result<Vec<u8>, Failures> {
        let item = self.reader.item(id);
        let template = self.template_of(id)?;
        let frame = Frame {
            language: self.reader.language(id),
            url: &route.url,
            about: About::Item(id),
            alternates: self.theme.asked.then("alternates", || self.alternates(id, pager)),
            feeds: self.theme.asked.then("feeds", || self.feeds_of(id)),
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
}

/// Puts the values of a brief view into the places of the same fields, which come first.
fn copy(brief: &Value, places: Places<'_, '_>) {
    let mut values = brief.as_map().into_iter().flat_map(Map::values);
    for place in places.take(ItemView::FIELDS.len()).flatten() {
        if let Some(value) = values.next() {
            *place = value.clone();
        }
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
