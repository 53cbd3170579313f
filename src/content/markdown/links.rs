//! Where a link says it leads.

use crate::base::path::decode_path;
use crate::base::span::Span;

/// A link or picture of a text, as its author wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub target: Target,
    /// Where it stands in the file.
    pub span: Span,
    /// The text that a reader clicks on, with the alternative texts of pictures in it; `None` for
    /// pictures, the arguments of directives and raw HTML, which have none or keep it elsewhere.
    pub text: Option<Box<str>>,
}

/// The kinds of target that a link can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `@/council/founding.md#id`: a file below `content/`.
    Content {
        /// The path below `content/`.
        path: String,
        /// What stands behind `#`.
        fragment: Option<String>,
    },
    /// `../council/founding.md`, `photo.jpg`: counted from the folder of the page's own file.
    Relative {
        /// The path.
        path: String,
        /// `?…` as it was written, or nothing.
        query: String,
        /// What stands behind `#`.
        fragment: Option<String>,
        /// All of it as it was written.
        written: String,
    },
    /// `/council/`: an address of the site.
    Rooted {
        /// The path, decoded.
        path: String,
        /// `?…` as it was written, or nothing.
        query: String,
        /// What stands behind `#`.
        fragment: Option<String>,
    },
    /// `#id`: this page.
    Here {
        /// What stands behind `#`.
        fragment: String,
    },
    /// Nothing at all: `[text]()`.
    Empty,
    /// Anything with a scheme, or `//host`.
    External {
        /// All of it.
        url: String,
    },
}

impl Target {
    /// Reads a destination.
    #[must_use]
    pub fn parse(destination: &str) -> Self {
        if destination.is_empty() {
            return Self::Empty;
        }
        let (rest, fragment) = match destination.split_once('#') {
            Some((rest, fragment)) => {
                (rest, Some(decode_path(fragment).unwrap_or_else(|| fragment.to_owned())))
            }
            None => (destination, None),
        };
        if let Some(path) = rest.strip_prefix("@/") {
            return Self::Content { path: decoded(path), fragment };
        }
        if rest.starts_with("//") || has_scheme(rest) {
            return Self::External { url: destination.to_owned() };
        }
        if rest.is_empty() {
            return Self::Here { fragment: fragment.unwrap_or_default() };
        }
        let (path, query) = rest.find('?').map_or((rest, ""), |at| rest.split_at(at));
        if path.starts_with('/') {
            Self::Rooted { path: decoded(path), query: query.to_owned(), fragment }
        } else {
            Self::Relative {
                path: decoded(path),
                query: query.to_owned(),
                fragment,
                written: destination.to_owned(),
            }
        }
    }
}

fn decoded(path: &str) -> String {
    decode_path(path).unwrap_or_else(|| path.to_owned())
}

/// RFC 3986, section 3.1: a letter, then letters, digits, `+`, `-` and `.`, then a colon.
fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_told_apart() {
        let content = Target::parse("@/council/a.md#%D2%9B");
        assert_eq!(content, Target::Content { path: "council/a.md".into(), fragment: Some("қ".into()) });
        assert!(matches!(Target::parse("../a.md"), Target::Relative { .. }));
        assert!(matches!(Target::parse("/a/?x=1#y"), Target::Rooted { query, .. } if query == "?x=1"));
        assert!(matches!(Target::parse("#y"), Target::Here { .. }));
        assert!(matches!(Target::parse("#"), Target::Here { .. }));
        assert!(matches!(Target::parse(""), Target::Empty));
        for url in ["https://a.kz", "mailto:a@b.kz", "//cdn.kz/x", "tel:+7"] {
            assert!(matches!(Target::parse(url), Target::External { .. }), "{url}");
        }
    }
}
