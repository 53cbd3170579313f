//! How documents of a kind are cited in the formats of reference managers, as data of the kind. Types are those of
//! CSL 1.0.2 (<https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types>).

use super::field::{self, Field, Type};
use crate::base::codes;
use crate::base::data::{Fields, Value};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;

/// The types of CSL.
const TYPES: &[&str] = &[
    "article",
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "bill",
    "book",
    "broadcast",
    "chapter",
    "classic",
    "collection",
    "dataset",
    "document",
    "entry",
    "entry-dictionary",
    "entry-encyclopedia",
    "event",
    "figure",
    "graphic",
    "hearing",
    "interview",
    "legal_case",
    "legislation",
    "manuscript",
    "map",
    "motion_picture",
    "musical_score",
    "pamphlet",
    "paper-conference",
    "patent",
    "performance",
    "periodical",
    "personal_communication",
    "post",
    "post-weblog",
    "regulation",
    "report",
    "review",
    "review-book",
    "software",
    "song",
    "speech",
    "standard",
    "thesis",
    "treaty",
    "webpage",
];

/// How a kind's documents are cited. Fields are told by their places in the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cite {
    /// The type of CSL, where nothing says more.
    usual: String,
    /// The enum that says more, and the type for each of its words.
    by: Option<(usize, Vec<(String, String)>)>,
    /// Its number.
    pub number: Option<usize>,
    /// Who issued it: references or a text.
    pub author: Option<usize>,
    /// Who published it: a text or references.
    pub publisher: Option<usize>,
    /// Where it is published, if that is not its page.
    pub url: Option<usize>,
}

impl Cite {
    /// The type of a document; `word` gives its word of an enum.
    #[must_use]
    pub fn csl_type<'a>(&'a self, word: impl Fn(usize) -> Option<&'a str>) -> &'a str {
        let by = self.by.as_ref().and_then(|(field, types)| {
            let word = word(*field)?;
            types.iter().find(|(name, _)| name == word).map(|(_, own)| own)
        });
        by.unwrap_or(&self.usual)
    }
}

/// Reads the table `cite` of a kind. What is built in, and stands at `home`, may name fields that the site has
/// taken away.
pub(super) fn read(fields: &mut Fields<'_>, home: Option<Span>, own: &[Field]) -> Option<Cite> {
    let node = fields.node("cite")?;
    if node.value == Value::Bool(false) {
        return None;
    }
    let table = fields.table("cite")?;
    let mut inner = fields.inner(table);
    let (mut usual, mut by) = ("document".to_owned(), None);
    let typed = inner.node("type");
    match typed.map(|node| (&node.value, node.span)) {
        Some((Value::String(name), span)) => {
            known_type(&mut inner, name, span);
            usual.clone_from(name);
        }
        Some((Value::Table(table), _)) => {
            let mut inner = inner.inner(table);
            let from = inner.spanned_string("from");
            if let Some((name, span)) = inner.spanned_string("default") {
                known_type(&mut inner, &name, span);
                usual = name;
            }
            let words = inner.table("values").map_or(&[][..], |table| &table.entries);
            let is_enum = |field: &Field| matches!(field.value, Type::Enum(_)) && !field.list;
            if let Some(at) =
                from.and_then(|named| field::named(&mut inner, own, home, named, &is_enum, "an enum"))
            {
                let Type::Enum(known) = &own[at].value else { return None };
                let mut types = Vec::new();
                for entry in words {
                    let is_known = known.iter().any(|(word, _)| *word == entry.key);
                    if !is_known && home != Some(entry.key_span) {
                        let message = format!("`{}` has no word `{}`", own[at].name, entry.key);
                        let names = || known.iter().map(|(word, _)| word.as_str());
                        let help = did_you_mean(&entry.key, names()).unwrap_or_else(|| {
                            format!("its words are: {}", names().collect::<Vec<_>>().join(", "))
                        });
                        let problem = Diagnostic::error(codes::KIND_DEFINITION, message).help(help);
                        inner.problem(entry.key_span, problem);
                    }
                    if let Value::String(name) = &entry.node.value {
                        known_type(&mut inner, name, entry.node.span);
                        types.push((entry.key.clone(), name.clone()));
                    }
                }
                by = Some((at, types));
            }
            inner.finish("the `type` of a citation");
        }
        Some((other, span)) => {
            let message = format!("`type` must be a text or a table, and is {}", other.kind());
            let help =
                "write type = \"report\", or type = { from = \"form\", values = { law = \"legislation\" } }";
            inner.problem(span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
        }
        None => {
            let problem = Diagnostic::error(codes::KIND_DEFINITION, "`cite` of a kind has no `type`");
            inner.problem(node.span, problem.help("add type = \"report\", or another type of CSL"));
        }
    }
    let is_text = |field: &Field| matches!(field.value, Type::String | Type::Text) && !field.list;
    let is_name = |field: &Field| matches!(field.value, Type::String | Type::Text | Type::Ref(_));
    let number = inner.spanned_string("number");
    let number = number.and_then(|named| field::named(&mut inner, own, home, named, &is_text, "a text"));
    let author = inner.spanned_string("author");
    let author = author
        .and_then(|named| field::named(&mut inner, own, home, named, &is_name, "a text or a reference"));
    let publisher = inner.spanned_string("publisher");
    let publisher = publisher
        .and_then(|named| field::named(&mut inner, own, home, named, &is_name, "a text or a reference"));
    let is_url = |field: &Field| matches!(field.value, Type::Url) && !field.list;
    let url = inner.spanned_string("url");
    let url = url.and_then(|named| field::named(&mut inner, own, home, named, &is_url, "an address"));
    inner.finish("`cite` of a kind");
    Some(Cite { usual, by, number, author, publisher, url })
}

fn known_type(fields: &mut Fields<'_>, name: &str, span: Span) {
    if !TYPES.contains(&name) {
        let help = did_you_mean(name, TYPES.iter().copied()).unwrap_or_else(|| {
            "it is one of: legislation, regulation, report, standard, treaty, webpage, …".to_owned()
        });
        let problem = Diagnostic::error(codes::KIND_DEFINITION, format!("CSL has no type `{name}`"));
        fields.problem(span, problem.help(help));
    }
}
