//! All pages and sections, with what follows from their being together.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::address::{Address, Addresses};
use super::citations::Citations;
use super::documents::{Document, Documents};
use super::lineage::{self, Lineages};
use super::links::{self, Resolved};
use super::publish::{Shown, own_folders, published, published_assets};
use super::references::{References, Referring};
use super::sources::Naming;
use super::taxonomies::Taxonomy;
use super::terms::Glossary;
use super::{ItemId, accord, sections, taxonomies};
use crate::base::chunks::Chunks;
use crate::base::clock::{Moment, Today};
use crate::base::diagnostic::Diagnostic;
use crate::base::locale::Locale;
use crate::base::path::UrlPath;
use crate::config::Config;
use crate::content::Parsed;
use crate::content::bibliography::Bibliography;
use crate::policy::kind::{Kind, PAGE};
use crate::policy::publication::Publication;
use crate::source::File;

/// What a library is made of.
pub struct Input {
    /// The settings.
    pub config: Arc<Config>,
    /// All Markdown files, parsed, in the order of their paths.
    pub parsed: Vec<Arc<Parsed>>,
    /// Whether they have no bodies yet, but those that cite others or may be cited clause by clause:
    /// see [`super::LateTexts`].
    pub late: bool,
    /// All other files below `content/`.
    pub assets: Vec<File>,
    /// The site's bibliography.
    pub bibliography: Arc<Bibliography>,
    /// The build's day.
    pub today: Today,
    /// Whether drafts are shown.
    pub drafts: bool,
    /// Whether the theme can show registers: then those that no page of the site is get pages.
    pub registers: bool,
}

/// A page or section, with what follows from its own file.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its file.
    pub parsed: Arc<Parsed>,
    /// Its address.
    pub url: UrlPath,
    /// The last part of its address.
    pub slug: String,
    /// Its title, or words made of its name.
    pub title: String,
    /// Its date, from the front matter or the file's name, else the one that its kind names.
    pub date: Option<Moment>,
    /// Whether it is a draft, lies in a draft section or is of the future, and is shown only because
    /// that was asked for.
    pub draft: bool,
    /// Whether its file or its address has mistakes that make it unfit to be shown.
    pub broken: bool,
}

impl Item {
    /// The language, as an index of [`Config::languages`].
    #[must_use]
    pub fn language(&self) -> usize {
        self.parsed.name.language
    }

    /// What a text of a version says that this changes.
    #[must_use]
    pub fn version_note(&self) -> Option<&str> {
        self.parsed.page()?.version.as_ref()?.note.as_deref()
    }

    /// Whether it is a section.
    #[must_use]
    pub fn is_section(&self) -> bool {
        self.parsed.name.is_section
    }
}

/// All that is known of a site's content on a day.
///
/// What follows from front matter and file names alone is shared with a library that differs in
/// texts only: see [`Library::with_texts`].
#[derive(Clone)]
pub struct Library {
    pub(super) config: Arc<Config>,
    pub(super) today: Today,
    /// Whether most items have no bodies yet. Then nobody can tell which ids they have.
    pub(super) late: bool,
    pub(super) locales: Vec<Arc<Locale>>,
    pub(super) items: Chunks<Arc<Item>>,
    /// The translations of each key, one slot a language.
    pub(super) keys: Arc<HashMap<Arc<str>, Vec<Option<ItemId>>, FixedState>>,
    /// Why a file is not shown, by the file's path.
    pub(super) unpublished: Arc<BTreeMap<String, Publication>>,
    pub(super) assets: Arc<BTreeMap<String, File>>,
    /// Files beside pages that are not shown, by their path below `content/`: why those are not.
    unpublished_assets: Arc<BTreeMap<String, Publication>>,
    pub(super) sections: Arc<sections::Sections>,
    pub(super) taxonomies: Arc<Vec<Vec<Taxonomy>>>,
    /// What was wrong before the links were looked at.
    problems: Arc<Vec<Diagnostic>>,
    pub(super) links: Chunks<Arc<[Resolved]>>,
    /// What is wrong with links, for the few items that have such.
    pub(super) broken_links: BTreeMap<ItemId, Vec<links::Broken>>,
    pub(super) backlinks: Arc<Vec<Vec<ItemId>>>,
    /// What follows from the kind of each item, where there is anything.
    documents: Arc<Vec<Option<Document>>>,
    references: Arc<References>,
    /// The pages that are registers, by their keys, and of which kind.
    pub(super) registers: Arc<BTreeMap<Arc<str>, Arc<Kind>>>,
    /// What search finds, by language.
    searched: Arc<Vec<Vec<ItemId>>>,
    /// Which pages are versions of which documents.
    pub(super) lineages: Arc<Lineages>,
    /// Who cites a document or another page.
    pub(super) citing: Arc<Citations>,
    /// The clauses in which a translation differs from its original.
    pub(super) differing: BTreeMap<ItemId, Vec<Diagnostic>>,
    /// The ids that a document's own text has in common with a version of it.
    pub(super) joined: BTreeMap<ItemId, Vec<Diagnostic>>,
    /// The sources that texts name.
    pub(super) bibliography: Arc<Bibliography>,
    /// Which pages name which of them.
    pub(super) naming: Naming,
    /// The terms.
    pub(super) glossary: Arc<Glossary>,
}

impl Library {
    /// Relates all pages to each other; [`Library::problems`] says what does not fit.
    #[must_use]
    pub fn new(input: Input) -> Self {
        let Input { config, parsed, late, assets, bibliography, today, drafts, registers } = input;
        let mut problems = Vec::new();
        let locales = config.languages.iter().map(|l| Arc::new(Locale::new(l.lang.as_str()))).collect();
        let own_folders = own_folders(&parsed);
        let named = Naming::by_file(&parsed);
        let mut kinds = Documents::new(&parsed, &config, &mut problems);
        let families = accord::families(&parsed);
        let (mut parsed, mut unpublished) = published(parsed, &config, today, drafts, &mut problems);
        problems.extend(accord::contradictions(&families, &kinds, &unpublished));
        lineage::withhold(&mut parsed, &mut unpublished);
        if registers {
            super::registers::complete(&mut parsed, &mut kinds, &config);
        }
        let mut naming = Naming::default();
        naming.withhold(named, |path| unpublished.contains_key(path));
        let (assets, unpublished_assets) = published_assets(assets, &own_folders, &unpublished);
        let addresses = Addresses::new(parsed.iter().map(|(parsed, _)| &**parsed), &config, &mut problems);
        let addressed = |(parsed, draft): &Shown| {
            let Address { url, slug, sound, problems } = addresses.address(parsed);
            let broken = parsed.broken || !sound || kinds.broken.contains(parsed.path.as_str());
            (Item { draft: *draft, broken, ..item(parsed.clone(), url, slug, &config) }, problems)
        };
        let addressed: Vec<(Item, Vec<Diagnostic>)> = parsed.par_iter().map(addressed).collect();
        let mut items: Vec<Arc<Item>> = Vec::with_capacity(parsed.len());
        let mut documents = Vec::with_capacity(parsed.len());
        let mut keys: HashMap<Arc<str>, Vec<Option<ItemId>>, FixedState> = HashMap::default();
        for (item, found) in addressed {
            problems.extend(found);
            let (id, parsed) = (ItemId(u32::try_from(items.len()).unwrap_or(u32::MAX)), &item.parsed);
            let slots = keys.entry(parsed.key.clone()).or_insert_with(|| vec![None; config.languages.len()]);
            // `about.en.md` beside `about.md`: the plan reports that both want one address.
            slots[parsed.name.language].get_or_insert(id);
            let document = kinds.by_file.remove(parsed.path.as_str());
            let date = item.date.or_else(|| document.as_ref().and_then(Document::date));
            items.push(Arc::new(Item { date, ..item }));
            documents.push(document);
        }
        let lineages = Lineages::new(&mut items, &documents, &keys, &config, today, &mut problems);
        let mut library = Self {
            today,
            late,
            searched: Arc::default(),
            lineages: Arc::new(lineages),
            citing: Arc::default(),
            differing: BTreeMap::new(),
            joined: BTreeMap::new(),
            bibliography,
            naming,
            glossary: Arc::default(),
            locales,
            keys: Arc::new(keys),
            unpublished: Arc::new(unpublished),
            assets: Arc::new(assets),
            unpublished_assets: Arc::new(unpublished_assets),
            sections: Arc::default(),
            taxonomies: Arc::default(),
            problems: Arc::default(),
            links: Chunks::default(),
            broken_links: BTreeMap::new(),
            backlinks: Arc::default(),
            documents: Arc::new(documents),
            references: Arc::default(),
            registers: Arc::new(kinds.registers),
            items: items.into_iter().collect(),
            config,
        };
        library.searched = Arc::new(library.find_searched());
        library.sections = Arc::new(sections::Sections::new(&library));
        library.taxonomies = Arc::new(taxonomies::collect(&library, &mut problems));
        library.references = Arc::new(References::resolve(&library, &mut problems));
        library.with_glossary(&mut problems);
        library.problems = Arc::new(problems);
        let ids: Vec<ItemId> = library.ids().collect();
        let found = links::resolve(&library, &ids);
        library.note_sources(&ids);
        let all = found.into_iter().zip(&ids).map(|((links, broken), id)| {
            if !broken.is_empty() {
                library.broken_links.insert(*id, broken);
            }
            Arc::from(links)
        });
        library.links = all.collect();
        library.backlinks = Arc::new(links::backlinks(&library.links));
        library.citing = Arc::new(library.citations());
        // Without texts there are no clauses to compare, but for a few that are parsed at once.
        if !late {
            library.compare_translations(&ids);
            library.compare_with_documents(&ids);
        }
        library
    }

    /// What does not fit.
    #[must_use]
    pub fn problems(&self) -> Vec<Diagnostic> {
        let mut problems = self.problems.to_vec();
        problems.extend(self.differing.values().chain(self.joined.values()).flatten().cloned());
        links::report(self, &mut problems);
        problems.extend(self.unused_sources());
        problems
    }

    /// The item of a file, by the file's path.
    #[must_use]
    pub fn of_file(&self, path: &str) -> Option<ItemId> {
        let found = self.items.binary_search_by(|item| item.parsed.path.as_str().cmp(path)).ok()?;
        u32::try_from(found).ok().map(ItemId)
    }

    /// All pages and sections, in the order of their files.
    pub fn ids(&self) -> impl Iterator<Item = ItemId> + use<> {
        (0..u32::try_from(self.items.len()).unwrap_or(u32::MAX)).map(ItemId)
    }

    /// One of them.
    #[must_use]
    pub fn item(&self, id: ItemId) -> &Item {
        &self.items[id.index()]
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }

    /// The build's day.
    #[must_use]
    pub fn today(&self) -> Today {
        self.today
    }

    /// How a language writes dates and sorts.
    #[must_use]
    pub fn locale(&self, language: usize) -> &Arc<Locale> {
        &self.locales[language]
    }

    /// Files below `content/` that are not Markdown, by their path below it.
    pub fn assets(&self) -> impl Iterator<Item = (&str, &File)> {
        self.assets.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// The taxonomies of a language.
    #[must_use]
    pub fn taxonomies(&self, language: usize) -> &[Taxonomy] {
        &self.taxonomies[language]
    }

    /// The item of a key in a language.
    #[must_use]
    pub fn find(&self, key: &str, language: usize) -> Option<ItemId> {
        self.keys.get(key)?.get(language).copied().flatten()
    }

    /// The item of a key in a language, or in the default language.
    #[must_use]
    pub fn find_or_default(&self, key: &str, language: usize) -> Option<ItemId> {
        self.find(key, language).or_else(|| self.find(key, 0))
    }

    /// A page or section in each language, itself included.
    #[must_use]
    pub fn translations(&self, id: ItemId) -> &[Option<ItemId>] {
        self.keys.get(&self.item(id).parsed.key).map_or(&[], Vec::as_slice)
    }

    /// Where the links of a page lead, in the order of its text.
    #[must_use]
    pub fn links(&self, id: ItemId) -> &[Resolved] {
        &self.links[id.index()]
    }

    /// The pages that link to a page.
    #[must_use]
    pub fn backlinks(&self, id: ItemId) -> &[ItemId] {
        &self.backlinks[id.index()]
    }

    /// What follows from the kind of a page or section, if there is anything to say.
    #[must_use]
    pub fn document(&self, id: ItemId) -> Option<&Document> {
        self.documents[id.index()].as_ref()
    }

    /// The name of its kind.
    #[must_use]
    pub fn kind(&self, id: ItemId) -> &str {
        self.document(id).map_or(PAGE, |document| &document.kind.name)
    }

    /// The documents that a field of a document leads to, by the field's place in its kind.
    #[must_use]
    pub fn references(&self, id: ItemId, field: usize) -> &[ItemId] {
        self.references.of(id, field)
    }

    /// The documents that refer to a page or section, by kind and field.
    #[must_use]
    pub fn referring(&self, id: ItemId) -> &[Referring] {
        self.references.to(id)
    }

    /// The pages of a section, in its order, those of the default language where its own lacks them.
    #[must_use]
    pub fn pages(&self, section: ItemId) -> &[ItemId] {
        self.sections.pages(section)
    }

    /// The sections right below a section.
    #[must_use]
    pub fn children(&self, section: ItemId) -> &[ItemId] {
        self.sections.children(section)
    }

    /// The sections above a page or section, the home first.
    #[must_use]
    pub fn ancestors(&self, id: ItemId) -> Vec<ItemId> {
        self.sections.ancestors(self, id)
    }

    /// The neighbours of a page in its section: `lower` and `higher` as in Zola.
    #[must_use]
    pub fn neighbours(&self, id: ItemId) -> (Option<ItemId>, Option<ItemId>) {
        self.sections.neighbours(id)
    }

    /// The pages and sections that search finds in a language, in the order of their files: see
    /// [`super::Reader::searched`].
    #[must_use]
    pub fn searched(&self, language: usize) -> &[ItemId] {
        &self.searched[language]
    }

    fn find_searched(&self) -> Vec<Vec<ItemId>> {
        let mut all = vec![Vec::new(); self.config.languages.len()];
        let shown: BTreeSet<ItemId> = self.lineages.texts_shown().collect();
        for id in self.ids() {
            let item = self.item(id);
            let meta = item.parsed.meta();
            let leads_away = item.parsed.section().is_some_and(|section| section.redirect_to.is_some());
            let withheld = item.draft || meta.hidden || !meta.in_search_index;
            // The page of a document holds the text that it shows.
            let is_public = !withheld && !item.broken && !item.parsed.is_placeholder() && !leads_away;
            if is_public && !shown.contains(&id) {
                all[item.language()].push(id);
            }
        }
        all
    }

    /// Pages that no section lists.
    pub fn orphans(&self) -> impl Iterator<Item = ItemId> {
        self.ids().filter(|&id| {
            let item = self.item(id);
            let is_written = !item.is_section() && !item.parsed.implicit;
            is_written && !self.sections.is_listed(id) && self.lineages.version(id).is_none()
        })
    }

    /// Why a file is not shown, if it is one that is not.
    #[must_use]
    pub fn unpublished(&self, file: &str) -> Option<Publication> {
        self.unpublished.get(file).copied()
    }

    /// Why the page or section that a file below `content/` belongs to is not shown, if it is not.
    #[must_use]
    pub fn unpublished_asset(&self, path: &str) -> Option<Publication> {
        self.unpublished_assets.get(path).copied()
    }

    /// Why each of the files that are not shown is not.
    pub fn withheld(&self) -> impl Iterator<Item = Publication> {
        self.unpublished.values().copied()
    }

    /// The files that are not shown, and why, by their paths.
    pub fn withheld_files(&self) -> impl Iterator<Item = (&str, Publication)> {
        self.unpublished.iter().map(|(path, state)| (path.as_str(), *state))
    }

    /// The home of a language.
    #[must_use]
    pub fn home(&self, language: usize) -> Option<ItemId> {
        self.find("_index.md", language)
    }
}

fn item(parsed: Arc<Parsed>, url: UrlPath, slug: String, config: &Config) -> Item {
    let meta = parsed.meta();
    let title = meta.title.clone().unwrap_or_else(|| {
        if url.as_str() == "/" || slug.is_empty() {
            config.languages[parsed.name.language].title.clone()
        } else {
            words(&slug)
        }
    });
    let date = parsed.page().and_then(|page| page.date).or(parsed.name.date.map(Moment::from_date));
    Item { draft: false, broken: false, title, date, url, slug, parsed }
}

/// `founding-meeting` as `Founding meeting`.
fn words(slug: &str) -> String {
    let text = slug.replace(['-', '_'], " ");
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => text,
    }
}
