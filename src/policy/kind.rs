//! Kinds: what a page is, as data.
//!
//! A kind is a table of TOML. Ten are built in; `[kinds.NAME]` in `kenes.toml` changes one of them key
//! by key, or adds one. A page without a kind is of the kind `page`.

use std::sync::Arc;

use super::field::{Field, Pattern, TYPES, Target, Type};
use super::label::Label;
use super::lifecycle::{Entry, Lifecycle, STAGES, State};
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

/// The keys that front matter has whatever the kind: no field may be called like one of them.
pub const FRONT_MATTER_KEYS: &[&str] = &[
    "aliases",
    "authors",
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
    "publish",
    "redirect_to",
    "review_by",
    "slug",
    "sort_by",
    "synthetic",
    "taxonomies",
    "template",
    "title",
    "translated_from",
    "transparent",
    "updated",
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
    /// Its states, if it has any.
    pub lifecycle: Option<Lifecycle>,
    /// The template of its pages, if not the usual one, and where the settings name it.
    pub template: Option<(String, Option<Span>)>,
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

fn own_table<'a>(own: &mut Fields<'a>, entry: &'a data::Entry) -> Option<&'a Table> {
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
    let taken =
        ["base", "index", "section", "taxonomy_list", "taxonomy_single"].contains(&entry.key.as_str());
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
    if let data::Value::Table(over) = &entry.node.value {
        table.merge(over);
    } else {
        let message = format!("`{}` must be a table, and is {}", entry.key, entry.node.value.kind());
        let help = format!("write [kinds.{}] on a line of its own, and its keys below", entry.key);
        own.problem(entry.node.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
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

/// Whether a name can be that of a kind, a field or a state: templates and data formats know it.
fn is_name(fields: &mut Fields<'_>, what: &str, name: &str, span: Span) -> bool {
    let good = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !good {
        let message = format!("`{name}` cannot be the name of a {what}");
        let help =
            "write small letters from a to z, digits and `_`, a letter first; what readers see is `label`";
        fields.problem(span, Diagnostic::error(codes::KIND_DEFINITION, message).help(help));
    }
    good
}

/// Reads definitions.
struct Reader<'l> {
    /// Where all of a built-in definition is taken to stand.
    home: Option<Span>,
    languages: &'l [&'l str],
}

impl Reader<'_> {
    fn kind(&self, name: &str, mut fields: Fields<'_>) -> Kind {
        let label = self.label(&mut fields, "label").unwrap_or_else(|| Label::plain(&words(name)));
        let plural = self.label(&mut fields, "plural").unwrap_or_else(|| label.clone());
        let template = fields.spanned_string("template").map(|(template, span)| {
            let span = (Some(span) != self.home).then_some(span);
            (template, span)
        });
        let own = fields.table("fields");
        let own = own.map(|table| self.fields(fields.inner(table))).unwrap_or_default();
        let lifecycle = fields.table("lifecycle");
        let lifecycle = lifecycle.map(|table| self.lifecycle(fields.inner(table), &own));
        fields.finish(&format!("[kinds.{name}]"));
        let lifecycle = lifecycle.filter(|lifecycle| !lifecycle.states.is_empty());
        Kind { name: name.to_owned(), label, plural, fields: own, lifecycle, template }
    }

    fn label(&self, fields: &mut Fields<'_>, key: &'static str) -> Option<Label> {
        let node = fields.node(key)?;
        let pass = |span: Span| self.home == Some(span) || self.home == Some(Span::default());
        Some(Label::read(fields, key, node, self.languages, &pass))
    }

    fn fields(&self, mut fields: Fields<'_>) -> Vec<Field> {
        let mut all = Vec::new();
        for entry in fields.entries() {
            let (name, span) = (entry.key.as_str(), entry.key_span);
            let table = match &entry.node.value {
                // `number = false` takes a field away from a kind that is built in.
                data::Value::Bool(false) => continue,
                data::Value::Table(table) => table,
                other => {
                    let message = format!("the field `{name}` must be a table, and is {}", other.kind());
                    let help = "write { type = \"string\" }, or false to take the field away";
                    fields.problem(entry.node.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
                    continue;
                }
            };
            if FRONT_MATTER_KEYS.contains(&name) {
                let message = format!("a field cannot be called `{name}`: all front matter has such a key");
                let help = format!("rename it, to document_{name} for example");
                fields.problem(span, Diagnostic::error(codes::KIND_DEFINITION, message).help(help));
            } else if is_name(&mut fields, "field", name, span) {
                all.extend(self.field(name, span, fields.inner(table)));
            }
        }
        all
    }

    fn field(&self, name: &str, span: Span, mut fields: Fields<'_>) -> Option<Field> {
        let definition = |message: String| Diagnostic::error(codes::KIND_DEFINITION, message);
        let label = self.label(&mut fields, "label").unwrap_or_else(|| Label::plain(&words(name)));
        let word = fields.spanned_string("type");
        let wanted = word.as_ref().map(|(word, _)| word.as_str());
        let value = match wanted {
            Some("string") => Some(Type::String),
            Some("text") => Some(Type::Text),
            Some("date") => Some(Type::Date),
            Some("number") => Some(Type::Number),
            Some("bool") => Some(Type::Bool),
            Some("url") => Some(Type::Url),
            Some("email") => Some(Type::Email),
            Some("enum") => Some(Type::Enum(self.words_of(name, span, &mut fields))),
            Some("ref") => Some(Type::Ref(self.target(&mut fields))),
            Some(other) => {
                let place = word.as_ref().map(|(_, span)| *span).unwrap_or_default();
                let help = did_you_mean(other, TYPES.iter().copied())
                    .unwrap_or_else(|| format!("it is one of: {}", TYPES.join(", ")));
                fields.problem(place, definition(format!("there is no type `{other}`")).help(help));
                None
            }
            None if fields.entries().iter().any(|entry| entry.key == "type") => None,
            None => {
                let help = format!("add type = \"string\", or another of: {}", TYPES.join(", "));
                fields.problem(span, definition(format!("the field `{name}` has no `type`")).help(help));
                None
            }
        };
        let list = fields.bool("list").unwrap_or(false);
        let required = fields.bool("required").unwrap_or(false);
        let unique = fields.bool("unique").unwrap_or(false);
        let shared = fields.bool("shared");
        let pattern = fields.spanned_string("pattern");
        // Without a type nobody knows which of the other keys belong.
        let Some(value) = value else {
            for key in ["values", "to", "inverse", "acyclic"] {
                fields.know(key);
            }
            fields.finish(&format!("the field `{name}`"));
            return None;
        };
        let pattern = pattern.and_then(|(pattern, place)| {
            if !matches!(value, Type::String | Type::Text) {
                let message = format!("only texts have a `pattern`, and `{name}` is a {}", value.word());
                fields.problem(place, definition(message).help("remove it, or write type = \"string\""));
                return None;
            }
            Pattern::new(&pattern)
                .map_err(|why| {
                    let message = format!("`pattern` is no regular expression: {why}");
                    let help =
                        "see docs.rs/regex for what can be written; in TOML use '…', which keeps backslashes";
                    fields.problem(place, definition(message).help(help));
                })
                .ok()
        });
        if unique && (list || !matches!(value, Type::String | Type::Number | Type::Url | Type::Email)) {
            let message = format!("`{name}` cannot be `unique`: only one text, number or address can be");
            fields.problem(span, definition(message).help("remove `unique`"));
        }
        fields.finish(&format!("the field `{name}`"));
        let shared = shared.unwrap_or(unique || value.is_shared());
        Some(Field { name: name.to_owned(), label, value, list, required, unique, shared, pattern })
    }

    fn words_of(&self, name: &str, span: Span, fields: &mut Fields<'_>) -> Vec<(String, Label)> {
        let mut words = Vec::new();
        if let Some(table) = fields.table("values") {
            let pass = |span: Span| self.home == Some(span) || self.home == Some(Span::default());
            let mut inner = fields.inner(table);
            for entry in &table.entries {
                let label = Label::read(&mut inner, &entry.key, &entry.node, self.languages, &pass);
                words.push((entry.key.clone(), label));
            }
        }
        if words.is_empty() {
            let message = format!("the field `{name}` is an enum without `values`");
            let help =
                "add values = { open = \"Open\", closed = \"Closed\" }: its words, and what readers see";
            fields.problem(span, Diagnostic::error(codes::KIND_DEFINITION, message).help(help));
        }
        words
    }

    fn target(&self, fields: &mut Fields<'_>) -> Target {
        let single = fields
            .entries()
            .iter()
            .any(|entry| entry.key == "to" && matches!(entry.node.value, data::Value::String(_)));
        let to = match single {
            true => fields.string("to").into_iter().collect(),
            false => fields.strings("to").unwrap_or_default(),
        };
        let inverse = self.label(fields, "inverse").unwrap_or_default();
        Target { to, inverse, acyclic: fields.bool("acyclic").unwrap_or(false) }
    }

    fn lifecycle(&self, mut fields: Fields<'_>, own: &[Field]) -> Lifecycle {
        let first = fields.spanned_strings("first").unwrap_or_default();
        let before = fields.spanned_string("before");
        let mut states = Vec::new();
        let mut named: Vec<(String, Span)> = first.iter().chain(&before).cloned().collect();
        if let Some(table) = fields.table("states") {
            let mut inner = fields.inner(table);
            for entry in &table.entries {
                let table = match &entry.node.value {
                    data::Value::Bool(false) => continue,
                    data::Value::Table(table) => table,
                    other => {
                        let message =
                            format!("the state `{}` must be a table, and is {}", entry.key, other.kind());
                        let help = "write { label = \"…\", next = [\"…\"] }, or false to take the state away";
                        let problem = Diagnostic::error(codes::WRONG_TYPE, message).help(help);
                        inner.problem(entry.node.span, problem);
                        continue;
                    }
                };
                if is_name(&mut inner, "state", &entry.key, entry.key_span) {
                    let (state, next) = self.state(&entry.key, inner.inner(table), own);
                    states.push(state);
                    named.extend(next);
                }
            }
        }
        for (name, span) in named {
            if !states.iter().any(|state| state.name == name) {
                let names = || states.iter().map(|state| state.name.as_str());
                let help = did_you_mean(&name, names())
                    .unwrap_or_else(|| format!("its states are: {}", names().collect::<Vec<_>>().join(", ")));
                let problem = Diagnostic::error(codes::STATE, format!("there is no state `{name}`"));
                fields.problem(span, problem.help(help));
            }
        }
        fields.finish("a lifecycle");
        let first = first.into_iter().map(|(name, _)| name).collect();
        Lifecycle { states, first, before: before.map(|(name, _)| name) }
    }

    fn state(&self, name: &str, mut fields: Fields<'_>, own: &[Field]) -> (State, Vec<(String, Span)>) {
        let label = self.label(&mut fields, "label").unwrap_or_else(|| Label::plain(&words(name)));
        let next = fields.spanned_strings("next").unwrap_or_default();
        let on = fields.spanned_string("from");
        let after = fields.spanned_string("after");
        if let (Some(_), Some((_, span))) = (&on, &after) {
            let message = "a state begins either `from` a date or `after` it";
            let problem = Diagnostic::error(codes::KIND_DEFINITION, message);
            fields.problem(*span, problem.help("remove one of the two"));
        }
        let until = fields.spanned_string("until");
        for (field, span) in on.iter().chain(&after).chain(&until) {
            let dates = || own.iter().filter(|own| matches!(own.value, Type::Date) && !own.list);
            if !dates().any(|own| own.name == *field) {
                let message = format!("this kind has no date `{field}`");
                let help = did_you_mean(field, dates().map(|own| own.name.as_str()))
                    .unwrap_or_else(|| "name one of its fields of type date".to_owned());
                fields.problem(*span, Diagnostic::error(codes::KIND_DEFINITION, message).help(help));
            }
        }
        let entry = on.map(|(field, _)| Entry::On(field)).or(after.map(|(field, _)| Entry::After(field)));
        let stage = fields.choice("stage", STAGES).unwrap_or_default();
        fields.finish(&format!("the state `{name}`"));
        let names = next.iter().map(|(name, _)| name.clone()).collect();
        let until = until.map(|(field, _)| field);
        (State { name: name.to_owned(), label, stage, next: names, entry, until }, next)
    }
}

/// `in_force` as `In force`.
fn words(name: &str) -> String {
    let text = name.replace('_', " ");
    let mut characters = text.chars();
    characters.next().map_or(text.clone(), |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
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
            (6, 36, "K1002", "only texts have a `pattern`, and `bad` is a number"),
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
        let text = "[meeting.fields]\nstarts = { type = \"string\" }\n";
        assert_eq!(said(text), [(1, 2, "K1002", "this kind has no date `starts`".to_owned())]);
    }
}
