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
