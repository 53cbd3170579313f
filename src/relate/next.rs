//! From one library to the next, where texts alone have changed: everything else is shared.

use std::sync::Arc;

use super::links::{self, Resolved};
use super::{Item, ItemId, Library};
use crate::content::Parsed;

impl Library {
    /// The library that [`Library::new`] would make with other texts of some pages, and the items whose
    /// links may be others or may have become wrong; `None` if more than their texts has changed.
    #[must_use]
    pub fn with_texts(&self, parsed: Vec<Arc<Parsed>>) -> Option<(Self, Vec<ItemId>)> {
        let mut library = self.clone();
        let mut changed = Vec::with_capacity(parsed.len());
        let mut same_ids = true;
        for parsed in parsed {
            let id = self.of_file(parsed.path.as_str())?;
            let item = self.item(id);
            let (old, new) = (item.parsed.facets, parsed.facets);
            let more = old.front != new.front || item.parsed.broken != parsed.broken;
            if more || self.changes_translations(id, parsed.fingerprint.as_deref()) {
                return None;
            }
            same_ids &= old.ids == new.ids;
            let item = Arc::new(Item { parsed, ..item.clone() });
            library.items.set(id.index(), item);
            changed.push(id);
        }
        library.compare_translations(&changed);
        library.compare_with_documents(&changed);
        if !same_ids {
            // Whoever links to an id that came or went is concerned.
            changed = self.ids().collect();
        }
        library.link(&changed);
        let targets = |links: &[Resolved]| links.iter().filter_map(Resolved::item).collect::<Vec<_>>();
        let same = |id: &ItemId| targets(self.links(*id)) == targets(library.links(*id));
        if !changed.iter().all(same) {
            library.backlinks = Arc::new(links::backlinks(&library.links));
        }
        let cited = |library: &Self, id| {
            library.links(id).iter().filter(|link| link.cited().is_some()).cloned().collect::<Vec<_>>()
        };
        if !changed.iter().all(|&id| cited(self, id) == cited(&library, id)) {
            library.citing = Arc::new(library.citations());
        }
        Some((library, changed))
    }

    /// Whether some translation of an item becomes stale, or current, when the item's text gets this
    /// fingerprint.
    fn changes_translations(&self, id: ItemId, fingerprint: Option<&str>) -> bool {
        let item = self.item(id);
        item.parsed.fingerprint.as_deref() != fingerprint
            && self.translations(id).iter().flatten().any(|&other| {
                let document = self.document(other).filter(|own| own.original == Some(item.language()));
                document.is_some_and(|own| own.stale != own.is_stale(fingerprint))
            })
    }

    /// Finds again where the links of some items lead.
    pub(super) fn link(&mut self, ids: &[ItemId]) {
        self.note_sources(ids);
        for (id, (links, broken)) in ids.iter().zip(links::resolve(self, ids)) {
            self.links.set(id.index(), links.into());
            if broken.is_empty() {
                self.broken_links.remove(id);
            } else {
                self.broken_links.insert(*id, broken);
            }
        }
    }
}
