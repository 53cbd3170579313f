//! Search: the page for it and its index.
//!
//! The index of a language is made whole, because the weight of a word in a page follows from all pages.
//! Its files: `index.json` (which words are in which file, and what filters need to know of each page),
//! `words-N.txt` (stems, and the pages that have them), `pages-N.json` (what a result shows). A browser
//! reads the first, a file of words for each word that is asked for, and a file of pages for each result;
//! `src/plan/search/engine.js` is the other side.

mod encode;
mod gather;
mod index;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::errors::Failures;
use super::scope::About;
use super::{Alternate, Frame, Renderer};
use crate::plan::{Route, SearchPart, search};
use crate::relate::record::{Reads, apart, listening, note};
use crate::relate::{ItemId, Key};

const TEMPLATE: &str = "search.html";

/// An index, and what was read for it.
struct Made {
    files: encode::Files,
    reads: Reads,
    /// Whether somebody has been told what was read: only then can it be known when it is stale.
    noted: AtomicBool,
}

/// The indexes of all languages, each made when a file of it is asked for.
pub(crate) struct Indexes(Box<[Mutex<Option<Arc<Made>>>]>);

impl Indexes {
    pub(crate) fn new(languages: usize) -> Self {
        Self(std::iter::repeat_with(Mutex::default).take(languages).collect())
    }

    fn get(&self, language: usize) -> Option<Arc<Made>> {
        self.0.get(language)?.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Those of the next state of the site: without those in `stale`, and without those of which nobody
    /// knows what was read for them.
    pub(crate) fn carried(&self, stale: impl Fn(&Key) -> bool) -> Self {
        let kept = (0..self.0.len()).map(|language| {
            let is_good = |made: &Arc<Made>| made.noted.load(Ordering::Relaxed);
            Mutex::new(self.get(language).filter(|made| !stale(&Key::Index(language)) && is_good(made)))
        });
        Self(kept.collect())
    }

    /// What was read for an index, for somebody who will say when it is stale.
    pub(crate) fn reads(&self, language: usize) -> Option<Reads> {
        let made = self.get(language)?;
        made.noted.store(true, Ordering::Relaxed);
        Some(made.reads.clone())
    }
}

impl Renderer {
    /// Makes the indexes that the plan has files of. Not needed, because each is made when it is asked for;
    /// but then by one of many threads that might all do it.
    pub fn make_indexes(&self) {
        if self.plan.offers().search {
            (0..self.reader.config().languages.len()).into_par_iter().for_each(|language| {
                self.index(language);
            });
        }
    }

    /// The index of a language. Two threads may make it at the same time, the result being the same: no
    /// lock is held meanwhile, since a thread that waits for others may be given anything to do.
    fn index(&self, language: usize) -> Arc<Made> {
        note(|| Key::Index(language));
        if let Some(made) = self.indexes.get(language) {
            return made;
        }
        let made = Arc::new(self.make_index(language));
        if let Some(slot) = self.indexes.0.get(language) {
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            return slot.get_or_insert(made).clone();
        }
        made
    }

    fn make_index(&self, language: usize) -> Made {
        let listens = listening();
        let (ids, mut reads) = apart(|| self.reader.searched(language));
        let gather = |ids: &[ItemId]| -> (index::Part, Reads) {
            let work = || {
                let mut part = index::Part::new(self.stemmer(language));
                for &id in ids {
                    part.add(&self.found(id));
                }
                part
            };
            // What other threads read, they have to say themselves.
            if listens { crate::relate::record::during(work) } else { (work(), Box::default()) }
        };
        let size = ids.len().div_ceil(rayon::current_num_threads() * 4).max(16);
        let parts: Vec<(index::Part, Reads)> = ids.par_chunks(size).map(gather).collect();
        let mut all = Vec::with_capacity(parts.len());
        let mut read = reads.to_vec();
        for (part, own) in parts {
            read.extend(own);
            all.push(part);
        }
        read.sort_unstable();
        read.dedup();
        reads = read.into_boxed_slice();
        let files = encode::Files::new(index::Index::new(all), search::word_files(ids.len()));
        Made { files, reads, noted: AtomicBool::new(false) }
    }

    fn stemmer(&self, language: usize) -> crate::base::stem::Stemmer {
        crate::base::stem::Stemmer::of(self.reader.config().languages[language].lang.as_str())
    }

    pub(super) fn render_search_index(&self, language: usize, part: SearchPart) -> Vec<u8> {
        self.index(language).files.get(part).to_vec()
    }

    pub(super) fn render_search(
        self: &Arc<Self>,
        route: &Route,
        language: usize,
    ) -> Result<Vec<u8>, Failures> {
        let config = self.reader.config();
        let alternate = |other: usize| {
            let title = config.languages[other].title.clone();
            Some(Alternate { url: search::page(config, other), title, exact: true })
        };
        let alternates = (0..config.languages.len()).map(alternate).collect();
        let frame = Frame {
            language,
            url: &route.url,
            alternates,
            feeds: self.site_feed(language),
            about: About::Search,
        };
        self.template(TEMPLATE, &frame, None, Vec::new())
    }
}
