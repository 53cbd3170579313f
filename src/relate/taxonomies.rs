//! Taxonomies and their terms, per language.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use super::{ItemId, Library, order};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
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
}

/// The slug of each term, and which of the configured ones it is.
type Identified<'a> = HashMap<&'a str, (String, Option<usize>), FixedState>;

struct Found {
    name: String,
    pages: Vec<ItemId>,
    known: Option<usize>,
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
                let (slug, known) = &*identified[item.language()][index]
                    .entry(term)
                    .or_insert_with(|| identify(library, taxonomy, term, item.language()));
                let known = *known;
                if let Err(bad) = check_component(slug) {
                    let message = format!("the term `{term}` gives no address: {}", bad.0);
                    let place = Location::later(item.parsed.path.as_str(), *span);
                    let help = "use letters or digits";
                    problems.push(Diagnostic::error(codes::EMPTY_SLUG, message).at(place).help(help));
                    continue;
                }
                if let Some(found) = found[item.language()][index].get_mut(slug) {
                    found.pages.push(id);
                    continue;
                }
                let lang = library.config.languages[item.language()].lang.as_str();
                let shown = known.and_then(|known| taxonomy.terms[known].get(lang)).unwrap_or(term);
                let new = Found { name: shown.clone(), pages: vec![id], known };
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
            let folded = term.to_lowercase();
            position(&|names| names.values().any(|name| name.to_lowercase() == folded))
        })
}

fn finish(library: &Library, language: usize, index: usize, terms: BTreeMap<String, Found>) -> Taxonomy {
    let config = &library.config;
    let taxonomy = &config.taxonomies[index];
    let lang = config.default_language().lang.as_str();
    let slug =
        taxonomy.slug.clone().unwrap_or_else(|| slugify(&taxonomy.name, config.slugify.taxonomies, lang));
    let prefix = config.url_prefix(language).map(|lang| lang.as_str());
    let parts = prefix.into_iter().chain(config.taxonomy_root.as_deref()).chain([slug.as_str()]);
    let url = UrlPath::folder(parts);
    let mut terms: Vec<Term> = terms
        .into_iter()
        .map(|(slug, Found { name, mut pages, known })| {
            order::sort(library, &mut pages, SortBy::Date, language);
            pages.dedup();
            Term { name, url: url.join(&format!("{slug}/")), slug, pages, known }
        })
        .collect();
    let locale = library.locale(language);
    terms.sort_by(|a, b| locale.compare(&a.name, &b.name).then_with(|| a.slug.cmp(&b.slug)));
    Taxonomy { index, slug, url, terms }
}
