//! Structured text (TOML, YAML, JSON) as values that know where they stand.
//!
//! `kenes.toml`, `theme.toml` and front matter are all read through this: a value keeps its span, so
//! that every mistake in a file is reported at its place, and all of them in one run.

mod fields;
mod json;
mod toml;
mod yaml;

pub use fields::Fields;
pub use json::parse_json;
pub use toml::parse_toml;
pub use yaml::{parse_yaml, parse_yaml_node};

use crate::base::clock::Moment;
use crate::base::codes::{self, Code};
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::span::Span;

/// A value and the place it stands at.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where in the text.
    pub span: Span,
    /// What.
    pub value: Value,
}

/// What a structured text can say.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null` or nothing at all (YAML only).
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    String(String),
    /// A TOML date or date and time.
    Moment(Moment),
    /// A list.
    List(Vec<Node>),
    /// Keys and values.
    Table(Table),
}

impl Value {
    /// The type's name in messages, with its article.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::String(_) => "a text",
            Self::Moment(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Keys and values, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Each key with its place and its value.
    pub entries: Vec<Entry>,
}

/// One key of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

impl Table {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// Lays `over` on top: its keys win, tables merge key by key.
    pub fn merge(&mut self, over: &Table) {
        for entry in &over.entries {
            match self.entries.iter_mut().find(|own| own.key == entry.key) {
                Some(own) => match (&mut own.node.value, &entry.node.value) {
                    (Value::Table(own), Value::Table(over)) => own.merge(over),
                    _ => own.node = entry.node.clone(),
                },
                None => self.entries.push(entry.clone()),
            }
        }
    }
}

/// Quotation marks that word processors put where a program reads straight ones only.
pub const CURLY: &[char] = &['“', '”', '„', '‟', '‘', '’', '‚', '«', '»'];

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl SyntaxError {
    /// The error as a diagnostic; `offset` is where the text begins in the text of `file`, and
    /// `language` is TOML, YAML or JSON. What the parsers say is for programmers: the help is for authors.
    #[must_use]
    pub fn diagnostic(
        &self,
        code: Code,
        language: &str,
        file: &str,
        text: &str,
        offset: usize,
    ) -> Diagnostic {
        let place = Location::span(file, text, self.span.shift(offset));
        let said = self.message.as_str();
        // The parsers tell a date that does not exist apart by their words only.
        let dated = said.strip_prefix("invalid date, ").or_else(|| said.strip_prefix("invalid time, "));
        if dated.is_some() || said.contains("calendar") {
            let code = if code == codes::SYNTAX { codes::BAD_DATE } else { code };
            let message = dated.map_or(said.to_owned(), |rest| format!("this date does not exist: {rest}"));
            let help = "write a date as year-month-day: 2025-01-15";
            return Diagnostic::error(code, message).at(place).help(help);
        }
        let written = &text[place_of(text, self.span.shift(offset))..];
        if let Some(mark) = curly(text, self.span.shift(offset)).filter(|_| language == "TOML") {
            let message =
                format!("this is not TOML: the quotation mark `{mark}` is curly, and must be a straight one");
            let help = "write title = \"…\"; word processors make quotation marks curly";
            return Diagnostic::error(code, message).at(place).help(help);
        }
        let help = match language {
            "TOML" => toml_advice(said, written),
            "JSON" => {
                "JSON has quotation marks around every key and text, commas between, and none after the last"
            }
            _ => yaml_advice(said),
        };
        Diagnostic::error(code, format!("this is not {language}: {said}")).at(place).help(help)
    }
}

fn place_of(text: &str, span: Span) -> usize {
    crate::base::span::floor_boundary(text, span.start)
}

/// The curly quotation mark that the text at a place, or the value of its line, begins with.
fn curly(text: &str, span: Span) -> Option<char> {
    let at = place_of(text, span);
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let value = line.split_once('=').map_or("", |(_, value)| value.trim_start());
    [&text[at..], value].iter().find_map(|text| text.chars().next().filter(|c| CURLY.contains(c)))
}

fn toml_advice(said: &str, written: &str) -> &'static str {
    if said.contains("cannot extend") && written.starts_with("languages") {
        return "beside `languages = […]` each language has a table [language.ru], without the s";
    }
    if said.contains("string") {
        return "a text begins and ends with a quotation mark, on one line: title = \"…\"";
    }
    if said.contains("duplicate") {
        return "remove one of the two";
    }
    "write one key on a line, as in title = \"…\" or weight = 5; texts stand in quotation marks"
}

fn yaml_advice(said: &str) -> &'static str {
    if said.contains("mapping values") || said.contains("':' indicator") {
        return "put a text that has a colon in quotation marks, and close every bracket";
    }
    if said.contains("tabs") {
        return "indent with spaces";
    }
    if said.contains("quote") {
        return "a text that begins with a quotation mark must end with one";
    }
    if said.contains("bracket") {
        return "close the bracket";
    }
    if said.contains("duplicate") {
        return "remove one of the two";
    }
    "write one key on a line, as in title: …, and indent what belongs to it with spaces"
}
