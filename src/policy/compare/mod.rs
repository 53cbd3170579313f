//! What changed between two texts: clause by clause, and word by word inside clauses.
//!
//! A comparison holds both texts whole: its segments give back the one and the other.

mod matching;
mod words;

pub use words::{Kind, Segment};

use super::clause::{Clauses, parents};

/// A comparison of two texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What stands before the first clause.
    pub lead: Vec<Segment>,
    /// All clauses of both texts, in the order of the new one; those that are gone stand behind the one
    /// that they stood behind.
    pub entries: Vec<Entry>,
}

/// A clause of one text, or the same clause of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the old text; none for a clause that was added.
    pub old: Option<usize>,
    /// Its place in the new text; none for a clause that was removed.
    pub new: Option<usize>,
    /// Its heading.
    pub title: Vec<Segment>,
    /// Its own text.
    pub text: Vec<Segment>,
    /// Whether it stands below another clause than before, or in another order among those that were
    /// and are below the same clause.
    pub moved: bool,
    /// Whether its number is another one.
    pub renumbered: bool,
}

impl Entry {
    /// Whether words were added or removed in a clause that is in both texts.
    #[must_use]
    pub fn is_reworded(&self) -> bool {
        let changed = |segments: &[Segment]| segments.iter().any(|segment| segment.kind != Kind::Equal);
        self.old.is_some() && self.new.is_some() && (changed(&self.title) || changed(&self.text))
    }

    /// Whether the clause is the same in both texts, its number and place included.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.old.is_some() && self.new.is_some() && !self.moved && !self.renumbered && !self.is_reworded()
    }
}

/// What is shown of a comparison, one below the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row<'a> {
    /// A clause that changed, or a heading above one that did.
    Clause(&'a Entry),
    /// Clauses that follow each other, are the same in both texts, and need not be read.
    Unchanged(&'a [Entry]),
}

impl Comparison {
    /// The comparison of a text with `new`, without what is the same in both.
    #[must_use]
    pub fn rows(&self, new: &Clauses) -> Vec<Row<'_>> {
        let entries = &self.entries;
        let mut is_shown = vec![false; entries.len()];
        // From the end: the depth of the clause whose headings are to be shown as well.
        let mut below: Option<usize> = None;
        for (at, entry) in entries.iter().enumerate().rev() {
            let clause = entry.new.map(|at| &new.list[at]);
            // What is gone stands behind its neighbour, whose headings tell where.
            let depth = clause.map_or(usize::MAX, |clause| clause.depth);
            let is_above = below.is_some_and(|below| depth < below);
            let is_heading = clause.is_some_and(|clause| !clause.title.is_empty());
            is_shown[at] = !entry.is_same() || (is_above && is_heading);
            if !entry.is_same() || is_above {
                below = Some(depth);
            }
        }
        let mut rows = Vec::new();
        let mut from = 0;
        while from < entries.len() {
            if is_shown[from] {
                rows.push(Row::Clause(&entries[from]));
                from += 1;
                continue;
            }
            let length = is_shown[from..].iter().take_while(|&&shown| !shown).count();
            rows.push(Row::Unchanged(&entries[from..from + length]));
            from += length;
        }
        rows
    }
}

/// Compares two texts.
#[must_use]
pub fn compare(old: &Clauses, new: &Clauses) -> Comparison {
    let (old_parents, new_parents) = (parents(&old.list), parents(&new.list));
    let matched = matching::matched(&old.list, &new.list, &old_parents, &new_parents);
    let moved = matching::moved(&matched, &old_parents, &new_parents);
    let mut is_gone = vec![true; old.list.len()];
    for &at in matched.iter().flatten() {
        is_gone[at] = false;
    }
    let removed = |at: usize| Entry {
        old: Some(at),
        title: words::compare(&old.list[at].title, ""),
        text: words::compare(&old.list[at].text, ""),
        ..Entry::default()
    };
    let mut entries: Vec<Entry> = Vec::with_capacity(new.list.len() + old.list.len() / 4);
    for (at, clause) in new.list.iter().enumerate() {
        let before = matched[at];
        let (title, text) = before
            .map_or(("", ""), |before| (old.list[before].title.as_str(), old.list[before].text.as_str()));
        entries.push(Entry {
            old: before,
            new: Some(at),
            title: words::compare(title, &clause.title),
            text: words::compare(text, &clause.text),
            moved: moved[at],
            renumbered: before.is_some_and(|before| old.list[before].number != clause.number),
        });
    }
    let depth = |entry: &Entry| match (entry.new, entry.old) {
        (Some(at), _) => new.list[at].depth,
        (None, at) => at.map_or(0, |at| old.list[at].depth),
    };
    // What is gone stands behind the clause that it stood behind, and behind all that lies in that one
    // but not in what is gone.
    for at in (0..old.list.len()).filter(|&at| is_gone[at]) {
        let after =
            at.checked_sub(1).and_then(|last| entries.iter().position(|entry| entry.old == Some(last)));
        let mut place = after.map_or(0, |place| place + 1);
        while at > 0 && entries.get(place).is_some_and(|entry| depth(entry) > old.list[at].depth) {
            place += 1;
        }
        entries.insert(place, removed(at));
    }
    Comparison { lead: words::compare(&old.lead, &new.lead), entries }
}

#[cfg(test)]
mod tests;
