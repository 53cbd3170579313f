//! Structured text as values of Tera.

use tera::value::Key;
use tera::{Map, Value};

use crate::base::data;

/// A table as a map.
#[must_use]
pub fn table(table: &data::Table) -> Value {
    let mut map = Map::with_capacity(table.entries.len());
    for entry in &table.entries {
        map.insert(Key::from(entry.key.clone()), value(&entry.node.value));
    }
    Value::from(map)
}

/// A value; dates become text, as templates and the `date` filter take them.
#[must_use]
pub fn value(from: &data::Value) -> Value {
    match from {
        data::Value::Null => Value::none(),
        data::Value::Bool(value) => Value::from(*value),
        data::Value::Integer(value) => Value::from(*value),
        data::Value::Float(value) => Value::from(*value),
        data::Value::String(text) => Value::from(text.as_str()),
        data::Value::Moment(moment) => Value::from(moment.to_string()),
        data::Value::List(items) => {
            Value::from(items.iter().map(|item| value(&item.value)).collect::<Vec<_>>())
        }
        data::Value::Table(inner) => table(inner),
    }
}
