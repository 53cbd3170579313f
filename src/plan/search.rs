//! The files of search: a page for each language, its index, and the script that reads it.
//!
//! How many files an index has follows from the number of pages alone, so that an edit of a text changes
//! no plan. What is in them: `render::search`.

use super::SearchPart;
use crate::base::lang::Lang;
use crate::base::path::UrlPath;
use crate::base::stem::Stemmer;
use crate::config::Config;

/// Pages for which there is a file of words.
const PAGES_A_WORDS_FILE: usize = 100;

/// Pages in a file of pages.
pub const PAGES_A_FILE: usize = 50;

/// The address of the search page of a language.
#[must_use]
pub fn page(config: &Config, language: usize) -> UrlPath {
    let home = UrlPath::folder(config.url_prefix(language).map(Lang::as_str));
    home.join(&format!("{}/", config.search.path.trim_matches('/')))
}

/// How many files of words there are for so many pages.
#[must_use]
pub fn word_files(pages: usize) -> usize {
    pages.div_ceil(PAGES_A_WORDS_FILE).max(1)
}

/// The files of an index of so many pages.
pub(super) fn parts(pages: usize) -> impl Iterator<Item = SearchPart> {
    let words = (0..word_files(pages)).map(SearchPart::Words);
    let entries = (0..pages.div_ceil(PAGES_A_FILE)).map(SearchPart::Pages);
    std::iter::once(SearchPart::Head).chain(words).chain(entries)
}

/// The name of a file of an index, in the folder of the search page.
#[must_use]
pub fn file_name(part: SearchPart) -> String {
    match part {
        SearchPart::Head => "index.json".to_owned(),
        SearchPart::Words(number) => format!("words-{number}.txt"),
        SearchPart::Pages(number) => format!("pages-{number}.json"),
    }
}

/// The path that a theme asks for the script of a language by.
#[must_use]
pub fn script_path(config: &Config, language: usize) -> String {
    let name = match Stemmer::of(config.languages[language].lang.as_str()) {
        Stemmer::English => "en",
        Stemmer::Russian => "ru",
        Stemmer::Kazakh => "kk",
        Stemmer::Plain => "plain",
    };
    format!("kenes/search-{name}.js")
}

/// The scripts of all languages, by the paths that themes ask for them by.
pub(super) fn scripts(config: &Config) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for (language, own) in config.languages.iter().enumerate() {
        let path = script_path(config, language);
        if all.iter().all(|(known, _)| *known != path) {
            all.push((path, script(Stemmer::of(own.lang.as_str()))));
        }
    }
    all
}

/// A script, without its comments and indents.
fn script(stemmer: Stemmer) -> String {
    let text = stemmer.script() + include_str!("search/engine.js");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}
