//! Which clause of one text is which of the other: by the id that its author gave it, then by likeness.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use super::words::tokens;
use crate::policy::clause::Clause;

/// Clauses with this share of common words are one clause.
const LIKENESS: f64 = 0.5;

/// Those of the same number need less.
const LIKENESS_IN_PLACE: f64 = 0.3;

/// For each new clause, the old one that it was.
pub(super) fn matched(
    old: &[Clause],
    new: &[Clause],
    old_parents: &[Option<usize>],
    new_parents: &[Option<usize>],
) -> Vec<Option<usize>> {
    let mut pairs = Pairs { of_new: vec![None; new.len()], of_old: vec![None; old.len()] };
    pairs.by_id(old, new);
    pairs.by_text(old, new);
    pairs.by_likeness(old, new);
    pairs.by_children(old, new, old_parents, new_parents);
    pairs.of_new
}

struct Pairs {
    of_new: Vec<Option<usize>>,
    of_old: Vec<Option<usize>>,
}

impl Pairs {
    fn join(&mut self, old: usize, new: usize) {
        self.of_new[new] = Some(old);
        self.of_old[old] = Some(new);
    }

    fn free_old(&self) -> Vec<usize> {
        (0..self.of_old.len()).filter(|&at| self.of_old[at].is_none()).collect()
    }

    fn free_new(&self) -> Vec<usize> {
        (0..self.of_new.len()).filter(|&at| self.of_new[at].is_none()).collect()
    }

    /// Ids that were given to both never change: they decide, whatever the words.
    fn by_id(&mut self, old: &[Clause], new: &[Clause]) {
        let ids: HashMap<&str, usize, FixedState> = old
            .iter()
            .enumerate()
            .filter(|(_, clause)| clause.given)
            .map(|(at, clause)| (clause.id.as_str(), at))
            .collect();
        for (at, clause) in new.iter().enumerate().filter(|(_, clause)| clause.given) {
            if let Some(&before) = ids.get(clause.id.as_str())
                && self.of_old[before].is_none()
            {
                self.join(before, at);
            }
        }
    }

    /// The same words: first those of the same number, then in the order of the texts.
    fn by_text(&mut self, old: &[Clause], new: &[Clause]) {
        for same_number in [true, false] {
            let mut texts: HashMap<(&str, &str), Vec<usize>, FixedState> = HashMap::default();
            for at in self.free_old().into_iter().rev() {
                texts.entry((&old[at].title, &old[at].text)).or_default().push(at);
            }
            for at in self.free_new() {
                let clause = &new[at];
                let Some(same) = texts.get_mut(&(clause.title.as_str(), clause.text.as_str())) else {
                    continue;
                };
                let found = same.iter().rposition(|&before| {
                    may_match(&old[before], clause) && (!same_number || old[before].number == clause.number)
                });
                if let Some(found) = found {
                    let before = same.remove(found);
                    self.join(before, at);
                }
            }
        }
    }

    /// The most alike first.
    fn by_likeness(&mut self, old: &[Clause], new: &[Clause]) {
        let (free_old, free_new) = (self.free_old(), self.free_new());
        let mut numbers = Words::default();
        let old_words: Vec<Vec<u32>> = free_old.iter().map(|&at| numbers.of(&old[at])).collect();
        let new_words: Vec<Vec<u32>> = free_new.iter().map(|&at| numbers.of(&new[at])).collect();
        let mut candidates = Vec::new();
        for (&after, after_words) in free_new.iter().zip(&new_words) {
            for (&before, before_words) in free_old.iter().zip(&old_words) {
                let (was, is) = (&old[before], &new[after]);
                if !may_match(was, is) {
                    continue;
                }
                let in_place = was.number == is.number && !is.number.is_empty();
                let least = if in_place { LIKENESS_IN_PLACE } else { LIKENESS };
                let all = before_words.len() + after_words.len();
                let most = 2 * before_words.len().min(after_words.len());
                if share(most, all) < least {
                    continue;
                }
                let likeness = share(2 * common(before_words, after_words), all);
                if likeness >= least {
                    // Whole numbers, so that the order is the same on every machine.
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
                    let likeness = (likeness * 1000.0) as u32 + if in_place { 50 } else { 0 };
                    candidates.push((Reverse(likeness), before.abs_diff(after), after, before));
                }
            }
        }
        candidates.sort_unstable();
        for (_, _, after, before) in candidates {
            if self.of_new[after].is_none() && self.of_old[before].is_none() {
                self.join(before, after);
            }
        }
    }

    /// A heading with other words is the same one if most of what lies below it is the same.
    fn by_children(
        &mut self,
        old: &[Clause],
        new: &[Clause],
        old_parents: &[Option<usize>],
        new_parents: &[Option<usize>],
    ) {
        for at in (0..new.len()).rev().filter(|&at| !new[at].title.is_empty()) {
            if self.of_new[at].is_some() {
                continue;
            }
            let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
            let (mut below, from) = (0, at + 1);
            for child in (from..new.len()).take_while(|&child| new[child].depth > new[at].depth) {
                if new_parents[child] != Some(at) {
                    continue;
                }
                below += 1;
                let parent = self.of_new[child].and_then(|before| old_parents[before]);
                if let Some(parent) = parent.filter(|&parent| self.of_old[parent].is_none()) {
                    *votes.entry(parent).or_default() += 1;
                }
            }
            let best = votes.into_iter().max_by_key(|&(parent, votes)| (votes, Reverse(parent)));
            if let Some((parent, votes)) = best
                && votes * 2 >= below
                && may_match(&old[parent], &new[at])
            {
                self.join(parent, at);
            }
        }
    }
}

/// A heading is no item of a list, and two clauses whose authors gave them two ids are two.
fn may_match(old: &Clause, new: &Clause) -> bool {
    old.title.is_empty() == new.title.is_empty() && !(old.given && new.given)
}

#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn share(part: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

/// Numbers for words: equal ones for equal words.
#[derive(Default)]
struct Words(HashMap<String, u32, FixedState>);

impl Words {
    /// The words of a clause, sorted.
    fn of(&mut self, clause: &Clause) -> Vec<u32> {
        let mut words: Vec<u32> = [clause.title.as_str(), clause.text.as_str()]
            .into_iter()
            .flat_map(tokens)
            .filter(|token| token.starts_with(char::is_alphanumeric))
            .map(|word| {
                let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
                *self.0.entry(word.to_lowercase()).or_insert(next)
            })
            .collect();
        words.sort_unstable();
        words
    }
}

/// How many elements two sorted lists have in common.
fn common(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut count) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, count) = (i + 1, j + 1, count + 1),
        }
    }
    count
}

/// For each new clause, whether it was moved: below another clause, or past others that stayed below
/// the same one. Of those that changed places as few as possible count as moved.
pub(super) fn moved(
    matched: &[Option<usize>],
    old_parents: &[Option<usize>],
    new_parents: &[Option<usize>],
) -> Vec<bool> {
    let mut moved = vec![false; matched.len()];
    let mut stayed: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (at, before) in matched.iter().enumerate() {
        let Some(before) = *before else { continue };
        let parent = new_parents[at];
        let parent_was = parent.map(|parent| matched[parent]);
        let same = match (parent_was, old_parents[before]) {
            (None, None) => true,
            (Some(Some(was)), Some(old)) => was == old,
            _ => false,
        };
        match same {
            true => stayed.entry(parent).or_default().push(at),
            false => moved[at] = true,
        }
    }
    for siblings in stayed.values() {
        let places: Vec<usize> = siblings.iter().filter_map(|&at| matched[at]).collect();
        let in_order = longest_rising(&places);
        for (index, &at) in siblings.iter().enumerate() {
            moved[at] = !in_order[index];
        }
    }
    moved
}

/// Which elements make a longest rising subsequence.
fn longest_rising(values: &[usize]) -> Vec<bool> {
    // The last elements of the best subsequences of each length, and what stands before each element.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(values.len());
    for (at, &value) in values.iter().enumerate() {
        let length = tails.partition_point(|&tail| values[tail] < value);
        before.push(length.checked_sub(1).map(|last| tails[last]));
        match tails.get_mut(length) {
            Some(tail) => *tail = at,
            None => tails.push(at),
        }
    }
    let mut chosen = vec![false; values.len()];
    let mut next = tails.last().copied();
    while let Some(at) = next {
        chosen[at] = true;
        next = before[at];
    }
    chosen
}
