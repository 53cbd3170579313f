//! `[citations]`: in which style the sources of a text are named, language by language.

use hayagriva::archive::ArchivedStyle;

use super::languages::Language;
use crate::base::codes;
use crate::base::data::{Fields, Value};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::base::suggest::{did_you_mean, nearest_many};

/// The style of the sources of a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitationStyle {
    /// The name of a style that the program has, or the path of a `.csl` file from the site's folder.
    pub name: String,
    /// Where `kenes.toml` names it.
    pub span: Option<Span>,
}

/// How names of files end that hold a style in the Citation Style Language.
const FILE: &str = ".csl";

/// The style of texts in a language that the settings say nothing about: that of GOST R 7.0.5-2008
/// where bibliographies follow the standards of the Commonwealth of Independent States, else that of
/// the American Psychological Association, which reports and policy papers use.
fn usual(lang: &str) -> &'static str {
    match lang.split('-').next().unwrap_or_default() {
        "be" | "kk" | "ky" | "ru" => "gost-r-705-2008-numeric",
        _ => "apa",
    }
}

impl CitationStyle {
    /// The usual style of a language.
    #[must_use]
    pub fn usual(lang: &str) -> Self {
        Self { name: usual(lang).to_owned(), span: None }
    }

    /// The path of the file that it is in, if it is one of the site's own.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.name.ends_with(FILE).then_some(self.name.as_str())
    }
}

/// All names of styles that the program has.
fn names() -> impl Iterator<Item = &'static str> + Clone {
    ArchivedStyle::all().iter().flat_map(|style| style.names().iter().copied())
}

/// Reads `[citations]`: the style of each language.
pub(super) fn read(fields: &mut Fields<'_>, languages: &[Language]) -> Vec<CitationStyle> {
    let mut styles: Vec<CitationStyle> =
        languages.iter().map(|language| CitationStyle::usual(language.lang.as_str())).collect();
    let Some(table) = fields.table("citations") else { return styles };
    let mut own = fields.inner(table);
    if let Some(node) = own.node("style") {
        match &node.value {
            Value::String(name) => {
                if let Some(style) = style(&mut own, name, node.span) {
                    styles.fill(style);
                }
            }
            Value::Table(by_language) => {
                for entry in &by_language.entries {
                    let language = languages.iter().position(|language| language.lang.as_str() == entry.key);
                    match (language, &entry.node.value) {
                        (None, _) => {
                            let message = format!("`{}` is not one of the site's languages", entry.key);
                            let tags = languages.iter().map(|language| language.lang.as_str());
                            let help = did_you_mean(&entry.key, tags)
                                .unwrap_or_else(|| "add it to `languages`, or remove the style".to_owned());
                            let problem = Diagnostic::error(codes::BAD_VALUE, message).help(help);
                            own.problem(entry.key_span, problem);
                        }
                        (Some(at), Value::String(name)) => {
                            if let Some(style) = style(&mut own, name, entry.node.span) {
                                styles[at] = style;
                            }
                        }
                        (Some(_), other) => wrong(&mut own, other, entry.node.span),
                    }
                }
            }
            other => wrong(&mut own, other, node.span),
        }
    }
    own.finish("[citations]");
    styles
}

fn wrong(fields: &mut Fields<'_>, value: &Value, span: Span) {
    let message = format!("`style` must be a text or a table of languages, and is {}", value.kind());
    let help = "write style = \"apa\" or style = { en = \"apa\", ru = \"gost-r-705-2008-numeric\" }";
    fields.problem(span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
}

/// A style by its name. Whether a file is there is seen when it is read.
fn style(fields: &mut Fields<'_>, name: &str, span: Span) -> Option<CitationStyle> {
    let style = CitationStyle { name: name.to_owned(), span: Some(span) };
    if style.file().is_some() || ArchivedStyle::by_name(name).is_some() {
        return Some(style);
    }
    let near = nearest_many(name, names(), 3);
    let part: Vec<&str> = names().filter(|known| known.contains(&name.to_lowercase())).take(4).collect();
    let help = match (near.as_slice(), part.as_slice()) {
        ([], []) => "`apa`, `chicago-author-date`, `ieee` and `gost-r-705-2008-numeric` are some; \
                     a `.csl` file of the site works as well"
            .to_owned(),
        ([], known) | (known, _) => {
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("did you mean {}?", known.join(" or "))
        }
    };
    let message = format!("there is no citation style `{name}`");
    fields.problem(span, Diagnostic::error(codes::CITATION_STYLE, message).help(help));
    None
}
