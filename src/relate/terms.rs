//! The terms of the glossary: pages of the kind `term`.

use std::sync::Arc;

use super::record::{Key, note};
use super::{Document, ItemId, Library, Reader, order};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::digest::fingerprint;
use crate::content::SortBy;
use crate::policy::field::Value;
use crate::policy::glossary::Words;

/// The kind of terms.
const KIND: &str = "term";

/// All terms, as each language has them.
#[derive(Debug, Default)]
pub(super) struct Glossary {
    /// The pages of all terms in the reader's order; those of the default language where one is missing.
    pages: Vec<Vec<ItemId>>,
    /// What texts call the terms that a language has, where texts are to be marked.
    words: Vec<TermWords>,
}

/// What the texts of a language call its terms.
#[derive(Debug, Default)]
pub struct TermWords {
    /// The names; they count in `pages`.
    pub words: Words,
    /// The page of each term.
    pub pages: Vec<ItemId>,
    print: u64,
}

impl Glossary {
    /// Collects the terms.
    pub(super) fn new(library: &Library, problems: &mut Vec<Diagnostic>) -> Self {
        let is_term = |id: &ItemId| {
            let item = library.item(*id);
            library.kind(*id) == KIND && !item.broken && !item.parsed.meta().hidden && !item.is_section()
        };
        let terms: Vec<ItemId> = library.ids().filter(is_term).collect();
        if terms.is_empty() {
            return Self::default();
        }
        let mut glossary = Self::default();
        for language in 0..library.config.languages.len() {
            let seen = |&id: &ItemId| {
                let own = library.find(&library.item(id).parsed.key, language);
                own.map_or_else(|| library.item(id).language() == 0, |own| own == id)
            };
            let mut pages: Vec<ItemId> = terms.iter().copied().filter(seen).collect();
            order::sort(library, &mut pages, SortBy::Title, language);
            glossary.pages.push(pages);
            let own = terms.iter().copied().filter(|&id| library.item(id).language() == language);
            glossary.words.push(match library.config.mark_first_use {
                true => TermWords::of(library, own.collect(), problems),
                false => TermWords::default(),
            });
        }
        glossary
    }
}

impl TermWords {
    fn of(library: &Library, pages: Vec<ItemId>, problems: &mut Vec<Diagnostic>) -> Self {
        let mut own = Self::default();
        let mut prints = Vec::with_capacity(pages.len());
        for (term, &page) in pages.iter().enumerate() {
            let names = names(library, page);
            for (name, place) in &names {
                if let Err(other) = own.words.add(name, term) {
                    let message = format!("another term is called `{name}` too");
                    let help = "texts lead to the first one: take the word from one of them";
                    let problem = Diagnostic::warning(codes::TERM_WORD, message).help(help);
                    let there = self::names(library, pages[other]).into_iter();
                    let there = there.filter(|(word, _)| word.to_lowercase() == name.to_lowercase());
                    let there = there.map(|(_, place)| place).next();
                    let file = || Location::file(library.item(pages[other]).parsed.path.as_str());
                    let there = there.unwrap_or_else(file);
                    let problem = problem.at(place.clone());
                    problems.push(problem.related("the other one, which texts lead to", there));
                }
            }
            let names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
            prints.push((library.item(page).parsed.facets.path, names));
        }
        Self { print: fingerprint(&prints), pages, ..own }
    }
}

/// What texts call a term, and where that is written: its title, its abbreviation, and the forms that its
/// author lists.
fn names(library: &Library, page: ItemId) -> Vec<(String, Location)> {
    let item = library.item(page);
    let file = item.parsed.path.as_str();
    let title = item.parsed.meta().title_span;
    let title = title.map_or_else(|| Location::file(file), |span| Location::later(file, span));
    let mut names = vec![(item.title.clone(), title)];
    for field in ["abbreviation", "forms"] {
        let Some(given) = library.document(page).and_then(|own| own.value(field)) else { continue };
        for (value, span) in given.value.each(given.span) {
            if let Value::Text(text) = value {
                names.push((text.clone(), Location::later(&*given.file, span)));
            }
        }
    }
    names
}

impl Library {
    /// The pages of all terms for readers of a language, in its order.
    pub(super) fn terms(&self, language: usize) -> &[ItemId] {
        self.glossary.pages.get(language).map_or(&[], Vec::as_slice)
    }

    /// The fingerprint of what texts of a language call its terms.
    pub(super) fn print_term_words(&self, language: usize) -> u64 {
        self.glossary.words.get(language).map_or(0, |words| words.print)
    }

    /// Collects the terms.
    pub(super) fn with_glossary(&mut self, problems: &mut Vec<Diagnostic>) {
        self.glossary = Arc::new(Glossary::new(self, problems));
    }
}

impl Document {
    /// The text of a field that holds one.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        match &self.value(field)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Reader {
    /// The pages of all terms for readers of a language, in its order: in that language, or in the default
    /// one.
    #[must_use]
    pub fn glossary(&self, language: usize) -> &[ItemId] {
        note(|| Key::Glossary(language));
        self.library.terms(language)
    }

    /// What texts of a language call its terms, where the first use of one is to be marked.
    #[must_use]
    pub fn term_words(&self, language: usize) -> Option<&TermWords> {
        note(|| Key::TermWords(language));
        self.library.glossary.words.get(language).filter(|words| !words.words.is_empty())
    }
}
