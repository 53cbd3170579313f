//! Records as the rows of a table: one row a document, one column a value.
//!
//! The name of a column is the way to its value in the record, with dots: `title.ru`, `fields.body`. Lists
//! stand in one cell, with [`SEPARATOR`] between their items; what refers to another document is its id.

use serde_json::{Value, json};

use super::record::is_shown;
use super::schema::{WHEN, words};
use super::{Shape, Translation};
use crate::policy::field::Type;
use crate::policy::label::Label;
use crate::policy::lifecycle::STAGES;

/// What stands between the items of a list in one cell. Where an item has one, or a backslash, a
/// backslash stands before it.
pub const SEPARATOR: char = '|';

/// A column of a table.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it says, in Table Schema (<https://specs.frictionlessdata.io/table-schema/>).
    pub descriptor: Value,
    /// The way to its value in the record.
    path: Vec<String>,
    of: Of,
}

/// How a cell is made of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// Words of people: what could be a formula in them is guarded.
    Text,
    /// A number, a word of the program.
    Plain,
    /// The ids of documents or terms.
    Ids,
    /// Steps: the state, a blank, and the day.
    Steps,
    /// Versions: the label and, where it has one, a blank and its first day in force.
    Versions,
}

impl Shape<'_> {
    /// The columns of the table of all records.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        let stages: Vec<&str> = STAGES.iter().map(|(word, _)| *word).collect();
        let states = self.kind.lifecycle.iter().flat_map(|lifecycle| &lifecycle.states);
        let states: Vec<&str> = states.map(|state| state.name.as_str()).collect();
        let ways: Vec<&str> = Translation::ALL.into_iter().map(Translation::word).collect();
        let mut all = Vec::new();
        let mut add = |path: &[&str], of: Of, own: Value| {
            let name = path.join(".");
            let mut descriptor = json!({ "name": name });
            let said = words(&name);
            let said = if said.is_empty() { words(path[0]) } else { said };
            if !said.is_empty() && path[0] != "fields" {
                descriptor["description"] = json!(said);
            }
            if let (Some(all), Value::Object(own)) = (descriptor.as_object_mut(), own) {
                all.extend(own);
            }
            let path = path.iter().map(|part| (*part).to_owned()).collect();
            all.push(Column { name, descriptor, path, of });
        };
        let text = || json!({ "type": "string" });
        let when = || json!({ "type": "string", "constraints": { "pattern": WHEN } });
        let choice = |words: &[&str]| match words {
            [] => text(),
            words => json!({ "type": "string", "constraints": { "enum": words } }),
        };
        add(
            &["id"],
            Of::Text,
            json!({ "type": "string", "constraints": { "required": true, "unique": true } }),
        );
        add(&["kind"], Of::Plain, choice(&[&self.kind.name]));
        add(&["number"], Of::Text, text());
        for key in ["title", "description"] {
            for lang in &self.languages {
                add(&[key, lang], Of::Text, text());
            }
        }
        for lang in &self.languages {
            add(&["url", lang], Of::Plain, json!({ "type": "string", "format": "uri" }));
        }
        if !states.is_empty() {
            add(&["state", "name"], Of::Plain, choice(&states));
            add(&["state", "stage"], Of::Plain, choice(&stages));
            add(&["state", "since"], Of::Plain, when());
            add(&["state", "until"], Of::Plain, when());
            add(&["state", "over"], Of::Plain, json!({ "type": "boolean" }));
        }
        add(&["date"], Of::Plain, when());
        add(&["updated"], Of::Plain, when());
        for field in self.kind.fields.iter().filter(|field| is_shown(field)) {
            let name = field.name.as_str();
            let title = |own: Value| with_title(self, own, &field.label, name);
            let many = || format!("Several, with {SEPARATOR} between them");
            let one = match &field.value {
                Type::Ref(_) => {
                    let said = if field.list { "The ids of documents" } else { "The id of a document" };
                    add(&["fields", name], Of::Ids, title(json!({ "type": "string", "description": said })));
                    continue;
                }
                _ if field.list => json!({ "type": "string", "description": many() }),
                // An address for mail may need the guard, and then it looks like none.
                Type::String | Type::Text | Type::Email => text(),
                Type::Date => when(),
                Type::Number => json!({ "type": "number" }),
                Type::Bool => json!({ "type": "boolean" }),
                Type::Url => json!({ "type": "string", "format": "uri" }),
                Type::Enum(words) => choice(&words.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>()),
            };
            let of = match &field.value {
                Type::Number | Type::Bool | Type::Url if !field.list => Of::Plain,
                _ => Of::Text,
            };
            if field.shared {
                add(&["fields", name], of, title(one));
            } else {
                for lang in &self.languages {
                    add(&["fields", name, lang], of, title(one.clone()));
                }
            }
        }
        for taxonomy in &self.taxonomies {
            let said = format!("The ids of its terms, with {SEPARATOR} between them");
            add(&["taxonomies", taxonomy], Of::Ids, json!({ "type": "string", "description": said }));
        }
        if !states.is_empty() {
            let said = format!("States with their days, with {SEPARATOR} between them: draft 2025-01-15");
            add(&["history"], Of::Steps, json!({ "type": "string", "description": said }));
        }
        add(&["current_version"], Of::Text, text());
        let said =
            format!("Labels with their first days in force, with {SEPARATOR} between them: 1.0 2025-01-15");
        add(&["versions"], Of::Versions, json!({ "type": "string", "description": said }));
        add(&["original_language"], Of::Plain, choice(&self.languages));
        for lang in &self.languages {
            add(&["translations", lang], Of::Plain, choice(&ways));
        }
        add(&["synthetic"], Of::Text, text());
        add(&["illustrative"], Of::Plain, json!({ "type": "boolean" }));
        all
    }

    /// The Table Schema of these columns.
    #[must_use]
    pub fn table_schema(&self) -> Value {
        let fields: Value = self.columns().into_iter().map(|column| column.descriptor).collect();
        json!({ "fields": fields, "primaryKey": "id", "missingValues": [""] })
    }
}

fn with_title(shape: &Shape<'_>, mut own: Value, label: &Label, name: &str) -> Value {
    own["title"] = json!(shape.label(label, name));
    own
}

impl Column {
    /// What the column says of a record: text for a cell, before it is quoted. Empty where nothing is
    /// known.
    #[must_use]
    pub fn cell(&self, record: &Value) -> String {
        let value = self.path.iter().try_fold(record, |value, key| value.get(key));
        let value = value.unwrap_or(&Value::Null);
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let dated = |value: &Value, name: &str, day: &str| match value[day].as_str() {
            Some(day) => format!("{} {day}", text(value, name)),
            None => text(value, name),
        };
        let many = |item: &dyn Fn(&Value) -> String| match value {
            Value::Array(items) => joined(items.iter().map(item)),
            Value::Null => String::new(),
            one => joined(std::iter::once(item(one))),
        };
        match self.of {
            Of::Plain => plain(value),
            Of::Text if value.is_array() => guarded(many(&plain)),
            Of::Text => guarded(plain(value)),
            Of::Ids => guarded(many(&|item| text(item, "id"))),
            Of::Steps => guarded(many(&|item| dated(item, "state", "date"))),
            Of::Versions => guarded(many(&|item| dated(item, "label", "in_force"))),
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The items of a list in one cell.
fn joined(items: impl Iterator<Item = String>) -> String {
    let escaped = items.map(|item| match item.contains([SEPARATOR, '\\']) {
        true => item.replace('\\', "\\\\").replace(SEPARATOR, &format!("\\{SEPARATOR}")),
        false => item,
    });
    escaped.collect::<Vec<_>>().join(&SEPARATOR.to_string())
}

/// What spreadsheets take for the beginning of a formula, and the sign that keeps them from it
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '\''];

/// A text that no spreadsheet takes for a formula: an apostrophe stands before what could be one, and
/// before another apostrophe, so that it can be taken away again.
fn guarded(text: String) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_formula_and_every_guard_can_be_taken_away() {
        for text in ["=1+1", "+7 717", "-5 °C", "@SUM(A1)", "\tx", "'tis", "''", "＝1", "plain", "", "5-6"]
        {
            let cell = guarded(text.to_owned());
            assert!(!cell.starts_with(|c| FORMULA.contains(&c) && c != '\''), "{cell}");
            assert_eq!(cell.strip_prefix('\'').unwrap_or(&cell), text);
        }
    }

    #[test]
    fn items_of_a_list_can_be_told_apart() {
        let joined = |items: &[&str]| joined(items.iter().map(|item| (*item).to_owned()));
        assert_eq!(joined(&["a", "b"]), "a|b");
        assert_eq!(joined(&["a|b", "c\\"]), "a\\|b|c\\\\");
        assert_eq!(joined(&[]), "");
    }
}
