//! The fields of a kind as JSON Schema (2020-12, <https://json-schema.org/draft/2020-12>), for editors.

use serde_json::{Map, Value, json};

use super::field::{Field, Type};
use super::kind::Kind;
use super::label::Label;

/// The dialect of all schemas that Kenes writes.
pub const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// What a text with a day, and perhaps a time, looks like.
const DAY: &str = r"^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})?)?$";

/// A day, or a day and a time. In TOML and YAML it is a date, which editors take for a text.
#[must_use]
pub fn day() -> Value {
    json!({ "type": "string", "pattern": DAY })
}

/// A date as far as it is known: see [`super::when::When`].
#[must_use]
pub fn when() -> Value {
    json!({ "anyOf": [
        { "type": "string", "pattern": r"^\d{4}(-\d{2})?$" },
        day(),
        { "type": "integer", "minimum": 1000, "maximum": 9999 },
    ] })
}

/// One text, or a text for each language.
#[must_use]
pub fn label(languages: &[&str]) -> Value {
    let texts: Map<String, Value> =
        languages.iter().map(|lang| ((*lang).to_owned(), json!({ "type": "string" }))).collect();
    json!({ "anyOf": [
        { "type": "string" },
        { "type": "object", "properties": texts, "additionalProperties": false },
    ] })
}

/// The fields of a kind, by their keys.
#[must_use]
pub fn fields(kind: &Kind, languages: &[&str]) -> Map<String, Value> {
    let lang = languages.first().copied().unwrap_or_default();
    kind.fields.iter().map(|field| (field.name.clone(), field_schema(field, lang))).collect()
}

/// The keys that every document of a kind has; in a translation, those that are its own.
#[must_use]
pub fn required(kind: &Kind, translation: bool) -> Vec<&str> {
    let needed = |field: &&Field| field.required && !(translation && field.shared);
    kind.fields.iter().filter(needed).map(|field| field.name.as_str()).collect()
}

/// The history of a document; none for a kind without states.
#[must_use]
pub fn history(kind: &Kind, languages: &[&str]) -> Option<Value> {
    let lang = languages.first().copied().unwrap_or_default();
    let states = kind.lifecycle.as_ref()?.states.iter();
    let states: Vec<Value> = states.map(|state| word(&state.name, &state.label, lang)).collect();
    Some(json!({
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "state": { "oneOf": states },
                "date": when(),
                "until": when(),
                "note": label(languages),
            },
            "required": ["state", "date"],
            "additionalProperties": false,
        },
    }))
}

fn field_schema(field: &Field, lang: &str) -> Value {
    let mut one = match &field.value {
        Type::String => json!({ "type": "string", "pattern": r"^[^\n]*\S[^\n]*$" }),
        Type::Text => json!({ "type": "string", "pattern": r"\S" }),
        Type::Date => when(),
        Type::Number => json!({ "type": "number" }),
        Type::Bool => json!({ "type": "boolean" }),
        Type::Url => json!({ "type": "string", "pattern": r"^\s*https?://\S+\s*$" }),
        Type::Email => json!({ "type": "string", "pattern": r"^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$" }),
        Type::Enum(words) => {
            let words: Vec<Value> = words.iter().map(|(name, label)| word(name, label, lang)).collect();
            json!({ "oneOf": words })
        }
        Type::Ref(target) => {
            let to = if target.to.is_empty() { "document".to_owned() } else { target.to.join(" or ") };
            let text = format!("A {to}: the path of its file (@/folder/page.md), its number, or its name");
            json!({ "type": "string", "pattern": r"\S", "description": text })
        }
    };
    if let Some(pattern) = &field.pattern {
        one["pattern"] = json!(format!("^(?:{})$", pattern.written));
    }
    let mut whole = match field.list {
        true => json!({ "type": "array", "items": one, "uniqueItems": true }),
        false => one,
    };
    if let Some(title) = field.label.get(lang, lang) {
        whole["title"] = json!(title);
    }
    whole
}

fn word(name: &str, label: &Label, lang: &str) -> Value {
    json!({ "const": name, "title": label.get(lang, lang).unwrap_or(name) })
}
