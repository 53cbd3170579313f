//! `kenes schema`.

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Map, Value, json};

use super::args::{Format, SchemaArgs};
use super::new::settings;
use super::{SITE_ERRORS, refused, report};
use crate::base::suggest::did_you_mean;
use crate::config::{self, Config};
use crate::content;
use crate::policy::schema::DIALECT;

/// What the schema of translations of a kind is called: `standard-translation`.
const TRANSLATION: &str = "-translation";

pub(super) fn run(root: &Path, args: &SchemaArgs) -> ExitCode {
    let config = match settings(root) {
        Ok(config) => config,
        Err(problems) => {
            report::print(&problems, Format::Human);
            return ExitCode::from(SITE_ERRORS);
        }
    };
    let mut all = all(&config);
    let Some(name) = &args.name else {
        println!("{:#}", json!({ "$schema": DIALECT, "title": "A Kenes site", "$defs": all }));
        return ExitCode::SUCCESS;
    };
    if let Some(schema) = all.remove(name) {
        println!("{schema:#}");
        return ExitCode::SUCCESS;
    }
    let names = || all.keys().map(String::as_str);
    let help = did_you_mean(name, names())
        .unwrap_or_else(|| format!("there are: {}", names().collect::<Vec<_>>().join(", ")));
    refused(&format!("there is no schema `{name}`"), Some(&help))
}

/// All schemas of a site by their names.
fn all(config: &Config) -> Map<String, Value> {
    let mut all = Map::new();
    all.insert(config::FILE_NAME.to_owned(), config::schema::settings());
    all.insert("section".to_owned(), content::schema::section(config));
    for kind in config.kinds.iter() {
        all.insert(kind.name.clone(), content::schema::page(kind, config, false));
        if config.languages.len() > 1 {
            all.insert(format!("{}{TRANSLATION}", kind.name), content::schema::page(kind, config, true));
        }
    }
    all
}
