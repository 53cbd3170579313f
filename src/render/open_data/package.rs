//! `datapackage.json`: the data as a Data Package, version 1 (<https://specs.frictionlessdata.io/data-package/>),
//! which is what its validators know.

use serde_json::{Map, Value, json};

use super::{Dataset, Weight, pretty};
use crate::base::slug::{SlugMode, slugify};
use crate::plan::{DataFile, data_url};
use crate::render::Renderer;

pub(super) fn render(renderer: &Renderer) -> String {
    let config = renderer.reader.config();
    let (title, default) = (renderer.data_title(0), config.default_language());
    let name = slugify(&title, SlugMode::Ascii, default.lang.as_str());
    let mut package = Map::new();
    package.insert("profile".to_owned(), json!("data-package"));
    package.insert("name".to_owned(), json!(if name.is_empty() { "open-data" } else { &name }));
    package.insert("title".to_owned(), json!(title));
    package.insert("description".to_owned(), json!(renderer.data_description(0)));
    package.insert("homepage".to_owned(), json!(config.permalink("/")));
    if let Some(license) = &config.open_data.license {
        let mut own = json!({ "path": license.url, "title": license.title });
        if let Some(name) = &license.name {
            own["name"] = json!(name);
        }
        package.insert("licenses".to_owned(), json!([own]));
    }
    let publisher = &config.open_data.publisher;
    let mut own = json!({ "title": renderer.data_publisher(0), "role": "publisher" });
    if let Some(url) = &publisher.url {
        own["path"] = json!(url);
    }
    if let Some(email) = &publisher.email {
        own["email"] = json!(email);
    }
    package.insert("contributors".to_owned(), json!([own]));
    let resources: Vec<Value> =
        renderer.datasets().iter().flat_map(|dataset| resources(renderer, dataset)).collect();
    package.insert("resources".to_owned(), json!(resources));
    pretty(&Value::Object(package))
}

/// The table of a kind, and its records.
fn resources(renderer: &Renderer, dataset: &Dataset<'_>) -> [Value; 2] {
    let config = renderer.reader.config();
    let kind = dataset.kind;
    let (title, description) = (renderer.dataset_title(kind, 0), renderer.dataset_description(kind, 0));
    // Paths of a package count from its own place.
    let path = |file: DataFile| data_url(config, file).components().last().unwrap_or_default().to_owned();
    let (table, records) = (Weight::of(&dataset.files.csv), Weight::of(&dataset.files.json));
    let schema = config.permalink(data_url(config, DataFile::Schema(dataset.place)).as_str());
    [
        json!({
            "name": kind.name,
            "title": title,
            "description": format!(
                "{description}. Lists stand in one cell, with | between their items (\\| in an item is a |). \
                 A text that a spreadsheet would take for a formula has an apostrophe before it; so has one \
                 that begins with an apostrophe"
            ),
            "profile": "tabular-data-resource",
            "path": path(DataFile::Table(dataset.place)),
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": table.bytes,
            "hash": format!("sha256:{}", table.sha256),
            "dialect": { "delimiter": ",", "lineTerminator": "\r\n", "quoteChar": "\"", "doubleQuote": true, "header": true },
            "schema": dataset.shape.table_schema(),
        }),
        json!({
            "name": format!("{}-json", kind.name),
            "title": title,
            "description": format!("{description}. A list of records, each as the JSON Schema {schema} has it"),
            "profile": "data-resource",
            "path": path(DataFile::Records(dataset.place)),
            "format": "json",
            "mediatype": "application/json",
            "encoding": "utf-8",
            "bytes": records.bytes,
            "hash": format!("sha256:{}", records.sha256),
        }),
    ]
}
