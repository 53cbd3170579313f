//! Histories and versions of documents that contradict each other.
//!
//! Worked out from all files together, those of which the time is still to come or is past included: which day a
//! site is built for changes nothing of what is told. Drafts count where drafts are shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::documents::Documents;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::content::Parsed;
use crate::content::version::VersionFront;
use crate::policy::lifecycle::{History, Lifecycle, Step};
use crate::policy::publication::Publication;
use crate::policy::validity::{self, Contradiction, Reason, Validity};
use crate::policy::version;

/// A document and its versions, each in all languages.
#[derive(Default)]
pub(super) struct Family {
    document: Vec<Arc<Parsed>>,
    versions: BTreeMap<Arc<str>, Vec<Arc<Parsed>>>,
}

/// All documents that have versions.
pub(super) fn families(parsed: &[Arc<Parsed>]) -> Vec<Family> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for version in parsed {
        let Some(folder) = version.name.document() else { continue };
        let family = families.entry(format!("{folder}/index.md")).or_default();
        family.versions.entry(version.key.clone()).or_default().push(version.clone());
    }
    if !families.is_empty() {
        for document in parsed {
            if let Some(family) = families.get_mut(&*document.key) {
                family.document.push(document.clone());
            }
        }
    }
    families.into_values().collect()
}

/// What is wrong, the first thing of each document.
pub(super) fn contradictions(
    families: &[Family],
    documents: &Documents,
    unpublished: &BTreeMap<String, Publication>,
) -> Vec<Diagnostic> {
    families.iter().filter_map(|family| family.contradiction(documents, unpublished)).collect()
}

impl Family {
    fn contradiction(
        &self,
        documents: &Documents,
        unpublished: &BTreeMap<String, Publication>,
    ) -> Option<Diagnostic> {
        let is_draft = |file: &Parsed| {
            let state = unpublished.get(file.path.as_str());
            matches!(state, Some(Publication::Draft | Publication::InDraft))
        };
        // With mistakes in a file its days are not all known.
        let is_broken = |file: &Parsed| file.broken || documents.broken.contains(file.path.as_str());
        let file = self.document.iter().min_by_key(|file| file.name.language)?;
        let document = documents.by_file.get(file.path.as_str())?;
        let lifecycle = document.kind.lifecycle.as_ref().filter(|_| document.kind.versions)?;
        if document.original.is_some() || is_draft(file) || is_broken(file) {
            return None;
        }
        let mut versions: Vec<(&Parsed, &VersionFront)> = Vec::new();
        for texts in self.versions.values() {
            let shown = texts.iter().filter(|text| !is_draft(text));
            let Some(text) = shown.min_by_key(|text| text.name.language) else { continue };
            if is_broken(text) {
                return None;
            }
            versions.push((text, text.page()?.version.as_deref()?));
        }
        let facts: Vec<_> = versions.iter().map(|(text, front)| front.facts(&text.name.stem)).collect();
        let (days, faults) = version::History::new(&facts);
        // Of days that do not fit each other, something is told already.
        if !faults.is_empty() {
            return None;
        }
        let found = validity::contradiction(lifecycle, &document.history, &days)?;
        let (text, front) = versions[found.version];
        let told = Told { lifecycle, history: &document.history, found, file, text, front };
        Some(told.diagnostic(days.days(found.version)))
    }
}

/// A contradiction with its places.
struct Told<'a> {
    lifecycle: &'a Lifecycle,
    history: &'a History,
    found: Contradiction,
    file: &'a Parsed,
    text: &'a Parsed,
    front: &'a VersionFront,
}

impl Told<'_> {
    fn diagnostic(&self, span: Option<(Date, Option<Date>)>) -> Diagnostic {
        let Contradiction { day, reason, .. } = self.found;
        let label = &self.text.name.stem;
        let step = &self.history.steps()[self.found.step];
        let begins = span.map(|(from, _)| from);
        // Before the first step, a state that is not written.
        let state = self.history.on(day).map_or("", |current| current.state);
        let (message, help) = match reason {
            Reason::Early => (
                format!(
                    "on {day} version {label} comes into force, and by the history the document is `{}` from {} only",
                    step.state, step.when
                ),
                "write the same day in both: `in_force` of the version, and `date` of the step".to_owned(),
            ),
            Reason::Outside => {
                let message =
                    format!("on {day} the document is `{state}`, and version {label} of it is in force");
                let is_end = self.lifecycle.state(state).is_some_and(|state| state.stage.is_end());
                let help = match begins.filter(|from| is_end && *from < day) {
                    Some(_) => format!(
                        "write until = {day} into the version, the first day that it is no longer in force, or \
                         correct the date of the step"
                    ),
                    None if is_end => format!(
                        "no text is in force when a document is `{state}`: correct `in_force` of the version, or \
                         the history"
                    ),
                    None => self.put_in_force(state, step, begins),
                };
                (message, help)
            }
            Reason::Without(version::State::Ended(_)) => (
                format!("on {day} the document is `{state}`, and its last version, {label}, is so no longer"),
                self.end(state, day),
            ),
            Reason::Without(version::State::Coming(from)) => (
                format!(
                    "on {day} the document is `{state}`, and its first version, {label}, comes into force on {from}"
                ),
                "write the same day in both; where texts before this one are lost, add them as a version"
                    .to_owned(),
            ),
            Reason::Without(_) => (
                format!("on {day} the document is `{state}`, and no version of it says `in_force`"),
                format!(
                    "write in_force = {day} into the version that is the text of that day, or correct the history"
                ),
            ),
        };
        let problem = Diagnostic::error(codes::IN_FORCE_DAYS, message).help(help);
        problem.at(self.place(step)).related(format!("version {label}"), self.place_of_version())
    }

    /// What to do about a version in force in a state that comes before that.
    fn put_in_force(&self, state: &str, step: &Step, begins: Option<Date>) -> String {
        let all = self.lifecycle.states.iter().filter(|state| state.text == Validity::InForce);
        let names: Vec<String> = all.map(|state| format!("`{}`", state.name)).collect();
        match (names.as_slice(), begins) {
            ([], _) | (_, None) => {
                format!("correct `in_force` of the version, or write the step that followed `{state}`")
            }
            (names, Some(from)) if from < step.from => format!(
                "a history is of the document, and the next text is a version without `in_force`: let it begin \
                 with the steps up to {}, or correct `in_force` of the version",
                names.join(" or ")
            ),
            (names, Some(from)) => format!(
                "let the history reach {} on {from}, or correct `in_force` of the version",
                names.join(" or ")
            ),
        }
    }

    /// What to do about a document that goes on when its versions have ended.
    fn end(&self, state: &str, day: Date) -> String {
        let next = self.lifecycle.state(state).map_or(&[][..], |state| state.next.as_slice());
        let ends = |name: &&String| {
            self.lifecycle.state(name).is_some_and(|state| state.text == Validity::NotInForce)
        };
        let names: Vec<String> = next.iter().filter(ends).map(|name| format!("`{name}`")).collect();
        let step = match names.as_slice() {
            [] => "a step".to_owned(),
            names => format!("the step {}", names.join(" or ")),
        };
        format!("add {step} with date = {day} to the history, or remove `until` from the version")
    }

    fn place(&self, step: &Step) -> Location {
        Location::later(self.file.path.as_str(), step.span)
    }

    /// The day of the version that is concerned.
    fn place_of_version(&self) -> Location {
        let is_end = match self.found.reason {
            Reason::Outside => self.front.until.is_some(),
            Reason::Without(state) => matches!(state, version::State::Ended(_)),
            Reason::Early => false,
        };
        let day = if is_end { self.front.until } else { self.front.in_force };
        match day {
            Some((_, span)) => Location::later(self.text.path.as_str(), span),
            None => Location::file(self.text.path.as_str()),
        }
    }
}
