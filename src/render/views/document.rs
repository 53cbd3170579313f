//! Pages as documents: their kind, fields, state, history and references.

use tera::value::Key;
use tera::{Map, Value};

use super::{numbered_reference, view};
use crate::policy::field::{self, Type};
use crate::policy::kind::{Kind, PAGE};
use crate::policy::label::Label;
use crate::policy::lifecycle::{State, Step};
use crate::relate::{Document, ItemId, Reader};
use crate::render::Renderer;

view! {
    /// What pages and sections have as documents beyond [`super::ItemView`] where they are shown
    /// themselves.
    DocumentView {
        /// The name of its kind in the language of the page.
        kind_label: String,
        /// Its fields that have a value, for showing: see [`FieldView`].
        field_list: Value,
        /// All steps, the planned ones too: see [`StateView`].
        history: Value,
        /// The step that comes next, or none: see [`StateView`].
        next_state: Value,
        /// What its fields refer to: see [`ReferenceView`].
        references: Value,
        /// What refers to it: see [`ReferenceView`].
        referenced_by: Value,
        /// The page that it is translated from: `title`, `path`, `permalink`, `lang`; or none.
        original: Value,
        /// The day until which somebody should have looked at it again, or none.
        review_by: Option<String>,
    }
}

view! {
    /// A field with its value, ready to be shown.
    FieldView {
        /// Its key.
        name: String,
        /// What readers are told it is.
        label: String,
        /// `string`, `text`, `date`, `number`, `bool`, `url`, `email`, `enum` or `ref`.
        value_type: &'static str,
        /// Its values, one or many: `text`, and of references, addresses and mail `href`; of
        /// references `lang` too.
        values: Value,
    }
}

view! {
    /// A state on its way: `page.state`, `page.next_state`, and each of `page.history`.
    StateView {
        /// Its name.
        name: String,
        /// What readers are told it is.
        label: String,
        /// What it means, for the theme: `draft`, `planned`, `open`, `adopted`, `in_force`, `closed`,
        /// `superseded`, `withdrawn` or `other`.
        stage: &'static str,
        /// When it began or begins: `2025-01-15`, `2025-01` or `2025`; none before the first step.
        date: Option<String>,
        /// The last day of what it offers, or none.
        until: Option<String>,
        /// Whether that day is over.
        over: bool,
        /// Whether it began on the day of the build or before.
        past: bool,
        /// What there is to say of it, or none.
        note: Option<String>,
    }
}

view! {
    /// Documents on one side of a reference.
    ReferenceView {
        /// The key of the field that refers.
        field: String,
        /// The kind of the document that has it.
        kind: String,
        /// What readers are told it is.
        label: String,
        /// The documents: `title`, `path`, `permalink`, `lang`.
        pages: Value,
    }
}

/// One language of a reader, and what a label falls back to.
pub(crate) struct Words<'a> {
    lang: &'a str,
    default: &'a str,
}

impl<'a> Words<'a> {
    fn of(reader: &'a Reader, id: ItemId) -> Self {
        Self::new(reader, reader.language(id))
    }

    /// The words of a language of the site.
    pub(crate) fn new(reader: &'a Reader, language: usize) -> Self {
        let config = reader.config();
        let lang = config.languages[language].lang.as_str();
        Self { lang, default: config.default_language().lang.as_str() }
    }

    pub(crate) fn label(&self, label: &Label, name: &str) -> String {
        label.get(self.lang, self.default).unwrap_or(name).to_owned()
    }

    fn state(
        &self,
        state: Option<&State>,
        name: &str,
        step: Option<&Step>,
        over: bool,
        past: bool,
    ) -> StateView {
        StateView {
            name: name.to_owned(),
            label: state.map_or_else(|| name.to_owned(), |state| self.label(&state.label, name)),
            stage: state.map(|state| state.stage).unwrap_or_default().word(),
            date: step.map(|step| step.when.to_string()),
            until: step.and_then(|step| step.until).map(|until| until.to_string()),
            over,
            past,
            note: step.and_then(|step| step.note.get(self.lang, self.default)).map(str::to_owned),
        }
    }
}

/// The name of an item's kind.
pub(crate) fn kind(reader: &Reader, id: ItemId) -> String {
    reader.document(id).map_or(PAGE, |document| &document.kind.name).to_owned()
}

/// `fields`: every field of the kind by its key, none where there is no value.
pub(crate) fn fields(renderer: &Renderer, id: ItemId) -> Value {
    let reader = &renderer.reader;
    let Some(document) = reader.document(id) else { return Value::from(Map::new()) };
    let mut map = Map::with_capacity(document.values.len());
    for (index, (field, given)) in document.kind.fields.iter().zip(&document.values).enumerate() {
        let value = match (given, &field.value) {
            (None, _) if field.list => Value::from(Vec::<Value>::new()),
            (None, _) => Value::none(),
            (Some(_), Type::Ref(_)) => {
                let targets: Vec<Value> =
                    reader.references(id, index).iter().map(|&to| renderer.reference(to)).collect();
                if field.list {
                    Value::from(targets)
                } else {
                    targets.into_iter().next().unwrap_or_else(Value::none)
                }
            }
            (Some(given), _) => plain(&given.value),
        };
        map.insert(Key::from(field.name.clone()), value);
    }
    Value::from(map)
}

fn plain(value: &field::Value) -> Value {
    match value {
        field::Value::Text(text) | field::Value::Word(text) | field::Value::Ref(text) => {
            Value::from(text.as_str())
        }
        field::Value::Date(when) => Value::from(when.to_string()),
        field::Value::Integer(number) => Value::from(*number),
        field::Value::Float(number) => Value::from(*number),
        field::Value::Bool(value) => Value::from(*value),
        field::Value::List(items) => {
            Value::from(items.iter().map(|(item, _)| plain(item)).collect::<Vec<_>>())
        }
    }
}

/// `state`: where a document is on the day of the build, or none.
pub(crate) fn state(reader: &Reader, id: ItemId) -> Value {
    state_in(reader, id, reader.language(id)).map_or_else(Value::none, Value::from)
}

/// The same, for readers of a language.
pub(crate) fn state_in(reader: &Reader, id: ItemId, language: usize) -> Option<StateView> {
    let document = reader.document(id)?;
    let current = document.history.on(reader.day_of(id))?;
    let state = document.kind.lifecycle.as_ref().and_then(|lifecycle| lifecycle.state(current.state));
    let words = Words::new(reader, language);
    Some(words.state(state, current.state, current.step, current.over, true))
}

/// Everything else.
pub(crate) fn document(renderer: &Renderer, id: ItemId) -> DocumentView {
    let reader = &renderer.reader;
    let words = Words::of(reader, id);
    let Some(document) = reader.document(id) else {
        let page = reader.config().kinds.get(PAGE);
        let empty = || Value::from(Vec::<Value>::new());
        return DocumentView {
            kind_label: page.map(|kind| words.label(&kind.label, &kind.name)).unwrap_or_default(),
            field_list: empty(),
            history: empty(),
            next_state: Value::none(),
            references: empty(),
            referenced_by: referenced_by(renderer, id, &words),
            original: Value::none(),
            review_by: None,
        };
    };
    let today = reader.day_of(id);
    let lifecycle = document.kind.lifecycle.as_ref();
    let state = |step: &Step| {
        let over = step.until.is_some_and(|until| until.last() < today);
        let state = lifecycle.and_then(|lifecycle| lifecycle.state(&step.state));
        Value::from(words.state(state, &step.state, Some(step), over, step.from <= today))
    };
    let original =
        document.original.and_then(|language| reader.translations(id).get(language).copied().flatten());
    DocumentView {
        kind_label: words.label(&document.kind.label, &document.kind.name),
        field_list: field_list(reader, id, document),
        history: Value::from(document.history.steps().iter().map(state).collect::<Vec<_>>()),
        next_state: document.history.next_step(today).map_or_else(Value::none, state),
        references: references(renderer, id, document, &words),
        referenced_by: referenced_by(renderer, id, &words),
        original: original.map_or_else(Value::none, |id| renderer.reference(id)),
        review_by: document.review_by.map(|moment| moment.to_string()),
    }
}

fn field_list(reader: &Reader, id: ItemId, document: &Document) -> Value {
    let given = (0..document.values.len()).filter(|&at| document.values[at].is_some());
    let cells = given.map(|at| cell(reader, id, at, reader.language(id)));
    Value::from(cells.filter(|cell| !cell.values.is_empty()).map(Value::from).collect::<Vec<_>>())
}

/// A field of a document with its values, for showing.
pub(crate) struct Cell {
    name: String,
    label: String,
    value_type: &'static str,
    /// None where the document says nothing.
    pub values: Vec<Shown>,
}

/// A value for showing.
pub(crate) struct Shown {
    pub text: String,
    href: Option<String>,
    /// Of a reference: the language of what it leads to.
    pub lang: Option<String>,
    /// What stands for the value in every language: the id of a document, the word of an enum.
    pub token: String,
}

impl From<Cell> for Value {
    fn from(cell: Cell) -> Self {
        let values = cell.values.into_iter().map(|value| {
            let mut map = Map::with_capacity(3);
            map.insert(Key::Str("text"), Value::from(value.text));
            map.insert(Key::Str("href"), Value::from(value.href));
            map.insert(Key::Str("lang"), Value::from(value.lang));
            Value::from(map)
        });
        let values = Value::from(values.collect::<Vec<_>>());
        FieldView { name: cell.name, label: cell.label, value_type: cell.value_type, values }.into()
    }
}

/// What a document says in the field at a place of its kind, for readers of a language.
pub(crate) fn cell(reader: &Reader, id: ItemId, at: usize, language: usize) -> Cell {
    let words = Words::new(reader, language);
    let Some((document, field)) = reader.document(id).and_then(|it| Some((it, it.kind.fields.get(at)?)))
    else {
        return Cell { name: String::new(), label: String::new(), value_type: "string", values: Vec::new() };
    };
    let given = document.values[at].as_ref();
    let values = match (&field.value, given) {
        (_, None) => Vec::new(),
        (Type::Ref(_), Some(_)) => {
            reader.references(id, at).iter().map(|&to| leading(reader, to, language)).collect()
        }
        (kind, Some(given)) => {
            let each = given.value.each(given.span).into_iter();
            each.map(|(value, _)| single(kind, value, &words)).collect()
        }
    };
    Cell {
        name: field.name.clone(),
        label: words.label(&field.label, &field.name),
        value_type: field.value.word(),
        values,
    }
}

/// A reference, to the document as readers of a language find it.
fn leading(reader: &Reader, to: ItemId, language: usize) -> Shown {
    let config = reader.config();
    let to = match reader.language(to) == language {
        true => to,
        false => reader.translations(to).get(language).copied().flatten().unwrap_or(to),
    };
    let item = reader.named(to);
    Shown {
        text: item.title.to_owned(),
        href: Some(config.href(item.url.as_str())),
        lang: Some(config.languages[item.language].lang.to_string()),
        token: reader.document_id(to).to_owned(),
    }
}

fn single(kind: &Type, value: &field::Value, words: &Words<'_>) -> Shown {
    let token = value.to_string();
    let (text, href) = match kind {
        Type::Enum(known) => {
            let label = known.iter().find(|(word, _)| *word == token);
            (label.map_or_else(|| token.clone(), |(word, label)| words.label(label, word)), None)
        }
        Type::Url => (token.clone(), Some(token.clone())),
        Type::Email => (token.clone(), Some(mailto(&token))),
        _ => (token.clone(), None),
    };
    Shown { text, href, lang: None, token }
}

/// The address that writes to a mailbox (RFC 6068): what would end its name, or begin a subject, is encoded.
pub(in crate::render) fn mailto(mailbox: &str) -> String {
    let mut address = String::from("mailto:");
    for c in mailbox.chars() {
        match c {
            _ if !c.is_ascii() || c.is_ascii_alphanumeric() || "-._~@!$'*+".contains(c) => address.push(c),
            _ => address.push_str(&format!("%{:02X}", u32::from(c))),
        }
    }
    address
}

fn references(renderer: &Renderer, id: ItemId, document: &Document, words: &Words<'_>) -> Value {
    let mut all = Vec::new();
    for (index, field) in document.kind.fields.iter().enumerate() {
        let targets = renderer.reader.references(id, index);
        if !targets.is_empty() {
            all.push(Value::from(ReferenceView {
                field: field.name.clone(),
                kind: document.kind.name.clone(),
                label: words.label(&field.label, &field.name),
                pages: numbered(renderer, targets),
            }));
        }
    }
    Value::from(all)
}

fn numbered(renderer: &Renderer, ids: &[ItemId]) -> Value {
    Value::from(ids.iter().map(|&id| numbered_reference(&renderer.reader, id)).collect::<Vec<_>>())
}

fn referenced_by(renderer: &Renderer, id: ItemId, words: &Words<'_>) -> Value {
    let all = renderer.reader.referring(id).iter().map(|referring| {
        let field = &referring.kind.fields[referring.field];
        Value::from(ReferenceView {
            field: field.name.clone(),
            kind: referring.kind.name.clone(),
            label: inverse_label(&referring.kind, &field.value, words),
            pages: numbered(renderer, &referring.from),
        })
    });
    Value::from(all.collect::<Vec<_>>())
}

fn inverse_label(kind: &Kind, value: &Type, words: &Words<'_>) -> String {
    match value {
        Type::Ref(target) if !target.inverse.is_empty() => words.label(&target.inverse, &kind.name),
        _ => words.label(&kind.plural, &kind.name),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_mailbox_writes_no_subject() {
        let address = |mailbox: &str| super::mailto(mailbox);
        assert_eq!(address("office+news@kenes.example"), "mailto:office+news@kenes.example");
        assert_eq!(
            address("r&d?subject=a%0a#x@kenes.example"),
            "mailto:r%26d%3Fsubject%3Da%250a%23x@kenes.example"
        );
    }
}
