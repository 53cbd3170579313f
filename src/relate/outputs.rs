//! Files beside pages: what stands in the calendar of a language, and which documents have files
//! for reference managers, and feeds.

use super::record::{Key, note};
use super::{ItemId, Library, Reader};
use crate::policy::field::Value;
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

    /// Whether there is a feed of what becomes of a page: its kind says so.
    #[must_use]
    pub fn has_feed(&self, id: ItemId) -> bool {
        let item = self.item(id);
        let document = self.document(id).is_some_and(|document| document.kind.feeds);
        document && !item.is_section() && !item.broken && !item.draft
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
        let owner = self.lineages.version(id).and_then(|(lineage, _)| lineage.document[item.language()]);
        let document = self.document(owner.unwrap_or(id));
        !item.is_section() && !item.broken && document.is_some_and(|document| document.kind.cite.is_some())
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

    /// Whether pages of a section stand in the calendar of its language.
    #[must_use]
    pub fn has_calendar(&self, section: ItemId) -> bool {
        note(|| Key::HasCalendar(section));
        self.library.has_calendar(section)
    }
}
