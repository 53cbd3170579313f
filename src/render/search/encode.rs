//! The files of an index.
//!
//! Numbers are written in the signs from space to `~` but `"` and `\`, which stand in JSON as they are.
//! Lists of pages, which rise, are written as differences: a sign below 46 ends a number, others are
//! followed by more of it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::index::{Entry, Index, Stem, TERM_MARK};
use crate::base::digest::Digest;
use crate::plan::SearchPart;
use crate::plan::search::PAGES_A_FILE;

const SIGNS: &[u8; 93] =
    b" !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
const BASE: u32 = 46;

/// The letters of a digest that are part of the address that a file is asked for by: a file that has
/// changed is never taken from a cache.
const DIGEST: usize = 6;

/// The files of an index.
pub(super) struct Files {
    head: Vec<u8>,
    words: Vec<Vec<u8>>,
    pages: Vec<Vec<u8>>,
}

impl Files {
    /// Writes an index into so many files of words.
    pub(super) fn new(index: Index, files: usize) -> Self {
        let Index { entries, stems } = index;
        let mut all: Vec<(Cow<'_, str>, String)> =
            stems.par_iter().map(|stem| (Cow::Borrowed(&*stem.stem), line(stem))).collect();
        all.extend(aliases(&stems));
        all.sort_unstable();
        let (stems, lines): (Vec<Cow<'_, str>>, Vec<String>) = all.into_iter().unzip();
        let size = lines.iter().map(String::len).sum::<usize>().div_ceil(files).max(1);
        let mut words = vec![Vec::new(); files];
        let mut firsts: Vec<Option<&str>> = vec![None; files];
        let mut at = 0;
        let mut written = 0;
        for (stem, line) in stems.iter().zip(&lines) {
            // A line goes where its middle falls.
            at = at.max(((written + line.len() / 2) / size).min(files - 1));
            written += line.len();
            firsts[at].get_or_insert(stem);
            words[at].extend_from_slice(line.as_bytes());
        }
        let pages: Vec<Vec<u8>> = entries.par_chunks(PAGES_A_FILE).map(shown).collect();
        let digest = |bytes: &Vec<u8>| Digest::of(bytes).hex()[..DIGEST].to_owned();
        let word_digests: Vec<String> = words.par_iter().map(digest).collect();
        let page_digests: Vec<String> = pages.par_iter().map(digest).collect();
        let mut head = columns(&entries);
        let firsts = firsts.iter().zip(word_digests);
        // A file without words comes before no word.
        let firsts: Vec<Value> = firsts.map(|(first, digest)| json!([first, digest])).collect();
        head["words"] = Value::from(firsts);
        head["files"] = Value::from(page_digests.concat());
        Self { head: head.to_string().into_bytes(), words, pages }
    }

    /// A file.
    pub(super) fn get(&self, part: SearchPart) -> &[u8] {
        match part {
            SearchPart::Head => &self.head,
            SearchPart::Words(number) => self.words.get(number).map_or(&[], Vec::as_slice),
            SearchPart::Pages(number) => self.pages.get(number).map_or(&[], Vec::as_slice),
        }
    }
}

fn sign(number: u32) -> char {
    char::from(SIGNS[(number as usize).min(SIGNS.len() - 1)])
}

fn push(text: &mut String, number: u32) {
    let mut digits = [0; 6];
    let mut count = 0;
    let mut rest = number;
    loop {
        digits[count] = rest % BASE;
        count += 1;
        rest /= BASE;
        if rest == 0 {
            break;
        }
    }
    for (at, digit) in digits[..count].iter().enumerate().rev() {
        text.push(sign(digit + if at > 0 { BASE } else { 0 }));
    }
}

/// A stem, the most that it says about a page, and for each page that has it the difference to the page
/// before and what it says of that most, in signs. Terms of taxonomies say nothing.
fn line(stem: &Stem) -> String {
    let mut text = String::with_capacity(stem.stem.len() + 8 + stem.pages.len() * 2);
    let is_term = stem.stem.starts_with(TERM_MARK);
    let most = stem.pages.iter().map(|page| page.1).fold(0.0, f64::max);
    // Whole numbers, and never 0: what is found says something.
    let most = most.round().max(1.0);
    let _ = write!(text, "{}\t{}\t", stem.stem, if is_term { 0.0 } else { most });
    let mut before = 0;
    for &(page, says) in &stem.pages {
        push(&mut text, page - before);
        before = page;
        if !is_term {
            let level = (says / most * 92.0).round().clamp(1.0, 92.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 92")]
            text.push(sign(level as u32));
        }
    }
    text.push('\n');
    text
}

/// Kazakh letters, and the Russian ones that people write where their keyboard has none.
const WITHOUT: &[(char, char)] = &[
    ('ә', 'а'),
    ('ғ', 'г'),
    ('қ', 'к'),
    ('ң', 'н'),
    ('ө', 'о'),
    ('ұ', 'у'),
    ('ү', 'у'),
    ('һ', 'х'),
    ('і', 'и'),
];

/// For Kazakh words the line that leads there from its spelling with Russian letters.
fn aliases(stems: &[Stem]) -> Vec<(Cow<'_, str>, String)> {
    let own = |c: char| WITHOUT.iter().find(|(kazakh, _)| *kazakh == c).map(|(_, russian)| *russian);
    let words = stems.iter().filter(|stem| !stem.stem.starts_with(TERM_MARK));
    let kazakh = words.filter(|stem| stem.stem.chars().any(|c| own(c).is_some()));
    let mut all: Vec<(Cow<'_, str>, String)> = kazakh
        .map(|stem| {
            let plain: String = stem.stem.chars().map(|c| own(c).unwrap_or(c)).collect();
            let line = format!("{plain}\t=\t{}\n", stem.stem);
            (Cow::Owned(plain), line)
        })
        .collect();
    // A word that is spelt so leads nowhere else.
    all.retain(|(plain, _)| stems.binary_search_by(|stem| (*stem.stem).cmp(plain)).is_err());
    all
}

/// What results show: path, title, description, date, date in words, label of the kind, label of the state.
fn shown(entries: &[Entry]) -> Vec<u8> {
    let one = |entry: &Entry| {
        let (date, words) = &entry.date;
        json!([entry.path, entry.title, entry.description, date, words, entry.kind.1, entry.state.0])
    };
    Value::from(entries.iter().map(one).collect::<Vec<_>>()).to_string().into_bytes()
}

/// What filters need to know of each page: its kind, state and year as a sign each, by the lists beside
/// them; and the names of all terms, by taxonomy.
fn columns(entries: &[Entry]) -> Value {
    let kinds: BTreeMap<&str, &str> =
        entries.iter().map(|entry| (entry.kind.0.as_str(), entry.kind.1.as_str())).collect();
    let kinds: Vec<(&str, &str)> = kinds.into_iter().take(SIGNS.len()).collect();
    let mut stages: Vec<&str> = entries.iter().map(|entry| entry.state.1).collect();
    stages.sort_unstable();
    stages.dedup();
    let mut years: Vec<i16> = entries.iter().filter_map(|entry| entry.year).collect();
    years.sort_unstable();
    years.dedup();
    years.reverse();
    years.truncate(SIGNS.len() - 1);
    let place = |found: Option<usize>| sign(u32::try_from(found.unwrap_or_default()).unwrap_or_default());
    let kind: String =
        entries.iter().map(|entry| place(kinds.iter().position(|(name, _)| *name == entry.kind.0))).collect();
    let stage: String =
        entries.iter().map(|entry| place(stages.iter().position(|stage| *stage == entry.state.1))).collect();
    // The first sign is for pages without a year, and for those of years that are too many.
    let year: String = entries
        .iter()
        .map(|entry| place(years.iter().position(|year| Some(*year) == entry.year).map(|at| at + 1)))
        .collect();
    let mut terms: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (taxonomy, term) in entries.iter().flat_map(|entry| &entry.terms) {
        terms.entry(*taxonomy).or_default().push(term);
    }
    for names in terms.values_mut() {
        names.sort_unstable();
        names.dedup();
    }
    let terms: Vec<Value> = terms.into_iter().map(|(taxonomy, names)| json!([taxonomy, names])).collect();
    json!({
        "pages": entries.len(), "kinds": kinds, "kind": kind, "stages": stages, "stage": stage,
        "years": years, "year": year, "terms": terms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_signs() {
        let written = |number| {
            let mut text = String::new();
            push(&mut text, number);
            text
        };
        assert_eq!([written(0), written(45), written(46), written(46 * 46)], [" ", "N", "P ", "PO "]);
        let pages = vec![(0, 10.0), (3, 5.0), (100, 0.001)];
        let stem = Stem { stem: "қағидат".into(), pages };
        assert_eq!(line(&stem), "қағидат\t10\t ~$OQ&!\n");
    }
}
