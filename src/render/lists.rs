//! Lists: parts of a section's pages, taxonomies and their terms, and the page for what is missing.

use std::sync::Arc;

use tera::Value;

use super::errors::Failures;
use super::scope::About;
use super::views::{PaginatorView, TaxonomyView, TermView};
use super::{Alternate, Frame, Renderer};
use crate::base::path::UrlPath;
use crate::plan::{Route, pagers};
use crate::relate::{ItemId, Taxonomy, Term};

/// Where the parts of a list are.
struct Parts<'a> {
    url: &'a UrlPath,
    /// The part of the address before the number.
    path: &'a str,
    by: usize,
    count: usize,
}

impl Parts<'_> {
    fn number(&self) -> usize {
        pagers(self.count, Some(self.by))
    }

    fn url(&self, part: usize) -> UrlPath {
        if part <= 1 { self.url.clone() } else { self.url.join(&format!("{}/{part}/", self.path)) }
    }
}

impl Renderer {
    fn section_parts(&self, id: ItemId) -> Option<Parts<'_>> {
        let front = self.reader.section(id)?;
        let path = front.paginate_path.as_ref().map_or("page", |(path, _)| path.trim_matches('/'));
        let (by, count) = (front.paginate_by?, self.reader.page_count(id));
        Some(Parts { url: self.reader.url(id), path, by, count })
    }

    /// How many parts the list of a section has.
    pub(super) fn parts_of(&self, id: ItemId) -> usize {
        self.section_parts(id).map_or(1, |parts| parts.number())
    }

    /// The address of one of them.
    pub(super) fn part_url(&self, id: ItemId, part: usize) -> UrlPath {
        self.section_parts(id).map_or_else(|| self.reader.url(id).clone(), |parts| parts.url(part))
    }

    pub(super) fn section_paginator(self: &Arc<Self>, id: ItemId, part: usize) -> Option<Value> {
        let parts = self.section_parts(id)?;
        let reversed = self.reader.section(id).is_some_and(|front| front.paginate_reversed);
        let pages = self.reader.pages(id);
        Some(self.paginator(&parts, part, pages, reversed))
    }

    fn paginator(
        self: &Arc<Self>,
        parts: &Parts<'_>,
        part: usize,
        pages: &[ItemId],
        reversed: bool,
    ) -> Value {
        let config = self.reader.config();
        let from = (part - 1) * parts.by;
        // The pages of the parts before this one stand elsewhere.
        let until = (from + parts.by).min(pages.len());
        let shown = (from..until).map(|at| if reversed { pages.len() - 1 - at } else { at });
        let shown: Vec<Value> = shown.map(|at| self.brief(pages[at])).collect();
        let href = |part: usize| config.href(parts.url(part).as_str());
        Value::from(PaginatorView {
            paginate_by: parts.by,
            base_url: format!("{}{}/", config.href(parts.url.as_str()), parts.path),
            number_pagers: parts.number(),
            first: href(1),
            last: href(parts.number()),
            previous: (part > 1).then(|| href(part - 1)),
            next: (part < parts.number()).then(|| href(part + 1)),
            pages: Value::from(shown),
            current_index: part,
            total_pages: parts.count,
        })
    }

    pub(super) fn taxonomy_view(&self, taxonomy: &Taxonomy, language: usize) -> Value {
        let config = self.reader.config();
        let configured = &config.taxonomies[taxonomy.index];
        Value::from(TaxonomyView {
            name: configured.name.clone(),
            slug: taxonomy.slug.clone(),
            path: config.href(taxonomy.url.as_str()),
            permalink: config.permalink(taxonomy.url.as_str()),
            lang: config.languages[language].lang.to_string(),
            paginate_by: configured.paginate_by,
            feed: configured.feed,
            render: configured.render,
        })
    }

    /// A term, with its pages where they are wanted.
    pub(super) fn term_view(self: &Arc<Self>, term: &Term, language: usize, with_pages: bool) -> Value {
        let config = self.reader.config();
        Value::from(TermView {
            name: term.name.clone(),
            slug: term.slug.clone(),
            path: config.href(term.url.as_str()),
            permalink: config.permalink(term.url.as_str()),
            lang: config.languages[language].lang.to_string(),
            page_count: term.pages.len(),
            pages: if with_pages { self.briefs(&term.pages) } else { Value::from(Vec::<Value>::new()) },
        })
    }

    fn taxonomy_template(&self, taxonomy: &Taxonomy, own: &str, usual: &str) -> String {
        let named = format!("{}/{own}.html", self.reader.config().taxonomies[taxonomy.index].name);
        if self.theme.has(&named) { named } else { usual.to_owned() }
    }

    pub(super) fn render_taxonomy(
        self: &Arc<Self>,
        route: &Route,
        language: usize,
        index: usize,
    ) -> Result<Vec<u8>, Failures> {
        let taxonomy = self.reader.terms(language, index);
        let alternates = self.taxonomy_alternates(index);
        let about = About::Taxonomy(index);
        let frame = Frame { language, url: &route.url, about, alternates, feeds: self.site_feed(language) };
        let terms: Vec<Value> =
            taxonomy.terms.iter().map(|term| self.term_view(term, language, false)).collect();
        let own = vec![("taxonomy", self.taxonomy_view(taxonomy, language)), ("terms", Value::from(terms))];
        self.template(&self.taxonomy_template(taxonomy, "list", "taxonomy_list.html"), &frame, None, own)
    }

    /// The list of a taxonomy's terms in each language.
    pub(super) fn taxonomy_alternates(&self, index: usize) -> Vec<Option<Alternate>> {
        let config = self.reader.config();
        (0..config.languages.len())
            .map(|other| {
                let own = self.reader.taxonomy_with_terms(other, index)?;
                let title = config.taxonomies[own.index].name.clone();
                Some(Alternate { url: own.url.clone(), title, exact: true })
            })
            .collect()
    }

    /// The list of a term's pages, or a part of it, in each language; the list of terms where the term
    /// is none of that language.
    pub(super) fn term_alternates(
        &self,
        language: usize,
        index: usize,
        term: &Term,
        part: usize,
    ) -> Vec<Option<Alternate>> {
        let config = self.reader.config();
        let configured = &config.taxonomies[index];
        let path = configured.paginate_path.trim_matches('/');
        let parts =
            |term: &Term| configured.paginate_by.map_or(1, |by| term.pages.len().div_ceil(by.max(1)).max(1));
        let all = self.reader.term_elsewhere(language, index, term, part);
        all.into_iter()
            .map(|found| {
                let (own, same) = found?;
                match same {
                    Some(same) if part <= parts(same) => {
                        let url = if part == 1 {
                            same.url.clone()
                        } else {
                            same.url.join(&format!("{path}/{part}/"))
                        };
                        Some(Alternate { url, title: same.name.clone(), exact: true })
                    }
                    Some(same) => {
                        Some(Alternate { url: same.url.clone(), title: same.name.clone(), exact: false })
                    }
                    None => {
                        Some(Alternate { url: own.url.clone(), title: configured.name.clone(), exact: false })
                    }
                }
            })
            .collect()
    }

    pub(super) fn render_term(
        self: &Arc<Self>,
        route: &Route,
        language: usize,
        index: usize,
        term: usize,
        part: usize,
    ) -> Result<Vec<u8>, Failures> {
        let config = self.reader.config();
        let taxonomy = self.reader.taxonomy_at(language, index);
        let about = About::Term(index, term);
        let term = self.reader.term_at(language, index, term);
        let configured = &config.taxonomies[taxonomy.index];
        let path = configured.paginate_path.trim_matches('/');
        let alternates = self.term_alternates(language, index, term, part);
        let mut feeds = self.site_feed(language);
        if configured.feed {
            let title = format!("{} – {}", term.name, config.languages[language].title);
            feeds.extend(self.feeds_in(&term.url, &title));
        }
        let frame = Frame { language, url: &route.url, about, alternates, feeds };
        let mut own = vec![
            ("taxonomy", self.taxonomy_view(taxonomy, language)),
            ("term", self.term_view(term, language, configured.paginate_by.is_none())),
        ];
        if let Some(by) = configured.paginate_by {
            let parts = Parts { url: &term.url, path, by, count: term.pages.len() };
            own.push(("paginator", self.paginator(&parts, part, &term.pages, false)));
        }
        self.template(&self.taxonomy_template(taxonomy, "single", "taxonomy_single.html"), &frame, None, own)
    }

    pub(super) fn render_not_found(
        self: &Arc<Self>,
        route: &Route,
        language: usize,
    ) -> Result<Vec<u8>, Failures> {
        // The page answers many addresses: it is not the same page in another language.
        let (about, alternates) = (About::Nothing, Vec::new());
        let frame = Frame { language, url: &route.url, about, alternates, feeds: self.site_feed(language) };
        self.template("404.html", &frame, None, Vec::new())
    }
}
