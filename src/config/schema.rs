//! `kenes.toml` as JSON Schema, for editors.

use serde_json::{Map, Value, json};

use super::pictures::NARROWEST;
use super::tables::{ANCHOR_LINKS, Encoding, MISSING_TRANSLATIONS, RAW_HTML, SLUG_MODES, SOCIAL_CARDS};
use crate::base::raster::{FORMATS, LONGEST_SIDE};
use crate::policy::field::TYPES;
use crate::policy::lifecycle::STAGES;
use crate::policy::schema::DIALECT;
use crate::policy::validity::VALIDITIES;

/// The schema of the settings, the same for every site.
#[must_use]
pub fn settings() -> Value {
    let text = || json!({ "type": "string" });
    let texts = || json!({ "type": "array", "items": { "type": "string" } });
    let whether = || json!({ "type": "boolean" });
    let count = || json!({ "type": "integer", "minimum": 1, "maximum": 1_000_000 });
    let slugs = || words(SLUG_MODES);
    let anchors = || words(ANCHOR_LINKS);
    let strings = || {
        json!({
            "type": "object",
            "additionalProperties": { "anyOf": [
                text(),
                { "type": "object", "additionalProperties": text(), "required": ["other"] },
            ] },
        })
    };
    let language = table([
        ("name", text()),
        ("title", text()),
        ("description", text()),
        ("generate_feeds", whether()),
        ("translations", strings()),
    ]);
    let languages = json!({ "anyOf": [texts(), { "type": "object", "additionalProperties": language }] });
    let taxonomy = table([
        ("name", text()),
        ("slug", text()),
        ("paginate_by", count()),
        ("paginate_path", text()),
        ("feed", whether()),
        ("render", whether()),
        ("terms", json!({ "type": "array", "items": { "type": "object", "additionalProperties": text() } })),
    ]);
    let markdown = table([
        ("smart_punctuation", whether()),
        ("definition_list", whether()),
        ("highlight_code", whether()),
        ("external_links_target_blank", whether()),
        ("external_links_no_follow", whether()),
        ("external_links_no_referrer", whether()),
        ("external_links_external", whether()),
        ("external_links_class", text()),
        ("lazy_async_image", whether()),
        ("insert_anchor_links", anchors()),
    ]);
    let encodings = Encoding::ALL.map(Encoding::word);
    let mut schema = table([
        ("base_url", json!({ "type": "string", "pattern": "^https?://" })),
        ("title", text()),
        ("description", text()),
        ("author", text()),
        ("theme", text()),
        ("output_dir", text()),
        ("ignored_content", texts()),
        ("ignored_static", texts()),
        ("extra", json!({ "type": "object" })),
        ("languages", languages),
        ("default_language", text()),
        ("language", json!({ "type": "object", "additionalProperties": language })),
        ("translations", strings()),
        ("generate_feeds", whether()),
        ("feed_filename", text()),
        ("json_feed_filename", text()),
        ("feed_limit", count()),
        ("generate_sitemap", whether()),
        ("generate_robots_txt", whether()),
        ("precompress", json!({ "type": "array", "items": { "enum": encodings }, "uniqueItems": true })),
        ("minify_html", whether()),
        ("minify_css", whether()),
        ("taxonomies", json!({ "type": "array", "items": taxonomy })),
        ("taxonomy_root", text()),
        ("kinds", json!({ "type": "object", "additionalProperties": kind() })),
        ("open_data", open_data()),
        ("markdown", markdown),
        (
            "citations",
            table([(
                "style",
                json!({ "anyOf": [text(), { "type": "object", "additionalProperties": text() }] }),
            )]),
        ),
        ("glossary", table([("mark_first_use", whether())])),
        (
            "slugify",
            table([
                ("paths", slugs()),
                ("taxonomies", slugs()),
                ("anchors", slugs()),
                ("paths_keep_dates", whether()),
            ]),
        ),
        ("search", table([("enabled", whether()), ("path", text())])),
        ("pictures", pictures()),
        ("social_cards", table([("pages", words(SOCIAL_CARDS))])),
        (
            "content",
            table([("raw_html", words(RAW_HTML)), ("missing_translations", words(MISSING_TRANSLATIONS))]),
        ),
    ]);
    schema["$schema"] = json!(DIALECT);
    schema["title"] = json!("Settings of a Kenes site (kenes.toml)");
    schema["required"] = json!(["base_url"]);
    schema
}

/// One of the words that a key may have.
fn words<T>(choices: &[(&str, T)]) -> Value {
    let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
    json!({ "enum": words })
}

/// A table with these keys and no others.
fn table<const N: usize>(keys: [(&str, Value); N]) -> Value {
    let keys: Map<String, Value> = keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    json!({ "type": "object", "properties": keys, "additionalProperties": false })
}

/// The smaller copies of pictures.
fn pictures() -> Value {
    let width = json!({ "type": "integer", "minimum": NARROWEST, "maximum": LONGEST_SIDE });
    let quality = || json!({ "type": "integer", "minimum": 1, "maximum": 100 });
    table([
        ("formats", json!({ "type": "array", "items": words(FORMATS) })),
        ("widths", json!({ "type": "array", "items": width, "minItems": 1 })),
        ("avif_quality", quality()),
        ("webp_quality", quality()),
        ("sizes", json!({ "type": "string" })),
    ])
}

/// What the registers are published as.
fn open_data() -> Value {
    let text = || json!({ "type": "string" });
    let label = || json!({ "anyOf": [text(), { "type": "object", "additionalProperties": text() }] });
    let url = || json!({ "type": "string", "pattern": r"^https?://\S+$" });
    let mut license = table([("name", text()), ("title", text()), ("url", url())]);
    license["required"] = json!(["url"]);
    let known: Vec<&str> = super::open_data::known_licenses().collect();
    let publisher = table([("name", label()), ("url", url()), ("email", text())]);
    table([
        ("generate", json!({ "type": "boolean" })),
        ("path", text()),
        ("title", label()),
        ("description", label()),
        ("license", json!({ "anyOf": [{ "enum": known }, license] })),
        ("publisher", json!({ "anyOf": [text(), publisher] })),
    ])
}

/// The definition of a kind, or the part of one that is changed.
fn kind() -> Value {
    let text = || json!({ "type": "string" });
    let texts = || json!({ "type": "array", "items": { "type": "string" } });
    let whether = || json!({ "type": "boolean" });
    let label = || json!({ "anyOf": [text(), { "type": "object", "additionalProperties": text() }] });
    let or_gone = |table: Value| json!({ "anyOf": [table, { "const": false }] });
    let stages: Vec<&str> = STAGES.iter().map(|(word, _)| *word).collect();
    let validities: Vec<&str> = VALIDITIES.iter().map(|(word, _)| *word).collect();
    let field = table([
        ("type", json!({ "enum": TYPES })),
        ("label", label()),
        ("list", whether()),
        ("required", whether()),
        ("unique", whether()),
        ("shared", whether()),
        ("pattern", json!({ "type": "string", "format": "regex" })),
        ("values", json!({ "type": "object", "additionalProperties": label() })),
        ("to", json!({ "anyOf": [text(), texts()] })),
        ("inverse", label()),
        ("acyclic", whether()),
        ("not_before", text()),
    ]);
    let state = table([
        ("label", label()),
        ("next", texts()),
        ("stage", json!({ "enum": stages })),
        ("from", text()),
        ("after", text()),
        ("text", json!({ "enum": validities })),
        ("holds", whether()),
        ("until", text()),
    ]);
    let register = table([
        ("sort", text()),
        ("page", whether()),
        ("reverse", whether()),
        ("columns", texts()),
        ("filters", texts()),
    ]);
    table([
        ("schema_org", or_gone(schema_org())),
        ("cite", or_gone(cite())),
        ("feeds", whether()),
        ("versions", whether()),
        ("clauses", whether()),
        (
            "calendar",
            or_gone(table([
                ("starts", text()),
                ("ends", text()),
                ("place", text()),
                ("days", texts()),
                ("tentative", texts()),
            ])),
        ),
        ("label", label()),
        ("plural", label()),
        ("template", text()),
        ("date_field", text()),
        ("register", json!({ "anyOf": [whether(), register] })),
        ("fields", json!({ "type": "object", "additionalProperties": or_gone(field) })),
        (
            "lifecycle",
            table([
                ("first", texts()),
                ("before", text()),
                ("states", json!({ "type": "object", "additionalProperties": or_gone(state) })),
            ]),
        ),
    ])
}

/// How documents of a kind are described in the words of schema.org.
fn schema_org() -> Value {
    let text = || json!({ "type": "string" });
    let words =
        || json!({ "type": "object", "additionalProperties": { "anyOf": [text(), { "const": false }] } });
    let class = table([("from", text()), ("default", text()), ("values", words())]);
    let property = table([
        ("from", text()),
        ("values", words()),
        ("as", text()),
        ("only", json!({ "type": "array", "items": text() })),
    ]);
    table([
        ("type", json!({ "anyOf": [text(), class] })),
        (
            "properties",
            json!({
                "type": "object",
                "additionalProperties": { "anyOf": [text(), property, { "const": false }] },
            }),
        ),
    ])
}

/// How documents of a kind are cited.
fn cite() -> Value {
    let text = || json!({ "type": "string" });
    let words = json!({ "type": "object", "additionalProperties": text() });
    let by = table([("from", text()), ("default", text()), ("values", words)]);
    table([
        ("type", json!({ "anyOf": [text(), by] })),
        ("number", text()),
        ("author", text()),
        ("publisher", text()),
        ("url", text()),
    ])
}
