//! Open data: each record is as its schema says, and the table says what the records say.

mod common;

use std::path::Path;

use common::{kenes, scratch, succeed, tests};
use serde_json::{Value, json};

/// The files of the data of a site, built for a day, by their names.
fn data(root: &Path, folder: &str, day: &str) -> Vec<(String, String)> {
    let scratch = scratch();
    let (site, output) = (scratch.path().join("site"), scratch.path().join("output"));
    // A copy, because a build keeps a cache in the site.
    for part in ["content", "themes", "static", "templates", "data"] {
        if root.join(part).exists() {
            common::copy(&root.join(part), &site.join(part));
        }
    }
    for file in ["kenes.toml", "references.yml"] {
        if root.join(file).exists() {
            std::fs::copy(root.join(file), site.join(file)).unwrap();
        }
    }
    let mut command = kenes();
    command.arg("--root").arg(&site).args(["build", "--as-of", day, "--output"]).arg(&output);
    succeed(&mut command);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(output.join(folder)).unwrap() {
        let entry = entry.unwrap();
        if let Ok(text) = std::fs::read_to_string(entry.path()) {
            files.push((entry.file_name().into_string().unwrap(), text));
        }
    }
    files.sort();
    files
}

fn named<'a>(files: &'a [(String, String)], name: &str) -> &'a str {
    &files.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name}")).1
}

fn kinds(files: &[(String, String)]) -> Vec<&str> {
    files.iter().filter_map(|(name, _)| name.strip_suffix(".csv")).collect()
}

/// What the items of a list were, as docs/publishing.md says.
fn items(cell: &str) -> Vec<String> {
    let (mut items, mut escaped) = (vec![String::new()], false);
    for c in cell.chars() {
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (false, '|') => items.push(String::new()),
            (_, c) => {
                items.last_mut().unwrap().push(c);
                escaped = false;
            }
        }
    }
    if cell.is_empty() { Vec::new() } else { items }
}

/// What a cell says, as the record would.
fn said(cell: &str, like: &Value) -> Value {
    let text = cell.strip_prefix('\'').unwrap_or(cell);
    match like {
        Value::Null => {
            assert_eq!(text, "");
            Value::Null
        }
        Value::Bool(_) | Value::Number(_) => serde_json::from_str(cell).unwrap(),
        Value::String(_) => json!(text),
        Value::Object(one) => json!({ "id": text }).as_object().map(|_| one["id"].clone()).unwrap(),
        Value::Array(_) => json!(items(text)),
    }
}

fn check(root: &Path, folder: &str, day: &str) -> usize {
    let files = data(root, folder, day);
    let mut count = 0;
    for kind in kinds(&files) {
        let schema: Value = serde_json::from_str(named(&files, &format!("{kind}.schema.json"))).unwrap();
        jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{kind}: {error}"));
        let options =
            jsonschema::options().with_draft(jsonschema::Draft::Draft202012).should_validate_formats(true);
        let validator = options.build(&schema).unwrap_or_else(|error| panic!("{kind}: {error}"));
        let records: Value = serde_json::from_str(named(&files, &format!("{kind}.json"))).unwrap();
        let records = records.as_array().unwrap();
        let table = named(&files, &format!("{kind}.csv"));
        assert!(table.lines().count() > records.len() && table.ends_with("\r\n"), "{kind}");
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let columns: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), records.len(), "{kind}: one row a document");
        for (record, row) in records.iter().zip(&rows) {
            let wrong: Vec<String> = validator
                .iter_errors(record)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(wrong.is_empty(), "{kind}: {wrong:#?}\n{record:#}");
            // The schema is not one that takes everything.
            for (key, value) in
                [("id", json!(1)), ("kind", json!("other")), ("state", json!({})), ("other", json!(null))]
            {
                let mut broken = record.clone();
                broken[key] = value;
                assert!(!validator.is_valid(&broken), "{kind}: {key} may be anything");
            }
            for key in record.as_object().unwrap().keys() {
                let mut broken = record.clone();
                broken.as_object_mut().unwrap().remove(key);
                assert!(!validator.is_valid(&broken), "{kind}: {key} may be missing");
            }
            for (column, cell) in columns.iter().zip(row) {
                let value = column.split('.').try_fold(record, |value, key| value.get(key));
                let value = value.unwrap_or(&Value::Null);
                let dated = |name: &str, day: &str| -> Vec<Value> {
                    let parts = value.as_array().unwrap().iter().map(|it| (&it[name], &it[day]));
                    parts
                        .map(|(name, day)| match day.as_str() {
                            Some(day) => json!(format!("{} {day}", name.as_str().unwrap())),
                            None => name.clone(),
                        })
                        .collect()
                };
                let expected = match (column.as_str(), value) {
                    ("history", _) => json!(dated("state", "date")),
                    ("versions", _) => json!(dated("label", "in_force")),
                    (_, Value::Array(all)) => {
                        all.iter().map(|it| it.get("id").unwrap_or(it).clone()).collect()
                    }
                    (_, Value::Object(one)) => one["id"].clone(),
                    (_, one) => one.clone(),
                };
                assert_eq!(said(cell, value), expected, "{kind}: {column}: {cell}");
            }
            count += 1;
        }
    }
    count
}

#[test]
fn records_are_as_their_schemas_say_and_tables_say_the_same() {
    let root = tests().join("sites/registers/site");
    assert_eq!(check(&root, "open/data", "2026-01-15"), 7);
    assert_eq!(check(&root, "open/data", "2026-07-01"), 8);
    assert!(check(Path::new(env!("CARGO_MANIFEST_DIR")), "data", "2026-11-22") > 8);
}

/// No file says when it was made: only what becomes of the documents changes anything.
#[test]
fn a_day_on_which_nothing_happens_changes_nothing() {
    let root = tests().join("sites/registers/site");
    let on = |day: &str| data(&root, "open/data", day);
    assert_eq!(on("2026-01-15"), on("2026-01-31"));
    // The time for comments on a standard is over.
    let (before, after) = (on("2026-01-31"), on("2026-02-01"));
    let differ: Vec<&str> = before
        .iter()
        .zip(&after)
        .filter(|(before, after)| before != after)
        .map(|((name, _), _)| name.as_str())
        .collect();
    assert_eq!(differ, ["catalog.jsonld", "datapackage.json", "standard.csv", "standard.json"]);
}

/// The sizes and digests that are promised are those of the files.
#[test]
fn what_is_said_of_files_is_true() {
    let files = data(&tests().join("sites/registers/site"), "open/data", "2026-01-15");
    let package: Value = serde_json::from_str(named(&files, "datapackage.json")).unwrap();
    let resources = package["resources"].as_array().unwrap();
    assert_eq!(resources.len(), 6);
    for resource in resources {
        let text = named(&files, resource["path"].as_str().unwrap());
        assert_eq!(resource["bytes"], json!(text.len()), "{}", resource["path"]);
        let digest = kenes::base::digest::Digest::of(text.as_bytes()).hex();
        assert_eq!(resource["hash"], json!(format!("sha256:{digest}")), "{}", resource["path"]);
    }
}
