//! JSON (RFC 8259) by serde_json.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Entry, Node, SyntaxError, Table, Value};
use crate::base::span::Span;

/// Reads a JSON text. Keys keep their order.
///
/// # Errors
/// The first thing that the parser found wrong.
pub fn parse_json(text: &str) -> Result<Node, SyntaxError> {
    // Read once as a whole, so that mistakes have the places that the parser gives them.
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| {
        let before =
            text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
        let at = crate::base::span::floor_boundary(text, before + error.column().saturating_sub(1));
        let said = error.to_string();
        let message = said.split(" at line ").next().unwrap_or_default().to_owned();
        SyntaxError { message, span: Span::new(at, (at + 1).min(text.len())) }
    })?;
    node(raw, text, DEEPEST)
}

/// Lists and objects inside each other, as in serde_json itself.
const DEEPEST: usize = 128;

/// A part of the text as a value with its place.
fn node(raw: &RawValue, text: &str, deepest: usize) -> Result<Node, SyntaxError> {
    let written = raw.get();
    let span = place(raw, text);
    let wrong = |message: String| SyntaxError { message, span };
    let failed = |error: serde_json::Error| wrong(error.to_string());
    if deepest == 0 {
        return Err(wrong("recursion limit exceeded".to_owned()));
    }
    let value = match written.as_bytes().first() {
        Some(b'n') => Value::Null,
        Some(b't' | b'f') => Value::Bool(written == "true"),
        Some(b'"') => Value::String(serde_json::from_str(written).map_err(failed)?),
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(written).map_err(failed)?;
            Value::List(
                items.into_iter().map(|item| node(item, text, deepest - 1)).collect::<Result<_, _>>()?,
            )
        }
        Some(b'{') => {
            let found: Entries<'_> = serde_json::from_str(written).map_err(failed)?;
            let mut table = Table::default();
            let mut known = HashSet::with_capacity(found.0.len());
            for (key, value) in found.0 {
                let key_span = place(key, text);
                let key: String = serde_json::from_str(key.get()).map_err(failed)?;
                if !known.insert(key.clone()) {
                    return Err(SyntaxError { message: format!("duplicate key `{key}`"), span: key_span });
                }
                table.entries.push(Entry { key, key_span, node: node(value, text, deepest - 1)? });
            }
            Value::Table(table)
        }
        _ => match written.parse::<i64>() {
            Ok(whole) => Value::Integer(whole),
            Err(_) => {
                Value::Float(written.parse().map_err(|_| wrong(format!("`{written}` is not a number")))?)
            }
        },
    };
    Ok(Node { span, value })
}

/// Where a part of the text stands in it.
fn place(raw: &RawValue, text: &str) -> Span {
    let start = (raw.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    Span::new(start, start + raw.get().len())
}

/// The keys and values of an object, in order.
struct Entries<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;

        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Vec<(&'de RawValue, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }

        deserializer.deserialize_map(EntriesVisitor).map(Entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_places() {
        let text = "[\n {\"a\": 1, \"b\": \"қ\\n\"},\n {\"a\": -2.5e1, \"c\": [null, true]}\n]";
        let Value::List(rows) = parse_json(text).unwrap().value else { panic!() };
        let Value::Table(first) = &rows[0].value else { panic!() };
        assert_eq!(first.get("a").unwrap().value, Value::Integer(1));
        assert_eq!(first.get("b").unwrap().value, Value::String("қ\n".into()));
        let b = &first.entries[1];
        assert_eq!(&text[b.node.span.start..b.node.span.end], "\"қ\\n\"");
        assert_eq!(&text[b.key_span.start..b.key_span.end], "\"b\"");
        let Value::Table(second) = &rows[1].value else { panic!() };
        assert_eq!(second.get("a").unwrap().value, Value::Float(-25.0));
        let Value::List(inner) = &second.get("c").unwrap().value else { panic!() };
        assert_eq!(inner[1].value, Value::Bool(true));
    }

    #[test]
    fn mistakes_have_places() {
        let error = parse_json("{\n \"a\": }").unwrap_err();
        assert_eq!((error.message.as_str(), error.span.start), ("expected value", 8));
        assert_eq!(parse_json("{\"a\": 1, \"a\": 2}").unwrap_err().message, "duplicate key `a`");
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(parse_json(&deep).unwrap_err().message, "recursion limit exceeded");
        assert!(parse_json("").is_err());
    }

    #[test]
    fn many_keys_cost_no_more_than_few() {
        let keys: Vec<String> = (0..120_000).map(|key| format!("\"k{key}\":0")).collect();
        let text = format!("{{{}}}", keys.join(","));
        let begun = std::time::Instant::now();
        let Value::Table(table) = parse_json(&text).unwrap().value else { panic!() };
        assert_eq!(table.entries.len(), keys.len());
        // To compare each with all took minutes.
        assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    }
}
