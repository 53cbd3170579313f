//! How many of the forms in `tests/stem/kk-forms.tsv` the Kazakh stemmer finds, and what the stemmers of browsers are
//! compared with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Stemmer;
use super::kk::stem;

const FORMS: &str = include_str!("../../../tests/stem/kk-forms.tsv");

#[test]
fn kazakh_forms_that_were_held_back_are_found() {
    let pairs: Vec<(&str, &str)> = FORMS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let missed: Vec<_> = pairs.iter().filter(|(form, lemma)| stem(form) != stem(lemma)).collect();
    let lemmas: BTreeSet<&str> = pairs.iter().map(|(_, lemma)| *lemma).collect();
    let mut by_stem: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (form, lemma) in &pairs {
        by_stem.entry(stem(form)).or_default().insert(lemma);
    }
    for lemma in &lemmas {
        by_stem.entry(stem(lemma)).or_default().insert(lemma);
    }
    let merged: Vec<_> = by_stem.values().filter(|lemmas| lemmas.len() > 1).collect();
    let found = pairs.len() - missed.len();
    println!("{found} of {} forms, {} lemmas, merged {}", pairs.len(), lemmas.len(), merged.len());
    if std::env::var_os("KENES_SHOW_MISSED").is_some() {
        println!("{missed:?}\n{merged:?}");
    }
    assert!(found * 100 >= pairs.len() * 90, "{missed:?}");
    assert!(merged.len() * 100 <= lemmas.len() * 5, "{merged:?}");
}

/// Words of the portal with their stems, for the stemmers in JavaScript to be compared with:
/// `node tests/stem/agree.mjs`. `KENES_BLESS=1` writes the lists anew.
#[test]
fn the_lists_for_the_other_stemmers_are_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut words: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut folders = vec![root.join("content")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.file_name().unwrap().to_str().unwrap();
            let Some(name) = name.strip_suffix(".md") else { continue };
            let lang = ["ru", "kk"].into_iter().find(|lang| name.ends_with(&format!(".{lang}")));
            let text = std::fs::read_to_string(&path).unwrap();
            let all = words.entry(lang.unwrap_or("en")).or_default();
            crate::base::words::each(&text, &mut String::new(), |word| {
                all.insert(word.to_owned());
            });
        }
    }
    let forms = FORMS.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.split('\t'));
    words.entry("kk").or_default().extend(forms.map(str::to_owned));
    for (lang, words) in words {
        let stemmer = Stemmer::of(lang);
        let list: String = words.iter().map(|word| format!("{word}\t{}\n", stemmer.stem(word))).collect();
        let path = root.join(format!("tests/stem/agree-{lang}.tsv"));
        if std::env::var_os("KENES_BLESS").is_some() {
            std::fs::write(&path, &list).unwrap();
        }
        // New words of the portal are no reason to fail; another stem of a word is.
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        let pairs: Vec<(&str, &str)> = written.lines().filter_map(|line| line.split_once('\t')).collect();
        assert!(pairs.len() > 1_000, "{} is too short", path.display());
        for (word, expected) in pairs {
            assert_eq!(
                stemmer.stem(word),
                expected,
                "{word} in {}: KENES_BLESS=1 if that is better",
                path.display()
            );
        }
    }
}
