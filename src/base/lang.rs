//! Language tags.

use std::fmt;
use std::sync::Arc;

/// A language of the site, as written in `kenes.toml`: a BCP 47 tag such as `kk` or `zh-Hant`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang(Arc<str>);

impl Lang {
    /// A language of this tag, if it is shaped like one (RFC 5646, section 2.1: letters and digits
    /// in groups of at most eight, joined by hyphens, the first of two or three letters).
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let mut parts = tag.split('-');
        let first = parts.next()?;
        let primary = (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_lowercase());
        let rest = parts
            .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        (primary && rest).then(|| Self(Arc::from(tag)))
    }

    /// The language that is meant by a tag that begins with the code of a country which is the code
    /// of no language, as its tag and its English name.
    #[must_use]
    pub fn meant(&self) -> Option<(&'static str, &'static str)> {
        // Codes of countries in ISO 3166-1 that ISO 639-1 gives to no language. Where it does, as
        // `se` or `kg`, nobody can know that something else was meant.
        Some(match self.0.split('-').next()? {
            "kz" => ("kk", "Kazakh"),
            "tj" => ("tg", "Tajik"),
            "tm" => ("tk", "Turkmen"),
            "ua" => ("uk", "Ukrainian"),
            "by" => ("be", "Belarusian"),
            "ge" => ("ka", "Georgian"),
            "cn" => ("zh", "Chinese"),
            "jp" => ("ja", "Japanese"),
            "vn" => ("vi", "Vietnamese"),
            "ir" => ("fa", "Persian"),
            "cz" => ("cs", "Czech"),
            "dk" => ("da", "Danish"),
            "gr" => ("el", "Greek"),
            "rs" => ("sr", "Serbian"),
            "gb" | "us" => ("en", "English"),
            _ => return None,
        })
    }

    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for Lang {
    fn borrow(&self) -> &str {
        &self.0
    }
}
