//! What a page says as a document, for outputs that are no templates: descriptions for machines,
//! calendars, citations. All of it is read through the reader.

use jiff::civil::Date;

use super::Renderer;
use crate::policy::kind::{Kind, PAGE};
use crate::policy::label::Label;
use crate::policy::lifecycle::{Stage, Step};
use crate::policy::version::State;
use crate::policy::when::When;
use crate::relate::{Document, ItemId, Lineage};

/// A page as a document: a version says what its document says, but for its own text and days.
pub(super) struct Subject<'a> {
    /// The page.
    pub(super) id: ItemId,
    /// Its document in its language; of anything but a version the page itself.
    pub(super) owner: ItemId,
    /// What the document says.
    pub(super) document: Option<&'a Document>,
    /// Its kind.
    pub(super) kind: Option<&'a Kind>,
    /// The version that it is or shows.
    pub(super) version: Option<(&'a Lineage, usize)>,
}

impl Subject<'_> {
    /// Whether it is a version, and not the document.
    pub(super) fn is_version(&self) -> bool {
        self.id != self.owner
    }

    /// Whether it only shows a feature.
    pub(super) fn is_illustrative(&self) -> bool {
        self.document.is_some_and(|document| document.illustrative)
    }

    /// The days of the version, or of the document's own state of being in force: the first one, and the
    /// first one after that.
    pub(super) fn days(&self) -> Option<(Date, Option<Date>)> {
        if let Some((lineage, at)) = self.version {
            return lineage.history.days(at);
        }
        let document = self.document?;
        let mut steps = document.history.steps().iter();
        let from = steps.find(|step| stage(document, step) == Stage::InForce)?.from;
        let ends = |step: &&Step| {
            matches!(stage(document, step), Stage::Superseded | Stage::Withdrawn | Stage::Closed)
        };
        Some((from, steps.find(ends).map(|step| step.from)))
    }
}

/// What a step of a document means.
pub(super) fn stage(document: &Document, step: &Step) -> Stage {
    let lifecycle = document.kind.lifecycle.as_ref();
    lifecycle.and_then(|lifecycle| lifecycle.state(&step.state)).map(|state| state.stage).unwrap_or_default()
}

impl Renderer {
    pub(super) fn subject(&self, id: ItemId) -> Subject<'_> {
        let reader = &self.reader;
        let owner = self.document_of(id).unwrap_or(id);
        let document = reader.document(owner);
        let kind = match document {
            Some(document) => Some(&*document.kind),
            None => reader.config().kinds.get(PAGE).map(|kind| &**kind),
        };
        let version = reader.version(id).or_else(|| reader.version(reader.shown(id)?));
        Subject { id, owner, document, kind, version }
    }

    /// A label in the language of an item.
    pub(super) fn label<'a>(&'a self, label: &'a Label, name: &'a str, language: usize) -> &'a str {
        let config = self.reader.config();
        let lang = config.languages[language].lang.as_str();
        label.get(lang, config.default_language().lang.as_str()).unwrap_or(name)
    }

    /// What the state of a document means on the day of the build, or that of the version shown. A
    /// document that is gone has no version in force.
    pub(super) fn stage_of(&self, subject: &Subject<'_>) -> Option<Stage> {
        let day = self.reader.day_of(subject.owner);
        let own = subject.document.and_then(|document| {
            let current = document.history.on(day)?;
            document.kind.lifecycle.as_ref()?.state(current.state).map(|state| state.stage)
        });
        match (own, subject.version) {
            (Some(Stage::Superseded | Stage::Withdrawn), _) | (_, None) => own,
            (_, Some((lineage, at))) => Some(lineage.history.stage(at, day)),
        }
    }

    /// When a document was adopted: the first step that says so, else the first one that puts it in force.
    /// What is proposed only was not.
    pub(super) fn adopted(&self, subject: &Subject<'_>) -> Option<When> {
        let document = subject.document?;
        let day = self.reader.day_of(subject.owner);
        let proposed = |(lineage, at): (&Lineage, usize)| lineage.history.state(at, day) == State::Proposed;
        if subject.version.is_some_and(proposed) {
            return None;
        }
        let past = || document.history.steps().iter().filter(|step| step.from <= day);
        let first = |wanted: Stage| past().find(|step| stage(document, step) == wanted);
        first(Stage::Adopted).or_else(|| first(Stage::InForce)).map(|step| step.when)
    }
}
