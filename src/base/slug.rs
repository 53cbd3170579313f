//! Addresses from words: what becomes of a file name, a taxonomy term or a heading in a URL.
//!
//! Kazakh and Russian have tables of their own, because general transliteration mangles them
//! (`Қазақстан` → `k-azak-stan`). Everything else goes through `any_ascii`: beside `deunicode` it
//! costs some 100 kB more and knows the letters of Kazakhstan's neighbours (Tajik, Uzbek, Tatar,
//! Azerbaijani), which `deunicode` turns into apostrophes and `@`.
//!
//! Different words may give one slug: `Іс` and `Ис` are both `is`, as they are in
//! Latin script without its dots. That is not mended here by odd spellings: two pages with one
//! address are reported (`K0601`), and the author then writes a `slug`.

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What is made of a text in an address; the setting's names are those of Zola's `slugify`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SlugMode {
    /// `"on"`: Latin letters, digits and hyphens only, the text being transliterated.
    #[default]
    Ascii,
    /// `"safe"`: letters of any script are kept, everything else becomes a hyphen.
    Unicode,
    /// `"off"`: the text as it is, but for what would lead out of its folder.
    Keep,
}

impl SlugMode {
    /// The names of the setting, in the order of the variants.
    pub const NAMES: [&'static str; 3] = ["on", "safe", "off"];

    /// The mode of a setting's name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "on" => Some(Self::Ascii),
            "safe" => Some(Self::Unicode),
            "off" => Some(Self::Keep),
            _ => None,
        }
    }

    /// The setting's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ascii => "on",
            Self::Unicode => "safe",
            Self::Keep => "off",
        }
    }
}

/// A part of an address made of `text`, which is in the language `lang` (a BCP 47 tag).
///
/// Empty if the text has nothing that could stand in an address. Never holds `/`, `\` or NUL, is
/// never `.` or `..`; the slug of a slug is itself; canonically equivalent texts give one slug.
#[must_use]
pub fn slugify(text: &str, mode: SlugMode, lang: &str) -> String {
    match mode {
        SlugMode::Ascii => ascii(text, lang),
        SlugMode::Unicode => unicode(text),
        SlugMode::Keep => keep(text),
    }
}

/// Words joined by single hyphens, with none at the ends.
#[derive(Default)]
struct Words {
    text: String,
    gap: bool,
}

impl Words {
    fn push(&mut self, c: char) {
        if self.gap && !self.text.is_empty() {
            self.text.push('-');
        }
        self.gap = false;
        self.text.push(c);
    }

    fn gap(&mut self) {
        self.gap = true;
    }

    /// Whether a letter or digit was just pushed, which a mark could sit on.
    fn in_word(&self) -> bool {
        !self.gap && !self.text.is_empty()
    }
}

fn ascii(text: &str, lang: &str) -> String {
    // File names are mostly slugs already.
    if is_ascii_slug(text) {
        return text.to_owned();
    }
    if text.is_ascii() {
        return ascii_only(text);
    }
    let kazakh = lang.split(['-', '_']).next() == Some("kk");
    let mut words = Words { text: String::with_capacity(text.len()), gap: false };
    for c in lower_nfc(text).chars() {
        if c.is_ascii_alphanumeric() {
            words.push(c);
        } else if let Some(letters) = cyrillic(c, kazakh) {
            letters.chars().for_each(|letter| words.push(letter));
        } else {
            foreign(c, &mut words);
        }
    }
    words.text
}

/// What [`ascii`] gives for a text that is ASCII already, without normal forms and tables.
fn ascii_only(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let words = text.as_bytes().split(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'\'' | b'`'));
    for word in words {
        let begin = slug.len();
        let letters = word.iter().filter(|b| b.is_ascii_alphanumeric());
        slug.extend(letters.map(|b| char::from(b.to_ascii_lowercase())));
        if begin > 0 && slug.len() > begin {
            slug.insert(begin, '-');
        }
    }
    slug
}

fn is_ascii_slug(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    text.bytes().all(plain) && !text.starts_with('-') && !text.ends_with('-') && !text.contains("--")
}

fn foreign(c: char, words: &mut Words) {
    let latin = any_ascii_char(c);
    if latin.is_empty() && !is_silent(c) {
        words.gap();
    }
    for b in latin.chars() {
        match b {
            b if b.is_ascii_alphanumeric() => words.push(b.to_ascii_lowercase()),
            '\'' | '`' => {}
            // What is not a letter in a letter's transliteration is a sign for its sound.
            _ if c.is_alphabetic() && b != ' ' => {}
            _ => words.gap(),
        }
    }
}

/// Kazakh: the draft Latin alphabet of January 2021 without its diacritics, as names are written
/// where there is no room for them (`Кеңес`, *Keñes*, `kenes`), but `ш` as `sh` and `ч` as `ch`,
/// as in the decree of 19 February 2018 (no. 637): without its cedilla, *ş* would be `s`. For the
/// same reason `щ` is `shch`. Silent `ъ` and `ь` fall away.
///
/// Russian: ICAO Doc 9303, part 3, section 6, table B, which is what Russian passports follow:
/// `щ` `shch`, `ю` `iu`, `я` `ia`, `ъ` `ie`, `ь` nothing.
///
/// Texts in other languages are read as Russian, and the letters that only Kazakh has as Kazakh.
fn cyrillic(c: char, kazakh: bool) -> Option<&'static str> {
    Some(match c {
        'ё' if kazakh => "io",
        'ж' if kazakh => "j",
        'х' if kazakh => "h",
        'ъ' if kazakh => "",
        'а' | 'ә' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ғ' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' | 'й' | 'і' => "i",
        'к' => "k",
        'қ' => "q",
        'л' => "l",
        'м' => "m",
        'н' | 'ң' => "n",
        'о' | 'ө' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ұ' | 'ү' => "u",
        'ф' => "f",
        'х' => "kh",
        'һ' => "h",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' => "ie",
        'ы' => "y",
        'ь' => "",
        'ю' => "iu",
        'я' => "ia",
        _ => return None,
    })
}

fn unicode(text: &str) -> String {
    let mut words = Words { text: String::with_capacity(text.len()), gap: false };
    for c in lower_nfc(text).chars() {
        if c.is_alphanumeric() || is_combining_mark(c) && words.in_word() {
            words.push(c);
        } else if !is_silent(c) && !matches!(c, '\'' | '’') {
            words.gap();
        }
    }
    // What fell away may have kept a letter and a mark apart.
    words.text.nfc().collect()
}

fn keep(text: &str) -> String {
    let mut kept: String = text.nfc().collect();
    if kept.contains(['/', '\\', '\0']) {
        kept = kept.replace(['/', '\\', '\0'], "-");
    }
    if kept == "." || kept == ".." { String::new() } else { kept }
}

fn lower_nfc(text: &str) -> String {
    let lower = text.nfc().collect::<String>().to_lowercase();
    // İ becomes i with a dot above, and other letters fall apart likewise.
    lower.nfc().collect()
}

/// Marks, soft hyphens, joiners and the like: inside a word, they do not end it.
fn is_silent(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn on(text: &str, lang: &str) -> String {
        slugify(text, SlugMode::Ascii, lang)
    }

    #[test]
    fn kazakh_is_read_as_kazakh() {
        for (text, slug) in [
            ("Қазақстан Республикасы", "qazaqstan-respublikasy"),
            ("Кеңес", "kenes"),
            ("Әділет", "adilet"),
            ("Жасанды интеллект жөніндегі кеңес", "jasandy-intellekt-jonindegi-kenes"),
            ("Ғылым және жоғары білім", "gylym-jane-jogary-bilim"),
            ("Шаңырақ, үй, ұлт; қаһарман", "shanyraq-ui-ult-qaharman"),
            ("Хабарландыру", "habarlandyru"),
            ("Объект", "obekt"),
        ] {
            assert_eq!(on(text, "kk"), slug);
            assert_eq!(on(text, "kk-KZ"), slug);
        }
    }

    #[test]
    fn russian_follows_the_passport_standard() {
        for (text, slug) in [
            ("Щедрый подъезд: ещё объявление!", "shchedryi-podieezd-eshche-obieiavlenie"),
            ("Юбилей и яркая жизнь", "iubilei-i-iarkaia-zhizn"),
            ("Хроника событий", "khronika-sobytii"),
            ("Цифровой Казахстан — 2030", "tsifrovoi-kazakhstan-2030"),
        ] {
            assert_eq!(on(text, "ru"), slug);
            assert_eq!(on(text, "en"), slug);
        }
        // Kazakh letters in a Russian text.
        assert_eq!(on("Театр «Әуезов» и Қазақ үні", "ru"), "teatr-auezov-i-qazaq-uni");
    }

    #[test]
    fn words_that_differ_by_a_dot_collide_and_are_reported_elsewhere() {
        assert_eq!(on("Іс", "kk"), on("Ис", "kk"));
        assert_ne!(slugify("Іс", SlugMode::Unicode, "kk"), slugify("Ис", SlugMode::Unicode, "kk"));
    }

    #[test]
    fn other_scripts_have_latin_letters_too() {
        for (text, slug) in [
            ("Crème brûlée à la carte", "creme-brulee-a-la-carte"),
            ("Straße & Größe", "strasse-grosse"),
            ("Azərbaycan", "azerbaycan"),
            ("İstanbul", "istanbul"),
            ("Ҷумҳурии Тоҷикистон", "jumhurii-tojikiston"),
            ("ქართული ენა", "kartuli-ena"),
            ("北京", "beijing"),
            ("½ and №5", "1-2-and-no5"),
            ("Kazakhstan’s strategy isn't", "kazakhstans-strategy-isnt"),
            ("co\u{ad}operation", "cooperation"),
        ] {
            assert_eq!(on(text, "en"), slug);
        }
    }

    #[test]
    fn nothing_to_read_gives_nothing() {
        for text in ["", " ", "---", "…", "\u{301}", "/", "..", "."] {
            assert_eq!(on(text, "en"), "", "{text:?}");
            assert_eq!(slugify(text, SlugMode::Unicode, "en"), "", "{text:?}");
        }
    }

    #[test]
    fn safe_keeps_letters() {
        let safe = |text| slugify(text, SlugMode::Unicode, "kk");
        assert_eq!(safe("Қазақстан: 2030 жыл!"), "қазақстан-2030-жыл");
        assert_eq!(safe("हिन्दी भाषा"), "हिन्दी-भाषा");
        assert_eq!(safe("a/b\\c..d_e"), "a-b-c-d-e");
        assert_eq!(safe("Cafe\u{301}"), "café");
    }

    #[test]
    fn off_changes_only_what_would_lead_elsewhere() {
        let off = |text| slugify(text, SlugMode::Keep, "en");
        assert_eq!(off("My Page_v1.0 "), "My Page_v1.0 ");
        assert_eq!(off("AC/DC\\x\0"), "AC-DC-x-");
        assert_eq!(off(".."), "");
    }

    #[test]
    fn names_of_the_setting() {
        for name in SlugMode::NAMES {
            assert_eq!(SlugMode::parse(name).map(SlugMode::as_str), Some(name));
        }
        assert_eq!(SlugMode::parse("ascii"), None);
    }

    fn modes() -> impl Strategy<Value = SlugMode> {
        prop_oneof![Just(SlugMode::Ascii), Just(SlugMode::Unicode), Just(SlugMode::Keep)]
    }

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[а-яА-ЯәғқңөұүһіӘҒҚҢӨҰҮҺІ \\-_./\u{300}-\u{345}]{0,24}",
            "[a-zA-ZéèÅΣσſK'’\u{ad}\u{200d}\u{301}\u{307}\u{338}\u{1100}-\u{1175} ./\\\\-]{0,24}",
        ]
    }

    proptest! {
        #[test]
        fn a_slug_is_safe_and_stays_itself(
            text in texts(),
            mode in modes(),
            lang in "kk|ru|en|kk-Cyrl-KZ",
        ) {
            let slug = slugify(&text, mode, &lang);
            prop_assert_eq!(&slugify(&slug, mode, &lang), &slug);
            prop_assert!(!slug.contains(['/', '\\', '\0']));
            prop_assert!(slug != "." && slug != "..");
            if mode == SlugMode::Ascii {
                prop_assert!(is_ascii_slug(&slug));
            }
            if mode != SlugMode::Keep {
                prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
                prop_assert!(!slug.contains(char::is_whitespace));
            }
            prop_assert_eq!(slugify(&text.nfd().collect::<String>(), mode, &lang), slug.clone());
            prop_assert_eq!(slugify(&text.nfc().collect::<String>(), mode, &lang), slug);
        }
    }
}
