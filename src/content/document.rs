//! What front matter says of a page as a document: its kind, its fields, its history, its translation.
//!
//! Which fields a page may have follows from its kind, and that may follow from the section it lies
//! in. So fields are only collected here; RELATE, which knows the sections, looks at their values.

use crate::base::clock::Moment;
use crate::base::codes;
use crate::base::data::{Entry, Fields, Node, Table, Value};
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::Digest;
use crate::base::span::Span;
use crate::config::Config;
use crate::content::front::{KEYS, Meta, Spanned};
use crate::policy::label::Label;
use crate::policy::lifecycle::Step;
use crate::policy::when::When;

/// What a page or section says of itself as a document.
#[derive(Clone, Debug, Default)]
pub struct DocumentFront {
    /// Its kind.
    pub kind: Option<Spanned>,
    /// The kind whose register it is.
    pub register: Option<Spanned>,
    /// The keys that are fields of some kind, with places in the file.
    pub fields: Vec<Entry>,
    /// Its history, in the order of the text.
    pub history: Vec<Step>,
    /// Where the history stands.
    pub history_span: Option<Span>,
    /// The fingerprint of the text that it was translated from.
    pub translated_from: Option<Spanned>,
    /// The day until which somebody should have looked at it again.
    pub review_by: Option<Moment>,
    /// Whether a machine has made or translated it.
    pub synthetic: bool,
    /// Whether it only shows a feature.
    pub illustrative: bool,
}

impl DocumentFront {
    /// Reads what concerns documents; nothing where nothing is said.
    pub(super) fn read(fields: &mut Fields<'_>, offset: usize, config: &Config) -> Option<Box<Self>> {
        let spanned = |text: Option<Spanned>| text.map(|(text, span)| (text, span.shift(offset)));
        let steps = fields.tables("history");
        let history_span = steps.first().map(|(_, span)| span.shift(offset));
        let languages: Vec<&str> = config.languages.iter().map(|language| language.lang.as_str()).collect();
        let history = steps
            .into_iter()
            .filter_map(|(table, span)| step(fields.inner(table), span, offset, &languages))
            .collect();
        let own = Self {
            kind: spanned(fields.spanned_string("kind")),
            register: spanned(fields.spanned_string("register")),
            history,
            history_span,
            translated_from: spanned(fields.spanned_string("translated_from")),
            review_by: fields.moment("review_by"),
            synthetic: fields.bool("synthetic").unwrap_or(false),
            illustrative: fields.bool("illustrative").unwrap_or(false),
            fields: candidates(fields, offset, config),
        };
        let said = own.kind.is_some()
            || own.register.is_some()
            || own.history_span.is_some()
            || own.translated_from.is_some()
            || own.review_by.is_some()
            || own.synthetic
            || own.illustrative
            || !own.fields.is_empty();
        said.then(|| Box::new(own))
    }
}

/// The entries that may be fields: those whose key some kind of the site has.
fn candidates(fields: &mut Fields<'_>, offset: usize, config: &Config) -> Vec<Entry> {
    let mut all = Vec::new();
    for entry in fields.entries() {
        if !KEYS.contains(&entry.key.as_str()) && config.kinds.with_field(&entry.key).next().is_some() {
            fields.know(&entry.key);
            if entry.node.value != Value::Null {
                all.push(Entry {
                    key: entry.key.clone(),
                    key_span: entry.key_span.shift(offset),
                    node: shifted(&entry.node, offset),
                });
            }
        }
    }
    all
}

fn shifted(node: &Node, by: usize) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| shifted(item, by)).collect()),
        Value::Table(table) => {
            let entries = table.entries.iter().map(|entry| Entry {
                key: entry.key.clone(),
                key_span: entry.key_span.shift(by),
                node: shifted(&entry.node, by),
            });
            Value::Table(Table { entries: entries.collect() })
        }
        plain => plain.clone(),
    };
    Node { span: node.span.shift(by), value }
}

/// One of `[[history]]`.
fn step(mut fields: Fields<'_>, place: Span, offset: usize, languages: &[&str]) -> Option<Step> {
    let state = fields.spanned_string("state");
    let when = when(&mut fields, "date");
    let until = self::when(&mut fields, "until");
    let note = match fields.node("note") {
        Some(node) => Label::read(&mut fields, "note", node, languages, &|_| false),
        None => Label::default(),
    };
    for (key, help) in [("state", "add state = \"adopted\""), ("date", "add date = 2025-01-15")] {
        if !fields.entries().iter().any(|entry| entry.key == key) {
            let span = fields.entries().first().map_or(place, |entry| entry.key_span);
            let problem = Diagnostic::error(codes::MISSING_KEY, format!("this step has no `{key}`"));
            fields.problem(span, problem.help(help));
        }
    }
    fields.finish("a step of the history");
    let ((state, span), when) = (state?, when?);
    Some(Step { state, span: span.shift(offset), when, from: when.first(), until, note, field: None })
}

fn when(fields: &mut Fields<'_>, key: &'static str) -> Option<When> {
    let node = fields.node(key)?;
    When::read(&node.value)
        .map_err(|wrong| {
            let help =
                "write a date as year-month-day: 2025-01-15, or \"2025-01\" where the day is not known";
            fields.problem(node.span, Diagnostic::error(codes::BAD_DATE, wrong.to_string()).help(help));
        })
        .ok()
}

/// The fingerprint of what a translation is made from: 16 hexadecimal digits of a SHA-256 digest over
/// the title, the description, the fields that are words, and the text.
///
/// Dates, addresses and the like do not count: translations share them, or they need no translation.
#[must_use]
pub fn fingerprint(meta: &Meta, body: &str, config: &Config) -> String {
    let mut words = String::with_capacity(body.len() + 256);
    for part in [&meta.title, &meta.description] {
        words.push_str(part.as_deref().unwrap_or_default().trim());
        words.push('\0');
    }
    for entry in meta.document.iter().flat_map(|document| &document.fields) {
        let translated = |name: &str| {
            let mut kinds = config.kinds.with_field(name);
            kinds.any(|kind| kind.field(name).is_some_and(|field| !field.shared))
        };
        let texts = match &entry.node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(&entry.node),
        };
        let texts = texts.iter().filter_map(|node| match &node.value {
            Value::String(text) => Some(text.trim()),
            _ => None,
        });
        if translated(&entry.key) {
            for text in texts {
                words.push_str(text);
                words.push('\0');
            }
        }
    }
    words.push_str(body.trim());
    let mut digits = Digest::of(words.as_bytes()).hex();
    digits.truncate(FINGERPRINT);
    digits
}

/// How many digits a fingerprint has.
pub const FINGERPRINT: usize = 16;
