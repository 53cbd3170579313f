//! Front matter as JSON Schema, for editors: one for each kind, one for the translations of its pages,
//! one for sections.

use serde_json::{Map, Value, json};

use super::document::FINGERPRINT;
use crate::config::Config;
use crate::policy::kind::{Kind, PAGE, with_article};
use crate::policy::schema::{DIALECT, day, fields, history, required};

/// The front matter of pages of a kind; with `translation`, of those that are translations.
#[must_use]
pub fn page(kind: &Kind, config: &Config, translation: bool) -> Value {
    let languages = languages(config);
    let mut properties = shared(config);
    for key in ["date", "updated", "publish", "expires"] {
        properties.insert(key.to_owned(), day());
    }
    let text = || json!({ "type": "string", "minLength": 1 });
    properties.insert("slug".to_owned(), text());
    properties.insert("path".to_owned(), text());
    properties.insert("authors".to_owned(), texts());
    properties.insert("taxonomies".to_owned(), taxonomies(config));
    properties.insert("clauses".to_owned(), json!({ "type": "boolean" }));
    // A version has no kind of its own, which is that of its document.
    if kind.name == PAGE && config.kinds.with_versions().next().is_some() {
        properties.insert("version".to_owned(), version());
    }
    let what = match translation {
        true => format!("Front matter of a translation of {}", with_article(&kind.name)),
        false => format!("Front matter of {}", with_article(&kind.name)),
    };
    let mut schema = of_kind(kind, &languages, translation, properties);
    schema["title"] = json!(what);
    schema
}

/// The front matter of sections. A section may be of any kind, whose fields are taken and not asked for.
#[must_use]
pub fn section(config: &Config) -> Value {
    let languages = languages(config);
    let mut properties = shared(config);
    let text = || json!({ "type": "string" });
    let whether = || json!({ "type": "boolean" });
    let words = |words: Vec<&str>| json!({ "enum": words });
    let kinds: Vec<&str> = config.kinds.names().collect();
    let own = [
        ("page_kind", words(kinds.clone())),
        ("sort_by", words(super::front::SORT_BY.iter().map(|(word, _)| *word).collect())),
        ("page_template", text()),
        ("paginate_by", json!({ "type": "integer", "minimum": 1 })),
        ("paginate_path", text()),
        ("paginate_reversed", whether()),
        ("transparent", whether()),
        ("redirect_to", text()),
        ("generate_feeds", whether()),
        ("insert_anchor_links", words(crate::config::ANCHOR_LINKS.iter().map(|(word, _)| *word).collect())),
    ];
    properties.extend(own.map(|(key, value)| (key.to_owned(), value)));
    properties.insert("kind".to_owned(), words(kinds));
    for kind in config.kinds.iter() {
        for (key, value) in fields(kind, &languages) {
            match properties.get_mut(&key) {
                // Kinds may have a field of one name and different types.
                Some(known) if *known != value => *known = json!(true),
                Some(_) => {}
                None => {
                    properties.insert(key, value);
                }
            }
        }
    }
    properties.insert("history".to_owned(), json!({ "type": "array", "items": { "type": "object" } }));
    properties.extend([fingerprint()]);
    json!({
        "$schema": DIALECT,
        "title": "Front matter of a section",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn of_kind(kind: &Kind, languages: &[&str], translation: bool, mut properties: Map<String, Value>) -> Value {
    properties.insert("kind".to_owned(), json!({ "const": kind.name }));
    properties.extend(fields(kind, languages));
    if let Some(history) = history(kind, languages).filter(|_| !translation) {
        properties.insert("history".to_owned(), history);
    }
    if translation {
        properties.extend([fingerprint()]);
    }
    let mut schema = json!({
        "$schema": DIALECT,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    let required = required(kind, translation);
    if kind.name != PAGE && !required.is_empty() {
        // What is not known yet may be missing in a draft.
        schema["if"] = json!({ "properties": { "draft": { "const": true } }, "required": ["draft"] });
        schema["else"] = json!({ "required": required });
    }
    schema
}

/// What pages and sections have in common.
fn shared(config: &Config) -> Map<String, Value> {
    let text = || json!({ "type": "string" });
    let whether = || json!({ "type": "boolean" });
    let registers = config.kinds.iter().filter(|kind| kind.register.is_some());
    let registers: Vec<&str> = registers.map(|kind| kind.name.as_str()).collect();
    let all = [
        ("title", text()),
        ("description", text()),
        ("weight", json!({ "type": "integer" })),
        ("draft", whether()),
        ("template", text()),
        ("aliases", texts()),
        ("in_search_index", whether()),
        ("hidden", whether()),
        ("social_card", whether()),
        ("sources", texts()),
        ("pictures", pictures()),
        ("review_by", day()),
        ("synthetic", whether()),
        ("illustrative", whether()),
        ("register", json!({ "enum": registers })),
        ("extra", json!({ "type": "object" })),
    ];
    all.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// What `kenes stamp` writes into translations.
fn fingerprint() -> (String, Value) {
    let pattern = format!("^[0-9a-fA-F]{{{FINGERPRINT}}}$");
    ("translated_from".to_owned(), json!({ "type": "string", "pattern": pattern }))
}

fn texts() -> Value {
    json!({ "type": "array", "items": { "type": "string" } })
}

fn pictures() -> Value {
    let text = || json!({ "type": "string" });
    json!({
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "file": text(),
                "credit": text(),
                "licence": text(),
                "url": { "type": "string", "pattern": "^https?://" },
            },
            "required": ["file"],
            "additionalProperties": false,
        },
    })
}

fn version() -> Value {
    let text = || json!({ "type": "string" });
    json!({
        "type": "object",
        "properties": {
            "in_force": day(),
            "until": day(),
            "supersedes": text(),
            "comments_until": day(),
            "change": { "enum": ["major", "minor"] },
            "note": text(),
        },
        "additionalProperties": false,
    })
}

fn taxonomies(config: &Config) -> Value {
    let terms = || json!({ "type": "array", "items": { "type": "string", "pattern": r"\S" } });
    let own: Map<String, Value> =
        config.taxonomies.iter().map(|taxonomy| (taxonomy.name.clone(), terms())).collect();
    json!({ "type": "object", "properties": own, "additionalProperties": false })
}

fn languages(config: &Config) -> Vec<&str> {
    config.languages.iter().map(|language| language.lang.as_str()).collect()
}
