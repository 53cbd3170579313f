//! How a site stands on a day: its documents by state, what changes next, what is overdue.
//!
//! To be asked of a library that shows drafts and pages of the future too.

use jiff::civil::Date;

use super::{ItemId, Library, Lineage};
use crate::policy::kind::PAGE;
use crate::policy::publication::Publication;

/// How a site stands.
#[derive(Debug, Default)]
pub struct Status {
    /// All documents, by kind, then in the order of their files.
    pub documents: Vec<DocumentStatus>,
    /// What happens by itself after the day, the next first.
    pub changes: Vec<Change>,
    /// Pages that should have been looked at again, and until when.
    pub reviews: Vec<(PageName, Date)>,
    /// Translations whose originals have changed.
    pub stale: Vec<PageName>,
    /// Translations that do not say what they were made from.
    pub unstamped: Vec<PageName>,
    /// Pages, and the languages that lack them.
    pub missing: Vec<(PageName, Vec<String>)>,
    /// Pages that are drafts, or lie in a draft section.
    pub drafts: Vec<PageName>,
    /// Pages that are for a later day, and for which.
    pub future: Vec<(PageName, Date)>,
    /// Files whose pages are over, and since when.
    pub expired: Vec<(String, Date)>,
}

/// A page as it is named to people.
#[derive(Clone, Debug)]
pub struct PageName {
    /// The file.
    pub file: String,
    /// The title.
    pub title: String,
}

/// A document, in whatever languages it is there.
#[derive(Debug)]
pub struct DocumentStatus {
    /// The file of its original, and its title.
    pub name: PageName,
    /// Its kind.
    pub kind: String,
    /// Its number, if it has one.
    pub number: Option<String>,
    /// Its state on the day.
    pub state: Option<String>,
    /// The first day of that state, as far as it is known.
    pub since: Option<String>,
    /// Whether what the state offers is over.
    pub over: bool,
}

/// Something that happens to the output by itself.
#[derive(Debug)]
pub struct Change {
    /// On which day.
    pub date: Date,
    /// To which page.
    pub name: PageName,
    /// What.
    pub what: Happening,
}

/// What can happen to a page by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// It gets this state.
    State(String),
    /// What this state offers is over.
    Over(String),
    /// It is shown from now on.
    Published,
    /// It is not shown any more.
    Expired,
    /// This version of it comes into force.
    InForce(String),
    /// This version of it is no longer in force, and no other one takes its place that day.
    Ended(String),
    /// Comments on this version of it are no longer asked for.
    CommentsOver(String),
}

impl Happening {
    /// Its word for programs: `state`, `over`, `published`, `expired`, `in_force`, `ended` or
    /// `comments_over`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::State(_) => "state",
            Self::Over(_) => "over",
            Self::Published => "published",
            Self::Expired => "expired",
            Self::InForce(_) => "in_force",
            Self::Ended(_) => "ended",
            Self::CommentsOver(_) => "comments_over",
        }
    }

    /// The state that it is about, if it is about one.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        match self {
            Self::State(state) | Self::Over(state) => Some(state),
            _ => None,
        }
    }

    /// The version that it is about, if it is about one.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        match self {
            Self::InForce(label) | Self::Ended(label) | Self::CommentsOver(label) => Some(label),
            _ => None,
        }
    }
}

impl Status {
    /// How a site stands on the day of the library.
    #[must_use]
    pub fn of(library: &Library) -> Self {
        let mut status = Self::default();
        for id in library.ids().filter(|&id| !library.item(id).parsed.implicit) {
            status.page(library, id);
            let translations = library.translations(id);
            let there = |slot: &Option<ItemId>| slot.filter(|&id| !library.item(id).parsed.implicit);
            if translations.iter().find_map(there) == Some(id) {
                status.document(library, id);
                let lacking: Vec<String> = translations
                    .iter()
                    .zip(&library.config().languages)
                    .filter(|(slot, _)| there(slot).is_none())
                    .map(|(_, language)| language.lang.to_string())
                    .collect();
                if !lacking.is_empty() {
                    status.missing.push((name(library, id), lacking));
                }
            }
        }
        for (file, state) in library.withheld_files() {
            if let Publication::Expired(date) = state {
                status.expired.push((file.to_owned(), date));
            }
        }
        let kinds: Vec<&str> = library.config().kinds.names().collect();
        status.documents.sort_by_key(|document| kinds.iter().position(|kind| *kind == document.kind));
        status.changes.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| a.name.file.cmp(&b.name.file)));
        status
    }

    /// The first day after the day of the library on which a build gives other files by itself.
    #[must_use]
    pub fn next_change(&self) -> Option<Date> {
        self.changes.first().map(|change| change.date)
    }

    /// What each file says of itself.
    fn page(&mut self, library: &Library, id: ItemId) {
        let item = library.item(id);
        let meta = item.parsed.meta();
        let today = library.today().0;
        let (publish, expires) = item.parsed.page().map_or((None, None), |page| {
            (page.publish.map(|moment| moment.date()), page.expires.map(|moment| moment.date()))
        });
        match Publication::on(today, meta.draft, publish, expires) {
            Publication::Public if item.draft => return self.drafts.push(name(library, id)),
            Publication::Draft | Publication::InDraft => return self.drafts.push(name(library, id)),
            Publication::Scheduled(date) => self.future.push((name(library, id), date)),
            Publication::Public | Publication::Expired(_) => {}
        }
        let mut happens = |date: Option<Date>, what: Happening| {
            if let Some(date) = date.filter(|&date| date > today) {
                self.changes.push(Change { date, name: name(library, id), what });
            }
        };
        happens(publish, Happening::Published);
        happens(expires, Happening::Expired);
        let Some(document) = library.document(id) else {
            return self.translation(library, id);
        };
        if let Some(review) = document.review_by.map(|moment| moment.date()).filter(|&date| date < today) {
            self.reviews.push((name(library, id), review));
        }
        self.translation(library, id);
    }

    fn translation(&mut self, library: &Library, id: ItemId) {
        let item = library.item(id);
        let translations = library.translations(id);
        let written = |slot: &ItemId| !library.item(*slot).parsed.implicit;
        let is_translation = translations.iter().flatten().find(|slot| written(slot)) != Some(&id);
        if !is_translation {
            return;
        }
        let stamped =
            item.parsed.meta().document.as_ref().is_some_and(|document| document.translated_from.is_some());
        if library.document(id).is_some_and(|document| document.stale) {
            self.stale.push(name(library, id));
        } else if !stamped {
            self.unstamped.push(name(library, id));
        }
    }

    /// What a document says once for all languages.
    fn document(&mut self, library: &Library, id: ItemId) {
        let Some(document) = library.document(id).filter(|document| document.kind.name != PAGE) else {
            return;
        };
        let today = library.today().0;
        let current = document.history.on(today);
        let step = current.and_then(|current| current.step);
        let number =
            document.given().find(|(field, _)| field.unique).map(|(_, given)| given.value.to_string());
        self.documents.push(DocumentStatus {
            name: name(library, id),
            kind: document.kind.name.clone(),
            number,
            state: current.map(|current| current.state.to_owned()),
            since: step.map(|step| step.when.to_string()),
            over: current.is_some_and(|current| current.over),
        });
        // A draft changes nothing that readers see.
        if library.item(id).parsed.meta().draft {
            return;
        }
        let mut day = today;
        while let Some(next) = document.history.next(day) {
            let what = if next.ends {
                Happening::Over(next.state.to_owned())
            } else {
                Happening::State(next.state.to_owned())
            };
            self.changes.push(Change { date: next.date, name: name(library, id), what });
            day = next.date;
        }
        if let Some(lineage) = library.lineage(id) {
            self.versions(library, lineage, name(library, id));
        }
    }

    /// What happens to the versions of a document.
    fn versions(&mut self, library: &Library, lineage: &Lineage, document: PageName) {
        let today = library.today().0;
        let mut happens = |date: Date, what: Happening| {
            if date > today {
                self.changes.push(Change { date, name: document.clone(), what });
            }
        };
        for &at in &lineage.history.order {
            let version = &lineage.versions[at];
            let is_draft = |id: ItemId| library.item(id).draft || library.item(id).parsed.meta().draft;
            if version.texts.iter().flatten().all(|&id| is_draft(id)) {
                continue;
            }
            if let Some((from, until)) = lineage.history.days(at) {
                happens(from, Happening::InForce(version.label.clone()));
                if let Some(until) = until.filter(|&day| lineage.history.in_force(day).is_none()) {
                    happens(until, Happening::Ended(version.label.clone()));
                }
            }
            // Comments are asked for on the last day too.
            if let Some(after) = version.comments_until().and_then(|last| last.tomorrow().ok()) {
                happens(after, Happening::CommentsOver(version.label.clone()));
            }
        }
    }
}

fn name(library: &Library, id: ItemId) -> PageName {
    let item = library.item(id);
    PageName { file: item.parsed.path.to_string(), title: item.title.clone() }
}
