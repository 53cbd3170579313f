//! Files beside pages: what stands in the calendar of a language, and what is cited in files of its own.

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

    /// The pages in the calendar of a language, in the order of their files: its own, and those of the
    /// default language that it lacks, as in lists.
    #[must_use]
    pub fn calendar(&self, language: usize) -> Vec<ItemId> {
        let lacks = |id: ItemId| {
            self.config.fallback
                && self.item(id).language() == 0
                && self.translations(id).get(language).copied().flatten().is_none()
        };
        self.ids()
            .filter(|&id| self.is_in_calendar(id) && (self.item(id).language() == language || lacks(id)))
            .collect()
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

    /// Whether pages of a section stand in the calendar of its language.
    #[must_use]
    pub fn has_calendar(&self, section: ItemId) -> bool {
        note(|| Key::HasCalendar(section));
        self.library.has_calendar(section)
    }
}
