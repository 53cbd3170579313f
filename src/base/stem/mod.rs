//! Stems of words: what the forms of one word have in common, for searching.
//!
//! Each stemmer is there twice, in Rust for the index and in JavaScript for what is asked for; a list of
//! words and stems (`tests/stem/`) holds the two together.

pub mod kk;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use rust_stemmers::Algorithm;

/// How the words of a language become stems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stemmer {
    /// English, by Snowball's `english`.
    English,
    /// Russian, by Snowball's `russian`.
    Russian,
    /// Kazakh, by [`kk`].
    Kazakh,
    /// Of other languages: each word is its own stem.
    Plain,
}

impl Stemmer {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::English, Self::Russian, Self::Kazakh, Self::Plain];

    /// That of a language, by its tag.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        match tag.split('-').next() {
            Some("en") => Self::English,
            Some("ru") => Self::Russian,
            Some("kk") => Self::Kazakh,
            _ => Self::Plain,
        }
    }

    /// The stem of a word in small letters.
    #[must_use]
    pub fn stem(self, word: &str) -> Cow<'_, str> {
        // Words of another script have none of the endings, and numbers have none at all.
        let is_latin = word.bytes().all(|byte| byte.is_ascii_lowercase());
        match self {
            Self::English if is_latin => rust_stemmers::Stemmer::create(Algorithm::English).stem(word),
            Self::Russian if is_cyrillic(word) => {
                rust_stemmers::Stemmer::create(Algorithm::Russian).stem(word)
            }
            Self::Kazakh if is_cyrillic(word) => kk::stem(word).into(),
            _ => word.into(),
        }
    }

    /// The same in JavaScript: a function `stem`.
    #[must_use]
    pub fn script(self) -> String {
        match self {
            Self::English => include_str!("en.js").to_owned(),
            Self::Russian => include_str!("ru.js").to_owned(),
            Self::Kazakh => {
                let table = kk::TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
                let table = table.collect::<Vec<_>>().join("\n");
                format!("const TABLE = `{table}`;\n{}", include_str!("kk.js"))
            }
            Self::Plain => "const stem = (word) => word;\n".to_owned(),
        }
    }

    /// Words that say nothing by themselves, between spaces.
    #[must_use]
    pub fn idle(self) -> &'static str {
        match self {
            Self::English => {
                " a an and are as at be been but by can for from had has have he her his how i if in into is it its \
                 may more no not of on or our out she should so such than that the their them then there these \
                 they this those to up was we were what when where which who will with would you your "
            }
            Self::Russian => {
                " а без бы был была были было быть в вас во вот все всех вы где да для до его ее если есть еще же \
                 за и из или им их к как кто ли мы на над не него нее нет ни но ну о об он она они оно от по под \
                 при про с со так также то того тоже только том ты у уже что чтобы эта эти это этого этот я "
            }
            Self::Kazakh => {
                " ал ба бар бе бен біз бір болып бойынша бұл да де деп емес еді екен және кім мен мына не немесе ол \
                 олар осы пен сол та те туралы үшін өз "
            }
            Self::Plain => "",
        }
    }
}

/// Whether a word is of Cyrillic letters only.
fn is_cyrillic(word: &str) -> bool {
    word.chars().all(|c| ('\u{400}'..='\u{52f}').contains(&c))
}
