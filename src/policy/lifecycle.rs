//! Lifecycles: the states of a kind, the legal steps between them, and where a document is on a day.

use jiff::civil::Date;

use super::field::Fault;
use super::kind::with_article;
use super::label::Label;
use super::validity::Validity;
use super::when::When;
use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::fingerprint;
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;

/// What a state means to its reader, whatever it is called: themes choose their notices by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Nothing in particular.
    #[default]
    Other,
    /// The text is being written, and binds nobody.
    Draft,
    /// It is announced, and still to come.
    Planned,
    /// Everybody may comment.
    Open,
    /// It is decided, and not yet in force.
    Adopted,
    /// It is in force, or goes on.
    InForce,
    /// It is over.
    Closed,
    /// Another document has taken its place.
    Superseded,
    /// It was taken back.
    Withdrawn,
}

/// The words for [`Stage`] in the definition of a kind.
pub const STAGES: &[(&str, Stage)] = &[
    ("draft", Stage::Draft),
    ("planned", Stage::Planned),
    ("open", Stage::Open),
    ("adopted", Stage::Adopted),
    ("in_force", Stage::InForce),
    ("closed", Stage::Closed),
    ("superseded", Stage::Superseded),
    ("withdrawn", Stage::Withdrawn),
    ("other", Stage::Other),
];

impl Stage {
    /// Whether it says that something is over.
    #[must_use]
    pub fn is_end(self) -> bool {
        matches!(self, Self::Closed | Self::Superseded | Self::Withdrawn)
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        STAGES.iter().find(|(_, stage)| *stage == self).map_or("other", |(word, _)| word)
    }
}

/// When a document enters a state without anybody writing it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// On the day of the date in this field.
    On(String),
    /// On the day after the date in this field.
    After(String),
}

impl Entry {
    /// The field.
    #[must_use]
    pub fn field(&self) -> &str {
        let (Self::On(field) | Self::After(field)) = self;
        field
    }
}

/// A state.
#[derive(Clone, Debug)]
pub struct State {
    /// Its name in front matter.
    pub name: String,
    /// What readers are told it is.
    pub label: Label,
    /// What it means to them.
    pub stage: Stage,
    /// What it says of the text of a document that has versions.
    pub text: Validity,
    /// The states that may follow it.
    pub next: Vec<String>,
    /// The field that brings it about, if one does.
    pub entry: Option<Entry>,
    /// The field with the last day of what the state offers, if that is known from one.
    pub until: Option<String>,
    /// Whether no date in a field brings anything about until another step is written, as when something is
    /// put off.
    pub holds: bool,
}

/// The states of a kind and the steps between them.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// The states, in the order of the definition.
    pub states: Vec<State>,
    /// Those that a history may begin with; any, if there are none.
    pub first: Vec<String>,
    /// The state of a document whose first step is still to come.
    pub before: Option<String>,
}

/// A step of a document's history.
#[derive(Clone, Debug)]
pub struct Step {
    /// The state that it leads to, as it is written.
    pub state: String,
    /// Where that stands in the front matter.
    pub span: Span,
    /// When, as far as that is known.
    pub when: When,
    /// The first day of the state.
    pub from: Date,
    /// The last day of what the state offers, such as commenting.
    pub until: Option<When>,
    /// What there is to say of it.
    pub note: Label,
    /// The field that it follows from, if nobody wrote it down.
    pub field: Option<String>,
}

impl Lifecycle {
    /// A state by its name.
    #[must_use]
    pub fn state(&self, name: &str) -> Option<&State> {
        self.states.iter().find(|state| state.name == name)
    }

    /// The history of a document from what is written and what follows from its fields, in the order
    /// of the days. `kind` is named in messages.
    ///
    /// What would follow from a field after a written step that nothing can follow, or that holds, such as the
    /// day of a meeting that was cancelled or postponed, does not come about.
    ///
    /// Of the mistakes of one step only the first is told: what follows from it is none of its own.
    #[must_use]
    pub fn history(&self, kind: &str, written: Vec<Step>, of_fields: Vec<Step>) -> (History, Vec<Fault>) {
        let mut faults = Vec::new();
        let mut steps: Vec<Step> = Vec::new();
        let mut latest: Option<(Date, When)> = None;
        for mut step in written {
            if self.state(&step.state).is_none() {
                faults.push((step.span, self.unknown(kind, &step.state)));
                continue;
            }
            if let Some((_, before)) = latest.filter(|(from, _)| step.when.last() < *from) {
                let message = format!("this step is of {}, and the one before it of {before}", step.when);
                let help = "write the history in the order of its dates, or correct one of them";
                faults.push((step.span, Diagnostic::error(codes::STEP, message).help(help)));
                continue;
            }
            if let Some(until) = step.until.filter(|until| until.last() < step.from) {
                let message = format!("`until` is {until}, before the `date` of the step, {}", step.when);
                faults.push((
                    step.span,
                    Diagnostic::error(codes::STEP, message).help("correct one of the two"),
                ));
                continue;
            }
            // "May" after "17 May" is the rest of the month.
            step.from = latest.map_or(step.from, |(from, _)| from.max(step.from));
            latest = Some((step.from, step.when));
            steps.push(step);
        }
        for step in of_fields {
            let at = steps.partition_point(|known| known.from <= step.from);
            let before = at.checked_sub(1).map(|last| &steps[last]);
            let Some(barrier) = before.filter(|before| before.field.is_none() && self.bars(&before.state))
            else {
                steps.insert(at, step);
                continue;
            };
            // What was put off, and is expected again, has another date.
            let again = steps[at..].iter().find(|later| {
                later.field.is_none()
                    && self.state(&later.state).is_some_and(|state| state.next.contains(&step.state))
            });
            if let (Some(again), Some(field)) = (again, &step.field) {
                let message = format!(
                    "`{field}` is {}, when this {kind} was `{}`; since {} it is `{}` again",
                    step.when, barrier.state, again.when, again.state
                );
                let problem = Diagnostic::error(codes::STEP, message);
                faults.push((step.span, problem.help(format!("write the new date into `{field}`"))));
            }
        }
        let mut last: Option<&State> = None;
        let mut last_field: Option<&str> = None;
        for step in &steps {
            let Some(state) = self.state(&step.state) else { continue };
            match last {
                None if !self.first.is_empty() && !self.first.contains(&state.name) => {
                    let message =
                        format!("the history of {} cannot begin with `{}`", with_article(kind), state.name);
                    let help = format!("it begins with one of: {}", self.first.join(", "));
                    faults.push((step.span, Diagnostic::error(codes::STEP, message).help(help)));
                }
                Some(before) if !before.next.contains(&state.name) => {
                    let message = format!(
                        "{} cannot go from `{}` to `{}`",
                        with_article(kind),
                        before.name,
                        state.name
                    );
                    let help = match (before.next.as_slice(), last_field, &step.field) {
                        (_, Some(first), Some(second)) => format!(
                            "`{first}` brings `{}` about, and `{second}` brings `{}`: correct one of the dates",
                            before.name, state.name
                        ),
                        ([], ..) => format!("nothing follows `{}`: remove one of the two steps", before.name),
                        (next, ..) => {
                            let way = self.way(&before.name, &state.name);
                            let way =
                                way.map(|way| format!("; write the steps of the way {}", way.join(" → ")));
                            let next = next.join(", ");
                            format!("after `{}` may come: {next}{}", before.name, way.unwrap_or_default())
                        }
                    };
                    faults.push((step.span, Diagnostic::error(codes::STEP, message).help(help)));
                }
                _ => {}
            }
            last = Some(state);
            last_field = step.field.as_deref();
        }
        let before = self.before.clone().filter(|_| !steps.is_empty());
        (History { steps, before }, faults)
    }

    /// The shortest way from one state to another, both included.
    fn way<'a>(&'a self, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
        let mut ways = vec![vec![from]];
        let mut seen = vec![from];
        while !ways.is_empty() {
            let mut longer = Vec::new();
            for way in ways {
                let last = way.last().and_then(|name| self.state(name));
                for next in last.iter().flat_map(|state| &state.next) {
                    if seen.contains(&next.as_str()) {
                        continue;
                    }
                    seen.push(next);
                    let further = [way.as_slice(), &[next.as_str()]].concat();
                    if next == to {
                        return Some(further);
                    }
                    longer.push(further);
                }
            }
            ways = longer;
        }
        None
    }

    /// Whether nothing comes about by itself after a state.
    fn bars(&self, name: &str) -> bool {
        self.state(name).is_some_and(|state| state.holds || state.next.is_empty())
    }

    fn unknown(&self, kind: &str, state: &str) -> Diagnostic {
        let names = || self.states.iter().map(|state| state.name.as_str());
        let help = did_you_mean(state, names())
            .unwrap_or_else(|| format!("its states are: {}", names().collect::<Vec<_>>().join(", ")));
        Diagnostic::error(codes::STATE, format!("{} has no state `{state}`", with_article(kind))).help(help)
    }
}

/// What has become of a document, and what is planned.
#[derive(Clone, Debug, Default)]
pub struct History {
    steps: Vec<Step>,
    before: Option<String>,
}

/// Where a document is on a day.
#[derive(Clone, Copy, Debug)]
pub struct Current<'a> {
    /// The name of its state.
    pub state: &'a str,
    /// The step that led there; none before the first one.
    pub step: Option<&'a Step>,
    /// Whether what the state offers is over, although the state is not.
    pub over: bool,
}

/// What happens to a document by itself, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    /// The first day of it.
    pub date: Date,
    /// The state that begins, or whose offer ends.
    pub state: &'a str,
    /// Whether it ends.
    pub ends: bool,
}

impl History {
    /// All steps, in the order of their days.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The state on a day; none where nothing is known of that day.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<Current<'_>> {
        let past = self.steps.partition_point(|step| step.from <= day);
        match past.checked_sub(1) {
            Some(last) => {
                let step = &self.steps[last];
                let over = step.until.is_some_and(|until| until.last() < day);
                Some(Current { state: &step.state, step: Some(step), over })
            }
            None => Some(Current { state: self.before.as_deref()?, step: None, over: false }),
        }
    }

    /// What of it depends on the day: the steps that are past, and those whose offer is over.
    #[must_use]
    pub fn standing(&self, day: Date) -> Vec<(bool, bool)> {
        let of = |step: &Step| (step.from <= day, step.until.is_some_and(|until| until.last() < day));
        self.steps.iter().map(of).collect()
    }

    /// A fingerprint of what does not depend on the day.
    #[must_use]
    pub fn print(&self) -> u64 {
        let step = |step: &Step| {
            let until = step.until.map(|until| until.to_string());
            fingerprint(&(&step.state, step.when.to_string(), until, &step.note))
        };
        fingerprint(&(&self.before, self.steps.iter().map(step).collect::<Vec<_>>()))
    }

    /// The first step after a day.
    #[must_use]
    pub fn next_step(&self, day: Date) -> Option<&Step> {
        self.steps.get(self.steps.partition_point(|step| step.from <= day))
    }

    /// What changes first after a day.
    #[must_use]
    pub fn next(&self, day: Date) -> Option<Change<'_>> {
        let begins =
            self.next_step(day).map(|step| Change { date: step.from, state: &step.state, ends: false });
        let ends = self.on(day).and_then(|current| {
            let step = current.step?;
            let date = step.until?.last().tomorrow().ok()?;
            (date > day).then_some(Change { date, state: &step.state, ends: true })
        });
        match (begins, ends) {
            (Some(begins), Some(ends)) if ends.date < begins.date => Some(ends),
            (begins, ends) => begins.or(ends),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn lifecycle() -> Lifecycle {
        let state = |name: &str, next: &[&str]| State {
            name: name.to_owned(),
            label: Label::default(),
            stage: Stage::Other,
            text: Validity::Any,
            next: next.iter().map(|&name| name.to_owned()).collect(),
            entry: None,
            until: None,
            holds: false,
        };
        Lifecycle {
            states: vec![
                state("draft", &["consultation", "adopted"]),
                state("consultation", &["adopted"]),
                state("adopted", &["withdrawn"]),
                state("withdrawn", &[]),
            ],
            first: vec!["draft".to_owned(), "consultation".to_owned()],
            before: Some("draft".to_owned()),
        }
    }

    fn step(state: &str, day: &str, until: Option<&str>) -> Step {
        let when = When::parse(day).unwrap();
        let until = until.map(|day| When::parse(day).unwrap());
        Step {
            state: state.to_owned(),
            span: Span::default(),
            when,
            from: when.first(),
            until,
            note: Label::default(),
            field: None,
        }
    }

    fn said(steps: Vec<Step>) -> Vec<String> {
        let (_, faults) = lifecycle().history("standard", steps, Vec::new());
        faults.into_iter().map(|(_, problem)| format!("{} {}", problem.code, problem.message)).collect()
    }

    #[test]
    fn a_state_begins_on_its_day_and_an_offer_ends_after_its_last() {
        let steps =
            vec![step("consultation", "2025-03-01", Some("2025-04")), step("adopted", "2025-06-01", None)];
        let (history, faults) = lifecycle().history("standard", steps, Vec::new());
        assert!(faults.is_empty());
        let on = |day| history.on(day).map(|current| (current.state, current.over)).unwrap();
        assert_eq!(on(date(2025, 2, 28)), ("draft", false));
        assert_eq!(on(date(2025, 3, 1)), ("consultation", false));
        assert_eq!(on(date(2025, 4, 30)), ("consultation", false));
        assert_eq!(on(date(2025, 5, 1)), ("consultation", true));
        assert_eq!(on(date(2025, 6, 1)), ("adopted", false));
        let next = |day| history.next(day).map(|change| (change.date, change.ends));
        assert_eq!(next(date(2025, 1, 1)), Some((date(2025, 3, 1), false)));
        assert_eq!(next(date(2025, 3, 1)), Some((date(2025, 5, 1), true)));
        assert_eq!(next(date(2025, 5, 1)), Some((date(2025, 6, 1), false)));
        assert_eq!(next(date(2025, 6, 1)), None);
    }

    #[test]
    fn steps_of_fields_take_their_places() {
        let written = vec![step("adopted", "2025-06-01", None)];
        let (history, faults) =
            lifecycle().history("standard", written, vec![step("consultation", "2025-03-01", None)]);
        assert!(faults.is_empty());
        assert_eq!(history.steps()[0].state, "consultation");
    }

    #[test]
    fn nothing_follows_by_itself_what_nothing_can_follow() {
        let written = || vec![step("adopted", "2025-05-01", None), step("withdrawn", "2025-06-01", None)];
        let by_field = |day| {
            let first = step("draft", "2025-01-01", None);
            let second = step("adopted", day, None);
            let named = |step: Step| Step { field: Some("day".to_owned()), ..step };
            lifecycle().history("standard", written(), vec![named(first), named(second)])
        };
        let (history, faults) = by_field("2025-07-01");
        assert!(faults.is_empty());
        let states: Vec<&str> = history.steps().iter().map(|step| step.state.as_str()).collect();
        assert_eq!(states, ["draft", "adopted", "withdrawn"]);
        assert_eq!(history.on(date(2025, 7, 1)).unwrap().state, "withdrawn");
        assert_eq!(by_field("2025-05-15").1.len(), 1, "before the last step it is told");
    }

    #[test]
    fn what_is_put_off_waits_for_a_written_step() {
        let states = |written: Vec<Step>, day: &str| {
            let mut lifecycle = lifecycle();
            lifecycle.states[1].holds = true;
            lifecycle.states[1].next.push("draft".to_owned());
            let of_field = Step { field: Some("day".to_owned()), ..step("adopted", day, None) };
            let (history, faults) = lifecycle.history("standard", written, vec![of_field]);
            let states: Vec<String> = history.steps().iter().map(|step| step.state.clone()).collect();
            (states, faults.into_iter().map(|(_, problem)| problem.message).collect::<Vec<_>>())
        };
        let put_off = || vec![step("draft", "2025-01-01", None), step("consultation", "2025-03-01", None)];
        // Whether the day was before it was put off, or is the next one, only a step tells.
        for day in ["2025-03-10", "2030-01-01"] {
            let (states, said) = states(put_off(), day);
            assert_eq!(
                (states, said.len()),
                (vec!["draft".to_owned(), "consultation".to_owned()], 0),
                "{day}"
            );
        }
        let again = || put_off().into_iter().chain([step("draft", "2025-04-01", None)]).collect();
        let (with_day, said) = states(again(), "2025-05-01");
        assert_eq!(
            (with_day.join(" ").as_str(), said.as_slice()),
            ("draft consultation draft adopted", &[][..])
        );
        let (without, said) = states(again(), "2025-03-10");
        assert_eq!(without.join(" "), "draft consultation draft");
        assert_eq!(
            said,
            [
                "`day` is 2025-03-10, when this standard was `consultation`; since 2025-04-01 it is `draft` again"
            ]
        );
        let held = put_off().into_iter().chain([step("adopted", "2025-04-01", None)]).collect();
        let (held, said) = states(held, "2025-03-10");
        assert_eq!((held.join(" ").as_str(), said.as_slice()), ("draft consultation adopted", &[][..]));
    }

    #[test]
    fn illegal_steps_are_told() {
        assert_eq!(
            said(vec![step("draft", "2025-01-01", None), step("adopted", "2025-01-01", None)]),
            [""; 0]
        );
        assert_eq!(
            said(vec![step("adopted", "2025-01-01", None)]),
            ["K1009 the history of a standard cannot begin with `adopted`"]
        );
        assert_eq!(
            said(vec![step("draft", "2025-01-01", None), step("withdrawn", "2025-02-01", None)]),
            ["K1009 a standard cannot go from `draft` to `withdrawn`"]
        );
        assert_eq!(
            said(vec![step("draft", "2025-02-01", None), step("adopted", "2025-01-01", None)]),
            ["K1009 this step is of 2025-01-01, and the one before it of 2025-02-01"]
        );
        assert_eq!(said(vec![step("draft", "2025-01-20", None), step("adopted", "2025-01", None)]), [""; 0]);
        assert_eq!(
            said(vec![step("drafft", "2025-01-01", None)]),
            ["K1008 a standard has no state `drafft`"]
        );
        assert_eq!(said(vec![step("draft", "2025-01-01", Some("2024-12"))]).len(), 1);
    }

    #[test]
    fn without_steps_nothing_is_known() {
        let (history, _) = lifecycle().history("standard", Vec::new(), Vec::new());
        assert!(history.on(date(2025, 1, 1)).is_none() && history.next(date(2025, 1, 1)).is_none());
    }
}
