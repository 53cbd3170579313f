//! Data files for templates, each read once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256, Sha384, Sha512};
use tera::value::Key;
use tera::{Map, Value};

use super::errors::REPORTED;
use super::views;
use crate::base::codes;
use crate::base::data::{self, Node, SyntaxError, parse_json, parse_toml, parse_yaml, parse_yaml_node};
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::span::{Position, Span};
use crate::chart::{self, Sheet};
use crate::plan::Plan;
use crate::source::Source;

/// The path from the site's folder that a template means: `@/` stands for `content/`.
pub(crate) fn site_path(path: &str) -> String {
    path.strip_prefix("@/")
        .map_or_else(|| path.trim_start_matches('/').to_owned(), |path| format!("content/{path}"))
}

/// A path, and the format to read it in if one was asked for.
type Request = (String, Option<String>);

/// A data file as it was found: what it says, if that can be read, and what is wrong with it.
type Found = (Option<Value>, Vec<Diagnostic>);

/// What has been read, and what was wrong with it.
#[derive(Default)]
pub(crate) struct Cache {
    loaded: Mutex<BTreeMap<Request, Found>>,
    sheets: Mutex<BTreeMap<String, Option<Arc<DataSheet>>>>,
    hashes: Mutex<BTreeMap<(String, u64, bool), String>>,
}

/// A data file that charts are drawn from.
pub(crate) struct DataSheet {
    /// The text, for the places of mistakes; empty if it could not be read.
    pub text: String,
    /// What it says, or what is wrong with it.
    pub found: Result<Sheet, Vec<Diagnostic>>,
}

impl Cache {
    /// What was wrong with the files that templates asked for, of those whose paths `wanted` picks.
    pub(crate) fn problems(&self, wanted: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
        let loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let of_templates = loaded.iter().filter(|((path, _), _)| wanted(path));
        let mut problems: Vec<Diagnostic> =
            of_templates.flat_map(|(_, (_, problems))| problems.iter().cloned()).collect();
        let sheets = self.sheets.lock().unwrap_or_else(PoisonError::into_inner);
        for sheet in sheets.iter().filter(|(path, _)| wanted(path)).filter_map(|(_, sheet)| sheet.as_ref()) {
            problems.extend(sheet.found.as_ref().err().into_iter().flatten().cloned());
        }
        problems
    }

    /// Whether a file that `changed` picks has been read.
    pub(crate) fn has(&self, changed: impl Fn(&str) -> bool) -> bool {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner).keys().any(|(path, _)| changed(path))
            || self.sheets.lock().unwrap_or_else(PoisonError::into_inner).keys().any(|path| changed(path))
    }

    /// What has been read, without the files that `changed` picks.
    pub(crate) fn without(&self, changed: impl Fn(&str) -> bool) -> Self {
        let loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = loaded.iter().filter(|((path, _), _)| !changed(path));
        let kept = kept.map(|(request, found)| (request.clone(), found.clone())).collect();
        let sheets = self.sheets.lock().unwrap_or_else(PoisonError::into_inner);
        let sheets = sheets.iter().filter(|(path, _)| !changed(path));
        let sheets = sheets.map(|(path, sheet)| (path.clone(), sheet.clone())).collect();
        let hashes = self.hashes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self { loaded: Mutex::new(kept), sheets: Mutex::new(sheets), hashes: Mutex::new(hashes) }
    }

    /// The rows and columns of a data file by its path from the site's folder, and where each stands.
    /// `None`: there is no such file. What is wrong with it is noted.
    pub(crate) fn sheet(&self, source: &Source, path: &str) -> Option<Arc<DataSheet>> {
        let mut sheets = self.sheets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = sheets.get(path) {
            return known.clone();
        }
        let sheet = source.file(path).map(|file| {
            let mut problems = Vec::new();
            let (text, found) = match file.read_text(&mut problems) {
                Ok(text) => {
                    let found = sheet(&text, &file.extension(), path);
                    (text, found)
                }
                Err(problem) => (String::new(), Err(vec![*problem])),
            };
            let found = match found {
                Ok(sheet) if problems.is_empty() => Ok(sheet),
                Ok(_) => Err(problems),
                Err(found) => {
                    problems.extend(found);
                    Err(problems)
                }
            };
            Arc::new(DataSheet { text, found })
        });
        sheets.insert(path.to_owned(), sheet.clone());
        sheet
    }

    /// A data file by its path from the site's folder. `None`: there is none.
    ///
    /// # Errors
    /// It cannot be read. The mistake is noted at its place in the file.
    pub(crate) fn load(
        &self,
        source: &Source,
        path: &str,
        format: Option<&str>,
    ) -> Result<Option<Value>, String> {
        let key = (path.to_owned(), format.map(str::to_owned));
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((value, _)) = loaded.get(&key) {
            return value.clone().map(Some).ok_or_else(|| REPORTED.to_owned());
        }
        let Some(file) = source.file(path) else { return Ok(None) };
        let mut problems = Vec::new();
        let parsed = match file.read_text(&mut problems) {
            Ok(text) => {
                let extension = file.extension().into_owned();
                parse(&text, format.unwrap_or(&extension), path)
            }
            Err(problem) => Err(vec![*problem]),
        };
        let value = match parsed {
            Ok(value) => Some(value),
            Err(found) => {
                problems.extend(found);
                None
            }
        };
        loaded.insert(key, (value.clone(), problems));
        value.map(Some).ok_or_else(|| REPORTED.to_owned())
    }

    /// A text of the template itself, as data.
    ///
    /// # Errors
    /// Says what is wrong with it.
    #[expect(clippy::unused_self, reason = "the sibling of `load`")]
    pub(crate) fn literal(&self, text: &str, format: Option<&str>) -> Result<Value, String> {
        parse(text, format.unwrap_or("plain"), "")
            .map_err(|problems| problems.first().map_or_else(String::new, |problem| problem.message.clone()))
    }

    /// The digest of a published static file, for `integrity` attributes (W3C, Subresource
    /// Integrity, section 3.1).
    ///
    /// # Errors
    /// There is no such file, or no such digest.
    pub(crate) fn hash(&self, plan: &Plan, path: &str, bits: u64, base64: bool) -> Result<String, String> {
        let key = (path.to_owned(), bits, base64);
        if let Some(known) = self.hashes.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(known.clone());
        }
        let asset = plan
            .assets
            .find(path.trim_start_matches('/'))
            .ok_or_else(|| format!("there is no static file `{path}`"))?;
        let bytes = asset.bytes().map_err(|problem| problem.message)?;
        let digest = match bits {
            256 => Sha256::digest(&bytes).to_vec(),
            384 => Sha384::digest(&bytes).to_vec(),
            512 => Sha512::digest(&bytes).to_vec(),
            _ => return Err(format!("sha_type is 256, 384 or 512, and not {bits}")),
        };
        let text = if base64 { encode_base64(&digest) } else { crate::base::digest::hex(&digest) };
        self.hashes.lock().unwrap_or_else(PoisonError::into_inner).insert(key, text.clone());
        Ok(text)
    }
}

/// Base 64 with padding (RFC 4648, section 4).
fn encode_base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let number =
            group.iter().fold(0u32, |number, &byte| number << 8 | u32::from(byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place)) as usize & 63];
            out.push(if place > group.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

/// Rows and columns in any of the formats of data files.
fn sheet(text: &str, format: &str, path: &str) -> Result<Sheet, Vec<Diagnostic>> {
    let whole = |table| Node { span: Span::new(0, 0), value: data::Value::Table(table) };
    let wrong = |errors: Vec<SyntaxError>, language: &str| -> Vec<Diagnostic> {
        errors.iter().map(|error| error.diagnostic(codes::DATA_FILE, language, path, text, 0)).collect()
    };
    let node = match format {
        "csv" => return Sheet::from_csv(text).map_err(|problems| placed(problems, text, path)),
        "toml" => parse_toml(text).map(whole).map_err(|errors| wrong(errors, "TOML"))?,
        "yaml" | "yml" => parse_yaml_node(text).map_err(|errors| wrong(errors, "YAML"))?,
        "json" => parse_json(text).map_err(|error| wrong(vec![error], "JSON"))?,
        other => {
            let message = format!("charts are drawn from CSV, TOML, JSON or YAML, and this is `{other}`");
            let problem = Diagnostic::error(codes::DATA_FILE, message).in_file(path);
            return Err(vec![problem.help("save the table as CSV")]);
        }
    };
    Sheet::from_node(&node).map_err(|problems| placed(problems, text, path))
}

/// What is wrong with the data of a chart, at its places in their file.
pub(crate) fn placed(problems: Vec<chart::Problem>, text: &str, path: &str) -> Vec<Diagnostic> {
    let at = |problem: chart::Problem| {
        let diagnostic = Diagnostic::error(problem.code, problem.message).help_if(problem.help);
        match problem.place {
            chart::Place::Data(span) if span.end > 0 => diagnostic.at(Location::span(path, text, span)),
            _ => diagnostic.in_file(path),
        }
    };
    chart::first_of(problems).into_iter().map(at).collect()
}

fn parse(text: &str, format: &str, path: &str) -> Result<Value, Vec<Diagnostic>> {
    let wrong = |errors: Vec<SyntaxError>, language: &str| {
        errors.iter().map(|error| error.diagnostic(codes::DATA_FILE, language, path, text, 0)).collect()
    };
    match format {
        "toml" => parse_toml(text).map(|table| views::table(&table)).map_err(|errors| wrong(errors, "TOML")),
        "yaml" | "yml" => parse_yaml(text).map(|table| views::table(&table)).map_err(|errors| wrong(errors, "YAML")),
        "json" => serde_json::from_str::<serde_json::Value>(text).map(|json| Value::from_serializable(&json)).map_err(|error| {
            let position = Position {
                line: u32::try_from(error.line()).unwrap_or(1),
                column: u32::try_from(error.column().max(1)).unwrap_or(1),
            };
            let said = error.to_string();
            let said = said.split(" at line ").next().unwrap_or_default();
            vec![Diagnostic::error(codes::DATA_FILE, format!("this is not JSON: {said}"))
                .at(Location::position(path, text, position))
                .help("JSON has quotation marks around every key and text, commas between, and none after the last")]
        }),
        "csv" => csv(text, path),
        "plain" | "txt" => Ok(Value::from(text)),
        other => {
            let message = format!("data files are TOML, JSON, YAML or CSV, and this is `{other}`");
            Err(vec![Diagnostic::error(codes::DATA_FILE, message).in_file(path).help("say `format` to read it as one of them")])
        }
    }
}

/// `headers` and `records`, as in Zola (RFC 4180: every record has as many fields as the first).
fn csv(text: &str, path: &str) -> Result<Value, Vec<Diagnostic>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut problems = Vec::new();
    let mut fail = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        let position = Position { line: u32::try_from(line).unwrap_or(1), column: 1 };
        let message = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("this record has {len} fields, and the first one has {expected_len}")
            }
            other => format!("this is not CSV: {other:?}"),
        };
        let help =
            "each line has as many fields as the first; a field that holds a comma stands in quotation marks";
        problems.push(
            Diagnostic::error(codes::DATA_FILE, message)
                .at(Location::position(path, text, position))
                .help(help),
        );
    };
    let headers: Vec<String> = match reader.headers() {
        Ok(headers) => headers.iter().map(str::to_owned).collect(),
        Err(error) => {
            fail(&error);
            Vec::new()
        }
    };
    let mut records: Vec<Value> = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => records.push(Value::from(record.iter().collect::<Vec<_>>())),
            Err(error) => fail(&error),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut map = Map::new();
    map.insert(Key::Str("headers"), Value::from(headers));
    map.insert(Key::Str("records"), Value::from(records));
    Ok(Value::from(map))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_in_the_rfc() {
        // RFC 4648, section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode_base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn mistakes_in_data_have_a_place() {
        let line = |text: &str, format: &str| {
            parse(text, format, "data/x").unwrap_err()[0].location.as_ref().unwrap().position.unwrap().line
        };
        assert_eq!(line("a = 1\nb = \n", "toml"), 2);
        assert_eq!(line("{\n \"a\": }", "json"), 2);
        assert_eq!(line("a,b\n1,2\n3\n", "csv"), 3);
        assert!(line("a: [1\nb: 2\n", "yaml") >= 1);
        assert!(parse("x", "xlsx", "data/x").is_err());
    }
}
