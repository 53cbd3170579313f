//! The schemas that `kenes schema` prints: sound in themselves, and true to what the program reads.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::{kenes, said, succeed, tests};
use jsonschema::Validator;
use kenes::base::clock::Today;
use kenes::base::data::{self, Table, parse_toml};
use kenes::base::diagnostic::Diagnostic;
use kenes::build::{Options, prepare};
use kenes::content::front;
use kenes::render::Mode;
use serde_json::{Map, Value, json};

fn portal() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schemas(root: &Path) -> Map<String, Value> {
    let output = succeed(kenes().arg("--root").arg(root).arg("schema"));
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    jsonschema::meta::validate(&all).unwrap_or_else(|error| panic!("{error}"));
    all["$defs"].as_object().unwrap().clone()
}

fn validator(schemas: &Map<String, Value>, name: &str) -> Validator {
    jsonschema::draft202012::new(&schemas[name]).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Structured text as the values that an editor sees.
fn json_of(table: &Table) -> Value {
    fn value(from: &data::Value) -> Value {
        match from {
            data::Value::Null => Value::Null,
            data::Value::Bool(value) => json!(value),
            data::Value::Integer(value) => json!(value),
            data::Value::Float(value) => json!(value),
            data::Value::String(text) => json!(text),
            data::Value::Moment(moment) => json!(moment.to_string()),
            data::Value::List(items) => items.iter().map(|item| value(&item.value)).collect(),
            data::Value::Table(table) => json_of(table),
        }
    }
    table.entries.iter().map(|entry| (entry.key.clone(), value(&entry.node.value))).collect()
}

fn front_matter(root: &Path, path: &str) -> Value {
    let text = std::fs::read_to_string(root.join(path)).unwrap();
    let mut problems = Vec::new();
    let split = front::split(path, &text, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    json_of(&split.table)
}

fn wrong(validator: &Validator, value: &Value) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Every file of a site, held against the schema of what it is.
fn conforms(root: &Path) -> usize {
    let options = Options {
        root: root.to_owned(),
        base_url: None,
        drafts: true,
        today: Today("2026-01-15".parse().unwrap()),
        strict: false,
        mode: Mode::Build,
        cache: false,
    };
    let library = prepare(&options).ok().unwrap().library;
    let schemas = schemas(root);
    let mut count = 0;
    for id in library.ids().filter(|&id| !library.item(id).parsed.implicit) {
        let item = library.item(id);
        let original =
            library.translations(id).iter().flatten().find(|&&id| !library.item(id).parsed.implicit);
        let name = match (item.is_section(), original == Some(&id)) {
            (true, _) => "section".to_owned(),
            (false, true) => library.kind(id).to_owned(),
            (false, false) => format!("{}-translation", library.kind(id)),
        };
        let path = item.parsed.path.as_str();
        let mut own = front_matter(root, path);
        // What the original says may be said again; its schema does not ask for it.
        let wrong = wrong(&validator(&schemas, &name), &own);
        assert!(wrong.is_empty(), "{path} ({name}): {wrong:#?}");
        own["no_such_key"] = json!(1);
        assert!(!validator(&schemas, &name).is_valid(&own), "{path}");
        count += 1;
    }
    let text = std::fs::read_to_string(root.join("kenes.toml")).unwrap();
    let wrong = wrong(&validator(&schemas, "kenes.toml"), &json_of(&parse_toml(&text).unwrap()));
    assert!(wrong.is_empty(), "kenes.toml: {wrong:#?}");
    count
}

#[test]
fn the_portal_and_the_site_of_kinds_conform() {
    assert!(conforms(portal()) > 50);
    assert!(conforms(&tests().join("sites/kinds/site")) > 20);
}

#[test]
fn each_schema_is_valid_by_itself_and_printed_by_name() {
    let all = schemas(portal());
    for (name, schema) in &all {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        jsonschema::draft202012::meta::validate(schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        let output = succeed(kenes().arg("--root").arg(portal()).args(["schema", name]));
        let alone: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(&alone, schema, "{name}");
    }
    let output = kenes().arg("--root").arg(portal()).args(["schema", "standrd"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("did you mean `standard`?"), "{}", said(&output));
}

/// What the schemas forbid, the program forbids too, and the other way round.
#[test]
fn schemas_and_program_agree() {
    let schemas = schemas(portal());
    let cases: &[(&str, &str, bool)] = &[
        ("standard", "number = \"AI-01\"", true),
        ("standard", "title = \"No number\"", false),
        ("standard", "draft = true", true),
        ("standard", "number = 1", false),
        ("standard", "number = \"1\"\nplace = \"Astana\"", false),
        ("standard", "number = \"1\"\n[[history]]\nstate = \"draft\"\ndate = 2025-01-15", true),
        (
            "standard",
            "number = \"1\"\n[[history]]\nstate = \"draft\"\ndate = \"2025-01\"\nnote = { en = \"N\" }",
            true,
        ),
        ("standard", "number = \"1\"\n[[history]]\nstate = \"sketch\"\ndate = 2025-01-15", false),
        ("standard", "number = \"1\"\n[[history]]\nstate = \"draft\"", false),
        ("standard", "number = \"1\"\nclauses = true", true),
        // Only a file in a folder `versions` is a version.
        ("standard", "number = \"1\"\n[version]", false),
        ("meeting", "starts = 2025-01-15", true),
        ("meeting", "starts = 2025-01-15T10:00:00+05:00", true),
        ("meeting", "starts = 2025", true),
        ("meeting", "starts = \"soon\"", false),
        ("meeting", "starts = 2025-01-15\nparticipants = \"x\"", false),
        ("organisation", "website = \"example.org\"", false),
        ("organisation", "email = \"a@b.kz\"\nform = \"council\"", true),
        ("organisation", "form = \"counsil\"", false),
        ("page", "weight = \"1\"", false),
        ("page", "publish = 2025-01-15\ntaxonomies = { topics = [\"law\"] }", true),
        ("page", "taxonomies = { tags = [\"law\"] }", false),
        ("page", "review_by = 2025-01-15\nsynthetic = true\nillustrative = true", true),
    ];
    for (kind, text, good) in cases {
        let value = json_of(&parse_toml(text).unwrap());
        assert_eq!(validator(&schemas, kind).is_valid(&value), *good, "{kind}: {text}");
        let site = common::scratch();
        common::copy(&tests().join("bad/base"), site.path());
        let page = format!("+++\nkind = \"{kind}\"\n{text}\n+++\n");
        common::write(&site.path().join("content/example.md"), page);
        let output = common::build(site.path(), &site.path().join("out")).output().unwrap();
        assert_eq!(output.status.success(), *good, "{kind}: {text}\n{}", said(&output));
    }
}

/// All keys that the program reads are in the schemas, and no others.
#[test]
fn no_key_is_forgotten() {
    let all = schemas(portal());
    let keys = |name: &str| -> BTreeSet<String> {
        all[name]["properties"].as_object().unwrap().keys().cloned().collect()
    };
    let mut of_pages = keys("page");
    of_pages.extend(keys("page-translation"));
    let mut of_sections = keys("section");
    let (config, _) = kenes::config::read("base_url = \"https://a.kz\"\nlanguages = [\"en\", \"ru\"]");
    let fields: Vec<String> = config.unwrap().kinds.field_names().map(str::to_owned).collect();
    of_sections.retain(|key| !fields.contains(key));
    // Pages of the kind `page` have no states.
    of_pages.insert("history".to_owned());
    let both: BTreeSet<String> = of_pages.union(&of_sections).cloned().collect();
    let known: BTreeSet<String> = front::KEYS.iter().map(|&key| key.to_owned()).collect();
    assert_eq!(both, known);
}

/// A key that nobody has, and that is near to none.
const NO_KEY: &str = "qqqqqqqqqqqqqqqqqqqq";

/// The keys that the program names when it does not know [`NO_KEY`].
fn known_keys(problems: &[Diagnostic], text: &str) -> BTreeSet<String> {
    let unknown = |problem: &&Diagnostic| problem.message.starts_with(&format!("unknown key `{NO_KEY}`"));
    let problem = problems.iter().find(unknown).unwrap_or_else(|| panic!("{text}: {problems:?}"));
    let help = problem.help.as_deref().unwrap().strip_prefix("known keys: ").unwrap();
    help.split(", ").map(str::to_owned).collect()
}

/// The tables of a schema whose keys are known, each as TOML in which it has [`NO_KEY`], with its keys.
fn tables(schema: &Value, around: &dyn Fn(String) -> String, found: &mut Vec<(String, BTreeSet<String>)>) {
    for alternative in schema["anyOf"].as_array().into_iter().flatten() {
        tables(alternative, around, found);
    }
    if schema["items"].is_object() {
        tables(&schema["items"], &|inner| around(format!("[{inner}]")), found);
    }
    // Of any name: that of a language of the site, where it is to be one.
    if schema["additionalProperties"].is_object() {
        tables(&schema["additionalProperties"], &|inner| around(format!("{{ ru = {inner} }}")), found);
    }
    let Some(properties) = schema["properties"].as_object() else { return };
    assert_eq!(schema["additionalProperties"], false, "{schema}");
    found.push((around(format!("{{ {NO_KEY} = 1 }}")), properties.keys().cloned().collect()));
    for (key, schema) in properties {
        tables(schema, &|inner| around(format!("{{ {key} = {inner} }}")), found);
    }
}

/// The table without its braces: the text of a file.
fn top(table: &str) -> &str {
    table.strip_prefix("{ ").and_then(|rest| rest.strip_suffix(" }")).unwrap()
}

#[test]
fn no_key_of_the_settings_is_forgotten_however_deep() {
    let mut found = Vec::new();
    tables(&schemas(portal())["kenes.toml"], &|inner| inner, &mut found);
    assert!(found.len() > 8, "{found:?}");
    for (table, keys) in found {
        let languages = if table.contains("languages =") { "" } else { "languages = [\"en\", \"ru\"]\n" };
        let text = format!("{languages}{}\n", top(&table));
        let (_, problems) = kenes::config::read(&text);
        assert_eq!(keys, known_keys(&problems, &text), "{text}");
    }
}

#[test]
fn no_key_of_front_matter_is_forgotten_however_deep() {
    let settings = "base_url = \"https://a.kz\"\nlanguages = [\"en\", \"ru\"]\n";
    let config = kenes::config::read(settings).0.unwrap();
    let site = common::scratch();
    common::write(&site.path().join("kenes.toml"), settings);
    let schemas = schemas(site.path());
    for (name, deep) in [("standard", 2), ("page", 2), ("section", 1)] {
        let mut found = Vec::new();
        tables(&schemas[name], &|inner| inner, &mut found);
        // The first is all of it; and those of taxonomies and of notes are named by the settings.
        let own = |text: &str| !text.contains("taxonomies =") && !text.contains("note =");
        found.retain(|(text, _)| own(text));
        assert_eq!(found.len(), deep + 1, "{found:?}");
        for (table, keys) in found.split_off(1) {
            let text = format!("+++\n{}\n+++\n", top(&table));
            let mut problems = Vec::new();
            let split = front::split("x.md", &text, &mut problems);
            front::page(&split, "x.md", &text, &config, &mut problems);
            assert_eq!(keys, known_keys(&problems, &text), "{name}: {text}");
        }
    }
}
