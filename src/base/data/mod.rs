//! Structured text (TOML, YAML) as values that know where they stand.
//!
//! `kenes.toml`, `theme.toml` and front matter are all read through this: a value keeps its span, so
//! that every mistake in a file is reported at its place, and all of them in one run.

mod fields;
mod toml;
mod yaml;

pub use fields::Fields;
pub use toml::parse_toml;
pub use yaml::parse_yaml;

use crate::base::clock::Moment;
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

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}
