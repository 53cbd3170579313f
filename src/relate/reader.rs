//! The only door to the model while rendering.
//!
//! Views and template functions ask here, and nowhere else, so that one place sees every read of a
//! page by another: what the incremental engine needs to know which outputs depend on what.

use std::sync::Arc;

use super::{Item, ItemId, Library, Resolved, Taxonomy, Term, order, taxonomies};
use crate::base::locale::Locale;
use crate::base::path::SourcePath;
use crate::base::suggest::did_you_mean;
use crate::config::Config;
use crate::content::{FOLDER, Name, SortBy};

/// Why nothing was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// There is no such thing; perhaps the nearest name.
    Unknown(Option<String>),
    /// It is there, but its file has mistakes that are reported already.
    Broken,
}

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// How to order the pages.
    pub sort: SortBy,
    /// From the other end.
    pub reverse: bool,
    /// At most so many.
    pub limit: Option<usize>,
    /// Pages of sections below as well.
    pub recursive: bool,
}

/// A reader of the model.
#[derive(Clone)]
pub struct Reader {
    library: Arc<Library>,
}

impl Reader {
    /// A reader of this library.
    #[must_use]
    pub fn new(library: Arc<Library>) -> Self {
        Self { library }
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Arc<Config> {
        &self.library.config
    }

    /// The build's day.
    #[must_use]
    pub fn today(&self) -> crate::base::clock::Today {
        self.library.today
    }

    /// How a language writes dates and sorts.
    #[must_use]
    pub fn locale(&self, language: usize) -> &Arc<Locale> {
        self.library.locale(language)
    }

    /// How many pages and sections there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.library.items.len()
    }

    /// A page or section.
    #[must_use]
    pub fn item(&self, id: ItemId) -> &Item {
        self.library.item(id)
    }

    /// A page (`section`: a section) by the path of its file below `content/`, in a language or
    /// else the default one.
    ///
    /// # Errors
    /// There is none.
    pub fn find(&self, path: &str, language: usize, section: bool) -> Result<ItemId, Missing> {
        let path = path.strip_prefix("@/").unwrap_or(path);
        let (name, _) = Name::read(&SourcePath::new(&format!("{FOLDER}/{path}")), self.config());
        let language = if name.language > 0 { name.language } else { language };
        let found = self.library.find_or_default(&name.key, language);
        match found.filter(|&id| self.item(id).is_section() == section) {
            Some(id) if self.item(id).parsed.broken => Err(Missing::Broken),
            Some(id) => Ok(id),
            None => {
                let mut keys: Vec<&str> = self.library.keys.keys().map(|key| &**key).collect();
                keys.retain(|key| key.ends_with("_index.md") == section);
                keys.sort_unstable();
                Err(Missing::Unknown(did_you_mean(path, keys)))
            }
        }
    }

    /// A page or section in each language, one slot a language.
    #[must_use]
    pub fn translations(&self, id: ItemId) -> &[Option<ItemId>] {
        self.library.translations(id)
    }

    /// The pages of a section, in its order.
    #[must_use]
    pub fn pages(&self, section: ItemId) -> &[ItemId] {
        self.library.pages(section)
    }

    /// The sections right below a section.
    #[must_use]
    pub fn children(&self, section: ItemId) -> &[ItemId] {
        self.library.children(section)
    }

    /// The pages of a section that a language lacks, and the sections right below it, as readers of
    /// that language see them.
    #[must_use]
    pub fn seen_elsewhere(&self, section: ItemId, language: usize) -> Option<(&[ItemId], &[ItemId])> {
        let (pages, children) = self.library.sections.elsewhere(section, language)?;
        Some((pages, children))
    }

    /// The sections above, the home first.
    #[must_use]
    pub fn ancestors(&self, id: ItemId) -> Vec<ItemId> {
        self.library.ancestors(id)
    }

    /// `lower` and `higher`.
    #[must_use]
    pub fn neighbours(&self, id: ItemId) -> (Option<ItemId>, Option<ItemId>) {
        self.library.neighbours(id)
    }

    /// The pages that link to a page.
    #[must_use]
    pub fn backlinks(&self, id: ItemId) -> &[ItemId] {
        self.library.backlinks(id)
    }

    /// Where the links of a page lead.
    #[must_use]
    pub fn links(&self, id: ItemId) -> &[Resolved] {
        self.library.links(id)
    }

    /// The home of a language.
    #[must_use]
    pub fn home(&self, language: usize) -> Option<ItemId> {
        self.library.home(language)
    }

    /// The files beside a page that has a folder of its own, by their paths below `content/`.
    pub fn assets_of(&self, id: ItemId) -> impl Iterator<Item = &str> {
        let name = &self.item(id).parsed.name;
        let folder =
            if name.is_bundle || name.is_section { Some(format!("{}/", name.own_folder())) } else { None };
        let start = folder.clone().unwrap_or_default();
        self.library
            .assets
            .range(start..)
            .map(|(path, _)| path.as_str())
            .take_while(move |path| folder.as_deref().is_some_and(|folder| path.starts_with(folder)))
    }

    /// The taxonomies of a language.
    #[must_use]
    pub fn taxonomies(&self, language: usize) -> &[Taxonomy] {
        self.library.taxonomies(language)
    }

    /// A taxonomy by its name.
    ///
    /// # Errors
    /// There is none.
    pub fn taxonomy(&self, name: &str, language: usize) -> Result<&Taxonomy, Missing> {
        let configured = &self.config().taxonomies;
        match configured.iter().position(|taxonomy| taxonomy.name == name) {
            Some(index) => Ok(&self.taxonomies(language)[index]),
            None => Err(Missing::Unknown(did_you_mean(name, configured.iter().map(|t| t.name.as_str())))),
        }
    }

    /// A term by its name, by any word that pages use for it, or by its slug.
    ///
    /// # Errors
    /// There is none.
    pub fn term(&self, taxonomy: &str, term: &str, language: usize) -> Result<(&Taxonomy, &Term), Missing> {
        let taxonomy = self.taxonomy(taxonomy, language)?;
        if let Some(named) = taxonomy.named(term) {
            return Ok((taxonomy, named));
        }
        let find = |is: &dyn Fn(&Term) -> bool| taxonomy.terms.iter().find(|candidate| is(candidate));
        let folded = taxonomies::folded(term);
        let found = find(&|candidate| candidate.name == term || candidate.is_spelt(&folded))
            .or_else(|| {
                let lang = self.config().languages[language].lang.as_str();
                let known = taxonomies::known(&self.config().taxonomies[taxonomy.index], term, Some(lang))?;
                find(&|candidate| candidate.known == Some(known))
            })
            .or_else(|| find(&|candidate| candidate.slug == term));
        match found {
            Some(found) => Ok((taxonomy, found)),
            None => Err(Missing::Unknown(did_you_mean(term, taxonomy.terms.iter().map(|t| t.name.as_str())))),
        }
    }

    /// Pages of a section, in an order of one's own: those of the language, even if it lacks the
    /// section, and those of the default language that it lacks.
    #[must_use]
    pub fn query_section(&self, section: ItemId, query: &Query, language: usize) -> Vec<ItemId> {
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
        self.query(pages, query, language)
    }

    /// Given pages, in an order of one's own.
    #[must_use]
    pub fn query(&self, mut pages: Vec<ItemId>, query: &Query, language: usize) -> Vec<ItemId> {
        order::sort(&self.library, &mut pages, query.sort, language);
        if query.reverse {
            pages.reverse();
        }
        pages.truncate(query.limit.unwrap_or(usize::MAX));
        pages
    }
}
