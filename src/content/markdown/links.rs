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
    /// `[[AI-ES-01@1.0#2.3]]`: a document of the site, a version or clause of it.
    Citation(Cited),
    /// Nothing at all: `[text]()`.
    Empty,
    /// Anything with a scheme, or `//host`.
    External {
        /// All of it.
        url: String,
    },
}

/// What a citation names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// The document's number, its old address or its path; empty for the page's own.
    pub document: String,
    /// The version's label; none for the text in force, and empty where it was forgotten behind `@`.
    pub version: Option<String>,
    /// The clause's id or number; empty where it was forgotten behind `#`.
    pub clause: Option<String>,
}

impl Cited {
    /// Reads what stands between `[[` and `]]`, without the words behind `|`.
    #[must_use]
    pub fn parse(written: &str) -> Self {
        let part = |text: &str| Some(text.trim().to_owned());
        let (rest, clause) = match written.split_once('#') {
            Some((rest, clause)) => (rest, part(clause)),
            None => (written, None),
        };
        let path = rest.trim().strip_prefix("@/");
        let (document, version) = match path.unwrap_or(rest.trim()).rsplit_once('@') {
            Some((document, version)) => (document, part(version)),
            None => (path.unwrap_or(rest), None),
        };
        Self { document: document.trim().to_owned(), version, clause }
    }
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
    fn citations_name_document_version_and_clause() {
        let cited = |written| {
            let Cited { document, version, clause } = Cited::parse(written);
            format!("{document}/{}/{}", version.unwrap_or_default(), clause.unwrap_or_default())
        };
        assert_eq!(cited("AI-ES-01"), "AI-ES-01//");
        assert_eq!(cited("AI-ES-01#transparency"), "AI-ES-01//transparency");
        assert_eq!(cited("AI-ES-01@1.0#2.3(a)"), "AI-ES-01/1.0/2.3(a)");
        assert_eq!(cited("@/standards/ethical-ai/index.md@1.0"), "standards/ethical-ai/index.md/1.0/");
        assert_eq!(cited("#2.3"), "//2.3");
        assert_eq!(cited(" № 5-қ @ 1.0 # a "), "№ 5-қ/1.0/a");
    }

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
