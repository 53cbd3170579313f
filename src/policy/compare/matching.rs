//! Which clause of one text is which of the other: by the id that its author gave it, then by likeness.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher as _, Hasher as _};

use foldhash::fast::FixedState;

use crate::policy::clause::Clause;

/// Clauses with this share of common words, in thousandths, are one clause.
const LIKENESS: u64 = 500;

/// Those of the same number need less.
const LIKENESS_IN_PLACE: u64 = 300;

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
        let mut words = Words::default();
        // Which old clauses have a word, and how often.
        let mut having: Vec<Vec<(usize, u32)>> = Vec::new();
        let mut lengths = Vec::with_capacity(free_old.len());
        for (place, &at) in free_old.iter().enumerate() {
            let found = words.of(&old[at]);
            having.resize_with(words.0.len(), Vec::new);
            lengths.push(found.iter().map(|(_, count)| count).sum::<u32>());
            for (word, count) in found {
                having[word].push((place, count));
            }
        }
        let mut candidates = Vec::new();
        let mut common: Vec<u32> = Vec::new();
        for &after in &free_new {
            let found = words.of(&new[after]);
            let length: u32 = found.iter().map(|(_, count)| count).sum();
            common.clear();
            common.resize(free_old.len(), 0);
            for (word, count) in found {
                for &(place, there) in having.get(word).map_or(&[][..], Vec::as_slice) {
                    common[place] += count.min(there);
                }
            }
            for (place, &before) in free_old.iter().enumerate() {
                let (was, is) = (&old[before], &new[after]);
                if common[place] == 0 || !may_match(was, is) {
                    continue;
                }
                let in_place = was.number == is.number && !is.number.is_empty();
                let likeness = 2000 * u64::from(common[place]) / u64::from(lengths[place] + length);
                if likeness >= if in_place { LIKENESS_IN_PLACE } else { LIKENESS } {
                    let likeness = likeness + if in_place { 50 } else { 0 };
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

/// Numbers for words: equal ones for equal words.
#[derive(Default)]
struct Words(HashMap<u64, usize, FixedState>);

impl Words {
    /// The words of a clause, each with how often it is there. To tell how alike two texts are, letters and
    /// digits between anything else are words enough.
    fn of(&mut self, clause: &Clause) -> Vec<(usize, u32)> {
        let mut words: Vec<usize> = Vec::new();
        for text in [clause.title.as_str(), clause.text.as_str()] {
            let mut word = None;
            // The end of a text ends its last word.
            for char in text.chars().chain([' ']) {
                if is_letter(char) {
                    let hasher = word.get_or_insert_with(|| FixedState::default().build_hasher());
                    each_lowercase(char, |char| hasher.write_u32(char.into()));
                } else if let Some(hasher) = word.take() {
                    let next = self.0.len();
                    words.push(*self.0.entry(hasher.finish()).or_insert(next));
                }
            }
        }
        words.sort_unstable();
        let mut counted: Vec<(usize, u32)> = Vec::with_capacity(words.len());
        for word in words {
            match counted.last_mut() {
                Some((last, count)) if *last == word => *count += 1,
                _ => counted.push((word, 1)),
            }
        }
        counted
    }
}

/// Whether a character belongs to a word; of the letters that most texts have, without a look into the tables
/// of Unicode.
fn is_letter(char: char) -> bool {
    matches!(char, 'a'..='z' | 'A'..='Z' | '0'..='9' | '\u{400}'..='\u{45F}') || char.is_alphanumeric()
}

/// The lower case of a character, in the same manner.
fn each_lowercase(char: char, mut each: impl FnMut(char)) {
    match char {
        'a'..='z' | '0'..='9' | '\u{430}'..='\u{45F}' => each(char),
        'A'..='Z' => each(char.to_ascii_lowercase()),
        _ => char.to_lowercase().for_each(each),
    }
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
