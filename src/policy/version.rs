//! The versions of a document: which follows which, and which is in force on a day.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::lifecycle::Stage;

/// What a version says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its name among the versions of its document: `1.0`.
    pub label: String,
    /// The first day that it is in force; none while it is proposed only.
    pub in_force: Option<Date>,
    /// The first day that it is no longer in force; none where only the next version ends it.
    pub until: Option<Date>,
    /// The label of the version that it takes the place of; none where that is the one before it.
    pub supersedes: Option<String>,
}

/// What is wrong with the versions of a document. Numbers are places in the list that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Two versions are in force on this day.
    Overlap {
        /// The earlier of the two.
        first: usize,
        /// The later one.
        second: usize,
        /// The first such day.
        day: Date,
    },
    /// Between two versions none is in force.
    Gap {
        /// The one before.
        first: usize,
        /// The one after.
        second: usize,
        /// The first day without a version.
        from: Date,
        /// The first day with one.
        to: Date,
    },
    /// A version comes into force before the one whose place it takes.
    BeforePredecessor {
        /// The version.
        version: usize,
        /// The one that it supersedes.
        predecessor: usize,
    },
    /// Versions that supersede each other in a circle, each the next one.
    Cycle(Vec<usize>),
    /// A version supersedes one that is not there.
    NoPredecessor(usize),
    /// A version ends before it begins, or ends without having begun.
    NeverInForce(usize),
}

/// Where a version stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has said when it comes into force.
    Proposed,
    /// It comes into force on this day.
    Coming(Date),
    /// It is in force since this day.
    InForce(Date),
    /// It was in force until this day, which is the first one without it.
    Ended(Date),
}

impl State {
    /// The word that templates know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Coming(_) => "coming",
            Self::InForce(_) => "in_force",
            Self::Ended(_) => "ended",
        }
    }
}

/// The versions of a document in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The versions by their labels, the oldest first. Numbers are places in the list that was given.
    pub order: Vec<usize>,
    /// The days of each: the first in force, and the first after that.
    spans: Vec<Option<(Date, Option<Date>)>>,
    predecessors: Vec<Option<usize>>,
}

impl History {
    /// Puts versions in order, and says what does not fit.
    #[must_use]
    pub fn new(versions: &[Facts]) -> (Self, Vec<Fault>) {
        let mut faults = Vec::new();
        let mut order: Vec<usize> = (0..versions.len()).collect();
        order.sort_by(|&a, &b| compare_labels(&versions[a].label, &versions[b].label).then(a.cmp(&b)));
        let mut predecessors = vec![None; versions.len()];
        for (place, &version) in order.iter().enumerate() {
            predecessors[version] = match &versions[version].supersedes {
                None => place.checked_sub(1).map(|before| order[before]),
                Some(label) => {
                    let named = versions.iter().position(|other| other.label == *label);
                    if named.is_none() {
                        faults.push(Fault::NoPredecessor(version));
                    }
                    named
                }
            };
        }
        for circle in circles(&predecessors) {
            for &version in &circle {
                predecessors[version] = None;
            }
            faults.push(Fault::Cycle(circle));
        }
        for &version in &order {
            let Some(predecessor) = predecessors[version] else { continue };
            if let (Some(from), Some(before)) = (versions[version].in_force, versions[predecessor].in_force)
                && from < before
            {
                faults.push(Fault::BeforePredecessor { version, predecessor });
            }
        }
        let mut spans = vec![None; versions.len()];
        let mut dated: Vec<(Date, usize, usize)> = Vec::new();
        for (place, &version) in order.iter().enumerate() {
            let facts = &versions[version];
            match (facts.in_force, facts.until) {
                (Some(from), Some(until)) if until <= from => faults.push(Fault::NeverInForce(version)),
                (None, Some(_)) => faults.push(Fault::NeverInForce(version)),
                (Some(from), _) => dated.push((from, place, version)),
                (None, None) => {}
            }
        }
        dated.sort_unstable();
        for (index, &(from, _, version)) in dated.iter().enumerate() {
            let until = versions[version].until;
            let Some(&(next_from, _, next)) = dated.get(index + 1) else {
                spans[version] = Some((from, until));
                continue;
            };
            if from == next_from || until.is_some_and(|until| until > next_from) {
                faults.push(Fault::Overlap { first: version, second: next, day: next_from });
            } else if let Some(until) = until.filter(|&until| until < next_from) {
                faults.push(Fault::Gap { first: version, second: next, from: until, to: next_from });
            }
            spans[version] = Some((from, Some(until.unwrap_or(next_from).min(next_from))));
        }
        (Self { order, spans, predecessors }, faults)
    }

    /// The version whose place a version takes.
    #[must_use]
    pub fn predecessor(&self, version: usize) -> Option<usize> {
        self.predecessors[version]
    }

    /// The versions that take the place of a version, in their order: there may be several proposals.
    pub fn successors(&self, version: usize) -> impl Iterator<Item = usize> {
        self.order.iter().copied().filter(move |&other| self.predecessors[other] == Some(version))
    }

    /// The first day that a version is in force, and the first day after that, where they are known.
    #[must_use]
    pub fn days(&self, version: usize) -> Option<(Date, Option<Date>)> {
        self.spans[version]
    }

    /// Where a version stands on a day.
    #[must_use]
    pub fn state(&self, version: usize, day: Date) -> State {
        match self.spans[version] {
            None => State::Proposed,
            Some((from, _)) if day < from => State::Coming(from),
            Some((_, Some(until))) if day >= until => State::Ended(until),
            Some((from, _)) => State::InForce(from),
        }
    }

    /// What the state of a version means on a day: one that has ended gave way to another, or was taken back.
    #[must_use]
    pub fn stage(&self, version: usize, day: Date) -> Stage {
        match self.state(version, day) {
            State::Proposed => Stage::Draft,
            State::Coming(_) => Stage::Adopted,
            State::InForce(_) => Stage::InForce,
            State::Ended(on) => {
                let mut begun = self.spans.iter().flatten().map(|&(from, _)| from);
                match begun.any(|from| on <= from && from <= day) {
                    true => Stage::Superseded,
                    false => Stage::Withdrawn,
                }
            }
        }
    }

    /// The version in force on a day.
    #[must_use]
    pub fn in_force(&self, day: Date) -> Option<usize> {
        self.order.iter().copied().find(|&version| matches!(self.state(version, day), State::InForce(_)))
    }

    /// The version that a reader of the document sees on a day: the one in force; else the one that was
    /// so last; else the one that will be so first; else the newest proposal.
    #[must_use]
    pub fn shown(&self, day: Date) -> Option<usize> {
        let state = |version: usize| self.state(version, day);
        let versions = || self.order.iter().copied();
        let ended = || {
            let ended = versions().filter_map(|version| match state(version) {
                State::Ended(on) => Some((on, version)),
                _ => None,
            });
            ended.max_by_key(|&(on, _)| on).map(|(_, version)| version)
        };
        let coming = || {
            let coming = versions().filter_map(|version| match state(version) {
                State::Coming(from) => Some((from, version)),
                _ => None,
            });
            coming.min_by_key(|&(from, _)| from).map(|(_, version)| version)
        };
        self.in_force(day).or_else(ended).or_else(coming).or_else(|| versions().next_back())
    }

    /// The first day after `day` on which another version is shown, or a version is in another state.
    #[must_use]
    pub fn next_change(&self, day: Date) -> Option<Date> {
        let days = self.spans.iter().flatten().flat_map(|&(from, until)| [Some(from), until]);
        days.flatten().filter(|&change| change > day).min()
    }
}

/// The circles that versions make, each begun with its first in the list.
fn circles(predecessors: &[Option<usize>]) -> Vec<Vec<usize>> {
    let mut circles: Vec<Vec<usize>> = Vec::new();
    for start in 0..predecessors.len() {
        let mut path = vec![start];
        let mut at = start;
        while let Some(next) = predecessors[at].filter(|_| path.len() <= predecessors.len()) {
            if next == start {
                // Each circle once: from its first.
                if path.iter().all(|&other| other >= start) {
                    circles.push(path);
                }
                break;
            }
            path.push(next);
            at = next;
        }
    }
    circles
}

/// How much a version changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// What people have to do is another thing than before.
    Major,
    /// The same, said better.
    Minor,
}

impl Change {
    /// What two labels say: the first number of a major version is another one than before.
    #[must_use]
    pub fn between(before: &str, after: &str) -> Self {
        let first = |label: &str| label.split(['.', '-', '_']).next().map(str::to_owned);
        if first(before) == first(after) { Self::Minor } else { Self::Major }
    }

    /// `major` or `minor`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
        }
    }
}

/// The order of labels: numbers by their value, `1.10` after `1.9`; a label with a word after its
/// numbers before the one without it, `2.0-draft` before `2.0`.
#[must_use]
pub fn compare_labels(a: &str, b: &str) -> Ordering {
    let parts = |label: &str| -> Vec<(Option<u64>, String)> {
        let parts = label.split(['.', '-', '_']).filter(|part| !part.is_empty());
        parts.map(|part| (part.parse().ok(), part.to_lowercase())).collect()
    };
    let (a, b) = (parts(a), parts(b));
    for place in 0.. {
        let order = match (a.get(place), b.get(place)) {
            (None, None) => return Ordering::Equal,
            (Some((number, _)), None) => number.map_or(Ordering::Less, |_| Ordering::Greater),
            (None, Some((number, _))) => number.map_or(Ordering::Greater, |_| Ordering::Less),
            (Some((Some(x), _)), Some((Some(y), _))) => x.cmp(y),
            (Some((Some(_), _)), Some((None, _))) => Ordering::Greater,
            (Some((None, _)), Some((Some(_), _))) => Ordering::Less,
            (Some((None, x)), Some((None, y))) => x.cmp(y),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn version(label: &str, in_force: Option<Date>, until: Option<Date>) -> Facts {
        Facts { label: label.to_owned(), in_force, until, supersedes: None }
    }

    #[expect(clippy::unnecessary_wraps, reason = "as the fields want it")]
    fn day(year: i16) -> Option<Date> {
        Some(date(year, 1, 1))
    }

    #[test]
    fn the_text_in_force_follows_the_day() {
        let versions = [
            version("2.0-draft", None, None),
            version("1.1", day(2022), None),
            version("1.0", day(2021), None),
        ];
        let (history, faults) = History::new(&versions);
        assert_eq!(faults, []);
        assert_eq!(history.order, [2, 1, 0]);
        assert_eq!(history.predecessor(0), Some(1));
        assert_eq!(history.successors(1).collect::<Vec<_>>(), [0]);
        assert_eq!(history.in_force(date(2020, 12, 31)), None);
        assert_eq!(history.shown(date(2020, 12, 31)), Some(2));
        assert_eq!(history.state(2, date(2020, 12, 31)), State::Coming(date(2021, 1, 1)));
        assert_eq!(history.in_force(date(2021, 1, 1)), Some(2));
        assert_eq!(history.in_force(date(2021, 12, 31)), Some(2));
        assert_eq!(history.in_force(date(2022, 1, 1)), Some(1));
        assert_eq!(history.state(2, date(2022, 1, 1)), State::Ended(date(2022, 1, 1)));
        assert_eq!(history.state(0, date(2022, 1, 1)), State::Proposed);
        assert_eq!(history.next_change(date(2021, 5, 5)), day(2022));
        assert_eq!(history.next_change(date(2022, 5, 5)), None);
    }

    #[test]
    fn a_withdrawn_text_stays() {
        let (history, faults) = History::new(&[version("1.0", day(2021), day(2023))]);
        assert_eq!(faults, []);
        assert_eq!(history.in_force(date(2023, 1, 1)), None);
        assert_eq!(history.shown(date(2023, 1, 1)), Some(0));
        assert_eq!(history.state(0, date(2023, 1, 1)), State::Ended(date(2023, 1, 1)));
    }

    #[test]
    fn what_has_ended_gave_way_or_was_taken_back() {
        let versions = [
            version("1.0", day(2021), None),
            version("1.1", day(2022), day(2023)),
            version("2.0", None, None),
        ];
        let history = History::new(&versions).0;
        let on = |year: i16| [0, 1, 2].map(|version| history.stage(version, date(year, 1, 1)));
        assert_eq!(on(2020), [Stage::Adopted, Stage::Adopted, Stage::Draft]);
        assert_eq!(on(2021), [Stage::InForce, Stage::Adopted, Stage::Draft]);
        assert_eq!(on(2022), [Stage::Superseded, Stage::InForce, Stage::Draft]);
        assert_eq!(on(2023), [Stage::Superseded, Stage::Withdrawn, Stage::Draft]);
    }

    #[test]
    fn days_with_two_texts_or_none_are_faults() {
        let faults = |versions: &[Facts]| History::new(versions).1;
        let same = [version("1.0", day(2021), None), version("1.1", day(2021), None)];
        assert_eq!(faults(&same), [Fault::Overlap { first: 0, second: 1, day: date(2021, 1, 1) }]);
        let long = [version("1.0", day(2021), day(2023)), version("1.1", day(2022), None)];
        assert_eq!(faults(&long), [Fault::Overlap { first: 0, second: 1, day: date(2022, 1, 1) }]);
        let short = [version("1.0", day(2021), day(2022)), version("1.1", day(2023), None)];
        let gap = Fault::Gap { first: 0, second: 1, from: date(2022, 1, 1), to: date(2023, 1, 1) };
        assert_eq!(faults(&short), [gap]);
        let exact = [version("1.0", day(2021), day(2022)), version("1.1", day(2022), None)];
        assert_eq!(faults(&exact), []);
        let backwards = [version("1.0", day(2022), day(2021)), version("1.1", None, day(2021))];
        assert_eq!(faults(&backwards), [Fault::NeverInForce(0), Fault::NeverInForce(1)]);
    }

    #[test]
    fn a_version_comes_after_the_one_that_it_supersedes() {
        let versions = [version("1.0", day(2022), None), version("1.1", day(2021), None)];
        let faults = History::new(&versions).1;
        assert_eq!(faults, [Fault::BeforePredecessor { version: 1, predecessor: 0 }]);
    }

    #[test]
    fn circles_are_found_once() {
        let mut versions =
            [version("1.0", day(2021), None), version("1.1", day(2022), None), version("1.2", None, None)];
        versions[0].supersedes = Some("1.1".to_owned());
        let (history, faults) = History::new(&versions);
        assert_eq!(faults, [Fault::Cycle(vec![0, 1])]);
        assert_eq!(history.predecessor(2), Some(1));
        versions[0].supersedes = Some("1.0".to_owned());
        assert_eq!(History::new(&versions).1, [Fault::Cycle(vec![0])]);
        versions[0].supersedes = Some("0.9".to_owned());
        assert_eq!(History::new(&versions).1, [Fault::NoPredecessor(0)]);
    }

    #[test]
    fn labels_are_ordered_as_people_count() {
        let mut labels = ["1.10", "2.0", "1.9", "2.0-draft", "1", "1.0", "2.0-rc1"];
        labels.sort_by(|a, b| compare_labels(a, b));
        assert_eq!(labels, ["1", "1.0", "1.9", "1.10", "2.0-draft", "2.0-rc1", "2.0"]);
        assert_eq!(Change::between("1.9", "1.10"), Change::Minor);
        assert_eq!(Change::between("1.9", "2.0-draft"), Change::Major);
    }
}
