//! What pages say to machines: JSON-LD in the words of schema.org.
//!
//! Which words a kind's documents have is data of the kind ([`crate::policy::schema_org`]). What only shows
//! a feature is not described as what it shows: it is a `CreativeWork` and says that it is no official text.

use serde_json::{Map, Value, json};

use super::Renderer;
use super::facts::Subject;
use super::scope::{About, Here};
use crate::base::clock::Moment;
use crate::policy::field::{self, Type};
use crate::policy::kind::Kind;
use crate::policy::schema_org::{Class, Fact, Mapped, Property, Source};
use crate::relate::{ItemId, Reader};

const VOCABULARY: &str = "https://schema.org";

/// What is said of what only shows a feature, where the theme has no words for it.
pub(super) const ILLUSTRATIVE: &str = "Illustrative text, not an official document";

/// The class of sections of no kind.
const LIST: &str = "CollectionPage";

impl Renderer {
    /// The description of the page that is being rendered, for a `script` element; none for a page that
    /// stands for no address of its own.
    pub(super) fn json_ld(&self, here: &Here) -> Option<String> {
        let mut graph = Vec::new();
        let reader = &self.reader;
        let config = reader.config();
        let mut trail: Vec<(String, String)> = Vec::new();
        let named = |id: ItemId| {
            let item = reader.named(id);
            (item.title.to_owned(), config.permalink(item.url.as_str()))
        };
        let permalink = config.permalink(here.url.as_str());
        match here.about {
            About::Item(id) if reader.home(reader.language(id)) == Some(id) => {
                // The site is one, in whichever part of the list on its home one reads of it.
                graph.push(self.web_site(id, &config.permalink(reader.url(id).as_str())));
                graph.extend(self.dataset_of_register(id, &permalink));
            }
            About::Item(id) => {
                graph.extend(self.thing(id, &permalink));
                graph.extend(self.dataset_of_register(id, &permalink));
                trail.extend(reader.ancestors(id).into_iter().chain(self.document_of(id)).map(named));
                trail.push((named(id).0, permalink));
            }
            About::Comparison(text) => {
                let document = self.document_of(text);
                let above = document.map(|document| reader.ancestors(document)).unwrap_or_default();
                trail.extend(above.into_iter().chain(document).chain([text]).map(named));
            }
            About::Taxonomy(index) => {
                let name = config.taxonomies[reader.taxonomy_at(here.language, index).index].name.as_str();
                graph.push(self.list_page(name, &permalink, here.language));
            }
            About::Term(index, term) => {
                let taxonomy = reader.taxonomy_at(here.language, index);
                let term = reader.term_at(here.language, index, term);
                graph.push(self.list_page(&term.name, &permalink, here.language));
                let name = config.taxonomies[taxonomy.index].name.clone();
                trail.push((name, config.permalink(taxonomy.url.as_str())));
                trail.push((term.name.clone(), permalink));
            }
            About::Search => {
                let name = self.words(here.language, "search", &[], "Search");
                let mut page = thing("SearchResultsPage", &name, &permalink);
                let lang = config.languages[here.language].lang.as_str();
                set(&mut page, "inLanguage", Some(json!(lang)));
                graph.push(Value::Object(page));
            }
            About::Nothing => return None,
        }
        if trail.len() > 1 {
            graph.push(breadcrumbs(&trail));
        }
        let mut whole = Map::new();
        whole.insert("@context".to_owned(), json!(VOCABULARY));
        match <[Value; 1]>::try_from(graph) {
            Ok([Value::Object(one)]) => whole.extend(one),
            Ok(other) => drop(whole.insert("@graph".to_owned(), json!(other))),
            Err(several) if several.is_empty() => return None,
            Err(several) => drop(whole.insert("@graph".to_owned(), Value::Array(several))),
        }
        // Not by way of `Display`, which writes in many small pieces. A value always is JSON.
        serde_json::to_string(&whole).ok().map(|json| for_script(&json))
    }

    fn web_site(&self, home: ItemId, permalink: &str) -> Value {
        let config = self.reader.config();
        let own = &config.languages[self.reader.language(home)];
        let mut site = thing("WebSite", &own.title, permalink);
        let description = self.reader.item(home).parsed.meta().description.as_ref();
        set(&mut site, "description", description.or(own.description.as_ref()).map(|text| json!(text)));
        set(&mut site, "inLanguage", Some(json!(own.lang.as_str())));
        Value::Object(site)
    }

    fn list_page(&self, name: &str, permalink: &str, language: usize) -> Value {
        let mut list = thing(LIST, name, permalink);
        let lang = self.reader.config().languages[language].lang.as_str();
        set(&mut list, "inLanguage", Some(json!(lang)));
        Value::Object(list)
    }

    /// A page or section.
    fn thing(&self, id: ItemId, permalink: &str) -> Option<Value> {
        let subject = self.subject(id);
        let item = self.reader.item(id);
        let kind = subject.kind?;
        let mapping = kind.schema_org.as_ref()?;
        let description = item.parsed.meta().description.as_ref().map(|text| json!(text));
        if subject.is_illustrative() {
            let mut own = thing("CreativeWork", &item.title, permalink);
            set(&mut own, "description", description);
            set(&mut own, "inLanguage", self.fact(&subject, Fact::Lang).pop());
            // In the words of the notice on the page.
            let status = self.words(self.reader.language(id), "illustrative", &[], ILLUSTRATIVE);
            set(&mut own, "creativeWorkStatus", Some(json!(status)));
            set(&mut own, "image", self.image_objects(id));
            return Some(Value::Object(own));
        }
        let plain = subject.document.is_none_or(|document| document.kind.name == crate::policy::kind::PAGE);
        let class = match item.is_section() && plain {
            true => LIST,
            false => self.class_of(&subject, &mapping.class),
        };
        let mut own = thing(class, &item.title, permalink);
        set(&mut own, "description", description);
        for property in &mapping.properties {
            if property.only.is_empty() || property.only.iter().any(|only| only == class) {
                let mut values = self.values(&subject, kind, property);
                let value = if values.len() > 1 { Some(Value::Array(values)) } else { values.pop() };
                set(&mut own, &property.name, value);
            }
        }
        if !own.contains_key("image") {
            set(&mut own, "image", self.image_objects(id));
        }
        Some(Value::Object(own))
    }

    fn class_of<'a>(&self, subject: &Subject<'_>, class: &'a Class) -> &'a str {
        let by = class.by.as_ref().and_then(|mapped| {
            let word = self.word(subject, mapped.source)?;
            mapped.values.iter().find(|(name, _)| *name == word).map(|(_, class)| class)
        });
        by.unwrap_or(&class.usual)
    }

    /// The word of an enum, the name of a state, a stage.
    fn word(&self, subject: &Subject<'_>, source: Source) -> Option<String> {
        match source {
            Source::Field(at) => match &subject.document?.values[at].as_ref()?.value {
                field::Value::Word(word) => Some(word.clone()),
                _ => None,
            },
            Source::Fact(Fact::Stage) => self.stage_of(subject).map(|stage| stage.word().to_owned()),
            Source::Fact(Fact::State) => {
                let current = subject.document?.history.on(self.reader.day_of(subject.owner))?;
                Some(current.state.to_owned())
            }
            Source::Fact(_) => None,
        }
    }

    fn values(&self, subject: &Subject<'_>, kind: &Kind, property: &Property) -> Vec<Value> {
        let Mapped { source, values } = &property.value;
        if !values.is_empty() {
            let word = self.word(subject, *source);
            let found = values.iter().find(|(name, _)| Some(name) == word.as_ref());
            return found.map(|(_, word)| json!(format!("{VOCABULARY}/{word}"))).into_iter().collect();
        }
        let class = property.class.as_deref();
        match source {
            Source::Field(at) => match &kind.fields[*at].value {
                Type::Ref(_) => self.referred(subject, *at, class),
                of => {
                    let Some(given) = subject.document.and_then(|document| document.values[*at].as_ref())
                    else {
                        return Vec::new();
                    };
                    let each = given.value.each(given.span).into_iter();
                    each.map(|(value, _)| named_as(class, self.plain(subject, of, value), of)).collect()
                }
            },
            Source::Fact(fact) => {
                let values = self.fact(subject, *fact).into_iter();
                values.map(|value| named_as(class, value, &Type::String)).collect()
            }
        }
    }

    fn plain(&self, subject: &Subject<'_>, of: &Type, value: &field::Value) -> Value {
        match (of, value) {
            (Type::Enum(words), field::Value::Word(word)) => {
                let known = words.iter().find(|(known, _)| known == word);
                let language = self.reader.language(subject.id);
                json!(known.map_or(word.as_str(), |(_, label)| self.label(label, word, language)))
            }
            (_, field::Value::Integer(number)) => json!(number),
            (_, field::Value::Float(number)) => json!(number),
            (_, field::Value::Bool(value)) => json!(value),
            (_, other) => json!(other.to_string()),
        }
    }

    /// The documents that a field leads to, each as what it is, or as a thing of `class`. What only shows
    /// a feature is none of them.
    fn referred(&self, subject: &Subject<'_>, field: usize, class: Option<&str>) -> Vec<Value> {
        let to = self.reader.references(subject.owner, field).iter();
        to.filter_map(|&to| self.named_thing(to, class)).collect()
    }

    fn named_thing(&self, id: ItemId, class: Option<&str>) -> Option<Value> {
        let other = self.subject(id);
        if other.is_illustrative() {
            return None;
        }
        let item = self.reader.named(id);
        let mapping = other.kind.and_then(|kind| kind.schema_org.as_ref());
        let own = mapping.map_or("Thing", |mapping| self.class_of(&other, &mapping.class));
        let permalink = self.reader.config().permalink(item.url.as_str());
        Some(Value::Object(thing(class.unwrap_or(own), item.title, &permalink)))
    }

    fn fact(&self, subject: &Subject<'_>, fact: Fact) -> Vec<Value> {
        let reader: &Reader = &self.reader;
        let language = reader.language(subject.id);
        let item = || reader.item(subject.id);
        let page = || item().parsed.page();
        let day = |moment: Moment| json!(moment.to_string());
        let one = match fact {
            Fact::Title => Some(json!(item().title)),
            Fact::Description => item().parsed.meta().description.as_ref().map(|text| json!(text)),
            Fact::Lang => Some(json!(reader.config().languages[language].lang.as_str())),
            Fact::Date => item().date.map(day),
            Fact::Updated => page().and_then(|page| page.updated).map(day),
            Fact::Authors => {
                return page().map_or(&[][..], |page| &page.authors).iter().map(|name| json!(name)).collect();
            }
            Fact::Kind => subject.kind.map(|kind| json!(self.label(&kind.label, &kind.name, language))),
            // A version has a state of its own, and no word for it.
            Fact::State if subject.is_version() => None,
            Fact::State => subject.document.and_then(|document| {
                let current = document.history.on(reader.day_of(subject.owner))?;
                let state = document.kind.lifecycle.as_ref()?.state(current.state)?;
                Some(json!(self.label(&state.label, &state.name, language)))
            }),
            Fact::Stage => self.stage_of(subject).map(|stage| json!(stage.word())),
            Fact::Adopted => self.adopted(subject).map(|when| json!(when.to_string())),
            Fact::Version => subject.version.map(|(lineage, at)| json!(lineage.versions[at].label)),
            Fact::InForce => subject.version.and(subject.days()).map(|(from, _)| json!(from.to_string())),
            Fact::Coverage => subject.days().map(|(from, until)| {
                let last = until.and_then(|until| until.yesterday().ok());
                json!(format!("{from}/{}", last.map_or_else(|| "..".to_owned(), |last| last.to_string())))
            }),
            Fact::Document if subject.is_version() => self.named_thing(subject.owner, None),
            Fact::Document => None,
        };
        one.into_iter().collect()
    }
}

fn thing(class: &str, name: &str, url: &str) -> Map<String, Value> {
    let mut own = Map::new();
    own.insert("@type".to_owned(), json!(class));
    own.insert("name".to_owned(), json!(name));
    own.insert("url".to_owned(), json!(url));
    own
}

fn set(own: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        own.insert(name.to_owned(), value);
    }
}

/// A text or an address as a thing of a class, where one is wanted.
fn named_as(class: Option<&str>, value: Value, of: &Type) -> Value {
    match class {
        Some(class) if !value.is_object() => {
            let key = if matches!(of, Type::Url) { "url" } else { "name" };
            json!({ "@type": class, key: value })
        }
        _ => value,
    }
}

fn breadcrumbs(trail: &[(String, String)]) -> Value {
    let element = |(at, (name, url)): (usize, &(String, String))| json!({ "@type": "ListItem", "position": at + 1, "name": name, "item": url });
    let elements: Vec<Value> = trail.iter().enumerate().map(element).collect();
    json!({ "@type": "BreadcrumbList", "itemListElement": elements })
}

/// JSON that nothing in HTML can mistake for the end of a script or the begin of a comment
/// (<https://html.spec.whatwg.org/#restrictions-for-contents-of-script-elements>).
fn for_script(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 16);
    let mut rest = json;
    // U+2028 and U+2029 begin with E2.
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'<' | b'>' | b'&' | 0xE2)) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let length = from.chars().next().map_or(1, char::len_utf8);
        let (found, after) = from.split_at(length);
        out.push_str(match found {
            "<" => "\\u003c",
            ">" => "\\u003e",
            "&" => "\\u0026",
            "\u{2028}" => "\\u2028",
            "\u{2029}" => "\\u2029",
            other => other,
        });
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_script() {
        let nasty = json!({ "name": "</script><!--<script>]]>&\u{2028}\u{2029}\u{7f}\"\\" });
        let written = for_script(&nasty.to_string());
        assert!(!written.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{written}");
        assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), nasty);
    }
}
