//! Which pages name which sources of the bibliography.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::links::{Absent, Broken};
use super::record::{Key, note};
use super::{Item, ItemId, Library, Reader};
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::span::Span;
use crate::content::Parsed;
use crate::content::bibliography::{Bibliography, Entry, Style};
use crate::content::markdown::Body;

/// Which pages name which sources: what is needed to know those that nothing names.
#[derive(Clone, Default)]
pub(super) struct Naming {
    /// The keys that a page names, for those that name some.
    shown: Arc<BTreeMap<ItemId, Box<[String]>>>,
    /// The keys that pages name that are not shown: they will be.
    withheld: Arc<BTreeSet<String>>,
}

impl Naming {
    /// What pages name, by the paths of their files.
    pub(super) fn by_file(parsed: &[Arc<Parsed>]) -> BTreeMap<String, BTreeSet<String>> {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for parsed in parsed {
            for (key, _) in named(parsed, &parsed.body) {
                all.entry(parsed.path.as_str().to_owned()).or_default().insert(key.to_owned());
            }
        }
        all
    }

    /// Keeps what those files name that are not shown.
    pub(super) fn withhold(
        &mut self,
        by_file: BTreeMap<String, BTreeSet<String>>,
        is_withheld: impl Fn(&str) -> bool,
    ) {
        let hidden = by_file.into_iter().filter(|(path, _)| is_withheld(path));
        self.withheld = Arc::new(hidden.flat_map(|(_, keys)| keys).collect());
    }
}

/// The keys that a page names, in its front matter and its text, with their places.
fn named<'a>(parsed: &'a Parsed, body: &'a Body) -> impl Iterator<Item = (&'a str, Span)> {
    let front = parsed.meta().sources.iter().map(|(key, span)| (key.as_str(), *span));
    let text = body.sources.iter().flat_map(|cited| &cited.items);
    front.chain(text.map(|item| (item.key.as_str(), item.span)))
}

impl Library {
    /// What to say of the keys of a page that no source has.
    pub(super) fn unknown_sources<'a>(
        &'a self,
        item: &'a Item,
        body: &'a Body,
    ) -> impl Iterator<Item = Broken> + 'a {
        let file = item.parsed.path.as_str();
        let unknown = move |(key, span): (&str, Span)| {
            let (problem, missing) = match self.config.has_bibliography {
                true => (self.bibliography.unknown(key)?, Some(Absent::Source(key.to_owned()))),
                false => (no_bibliography(key), None),
            };
            Some((problem.at(Location::later(file, span)), missing))
        };
        named(&item.parsed, body).filter_map(unknown)
    }

    /// Notes which sources some pages name.
    pub(super) fn note_sources(&mut self, ids: &[ItemId]) {
        for &id in ids {
            let item = self.item(id);
            let mut keys: Vec<String> =
                named(&item.parsed, &item.parsed.body).map(|(key, _)| key.to_owned()).collect();
            keys.sort_unstable();
            keys.dedup();
            if self.naming.shown.get(&id).map_or(&[][..], |known| known) == keys {
                continue;
            }
            let shown = Arc::make_mut(&mut self.naming.shown);
            match keys.is_empty() {
                true => shown.remove(&id),
                false => shown.insert(id, keys.into()),
            };
        }
    }

    /// A warning of the sources that nothing names, if there are some; nothing while texts are missing.
    pub(super) fn unused_sources(&self) -> Option<Diagnostic> {
        if self.late {
            return None;
        }
        let shown = self.naming.shown.values().flat_map(|keys| keys.iter());
        self.bibliography.unused(shown.chain(self.naming.withheld.iter()).map(String::as_str))
    }

    /// The same library with another bibliography: no page is another for it, but which of them name
    /// sources that are not there.
    #[must_use]
    pub fn with_bibliography(&self, bibliography: Arc<Bibliography>) -> Self {
        let mut library = self.clone();
        library.bibliography = bibliography;
        let naming: Vec<ItemId> = library.naming.shown.keys().copied().collect();
        library.link(&naming);
        library
    }

    /// The bibliography.
    #[must_use]
    pub fn bibliography(&self) -> &Arc<Bibliography> {
        &self.bibliography
    }
}

fn no_bibliography(key: &str) -> Diagnostic {
    use crate::base::codes;
    use crate::content::bibliography::FILES;
    let message = format!("this names the source `{key}`, and the site has no bibliography");
    let help = format!("write one beside kenes.toml: {} or {}", FILES[0], FILES[1]);
    Diagnostic::error(codes::SOURCE_KEY, message).help(help)
}

impl Reader {
    /// A source of the bibliography by its key.
    #[must_use]
    pub fn source(&self, key: &str) -> Option<&Entry> {
        note(|| Key::Source(key.into()));
        self.library.bibliography.get(key)
    }

    /// How a language names sources; `None` if nobody can know, which is reported.
    #[must_use]
    pub fn source_style(&self, language: usize) -> Option<&Style> {
        note(|| Key::SourceStyle(language));
        self.library.bibliography.style(language)
    }

    /// The words of styles, in all languages. With other languages, everything is made anew: they are not
    /// noted.
    #[must_use]
    pub fn source_words(&self) -> &[hayagriva::citationberg::Locale] {
        self.library.bibliography.words()
    }
}
