//! Kinds: what a page is, as data.
//!
//! A kind is a table of TOML. Eleven are built in, with `page`; `[kinds.NAME]` in `kenes.toml` changes one
//! of them key by key, or adds one. A page without a kind is of the kind `page`.

use std::sync::Arc;

use super::calendar::Calendar;
use super::cite::Cite;
use super::definition::{Reader, is_name};
use super::field::Field;
use super::label::Label;
use super::lifecycle::Lifecycle;
use super::register::Register;
use super::schema_org::SchemaOrg;
use crate::base::codes;
use crate::base::data::{self, Fields, Node, Table, parse_toml};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;

/// The kind of pages that have none.
pub const PAGE: &str = "page";

/// The kinds that are built in, with their definitions.
const BUILT_IN: &[(&str, &str)] = &[
    (PAGE, include_str!("kinds/page.toml")),
    ("news", include_str!("kinds/news.toml")),
    ("person", include_str!("kinds/person.toml")),
    ("organisation", include_str!("kinds/organisation.toml")),
    ("programme", include_str!("kinds/programme.toml")),
    ("meeting", include_str!("kinds/meeting.toml")),
    ("recommendation", include_str!("kinds/recommendation.toml")),
    ("standard", include_str!("kinds/standard.toml")),
    ("consultation", include_str!("kinds/consultation.toml")),
    ("publication", include_str!("kinds/publication.toml")),
    ("term", include_str!("kinds/term.toml")),
];

/// The name of a kind in a message: `a meeting`, `an organisation`.
#[must_use]
pub fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}

/// The keys that front matter has whatever the kind: no field may be called like one of them.
pub const FRONT_MATTER_KEYS: &[&str] = &[
    "aliases",
    "authors",
    "clauses",
    "date",
    "description",
    "draft",
    "expires",
    "extra",
    "generate_feeds",
    "hidden",
    "history",
    "illustrative",
    "in_search_index",
    "insert_anchor_links",
    "kind",
    "page_kind",
    "page_template",
    "paginate_by",
    "paginate_path",
    "paginate_reversed",
    "path",
    "pictures",
    "publish",
    "redirect_to",
    "register",
    "review_by",
    "slug",
    "social_card",
    "sort_by",
    "sources",
    "synthetic",
    "taxonomies",
    "template",
    "title",
    "translated_from",
    "transparent",
    "updated",
    "version",
    "weight",
];

/// What a page is.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name in front matter.
    pub name: String,
    /// What readers are told one of them is.
    pub label: Label,
    /// What readers are told several of them are.
    pub plural: Label,
    /// What its documents say beside what all pages say, in the order of the definition.
    pub fields: Vec<Field>,
    /// The field of type date that is the date of its pages where they say no other.
    pub date_field: Option<String>,
    /// Its states, if it has any.
    pub lifecycle: Option<Lifecycle>,
    /// Its register, if it has one.
    pub register: Option<Register>,
    /// The template of its pages, if not the usual one, and where the settings name it.
    pub template: Option<(String, Option<Span>)>,
    /// How its documents are described in the words of schema.org, if they are.
    pub schema_org: Option<SchemaOrg>,
    /// Which of its dates stand in calendars, if any do.
    pub calendar: Option<Calendar>,
    /// How its documents are cited, if reference managers have files about them.
    pub cite: Option<Cite>,
    /// Whether there are feeds of what becomes of its documents, of all and of each.
    pub feeds: bool,
    /// Whether its documents may have versions.
    pub versions: bool,
    /// Whether its texts are in clauses: those of its versions, or, of a kind without versions, those of its
    /// pages. A text may say for itself that it is another way.
    pub clauses: bool,
}

impl Kind {
    /// A field by its key.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// All kinds of a site.
#[derive(Clone, Debug, Default)]
pub struct Kinds(Vec<Arc<Kind>>);

impl Kinds {
    /// The kinds that are built in, with those of the settings over and after them.
    #[must_use]
    pub fn read(own: Option<Fields<'_>>, languages: &[&str]) -> Self {
        let mut kinds = Self::default();
        let Some(mut own) = own else {
            for (name, text) in BUILT_IN {
                kinds.0.push(Arc::new(built_in(name, text, languages)));
            }
            return kinds;
        };
        let entries = own.entries();
        for (name, text) in BUILT_IN {
            let kind = match entries.iter().find(|entry| entry.key == *name) {
                Some(entry) => changed(&mut own, text, entry, languages),
                None => built_in(name, text, languages),
            };
            kinds.0.push(Arc::new(kind));
        }
        for entry in entries.iter().filter(|entry| !BUILT_IN.iter().any(|(name, _)| *name == entry.key)) {
            if let Some(table) = own_table(&mut own, entry)
                && is_name(&mut own, "kind", &entry.key, entry.key_span)
                && is_free(&mut own, entry)
            {
                let kind = Reader { home: None, languages }.kind(&entry.key, own.inner(table));
                kinds.0.push(Arc::new(kind));
            }
        }
        kinds.check(&mut own);
        kinds
    }

    /// A kind by its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Kind>> {
        self.0.iter().find(|kind| kind.name == name)
    }

    /// The place of a kind among all of them.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|kind| kind.name == name)
    }

    /// The kind at a place.
    #[must_use]
    pub fn at(&self, place: usize) -> &Arc<Kind> {
        &self.0[place]
    }

    /// All kinds: those that are built in, then the others.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.0.iter()
    }

    /// The names of all kinds.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|kind| kind.name.as_str())
    }

    /// The kinds that have a field of this key.
    pub fn with_field<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Arc<Kind>> {
        self.0.iter().filter(move |kind| kind.field(name).is_some())
    }

    /// The keys of the fields of all kinds; one may come several times.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|kind| &kind.fields).map(|field| field.name.as_str())
    }

    /// The names of the kinds whose documents may have versions.
    pub fn with_versions(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|kind| kind.versions).map(|kind| kind.name.as_str())
    }

    /// Whether it takes more than a file's own words to know whether its text is in clauses. Where all
    /// kinds with versions have clauses, and no others have, it does not: a version says that it is one.
    #[must_use]
    pub fn decide_on_clauses(&self) -> bool {
        self.0.iter().any(|kind| kind.clauses != kind.versions)
    }

    /// What to say to somebody who named a kind that is not there.
    #[must_use]
    pub fn suggest(&self, name: &str) -> String {
        did_you_mean(name, self.names())
            .unwrap_or_else(|| format!("the site has: {}", self.names().collect::<Vec<_>>().join(", ")))
    }

    /// Complains about references to kinds that are not there. Only the settings can be wrong: what is
    /// built in is tested.
    fn check(&self, own: &mut Fields<'_>) {
        for entry in own.entries() {
            let Some(kinds) = references(&entry.node) else { continue };
            for (name, span) in kinds {
                if self.get(&name).is_none() {
                    let problem = Diagnostic::error(codes::KIND, format!("there is no kind `{name}`"));
                    own.problem(span, problem.help(self.suggest(&name)));
                }
            }
        }
    }
}

/// The kinds that the definition of a kind names, with their places.
fn references(kind: &Node) -> Option<Vec<(String, Span)>> {
    let data::Value::Table(kind) = &kind.value else { return None };
    let data::Value::Table(fields) = &kind.get("fields")?.value else { return None };
    let mut all = Vec::new();
    for entry in &fields.entries {
        let data::Value::Table(field) = &entry.node.value else { continue };
        let to = field.get("to");
        let items = match to.map(|to| &to.value) {
            Some(data::Value::List(items)) => items.as_slice(),
            Some(data::Value::String(_)) => to.map(std::slice::from_ref).unwrap_or_default(),
            _ => &[],
        };
        for item in items {
            if let data::Value::String(name) = &item.value {
                all.push((name.clone(), item.span));
            }
        }
    }
    Some(all)
}

/// What the settings say of a kind.
fn own_table<'a>(own: &mut Fields<'_>, entry: &'a data::Entry) -> Option<&'a Table> {
    if let data::Value::Table(table) = &entry.node.value {
        return Some(table);
    }
    let message = format!("`{}` must be a table, and is {}", entry.key, entry.node.value.kind());
    let help = format!("write [kinds.{}] on a line of its own, and its keys below", entry.key);
    own.problem(entry.node.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
    None
}

/// Whether a kind may have this name: pages of a kind are shown by the template `NAME.html`.
fn is_free(own: &mut Fields<'_>, entry: &data::Entry) -> bool {
    let taken = ["base", "index", "register", "section", "taxonomy_list", "taxonomy_single"]
        .contains(&entry.key.as_str());
    if taken {
        let message = format!("a kind cannot be called `{}`: themes have a template of that name", entry.key);
        let problem = Diagnostic::error(codes::KIND_DEFINITION, message).help("choose another name");
        own.problem(entry.key_span, problem);
    }
    !taken
}

/// A kind as it is built in.
fn built_in(name: &str, text: &str, languages: &[&str]) -> Kind {
    let table = parse_toml(text).unwrap_or_default();
    let mut problems = Vec::new();
    let fields = Fields::new(&table, name, text, 0, &mut problems);
    Reader { home: Some(Span::default()), languages }.kind(name, fields)
}

/// A kind that is built in, and changed by the settings. A mistake that follows from both stands
/// where the settings name the kind.
fn changed(own: &mut Fields<'_>, text: &str, entry: &data::Entry, languages: &[&str]) -> Kind {
    let mut table = parse_toml(text).unwrap_or_default();
    move_to(&mut table, entry.key_span);
    if let Some(over) = own_table(own, entry) {
        table.merge(over);
    }
    Reader { home: Some(entry.key_span), languages }.kind(&entry.key, own.inner(&table))
}

fn move_to(table: &mut Table, span: Span) {
    fn move_node(node: &mut Node, span: Span) {
        node.span = span;
        match &mut node.value {
            data::Value::List(items) => items.iter_mut().for_each(|item| move_node(item, span)),
            data::Value::Table(table) => move_to(table, span),
            _ => {}
        }
    }
    for entry in &mut table.entries {
        entry.key_span = span;
        move_node(&mut entry.node, span);
    }
}

#[cfg(test)]
mod tests {
    use super::super::field::Type;
    use super::*;

    const LANGUAGES: &[&str] = &["en", "ru", "kk"];

    fn read(text: &str) -> (Kinds, Vec<Diagnostic>) {
        let table = parse_toml(text).unwrap();
        let mut problems = Vec::new();
        let kinds = Kinds::read(Some(Fields::new(&table, "kenes.toml", text, 0, &mut problems)), LANGUAGES);
        (kinds, problems)
    }

    fn said(text: &str) -> Vec<(u32, u32, &'static str, String)> {
        let mut all: Vec<_> = read(text)
            .1
            .into_iter()
            .map(|problem| {
                let place = problem.location.unwrap().position.unwrap();
                (place.line, place.column, problem.code.id, problem.message)
            })
            .collect();
        all.sort();
        all
    }

    /// What is built in is sound, and speaks the three languages.
    #[test]
    fn built_in_definitions_are_whole() {
        for (name, text) in BUILT_IN {
            let table = parse_toml(text).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
            let mut problems = Vec::new();
            let fields = Fields::new(&table, name, text, 0, &mut problems);
            let kind = Reader { home: None, languages: LANGUAGES }.kind(name, fields);
            assert_eq!(problems, [], "{name}");
            let mut labels = vec![&kind.label, &kind.plural];
            for field in &kind.fields {
                labels.push(&field.label);
                match &field.value {
                    Type::Enum(words) => labels.extend(words.iter().map(|(_, label)| label)),
                    Type::Ref(target) => labels.push(&target.inverse),
                    _ => {}
                }
            }
            for state in kind.lifecycle.iter().flat_map(|lifecycle| &lifecycle.states) {
                labels.push(&state.label);
            }
            for label in labels {
                assert!(LANGUAGES.iter().all(|lang| label.exact(lang).is_some()), "{name}: {label:?}");
            }
        }
        let kinds = Kinds::read(None, LANGUAGES);
        for (name, text) in BUILT_IN {
            for (to, _) in references(&Node {
                span: Span::default(),
                value: data::Value::Table(parse_toml(text).unwrap()),
            })
            .unwrap_or_default()
            {
                assert!(kinds.get(&to).is_some(), "{name} refers to {to}");
            }
        }
        assert!(FRONT_MATTER_KEYS.is_sorted());
    }

    #[test]
    fn a_built_in_kind_is_changed_key_by_key() {
        let (kinds, problems) = read(
            "[standard]\nlabel = { en = \"Rule\" }\n[standard.fields]\nemail = false\ncost = { type = \"number\" }\n\
             number = { pattern = 'AI-\\d+' }\n[standard.lifecycle.states.adopted]\nnext = [\"withdrawn\"]\n",
        );
        assert_eq!(problems, []);
        let standard = kinds.get("standard").unwrap();
        assert_eq!(standard.label.get("en", "en"), Some("Rule"));
        assert_eq!(standard.label.get("kk", "en"), Some("Стандарт"));
        assert!(standard.field("email").is_none() && standard.field("cost").is_some());
        let number = standard.field("number").unwrap();
        assert!(number.required && number.shared && number.pattern.is_some());
        let adopted = standard.lifecycle.as_ref().unwrap().state("adopted").unwrap();
        assert_eq!(adopted.next, ["withdrawn"]);
        assert_eq!(kinds.iter().count(), BUILT_IN.len());
    }

    #[test]
    fn a_site_may_speak_other_languages() {
        let table = parse_toml("[news]\nlabel = { de = \"Nachricht\" }\n").unwrap();
        let mut problems = Vec::new();
        let kinds = Kinds::read(Some(Fields::new(&table, "kenes.toml", "", 0, &mut problems)), &["de"]);
        assert_eq!(problems, []);
        assert_eq!(kinds.get("news").unwrap().label.get("de", "de"), Some("Nachricht"));
        assert_eq!(kinds.get("person").unwrap().label.get("de", "de"), Some("Person"));
    }

    #[test]
    fn every_mistake_of_a_definition_is_told_at_its_place() {
        let text = "\
[decree.fields]
title = { type = \"string\" }
signer = { type = \"ref\", to = \"persn\" }
size = { type = \"numbr\" }
level = { type = \"enum\" }
bad = { type = \"number\", pattern = \"x\", unique = true, colour = 1 }
No = { type = \"string\" }
[decree.lifecycle]
first = [\"drft\"]
[decree.lifecycle.states.draft]
next = [\"signed\"]
from = \"signd\"
";
        let expected = [
            (2, 1, "K1002", "a field cannot be called `title`: all front matter has such a key"),
            (3, 31, "K1001", "there is no kind `persn`"),
            (4, 17, "K1002", "there is no type `numbr`"),
            (5, 1, "K1002", "the field `level` is an enum without `values`"),
            (6, 36, "K1002", "only texts have a `pattern`, and `bad` is of type number"),
            (6, 56, "K0102", "unknown key `colour` in the field `bad`"),
            (7, 1, "K1002", "`No` cannot be the name of a field"),
            (9, 10, "K1008", "there is no state `drft`"),
            (11, 9, "K1008", "there is no state `signed`"),
            (12, 8, "K1002", "this kind has no date `signd`"),
        ];
        let expected: Vec<_> = expected.map(|(a, b, c, d)| (a, b, c, d.to_owned())).into();
        assert_eq!(said(text), expected);
    }

    #[test]
    fn what_follows_from_a_change_stands_where_the_change_is() {
        let text = "[person.fields]\nemail = { pattern = \"x\" }\n";
        assert_eq!(
            said(text),
            [(2, 21, "K1002", "only texts have a `pattern`, and `email` is of type email".to_owned())]
        );
        // The state `held` begins from `starts`, and meetings are sorted by it.
        let text = "[meeting.fields]\nstarts = { type = \"string\" }\n";
        let fault = (1, 2, "K1002", "this kind has no date `starts`".to_owned());
        assert_eq!(said(text), [fault.clone(), fault]);
    }
}
