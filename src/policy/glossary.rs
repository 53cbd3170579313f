//! Finding the words of a glossary in texts.
//!
//! Words are what Unicode calls alphabetic or numeric, run by run: so `AI` is found in "AI-made" and, as
//! Kazakh writes its endings, in "ЖИ-ді", but not in "air". Capitals do not matter. Of several names that
//! begin at one place the longest is taken.

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::FixedState;

/// The names of all terms of a language.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Names by their first word, the longest first.
    names: HashMap<Box<str>, Vec<Name>, FixedState>,
}

#[derive(Clone, Debug)]
struct Name {
    /// What follows the first word: what stands between, and the next word, again and again.
    rest: Vec<(Box<str>, Box<str>)>,
    term: usize,
}

/// Where the first word of a text is, if it has one.
fn word(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let is_letter = |c: char| c.is_alphanumeric();
    let mut at = from;
    // Most of what stands between words is ASCII.
    while at < bytes.len() && bytes[at].is_ascii() && !bytes[at].is_ascii_alphanumeric() {
        at += 1;
    }
    let start = at + text[at..].find(is_letter)?;
    let length = text[start..].find(|c: char| !is_letter(c)).unwrap_or(text.len() - start);
    Some(start..start + length)
}

/// A word without capitals.
fn fold(word: &str, into: &mut String) {
    into.clear();
    if word.is_ascii() {
        into.push_str(word);
        into.make_ascii_lowercase();
    } else {
        into.extend(word.chars().flat_map(char::to_lowercase));
    }
}

/// What stands between two words: several blanks are one.
fn same_gap(a: &str, b: &str) -> bool {
    a == b || !a.is_empty() && !b.is_empty() && a.trim().is_empty() && b.trim().is_empty()
}

impl Words {
    /// Adds a name of a term; `Err` says which other term has it.
    ///
    /// # Errors
    /// Another term has the name.
    pub fn add(&mut self, name: &str, term: usize) -> Result<(), usize> {
        let mut folded = String::new();
        let Some(first) = word(name, 0) else { return Ok(()) };
        let mut rest: Vec<(Box<str>, Box<str>)> = Vec::new();
        let mut end = first.end;
        while let Some(next) = word(name, end) {
            fold(&name[next.clone()], &mut folded);
            rest.push((name[end..next.start].into(), folded.as_str().into()));
            end = next.end;
        }
        fold(&name[first], &mut folded);
        let names = self.names.entry(folded.as_str().into()).or_default();
        let same = |known: &&Name| {
            let pairs = || known.rest.iter().zip(&rest);
            known.rest.len() == rest.len() && pairs().all(|(a, b)| a.1 == b.1 && same_gap(&a.0, &b.0))
        };
        if let Some(known) = names.iter().find(same) {
            return if known.term == term { Ok(()) } else { Err(known.term) };
        }
        let at = names.partition_point(|known| known.rest.len() >= rest.len());
        names.insert(at, Name { rest, term });
        Ok(())
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The places of a text that name a term, in order, with the terms.
    pub fn find(&self, text: &str, mut found: impl FnMut(Range<usize>, usize)) {
        let mut folded = String::new();
        let mut next = word(text, 0);
        while let Some(first) = next {
            fold(&text[first.clone()], &mut folded);
            let names = self.names.get(folded.as_str()).map_or(&[][..], Vec::as_slice);
            let matched = names
                .iter()
                .find_map(|name| Some((self.ends(name, text, first.end, &mut folded)?, name.term)));
            let end = match matched {
                Some((end, term)) => {
                    found(first.start..end, term);
                    end
                }
                None => first.end,
            };
            next = word(text, end);
        }
    }

    /// Where a name ends whose first word ends at `end`, if the text goes on as the name does.
    #[expect(clippy::unused_self, reason = "the names are its own")]
    fn ends(&self, name: &Name, text: &str, mut end: usize, folded: &mut String) -> Option<usize> {
        for (gap, wanted) in &name.rest {
            let next = word(text, end)?;
            if !same_gap(gap, &text[end..next.start]) {
                return None;
            }
            fold(&text[next.clone()], folded);
            if folded.as_str() != &**wanted {
                return None;
            }
            end = next.end;
        }
        Some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&[&str]], text: &str) -> Vec<String> {
        let mut words = Words::default();
        for (term, names) in names.iter().enumerate() {
            for name in *names {
                words.add(name, term).unwrap();
            }
        }
        let mut all = Vec::new();
        words.find(text, |place, term| all.push(format!("{term}:{}", &text[place])));
        all
    }

    #[test]
    fn words_are_whole_and_the_longest_name_is_taken() {
        let names: &[&[&str]] = &[&["AI"], &["AI agent", "AI agents"], &["ISO/IEC 42001:2023"]];
        assert_eq!(found(names, "ai, AIR and AI-made; AI  Agents"), ["0:ai", "0:AI", "1:AI  Agents"]);
        assert_eq!(found(names, "AI agents' AI agency"), ["1:AI agents", "0:AI"]);
        assert_eq!(found(names, "ISO/IEC 42001:2023, ISO IEC 42001"), ["2:ISO/IEC 42001:2023"]);
        assert_eq!(found(names, "AI\nagent"), ["1:AI\nagent"]);
        assert!(found(&[], "AI").is_empty());
    }

    #[test]
    fn other_alphabets_have_capitals_too() {
        let names: &[&[&str]] = &[&["ЖИ"], &["Әділдік", "әділдікті"], &["Закон об ИИ", "закона об ИИ"]];
        assert_eq!(found(names, "жи-ді ӘДІЛДІКТІ"), ["0:жи", "1:ӘДІЛДІКТІ"]);
        assert_eq!(found(names, "По Закону, текст закона об ИИ."), ["2:закона об ИИ"]);
    }

    #[test]
    fn a_name_belongs_to_one_term() {
        let mut words = Words::default();
        assert_eq!(words.add("AI  law", 0), Ok(()));
        assert_eq!(words.add("ai law", 0), Ok(()));
        assert_eq!(words.add("AI Law", 1), Err(0));
        assert_eq!(words.add("…", 1), Ok(()));
    }

    /// `cargo test --release --lib glossary -- --ignored --nocapture` says how long texts take.
    #[test]
    #[ignore = "a measurement, to be run by hand: it prints times and promises none; what words are found, the tests above check"]
    fn speed() {
        let mut words = Words::default();
        for term in 0..500 {
            let _ = words.add(&format!("term{term} of something"), term);
            let _ = words.add(&format!("словарный термин{term}"), term);
        }
        let text =
            "The words of a text are looked at one by one; слова текста просматриваются одно за другим. ";
        let text = text.repeat(30_000);
        let start = std::time::Instant::now();
        let mut count = 0;
        words.find(&text, |_, _| count += 1);
        println!("{} words in {:?}, {count} found", text.split(' ').count(), start.elapsed());
    }
}
