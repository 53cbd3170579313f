//! Whether what a document's history says of its text agrees with the days of its versions.

use jiff::civil::Date;

use super::lifecycle::{self, Lifecycle, Stage, State};
use super::version;

/// What a state says of the document's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validity {
    /// Nothing: a text may be in force or not.
    #[default]
    Any,
    /// A text is in force.
    InForce,
    /// None is.
    NotInForce,
}

/// The words for [`Validity`] in the definition of a kind.
pub const VALIDITIES: &[(&str, Validity)] =
    &[("any", Validity::Any), ("in_force", Validity::InForce), ("not_in_force", Validity::NotInForce)];

impl Validity {
    /// What follows from the meaning of a state, in a lifecycle that has a state of being in force.
    #[must_use]
    pub fn of(stage: Stage) -> Self {
        match stage {
            Stage::Other => Self::Any,
            Stage::InForce => Self::InForce,
            Stage::Draft | Stage::Planned | Stage::Open | Stage::Adopted => Self::NotInForce,
            Stage::Closed | Stage::Superseded | Stage::Withdrawn => Self::NotInForce,
        }
    }
}

/// What states say of a text, if they do not say so themselves, follows from their meaning; but where none is a
/// state of being in force, a lifecycle is of something else.
pub(super) fn settle(states: Vec<(State, Option<Validity>)>) -> Vec<State> {
    let said = |state: &State, text: Option<Validity>| text.unwrap_or(Validity::of(state.stage));
    let any = states.iter().any(|(state, text)| said(state, *text) == Validity::InForce);
    let of = |(state, text): (State, Option<Validity>)| {
        let text = if any { said(&state, text) } else { text.unwrap_or_default() };
        State { text, ..state }
    };
    states.into_iter().map(of).collect()
}

/// What a history and versions contradict each other in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A version is in force before the step that puts the document in force.
    Early,
    /// A version is in force in a state in which no text is.
    Outside,
    /// No version is in force in a state in which a text is. So the version nearest to the day stands.
    Without(version::State),
}

/// The first day on which a history and versions contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The day.
    pub day: Date,
    /// In what.
    pub reason: Reason,
    /// The step of the history, by its place.
    pub step: usize,
    /// The version, by its place in the list that its history was made of.
    pub version: usize,
}

/// Days of which the steps of a history leave open whether they are over: a month, say.
struct Steps<'a> {
    before: Validity,
    /// The first day that each state may hold, the first day that it holds for sure, and what it says.
    steps: Vec<(Date, Date, Validity)>,
    history: &'a lifecycle::History,
}

impl<'a> Steps<'a> {
    fn new(lifecycle: &Lifecycle, history: &'a lifecycle::History) -> Self {
        let says = |name: &str| lifecycle.state(name).map_or(Validity::Any, |state| state.text);
        let mut steps: Vec<(Date, Date, Validity)> = Vec::new();
        // A step is done on the last day that the next one can be of.
        let mut latest = Date::MAX;
        for step in history.steps().iter().rev() {
            latest = latest.min(step.when.last().max(step.from));
            steps.push((step.from, latest, says(&step.state)));
        }
        steps.reverse();
        let before = lifecycle.before.as_deref().map_or(Validity::Any, says);
        let mut all = Self { before, steps, history };
        // What is said to come into force on a day was not so before.
        if let Some(first) = all.first_in_force() {
            let earlier = all.steps[..first].iter_mut().map(|(_, _, says)| says);
            for says in earlier.chain([&mut all.before]).filter(|says| **says == Validity::Any) {
                *says = Validity::NotInForce;
            }
        }
        all
    }

    /// The step that puts the document in force for the first time, unless it was so before all of them.
    fn first_in_force(&self) -> Option<usize> {
        let first = || self.steps.iter().position(|&(_, _, says)| says == Validity::InForce);
        if self.before == Validity::InForce { None } else { first() }
    }

    /// Whether no state that the document may be in on a day allows that a text is in force, or that none is.
    fn forbid(&self, day: Date, in_force: bool) -> bool {
        let forbids = |says: Validity| match says {
            Validity::Any => false,
            Validity::InForce => !in_force,
            Validity::NotInForce => in_force,
        };
        let ends = |at: usize| self.steps.get(at).is_none_or(|&(_, latest, _)| day < latest);
        let before = !ends(0) || forbids(self.before);
        let mut possible =
            self.steps.iter().enumerate().filter(|&(at, &(from, ..))| from <= day && ends(at + 1));
        before && possible.all(|(_, &(_, _, says))| forbids(says))
    }
}

/// The first day on which the state of a document says that a text is in force and no version is, or the other
/// way round. All days are looked at, whatever day it is today. `versions` must be without faults.
///
/// A step of which only the month is known may be of any day of it. Of the time before the first step nothing
/// is known, unless a later one says that the document comes into force then.
#[must_use]
pub fn contradiction(
    lifecycle: &Lifecycle,
    history: &lifecycle::History,
    versions: &version::History,
) -> Option<Contradiction> {
    if history.steps().is_empty() {
        return None;
    }
    let steps = Steps::new(lifecycle, history);
    let spans = versions.order.iter().filter_map(|&at| versions.days(at));
    let mut days: Vec<Date> = spans.flat_map(|(from, until)| [Some(from), until]).flatten().collect();
    days.extend(steps.steps.iter().flat_map(|&(from, latest, _)| [from, latest]));
    days.sort_unstable();
    days.dedup();
    days.into_iter().find_map(|day| {
        let in_force = versions.in_force(day);
        if !steps.forbid(day, in_force.is_some()) {
            return None;
        }
        let version = versions.shown(day)?;
        let last = steps.history.steps().partition_point(|step| step.from <= day).checked_sub(1);
        let coming = steps.first_in_force().filter(|&first| last.is_none_or(|last| last < first));
        let (reason, step) = match (in_force, coming) {
            (None, _) => (Reason::Without(versions.state(version, day)), last.unwrap_or(0)),
            (Some(_), Some(first)) => (Reason::Early, first),
            (Some(_), None) => (Reason::Outside, last.unwrap_or(0)),
        };
        Some(Contradiction { day, reason, step, version })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::Span;
    use crate::policy::label::Label;
    use crate::policy::lifecycle::Step;
    use crate::policy::version::Facts;
    use crate::policy::when::When;
    use jiff::civil::date;

    const STATES: &[(&str, Stage)] = &[
        ("draft", Stage::Draft),
        ("adopted", Stage::Adopted),
        ("published", Stage::Other),
        ("in_force", Stage::InForce),
        ("expired", Stage::Closed),
        ("withdrawn", Stage::Withdrawn),
    ];

    fn lifecycle(before: Option<&str>) -> Lifecycle {
        let state = |&(name, stage): &(&str, Stage)| State {
            name: name.to_owned(),
            label: Label::default(),
            stage,
            text: Validity::of(stage),
            next: STATES.iter().map(|(name, _)| (*name).to_owned()).collect(),
            entry: None,
            until: None,
            holds: false,
        };
        let before = before.map(str::to_owned);
        Lifecycle { states: STATES.iter().map(state).collect(), first: Vec::new(), before }
    }

    #[test]
    fn without_a_state_of_force_the_others_say_what_they_say_themselves() {
        let settled = |without: &str| {
            let states = lifecycle(None).states.into_iter().filter(|state| state.name != without);
            let said = |state: State| {
                let text = (state.name == "withdrawn").then_some(Validity::NotInForce);
                (state, text)
            };
            settle(states.map(said).collect()).into_iter().map(|state| state.text).collect::<Vec<_>>()
        };
        let (any, no) = (Validity::Any, Validity::NotInForce);
        assert_eq!(settled(""), [no, no, any, Validity::InForce, no, no]);
        assert_eq!(settled("in_force"), [any, any, any, any, no]);
    }

    /// `"in_force 2025-01-01, withdrawn 2026"` and `"2025-01-01, 2025-06-01..2026-01-01, -"`.
    fn found(before: Option<&str>, history: &str, versions: &str) -> Option<Contradiction> {
        let parts = |text: &'static str| text.split(", ").filter(|part| !part.is_empty());
        let (history, versions) = (history.to_owned().leak(), versions.to_owned().leak());
        let written = parts(history).map(|step| {
            let (state, when) = step.split_once(' ').unwrap();
            let when = When::parse(when).unwrap();
            Step {
                state: state.to_owned(),
                span: Span::default(),
                when,
                from: when.first(),
                until: None,
                note: Label::default(),
                field: None,
            }
        });
        let lifecycle = lifecycle(before);
        let (history, faults) = lifecycle.history("standard", written.collect(), Vec::new());
        assert!(faults.is_empty());
        let facts = parts(versions).enumerate().map(|(at, days)| {
            let (from, until) = days.split_once("..").unwrap_or((days, ""));
            let label = format!("1.{at}");
            Facts { label, in_force: from.parse().ok(), until: until.parse().ok(), supersedes: None }
        });
        let (versions, faults) = version::History::new(&facts.collect::<Vec<_>>());
        assert_eq!(faults, []);
        contradiction(&lifecycle, &history, &versions)
    }

    /// The day and the reason, with the places of the step and of the version.
    fn first(history: &str, versions: &str) -> Option<(Date, Reason, usize, usize)> {
        found(None, history, versions).map(|found| (found.day, found.reason, found.step, found.version))
    }

    #[test]
    fn what_agrees_is_not_told() {
        for (history, versions) in [
            ("adopted 2025-01-01, in_force 2025-02-01", "2025-02-01"),
            ("adopted 2025-01-01, in_force 2025-02-01", "2025-02-01, 2025-06-01, -"),
            ("in_force 2025-02-01, withdrawn 2026-01-01", "2025-02-01, 2025-06-01..2026-01-01"),
            ("draft 2025-01-01", "-"),
            ("adopted 2025-01-01, withdrawn 2025-02-01", "-"),
            ("", "2025-02-01"),
            ("in_force 2025-02-01", ""),
            ("published 2025-01-01", "2025-02-01..2025-03-01"),
            ("published 2025-01-01", "2024-02-01"),
            ("in_force 2025-02-01, published 2025-03-01", "2025-02-01..2025-04-01"),
            ("adopted 2025-02-01, in_force 2025-02-01", "2025-02-01"),
        ] {
            assert_eq!(first(history, versions), None, "{history}; {versions}");
        }
    }

    #[test]
    fn a_text_is_in_force_in_no_other_state() {
        let (january, may) = (date(2025, 1, 1), date(2025, 5, 1));
        let outside = |day, step, version| Some((day, Reason::Outside, step, version));
        assert_eq!(first("in_force 2025-01-01, withdrawn 2025-05-01", "2025-01-01"), outside(may, 1, 0));
        assert_eq!(
            first("in_force 2025-01-01, expired 2025-05-01", "2025-01-01, 2025-03-01"),
            outside(may, 1, 1)
        );
        assert_eq!(first("draft 2025-01-01", "2025-05-01"), outside(may, 0, 0));
        assert_eq!(first("draft 2025-01-01", "2024-05-01"), outside(january, 0, 0));
        assert_eq!(first("adopted 2025-01-01, withdrawn 2025-04-01", "2025-05-01"), outside(may, 1, 0));
    }

    #[test]
    fn no_text_is_in_force_before_the_document() {
        let early = |step| Some((date(2025, 2, 1), Reason::Early, step, 0));
        assert_eq!(first("adopted 2025-01-01, in_force 2025-03-01", "2025-02-01"), early(1));
        assert_eq!(first("published 2025-01-01, in_force 2025-03-01", "2025-02-01"), early(1));
        assert_eq!(first("in_force 2025-03-01", "2025-02-01"), early(0));
        assert_eq!(first("in_force 2025-03-01, withdrawn 2025-04-01", "2025-02-01"), early(0));
    }

    #[test]
    fn a_document_in_force_has_a_text() {
        use version::State::{Coming, Ended, Proposed};
        let (march, may) = (date(2025, 3, 1), date(2025, 5, 1));
        let without = |day, state| Some((day, Reason::Without(state), 0, 0));
        assert_eq!(first("in_force 2025-03-01", "2025-05-01"), without(march, Coming(may)));
        assert_eq!(first("in_force 2025-03-01", "2025-03-01..2025-05-01"), without(may, Ended(may)));
        assert_eq!(first("in_force 2025-03-01", "-"), without(march, Proposed));
        assert_eq!(
            first("in_force 2025-03-01, withdrawn 2025-06-01", "2025-03-01..2025-05-01"),
            without(may, Ended(may))
        );
    }

    #[test]
    fn a_month_is_any_day_of_it() {
        assert_eq!(first("adopted 2025-01-01, in_force 2025-03", "2025-03-15"), None);
        assert_eq!(first("adopted 2025-03, in_force 2025-03", "2025-03-31"), None);
        assert_eq!(first("in_force 2025-03-01, withdrawn 2026", "2025-03-01..2026-07-01"), None);
        // Adopted at some time before the 10th, and so not in force on the 9th.
        assert_eq!(first("adopted 2025-03, in_force 2025-03-10", "2025-03-10"), None);
        let day = |history, versions| first(history, versions).map(|(day, reason, ..)| (day, reason));
        let coming = Reason::Without(version::State::Coming(date(2025, 4, 10)));
        assert_eq!(
            day("adopted 2025-01-01, in_force 2025-03", "2025-04-10"),
            Some((date(2025, 3, 31), coming))
        );
        assert_eq!(
            day("adopted 2025-01-01, in_force 2025-03", "2025-02-28"),
            Some((date(2025, 2, 28), Reason::Early))
        );
        assert_eq!(
            day("in_force 2025-01-01, withdrawn 2025-03", "2025-01-01"),
            Some((date(2025, 3, 31), Reason::Outside))
        );
    }

    #[test]
    fn the_state_before_the_first_step_counts() {
        let early = found(Some("draft"), "in_force 2025-03-01", "2025-02-01");
        assert_eq!(early.map(|found| found.reason), Some(Reason::Early));
        let outside = found(Some("draft"), "withdrawn 2025-03-01", "2025-02-01");
        let wanted = Contradiction { day: date(2025, 2, 1), reason: Reason::Outside, step: 0, version: 0 };
        assert_eq!(outside, Some(wanted));
        assert_eq!(found(Some("in_force"), "withdrawn 2025-03-01", "2024-01-01..2025-03-01"), None);
    }
}
