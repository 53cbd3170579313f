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

/// The slug of each term, and which of the configured ones it is.
type Identified<'a> = HashMap<&'a str, (String, Option<usize>), FixedState>;

struct Found {
    name: String,
    pages: Vec<ItemId>,
    known: Option<usize>,
    /// The words that pages use for it, folded; the first is that of `first`.
    spellings: Vec<String>,
    /// The word in the first page that has it, and where.
    first: (String, Location),
}

impl Found {
    /// Adds a page that has the term by a word that gives the same address. Says so if the word is
    /// another one.
    fn add(&mut self, page: ItemId, word: &str, known: Option<usize>) -> Option<Diagnostic> {
        self.pages.push(page);
        let folded = folded(word);
        if self.spellings.contains(&folded) {
            return None;
        }
        self.spellings.push(folded);
        // In the settings they may be one in so many words.
        if known.is_some() && known == self.known {
            return None;
        }
        let message = format!("the terms `{}` and `{word}` differ, and get the same address", self.first.0);
        let help = "write one word in both places, or change one so that they differ in letters or digits";
        Some(Diagnostic::error(codes::COLLISION, message).help(help))
    }
}

pub(super) fn collect(library: &Library, problems: &mut Vec<Diagnostic>) -> Vec<Vec<Taxonomy>> {
    let languages = library.config.languages.len();
    // One pass over the pages: language, taxonomy, slug → term.
    let count = library.config.taxonomies.len();
    let mut found: Vec<Vec<BTreeMap<String, Found>>> = Vec::new();
    found.resize_with(languages, || std::iter::repeat_with(BTreeMap::new).take(count).collect());
    // Many pages share few terms: each is made into a slug once.
    let mut identified: Vec<Vec<Identified<'_>>> = Vec::new();
    identified.resize_with(languages, || std::iter::repeat_with(HashMap::default).take(count).collect());
    for id in library.ids() {
        let item = library.item(id);
        let Some(page) = item.parsed.page().filter(|page| !page.meta.hidden) else { continue };
        for (name, terms) in &page.taxonomies {
            let Some(index) = library.config.taxonomies.iter().position(|taxonomy| taxonomy.name == *name)
            else {
                continue;
            };
            let taxonomy = &library.config.taxonomies[index];
            for (term, span) in terms {
                let terms = &found[item.language()][index];
                let (slug, known) = &*identified[item.language()][index].entry(term).or_insert_with(|| {
                    let word = folded(term);
                    let same = terms.iter().find(|(_, found)| found.spellings.contains(&word));
                    match same {
                        Some((slug, found)) => (slug.clone(), found.known),
                        None => identify(library, taxonomy, term, item.language()),
                    }
                });
                let known = *known;
                if let Err(bad) = check_component(slug) {
                    let message = format!("the term `{term}` gives no address: {}", bad.0);
                    let place = Location::later(item.parsed.path.as_str(), *span);
                    let help = "use letters or digits";
                    problems.push(Diagnostic::error(codes::EMPTY_SLUG, message).at(place).help(help));
                    continue;
                }
                let place = || Location::later(item.parsed.path.as_str(), *span);
                if let Some(found) = found[item.language()][index].get_mut(slug) {
                    if let Some(problem) = found.add(id, term, known) {
                        let first = found.first.1.clone();
                        problems.push(problem.at(place()).related("the other one", first));
                    }
                    continue;
                }
                let lang = library.config.languages[item.language()].lang.as_str();
                let shown = known.and_then(|known| taxonomy.terms[known].get(lang)).unwrap_or(term);
                let new = Found {
                    name: shown.clone(),
                    pages: vec![id],
                    known,
                    spellings: vec![folded(term)],
                    first: (term.clone(), place()),
                };
                found[item.language()][index].insert(slug.clone(), new);
            }
        }
    }
    found
        .into_iter()
        .enumerate()
        .map(|(language, taxonomies)| {
            taxonomies
                .into_iter()
                .enumerate()
                .map(|(index, terms)| finish(library, language, index, terms))
                .collect()
        })
        .collect()
}

/// The slug of a term, and which of the configured ones it is: known by its name in the page's
/// language or in any other, so that all translations may use the same word.
fn identify(
    library: &Library,
    taxonomy: &TaxonomyConfig,
    term: &str,
    language: usize,
) -> (String, Option<usize>) {
    let config = &library.config;
    let lang = config.languages[language].lang.as_str();
    let known = known(taxonomy, term, Some(lang));
    let default = config.default_language().lang.as_str();
    let named = known.and_then(|known| taxonomy.terms[known].get(default));
    let (text, lang) = named.map_or((term, lang), |name| (name.as_str(), default));
    (slugify(text, config.slugify.taxonomies, lang), known)
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

fn finish(library: &Library, language: usize, index: usize, terms: BTreeMap<String, Found>) -> Taxonomy {
    let config = &library.config;
    let taxonomy = &config.taxonomies[index];
    let lang = config.default_language().lang.as_str();
    let slug =
        taxonomy.slug.clone().unwrap_or_else(|| slugify(&taxonomy.name, config.slugify.taxonomies, lang));
    let prefix = config.url_prefix(language).map(Lang::as_str);
    let parts = prefix.into_iter().chain(config.taxonomy_root.as_deref()).chain([slug.as_str()]);
    let url = UrlPath::folder(parts);
    let mut terms: Vec<Term> = terms
        .into_par_iter()
        .map(|(slug, Found { name, mut pages, known, spellings, .. })| {
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
