//! A stemmer for Kazakh in Cyrillic letters: `ұйымдарының` and `ұйым` have one stem.
//!
//! Endings are taken off one after the other, the longest first, where the sounds before them allow that
//! form of the ending: the vowels must be of one harmony, and the consonant of one class. What is left is
//! looked at again, until nothing can be taken off, so that the stem of a stem is the stem. Once an ending
//! of a verb is gone, only negation and the passive are taken off, because nothing of a noun may stand
//! before them. There is no dictionary but a short list of words that look as if they had an ending.
//!
//! Left alone: possessives of the first and second person singular (*-ым*, *-ың*), which are rare in what
//! authorities write and look like *білім*, *шешім*, *ұсыным*; what makes new words (*-лық*, *-шы*, *-дай*);
//! the causative and the reciprocal.
//!
//! The endings are in `kk.txt`, which `kk.js` reads as well: browsers stem what is asked for. They follow
//! the descriptions of Raihan Muhamedowa, *Kazakh: A Comprehensive Grammar* (Routledge, 2016); Gulshat
//! Kessikbayeva and Ilyas Cicekli, *Rule Based Morphological Analyzer of Kazakh Language* (2014); and
//! Wiktionary's *Appendix: Kazakh suffixes*. The way of taking off endings is that of M. F. Porter, *An
//! algorithm for suffix stripping* (Program 14, 1980).

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use foldhash::fast::FixedState;

/// The endings, as `kk.js` reads them.
pub(super) const TABLE: &str = include_str!("kk.txt");

/// What an ending is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Noun,
    /// Of nouns, and the same whatever vowels the word has.
    Unharmonic,
    Verb,
    Habitual,
    /// Of verbs of one syllable.
    Short,
    /// Of verbs whose *й* it has swallowed.
    Swallowing,
    /// Of either.
    Either,
}

struct Ending {
    kind: Kind,
    /// The sounds after which it stands.
    after: &'static str,
    form: Vec<char>,
}

struct Table {
    /// By their last letter, the longest first.
    endings: HashMap<char, Vec<Ending>, FixedState>,
    words: HashSet<Vec<char>, FixedState>,
    full: HashMap<Vec<char>, Vec<char>, FixedState>,
}

static READ: LazyLock<Table> = LazyLock::new(|| {
    let mut table =
        Table { endings: HashMap::default(), words: HashSet::default(), full: HashMap::default() };
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let kind = match words.next() {
            Some("n") => Kind::Noun,
            Some("x") => Kind::Unharmonic,
            Some("v") => Kind::Verb,
            Some("h") => Kind::Habitual,
            Some("m") => Kind::Short,
            Some("j") => Kind::Swallowing,
            Some("d") => Kind::Either,
            Some("p") => {
                table.words.extend(words.map(|word| word.chars().collect::<Vec<_>>()));
                continue;
            }
            Some("s") => {
                let pair: Vec<Vec<char>> = words.map(|word| word.chars().collect()).collect();
                if let [short, full] = pair.as_slice() {
                    table.full.insert(short.clone(), full.clone());
                }
                continue;
            }
            _ => continue,
        };
        let after = words.next().unwrap_or_default();
        for form in words {
            let form: Vec<char> = form.chars().collect();
            let Some(&last) = form.last() else { continue };
            table.endings.entry(last).or_default().push(Ending { kind, after, form });
        }
    }
    #[expect(clippy::iter_over_hash_type, reason = "each list is sorted by itself")]
    for endings in table.endings.values_mut() {
        endings.sort_by_key(|ending| std::cmp::Reverse(ending.form.len()));
    }
    table
});

/// The stem of a word in small letters.
#[must_use]
pub fn stem(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    for _ in 0..8 {
        if READ.words.contains(&letters) {
            return letters.into_iter().collect();
        }
        match step(&letters) {
            Some((root, true)) => {
                letters = plain_verb(root);
                break;
            }
            Some((root, false)) => letters = root,
            None => break,
        }
    }
    harden(&mut letters);
    if letters.len() > 2
        && matches!(letters.last(), Some('ы' | 'і'))
        && is_word(&letters[..letters.len() - 1])
    {
        letters.pop();
        harden(&mut letters);
    }
    letters.into_iter().collect()
}

/// Takes one ending off, and says whether it is one of verbs.
fn step(letters: &[char]) -> Option<(Vec<char>, bool)> {
    let mut found: Option<(Vec<char>, bool)> = None;
    let endings = READ.endings.get(letters.last()?).map_or(&[][..], Vec::as_slice);
    for ending in endings.iter().filter(|ending| letters.ends_with(&ending.form)) {
        let mut root = letters[..letters.len() - ending.form.len()].to_vec();
        if !is_word(&root) && ending.kind != Kind::Swallowing || !stands_after(ending.after, &root) {
            continue;
        }
        if ending.kind != Kind::Unharmonic && !harmonise(&root, &ending.form) {
            continue;
        }
        let is_verb = match ending.kind {
            Kind::Noun | Kind::Unharmonic => false,
            Kind::Verb => true,
            Kind::Habitual if !may_be_verb(&root) => continue,
            Kind::Short if syllables(&root) > 1 => continue,
            Kind::Habitual | Kind::Short => true,
            Kind::Swallowing => {
                root.push('й');
                true
            }
            Kind::Either => is_passive(&root),
        };
        if matches!(ending.form.first(), Some('ы' | 'і')) && !is_verb {
            harden(&mut root);
            if let Some(full) = READ.full.get(&root) {
                root.clone_from(full);
            }
        }
        if READ.words.contains(&root) {
            return Some((root, is_verb));
        }
        found.get_or_insert((root, is_verb));
    }
    found.or_else(|| converb(letters).map(|root| (root, true)))
}

/// `қабылдап` without its *-п*: only after *-ла-* and its kin, since many nouns end in *-ап*.
fn converb(letters: &[char]) -> Option<Vec<char>> {
    let [root @ .., 'п'] = letters else { return None };
    let is_verb = matches!(root, [.., 'л' | 'д' | 'т', 'а' | 'е']) && root.len() >= 4;
    is_verb.then(|| root.to_vec())
}

/// A verb without negation and passive.
fn plain_verb(mut root: Vec<char>) -> Vec<char> {
    if let [before @ .., consonant @ ('м' | 'б' | 'п'), 'а' | 'е'] = root.as_slice() {
        let after = match consonant {
            'м' => "VLRG",
            'б' => "NZ",
            _ => "T",
        };
        if is_word(before) && stands_after(after, before) && harmonise(before, &root[before.len()..]) {
            root.truncate(before.len());
        }
    }
    for _ in 0..2 {
        let cut = match root.as_slice() {
            [before @ .., 'ы' | 'і', 'л'] if is_word(before) && class(before) != 'V' => 2,
            [before @ .., 'л', 'ы' | 'і', 'н'] if !before.is_empty() => 2,
            [before @ .., 'а' | 'е', 'л'] if before.len() >= 3 => 1,
            [before @ .., 'л', 'а' | 'е', 'н'] if before.len() >= 2 => 1,
            [before @ .., 'л', 'д', 'а' | 'е', 'н'] if before.len() >= 3 => 1,
            _ => break,
        };
        root.truncate(root.len() - cut);
    }
    root
}

/// Whether what is before an ending that nouns and verbs have is a verb in the passive.
fn is_passive(root: &[char]) -> bool {
    match root {
        _ if READ.words.contains(root) => false,
        [before @ .., 'ы' | 'і', 'л'] => before.len() >= 3 && class(before) != 'V',
        [before @ .., 'л', 'ы' | 'і', 'н'] => !before.is_empty() && is_word(&root[..root.len() - 2]),
        [before @ .., 'л', 'а' | 'е', 'н'] => before.len() >= 2,
        [before @ .., 'л', 'д', 'а' | 'е', 'н'] => before.len() >= 3,
        _ => false,
    }
}

/// Whether what stands before *-атын* is the root of a verb, and not the rest of a noun in *-ат*.
fn may_be_verb(root: &[char]) -> bool {
    match root {
        [.., 'р' | 'й' | 'л' | 'н', 'т'] => true,
        [.., before, last] if syllables(root) < 2 => is_vowel(*before) && !is_vowel(*last),
        [.., 'ы' | 'і' | 'а' | 'е', 'л' | 'н' | 'т' | 'р' | 'з' | 'с'] => true,
        _ => false,
    }
}

const BACK: &str = "аоұыяё";
const FRONT: &str = "әеөүіэ";
const NEUTRAL: &str = "иую";

fn is_vowel(letter: char) -> bool {
    BACK.contains(letter) || FRONT.contains(letter) || NEUTRAL.contains(letter)
}

fn syllables(letters: &[char]) -> usize {
    letters.iter().filter(|letter| is_vowel(**letter)).count()
}

/// Whether this may be a whole word: `үй`, `ат`, `бет`, but not `ба`.
fn is_word(letters: &[char]) -> bool {
    match letters {
        [first, _] => is_vowel(*first),
        _ => letters.len() > 2 && letters.iter().any(|letter| is_vowel(*letter)),
    }
}

/// The class of the last sound, as in the table.
fn class(letters: &[char]) -> char {
    match letters {
        [before @ .., 'ь' | 'ъ'] => class(before),
        [.., 'й' | 'у' | 'и' | 'ю'] => 'G',
        [.., 'р'] => 'R',
        [.., 'л'] => 'L',
        [.., 'м' | 'н' | 'ң'] => 'N',
        [.., 'ж' | 'з'] => 'Z',
        [.., last] if is_vowel(*last) => 'V',
        _ => 'T',
    }
}

fn stands_after(classes: &str, letters: &[char]) -> bool {
    let class = class(letters);
    match classes {
        "A" => true,
        "C" => class != 'V',
        "D" => class != 'T',
        _ => classes.contains(class) || classes == "VC",
    }
}

/// Whether the first vowel of an ending is of the harmony of the last vowel before it.
fn harmonise(letters: &[char], ending: &[char]) -> bool {
    let last = letters.iter().rev().copied().find(|letter| is_vowel(*letter));
    let first = ending.iter().copied().find(|letter| is_vowel(*letter));
    match (last, first) {
        (Some(last), Some(first)) => {
            !(BACK.contains(last) && FRONT.contains(first) || FRONT.contains(last) && BACK.contains(first))
        }
        _ => true,
    }
}

/// *б*, *ғ* and *г*, which *п*, *қ* and *к* become between vowels, as they were.
fn harden(letters: &mut [char]) {
    if letters.len() < 2 {
        return;
    }
    if let Some(last) = letters.last_mut() {
        *last = match *last {
            'б' => 'п',
            'ғ' => 'қ',
            'г' => 'к',
            other => other,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn forms_come_to_the_stem_of_their_word() {
        let words = [
            ("ұйым", "ұйымдар ұйымдарының ұйымға ұйыммен ұйымдастырмады"),
            ("елші", "елшілер елшінің елшісі елшілеріне"),
            ("мақала", "мақалалар мақаласында мақаладағы мақаламызға"),
            ("мектеп", "мектептер мектебі мектебінің мектепте"),
            ("халық", "халқы халқының халыққа халықтар"),
            ("қою", "қояды қойған қойып қойылды қоятын"),
            ("сақтау", "сақтайды сақталған сақтап сақтамаған сақталады сақталсын"),
            ("шығу", "шығады шыққан шықты шығып шықпайды"),
            ("тану", "таниды таныған танылды"),
            ("есептеу", "есептеледі есептелмейді есептеп есептеуге"),
        ];
        for (lemma, forms) in words {
            for form in forms.split(' ').filter(|form| *form != "ұйымдастырмады") {
                assert_eq!(stem(form), stem(lemma), "{form} of {lemma}");
            }
        }
        assert_ne!(stem("ұйымдастырмады"), stem("ұйым"));
        for word in ["", "а", "ы", "у", "бар", "су", "үй", "word", "2025", "ь", "ып", "ды"] {
            assert_eq!(stem(word), word);
        }
    }

    #[test]
    fn the_stem_of_a_stem_of_a_noun_is_itself() {
        for word in ["бағдарламаларының", "кеңесіндегі", "жаңалықтарында", "университеттердегі"]
        {
            let once = stem(word);
            assert_eq!(stem(&once), once, "{word}");
        }
    }

    #[test]
    fn words_that_differ_stay_apart() {
        let words = "бөлім бөлу білім білу ұсыным түсіну түсіндіру қолдану қолдау сипат кеңес кеңсе саясат сая \
                     тіл тілек заң заңгер жыл жел қызмет қыз адам ада";
        let mut seen = std::collections::BTreeMap::new();
        for word in words.split_whitespace() {
            assert_eq!(seen.insert(stem(word), word), None, "{word}: {}", stem(word));
        }
    }
}
