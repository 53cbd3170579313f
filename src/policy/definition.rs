//! Reading the definitions of kinds.

use super::field::{Field, Pattern, TYPES, Target, Type};
use super::kind::{FRONT_MATTER_KEYS, Kind};
use super::label::Label;
use super::lifecycle::{Entry, Lifecycle, STAGES, State};
use super::register::{self, NUMBER, Register, Sort};
use super::validity::{self, VALIDITIES, Validity};
use super::{calendar, cite, schema_org};
use crate::base::codes;
use crate::base::data::{self, Fields};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;

/// Whether a name can be that of a kind, a field or a state: templates and data formats know it.
pub(super) fn is_name(fields: &mut Fields<'_>, what: &str, name: &str, span: Span) -> bool {
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
pub(super) struct Reader<'l> {
    /// Where all of a built-in definition is taken to stand.
    pub(super) home: Option<Span>,
    /// The languages of the site.
    pub(super) languages: &'l [&'l str],
}

impl Reader<'_> {
    pub(super) fn kind(&self, name: &str, mut fields: Fields<'_>) -> Kind {
        let label = self.label(&mut fields, "label").unwrap_or_else(|| Label::plain(&words(name)));
        let plural = self.label(&mut fields, "plural").unwrap_or_else(|| label.clone());
        let template = fields.spanned_string("template").map(|(template, span)| {
            let span = (Some(span) != self.home).then_some(span);
            (template, span)
        });
        let own = fields.table("fields");
        let own = own.map(|table| self.fields(fields.inner(table))).unwrap_or_default();
        let date_field = fields.spanned_string("date_field").and_then(|(field, span)| {
            let known = is_date(&own, &field);
            if !known {
                no_date(&mut fields, &own, &field, span);
            }
            known.then_some(field)
        });
        let register = fields.node("register").and_then(|node| match &node.value {
            data::Value::Bool(false) => None,
            data::Value::Bool(true) => Some(Register::usual(&own, date_field.as_deref())),
            data::Value::Table(table) => {
                Some(self.register(name, fields.inner(table), &own, date_field.as_deref()))
            }
            other => {
                let message =
                    format!("`register` must be a table, or true or false, and is {}", other.kind());
                let help = "write register = true, or [register] with `sort`, `columns` and `filters`";
                fields.problem(node.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
                None
            }
        });
        let lifecycle = fields.table("lifecycle");
        let lifecycle = lifecycle.map(|table| self.lifecycle(fields.inner(table), &own));
        let schema_org = schema_org::read(&mut fields, name, self.home, &own, lifecycle.as_ref());
        let calendar = calendar::read(&mut fields, self.home, &own, lifecycle.as_ref());
        let cite = cite::read(&mut fields, self.home, &own);
        let feeds = fields.bool("feeds").unwrap_or(false);
        // With a value that is none, documents are not blamed for having versions.
        let is_said = fields.entries().iter().any(|entry| entry.key == "versions");
        let versions = fields.bool("versions").unwrap_or(is_said);
        let clauses = fields.bool("clauses").unwrap_or(versions);
        fields.finish(&format!("[kinds.{name}]"));
        let lifecycle = lifecycle.filter(|lifecycle| !lifecycle.states.is_empty());
        Kind {
            name: name.to_owned(),
            label,
            plural,
            fields: own,
            date_field,
            lifecycle,
            register,
            template,
            schema_org,
            calendar,
            cite,
            feeds,
            versions,
            clauses,
        }
    }

    fn label(&self, fields: &mut Fields<'_>, key: &'static str) -> Option<Label> {
        let node = fields.node(key)?;
        let pass = |span: Span| self.home == Some(span) || self.home == Some(Span::default());
        Some(Label::read(fields, key, node, self.languages, &pass))
    }

    fn fields(&self, mut fields: Fields<'_>) -> Vec<Field> {
        let mut all: Vec<Field> = Vec::new();
        let mut orders = Vec::new();
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
                if let Some(order) = table.get("not_before") {
                    orders.push((name, order.span));
                }
                all.extend(self.field(name, span, fields.inner(table)));
            }
        }
        for (name, span) in orders {
            self.order(&mut fields, &mut all, name, span);
        }
        all
    }

    /// Looks whether a field that is `not_before` another can be: both are dates.
    fn order(&self, fields: &mut Fields<'_>, all: &mut [Field], name: &str, span: Span) {
        let Some(at) = all.iter().position(|field| field.name == name) else { return };
        let Some(other) = all[at].not_before.take() else { return };
        if is_date(all, name) && is_date(all, &other) && other != name {
            all[at].not_before = Some(other);
        } else if self.home != Some(span) {
            if is_date(all, name) && other != name {
                no_date(fields, all, &other, span);
            } else {
                let message = format!("`{name}` cannot be `not_before` `{other}`");
                let help = "both have to be dates, two of them, and no lists";
                fields.problem(span, Diagnostic::error(codes::KIND_DEFINITION, message).help(help));
            }
        }
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
        let not_before = fields.string("not_before");
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
                let message =
                    format!("only texts have a `pattern`, and `{name}` is of type {}", value.word());
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
        let name = name.to_owned();
        Some(Field { name, label, value, list, required, unique, shared, pattern, not_before })
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

    /// `[register]` of a kind. What it does not say follows from the fields.
    fn register(
        &self,
        kind: &str,
        mut fields: Fields<'_>,
        own: &[Field],
        date_field: Option<&str>,
    ) -> Register {
        // A built-in register shows what is left of the fields that the settings take away.
        let built_in = |span: Span| self.home == Some(span);
        let usual = Register::usual(own, date_field);
        let place = |name: &str| own.iter().position(|field| field.name == name);
        let sort = fields.spanned_string("sort").and_then(|(word, span)| match word.as_str() {
            "title" => Some(Sort::Title),
            "date" => Some(Sort::Date),
            name => {
                let found = place(name).filter(|&at| register::is_sortable(&own[at]));
                if found.is_none() && !built_in(span) {
                    let can = own.iter().filter(|field| register::is_sortable(field));
                    let names: Vec<&str> =
                        ["title", "date"].into_iter().chain(can.map(|field| field.name.as_str())).collect();
                    let message = format!("a register of the kind `{kind}` cannot be sorted by `{name}`");
                    let help = did_you_mean(name, names.iter().copied())
                        .unwrap_or_else(|| format!("it is one of: {}", names.join(", ")));
                    fields.problem(span, Diagnostic::error(codes::KIND_DEFINITION, message).help(help));
                }
                found.map(Sort::Field)
            }
        });
        let sort = sort.unwrap_or(usual.sort);
        let reverse = fields.bool("reverse").unwrap_or(sort == Sort::Date);
        let mut chosen = |key: &'static str| {
            let names = fields.spanned_strings(key)?;
            let places = names.into_iter().filter_map(|(name, span)| {
                // The number has a column of its own.
                let found = place(&name).filter(|_| name != NUMBER);
                if found.is_none() && !built_in(span) {
                    let others =
                        || own.iter().map(|field| field.name.as_str()).filter(|name| *name != NUMBER);
                    let message =
                        format!("the kind `{kind}` has no field `{name}` that a register could show");
                    let help = did_you_mean(&name, others()).unwrap_or_else(|| {
                        format!(
                            "number, title, state, date and topics are shown anyway; there are: {}",
                            others().collect::<Vec<_>>().join(", ")
                        )
                    });
                    fields.problem(span, Diagnostic::error(codes::KIND_DEFINITION, message).help(help));
                }
                found
            });
            Some(places.collect::<Vec<usize>>())
        };
        let columns = chosen("columns").unwrap_or(usual.columns);
        let filters = chosen("filters").unwrap_or_else(|| register::usual_filters(own, &columns));
        let page = fields.bool("page").unwrap_or(usual.page);
        fields.finish(&format!("the register of the kind `{kind}`"));
        Register { sort, reverse, columns, filters, page }
    }

    fn lifecycle(&self, mut fields: Fields<'_>, own: &[Field]) -> Lifecycle {
        let first = fields.spanned_strings("first").unwrap_or_default();
        let before = fields.spanned_string("before");
        let mut states: Vec<(State, Option<Validity>)> = Vec::new();
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
                    let (state, text, next) = self.state(&entry.key, inner.inner(table), own);
                    states.push((state, text));
                    named.extend(next);
                }
            }
        }
        let states = validity::settle(states);
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

    /// A state, what it says itself of the document's text, and the names of those that may follow it.
    fn state(
        &self,
        name: &str,
        mut fields: Fields<'_>,
        own: &[Field],
    ) -> (State, Option<Validity>, Vec<(String, Span)>) {
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
            if !is_date(own, field) {
                no_date(&mut fields, own, field, *span);
            }
        }
        let entry = on.map(|(field, _)| Entry::On(field)).or(after.map(|(field, _)| Entry::After(field)));
        let stage = fields.choice("stage", STAGES).unwrap_or_default();
        let text = fields.choice("text", VALIDITIES);
        let holds = fields.bool("holds").unwrap_or(false);
        fields.finish(&format!("the state `{name}`"));
        let names = next.iter().map(|(name, _)| name.clone()).collect();
        let until = until.map(|(field, _)| field);
        let name = name.to_owned();
        let state = State { name, label, stage, text: Validity::Any, next: names, entry, until, holds };
        (state, text, next)
    }
}

/// The fields of a kind that are one date.
fn dates(own: &[Field]) -> impl Iterator<Item = &str> {
    own.iter().filter(|own| matches!(own.value, Type::Date) && !own.list).map(|own| own.name.as_str())
}

fn is_date(own: &[Field], field: &str) -> bool {
    dates(own).any(|own| own == field)
}

fn no_date(fields: &mut Fields<'_>, own: &[Field], field: &str, span: Span) {
    let message = format!("this kind has no date `{field}`");
    let help = did_you_mean(field, dates(own)).unwrap_or_else(|| {
        match dates(own).collect::<Vec<_>>().join(", ").as_str() {
            "" => "it has no field of type date that is no list: add one".to_owned(),
            all => format!("its dates are: {all}"),
        }
    });
    fields.problem(span, Diagnostic::error(codes::KIND_DEFINITION, message).help(help));
}

/// `in_force` as `In force`.
fn words(name: &str) -> String {
    let text = name.replace('_', " ");
    let mut characters = text.chars();
    characters.next().map_or(text.clone(), |first| first.to_uppercase().chain(characters).collect())
}
