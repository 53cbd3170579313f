//! Open data: the documents of each kind that has a register, for other programs.
//!
//! `KIND.json` holds all that is known of them, `KIND.csv` the same as a table, `KIND.schema.json` says what
//! a record looks like; `datapackage.json` and `catalog.jsonld` say what there is. Nothing in them changes
//! with the day but what has become of the documents: there is no time of the build in any of them.

mod catalog;
mod dataset;
mod package;
mod records;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use csv::{Terminator, WriterBuilder};
use serde_json::Value;

use super::Renderer;
use crate::base::digest::Digest;
use crate::plan::{DataFile, data_url};
use crate::policy::dataset::Shape;
use crate::policy::kind::Kind;
use crate::relate::Reader;
use crate::relate::record::{Reads, during, note};

/// The records of a kind as files, which four files are made of.
pub(super) struct Files {
    json: String,
    csv: String,
    reads: Reads,
}

/// The records of this state of the site, by the places of their kinds. They are made once, and whoever
/// uses them has read what they were made of.
#[derive(Default)]
pub(crate) struct Memo(Mutex<BTreeMap<usize, Arc<Files>>>);

/// A kind with its shape.
struct Dataset<'a> {
    /// Its place among the site's.
    place: usize,
    kind: &'a Kind,
    shape: Shape<'a>,
    files: Arc<Files>,
}

/// What is known of a file without opening it.
struct Weight {
    bytes: usize,
    sha256: String,
}

impl Weight {
    fn of(text: &str) -> Self {
        Self { bytes: text.len(), sha256: Digest::of(text.as_bytes()).hex() }
    }
}

impl Renderer {
    pub(super) fn render_data(&self, file: DataFile) -> String {
        match file {
            DataFile::Records(kind) => self.data_files(kind).json.clone(),
            DataFile::Table(kind) => self.data_files(kind).csv.clone(),
            DataFile::Schema(kind) => {
                let config = self.reader.config();
                let id = config.permalink(data_url(config, file).as_str());
                pretty(&shape(&self.reader, config.kinds.at(kind)).json_schema(&id))
            }
            DataFile::Package => package::render(self),
            DataFile::Catalog => catalog::render(self),
        }
    }

    fn data_files(&self, kind: usize) -> Arc<Files> {
        let known = self.open_data.0.lock().unwrap_or_else(PoisonError::into_inner).get(&kind).cloned();
        let files = known.unwrap_or_else(|| {
            let ((json, csv), reads) = during(|| self.make_data_files(self.reader.config().kinds.at(kind)));
            let files = Arc::new(Files { json, csv, reads });
            // Two threads may make them at the same time: the result is the same.
            self.open_data.0.lock().unwrap_or_else(PoisonError::into_inner).insert(kind, files.clone());
            files
        });
        files.reads.iter().for_each(|read| note(|| read.clone()));
        files
    }

    fn make_data_files(&self, kind: &Kind) -> (String, String) {
        let shape = shape(&self.reader, kind);
        let records: Vec<Value> = records::of(&self.reader, kind).iter().map(|it| shape.json(it)).collect();
        // One record a line, so that two states can be compared by eye.
        let lines: Vec<String> = records.iter().map(Value::to_string).collect();
        let json = format!("[\n{}\n]\n", lines.join(",\n"));
        (json, table(&shape, &records))
    }

    /// The kinds that have data.
    fn datasets(&self) -> Vec<Dataset<'_>> {
        let config = self.reader.config();
        let kinds = config.kinds.iter().enumerate();
        let kinds = kinds.filter(|(place, _)| self.has_data(DataFile::Records(*place)));
        kinds
            .map(|(place, kind)| {
                let (shape, files) = (shape(&self.reader, kind), self.data_files(place));
                Dataset { place, kind, shape, files }
            })
            .collect()
    }

    /// Whether a file of the open data is published.
    pub(super) fn has_data(&self, file: DataFile) -> bool {
        self.plan.answer(&data_url(self.reader.config(), file)).is_some()
    }

    /// What the whole of the data is called in a language.
    pub(super) fn data_title(&self, language: usize) -> String {
        let config = self.reader.config();
        let default = config.default_language().lang.as_str();
        let own = &config.languages[language];
        let said = config.open_data.title.get(own.lang.as_str(), default).map(str::to_owned);
        said.unwrap_or_else(|| {
            self.words(language, "data_title", &[("site", own.title.clone())], "{site}: open data")
        })
    }

    /// One sentence about the whole of the data in a language.
    pub(super) fn data_description(&self, language: usize) -> String {
        let config = self.reader.config();
        let default = config.default_language().lang.as_str();
        let lang = config.languages[language].lang.as_str();
        let said = config.open_data.description.get(lang, default).map(str::to_owned);
        said.unwrap_or_else(|| {
            let fallback = "The registers of this site for other programs: every document with its state, \
                            its dates, its versions and its addresses";
            self.words(language, "data_description", &[], fallback)
        })
    }

    /// Who publishes the data, in a language.
    pub(super) fn data_publisher(&self, language: usize) -> String {
        let config = self.reader.config();
        let default = config.default_language().lang.as_str();
        let own = &config.languages[language];
        let said = config.open_data.publisher.name.get(own.lang.as_str(), default);
        said.map(str::to_owned).or_else(|| config.author.clone()).unwrap_or_else(|| own.title.clone())
    }

    /// What the data of a kind are called in a language.
    fn dataset_title(&self, kind: &Kind, language: usize) -> String {
        let config = self.reader.config();
        let default = config.default_language().lang.as_str();
        let lang = config.languages[language].lang.as_str();
        kind.plural.get(lang, default).unwrap_or(&kind.name).to_owned()
    }

    /// One sentence about the data of a kind in a language.
    fn dataset_description(&self, kind: &Kind, language: usize) -> String {
        let title = self.dataset_title(kind, language);
        let fallback =
            "{title}: one record a document, with its state, dates, history, versions and addresses";
        self.words(language, "data_dataset", &[("title", title)], fallback)
    }
}

fn shape<'a>(reader: &'a Reader, kind: &'a Kind) -> Shape<'a> {
    let config = reader.config();
    Shape {
        kind,
        languages: config.languages.iter().map(|language| language.lang.as_str()).collect(),
        taxonomies: config.taxonomies.iter().map(|taxonomy| taxonomy.name.as_str()).collect(),
    }
}

/// Records as CSV (RFC 4180): a header, lines that end with CRLF, UTF-8 without a mark.
fn table(shape: &Shape<'_>, records: &[Value]) -> String {
    let columns = shape.columns();
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    // Nothing can go wrong: all rows are of one length, and go to memory.
    let _ = writer.write_record(columns.iter().map(|column| &column.name));
    for record in records {
        let _ = writer.write_record(columns.iter().map(|column| column.cell(record)));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
