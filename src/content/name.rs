//! What a file's name says: section or page, language, date, and the name in the address.

use std::sync::Arc;

use jiff::civil::Date;

use super::FOLDER;
use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::lang::Lang;
use crate::base::path::SourcePath;
use crate::base::suggest::did_you_mean;
use crate::config::Config;

/// What a file's name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The path below `content/` without the language: `council/founding.md`.
    pub key: Arc<str>,
    /// The folders above it below `content/`, joined by `/`; for `x/index.md`, those above `x`.
    pub folder: String,
    /// The name that the address is made of, without language, date and extension.
    pub stem: String,
    /// The date before the name.
    pub date: Option<Date>,
    /// The language, as an index of [`Config::languages`].
    pub language: usize,
    /// `_index.md`.
    pub is_section: bool,
    /// `x/index.md`: the page has a folder of its own, with its assets.
    pub is_bundle: bool,
}

impl Name {
    /// Reads the name of a Markdown file below `content/`.
    #[must_use]
    pub fn read(path: &SourcePath, config: &Config) -> (Self, Option<Diagnostic>) {
        let below = path.as_str().strip_prefix(FOLDER).unwrap_or(path.as_str()).trim_start_matches('/');
        let (folder, file) = below.rsplit_once('/').unwrap_or(("", below));
        let (stem, bad_ending) = split_ending(path, file);
        let (stem, language, problem) = split_language(path, stem, config);
        let slash = if folder.is_empty() { "" } else { "/" };
        let key = [folder, slash, stem, ".md"].concat();
        let is_section = stem == "_index";
        let is_bundle = stem == "index" && !folder.is_empty();
        let (folder, stem) = match is_bundle {
            true => folder.rsplit_once('/').unwrap_or(("", folder)),
            false => (folder, stem),
        };
        let (date, stem, bad_date) = split_date(path, stem, config.slugify.paths_keep_dates);
        let name = Self {
            key: Arc::from(key),
            folder: folder.to_owned(),
            stem: stem.to_owned(),
            date,
            language,
            is_section,
            is_bundle,
        };
        (name, bad_ending.or(problem).or(bad_date))
    }

    /// The folder of the document that the page is a version of, if its document has a file:
    /// `standards/ethical-ai` for `standards/ethical-ai/versions/1.0.md`.
    #[must_use]
    pub fn document(&self) -> Option<&str> {
        self.folder.strip_suffix("/versions").filter(|_| !self.is_section)
    }

    /// The folder that the file's assets and relative links count from, below `content/`.
    #[must_use]
    pub fn own_folder(&self) -> &str {
        self.key.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// A folder below `content/` and those above it, from the inside out; `""`, the last, is `content/` itself.
pub fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| match folder.rsplit_once('/') {
        Some((above, _)) => Some(above),
        None => (!folder.is_empty()).then_some(""),
    })
}

/// The file that holds a page in a language, by the page's key: `content/about.kk.md` for `about.md`.
#[must_use]
pub fn file_of(key: &str, language: usize, config: &Config) -> String {
    let stem = key.strip_suffix(".md").unwrap_or(key);
    match config.url_prefix(language) {
        Some(lang) => format!("{FOLDER}/{stem}.{lang}.md"),
        None => format!("{FOLDER}/{stem}.md"),
    }
}

/// `page.md` is `page`. `page.MD` is no page on every system: there it would lie beside `page.md`.
fn split_ending<'a>(path: &SourcePath, file: &'a str) -> (&'a str, Option<Diagnostic>) {
    let Some((stem, ending)) = file.rsplit_once('.') else { return (file, None) };
    if ending == "md" || !ending.eq_ignore_ascii_case("md") {
        return (file.strip_suffix(".md").unwrap_or(file), None);
    }
    let problem =
        Diagnostic::error(codes::ENDING, format!("the name of a page ends in `.md`, not in `.{ending}`"));
    (stem, Some(problem.in_file(path.as_str()).help(format!("name it {stem}.md"))))
}

/// `about.ru` is `about` in Russian. A suffix that looks like a language but is none of the site's
/// is a mistake: the page would end up in the wrong language without a word.
fn split_language<'a>(
    path: &SourcePath,
    stem: &'a str,
    config: &Config,
) -> (&'a str, usize, Option<Diagnostic>) {
    let Some((rest, suffix)) = stem.rsplit_once('.') else { return (stem, 0, None) };
    if let Some(language) = config.language_index(suffix) {
        return (rest, language, None);
    }
    let primary = suffix.split('-').next().unwrap_or_default();
    let looks_like_one = matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_lowercase());
    if !looks_like_one {
        return (stem, 0, None);
    }
    let known: Vec<&str> = config.languages.iter().map(|language| language.lang.as_str()).collect();
    let of_country = Lang::parse(suffix).and_then(|lang| lang.meant());
    let of_country = of_country.filter(|(meant, _)| known.contains(meant));
    let of_country = of_country.map(|(meant, name)| format!("{name} is `{meant}`: rename the file"));
    let near = || did_you_mean(suffix, known.iter().copied());
    let help = of_country.or_else(near).unwrap_or_else(|| {
        format!(
            "the site has {}; add `{suffix}` to `languages` in kenes.toml, or rename the file",
            known.join(", ")
        )
    });
    let message = format!("`{suffix}` in the file's name is not one of the site's languages");
    (rest, 0, Some(Diagnostic::error(codes::UNKNOWN_LANGUAGE, message).in_file(path.as_str()).help(help)))
}

/// `2025-01-15-founding` is `founding` on that day. A day that does not exist is a mistake.
fn split_date<'a>(
    path: &SourcePath,
    stem: &'a str,
    keep: bool,
) -> (Option<Date>, &'a str, Option<Diagnostic>) {
    let Some((day, rest)) = stem.split_at_checked(10) else { return (None, stem, None) };
    let Some(rest) = rest.strip_prefix(['-', '_']).filter(|rest| !rest.is_empty()) else {
        return (None, stem, None);
    };
    let shaped =
        day.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !shaped {
        return (None, stem, None);
    }
    let name = if keep { stem } else { rest };
    let Ok(date) = day.parse::<Date>() else {
        let message = format!("`{day}` in the file's name is a date that does not exist");
        let problem = Diagnostic::error(codes::BAD_DATE, message).in_file(path.as_str());
        return (
            None,
            name,
            Some(problem.help("rename the file: year, month and day, as in 2025-01-15-name.md")),
        );
    };
    (Some(date), name, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(path: &str) -> (Name, Option<Diagnostic>) {
        let (config, problems) =
            crate::config::read("base_url = \"https://a.kz\"\nlanguages = [\"en\", \"ru\", \"kk\"]");
        assert_eq!(problems, []);
        Name::read(&SourcePath::new(path), &config.unwrap())
    }

    #[test]
    fn reads_language_date_and_folder() {
        let (name, problem) = name("content/news/2025-01-15-founding.kk.md");
        assert!(problem.is_none());
        assert_eq!(&*name.key, "news/2025-01-15-founding.md");
        assert_eq!((name.folder.as_str(), name.stem.as_str(), name.language), ("news", "founding", 2));
        assert_eq!(name.date.unwrap().to_string(), "2025-01-15");
    }

    #[test]
    fn a_date_that_does_not_exist_is_a_mistake() {
        assert_eq!(name("content/2025-02-30-a.md").1.unwrap().code, codes::BAD_DATE);
        assert!(name("content/2025-02-30.md").1.is_none());
        assert!(name("content/2025-1-15-a.md").1.is_none());
    }

    #[test]
    fn capitals_in_the_ending_are_a_mistake() {
        let (name, problem) = name("content/page.ru.MD");
        assert_eq!(problem.unwrap().help.as_deref(), Some("name it page.ru.md"));
        assert_eq!((name.stem.as_str(), name.language), ("page", 1));
    }

    #[test]
    fn a_folder_with_index_is_a_page() {
        let (bundle, _) = name("content/news/visit/index.ru.md");
        assert_eq!(&*bundle.key, "news/visit/index.md");
        assert_eq!((bundle.folder.as_str(), bundle.stem.as_str(), bundle.is_bundle), ("news", "visit", true));
        assert_eq!(bundle.own_folder(), "news/visit");
        let (section, _) = name("content/news/_index.md");
        assert!(section.is_section);
        assert_eq!(section.folder, "news");
    }

    #[test]
    fn an_unknown_language_is_a_mistake_and_a_version_is_not() {
        assert_eq!(name("content/a.fr.md").1.unwrap().code, codes::UNKNOWN_LANGUAGE);
        assert_eq!(name("content/a.kz.md").1.unwrap().help.unwrap(), "Kazakh is `kk`: rename the file");
        let (version, problem) = name("content/v1.0.md");
        assert!(problem.is_none());
        assert_eq!(version.stem, "v1.0");
    }
}
