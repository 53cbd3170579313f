//! `catalog.jsonld`: the data as a catalogue that other catalogues can harvest: DCAT 3
//! (<https://www.w3.org/TR/vocab-dcat-3/>), with the terms and vocabularies of DCAT-AP 3
//! (<https://semiceu.github.io/DCAT-AP/releases/3.0.0/>), as JSON-LD 1.1.

use serde_json::{Map, Value, json};

use super::{Dataset, Weight, pretty};
use crate::plan::{DataFile, data_url};
use crate::policy::label::Label;
use crate::render::Renderer;
use crate::render::views::document::mailto;

const LANGUAGES: &str = "http://publications.europa.eu/resource/authority/language/";
const FILE_TYPES: &str = "http://publications.europa.eu/resource/authority/file-type/";
const MEDIA_TYPES: &str = "https://www.iana.org/assignments/media-types/";

pub(super) fn render(renderer: &Renderer) -> String {
    let config = renderer.reader.config();
    let own = config.permalink(data_url(config, DataFile::Catalog).as_str());
    let datasets = renderer.datasets();
    let all: Vec<Value> = datasets.iter().map(|it| dataset(renderer, it, &own)).collect();
    let mut catalog = json!({
        "@context": context(),
        "@id": own,
        "@type": "Catalog",
        "title": in_languages(renderer, |language| renderer.data_title(language)),
        "description": in_languages(renderer, |language| renderer.data_description(language)),
        "homepage": config.permalink("/"),
        "language": languages(renderer),
        "publisher": publisher(renderer, &own),
    });
    let terms = terms(renderer);
    if let Some(catalog) = catalog.as_object_mut() {
        catalog.extend(terms);
        catalog.insert("dataset".to_owned(), json!(all));
    }
    pretty(&catalog)
}

/// The terms that stand in the catalogue, each with the IRI that it is short for.
fn context() -> Value {
    let link = |iri: &str| json!({ "@id": iri, "@type": "@id" });
    let words = |iri: &str| json!({ "@id": iri, "@container": "@language" });
    json!({
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "spdx": "http://spdx.org/rdf/terms#",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "Catalog": "dcat:Catalog",
        "Dataset": "dcat:Dataset",
        "Distribution": "dcat:Distribution",
        "Agent": "foaf:Agent",
        "Document": "foaf:Document",
        "Checksum": "spdx:Checksum",
        "Contact": "vcard:Kind",
        "title": words("dct:title"),
        "description": words("dct:description"),
        "name": words("foaf:name"),
        "fn": words("vcard:fn"),
        "keyword": words("dcat:keyword"),
        "identifier": "dct:identifier",
        "homepage": link("foaf:homepage"),
        "language": link("dct:language"),
        "publisher": link("dct:publisher"),
        "license": link("dct:license"),
        "dataset": link("dcat:dataset"),
        "distribution": link("dcat:distribution"),
        "landingPage": link("dcat:landingPage"),
        "accessURL": link("dcat:accessURL"),
        "downloadURL": link("dcat:downloadURL"),
        "mediaType": link("dcat:mediaType"),
        "format": link("dct:format"),
        "conformsTo": link("dct:conformsTo"),
        "contactPoint": link("dcat:contactPoint"),
        "hasEmail": link("vcard:hasEmail"),
        "mbox": link("foaf:mbox"),
        "checksum": link("spdx:checksum"),
        "algorithm": link("spdx:algorithm"),
        "checksumValue": { "@id": "spdx:checksumValue", "@type": "xsd:hexBinary" },
        "byteSize": { "@id": "dcat:byteSize", "@type": "xsd:nonNegativeInteger" },
    })
}

fn in_languages(renderer: &Renderer, text: impl Fn(usize) -> String) -> Value {
    let languages = renderer.reader.config().languages.iter().enumerate();
    let all: Map<String, Value> =
        languages.map(|(at, language)| (language.lang.to_string(), json!(text(at)))).collect();
    Value::Object(all)
}

/// The site's languages, as DCAT-AP names them, or as the Library of Congress does.
fn languages(renderer: &Renderer) -> Vec<String> {
    let known = |tag: &str| {
        let primary = tag.split('-').next().unwrap_or(tag);
        let code = match primary {
            "kk" => "KAZ",
            "ru" => "RUS",
            "en" => "ENG",
            "ky" => "KIR",
            "uz" => "UZB",
            "tg" => "TGK",
            "tk" => "TUK",
            "az" => "AZE",
            "tr" => "TUR",
            "uk" => "UKR",
            "de" => "DEU",
            "fr" => "FRA",
            "es" => "SPA",
            "zh" => "ZHO",
            "ar" => "ARA",
            // There is a word for each language of two letters there: ISO 639-1.
            two if two.len() == 2 => return Some(format!("http://id.loc.gov/vocabulary/iso639-1/{two}")),
            _ => return None,
        };
        Some(format!("{LANGUAGES}{code}"))
    };
    renderer.reader.config().languages.iter().filter_map(|language| known(language.lang.as_str())).collect()
}

fn publisher(renderer: &Renderer, catalog: &str) -> Value {
    let own = &renderer.reader.config().open_data.publisher;
    let mut agent = json!({
        "@id": format!("{catalog}#publisher"),
        "@type": "Agent",
        "name": in_languages(renderer, |language| renderer.data_publisher(language)),
    });
    if let Some(url) = &own.url {
        agent["homepage"] = json!(url);
    }
    if let Some(email) = &own.email {
        agent["mbox"] = json!(mailto(email));
    }
    agent
}

/// The terms of use, as far as the settings give them.
fn terms(renderer: &Renderer) -> Map<String, Value> {
    let license = renderer.reader.config().open_data.license.as_ref();
    license.map(|license| ("license".to_owned(), json!(license.url))).into_iter().collect()
}

fn dataset(renderer: &Renderer, dataset: &Dataset<'_>, catalog: &str) -> Value {
    let (reader, config) = (&renderer.reader, renderer.reader.config());
    let kind = dataset.kind;
    let pages: Vec<Value> = reader
        .register_page(&kind.name)
        .iter()
        .flatten()
        .filter(|&&id| !reader.named(id).hidden && !reader.named(id).draft)
        .map(|&id| json!({ "@id": config.permalink(reader.url(id).as_str()), "@type": "Document" }))
        .collect();
    let words = |label: &Label| {
        let languages = config.languages.iter().map(|language| language.lang.as_str());
        let all: Map<String, Value> =
            languages.filter_map(|lang| Some((lang.to_owned(), json!([label.exact(lang)?])))).collect();
        Value::Object(all)
    };
    let address = |file: DataFile| config.permalink(data_url(config, file).as_str());
    let schema = address(DataFile::Schema(dataset.place));
    let files = [
        (DataFile::Records(dataset.place), &dataset.files.json, "application/json", "JSON", schema.as_str()),
        (
            DataFile::Table(dataset.place),
            &dataset.files.csv,
            "text/csv",
            "CSV",
            "https://www.rfc-editor.org/rfc/rfc4180",
        ),
    ];
    let distributions: Vec<Value> = files
        .into_iter()
        .map(|(file, text, media, format, form)| {
            let weight = Weight::of(text);
            let mut own = json!({
                "@id": format!("{catalog}#{}-{}", kind.name, format.to_lowercase()),
                "@type": "Distribution",
                "title": in_languages(renderer, |language| {
                    format!("{} ({format})", renderer.dataset_title(kind, language))
                }),
                "accessURL": address(file),
                "downloadURL": address(file),
                "mediaType": format!("{MEDIA_TYPES}{media}"),
                "format": format!("{FILE_TYPES}{format}"),
                "conformsTo": form,
                "byteSize": weight.bytes.to_string(),
                "checksum": {
                    "@id": format!("{catalog}#{}-{}-sha256", kind.name, format.to_lowercase()),
                    "@type": "Checksum",
                    "algorithm": "spdx:checksumAlgorithm_sha256",
                    "checksumValue": weight.sha256,
                },
            });
            if let Some(own) = own.as_object_mut() {
                own.extend(terms(renderer));
            }
            own
        })
        .collect();
    let mut own = json!({
        "@id": format!("{catalog}#{}", kind.name),
        "@type": "Dataset",
        "identifier": format!("{catalog}#{}", kind.name),
        "title": in_languages(renderer, |language| renderer.dataset_title(kind, language)),
        "description": in_languages(renderer, |language| renderer.dataset_description(kind, language)),
        "keyword": words(&kind.label),
        "language": languages(renderer),
        "publisher": format!("{catalog}#publisher"),
        "distribution": distributions,
    });
    if let Some(own) = own.as_object_mut() {
        if !pages.is_empty() {
            own.insert("landingPage".to_owned(), json!(pages));
        }
        if let Some(email) = &config.open_data.publisher.email {
            let contact = json!({
                "@id": format!("{catalog}#contact"),
                "@type": "Contact",
                "fn": in_languages(renderer, |language| renderer.data_publisher(language)),
                "hasEmail": mailto(email),
            });
            own.insert("contactPoint".to_owned(), contact);
        }
        own.extend(terms(renderer));
    }
    own
}
