//! Which words are in which pages, and how much each says about the page.
//!
//! The weight of a word in a page is that of BM25 (S. Robertson and H. Zaragoza, *The Probabilistic
//! Relevance Framework: BM25 and Beyond*, 2009), the words of a title and the like counted several times.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::gather::{Found, TITLE};
use crate::base::stem::Stemmer;
use crate::base::words;

/// How soon more of a word says nothing more, and how much the length of a page matters, in BM25.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.5;

/// What a word in the title says beyond what it says in the text, where the title is of the usual length; and
/// how much its length matters.
const IN_TITLE: f64 = 2.0;
const TITLE_LENGTH: f64 = 0.5;

/// In how often a page has a stem: that its title, or its number, has it.
const TITLE_MARK: u32 = 1 << 31;

/// What begins the words that stand for terms of taxonomies: `#0:law`.
pub(super) const TERM_MARK: char = '#';

/// What an index keeps of a page.
pub(super) struct Entry {
    pub path: String,
    pub title: String,
    pub description: String,
    pub date: (String, String),
    pub year: Option<i16>,
    pub kind: (String, String),
    pub state: (String, &'static str),
    pub terms: Vec<(usize, String)>,
    factor: u32,
    /// How many words it has, each counted as often as it counts.
    length: u32,
    /// How many its title has.
    title_length: u32,
}

/// Pages, and how often each has a stem.
type Counts = Vec<(u32, u32)>;

/// A stem of a part, the number of the part's first page, and its pages, counted from that.
type InPart = (Box<str>, u32, Counts);

/// The words of some pages.
pub(super) struct Part {
    stemmer: Stemmer,
    entries: Vec<Entry>,
    /// The number of the stem of each word; none for idle words.
    words: HashMap<Box<str>, Option<u32>, FixedState>,
    numbers: HashMap<Box<str>, u32, FixedState>,
    /// By stem: the pages that have it, and how often.
    stems: Vec<(Box<str>, Counts)>,
    /// How often the page at hand has each stem, and which it has at all.
    counts: Vec<u32>,
    seen: Vec<u32>,
    buffer: String,
}

impl Part {
    pub(super) fn new(stemmer: Stemmer) -> Self {
        Self {
            stemmer,
            entries: Vec::new(),
            words: HashMap::default(),
            numbers: HashMap::default(),
            stems: Vec::new(),
            counts: Vec::new(),
            seen: Vec::new(),
            buffer: String::new(),
        }
    }

    /// Takes up a page.
    pub(super) fn add(&mut self, page: &Found<'_>) {
        let mut buffer = std::mem::take(&mut self.buffer);
        let (mut length, mut title_length) = (0, 0);
        page.each_text(|weight, text| {
            words::each(text, &mut buffer, |word| {
                if let Some(number) = self.number_of_word(word) {
                    length += weight;
                    self.count(number, weight);
                    if weight == TITLE {
                        self.counts[number as usize] |= TITLE_MARK;
                        title_length += 1;
                    }
                }
            });
        });
        self.buffer = buffer;
        for (taxonomy, term) in &page.terms {
            let number = self.number(&format!("{TERM_MARK}{taxonomy}:{term}"));
            self.count(number, 1);
        }
        let at = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        for number in self.seen.drain(..) {
            let count = std::mem::take(&mut self.counts[number as usize]);
            self.stems[number as usize].1.push((at, count));
        }
        self.entries.push(Entry {
            path: page.path.clone(),
            title: page.title.to_owned(),
            description: page.description.to_owned(),
            date: page.date.clone(),
            year: page.year,
            kind: (page.kind.0.to_owned(), page.kind.1.clone()),
            state: page.state.clone(),
            terms: page.terms.clone(),
            factor: page.factor,
            length,
            title_length,
        });
    }

    fn count(&mut self, number: u32, weight: u32) {
        let count = &mut self.counts[number as usize];
        if *count == 0 {
            self.seen.push(number);
        }
        *count += weight;
    }

    fn number_of_word(&mut self, word: &str) -> Option<u32> {
        if let Some(known) = self.words.get(word) {
            return *known;
        }
        let mut characters = word.chars();
        let first = characters.next();
        let is_letter = characters.next().is_none() && first.is_some_and(char::is_alphabetic);
        let is_idle = is_letter || self.stemmer.idle().contains(&format!(" {word} "));
        let number = if is_idle { None } else { Some(self.number(&self.stemmer.stem(word))) };
        self.words.insert(word.into(), number);
        number
    }

    fn number(&mut self, stem: &str) -> u32 {
        if let Some(known) = self.numbers.get(stem) {
            return *known;
        }
        let number = u32::try_from(self.stems.len()).unwrap_or(u32::MAX);
        self.numbers.insert(stem.into(), number);
        self.stems.push((stem.into(), Vec::new()));
        self.counts.push(0);
        number
    }
}

/// A stem with the pages that have it, and what it says about each.
pub(super) struct Stem {
    pub stem: Box<str>,
    pub pages: Vec<(u32, f64)>,
}

/// The words of all pages.
pub(super) struct Index {
    pub entries: Vec<Entry>,
    /// In the order of their letters.
    pub stems: Vec<Stem>,
}

impl Index {
    /// Puts the words of all pages together; `parts` in the order of the pages.
    #[expect(clippy::cast_precision_loss, reason = "so many pages has no site")]
    pub(super) fn new(parts: Vec<Part>) -> Self {
        let mut entries = Vec::new();
        let mut stems: Vec<InPart> = Vec::new();
        for part in parts {
            let first = u32::try_from(entries.len()).unwrap_or(u32::MAX);
            entries.extend(part.entries);
            stems.extend(part.stems.into_iter().map(|(stem, pages)| (stem, first, pages)));
        }
        stems.sort_unstable_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        let count = entries.len().max(1) as f64;
        let mean = entries.iter().map(|entry| f64::from(entry.length)).sum::<f64>() / count;
        let lengths: Vec<f64> = entries
            .iter()
            .map(|entry| SATURATION * (1.0 - LENGTH + LENGTH * f64::from(entry.length) / mean.max(1.0)))
            .collect();
        let mean = entries.iter().map(|entry| f64::from(entry.title_length)).sum::<f64>() / count;
        let titles: Vec<f64> = entries
            .iter()
            .map(|entry| f64::from(entry.title_length) / mean.max(1.0))
            .map(|length| IN_TITLE / (1.0 - TITLE_LENGTH + TITLE_LENGTH * length))
            .collect();
        let weigh = |same: &[InPart]| {
            let found = same.iter().map(|(_, _, pages)| pages.len()).sum::<usize>() as f64;
            let rare = logarithm(1.0 + (count - found + 0.5) / (found + 0.5));
            let pages = same.iter().flat_map(|(_, first, pages)| {
                let first = *first;
                let (lengths, titles, entries) = (&lengths, &titles, &entries);
                pages.iter().map(move |&(page, count)| {
                    let page = first + page;
                    let often = f64::from(count & !TITLE_MARK);
                    let in_text = often * (SATURATION + 1.0) / (often + lengths[page as usize]);
                    let in_title = if count & TITLE_MARK == 0 { 0.0 } else { titles[page as usize] };
                    (page, rare * (in_text + in_title) * f64::from(entries[page as usize].factor))
                })
            });
            Stem { stem: same[0].0.clone(), pages: pages.collect() }
        };
        let groups: Vec<&[_]> = stems.chunk_by(|a, b| a.0 == b.0).collect();
        let stems = groups.into_par_iter().map(weigh).collect();
        Self { entries, stems }
    }
}

/// The binary logarithm of a number of at least 1, made of operations that IEEE 754 defines to the last
/// bit: the same on every machine, which the system's own is not.
fn logarithm(mut number: f64) -> f64 {
    let mut whole = 0.0;
    while number >= 2.0 {
        number /= 2.0;
        whole += 1.0;
    }
    let (mut fraction, mut bit) = (0.0, 0.5);
    for _ in 0..24 {
        number *= number;
        if number >= 2.0 {
            number /= 2.0;
            fraction += bit;
        }
        bit /= 2.0;
    }
    whole + fraction
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_logarithm_is_one() {
        for number in [1.0, 1.5, 2.0, 3.7, 10_000.0] {
            assert!((super::logarithm(number) - f64::log2(number)).abs() < 1e-6, "{number}");
        }
    }
}
