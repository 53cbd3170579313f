//! The only door to the model while rendering.
//!
//! Views and template functions ask here, and nowhere else. Every question is noted (see
//! [`super::record`]), those without an answer too, so that what was made with the answer is made
//! again when it changes.

use std::sync::Arc;

use super::record::{Key, note};
use super::{
    Document, Item, ItemId, LateTexts, Library, Referring, Resolved, Taxonomy, Term, order, taxonomies,
};
use crate::base::locale::Locale;
use crate::base::path::{SourcePath, UrlPath};
use crate::base::suggest::did_you_mean;
use crate::config::Config;
use crate::content::front::PictureFront;
use crate::content::markdown::{Body, Pieces};
use crate::content::{FOLDER, Name, SectionFront, SortBy};

/// Why nothing was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// There is no such thing: [`Reader::near`] knows what may be meant.
    Unknown(Sought),
    /// It is there, but its file has mistakes that are reported already.
    Broken,
}

/// What was looked for, and is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sought {
    /// A page, or (`true`) a section, by the path of its file.
    Item(String, bool),
    /// A taxonomy, by its name.
    Taxonomy(String),
    /// A term by language, taxonomy and the word for it.
    Term(usize, usize, String),
}

/// What to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Query {
    /// How to order the pages.
    pub sort: SortBy,
    /// From the other end.
    pub reverse: bool,
    /// At most so many.
    pub limit: Option<usize>,
    /// Pages of sections below as well.
    pub recursive: bool,
    /// Only pages that have a date and are no drafts: what a feed shows.
    pub dated: bool,
}

/// What others call a page or section.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The title.
    pub title: &'a str,
    /// The address.
    pub url: &'a UrlPath,
    /// The language, as an index of [`Config::languages`].
    pub language: usize,
    /// Whether listings leave it out.
    pub hidden: bool,
    /// Whether it only holds a place: nobody wrote it.
    pub implicit: bool,
    /// Whether it is a draft that is shown.
    pub draft: bool,
}

/// A reader of the model.
#[derive(Clone)]
pub struct Reader {
    pub(super) library: Arc<Library>,
    /// The texts, where the library has none.
    pub(super) late: Option<Arc<LateTexts>>,
}

impl Reader {
    /// A reader of this library.
    #[must_use]
    pub fn new(library: Arc<Library>) -> Self {
        Self { library, late: None }
    }

    /// The settings. With others, everything is made anew: they are not noted.
    #[must_use]
    pub fn config(&self) -> &Arc<Config> {
        &self.library.config
    }

    /// The build's day.
    #[must_use]
    pub fn today(&self) -> crate::base::clock::Today {
        note(|| Key::Today);
        self.library.today
    }

    /// How a language writes dates and sorts.
    #[must_use]
    pub fn locale(&self, language: usize) -> &Arc<Locale> {
        self.library.locale(language)
    }

    /// All pages and sections, in the order of their files. Not noted: what is rendered asks for some.
    pub fn ids(&self) -> impl Iterator<Item = ItemId> + use<> {
        self.library.ids()
    }

    /// How many pages and sections there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.library.items.len()
    }

    /// A page or section: all of it but its text and what follows from other files.
    #[must_use]
    pub fn item(&self, id: ItemId) -> &Item {
        note(|| Key::Head(id));
        self.library.item(id)
    }

    /// The path of its file.
    #[must_use]
    pub fn path(&self, id: ItemId) -> &SourcePath {
        &self.library.item(id).parsed.path
    }

    /// Its language, as an index of [`Config::languages`].
    #[must_use]
    pub fn language(&self, id: ItemId) -> usize {
        self.library.item(id).language()
    }

    /// Its address.
    #[must_use]
    pub fn url(&self, id: ItemId) -> &UrlPath {
        note(|| Key::Url(id));
        &self.library.item(id).url
    }

    /// What others call it.
    #[must_use]
    pub fn named(&self, id: ItemId) -> Named<'_> {
        note(|| Key::Name(id));
        let item = self.library.item(id);
        Named {
            title: &item.title,
            url: &item.url,
            language: item.language(),
            hidden: item.parsed.meta().hidden,
            implicit: item.parsed.is_placeholder(),
            draft: item.draft,
        }
    }

    /// What a section says of its pages and its list; `None` for a page.
    #[must_use]
    pub fn section(&self, id: ItemId) -> Option<&SectionFront> {
        note(|| Key::Section(id));
        self.library.item(id).parsed.section()
    }

    /// What it says of pictures, and its name, from which they count.
    #[must_use]
    pub fn pictures(&self, id: ItemId) -> (&Name, &[PictureFront]) {
        note(|| Key::Pictures(id));
        let parsed = &self.library.item(id).parsed;
        (&parsed.name, &parsed.meta().pictures)
    }

    /// Its text.
    #[must_use]
    pub fn text(&self, id: ItemId) -> &Body {
        note(|| Key::Text(id));
        self.body(id)
    }

    /// What stands before the mark that ends the summary, and what closes it.
    #[must_use]
    pub fn summary(&self, id: ItemId) -> Option<(Pieces<'_>, &'static str)> {
        note(|| Key::Summary(id));
        self.body(id).summary()
    }

    fn body(&self, id: ItemId) -> &Body {
        match &self.late {
            Some(late) => late.body(id),
            None => &self.library.item(id).parsed.body,
        }
    }

    /// Whether its file has mistakes. Not noted: a site with mistakes is never shown.
    #[must_use]
    pub fn is_broken(&self, id: ItemId) -> bool {
        self.library.item(id).broken
    }

    /// A page (`section`: a section) by the path of its file below `content/`, in a language or
    /// else the default one.
    ///
    /// # Errors
    /// There is none.
    pub fn find(&self, path: &str, language: usize, section: bool) -> Result<ItemId, Missing> {
        note(|| Key::Find(path.into(), language, section));
        match self.found(path, language, section) {
            Some(id) if self.is_broken(id) => Err(Missing::Broken),
            Some(id) => Ok(id),
            None => Err(Missing::Unknown(Sought::Item(path.to_owned(), section))),
        }
    }

    /// What may be meant by something that is not there. It is compared with all that is, which costs time: for
    /// those only who say what is missing, and not for those who can do without it.
    #[must_use]
    pub fn near(&self, sought: &Sought) -> Option<String> {
        match sought {
            Sought::Item(path, section) => {
                let wanted = path.strip_prefix("@/").unwrap_or(path);
                if let Some(slots) = self.library.keys.get(wanted) {
                    let there = slots.iter().zip(&self.config().languages).filter(|(slot, _)| slot.is_some());
                    let there: Vec<&str> = there.map(|(_, language)| language.lang.as_str()).collect();
                    return Some(format!("it is there in `{}` only: translate it", there.join("`, `")));
                }
                let mut keys: Vec<&str> = self.library.keys.keys().map(|key| &**key).collect();
                keys.retain(|key| key.ends_with("_index.md") == *section);
                keys.sort_unstable();
                did_you_mean(wanted, keys)
            }
            Sought::Taxonomy(name) => {
                did_you_mean(name, self.config().taxonomies.iter().map(|taxonomy| taxonomy.name.as_str()))
            }
            Sought::Term(language, taxonomy, word) => {
                let terms = &self.library.taxonomies(*language)[*taxonomy].terms;
                did_you_mean(word, terms.iter().map(|term| term.name.as_str()))
            }
        }
    }

    pub(super) fn found(&self, path: &str, language: usize, section: bool) -> Option<ItemId> {
        let path = path.strip_prefix("@/").unwrap_or(path);
        let (name, _) = Name::read(&SourcePath::new(&format!("{FOLDER}/{path}")), self.config());
        let language = if name.language > 0 { name.language } else { language };
        let found = self.library.find_or_default(&name.key, language);
        found.filter(|&id| self.library.item(id).is_section() == section)
    }

    /// A page or section in each language, one slot a language.
    #[must_use]
    pub fn translations(&self, id: ItemId) -> &[Option<ItemId>] {
        note(|| Key::Translations(id));
        self.library.translations(id)
    }

    /// The pages of a section, in its order.
    #[must_use]
    pub fn pages(&self, section: ItemId) -> &[ItemId] {
        note(|| Key::Pages(section));
        self.library.pages(section)
    }

    /// How many pages a section has.
    #[must_use]
    pub fn page_count(&self, section: ItemId) -> usize {
        note(|| Key::Count(section));
        self.library.pages(section).len()
    }

    /// The sections right below a section.
    #[must_use]
    pub fn children(&self, section: ItemId) -> &[ItemId] {
        note(|| Key::Children(section));
        self.library.children(section)
    }

    /// The pages of a section that a language lacks, and the sections right below it, as readers of
    /// that language see them.
    #[must_use]
    pub fn seen_elsewhere(&self, section: ItemId, language: usize) -> Option<(&[ItemId], &[ItemId])> {
        note(|| Key::Elsewhere(section, language));
        let (pages, children) = self.library.sections.elsewhere(section, language)?;
        Some((pages, children))
    }

    /// The sections above, the home first.
    #[must_use]
    pub fn ancestors(&self, id: ItemId) -> Vec<ItemId> {
        note(|| Key::Ancestors(id));
        self.library.ancestors(id)
    }

    /// `lower` and `higher`.
    #[must_use]
    pub fn neighbours(&self, id: ItemId) -> (Option<ItemId>, Option<ItemId>) {
        note(|| Key::Neighbours(id));
        self.library.neighbours(id)
    }

    /// The pages that link to a page.
    #[must_use]
    pub fn backlinks(&self, id: ItemId) -> &[ItemId] {
        note(|| Key::Backlinks(id));
        match &self.late {
            Some(late) => late.backlinks(id),
            None => self.library.backlinks(id),
        }
    }

    /// What follows from the kind of a page or section, if there is anything to say.
    #[must_use]
    pub fn document(&self, id: ItemId) -> Option<&Document> {
        note(|| Key::Document(id));
        self.library.document(id)
    }

    /// The day of the build, to find where the document of an item is on it (or its versions, for which
    /// [`Reader::lineage`] notes), and for nothing else: what is noted changes only when the document does.
    #[must_use]
    pub fn day_of(&self, id: ItemId) -> jiff::civil::Date {
        note(|| Key::Standing(id));
        self.library.today.0
    }

    /// The documents that a field of a document leads to, by the field's place in its kind.
    #[must_use]
    pub fn references(&self, id: ItemId, field: usize) -> &[ItemId] {
        note(|| Key::References(id));
        self.library.references(id, field)
    }

    /// The documents that refer to a page or section, by kind and field.
    #[must_use]
    pub fn referring(&self, id: ItemId) -> &[Referring] {
        note(|| Key::Referring(id));
        self.library.referring(id)
    }

    /// Where a link of a page leads.
    #[must_use]
    pub fn link(&self, id: ItemId, index: u32) -> Option<&Resolved> {
        note(|| Key::Link(id, index));
        let links = match &self.late {
            Some(late) => late.links(id),
            None => self.library.links(id),
        };
        links.get(index as usize)
    }

    /// The pages and sections that search finds in a language, in the order of their files: no drafts, nothing
    /// hidden, and of a document not the version that its own page shows.
    #[must_use]
    pub fn searched(&self, language: usize) -> &[ItemId] {
        note(|| Key::Searched(language));
        self.library.searched(language)
    }

    /// The home of a language.
    #[must_use]
    pub fn home(&self, language: usize) -> Option<ItemId> {
        note(|| Key::Home(language));
        self.library.home(language)
    }

    /// The files beside a page that has a folder of its own, by their paths below `content/`.
    pub fn assets_of(&self, id: ItemId) -> impl Iterator<Item = &str> {
        note(|| Key::Files(id));
        let name = &self.library.item(id).parsed.name;
        let folder =
            if name.is_bundle || name.is_section { Some(format!("{}/", name.own_folder())) } else { None };
        let start = folder.clone().unwrap_or_default();
        self.library
            .assets
            .range(start..)
            .map(|(path, _)| path.as_str())
            .take_while(move |path| folder.as_deref().is_some_and(|folder| path.starts_with(folder)))
    }

    /// The taxonomy of this number, with all its terms.
    #[must_use]
    pub fn terms(&self, language: usize, taxonomy: usize) -> &Taxonomy {
        note(|| Key::Terms(language, taxonomy));
        &self.library.taxonomies(language)[taxonomy]
    }

    /// The taxonomy of this number, if it has any terms in a language.
    #[must_use]
    pub fn taxonomy_with_terms(&self, language: usize, taxonomy: usize) -> Option<&Taxonomy> {
        note(|| Key::HasTerms(language, taxonomy));
        let taxonomy = &self.library.taxonomies(language)[taxonomy];
        (!taxonomy.terms.is_empty()).then_some(taxonomy)
    }

    /// What the settings say of the taxonomy of this number: its terms are not to be looked at.
    #[must_use]
    pub fn taxonomy_at(&self, language: usize, taxonomy: usize) -> &Taxonomy {
        &self.library.taxonomies(language)[taxonomy]
    }

    /// The term of this number, as the plan counts them.
    #[must_use]
    pub fn term_at(&self, language: usize, taxonomy: usize, term: usize) -> &Term {
        let term = &self.library.taxonomies(language)[taxonomy].terms[term];
        note(|| Key::Term(language, taxonomy, term.slug.as_str().into()));
        term
    }

    /// A term in each language, as far as it is the same; `None` where a taxonomy has no terms. The
    /// inner `None`: this term is not among them.
    #[must_use]
    pub fn term_elsewhere(
        &self,
        language: usize,
        taxonomy: usize,
        term: &Term,
        part: usize,
    ) -> Vec<Option<(&Taxonomy, Option<&Term>)>> {
        note(|| Key::TermElsewhere(language, taxonomy, term.slug.as_str().into(), part));
        (0..self.config().languages.len())
            .map(|other| {
                let own = &self.library.taxonomies(other)[taxonomy];
                // The same term: by the settings, or by the same address.
                let same = own.terms.iter().find(|candidate| {
                    if other == language {
                        candidate.slug == term.slug
                    } else {
                        term.known.is_some() && candidate.known == term.known
                    }
                });
                (!own.terms.is_empty()).then_some((own, same))
            })
            .collect()
    }

    /// A taxonomy by its name: its place among the settings.
    ///
    /// # Errors
    /// There is none.
    pub fn taxonomy(&self, name: &str) -> Result<usize, Missing> {
        let configured = &self.config().taxonomies;
        let found = configured.iter().position(|taxonomy| taxonomy.name == name);
        found.ok_or_else(|| Missing::Unknown(Sought::Taxonomy(name.to_owned())))
    }

    /// The name and address of a term by its name, by any word that pages use for it, or by its slug.
    ///
    /// # Errors
    /// There is none.
    pub fn term_named(
        &self,
        taxonomy: &str,
        word: &str,
        language: usize,
    ) -> Result<(&str, &UrlPath), Missing> {
        note(|| Key::TermNamed(language, taxonomy.into(), word.into()));
        self.look_up(taxonomy, word, language).map(|(_, term)| (term.name.as_str(), &term.url))
    }

    /// A term, with its pages, by any word that [`Reader::term_named`] takes.
    ///
    /// # Errors
    /// There is none.
    pub fn term(&self, taxonomy: &str, word: &str, language: usize) -> Result<&Term, Missing> {
        note(|| Key::TermNamed(language, taxonomy.into(), word.into()));
        let (index, term) = self.look_up(taxonomy, word, language)?;
        note(|| Key::Term(language, index, term.slug.as_str().into()));
        Ok(term)
    }

    fn look_up(&self, taxonomy: &str, word: &str, language: usize) -> Result<(usize, &Term), Missing> {
        let index = self.taxonomy(taxonomy)?;
        let taxonomy = &self.library.taxonomies(language)[index];
        if let Some(named) = taxonomy.named(word) {
            return Ok((index, named));
        }
        let find = |is: &dyn Fn(&Term) -> bool| taxonomy.terms.iter().find(|candidate| is(candidate));
        let folded = taxonomies::folded(word);
        let found = find(&|candidate| candidate.name == word || candidate.is_spelt(&folded))
            .or_else(|| {
                let lang = self.config().languages[language].lang.as_str();
                let known = taxonomies::known(&self.config().taxonomies[taxonomy.index], word, Some(lang))?;
                find(&|candidate| candidate.known == Some(known))
            })
            .or_else(|| find(&|candidate| candidate.slug == word));
        match found {
            Some(found) => Ok((index, found)),
            None => Err(Missing::Unknown(Sought::Term(language, index, word.to_owned()))),
        }
    }

    /// Pages of a section, in an order of one's own: those of the language, even if it lacks the
    /// section, and those of the default language that it lacks.
    #[must_use]
    pub fn query_section(&self, section: ItemId, query: &Query, language: usize) -> Vec<ItemId> {
        note(|| Key::Query(section, query.clone(), language));
        let (pages, children) = self.library.sections.seen_in(section, language);
        let mut pages = pages.clone();
        if query.recursive {
            let mut below = children.clone();
            while let Some(child) = below.pop() {
                let (own, further) = self.library.sections.seen_in(child, language);
                pages.extend(own);
                below.extend(further);
            }
            // A transparent section's pages are in the list of the one above as well.
            pages.sort_unstable();
            pages.dedup();
        }
        self.query_pages(pages, query, language)
    }

    /// Pages of a term, in an order of one's own.
    ///
    /// # Errors
    /// There is no such term.
    pub fn query_term(
        &self,
        taxonomy: &str,
        word: &str,
        query: &Query,
        language: usize,
    ) -> Result<Vec<ItemId>, Missing> {
        note(|| Key::QueryTerm(language, taxonomy.into(), word.into(), query.clone()));
        let (_, term) = self.look_up(taxonomy, word, language)?;
        Ok(self.query_pages(term.pages.clone(), query, language))
    }

    /// Given pages, in an order of one's own. What decides about the order of these pages is not
    /// noted: the caller has noted a key whose answer they are.
    #[must_use]
    pub fn query_pages(&self, mut pages: Vec<ItemId>, query: &Query, language: usize) -> Vec<ItemId> {
        pages.retain(|&id| {
            let item = self.library.item(id);
            // A page with mistakes has nothing of its own to show, and they are reported.
            !item.broken && !(query.dated && (item.date.is_none() || item.draft))
        });
        order::sort(&self.library, &mut pages, query.sort, language);
        if query.reverse {
            pages.reverse();
        }
        pages.truncate(query.limit.unwrap_or(usize::MAX));
        pages
    }
}
