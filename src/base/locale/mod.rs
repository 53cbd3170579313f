//! How a language writes dates and numbers, counts, and sorts: what CLDR says, through ICU4X.
//!
//! The data of all languages is compiled in, so that a site in any language needs no files. Each
//! formatter is made when it is first asked for and then kept, for all threads.

mod date;
mod number;

use std::cmp::Ordering;
use std::sync::OnceLock;

use icu_collator::CollatorBorrowed;
use icu_collator::options::CollatorOptions;
use icu_decimal::DecimalFormatter;
use icu_decimal::options::DecimalFormatterOptions;
use icu_locale_core::subtags::{language, region};
use icu_plurals::{PluralRules, PluralRulesOptions};

pub use date::DateStyle;

/// One language's conventions.
///
/// Plain `en` is British English, because the portals that Kenes is for write `15 January 2025`;
/// `en-US` is there for those who want that. Tags that CLDR does not know get its root
/// conventions, with dates as in ISO 8601.
pub struct Locale {
    tag: icu_locale_core::Locale,
    dates: date::Dates,
    plurals: OnceLock<Option<PluralRules>>,
    numbers: OnceLock<Option<DecimalFormatter>>,
    collator: OnceLock<Option<CollatorBorrowed<'static>>>,
}

impl Locale {
    /// The conventions of the language with this BCP 47 tag. Costs nothing until they are used.
    #[must_use]
    pub fn new(tag: &str) -> Self {
        let mut tag = icu_locale_core::Locale::try_from_str(tag).unwrap_or(icu_locale_core::Locale::UNKNOWN);
        if tag.id.language == language!("en") && tag.id.region.is_none() {
            tag.id.region = Some(region!("GB"));
        }
        Self {
            tag,
            dates: date::Dates::default(),
            plurals: OnceLock::new(),
            numbers: OnceLock::new(),
            collator: OnceLock::new(),
        }
    }

    /// The order of two texts in this language's alphabet, which is never that of code points:
    /// `ё` follows `е`, and in Kazakh `ә` follows `а`. Equal only if the texts differ in nothing
    /// that a reader would see.
    #[must_use]
    pub fn compare(&self, a: &str, b: &str) -> Ordering {
        self.collator().map_or_else(|| a.cmp(b), |collator| collator.compare(a, b))
    }

    /// Bytes whose plain order is that of [`Locale::compare`]: for sorting much, or elsewhere.
    #[must_use]
    pub fn sort_key(&self, text: &str) -> Vec<u8> {
        let Some(collator) = self.collator() else { return text.as_bytes().to_vec() };
        let mut key = Vec::with_capacity(text.len() * 2);
        let Ok(()) = collator.write_sort_key_to(text, &mut key);
        key
    }

    fn collator(&self) -> Option<&CollatorBorrowed<'static>> {
        self.collator
            .get_or_init(|| CollatorBorrowed::try_new((&self.tag).into(), CollatorOptions::default()).ok())
            .as_ref()
    }

    fn plurals(&self) -> Option<&PluralRules> {
        self.plurals
            .get_or_init(|| PluralRules::try_new((&self.tag).into(), PluralRulesOptions::default()).ok())
            .as_ref()
    }

    fn numbers(&self) -> Option<&DecimalFormatter> {
        self.numbers
            .get_or_init(|| {
                DecimalFormatter::try_new((&self.tag).into(), DecimalFormatterOptions::default()).ok()
            })
            .as_ref()
    }
}

impl std::fmt::Debug for Locale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Locale({})", self.tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(tag: &str, letters: &str) -> String {
        let locale = Locale::new(tag);
        let mut letters: Vec<String> = letters.chars().map(String::from).collect();
        letters.sort_by(|a, b| locale.compare(a, b));
        letters.concat()
    }

    #[test]
    fn the_kazakh_alphabet_is_in_order() {
        let alphabet = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя";
        let mut by_code_point: Vec<char> = alphabet.chars().collect();
        by_code_point.sort_unstable();
        let shuffled: String = by_code_point.into_iter().rev().collect();
        assert_eq!(sorted("kk", &shuffled), alphabet);
        assert_eq!(sorted("kk-KZ", &shuffled), alphabet);
        // Without the Kazakh tailoring, і goes before й.
        assert_eq!(sorted("ru", "ыій"), "ійы");
    }

    #[test]
    fn the_russian_alphabet_is_in_order() {
        assert_eq!(sorted("ru", "яёжеыъь"), "еёжъыья");
        let ru = Locale::new("ru");
        assert_eq!(ru.compare("ёлка", "ежевика"), Ordering::Greater);
        assert_eq!(ru.compare("Ель", "ёлка"), Ordering::Greater);
    }

    #[test]
    fn capitals_and_accents_matter_last() {
        let en = Locale::new("en");
        assert_eq!(en.compare("resume", "Resume"), Ordering::Less);
        assert_eq!(en.compare("Resume", "résumés"), Ordering::Less);
        assert_eq!(en.compare("10", "9"), Ordering::Less);
    }

    #[test]
    fn sort_keys_agree_with_compare() {
        for tag in ["kk", "ru", "en", "und"] {
            let locale = Locale::new(tag);
            let words = ["Іс", "ис", "Ысқақ", "Әлем", "алма", "AI", "ai", "Ёж", "еж", "", "10", "9"];
            for a in words {
                for b in words {
                    assert_eq!(locale.sort_key(a).cmp(&locale.sort_key(b)), locale.compare(a, b), "{a} {b}");
                }
            }
        }
    }

    #[test]
    fn a_tag_that_nobody_knows_still_works() {
        for tag in ["", "xx", "qaa-Qaaa", "not a tag", "kk-KZ-x-private", "zz-abcdefgh"] {
            let locale = Locale::new(tag);
            assert_eq!(locale.compare("a", "b"), Ordering::Less);
            assert_eq!(locale.plural(1), if tag.starts_with("kk") { "one" } else { "other" });
            assert!(locale.integer(12).contains("12"));
        }
    }

    #[test]
    fn one_locale_serves_all_threads() {
        fn shared<T: Send + Sync>(_: &T) {}
        let locale = Locale::new("kk");
        shared(&locale);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(locale.plural(5), "other"));
            }
        });
    }
}
