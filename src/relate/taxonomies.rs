//! Taxonomies and their terms, per language.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::{ItemId, Library, order};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::lang::Lang;
use crate::base::path::{UrlPath, check_component};
use crate::base::slug::slugify;
use crate::config::TaxonomyConfig;
use crate::content::SortBy;

/// A taxonomy in a language.
#[derive(Debug)]
pub struct Taxonomy {
    /// Its place among [`crate::config::Config::taxonomies`].
    pub index: usize,
    /// The part of the address.
    pub slug: String,
    /// The address of the list of its terms.
    pub url: UrlPath,
    /// Its terms, in the order of the language's alphabet.
    pub terms: Vec<Term>,
    /// Where the term of a name stands among them: every page asks for its own.
    by_name: HashMap<String, usize, FixedState>,
}

impl Taxonomy {
    /// The term of this very name.
    pub(super) fn named(&self, name: &str) -> Option<&Term> {
        self.by_name.get(name).map(|&index| &self.terms[index])
    }
}

/// A term of a taxonomy in a language.
#[derive(Debug)]
pub struct Term {
    /// Its name in this language.
    pub name: String,
    /// The part of the address.
    pub slug: String,
    /// The address of the list of its pages.
    pub url: UrlPath,
    /// Its pages, the newest first.
    pub pages: Vec<ItemId>,
    /// Its place among [`TaxonomyConfig::terms`]: what makes it the same in every language.
    pub known: Option<usize>,
    /// The words that pages use for it, [`folded`].
    spellings: Vec<String>,
}

impl Term {
    /// Whether pages write it like this, capitals aside.
    pub(super) fn is_spelt(&self, folded: &str) -> bool {
        self.spellings.iter().any(|spelling| spelling == folded)
    }
}

/// A word without what makes no other word of it: capitals, and the ways that Unicode has to write
/// one letter.
pub(super) fn folded(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfc().collect::<String>().to_lowercase().nfc().collect()
}

struct Found {
    name: String,
    slug: String,
    pages: Vec<ItemId>,
    known: Option<usize>,
    /// The words that pages use for it, folded; the first is that of `first`.
    spellings: Vec<String>,
    /// The word in the first page that has it, and where.
    first: (String, Location),
}

impl Found {
    /// Adds a page that has the term by another word that gives the same address, and says so.
    fn add(
        &mut self,
        page: ItemId,
        word: &str,
        spelling: String,
        known: Option<usize>,
    ) -> Option<Diagnostic> {
        self.pages.push(page);
        self.spellings.push(spelling);
        // In the settings they may be one in so many words.
        if known.is_some() && known == self.known {
            return None;
        }
        let message = format!("the terms `{}` and `{word}` differ, and get the same address", self.first.0);
        let help = "write one word in both places, or change one so that they differ in letters or digits";
        Some(Diagnostic::error(codes::COLLISION, message).help(help))
    }
}

/// The terms of a taxonomy in a language, as pages come.
#[derive(Default)]
struct Terms<'a> {
    found: Vec<Found>,
    /// Their places, by slug.
    by_slug: HashMap<String, usize, FixedState>,
    /// The same by each spelling.
    by_spelling: HashMap<String, usize, FixedState>,
    /// The same by each word as it stands in a page: many pages share few.
    by_word: HashMap<&'a str, usize, FixedState>,
}

impl<'a> Terms<'a> {
    /// Adds a page that has a term.
    fn add(
        &mut self,
        page: ItemId,
        term: &'a str,
        place: impl Fn() -> Location,
        own: &Own<'_>,
    ) -> Option<Diagnostic> {
        let word = match self.by_word.get(term) {
            Some(&found) => {
                self.found[found].pages.push(page);
                return None;
            }
            None => folded(term),
        };
        if let Some(&found) = self.by_spelling.get(&word) {
            self.by_word.insert(term, found);
            self.found[found].pages.push(page);
            return None;
        }
        let (slug, known) = own.identify(term);
        if let Err(bad) = check_component(&slug) {
            let message = format!("the term `{term}` gives no address: {}", bad.0);
            let problem = Diagnostic::error(codes::EMPTY_SLUG, message).at(place());
            return Some(problem.help("use letters or digits"));
        }
        let index = *self.by_slug.entry(slug.clone()).or_insert(self.found.len());
        self.by_word.insert(term, index);
        self.by_spelling.insert(word.clone(), index);
        if let Some(found) = self.found.get_mut(index) {
            let problem = found.add(page, term, word, known)?;
            return Some(problem.at(place()).related("the other one", found.first.1.clone()));
        }
        self.found.push(Found {
            name: own.name(term, known).to_owned(),
            slug,
            pages: vec![page],
            known,
            spellings: vec![word],
            first: (term.to_owned(), place()),
        });
        None
    }
}

pub(super) fn collect(library: &Library, problems: &mut Vec<Diagnostic>) -> Vec<Vec<Taxonomy>> {
    let config = &library.config;
    // One pass over the pages: language, taxonomy, term.
    let mut found: Vec<Vec<Terms<'_>>> = Vec::new();
    found.resize_with(config.languages.len(), || {
        std::iter::repeat_with(Terms::default).take(config.taxonomies.len()).collect()
    });
    for id in library.ids() {
        let item = library.item(id);
        let Some(page) = item.parsed.page().filter(|page| !page.meta.hidden) else { continue };
        for (name, terms) in &page.taxonomies {
            let Some(index) = config.taxonomies.iter().position(|taxonomy| taxonomy.name == *name) else {
                continue;
            };
            let own = Own { library, taxonomy: &config.taxonomies[index], language: item.language() };
            for (term, span) in terms {
                let place = || Location::later(item.parsed.path.as_str(), *span);
                problems.extend(found[item.language()][index].add(id, term, place, &own));
            }
        }
    }
    let finished = |language: usize, taxonomies: Vec<Terms<'_>>| {
        let terms = taxonomies.into_iter().enumerate();
        terms.map(|(index, terms)| finish(library, language, index, terms)).collect()
    };
    found.into_iter().enumerate().map(|(language, taxonomies)| finished(language, taxonomies)).collect()
}

/// A taxonomy, as the pages of a language see it.
struct Own<'a> {
    library: &'a Library,
    taxonomy: &'a TaxonomyConfig,
    language: usize,
}

impl Own<'_> {
    fn lang(&self) -> &str {
        self.library.config.languages[self.language].lang.as_str()
    }

    /// The slug of a term, and which of the configured ones it is: known by its name in the page's
    /// language or in any other, so that all translations may use the same word.
    fn identify(&self, term: &str) -> (String, Option<usize>) {
        let config = &self.library.config;
        let known = known(self.taxonomy, term, Some(self.lang()));
        let default = config.default_language().lang.as_str();
        let named = known.and_then(|known| self.taxonomy.terms[known].get(default));
        let (text, lang) = named.map_or((term, self.lang()), |name| (name.as_str(), default));
        (slugify(text, config.slugify.taxonomies, lang), known)
    }

    /// The name of a term in the language.
    fn name<'a>(&'a self, term: &'a str, known: Option<usize>) -> &'a str {
        known.and_then(|known| self.taxonomy.terms[known].get(self.lang())).map_or(term, String::as_str)
    }
}

/// The configured term that a text names: in the language of the page, in any other, or in other
/// letters, as capitals are.
pub(super) fn known(taxonomy: &TaxonomyConfig, term: &str, lang: Option<&str>) -> Option<usize> {
    let position = |same: &dyn Fn(&BTreeMap<String, String>) -> bool| taxonomy.terms.iter().position(same);
    position(&|names| lang.and_then(|lang| names.get(lang)).is_some_and(|name| name == term))
        .or_else(|| position(&|names| names.values().any(|name| name == term)))
        .or_else(|| {
            let word = folded(term);
            position(&|names| names.values().any(|name| folded(name) == word))
        })
}

fn finish(library: &Library, language: usize, index: usize, terms: Terms<'_>) -> Taxonomy {
    let config = &library.config;
    let taxonomy = &config.taxonomies[index];
    let lang = config.default_language().lang.as_str();
    let slug =
        taxonomy.slug.clone().unwrap_or_else(|| slugify(&taxonomy.name, config.slugify.taxonomies, lang));
    let prefix = config.url_prefix(language).map(Lang::as_str);
    let parts = prefix.into_iter().chain(config.taxonomy_root.as_deref()).chain([slug.as_str()]);
    let url = UrlPath::folder(parts);
    let mut terms: Vec<Term> = terms
        .found
        .into_par_iter()
        .map(|Found { name, slug, mut pages, known, spellings, .. }| {
            order::sort(library, &mut pages, SortBy::Date, language);
            pages.dedup();
            Term { name, url: url.join(&format!("{slug}/")), slug, pages, known, spellings }
        })
        .collect();
    let locale = library.locale(language);
    terms.sort_by(|a, b| locale.compare(&a.name, &b.name).then_with(|| a.slug.cmp(&b.slug)));
    let mut by_name = HashMap::default();
    for (index, term) in terms.iter().enumerate() {
        by_name.entry(term.name.clone()).or_insert(index);
    }
    Taxonomy { index, slug, url, terms, by_name }
}
