//! Layer 5, RELATE: all pages together. Which section a page belongs to, its translations, its
//! neighbours, where its links lead, who links to it, which terms it has.
//!
//! A [`Library`] is made whole from parsed files and never patched. Rendering sees it through the
//! [`Reader`] only.

mod accord;
mod address;
mod cards;
mod citations;
mod comparisons;
mod differing;
mod documents;
mod joined;
mod late;
mod library;
mod lineage;
mod links;
mod mentions;
mod near;
mod next;
mod order;
mod outputs;
mod prints;
mod publish;
mod reader;
pub mod record;
mod references;
mod registers;
mod sections;
mod sources;
pub mod status;
mod taxonomies;
mod terms;
mod version_faults;

pub use address::of as address_of;
pub use citations::Citing;
pub use documents::{Document, Given};
pub use late::LateTexts;
pub use library::{Input, Item, Library};
pub use lineage::{Lineage, Version, Withdrawn};
pub use links::Resolved;
pub use near::SUGGESTIONS;
pub use reader::{Missing, Named, Query, Reader, Sought};
pub use record::Key;
pub use references::Referring;
pub use registers::id_of;
pub use taxonomies::{Taxonomy, Term};
pub use terms::TermWords;

/// A page or a section of a [`Library`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub(crate) u32);

impl ItemId {
    /// The item at this place in lists that have one entry an item.
    #[must_use]
    pub fn at(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// Its place in lists that have one entry an item.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}
