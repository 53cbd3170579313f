//! Pages that a language of the site lacks.

use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::content::file_of;
use crate::policy::publication::Publication;
use crate::relate::{ItemId, Library};

/// One diagnostic a page, at the first of its files, naming all languages that lack it.
pub(super) fn check(library: &Library, problems: &mut Vec<Diagnostic>) {
    for id in library.ids() {
        let written: Vec<bool> =
            library.translations(id).iter().map(|slot| is_written(library, *slot)).collect();
        let first = written.iter().position(|&written| written);
        // `about.en.md` beside `about.md` is in no slot; that there are two is an error elsewhere.
        if first.is_none_or(|first| library.translations(id)[first] != Some(id)) {
            continue;
        }
        let missing: Vec<usize> = (0..written.len()).filter(|&language| !written[language]).collect();
        if !missing.is_empty() {
            problems.push(problem(library, id, &missing));
        }
    }
}

/// A home that nobody wrote is there for readers, but has nothing to read.
fn is_written(library: &Library, slot: Option<ItemId>) -> bool {
    slot.is_some_and(|id| !library.item(id).parsed.implicit)
}

fn problem(library: &Library, id: ItemId, missing: &[usize]) -> Diagnostic {
    let item = library.item(id);
    let config = library.config();
    let what = if item.is_section() { "section" } else { "page" };
    let languages: Vec<String> = missing
        .iter()
        .map(|&language| {
            let language = &config.languages[language];
            format!("{} ({})", language.lang, language.name)
        })
        .collect();
    let mut write = Vec::new();
    let mut help = Vec::new();
    for &language in missing {
        let file = file_of(&item.parsed.key, language, config);
        // It may be there, only not yet, or no longer, for readers.
        match library.unpublished(&file).and_then(Publication::reason) {
            Some(reason) => help.push(format!("{file} {reason}")),
            None => write.push(file),
        }
    }
    if !write.is_empty() {
        help.insert(0, format!("write {}", listed(&write)));
    }
    let message = format!("this {what} is missing in {}", listed(&languages));
    Diagnostic::warning(codes::MISSING_TRANSLATION, message)
        .in_file(item.parsed.path.as_str())
        .help(help.join("; "))
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
