//! Styles of citations in the Citation Style Language (CSL 1.0.2), and the words that they use.

use hayagriva::archive::{self, ArchivedStyle};
use hayagriva::citationberg::{
    CitationFormat, IndependentStyle, Locale, LocaleCode, LocaleFile, Style as Csl, StyleCategory, StyleClass,
};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::digest::fingerprint;
use crate::config::{self, CitationStyle, Config};
use crate::source::Source;

/// Words of languages that the archive of locales lacks.
const OWN: &[&str] = &[include_str!("locales/kk-KZ.xml")];

/// How citations and the list of sources look.
#[derive(Debug)]
pub struct Style {
    /// The style itself.
    pub csl: IndependentStyle,
    /// Whether sources are told by numbers.
    pub is_numeric: bool,
    /// The fingerprint of the style.
    pub(super) print: u64,
}

impl Style {
    /// A style of the program, or of a file of the site.
    pub(super) fn load(
        wanted: &CitationStyle,
        source: &Source,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let Some(path) = wanted.file() else {
            let Csl::Independent(csl) = ArchivedStyle::by_name(&wanted.name)?.get() else { return None };
            return Self::new(csl, fingerprint(&wanted.name))
                .map_err(|message| problems.push(at_setting(wanted, message, USABLE)))
                .ok();
        };
        let Some(file) = source.file(path) else {
            let message = format!("there is no file {path}");
            let help = "write its path from the site's folder, or the name of a style: `apa`, `ieee`";
            problems.push(at_setting(wanted, message, help));
            return None;
        };
        let text = match file.read_text(problems) {
            Ok(text) => text,
            Err(problem) => {
                problems.push(*problem);
                return None;
            }
        };
        let read = || Csl::from_xml(&text).map_err(|error| error.to_string());
        let parsed = crate::base::quiet::quietly(|| std::panic::catch_unwind(read))
            .unwrap_or_else(|_| Err("the reader of styles fails on it".to_owned()));
        let problem = |message: String, help: &str| {
            Diagnostic::error(codes::CITATION_STYLE, message).at(Location::file(path)).help(help)
        };
        match parsed {
            Ok(Csl::Independent(csl)) => Self::new(csl, fingerprint(&text))
                .map_err(|message| problems.push(problem(message, USABLE)))
                .ok(),
            Ok(Csl::Dependent(_)) => {
                let message = "this style only names another one".to_owned();
                problems.push(problem(message, "take the file of the style that it names as its parent"));
                None
            }
            Err(error) => {
                let message = format!("this is no style of the Citation Style Language: {error}");
                let help = "get the file from the CSL styles repository, or name a style: `apa`, `ieee`";
                problems.push(problem(message, help));
                None
            }
        }
    }

    fn new(csl: IndependentStyle, print: u64) -> Result<Self, String> {
        if csl.settings.class == StyleClass::Note {
            return Err(
                "this style puts citations into footnotes, and a page has them in its text".to_owned()
            );
        }
        if csl.bibliography.is_none() {
            return Err("this style has no list of sources".to_owned());
        }
        let numeric = |category: &StyleCategory| {
            matches!(category, StyleCategory::CitationFormat { format: CitationFormat::Numeric })
        };
        let is_numeric = csl.info.category.iter().any(numeric);
        Ok(Self { csl, is_numeric, print })
    }
}

const USABLE: &str = "choose a style with authors and dates, or with numbers: `apa`, `ieee`";

fn at_setting(wanted: &CitationStyle, message: String, help: &str) -> Diagnostic {
    let problem = Diagnostic::error(codes::CITATION_STYLE, message).help(help);
    match wanted.span {
        Some(span) => problem.at(Location::later(config::FILE_NAME, span)),
        None => problem.in_file(config::FILE_NAME),
    }
}

/// The words of styles in the languages of a site: "p.", "edited by", the months.
#[derive(Debug, Default)]
pub(super) struct Words(pub(super) Vec<Locale>);

impl Words {
    /// Those of the site's languages, and the English ones, which stand in for what a language lacks.
    pub(super) fn of(config: &Config) -> Self {
        let codes: Vec<LocaleCode> =
            config.languages.iter().map(|language| locale(language.lang.as_str())).collect();
        let english = LocaleCode::en_us();
        let is_wanted =
            |known: &Locale| known.lang.as_ref().is_some_and(|lang| codes.contains(lang) || *lang == english);
        let own = OWN.iter().filter_map(|text| LocaleFile::from_xml(text).ok()).map(Locale::from);
        Self(own.chain(archive::locales()).filter(is_wanted).collect())
    }
}

/// The code of a language with the country that CSL's files of words have: `ru-RU`, `kk-KZ`.
#[must_use]
pub fn locale(lang: &str) -> LocaleCode {
    let code = match lang {
        "ar" | "eu" | "la" => lang,
        "cs" => "cs-CZ",
        "da" => "da-DK",
        "el" => "el-GR",
        "en" => "en-US",
        "et" => "et-EE",
        "fa" => "fa-IR",
        "hi" => "hi-IN",
        "hy" => "hy-AM",
        "ja" => "ja-JP",
        "kk" => "kk-KZ",
        "ko" => "ko-KR",
        "nb" | "no" => "nb-NO",
        "pt" => "pt-PT",
        "sl" => "sl-SI",
        "sr" => "sr-Cyrl-RS",
        "sv" => "sv-SE",
        "uk" => "uk-UA",
        "vi" => "vi-VN",
        "zh" | "zh-Hans" => "zh-CN",
        "zh-Hant" => "zh-TW",
        tag if tag.contains('-') => tag,
        tag => return LocaleCode(format!("{tag}-{}", tag.to_uppercase())),
    };
    LocaleCode(code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kazakh_has_words_of_its_own() {
        let file = LocaleFile::from_xml(OWN[0]).unwrap();
        let locale = Locale::from(file);
        assert_eq!(locale.lang, Some(super::locale("kk")));
        let text = format!("{locale:?}");
        for word in ["Электрондық ресурс", "және т.б.", "қаңтар", "желтоқсан"]
        {
            assert!(text.contains(word), "{word}");
        }
        // What is read by those who know no Russian.
        assert!(!text.contains("просмотрено") && !text.contains("Электронный"));
    }
}
