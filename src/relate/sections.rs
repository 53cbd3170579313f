//! Which pages a section lists, and which sections lie in it.

use std::collections::BTreeMap;

use super::{ItemId, Library, order};
use crate::content::{SortBy, upwards};

/// The tree of sections.
#[derive(Default)]
pub(super) struct Sections {
    /// Pages and subsections, by item; empty for pages.
    lists: Vec<(Vec<ItemId>, Vec<ItemId>)>,
    /// The same of sections that a language lacks, for its readers.
    elsewhere: BTreeMap<(ItemId, usize), (Vec<ItemId>, Vec<ItemId>)>,
    /// `lower` and `higher`, by item.
    neighbours: Vec<(Option<ItemId>, Option<ItemId>)>,
    /// Whether a section of its own language lists the page.
    listed: Vec<bool>,
}

/// Pages and sections by the folder that they lie in, for each language.
struct Folders {
    pages: Vec<BTreeMap<String, Vec<ItemId>>>,
    /// Section folders by the folder of the section above: a section belongs to the nearest one.
    below: BTreeMap<String, Vec<String>>,
}

impl Sections {
    pub(super) fn new(library: &Library) -> Self {
        let folders = Folders::new(library);
        let mut sections = Self {
            lists: vec![(Vec::new(), Vec::new()); library.items.len()],
            elsewhere: BTreeMap::new(),
            neighbours: vec![(None, None); library.items.len()],
            listed: vec![false; library.items.len()],
        };
        for id in library.ids().filter(|&id| library.item(id).is_section()) {
            let item = library.item(id);
            let language = item.language();
            let Some(front) = item.parsed.section() else { continue };
            let folder = &item.parsed.name.folder;
            let (mut pages, children) = folders.lists(library, folder, language, front.sort_by);
            for &page in &pages {
                if library.item(page).language() == language {
                    sections.listed[page.index()] = true;
                }
            }
            // What is hidden is nobody's neighbour: the way to it would be a listing of it.
            pages.retain(|&page| !library.item(page).parsed.meta().hidden);
            let own: Vec<ItemId> = pages
                .iter()
                .copied()
                .filter(|&page| {
                    let page = library.item(page);
                    page.language() == language && page.parsed.name.folder == item.parsed.name.folder
                })
                .collect();
            let falling = order::begins_with_highest(library, &own, front.sort_by);
            for (at, page) in own.iter().enumerate() {
                let before = at.checked_sub(1).map(|at| own[at]);
                let after = own.get(at + 1).copied();
                let pair = if falling { (after, before) } else { (before, after) };
                sections.neighbours[page.index()] = pair;
            }
            sections.lists[id.index()] = (pages, children);
            if language == 0 {
                let others = 1..library.config.languages.len();
                for other in others.filter(|&other| library.find(&item.parsed.key, other).is_none()) {
                    let (mut pages, children) = folders.lists(library, folder, other, front.sort_by);
                    pages.retain(|&page| !library.item(page).parsed.meta().hidden);
                    sections.elsewhere.insert((id, other), (pages, children));
                }
            }
        }
        // A hidden page is left out of lists because somebody wants that.
        for id in library.ids() {
            sections.listed[id.index()] |= library.item(id).parsed.meta().hidden;
        }
        sections
    }

    pub(super) fn pages(&self, id: ItemId) -> &[ItemId] {
        &self.lists[id.index()].0
    }

    pub(super) fn children(&self, id: ItemId) -> &[ItemId] {
        &self.lists[id.index()].1
    }

    /// The pages and subsections of a section for readers of a language that may lack the section.
    pub(super) fn seen_in(&self, id: ItemId, language: usize) -> &(Vec<ItemId>, Vec<ItemId>) {
        self.elsewhere(id, language).unwrap_or(&self.lists[id.index()])
    }

    /// The same, if the language lacks the section.
    pub(super) fn elsewhere(&self, id: ItemId, language: usize) -> Option<&(Vec<ItemId>, Vec<ItemId>)> {
        self.elsewhere.get(&(id, language))
    }

    pub(super) fn neighbours(&self, id: ItemId) -> (Option<ItemId>, Option<ItemId>) {
        self.neighbours[id.index()]
    }

    pub(super) fn is_listed(&self, id: ItemId) -> bool {
        self.listed[id.index()]
    }

    /// The sections above, the home first: in the item's own language, or the default one.
    #[expect(clippy::unused_self, reason = "asked of the tree, although names alone answer it")]
    pub(super) fn ancestors(&self, library: &Library, id: ItemId) -> Vec<ItemId> {
        let item = library.item(id);
        // The folder of a section is the section itself.
        let folders = upwards(&item.parsed.name.folder).skip(usize::from(item.is_section()));
        let found = |folder| library.find_or_default(&section_key(folder), item.language());
        let mut ancestors: Vec<ItemId> = folders.filter_map(found).collect();
        ancestors.reverse();
        ancestors
    }
}

fn section_key(folder: &str) -> String {
    if folder.is_empty() { "_index.md".to_owned() } else { format!("{folder}/_index.md") }
}

impl Folders {
    fn new(library: &Library) -> Self {
        let mut pages = vec![BTreeMap::<String, Vec<ItemId>>::new(); library.config.languages.len()];
        let mut section_folders = Vec::new();
        for id in library.ids() {
            let name = &library.item(id).parsed.name;
            if name.is_section {
                section_folders.push(name.folder.clone());
            } else {
                pages[name.language].entry(name.folder.clone()).or_default().push(id);
            }
        }
        section_folders.sort();
        section_folders.dedup();
        let mut below: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for folder in &section_folders {
            // The first of them is the section itself.
            let mut above = upwards(folder).skip(1);
            let is_section =
                |above: &&str| section_folders.binary_search_by(|f| f.as_str().cmp(above)).is_ok();
            if let Some(above) = above.find(is_section) {
                below.entry(above.to_owned()).or_default().push(folder.clone());
            }
        }
        Self { pages, below }
    }

    /// The pages and subsections of a folder for readers of a language, in their order.
    fn lists(
        &self,
        library: &Library,
        folder: &str,
        language: usize,
        by: SortBy,
    ) -> (Vec<ItemId>, Vec<ItemId>) {
        let mut pages = Vec::new();
        self.collect(library, folder, language, &mut pages);
        order::sort(library, &mut pages, by, language);
        let mut children = self.children(library, folder, language);
        order::sort(library, &mut children, SortBy::Weight, language);
        (pages, children)
    }

    /// The pages of a folder for readers of a language, with those of transparent sections in it.
    fn collect(&self, library: &Library, folder: &str, language: usize, into: &mut Vec<ItemId>) {
        into.extend(self.pages[language].get(folder).into_iter().flatten());
        if library.config.fallback && language > 0 {
            let default = self.pages[0].get(folder).into_iter().flatten();
            into.extend(
                default.filter(|&&id| library.find(&library.item(id).parsed.key, language).is_none()),
            );
        }
        for child in self.below.get(folder).into_iter().flatten() {
            let section = library.find_or_default(&section_key(child), language);
            let transparent =
                section.and_then(|id| library.item(id).parsed.section()).is_some_and(|s| s.transparent);
            if transparent {
                self.collect(library, child, language, into);
            }
        }
    }

    fn children(&self, library: &Library, folder: &str, language: usize) -> Vec<ItemId> {
        let children = self.below.get(folder).into_iter().flatten();
        children
            .filter_map(|child| match library.config.fallback {
                true => library.find_or_default(&section_key(child), language),
                false => library.find(&section_key(child), language),
            })
            .filter(|&id| !library.item(id).parsed.meta().hidden)
            .collect()
    }
}
