//! TOML 1.1 (<https://toml.io/en/v1.1.0>) by the `toml` crate.

use toml::de::{DeTable, DeValue};

use super::{Entry, Node, SyntaxError, Table, Value};
use crate::base::clock::Moment;
use crate::base::span::Span;

/// Reads a TOML text.
///
/// # Errors
/// Everything that the parser found wrong, each with its place.
pub fn parse_toml(text: &str) -> Result<Table, Vec<SyntaxError>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<SyntaxError> = errors
        .into_iter()
        .map(|error| SyntaxError {
            message: error.message().to_owned(),
            span: error.span().map_or(Span::default(), Span::from),
        })
        .collect();
    let table = convert_table(table.into_inner(), &mut problems);
    // After a mistake the rest of its line makes no sense either.
    problems.sort_by_key(|problem| problem.span.start);
    let (mut counted, mut line, mut last) = (0, 0, None);
    problems.retain(|problem| {
        let start = problem.span.start.clamp(counted, text.len());
        line += memchr::memchr_iter(b'\n', &text.as_bytes()[counted..start]).count();
        counted = start;
        last.replace(line) != Some(line)
    });
    if problems.is_empty() { Ok(table) } else { Err(problems) }
}

fn convert_table(table: DeTable<'_>, problems: &mut Vec<SyntaxError>) -> Table {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| {
            let span = value.span().into();
            Entry {
                key_span: key.span().into(),
                key: key.into_inner().into_owned(),
                node: Node { span, value: convert(value.into_inner(), span, problems) },
            }
        })
        .collect();
    // The crate's map is sorted by key; people expect the order of their text.
    entries.sort_by_key(|entry| entry.key_span.start);
    Table { entries }
}

fn convert(value: DeValue<'_>, span: Span, problems: &mut Vec<SyntaxError>) -> Value {
    let mut fail = |message: String| {
        problems.push(SyntaxError { message, span });
        Value::Null
    };
    match value {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => fail(format!("`{}` is too large a number", number.as_str())),
        },
        DeValue::Float(number) => match number.as_str().parse() {
            Ok(number) => Value::Float(number),
            Err(_) => fail(format!("`{}` is not a number", number.as_str())),
        },
        DeValue::Datetime(moment) => match Moment::parse(&moment.to_string()) {
            Ok(moment) => Value::Moment(moment),
            Err(wrong) => fail(wrong.to_string()),
        },
        DeValue::Array(items) => Value::List(
            items
                .into_iter()
                .map(|item| {
                    let span = item.span().into();
                    Node { span, value: convert(item.into_inner(), span, problems) }
                })
                .collect(),
        ),
        DeValue::Table(table) => Value::Table(convert_table(table, problems)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_and_places() {
        let text = "title = \"Кеңес\"\ndate = 2025-01-15\n[extra]\nz = [1, 2.5]\na = true\n";
        let table = parse_toml(text).unwrap();
        let keys: Vec<_> = table.entries.iter().map(|e| e.key.as_str()).collect();
        assert_eq!(keys, ["title", "date", "extra"]);
        let date = table.get("date").unwrap();
        assert_eq!(&text[date.span.start..date.span.end], "2025-01-15");
        let Value::Table(extra) = &table.get("extra").unwrap().value else { panic!() };
        assert_eq!(extra.entries[0].key, "z");
    }

    #[test]
    fn reports_every_mistake_with_its_place() {
        let text = "a = \nb = 2025-02-31\nc = 1\nd = = 2\n";
        let problems = parse_toml(text).unwrap_err();
        assert!(problems.len() >= 2, "{problems:?}");
        assert!(problems.iter().all(|p| p.span.end <= text.len()));
    }
}
