//! Two texts word by word.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation as _;

/// What happened to a part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is in both texts.
    Equal,
    /// It is in the old one only.
    Deleted,
    /// It is in the new one only.
    Inserted,
}

/// A part of two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// What happened to it.
    pub kind: Kind,
    /// Its text.
    pub text: String,
}

/// The text before (`Kind::Deleted`) or after (`Kind::Inserted`): what a comparison was made of.
#[cfg(test)]
pub(super) fn side(segments: &[Segment], kind: Kind) -> String {
    let of_it = segments.iter().filter(|segment| segment.kind == Kind::Equal || segment.kind == kind);
    of_it.map(|segment| segment.text.as_str()).collect()
}

/// The words of a text, the blanks between them and the signs, each by itself: together, the text.
///
/// Words end where Unicode says (UAX #29, word boundaries), which knows the letters of Kazakh and
/// Russian as it knows those of English; but words joined by a hyphen are one, since an ending in
/// `ЖИ-нің` is no word, and neither is half of `кто-либо`.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens: Vec<&str> = Vec::with_capacity(text.len() / 4);
    // Where the last token begins, and whether it ends with a hyphen that may join it to the next.
    let (mut start, mut joins) = (0, false);
    for (at, part) in text.split_word_bound_indices() {
        let is_word = part.starts_with(char::is_alphanumeric);
        let last_is_word = tokens.last().is_some_and(|last| last.starts_with(char::is_alphanumeric));
        let is_hyphen = matches!(part, "-" | "\u{2010}" | "\u{2011}");
        if last_is_word && is_hyphen && !joins {
            // Joined only if a word follows at once.
            let next = text[at + part.len()..].chars().next();
            if next.is_some_and(char::is_alphanumeric) {
                joins = true;
                if let Some(last) = tokens.last_mut() {
                    *last = &text[start..at + part.len()];
                }
                continue;
            }
        }
        if joins && is_word {
            if let Some(last) = tokens.last_mut() {
                *last = &text[start..at + part.len()];
            }
        } else {
            start = at;
            tokens.push(part);
        }
        joins = false;
    }
    tokens
}

/// Below this share of common words two texts are shown whole, the one removed and the other added:
/// words that happen to be in both would only make them hard to read.
const LEAST_LIKENESS: f64 = 0.2;

/// Compares two texts.
pub(super) fn compare(old: &str, new: &str) -> Vec<Segment> {
    let mut runs = Runs::default();
    if old == new {
        runs.push(Kind::Equal, old);
        return runs.finished();
    }
    if old.is_empty() || new.is_empty() {
        runs.push(Kind::Deleted, old);
        runs.push(Kind::Inserted, new);
        return runs.finished();
    }
    let (before, after) = (tokens(old), tokens(new));
    let ops = capture_diff_slices(Algorithm::Myers, &before, &after);
    let words = |tokens: &[&str]| tokens.iter().filter(|token| is_word(token)).count();
    let common: usize = ops
        .iter()
        .map(|op| if let DiffOp::Equal { .. } = op { words(&before[op.old_range()]) } else { 0 })
        .sum();
    #[expect(clippy::cast_precision_loss, reason = "counts of words")]
    let likeness = 2.0 * common as f64 / (words(&before) + words(&after)).max(1) as f64;
    if likeness < LEAST_LIKENESS {
        runs.push(Kind::Deleted, old);
        runs.push(Kind::Inserted, new);
        return runs.finished();
    }
    for op in &ops {
        let (before, after) = (&before[op.old_range()], &after[op.new_range()]);
        if let DiffOp::Equal { .. } = op {
            runs.push_all(Kind::Equal, before);
        } else {
            runs.push_all(Kind::Deleted, before);
            runs.push_all(Kind::Inserted, after);
        }
    }
    runs.finished()
}

fn is_word(token: &str) -> bool {
    token.starts_with(char::is_alphanumeric)
}

/// A stretch of what was removed and added together, and what follows it in both texts.
#[derive(Default)]
struct Run {
    deleted: String,
    inserted: String,
    equal: String,
}

#[derive(Default)]
struct Runs(Vec<Run>);

impl Runs {
    fn push_all(&mut self, kind: Kind, tokens: &[&str]) {
        for token in tokens {
            self.push(kind, token);
        }
    }

    fn push(&mut self, kind: Kind, text: &str) {
        if text.is_empty() {
            return;
        }
        let last = match self.0.last_mut() {
            Some(last) if kind == Kind::Equal || last.equal.is_empty() => last,
            _ => {
                self.0.push(Run::default());
                let at = self.0.len() - 1;
                &mut self.0[at]
            }
        };
        match kind {
            Kind::Equal => last.equal.push_str(text),
            Kind::Deleted => last.deleted.push_str(text),
            Kind::Inserted => last.inserted.push_str(text),
        }
    }

    /// Words that were replaced one after the other are replaced together: what has only blanks and
    /// signs between it is read more easily in one piece.
    fn finished(self) -> Vec<Segment> {
        let mut joined: Vec<Run> = Vec::with_capacity(self.0.len());
        for run in self.0 {
            if let Some(last) = joined.last_mut()
                && !last.equal.contains(char::is_alphanumeric)
                && !last.equal.contains('\n')
                && last.is_replacement()
                && run.is_replacement()
            {
                let between = std::mem::take(&mut last.equal);
                last.deleted += &(between.clone() + &run.deleted);
                last.inserted += &(between + &run.inserted);
                last.equal = run.equal;
                continue;
            }
            joined.push(run);
        }
        let segments = joined.into_iter().flat_map(|run| {
            [(Kind::Deleted, run.deleted), (Kind::Inserted, run.inserted), (Kind::Equal, run.equal)]
        });
        let segments = segments.filter(|(_, text)| !text.is_empty());
        segments.map(|(kind, text)| Segment { kind, text }).collect()
    }
}

impl Run {
    fn is_replacement(&self) -> bool {
        !self.deleted.is_empty() && !self.inserted.is_empty()
    }
}
