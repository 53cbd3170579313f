//! The files of the open data: three for each kind that has a register and documents, and two that
//! describe all of them.

use crate::base::path::UrlPath;
use crate::config::Config;
use crate::relate::Library;

/// A file of the open data. Kinds are told by their places among the site's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataFile {
    /// The documents of a kind as JSON.
    Records(usize),
    /// The documents of a kind as CSV (RFC 4180).
    Table(usize),
    /// What a record of the first looks like, as JSON Schema.
    Schema(usize),
    /// What files there are, as a Data Package (<https://specs.frictionlessdata.io/data-package/>).
    Package,
    /// The same as a catalogue for other catalogues (DCAT 3, <https://www.w3.org/TR/vocab-dcat-3/>).
    Catalog,
}

/// The address of a file of the open data.
#[must_use]
pub fn data_url(config: &Config, file: DataFile) -> UrlPath {
    let kind = |kind: usize| config.kinds.at(kind).name.as_str();
    let name = match file {
        DataFile::Records(of) => format!("{}.json", kind(of)),
        DataFile::Table(of) => format!("{}.csv", kind(of)),
        DataFile::Schema(of) => format!("{}.schema.json", kind(of)),
        DataFile::Package => "datapackage.json".to_owned(),
        DataFile::Catalog => "catalog.jsonld".to_owned(),
    };
    UrlPath::new(&format!("/{}/{name}", config.open_data.path))
}

/// The files of the open data that there will be.
pub(super) fn files(library: &Library) -> Vec<(UrlPath, DataFile)> {
    let config = library.config();
    if !config.open_data.generate {
        return Vec::new();
    }
    let kinds = config.kinds.iter().enumerate();
    let kinds = kinds.filter(|(_, kind)| kind.register.is_some() && library.has_records(kind));
    let mut all: Vec<DataFile> = kinds
        .flat_map(|(kind, _)| [DataFile::Records(kind), DataFile::Table(kind), DataFile::Schema(kind)])
        .collect();
    if !all.is_empty() {
        all.extend([DataFile::Package, DataFile::Catalog]);
    }
    all.into_iter().map(|file| (data_url(config, file), file)).collect()
}
