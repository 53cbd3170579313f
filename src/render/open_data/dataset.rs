//! What the page of a register says to machines of the data beside it: a `Dataset` of schema.org.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::plan::{DataFile, data_url};
use crate::policy::kind::Kind;
use crate::relate::ItemId;
use crate::render::Renderer;
use crate::render::json_ld::ILLUSTRATIVE;

impl Renderer {
    /// The data of the kind whose register a page is, if they are published. `permalink` is the page's address.
    pub(in crate::render) fn dataset_of_register(&self, id: ItemId, permalink: &str) -> Option<Value> {
        let (reader, config) = (&self.reader, self.reader.config());
        let kind = reader.register_kind(id)?;
        let place = config.kinds.position(&kind.name)?;
        let files = [
            (DataFile::Table(place), "CSV", "text/csv"),
            (DataFile::Records(place), "JSON", "application/json"),
        ];
        if files.iter().any(|(file, ..)| !self.has_data(*file)) {
            return None;
        }
        let language = reader.language(id);
        let address = |file: DataFile| config.permalink(data_url(config, file).as_str());
        let catalog = address(DataFile::Catalog);
        let downloads = files.map(|(file, name, media)| json!({ "@type": "DataDownload", "name": name, "encodingFormat": media, "contentUrl": address(file) }));
        let languages: Vec<&str> = config.languages.iter().map(|language| language.lang.as_str()).collect();
        let mut own = Map::new();
        let mut set = |key: &str, value: Value| drop(own.insert(key.to_owned(), value));
        set("@type", json!("Dataset"));
        // The catalogue calls it so, too.
        set("@id", json!(format!("{catalog}#{}", kind.name)));
        set("name", json!(self.dataset_title(kind, language)));
        set("description", json!(self.dataset_description(kind, language)));
        set("url", json!(permalink));
        set("inLanguage", json!(languages));
        set("isAccessibleForFree", json!(true));
        if let Some(license) = &config.open_data.license {
            set("license", json!(license.url));
        }
        if let Some(day) = self.newest(kind) {
            set("dateModified", json!(day.to_string()));
        }
        let mut publisher = json!({ "@type": "Organization", "name": self.data_publisher(language) });
        if let Some(url) = &config.open_data.publisher.url {
            publisher["url"] = json!(url);
        }
        if let Some(email) = &config.open_data.publisher.email {
            publisher["email"] = json!(email);
        }
        set("publisher", publisher);
        set(
            "includedInDataCatalog",
            json!({ "@type": "DataCatalog", "name": self.data_title(language), "url": catalog }),
        );
        set("distribution", json!(downloads));
        let of = |id: &ItemId| reader.document(*id).is_some_and(|document| document.illustrative);
        if reader.records(kind).iter().all(of) {
            set("creativeWorkStatus", json!(self.words(language, "illustrative", &[], ILLUSTRATIVE)));
        }
        Some(Value::Object(own))
    }

    /// The last day on which something became of the documents of a kind: by what their pages say of themselves,
    /// and, until the day of the build, by their steps and their versions.
    fn newest(&self, kind: &Kind) -> Option<Date> {
        let reader = &self.reader;
        let mut newest: Option<Date> = None;
        for id in reader.records(kind) {
            for other in reader.listed_translations(id).into_iter().flatten() {
                // Not the date of a meeting: the day that it is held changes nothing in what is known of it.
                let page = reader.item(other).parsed.page();
                let said = page.into_iter().flat_map(|page| [page.date, page.updated]).flatten();
                newest = newest.max(said.map(|moment| moment.date()).max());
            }
            let today = reader.day_of(id);
            let document = reader.document(id);
            let steps = document.into_iter().flat_map(|document| document.history.steps());
            newest = newest.max(steps.map(|step| step.from).filter(|day| *day <= today).max());
            if let Some(lineage) = reader.lineage(id) {
                let days = lineage.history.order.iter().filter_map(|&at| lineage.history.days(at));
                let days = days.flat_map(|(from, until)| [Some(from), until]).flatten();
                newest = newest.max(days.filter(|day| *day <= today).max());
            }
        }
        newest
    }
}
