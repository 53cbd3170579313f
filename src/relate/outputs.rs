//! Files beside pages: what stands in the calendar of a language, and which documents have files
//! for reference managers, and feeds.

use super::record::{Key, note};
use super::{ItemId, Library, Reader};
use crate::policy::field::Value;
use crate::policy::kind::{Kind, PAGE};
use crate::policy::when::Precision;

impl Library {
    /// Whether a page stands in calendars: its kind has dates for them, and it says one to the day. What is
    /// hidden, a draft, or only shows a feature does not.
    fn is_in_calendar(&self, id: ItemId) -> bool {
        let Some(document) = self.document(id) else { return false };
        let Some(calendar) = &document.kind.calendar else { return false };
        let is_day = |at: usize| {
            let given = document.values[at].as_ref().map(|given| &given.value);
            matches!(given, Some(Value::Date(when)) if when.precision() == Precision::Day)
        };
        let item = self.item(id);
        !item.broken
            && !item.draft
            && !item.parsed.meta().hidden
            && !document.illustrative
            && calendar.dates().any(is_day)
    }

    /// Whether a page is one for readers of a language: its own, or of the default one where that lacks it, as
    /// in lists.
    fn is_for(&self, id: ItemId, language: usize) -> bool {
        let own = self.item(id).language();
        let lacks = || self.translations(id).get(language).copied().flatten().is_none();
        own == language || (self.config.fallback && own == 0 && lacks())
    }

    /// The pages in the calendar of a language, in the order of their files.
    #[must_use]
    pub fn calendar(&self, language: usize) -> Vec<ItemId> {
        self.ids().filter(|&id| self.is_in_calendar(id) && self.is_for(id, language)).collect()
    }

    /// The kind of a page; of one of which there is nothing to say, what the site says of all such.
    fn kind_of(&self, id: ItemId) -> Option<&Kind> {
        let plain = || self.config.kinds.get(PAGE);
        self.document(id).map(|document| &document.kind).or_else(plain).map(|kind| &**kind)
    }

    /// The document that a page is a version of, in its language; else the page.
    fn owner(&self, id: ItemId) -> ItemId {
        let language = self.item(id).language();
        self.lineages.version(id).and_then(|(lineage, _)| lineage.document[language]).unwrap_or(id)
    }

    /// Whether there is a feed of what becomes of a page: its kind says so. Versions are entries of those of
    /// their documents.
    #[must_use]
    pub fn has_feed(&self, id: ItemId) -> bool {
        let item = self.item(id);
        let is_kind = self.kind_of(id).is_some_and(|kind| kind.feeds);
        let is_version = self.lineages.version(id).is_some();
        is_kind && !is_version && !item.is_section() && !item.broken && !item.draft
    }

    /// The documents of a kind that have feeds, for readers of a language, in the order of their files.
    #[must_use]
    pub fn of_kind(&self, kind: &str, language: usize) -> Vec<ItemId> {
        let is =
            |id: ItemId| self.kind(id) == kind && self.has_feed(id) && !self.item(id).parsed.meta().hidden;
        self.ids().filter(|&id| is(id) && self.is_for(id, language)).collect()
    }

    /// Whether reference managers have files about a page: its kind, or that of the document it is a version
    /// of, says how it is cited.
    #[must_use]
    pub fn is_cited_in_files(&self, id: ItemId) -> bool {
        let item = self.item(id);
        let is_kind = self.kind_of(self.owner(id)).is_some_and(|kind| kind.cite.is_some());
        is_kind && !item.is_section() && !item.broken
    }

    pub(super) fn has_calendar(&self, section: ItemId) -> bool {
        self.pages(section).iter().any(|&page| self.is_in_calendar(page))
    }
}

impl Reader {
    /// The pages in the calendar of a language, in the order of their files.
    #[must_use]
    pub fn calendar(&self, language: usize) -> Vec<ItemId> {
        note(|| Key::Calendar(language));
        self.library.calendar(language)
    }

    /// The documents of a kind that have feeds, for readers of a language, in the order of their files.
    #[must_use]
    pub fn of_kind(&self, kind: &str, language: usize) -> Vec<ItemId> {
        note(|| Key::OfKind(kind.into(), language));
        self.library.of_kind(kind, language)
    }

    /// The page whose feed of what becomes of it a page announces: its own, or of a version that of its
    /// document. `None`: there is no such feed.
    #[must_use]
    pub fn feed_of(&self, id: ItemId) -> Option<ItemId> {
        note(|| Key::Lineage(id));
        let owner = self.library.owner(id);
        note(|| Key::Document(owner));
        note(|| Key::Name(owner));
        Some(owner).filter(|&owner| self.library.has_feed(owner))
    }

    /// Whether reference managers have files about a page.
    #[must_use]
    pub fn is_cited_in_files(&self, id: ItemId) -> bool {
        note(|| Key::Lineage(id));
        note(|| Key::Document(self.library.owner(id)));
        self.library.is_cited_in_files(id)
    }

    /// Whether pages of a section stand in the calendar of its language.
    #[must_use]
    pub fn has_calendar(&self, section: ItemId) -> bool {
        note(|| Key::HasCalendar(section));
        self.library.has_calendar(section)
    }
}
