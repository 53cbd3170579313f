//! A library of front matter alone, and its texts, each parsed when somebody asks for it: the first
//! state of a preview.
//!
//! All that a page shows of other pages follows from their front matter, but for summaries, texts and
//! who links to it. For the last, the texts that may link there are parsed, and those only: see
//! [`super::mentions`]. Citations and clauses need more than that: texts with such have their bodies
//! from the beginning. Every answer is the one that the whole library would give, as long as nothing
//! is wrong with the texts.

use std::sync::{Arc, OnceLock};

use super::links::{self, Resolved};
use super::mentions::Mentions;
use super::near::Explainer;
use super::sources::Naming;
use super::{Item, ItemId, Library, Reader};
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::content::markdown::{Body, Highlights};
use crate::content::{Late, Parsed};

/// Threads that look for those who link to a page, at most.
const MOST_THREADS: usize = 8;

/// Texts for which another thread is worth while.
const FEWEST_TEXTS: usize = 16;

/// The texts of a library that has none.
pub struct LateTexts {
    library: Arc<Library>,
    /// All files, in the order of their paths.
    files: Arc<[Late]>,
    highlights: Arc<Highlights>,
    links: Vec<OnceLock<(Vec<Resolved>, Vec<links::Broken>)>>,
    backlinks: Vec<OnceLock<Vec<ItemId>>>,
}

impl LateTexts {
    /// The texts of a library that is made of the heads of these files.
    #[must_use]
    pub fn new(library: Arc<Library>, files: Arc<[Late]>, highlights: Arc<Highlights>) -> Self {
        let count = library.items.len();
        let links = std::iter::repeat_with(OnceLock::new).take(count).collect();
        let backlinks = std::iter::repeat_with(OnceLock::new).take(count).collect();
        Self { library, files, highlights, links, backlinks }
    }

    /// The file of an item; a home that nobody wrote has none, though a draft of it may be there.
    fn file(&self, id: ItemId) -> Option<&Late> {
        let parsed = Some(&self.library.item(id).parsed).filter(|parsed| !parsed.implicit)?;
        let found = self.files.binary_search_by(|file| file.head().path.cmp(&parsed.path)).ok()?;
        self.files.get(found)
    }

    pub(super) fn body(&self, id: ItemId) -> &Body {
        match self.file(id) {
            Some(file) => &file.whole(&self.library.config, &self.highlights).0.body,
            None => &self.library.item(id).parsed.body,
        }
    }

    pub(super) fn links(&self, id: ItemId) -> &[Resolved] {
        let resolve = || links::resolve_late(&self.library, id, self.body(id));
        &self.links[id.index()].get_or_init(resolve).0
    }

    pub(super) fn backlinks(&self, id: ItemId) -> &[ItemId] {
        let known = &self.backlinks[id.index()];
        if let Some(known) = known.get() {
            return known;
        }
        let mentions = Mentions::of(&self.library.item(id).parsed.key);
        let all: Vec<ItemId> = self.library.ids().collect();
        let look = |some: &[ItemId]| -> Vec<ItemId> {
            let others = some.iter().copied().filter(|&from| from != id);
            others.filter(|&from| self.links_to(from, id, &mentions)).collect()
        };
        // The common threads parse all texts meanwhile, and would take this up when they have done.
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let part = all.len().div_ceil(threads).max(FEWEST_TEXTS);
        let linking = std::thread::scope(|scope| {
            let parts: Vec<_> = all.chunks(part).collect();
            let (first, others) =
                parts.split_first().map_or((&[][..], &[][..]), |(first, rest)| (*first, rest));
            let others: Vec<_> = others.iter().map(|part| (scope.spawn(|| look(part)), *part)).collect();
            let mut linking = look(first);
            for (thread, part) in others {
                linking.extend(thread.join().unwrap_or_else(|_| look(part)));
            }
            linking
        });
        known.get_or_init(|| linking)
    }

    fn links_to(&self, from: ItemId, to: ItemId, mentions: &Mentions) -> bool {
        let Some(file) = self.file(from) else { return false };
        let folder = self.library.item(from).parsed.name.own_folder();
        let may = file.look(|text| mentions.may_be_in(folder, text.as_bytes())).unwrap_or(true);
        may && self.links(from).iter().any(|link| link.item() == Some(to))
    }

    /// The errors of the texts that somebody has asked for: with any, the site is not a good one.
    #[must_use]
    pub fn errors(&self) -> Vec<Diagnostic> {
        let known = self.files.iter().filter_map(Late::known).flat_map(|(_, problems)| problems);
        let mut errors: Vec<Diagnostic> = known.cloned().collect();
        let mut explainer = Explainer::new(&self.library);
        for (id, links) in self.library.ids().zip(&self.links) {
            let broken = links.get().map_or(&[][..], |(_, broken)| broken);
            errors.extend(broken.iter().map(|broken| explainer.explained(id, broken)));
        }
        errors.retain(|problem| problem.severity == Severity::Error);
        errors
    }
}

impl Reader {
    /// A reader of a library of heads, and of its texts.
    #[must_use]
    pub fn late(texts: Arc<LateTexts>) -> Self {
        Self { library: texts.library.clone(), late: Some(texts) }
    }
}

impl Library {
    /// The library that [`Library::new`] would make of the same files with their texts, of which this
    /// one has the heads only; `None` if some file turns out to have mistakes.
    ///
    /// `parsed` are all files, in the order of their paths.
    #[must_use]
    pub fn with_bodies(&self, parsed: &[Arc<Parsed>]) -> Option<Self> {
        if parsed.iter().any(|parsed| parsed.broken) {
            return None;
        }
        let mut library = self.clone();
        let with_body = |item: &Arc<Item>| {
            let found = parsed.binary_search_by(|parsed| parsed.path.cmp(&item.parsed.path));
            match found {
                Ok(found) if !item.parsed.implicit => {
                    Arc::new(Item { parsed: parsed[found].clone(), ..(**item).clone() })
                }
                _ => item.clone(),
            }
        };
        library.items = self.items.iter().map(with_body).collect();
        library.late = false;
        let withheld = self.unpublished.clone();
        library.naming.withhold(Naming::by_file(parsed), |path| withheld.contains_key(path));
        let ids: Vec<ItemId> = library.ids().collect();
        library.link(&ids);
        library.backlinks = Arc::new(links::backlinks(&library.links));
        library.citing = Arc::new(library.citations());
        library.compare_translations(&ids);
        library.compare_with_documents(&ids);
        Some(library)
    }
}
