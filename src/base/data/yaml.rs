//! YAML 1.2 by serde-saphyr.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::{Entry, Node, SyntaxError, Table, Value};
use crate::base::span::Span;

/// Reads a YAML text whose outermost value is a mapping; an empty text is an empty table.
///
/// # Errors
/// The first thing that the parser found wrong (YAML cannot be read past a mistake).
pub fn parse_yaml(text: &str) -> Result<Table, Vec<SyntaxError>> {
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(Table::default());
    }
    let root = parse_yaml_node(text)?;
    match root.value {
        Value::Table(table) => Ok(table),
        Value::Null => Ok(Table::default()),
        other => Err(vec![SyntaxError {
            message: format!("expected keys and values, found {}", other.kind()),
            span: Span::new(0, text.len()),
        }]),
    }
}

/// Reads a YAML text, whatever its outermost value is.
///
/// # Errors
/// As [`parse_yaml`].
pub fn parse_yaml_node(text: &str) -> Result<Node, Vec<SyntaxError>> {
    let places = Places::new(text);
    // YAML 1.2, section 10.3.2: `no` is a text, not a false.
    let options = serde_saphyr::options! { strict_booleans: true };
    match serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options) {
        Ok(root) => Ok(places.node(root)),
        Err(error) => {
            let at = error.location().map_or(text.len(), |place| places.offset(place.line(), place.column()));
            // The crate's message repeats the place in its own words: keep what comes before.
            let message = error.without_snippet().to_string();
            let message =
                message.split(" at line ").next().unwrap_or(&message).trim_end_matches(',').to_owned();
            // What follows speaks of the crate's settings.
            let message = message.split(", set ").next().unwrap_or(&message).to_owned();
            Err(vec![SyntaxError { message, span: places.line_from(at) }])
        }
    }
}

/// What YAML said, before line and column have become a span.
enum Raw {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    String(String),
    List(Vec<Spanned<Raw>>),
    Table(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RawVisitor;

        impl<'de> Visitor<'de> for RawVisitor {
            type Value = Raw;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a YAML value")
            }
            fn visit_unit<E>(self) -> Result<Raw, E> {
                Ok(Raw::Null)
            }
            fn visit_none<E>(self) -> Result<Raw, E> {
                Ok(Raw::Null)
            }
            fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Raw, D::Error> {
                Raw::deserialize(inner)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
                Ok(Raw::Bool(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
                Ok(Raw::Integer(value))
            }
            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Raw, E> {
                i64::try_from(value).map(Raw::Integer).map_err(|_| E::custom("too large a number"))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
                Ok(Raw::Float(value))
            }
            fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
                Ok(Raw::String(value.to_owned()))
            }
            fn visit_string<E>(self, value: String) -> Result<Raw, E> {
                Ok(Raw::String(value))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Raw::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Raw::Table(entries))
            }
        }

        deserializer.deserialize_any(RawVisitor)
    }
}

/// Turns the parser's lines and columns into byte offsets.
struct Places<'a> {
    text: &'a str,
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        let lines =
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i + 1)).collect();
        Self { text, lines }
    }

    /// Lines and columns count from 1, columns in characters.
    fn offset(&self, line: u64, column: u64) -> usize {
        let line = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        let Some(&start) = self.lines.get(line) else { return self.text.len() };
        let column = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
        self.text[start..].char_indices().nth(column).map_or(self.text.len(), |(i, _)| start + i)
    }

    /// From here to the end of the line.
    fn line_from(&self, start: usize) -> Span {
        let end =
            memchr::memchr(b'\n', &self.text.as_bytes()[start..]).map_or(self.text.len(), |i| start + i);
        Span::new(start, start + self.text[start..end].trim_end().len())
    }

    fn node(&self, raw: Spanned<Raw>) -> Node {
        let start = self.offset(raw.referenced.line(), raw.referenced.column());
        let span = self.line_from(start);
        let value = match raw.value {
            Raw::Null => Value::Null,
            Raw::Bool(value) => Value::Bool(value),
            Raw::Integer(value) => Value::Integer(value),
            Raw::Float(value) => Value::Float(value),
            Raw::String(value) => Value::String(value),
            Raw::List(items) => Value::List(items.into_iter().map(|item| self.node(item)).collect()),
            Raw::Table(entries) => Value::Table(Table {
                entries: entries
                    .into_iter()
                    .map(|(key, value)| {
                        let start = self.offset(key.referenced.line(), key.referenced.column());
                        let end = (start + key.value.len()).min(self.text.len());
                        Entry { key_span: Span::new(start, end), key: key.value, node: self.node(value) }
                    })
                    .collect(),
            }),
        };
        Node { span, value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_and_places() {
        let text = "title: Кеңес\ndate: 2025-01-15\nextra:\n  z: [1, 2.5]\n  a: true\n";
        let table = parse_yaml(text).unwrap();
        let keys: Vec<_> = table.entries.iter().map(|e| e.key.as_str()).collect();
        assert_eq!(keys, ["title", "date", "extra"]);
        let date = table.get("date").unwrap();
        assert_eq!(&text[date.span.start..date.span.end], "2025-01-15");
        assert_eq!(date.value, Value::String("2025-01-15".into()));
        let Value::Table(extra) = &table.get("extra").unwrap().value else { panic!() };
        assert_eq!(extra.entries[0].key, "z");
        assert_eq!(extra.entries[1].node.value, Value::Bool(true));
    }

    #[test]
    fn norway_is_a_text() {
        let table = parse_yaml("a: no\nb: On\nc: true\n").unwrap();
        assert_eq!(table.get("a").unwrap().value, Value::String("no".into()));
        assert_eq!(table.get("b").unwrap().value, Value::String("On".into()));
        assert_eq!(table.get("c").unwrap().value, Value::Bool(true));
    }

    #[test]
    fn says_where_it_is_broken() {
        let text = "title: x\ndate: [1, 2\nnext: 3\n";
        let problems = parse_yaml(text).unwrap_err();
        assert!(problems[0].span.start > 0, "{problems:?}");
    }

    #[test]
    fn nothing_is_an_empty_table_and_a_list_is_refused() {
        assert_eq!(parse_yaml("\n# note\n").unwrap(), Table::default());
        assert!(parse_yaml("- a\n- b\n").is_err());
    }
}
