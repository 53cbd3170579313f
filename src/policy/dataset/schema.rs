//! The schema of a record, as JSON Schema (2020-12).

use serde_json::{Map, Value, json};

use super::record::is_shown;
use super::{Shape, Translation};
use crate::policy::field::{Field, Type};
use crate::policy::label::Label;
use crate::policy::lifecycle::STAGES;
use crate::policy::schema::DIALECT;

/// A date as far as it is known, with a time where one is: ISO 8601.
pub(super) const WHEN: &str =
    r"^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$";

/// What stands in a record, in words, for both schemas: the keys of the record, and of what it holds.
pub(super) const WORDS: &[(&str, &str)] = &[
    ("id", "What identifies the document, the same in all languages and builds: the path of its file"),
    ("kind", "What the document is"),
    ("number", "The number that people cite it by"),
    ("title", "Its title"),
    ("description", "One sentence about it"),
    ("url", "The address of its page"),
    ("state", "Where it is in its lifecycle on the day of the data"),
    ("state.name", "The name of its state on the day of the data"),
    ("state.stage", "What the state means, whatever it is called"),
    ("state.since", "When the state began, as far as that is known"),
    ("state.until", "The last day of what the state offers, such as commenting"),
    ("state.over", "Whether that day is over"),
    ("date", "The date of its page"),
    ("updated", "When its page was last changed, as its author says"),
    ("fields", "What documents of this kind say"),
    ("taxonomies", "Its terms, by taxonomy"),
    ("history", "What has become of it and what is planned, in the order of the days"),
    ("current_version", "The version that its page shows on the day of the data"),
    ("versions", "Its versions, the oldest first"),
    ("original_language", "The language that it is translated from"),
    (
        "translations",
        "How its text stands in each language: original; current; stale (the original has changed since); \
         unstamped (nobody has said what it was translated from); missing",
    ),
    ("synthetic", "The languages in which artificial intelligence has made or translated its text"),
    ("illustrative", "Whether it only shows a feature of the site, and is no official document"),
];

/// What is said of a key.
pub(super) fn words(key: &str) -> &'static str {
    WORDS.iter().find(|(known, _)| *known == key).map_or("", |(_, words)| words)
}

impl Shape<'_> {
    /// The language of labels in schemas.
    fn lang(&self) -> &str {
        self.languages.first().copied().unwrap_or_default()
    }

    pub(super) fn label<'l>(&self, label: &'l Label, name: &'l str) -> &'l str {
        label.get(self.lang(), self.lang()).unwrap_or(name)
    }

    /// The JSON Schema of a record, which stands at the address `id`.
    #[must_use]
    pub fn json_schema(&self, id: &str) -> Value {
        let shown = self.kind.fields.iter().filter(|field| is_shown(field));
        let fields = shown.map(|field| (field.name.clone(), self.field(field)));
        let term = object([("id", text()), ("name", self.texts())]);
        let terms = self.taxonomies.iter().map(|name| ((*name).to_owned(), list(term.clone())));
        let ways: Vec<&str> = Translation::ALL.into_iter().map(Translation::word).collect();
        let translations = self.languages.iter().map(|lang| ((*lang).to_owned(), json!({ "enum": ways })));
        let number = self.kind.fields.iter().find(|field| !is_shown(field));
        let number = match number {
            Some(field) if field.required => text(),
            Some(_) => or_null(text()),
            None => json!({ "type": "null" }),
        };
        let mut schema = object([
            ("id", text()),
            ("kind", json!({ "const": self.kind.name })),
            ("number", number),
            ("title", self.texts()),
            ("description", self.texts()),
            ("url", self.addresses()),
            ("state", self.state()),
            ("date", or_null(when())),
            ("updated", or_null(when())),
            ("fields", whole(fields.collect())),
            ("taxonomies", whole(terms.collect())),
            ("history", list(self.step())),
            ("current_version", or_null(text())),
            ("versions", list(self.version())),
            ("original_language", json!({ "enum": self.languages })),
            ("translations", whole(translations.collect())),
            ("synthetic", list(json!({ "enum": self.languages }))),
            ("illustrative", json!({ "type": "boolean" })),
        ]);
        if let Some(properties) = schema["properties"].as_object_mut() {
            for (key, property) in properties {
                property["description"] = json!(words(key));
            }
        }
        let mut all = Map::new();
        all.insert("$schema".to_owned(), json!(DIALECT));
        all.insert("$id".to_owned(), json!(id));
        all.insert("title".to_owned(), json!(self.label(&self.kind.label, &self.kind.name)));
        all.extend(schema.as_object_mut().map(std::mem::take).unwrap_or_default());
        Value::Object(all)
    }

    /// A text in some of the languages.
    fn texts(&self) -> Value {
        self.in_languages(&text())
    }

    fn addresses(&self) -> Value {
        self.in_languages(&json!({ "type": "string", "format": "uri" }))
    }

    fn in_languages(&self, value: &Value) -> Value {
        let all = self.languages.iter().map(|lang| ((*lang).to_owned(), value.clone()));
        let all: Map<String, Value> = all.collect();
        json!({ "type": "object", "properties": all, "additionalProperties": false })
    }

    fn state_names(&self) -> Value {
        let states = self.kind.lifecycle.iter().flat_map(|lifecycle| &lifecycle.states);
        let states: Vec<Value> = states
            .map(|state| json!({ "const": state.name, "title": self.label(&state.label, &state.name) }))
            .collect();
        json!({ "oneOf": states })
    }

    fn state(&self) -> Value {
        if self.kind.lifecycle.is_none() {
            return json!({ "type": "null" });
        }
        let stages: Vec<&str> = STAGES.iter().map(|(word, _)| *word).collect();
        or_null(object([
            ("name", self.state_names()),
            ("stage", json!({ "enum": stages })),
            ("label", self.texts()),
            ("since", or_null(when())),
            ("until", or_null(when())),
            ("over", json!({ "type": "boolean" })),
        ]))
    }

    fn step(&self) -> Value {
        if self.kind.lifecycle.is_none() {
            return json!(false);
        }
        object([
            ("state", self.state_names()),
            ("date", when()),
            ("until", or_null(when())),
            ("note", self.texts()),
            ("past", json!({ "type": "boolean" })),
        ])
    }

    fn version(&self) -> Value {
        object([
            ("label", text()),
            ("state", json!({ "enum": ["proposed", "coming", "in_force", "ended"] })),
            ("in_force", or_null(when())),
            ("until", or_null(when())),
            ("comments_until", or_null(when())),
            ("change", json!({ "enum": ["major", "minor", null] })),
            ("predecessor", or_null(text())),
            ("note", self.texts()),
            ("url", self.addresses()),
            ("synthetic", list(json!({ "enum": self.languages }))),
            ("illustrative", json!({ "type": "boolean" })),
        ])
    }

    fn field(&self, field: &Field) -> Value {
        let one = match &field.value {
            Type::String | Type::Text => text(),
            Type::Date => when(),
            Type::Number => json!({ "type": "number" }),
            Type::Bool => json!({ "type": "boolean" }),
            Type::Url => json!({ "type": "string", "format": "uri" }),
            Type::Email => json!({ "type": "string", "format": "email" }),
            Type::Enum(words) => {
                let words = words.iter();
                let words: Vec<Value> = words
                    .map(|(word, label)| json!({ "const": word, "title": self.label(label, word) }))
                    .collect();
                json!({ "oneOf": words })
            }
            Type::Ref(_) => object([
                ("id", text()),
                ("kind", text()),
                ("number", or_null(text())),
                ("title", self.texts()),
                ("url", self.addresses()),
            ]),
        };
        let is_ref = matches!(field.value, Type::Ref(_));
        let value = if field.list { list(one) } else { one };
        let mut whole = if !field.shared && !is_ref {
            self.in_languages(&value)
        } else if field.list || field.required && !is_ref {
            value
        } else {
            or_null(value)
        };
        whole["title"] = json!(self.label(&field.label, &field.name));
        whole
    }
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn when() -> Value {
    json!({ "type": "string", "pattern": WHEN })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn or_null(value: Value) -> Value {
    match value["type"].as_str() {
        Some(one) => {
            let mut value = value.clone();
            value["type"] = json!([one, "null"]);
            value
        }
        None => json!({ "anyOf": [value, { "type": "null" }] }),
    }
}

/// An object with these keys and no others.
fn object<const N: usize>(keys: [(&str, Value); N]) -> Value {
    whole(keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn whole(properties: Map<String, Value>) -> Value {
    let required: Vec<&String> = properties.keys().collect();
    let required = json!(required);
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}
