//! The page that is the register of a kind: a row for each document, and what readers can pick them by.
//!
//! Rows are no brief views: these hold the summary, which follows from the text, and an edit of a text is
//! no business of a register.

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::Value;

use super::Renderer;
use super::views::{
    self, RegisterDataView, RegisterFilterView, RegisterRowView, RegisterView, StateView, VersionView,
};
use crate::plan::{DataFile, data_url};
use crate::policy::field::Type;
use crate::policy::kind::Kind;
use crate::policy::lifecycle::Stage;
use crate::relate::ItemId;

/// The files of the open data in the order that people want them.
const DATA: [(&str, &str); 5] = [
    ("csv", "text/csv"),
    ("json", "application/json"),
    ("schema", "application/schema+json"),
    ("package", "application/json"),
    ("catalog", "application/ld+json"),
];

/// One thing that can be picked.
struct Choice {
    label: String,
    lang: Option<String>,
    count: usize,
    /// Its place where the order is not that of the alphabet.
    place: usize,
}

/// What readers can pick documents by.
struct Filter {
    name: String,
    by: &'static str,
    label: Option<String>,
    value_type: Option<&'static str>,
    choices: BTreeMap<String, Choice>,
    /// How many documents have none of it.
    without: usize,
}

impl Filter {
    fn new(taken: &[Self], name: &str, by: &'static str) -> Self {
        let mut name = name.to_owned();
        // `q` is what is searched for.
        while name == "q" || taken.iter().any(|known| known.name == name) {
            name.push('_');
        }
        Self { name, by, label: None, value_type: None, choices: BTreeMap::new(), without: 0 }
    }

    /// Adds what a document can be picked by, and says by which words it is found.
    fn add(&mut self, found: Vec<(String, Choice)>) -> Vec<String> {
        if found.is_empty() {
            self.without += 1;
        }
        let mut tokens = Vec::new();
        for (value, choice) in found {
            // Words stand between blanks.
            let value = value.split_whitespace().collect::<Vec<_>>().join("_");
            tokens.push(format!("{}:{value}", self.name));
            self.choices.entry(value).or_insert(choice).count += 1;
        }
        tokens
    }

    /// Whether it parts the documents at all.
    fn parts(&self) -> bool {
        self.choices.len() + self.without.min(1) > 1
    }
}

fn choice(value: &str, label: &str, place: usize) -> (String, Choice) {
    (value.to_owned(), Choice { label: label.to_owned(), lang: None, count: 0, place })
}

/// A document with what its row is made of.
struct Row {
    id: ItemId,
    state: Option<StateView>,
    version: Option<VersionView>,
    date: Option<String>,
    cells: Vec<views::document::Cell>,
    /// Names and addresses of its terms, by taxonomy.
    terms: Vec<Vec<(String, String, Option<String>)>>,
}

impl Renderer {
    /// The kind whose register an item is, if it is one.
    pub(super) fn register(self: &Arc<Self>, id: ItemId) -> Option<Value> {
        let kind = self.reader.register_kind(id)?;
        Some(Value::from(self.register_view(kind, self.reader.language(id))))
    }

    fn register_view(&self, kind: &Kind, language: usize) -> RegisterView {
        let (reader, config) = (&self.reader, self.reader.config());
        let register = kind.register.as_ref();
        let shown = register.map_or(&[][..], |register| &register.columns);
        let picked = register.map_or(&[][..], |register| &register.filters);
        let words = views::document::Words::new(reader, language);
        let ids = reader.register(kind, language);
        let rows: Vec<Row> = ids.into_iter().map(|id| self.row(kind, id, language)).collect();

        let mut filters = vec![Filter::new(&[], "state", "state")];
        filters.push(Filter::new(&filters, "year", "year"));
        for &at in picked {
            let field = &kind.fields[at];
            let filter = Filter::new(&filters, &field.name, "field");
            let (label, value_type) = (words.label(&field.label, &field.name), field.value.word());
            filters.push(Filter { label: Some(label), value_type: Some(value_type), ..filter });
        }
        for taxonomy in &config.taxonomies {
            filters.push(Filter::new(&filters, &taxonomy.name, "taxonomy"));
        }
        let tokens: Vec<String> = rows.iter().map(|row| tokens(kind, row, picked, &mut filters)).collect();

        let columns: Vec<usize> = shown
            .iter()
            .copied()
            .filter(|&at| {
                // The date of its pages has a column of its own.
                kind.date_field.as_deref() != Some(kind.fields[at].name.as_str())
                    && rows.iter().any(|row| !row.cells[at].values.is_empty())
            })
            .collect();
        let taxonomies: Vec<usize> = (0..config.taxonomies.len())
            .filter(|&at| rows.iter().any(|row| !row.terms[at].is_empty()))
            .collect();
        let column = |&at: &usize| {
            let field = &kind.fields[at];
            views::map([
                ("name", Value::from(field.name.as_str())),
                ("label", Value::from(words.label(&field.label, &field.name))),
                ("value_type", Value::from(field.value.word())),
            ])
        };
        let date_label = kind.date_field.as_deref().and_then(|name| kind.field(name));
        let numbered = |row: &Row| reader.number(row.id).is_some();
        RegisterView {
            kind: kind.name.clone(),
            label: words.label(&kind.plural, &kind.name),
            has_numbers: rows.iter().any(numbered),
            has_states: rows.iter().any(|row| row.state.is_some()),
            has_dates: rows.iter().any(|row| row.date.is_some()),
            date_label: date_label.map(|field| words.label(&field.label, &field.name)),
            columns: Value::from(columns.iter().map(column).collect::<Vec<_>>()),
            taxonomies: taxonomies.iter().map(|&at| config.taxonomies[at].name.clone()).collect(),
            filters: filters
                .into_iter()
                .filter(Filter::parts)
                .map(|filter| Value::from(self.filter_view(filter, language)))
                .collect(),
            rows: rows
                .into_iter()
                .zip(tokens)
                .map(|(row, tokens)| Value::from(self.row_view(row, tokens, &columns, &taxonomies)))
                .collect(),
            data: self.data_views(kind),
            license: config.open_data.license.as_ref().map_or_else(Value::none, |license| {
                views::map([
                    ("name", Value::from(license.name.as_deref())),
                    ("title", Value::from(license.title.as_str())),
                    ("url", Value::from(license.url.as_str())),
                ])
            }),
            publisher: views::map([
                ("name", Value::from(self.data_publisher(language))),
                ("url", Value::from(config.open_data.publisher.url.as_deref())),
                ("email", Value::from(config.open_data.publisher.email.as_deref())),
            ]),
        }
    }

    fn row(&self, kind: &Kind, id: ItemId, language: usize) -> Row {
        let (reader, config) = (&self.reader, self.reader.config());
        let item = reader.item(id);
        let shown = reader.shown(id).and_then(|text| reader.version(text));
        let version = shown.map(|(lineage, at)| self.version_view(lineage, at, language));
        let state = views::document::state_in(reader, id, language);
        let state = state.or_else(|| {
            let (lineage, at) = shown?;
            let stage = lineage.history.stage(at, reader.day_of_versions());
            Some(self.state_of(version.as_ref()?, stage, language))
        });
        let date = item.date.map(|date| date.to_string());
        let date = date.or_else(|| state.as_ref().and_then(|state| state.date.clone()));
        let page = item.parsed.page();
        let terms = config.taxonomies.iter().enumerate().map(|(at, taxonomy)| {
            let words = page.map_or(&[][..], |page| &page.taxonomies).iter();
            let words = words.filter(|(name, _)| *name == taxonomy.name).flat_map(|(_, words)| words);
            let mut terms: Vec<(String, String, Option<String>)> = Vec::new();
            for (word, _) in words {
                // A document that is not translated has the terms of its language.
                let Ok((name, url)) = reader.term_named(&taxonomy.name, word, item.language()) else {
                    continue;
                };
                let own = reader.term_named(&taxonomy.name, name, language).ok();
                let (name, url, here) = match own {
                    Some((own, url)) => (own, url, true),
                    None => (name, url, false),
                };
                let slug = url.components().last().unwrap_or_default().to_owned();
                let path = (here && config.taxonomies[at].render).then(|| config.href(url.as_str()));
                if !terms.iter().any(|(known, ..)| *known == slug) {
                    terms.push((slug, name.to_owned(), path));
                }
            }
            terms
        });
        let terms = terms.collect();
        let cells = (0..kind.fields.len()).map(|at| views::document::cell(reader, id, at, language));
        Row { id, state, version, date, cells: cells.collect(), terms }
    }

    /// The state of a document that has no history: that of the version that its page shows.
    fn state_of(&self, version: &VersionView, stage: Stage, language: usize) -> StateView {
        let word = match version.state {
            "in_force" => "in force",
            "coming" => "not yet in force",
            "ended" => "no longer in force",
            _ => "proposed",
        };
        StateView {
            name: version.state.to_owned(),
            label: self.words(language, &format!("doc_state_{}", version.state), &[], word),
            stage: stage.word(),
            date: version.in_force.clone(),
            until: None,
            over: false,
            past: matches!(version.state, "in_force" | "ended"),
            note: None,
        }
    }

    fn filter_view(&self, filter: Filter, language: usize) -> RegisterFilterView {
        let config = self.reader.config();
        let locale = self.reader.locale(language);
        let own = config.languages[language].lang.as_str();
        let mut choices: Vec<(String, Choice)> = filter.choices.into_iter().collect();
        choices.sort_by(|(a, x), (b, y)| {
            x.place.cmp(&y.place).then_with(|| locale.compare(&x.label, &y.label)).then_with(|| a.cmp(b))
        });
        let option = |(value, choice): (String, Choice)| {
            views::map([
                ("value", Value::from(value)),
                ("label", Value::from(choice.label)),
                ("lang", Value::from(choice.lang.filter(|lang| lang != own))),
                ("count", Value::from(choice.count)),
            ])
        };
        RegisterFilterView {
            name: filter.name,
            by: filter.by,
            label: filter.label,
            value_type: filter.value_type,
            options: Value::from(choices.into_iter().map(option).collect::<Vec<_>>()),
        }
    }

    fn row_view(&self, row: Row, tokens: String, columns: &[usize], taxonomies: &[usize]) -> RegisterRowView {
        let (reader, config) = (&self.reader, self.reader.config());
        let (item, document) = (reader.item(row.id), reader.document(row.id));
        let term = |(_, name, path): &(String, String, Option<String>)| {
            views::map([("name", Value::from(name.as_str())), ("path", Value::from(path.as_deref()))])
        };
        let terms =
            taxonomies.iter().map(|&at| Value::from(row.terms[at].iter().map(term).collect::<Vec<_>>()));
        let mut cells: Vec<Option<views::document::Cell>> = row.cells.into_iter().map(Some).collect();
        let cells = columns.iter().filter_map(|&at| cells[at].take().map(Value::from));
        RegisterRowView {
            title: item.title.clone(),
            path: config.href(item.url.as_str()),
            permalink: config.permalink(item.url.as_str()),
            lang: config.languages[item.language()].lang.to_string(),
            number: reader.number(row.id).map(str::to_owned),
            state: row.state.map_or_else(Value::none, Value::from),
            version: row.version.map(|version| version.label),
            date: row.date,
            cells: Value::from(cells.collect::<Vec<_>>()),
            terms: Value::from(terms.collect::<Vec<_>>()),
            draft: item.draft,
            stale: document.is_some_and(|document| document.stale),
            synthetic: document.is_some_and(|document| document.synthetic),
            illustrative: document.is_some_and(|document| document.illustrative),
            tokens,
        }
    }

    fn data_views(&self, kind: &Kind) -> Vec<Value> {
        let config = self.reader.config();
        let Some(place) = config.kinds.position(&kind.name) else { return Vec::new() };
        let files = [
            DataFile::Table(place),
            DataFile::Records(place),
            DataFile::Schema(place),
            DataFile::Package,
            DataFile::Catalog,
        ];
        if !self.has_data(files[0]) {
            return Vec::new();
        }
        let views = files.into_iter().zip(DATA).map(|(file, (name, media_type))| {
            let url = data_url(config, file);
            Value::from(RegisterDataView {
                name,
                media_type,
                path: config.href(url.as_str()),
                permalink: config.permalink(url.as_str()),
            })
        });
        views.collect()
    }
}

/// The words that filters find a document by. The filters learn what can be picked.
fn tokens(kind: &Kind, row: &Row, picked: &[usize], filters: &mut [Filter]) -> String {
    let states = kind.lifecycle.as_ref().map_or(&[][..], |lifecycle| &lifecycle.states);
    let mut found: Vec<Vec<(String, Choice)>> = Vec::with_capacity(filters.len());
    found.push(
        row.state
            .iter()
            .map(|state| {
                let place = states.iter().position(|known| known.name == state.name);
                choice(&state.name, &state.label, place.unwrap_or(states.len()))
            })
            .collect(),
    );
    let year = row.date.as_deref().and_then(|date| date.get(..4));
    found.push(year.iter().map(|year| choice(year, year, 9999 - year.parse().unwrap_or(0))).collect());
    for &at in picked {
        let field = &kind.fields[at];
        let cells = row.cells[at].values.iter().map(|value| {
            let place = match &field.value {
                Type::Enum(words) => words.iter().position(|(word, _)| *word == value.token),
                _ => None,
            };
            let (token, mut found) = choice(&value.token, &value.text, place.unwrap_or(0));
            found.lang.clone_from(&value.lang);
            (token, found)
        });
        found.push(cells.collect());
    }
    let terms = row.terms.iter();
    found.extend(terms.map(|terms| terms.iter().map(|(slug, name, _)| choice(slug, name, 0)).collect()));
    let tokens = filters.iter_mut().zip(found).flat_map(|(filter, found)| filter.add(found));
    tokens.collect::<Vec<_>>().join(" ")
}
