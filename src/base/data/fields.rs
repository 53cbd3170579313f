//! Reading the keys that are meant to be in a table, and complaining about the rest.

use super::{Entry, Node, Table, Value};
use crate::base::clock::Moment;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::span::{Lines, Span};
use crate::base::suggest::did_you_mean;

/// Reads a table key by key. Each reader remembers its key, so that [`Fields::finish`] knows which
/// keys nobody asked for.
pub struct Fields<'a> {
    table: &'a Table,
    text: &'a str,
    file: &'a str,
    offset: usize,
    known: Vec<&'a str>,
    problems: &'a mut Vec<Diagnostic>,
}

impl<'a> Fields<'a> {
    /// Reads `table`, whose spans count from `offset` in `text`, the whole text of `file`.
    pub fn new(
        table: &'a Table,
        file: &'a str,
        text: &'a str,
        offset: usize,
        problems: &'a mut Vec<Diagnostic>,
    ) -> Self {
        Self { table, text, file, offset, known: Vec::new(), problems }
    }

    /// The same file and text, for a table inside this one.
    pub fn inner<'b>(&'b mut self, table: &'b Table) -> Fields<'b> {
        Fields {
            table,
            text: self.text,
            file: self.file,
            offset: self.offset,
            known: Vec::new(),
            problems: self.problems,
        }
    }

    /// A key whose value is read elsewhere, and not by one of these readers.
    pub fn know(&mut self, key: &'a str) {
        self.known.push(key);
    }

    /// Where a span of this table stands in the file.
    #[must_use]
    pub fn locate(&self, span: Span) -> Location {
        Location::span(self.file, self.text, span.shift(self.offset))
    }

    /// Adds a problem at a span of this table.
    pub fn problem(&mut self, span: Span, diagnostic: Diagnostic) {
        let location = self.locate(span);
        self.problems.push(diagnostic.at(location));
    }

    /// The node of a key, if it is there and not null.
    pub fn node(&mut self, key: &'static str) -> Option<&'a Node> {
        self.known.push(key);
        self.table.get(key).filter(|node| node.value != Value::Null)
    }

    fn wrong(&mut self, key: &str, node: &Node, expected: &str) {
        let message = format!("`{key}` must be {expected}, and is {}", node.value.kind());
        let help = match (&node.value, expected) {
            (Value::String(text), _) if matches!(text.as_str(), "true" | "false" | "yes" | "no") => {
                Some("write true or false without quotation marks".to_owned())
            }
            (Value::String(text), "a whole number") if text.trim().parse::<i64>().is_ok() => {
                Some("write the number without quotation marks".to_owned())
            }
            (Value::String(_), "a list of texts") => Some("put it in square brackets: [\"…\"]".to_owned()),
            (Value::Integer(_) | Value::Float(_) | Value::Bool(_) | Value::Moment(_), "a text") => {
                Some("put it in quotation marks".to_owned())
            }
            (_, "a text") => Some(format!("write {key} = \"…\", a text in quotation marks")),
            (_, "true or false") => Some(format!("write {key} = true or {key} = false")),
            (_, "a whole number") => Some(format!("write {key} = 5, digits only")),
            (_, "a list of texts") => Some(format!("write {key} = [\"…\", \"…\"]")),
            (_, "a table") => Some(format!("write [{key}] on a line of its own, and its keys below")),
            (_, "a list of tables") => {
                Some(format!("write [[{key}]] on a line of its own, and its keys below"))
            }
            _ => Some("write it without quotation marks: 2025-01-15".to_owned()),
        };
        self.problem(node.span, Diagnostic::error(codes::WRONG_TYPE, message).help_if(help));
    }

    /// A text.
    pub fn string(&mut self, key: &'static str) -> Option<String> {
        let node = self.node(key)?;
        if let Value::String(text) = &node.value {
            Some(text.clone())
        } else {
            self.wrong(key, node, "a text");
            None
        }
    }

    /// A text with its place.
    pub fn spanned_string(&mut self, key: &'static str) -> Option<(String, Span)> {
        let text = self.string(key)?;
        Some((text, self.table.get(key)?.span))
    }

    /// `true` or `false`.
    pub fn bool(&mut self, key: &'static str) -> Option<bool> {
        let node = self.node(key)?;
        if let Value::Bool(value) = node.value {
            Some(value)
        } else {
            self.wrong(key, node, "true or false");
            None
        }
    }

    /// A whole number.
    pub fn integer(&mut self, key: &'static str) -> Option<i64> {
        let node = self.node(key)?;
        if let Value::Integer(value) = node.value {
            Some(value)
        } else {
            self.wrong(key, node, "a whole number");
            None
        }
    }

    /// A whole number of at least `least`.
    pub fn count(&mut self, key: &'static str, least: usize) -> Option<usize> {
        let value = self.integer(key)?;
        let count = usize::try_from(value).ok().filter(|&count| count >= least && count <= 1_000_000);
        if count.is_none() {
            let span = self.table.get(key)?.span;
            let message = format!("`{key}` must be between {least} and 1000000, and is {value}");
            let help = "write such a number, or remove the line";
            self.problem(span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
        }
        count
    }

    /// A list of texts.
    pub fn strings(&mut self, key: &'static str) -> Option<Vec<String>> {
        Some(self.spanned_strings(key)?.into_iter().map(|(text, _)| text).collect())
    }

    /// A list of texts with their places.
    pub fn spanned_strings(&mut self, key: &'static str) -> Option<Vec<(String, Span)>> {
        let node = self.node(key)?;
        let Value::List(items) = &node.value else {
            self.wrong(key, node, "a list of texts");
            return None;
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            if let Value::String(text) = &item.value {
                texts.push((text.clone(), item.span));
            } else {
                let message = format!("`{key}` must hold texts only, and here is {}", item.value.kind());
                let help = "put each text in quotation marks";
                self.problem(item.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
            }
        }
        Some(texts)
    }

    /// A date, or a date and a time; a text that reads as one will do.
    pub fn moment(&mut self, key: &'static str) -> Option<Moment> {
        let node = self.node(key)?;
        match &node.value {
            Value::Moment(moment) => Some(*moment),
            Value::String(text) => match Moment::parse(text) {
                Ok(moment) => Some(moment),
                Err(wrong) => {
                    let help = "write a date as year-month-day: 2025-01-15";
                    self.problem(node.span, Diagnostic::error(codes::BAD_DATE, wrong.to_string()).help(help));
                    None
                }
            },
            _ => {
                self.wrong(key, node, "a date such as 2025-01-15");
                None
            }
        }
    }

    /// A table inside the table.
    pub fn table(&mut self, key: &'static str) -> Option<&'a Table> {
        let node = self.node(key)?;
        if let Value::Table(table) = &node.value {
            Some(table)
        } else {
            self.wrong(key, node, "a table");
            None
        }
    }

    /// A list of tables (`[[key]]`).
    pub fn tables(&mut self, key: &'static str) -> Vec<(&'a Table, Span)> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let Value::List(items) = &node.value else {
            self.wrong(key, node, "a list of tables");
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            if let Value::Table(table) = &item.value {
                tables.push((table, item.span));
            } else {
                let message = format!("`{key}` must hold tables only, and here is {}", item.value.kind());
                let help = format!("write [[{key}]] before the keys of each");
                self.problem(item.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
            }
        }
        tables
    }

    /// One of a fixed set of words.
    pub fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&'static str, T)]) -> Option<T> {
        let (text, span) = self.spanned_string(key)?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
            let message = format!("`{key}` cannot be `{text}`");
            let help = format!("it is one of: {}", names.join(", "));
            self.problem(span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
        }
        found
    }

    /// All entries, whatever their keys (for free-form tables).
    #[must_use]
    pub fn entries(&self) -> &'a [Entry] {
        &self.table.entries
    }

    /// Complains about each key that was not asked for. `what` names the table in the message.
    pub fn finish(self, what: &str) {
        self.finish_with(what, Vec::new);
    }

    /// The same; an unknown key may have been meant for one of the `hints`, too.
    pub fn finish_with(self, what: &str, hints: impl Fn() -> Vec<&'a str>) {
        let mut lines = None;
        for entry in &self.table.entries {
            if self.known.contains(&entry.key.as_str()) {
                continue;
            }
            let near = did_you_mean(&entry.key, self.known.iter().copied().chain(hints()));
            let help = near.unwrap_or_else(|| {
                let mut known = self.known.clone();
                known.sort_unstable();
                known.dedup();
                format!("known keys: {}", known.join(", "))
            });
            let lines = lines.get_or_insert_with(|| Lines::new(self.text));
            let location = Location::on(self.file, self.text, lines, entry.key_span.shift(self.offset));
            let message = format!("unknown key `{}` in {what}", entry.key);
            self.problems.push(Diagnostic::error(codes::UNKNOWN_KEY, message).at(location).help(help));
        }
    }
}
