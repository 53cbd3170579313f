//! The YAML format of Hayagriva: a table of sources by key.

use super::Found;
use super::known::{FIELDS, TYPES};
use crate::base::codes;
use crate::base::data::{Table, Value, parse_yaml};
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::span::{Position, Span};
use crate::base::suggest::did_you_mean;

/// Reads a file, and says what is wrong with it.
pub(super) fn read(file: &'static str, text: &str, problems: &mut Vec<Diagnostic>) -> Found {
    let table = match parse_yaml(text) {
        Ok(table) => table,
        Err(errors) => {
            let wrong = |error: &crate::base::data::SyntaxError| {
                error.diagnostic(codes::BIBLIOGRAPHY, "YAML", file, text, 0)
            };
            problems.extend(errors.iter().map(wrong));
            return Found { partial: true, ..Found::default() };
        }
    };
    let mut found = Found::default();
    for entry in &table.entries {
        match &entry.node.value {
            Value::Table(fields) => unknown_fields(file, text, fields, problems),
            other => {
                found.broken.push(entry.key.clone());
                let message = format!("the source `{}` must be a table, and is {}", entry.key, other.kind());
                let problem = Diagnostic::error(codes::BIBLIOGRAPHY, message);
                let help = "write its fields on the lines below, each further in than its key";
                problems.push(problem.at(Location::span(file, text, entry.key_span)).help(help));
            }
        }
    }
    // All at once, as values may be named in one source and used in another; with a mistake, one by one.
    if found.broken.is_empty()
        && let Ok(library) = hayagriva::io::from_yaml_str(text)
    {
        found.entries = library.into_iter().map(|entry| placed(&table, entry)).collect();
        return found;
    }
    let starts: Vec<usize> =
        table.entries.iter().map(|entry| line_start(text, entry.key_span.start)).collect();
    for (at, entry) in table.entries.iter().enumerate() {
        if found.broken.contains(&entry.key) {
            continue;
        }
        let (start, end) = (starts[at], starts.get(at + 1).copied().unwrap_or(text.len()));
        let part = text.get(start..end.max(start)).unwrap_or_default();
        match hayagriva::io::from_yaml_str(part) {
            Ok(library) => found.entries.extend(library.into_iter().map(|entry| placed(&table, entry))),
            Err(error) => {
                found.broken.push(entry.key.clone());
                problems.push(wrong(file, text, start, &entry.key, entry.key_span, &error));
            }
        }
    }
    found
}

fn placed(table: &Table, entry: hayagriva::Entry) -> (String, Span, hayagriva::Entry) {
    let key = entry.key().to_owned();
    let span =
        table.entries.iter().find(|known| known.key == key).map_or(Span::default(), |known| known.key_span);
    (key, span, entry)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |before| before + 1)
}

/// A mistake in one source, whose part of the file begins at `start`.
fn wrong(
    file: &'static str,
    text: &str,
    start: usize,
    key: &str,
    key_span: Span,
    error: &impl std::fmt::Display,
) -> Diagnostic {
    let said = error.to_string();
    let (message, place) = said.rsplit_once(" at line ").unwrap_or((&said, ""));
    let mut numbers =
        place.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse::<u32>().ok());
    let location = match (numbers.next(), numbers.next()) {
        (Some(line), Some(column)) => {
            let before = u32::try_from(memchr::memchr_iter(b'\n', &text.as_bytes()[..start]).count());
            Location::word(file, text, Position { line: before.unwrap_or(0) + line, column: column.max(1) })
        }
        _ => Location::span(file, text, key_span),
    };
    let (message, help) = match message {
        _ if message.contains("no entry type") => (
            format!("the source `{key}` has no type"),
            "add `type: web`, `report`, `article`, `book`, `legislation` or another that docs/documents.md names",
        ),
        message if message.contains("unknown variant `") => {
            let written = message.split('`').nth(1).unwrap_or_default();
            let message = format!("the source `{key}` has the type `{written}`, and there is no such type");
            let help = did_you_mean(written, TYPES.iter().copied());
            let help = help.unwrap_or_else(|| format!("there are: {}", TYPES.join(", ")));
            return Diagnostic::error(codes::BIBLIOGRAPHY, message).at(location).help(help);
        }
        message => (
            format!(
                "the source `{key}` cannot be read: {}",
                message.trim_start_matches(&format!("{key}.")).trim_start_matches(&format!("{key}: "))
            ),
            "docs/documents.md shows sources of the usual types",
        ),
    };
    Diagnostic::error(codes::BIBLIOGRAPHY, message).at(location).help(help)
}

/// A field that is misspelt would be left out without a word.
fn unknown_fields(file: &'static str, text: &str, fields: &Table, problems: &mut Vec<Diagnostic>) {
    for entry in &fields.entries {
        if !FIELDS.contains(&entry.key.as_str()) {
            let help = did_you_mean(&entry.key, FIELDS.iter().copied())
                .unwrap_or_else(|| format!("sources have: {}", FIELDS.join(", ")));
            let problem =
                Diagnostic::error(codes::UNKNOWN_KEY, format!("sources have no field `{}`", entry.key));
            problems.push(problem.at(Location::span(file, text, entry.key_span)).help(help));
        }
        let parents: Vec<&Table> = match (&*entry.key, &entry.node.value) {
            ("parent", Value::Table(parent)) => vec![parent],
            ("parent", Value::List(parents)) => {
                let tables = parents.iter().filter_map(|parent| match &parent.value {
                    Value::Table(parent) => Some(parent),
                    _ => None,
                });
                tables.collect()
            }
            _ => Vec::new(),
        };
        for parent in parents {
            unknown_fields(file, text, parent, problems);
        }
    }
}
