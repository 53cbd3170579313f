//! Records as JSON. Every key is there in every record, null or empty where nothing is known.

use serde_json::{Map, Value, json};
use url::Url;

use super::{Held, Linked, Record, Shape, State, Step, Term, Texts, Version};
use crate::policy::field::{self, Field};
use crate::policy::register::NUMBER;

impl Shape<'_> {
    /// A record of this shape.
    #[must_use]
    pub fn json(&self, record: &Record<'_>) -> Value {
        // The number stands above the fields.
        let fields = self.kind.fields.iter().zip(&record.fields).filter(|(field, _)| is_shown(field));
        let fields: Map<String, Value> =
            fields.map(|(field, held)| (field.name.clone(), of_field(field, held))).collect();
        let terms = self.taxonomies.iter().zip(&record.taxonomies);
        let terms: Map<String, Value> = terms
            .map(|(name, terms)| ((*name).to_owned(), terms.iter().map(term).collect::<Value>()))
            .collect();
        let translations: Map<String, Value> = record
            .translations
            .iter()
            .map(|(lang, translation)| ((*lang).to_owned(), json!(translation.word())))
            .collect();
        json!({
            "id": record.id,
            "kind": self.kind.name,
            "number": record.number,
            "title": texts(&record.title),
            "description": texts(&record.description),
            "url": texts(&record.url),
            "state": record.state.as_ref().map(state),
            "date": record.date,
            "updated": record.updated,
            "fields": fields,
            "taxonomies": terms,
            "history": record.history.iter().map(step).collect::<Value>(),
            "current_version": record.current_version,
            "versions": record.versions.iter().map(version).collect::<Value>(),
            "original_language": record.original_language,
            "translations": translations,
            "synthetic": record.synthetic,
            "illustrative": record.illustrative,
        })
    }
}

/// Whether a field has a place among the fields of a record: the number stands above them.
pub(super) fn is_shown(field: &Field) -> bool {
    !(field.name == NUMBER && matches!(field.value, field::Type::String) && !field.list)
}

fn texts(texts: &Texts<'_>) -> Value {
    let texts = texts.iter().map(|(lang, text)| ((*lang).to_owned(), json!(text)));
    Value::Object(texts.collect())
}

fn state(state: &State<'_>) -> Value {
    json!({
        "name": state.name,
        "stage": state.stage,
        "label": texts(&state.label),
        "since": state.since,
        "until": state.until,
        "over": state.over,
    })
}

fn step(step: &Step<'_>) -> Value {
    json!({
        "state": step.state,
        "date": step.date,
        "until": step.until,
        "note": texts(&step.note),
        "past": step.past,
    })
}

fn version(version: &Version<'_>) -> Value {
    json!({
        "label": version.label,
        "state": version.state,
        "in_force": version.in_force,
        "until": version.until,
        "comments_until": version.comments_until,
        "change": version.change,
        "predecessor": version.predecessor,
        "note": texts(&version.note),
        "url": texts(&version.url),
        "synthetic": version.synthetic,
        "illustrative": version.illustrative,
    })
}

fn term(term: &Term<'_>) -> Value {
    json!({ "id": term.id, "name": texts(&term.name) })
}

fn linked(linked: &Linked<'_>) -> Value {
    json!({
        "id": linked.id,
        "kind": linked.kind,
        "number": linked.number,
        "title": texts(&linked.title),
        "url": texts(&linked.url),
    })
}

fn of_field(field: &Field, held: &Held<'_>) -> Value {
    match held {
        Held::Shared(Some(value)) => plain(field, value),
        Held::Shared(None) if field.list => json!([]),
        Held::Shared(None) => Value::Null,
        Held::Own(values) => {
            let values = values.iter().map(|(lang, value)| ((*lang).to_owned(), plain(field, value)));
            Value::Object(values.collect())
        }
        Held::Documents(documents) if field.list => documents.iter().map(linked).collect(),
        Held::Documents(documents) => documents.first().map_or(Value::Null, linked),
    }
}

fn plain(field: &Field, value: &field::Value) -> Value {
    match value {
        // Authors write қаз.қаз; an address for programs has ASCII only (RFC 3986).
        field::Value::Text(text) if matches!(field.value, field::Type::Url) => {
            json!(Url::parse(text).map_or_else(|_| text.clone(), String::from))
        }
        field::Value::Text(text) | field::Value::Word(text) | field::Value::Ref(text) => json!(text),
        field::Value::Date(when) => json!(when.to_string()),
        field::Value::Integer(number) => json!(number),
        field::Value::Float(number) => json!(number),
        field::Value::Bool(value) => json!(value),
        field::Value::List(items) => items.iter().map(|(item, _)| plain(field, item)).collect(),
    }
}
