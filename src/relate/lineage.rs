//! The versions of documents: which pages are texts of which document, and which is in force today.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::record::{Key, note};
use super::{Citing, Document, Item, ItemId, Library, Reader, citations, version_faults as faults};
use crate::base::clock::Today;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::check_component;
use crate::config::Config;
use crate::content::Parsed;
use crate::content::version::VersionFront;
use crate::policy::clause::{Clause, ClauseName};
use crate::policy::kind::{Kind, PAGE};
use crate::policy::publication::Publication;
use crate::policy::version::{Change, Facts, Fault, History};

/// The translations of a page, by its key.
type Keys = HashMap<Arc<str>, Vec<Option<ItemId>>, FixedState>;

/// A document with its versions.
#[derive(Debug)]
pub struct Lineage {
    /// The document in each language.
    pub document: Vec<Option<ItemId>>,
    /// Its versions, in the order of their files. Those of [`Lineage::history`] are counted in it.
    pub versions: Vec<Version>,
    /// Their order and days.
    pub history: History,
}

/// A version of a document.
#[derive(Debug)]
pub struct Version {
    /// Its name among the versions: `1.0`.
    pub label: String,
    /// Its text in each language.
    pub texts: Vec<Option<ItemId>>,
    /// How much it changes; none for the first one.
    pub change: Option<Change>,
    /// What its file in the default language, or the first one there is, says of it.
    pub(super) front: VersionFront,
    /// That file.
    pub(super) of: ItemId,
}

impl Version {
    /// Its text for readers of a language: in that one, or in the default one, or in any.
    #[must_use]
    pub fn text(&self, language: usize) -> ItemId {
        let own = self.texts.get(language).copied().flatten();
        own.or_else(|| self.texts.first().copied().flatten()).unwrap_or(self.of)
    }

    /// The last day that comments on it are asked for.
    #[must_use]
    pub fn comments_until(&self) -> Option<jiff::civil::Date> {
        self.front.comments_until
    }

    /// What it changes, in the words of its first language.
    pub(super) fn note(&self) -> Option<&str> {
        self.front.note.as_deref()
    }

    /// What it changes, in the words of one of its texts; of its first language, where that says nothing.
    #[must_use]
    pub fn note_in<'a>(&'a self, text: &'a Item) -> Option<&'a str> {
        text.version_note().or(self.note())
    }
}

/// A clause that the text shown no longer has.
#[derive(Clone, Copy, Debug)]
pub struct Withdrawn<'a> {
    /// The last text that had it.
    pub text: ItemId,
    /// Which of its clauses.
    pub clause: &'a crate::policy::clause::Clause,
}

/// All documents that have versions.
#[derive(Default)]
pub(super) struct Lineages {
    all: Vec<Lineage>,
    /// The document that an item is, by item; and the document and version that it is a text of.
    documents: BTreeMap<ItemId, usize>,
    versions: BTreeMap<ItemId, (usize, usize)>,
    /// The text that the page of a document shows today.
    shown: BTreeMap<ItemId, ItemId>,
    /// Documents by what people call them: see `citations`.
    pub(super) names: citations::Names,
}

/// Takes the versions of documents that are not shown away from those that are.
pub(super) fn withhold(
    shown: &mut Vec<(Arc<Parsed>, bool)>,
    unpublished: &mut BTreeMap<String, Publication>,
) {
    if unpublished.is_empty() {
        return;
    }
    let mut found = Vec::new();
    shown.retain(|(parsed, _)| {
        let Some(folder) = parsed.name.document() else { return true };
        // `1.0.ru.md` belongs to `index.ru.md`.
        let name = parsed.path.as_str().rsplit('/').next().unwrap_or_default();
        let plain = parsed.key.rsplit('/').next().unwrap_or_default().trim_end_matches(".md");
        let ending = name.strip_prefix(plain).unwrap_or(".md");
        let document = format!("{}/{folder}/index{ending}", crate::content::FOLDER);
        let state = unpublished.get(&document).copied();
        found.extend(state.map(|state| (parsed.path.as_str().to_owned(), state)));
        state.is_none()
    });
    unpublished.extend(found);
}

impl Lineages {
    /// Finds the versions of documents, and gives them addresses and titles.
    pub(super) fn new(
        items: &mut [Arc<Item>],
        documents: &[Option<Document>],
        keys: &Keys,
        config: &Config,
        today: Today,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut of_document: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
        for at in 0..items.len() {
            let Some(folder) = items[at].parsed.name.document() else {
                faults::orphan(Arc::make_mut(&mut items[at]), None, problems);
                continue;
            };
            let key = format!("{folder}/index.md");
            let Some((key, slots)) = keys.get_key_value(key.as_str()) else {
                let plain = format!("{folder}.md");
                let plain = keys.contains_key(plain.as_str()).then_some(plain);
                faults::orphan(Arc::make_mut(&mut items[at]), Some((&key, plain.as_deref())), problems);
                continue;
            };
            let (folder, language) = (folder.to_owned(), items[at].language());
            let document = slots.iter().flatten().next().copied();
            let of = |document: ItemId| (kind_of(documents, document, config), &items[document.index()]);
            if let Some((kind, document)) = document.map(of)
                && !kind.versions
            {
                let (kind, document) = (kind.clone(), document.clone());
                let is_version = items[at].parsed.page().is_some_and(|page| page.version.is_some());
                // A page without a kind may well have a folder of that name.
                if (is_version || kind.name != PAGE) && !document.broken {
                    faults::no_versions(Arc::make_mut(&mut items[at]), &document, &kind, config, problems);
                }
                continue;
            }
            faults::unsaid(Arc::make_mut(&mut items[at]), problems);
            match slots.get(language).copied().flatten() {
                Some(document) => {
                    let document = &items[document.index()];
                    let (url, title) = (document.url.clone(), document.title.clone());
                    adopt(Arc::make_mut(&mut items[at]), &url, &title);
                }
                None => faults::missing_document(Arc::make_mut(&mut items[at]), &folder, config, problems),
            }
            let versions = of_document.entry(key.clone()).or_default();
            if versions.last() != Some(&items[at].parsed.key) && !versions.contains(&items[at].parsed.key) {
                versions.push(items[at].parsed.key.clone());
            }
        }
        let mut lineages = Self::default();
        for (key, versions) in of_document {
            let Some(document) = keys.get(&key) else { continue };
            let versions = versions.iter().filter_map(|key| version(items, keys.get(key)?)).collect();
            let lineage = Lineage::new(items, document.clone(), versions, problems);
            lineages.add(lineage, today);
        }
        lineages.names = citations::names(items, documents);
        lineages
    }

    fn add(&mut self, lineage: Lineage, today: Today) {
        let number = self.all.len();
        let shown = lineage.history.shown(today.0);
        for (language, &document) in lineage.document.iter().enumerate() {
            let Some(document) = document else { continue };
            self.documents.insert(document, number);
            if let Some(shown) = shown {
                self.shown.insert(document, lineage.versions[shown].text(language));
            }
        }
        for (index, version) in lineage.versions.iter().enumerate() {
            self.versions.extend(version.texts.iter().flatten().map(|&text| (text, (number, index))));
        }
        self.all.push(lineage);
    }

    pub(super) fn all(&self) -> &[Lineage] {
        &self.all
    }

    /// The document that a page is.
    pub(super) fn document(&self, id: ItemId) -> Option<&Lineage> {
        self.documents.get(&id).map(|&number| &self.all[number])
    }

    /// The document that a page is a version of, and which one.
    pub(super) fn version(&self, id: ItemId) -> Option<(&Lineage, usize)> {
        self.versions.get(&id).map(|&(number, version)| (&self.all[number], version))
    }

    /// The text that the page of a document shows.
    pub(super) fn shown(&self, id: ItemId) -> Option<ItemId> {
        self.shown.get(&id).copied()
    }

    /// The texts that the pages of documents show, those in the same language as the page.
    pub(super) fn texts_shown(&self) -> impl Iterator<Item = ItemId> {
        self.shown.values().copied()
    }

    /// The page of the document that a page is a version of, in its first language; else the page.
    pub(super) fn owner(&self, id: ItemId) -> ItemId {
        let number = self.versions.get(&id).map(|(number, _)| *number);
        let number = number.or_else(|| self.documents.get(&id).copied());
        number.and_then(|number| self.all[number].document.iter().flatten().next().copied()).unwrap_or(id)
    }
}

impl Lineage {
    fn new(
        items: &[Arc<Item>],
        document: Vec<Option<ItemId>>,
        mut versions: Vec<Version>,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let facts: Vec<Facts> = versions.iter().map(|version| version.front.facts(&version.label)).collect();
        let (history, found) = History::new(&facts);
        // With mistakes in a file its days are not all known.
        let sound = versions.iter().all(|version| !items[version.of.index()].broken);
        let of_one = |fault: &&Fault| matches!(fault, Fault::NoPredecessor(_) | Fault::NeverInForce(_));
        let told = found.iter().filter(|fault| sound || of_one(fault));
        problems.extend(told.map(|fault| faults::said(fault, items, &versions)));
        for at in 0..versions.len() {
            let before = history.predecessor(at).map(|before| versions[before].label.clone());
            let version = &mut versions[at];
            version.change =
                before.map(|before| version.front.change.unwrap_or(Change::between(&before, &version.label)));
        }
        Self { document, versions, history }
    }

    /// The versions before one, the nearest first.
    fn before(&self, version: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.history.predecessor(version), |at| self.history.predecessor(*at))
    }

    /// The text of a version in a language, and that of the version before it: what can be compared.
    #[must_use]
    pub fn compared(&self, version: usize, language: usize) -> Option<(ItemId, ItemId)> {
        let before = self.history.predecessor(version)?;
        let text = |version: usize| self.versions[version].texts.get(language).copied().flatten();
        Some((text(version)?, text(before)?))
    }
}

/// A version gets the address below its document, and the document's title.
fn adopt(item: &mut Item, document: &crate::base::path::UrlPath, title: &str) {
    let Some(page) = item.parsed.page() else { return };
    let label = item.parsed.name.stem.clone();
    if page.path.is_none() {
        if page.slug.is_none() && check_component(&label).is_ok() {
            item.slug.clone_from(&label);
        }
        item.url = document.join(&format!("{}/", item.slug));
    }
    if page.meta.title.is_none() {
        item.title = format!("{title} ({label})");
    }
}

/// The kind of a page.
fn kind_of<'a>(documents: &'a [Option<Document>], id: ItemId, config: &'a Config) -> &'a Kind {
    let own = documents[id.index()].as_ref().map(|document| &*document.kind);
    own.or_else(|| config.kinds.get(PAGE).map(AsRef::as_ref)).unwrap_or_else(|| config.kinds.at(0))
}

/// A version from its texts.
fn version(items: &[Arc<Item>], texts: &[Option<ItemId>]) -> Option<Version> {
    let of = texts.iter().flatten().copied().next()?;
    let parsed = &items[of.index()].parsed;
    let front = parsed.page()?.version.as_deref().cloned().unwrap_or_default();
    Some(Version { label: parsed.name.stem.clone(), texts: texts.to_vec(), change: None, front, of })
}

impl Library {
    /// All documents that have versions.
    #[must_use]
    pub fn lineages(&self) -> &[Lineage] {
        self.lineages.all()
    }

    /// The document that a page is, if it has versions.
    pub(super) fn lineage(&self, document: ItemId) -> Option<&Lineage> {
        self.lineages.document(document)
    }

    /// The clauses of the texts before the one that a document shows which that one no longer has:
    /// links to them go on to the last text that had them.
    #[must_use]
    pub fn withdrawn_clauses(&self, document: ItemId) -> Vec<Withdrawn<'_>> {
        let Some((text, lineage)) = self.lineages.shown(document).zip(self.lineages.document(document))
        else {
            return Vec::new();
        };
        let Some((_, shown)) = self.lineages.version(text) else { return Vec::new() };
        let language = self.item(document).language();
        let own = &self.item(text).parsed.body;
        let mut found: Vec<Withdrawn<'_>> = Vec::new();
        let mut known: HashSet<&str, FixedState> = HashSet::default();
        for version in lineage.before(shown) {
            let before = lineage.versions[version].text(language);
            let clauses = self.item(before).parsed.body.clauses.iter().flat_map(|found| &found.clauses.list);
            let gone = clauses.filter(|clause| !own.has_id(&clause.id) && known.insert(&clause.id));
            found.extend(gone.map(|clause| Withdrawn { text: before, clause }));
        }
        found
    }

    /// What people call a clause of a text, by its id.
    pub(super) fn clause_name(&self, text: ItemId, id: &str) -> Option<ClauseName> {
        let clauses = &self.item(text).parsed.body.clauses.as_deref()?.clauses;
        clauses.name(id)
    }

    /// Whether the page of a document has an id that comes from the text that it shows.
    pub(super) fn shows_id(&self, document: ItemId, id: &str) -> bool {
        let Some(text) = self.lineages.shown(document) else { return false };
        if self.item(text).parsed.body.has_id(id) {
            return true;
        }
        // As a withdrawn clause. Not by the list of those: this is asked for every link.
        let Some((lineage, shown)) = self.lineages.version(text) else { return false };
        let language = self.item(document).language();
        lineage.before(shown).any(|version| {
            let body = &self.item(lineage.versions[version].text(language)).parsed.body;
            let is_clause = |clause: &Clause| clause.id == id;
            body.has_id(id)
                && body.clauses.as_ref().is_some_and(|found| found.clauses.list.iter().any(is_clause))
        })
    }
}

impl Reader {
    /// The number that people cite a page by.
    #[must_use]
    pub fn number(&self, id: ItemId) -> Option<&str> {
        note(|| Key::Lineage(id));
        self.library.number(id)
    }

    /// The document that a page is, if it has versions.
    #[must_use]
    pub fn lineage(&self, document: ItemId) -> Option<&Lineage> {
        note(|| Key::Lineage(document));
        self.library.lineages.document(document)
    }

    /// The document that a page is a version of, and which one.
    #[must_use]
    pub fn version(&self, text: ItemId) -> Option<(&Lineage, usize)> {
        note(|| Key::Lineage(text));
        self.library.lineages.version(text)
    }

    /// The day for what is asked of a [`Lineage`] that this reader gave: the states and the shown text on
    /// that day belong to what a lineage is known by, so that a new day alone makes no page stale.
    #[must_use]
    pub fn day_of_versions(&self) -> jiff::civil::Date {
        self.library.today.0
    }

    /// The text that the page of a document shows today: the one in force, if there is one.
    #[must_use]
    pub fn shown(&self, document: ItemId) -> Option<ItemId> {
        note(|| Key::Lineage(document));
        self.library.lineages.shown(document)
    }

    /// What people call a clause of the text that a page is, or shows, by the clause's id.
    #[must_use]
    pub fn clause_name(&self, page: ItemId, clause: &str) -> Option<ClauseName> {
        let text = self.shown(page).unwrap_or(page);
        note(|| Key::Clause(text, clause.into()));
        self.library.clause_name(text, clause)
    }

    /// The clauses that the text shown no longer has.
    #[must_use]
    pub fn withdrawn_clauses(&self, document: ItemId) -> Vec<Withdrawn<'_>> {
        note(|| Key::Lineage(document));
        let withdrawn = self.library.withdrawn_clauses(document);
        // What is not withdrawn in an earlier text may become so.
        let shown = self.library.lineages.shown(document);
        if let Some((lineage, at)) = shown.and_then(|shown| self.library.lineages.version(shown)) {
            let language = self.language(document);
            for version in std::iter::once(at).chain(lineage.before(at)) {
                note(|| Key::Text(lineage.versions[version].text(language)));
            }
        }
        withdrawn
    }

    /// Who cites a page or one of its versions, in the language of the page.
    pub fn citing(&self, id: ItemId) -> impl Iterator<Item = &Citing> {
        let owner = self.library.lineages.owner(id);
        note(|| Key::Lineage(id));
        note(|| Key::Citing(owner));
        let language = self.language(id);
        self.library.citing.of(owner).iter().filter(move |citing| self.language(citing.from) == language)
    }
}
