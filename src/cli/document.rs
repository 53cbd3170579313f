//! What `kenes new KIND NAME` writes into the front matter of a document, and whom it asks.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;

use jiff::civil::Date;

use super::front::{Lines, toml_string};
use super::new::written;
use crate::base::data::{self, Node};
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;
use crate::config::Config;
use crate::content::{FOLDER, Name, front, upwards};
use crate::policy::field::{Field, Type, Value};
use crate::policy::kind::{Kind, PAGE};
use crate::policy::when::{Precision, When};
use crate::source::Source;

/// What keeps a document from being made: what is wrong, and what to do.
type Refusal = (String, Option<String>);

/// The section folders that give their pages a kind, with the kind.
pub(super) fn page_kinds(root: &Path, config: &Config) -> Vec<(String, String)> {
    let folder = Source::new(root).folder(FOLDER, &config.ignored_content);
    let mut all = Vec::new();
    for file in folder.files.iter().filter(|file| file.extension() == "md") {
        let (name, _) = Name::read(&file.path, config);
        if !name.is_section {
            continue;
        }
        let Ok(text) = file.read_text(&mut Vec::new()) else { continue };
        let table = front::split(file.path.as_str(), &text, &mut Vec::new()).table;
        if let Some(data::Value::String(kind)) = table.get("page_kind").map(|node| &node.value) {
            all.push((name.folder, kind.clone()));
        }
    }
    all.sort();
    all.dedup_by(|a, b| a.0 == b.0);
    all
}

/// The kind that a page has because of where it lies.
pub(super) fn kind_of_place<'a>(page_kinds: &'a [(String, String)], name: &Name) -> &'a str {
    if name.is_section {
        return PAGE;
    }
    let given = upwards(&name.folder).find_map(|folder| page_kinds.iter().find(|(own, _)| own == folder));
    given.map_or(PAGE, |(_, kind)| kind)
}

/// The document that a page is a version of.
pub(super) struct Versioned {
    /// The key of the document: `standards/ethical-ai/index.md`.
    pub key: String,
    /// The languages in which it is written, as indices of [`Config::languages`].
    pub languages: Vec<usize>,
}

impl Versioned {
    /// The document of a page in a folder `versions`; without the document's page that is a folder like
    /// any other.
    pub(super) fn find(root: &Path, name: &Name, config: &Config) -> Option<Self> {
        let key = format!("{}/index.md", name.document()?);
        let is_written = |language: &usize| written(root, &key, *language, config).is_some();
        let languages: Vec<usize> = (0..config.languages.len()).filter(is_written).collect();
        (!languages.is_empty()).then_some(Self { key, languages })
    }

    /// The kind of the document: what its page says in some language, else what its section gives it.
    pub(super) fn kind(&self, root: &Path, page_kinds: &[(String, String)], config: &Config) -> String {
        let said = self.languages.iter().find_map(|&language| {
            let path = written(root, &self.key, language, config)?;
            let text = Source::new(root).file(&path)?.read_text(&mut Vec::new()).ok()?;
            match front::split(&path, &text, &mut Vec::new()).table.get("kind")?.value.clone() {
                data::Value::String(kind) => Some(kind),
                _ => None,
            }
        });
        let (name, _) = Name::read(&SourcePath::new(&format!("{FOLDER}/{}", self.key)), config);
        said.unwrap_or_else(|| kind_of_place(page_kinds, &name).to_owned())
    }

    /// What a version says of itself; in a translation, only what is translated.
    pub(super) fn table(translation: bool) -> String {
        let note = "# note = … says in one sentence what it changes\n";
        match translation {
            true => format!("\n[version]\n{note}"),
            false => format!(
                "\n[version]\n# in_force = … is the first day that it is in force; without it the version \
                 is a proposal\n{note}# It may have: until, supersedes, comments_until, change\n"
            ),
        }
    }
}

/// The values that were given or asked for, and those of fields that are still to be written.
pub(super) struct Document<'a> {
    kind: &'a Kind,
    /// Whether the page must say its kind itself.
    says_kind: bool,
    values: Vec<(&'a Field, Value)>,
    begun: Date,
}

impl<'a> Document<'a> {
    /// Takes the values from the command line, and asks for what is missing where somebody can answer.
    pub(super) fn new(kind: &'a Kind, says_kind: bool, set: &[String], begun: Date) -> Result<Self, Refusal> {
        let mut values: Vec<(&Field, Value)> = Vec::new();
        for pair in set {
            let Some((key, text)) = pair.split_once('=') else {
                let help = "write --set number=AI-01".to_owned();
                return Err((format!("`{pair}` is no key with a value"), Some(help)));
            };
            let key = key.trim();
            let Some(field) = kind.field(key) else {
                let names = || kind.fields.iter().map(|field| field.name.as_str());
                let all = names().collect::<Vec<_>>().join(", ");
                let help = did_you_mean(key, names()).unwrap_or(match all.is_empty() {
                    true => "it has none".to_owned(),
                    false => format!("it has: {all}"),
                });
                return Err((format!("the kind `{}` has no field `{key}`", kind.name), Some(help)));
            };
            let value = read(field, text)?;
            values.retain(|(known, _)| known.name != field.name);
            values.push((field, value));
        }
        let asks = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        for field in kind.fields.iter().filter(|field| field.required && asks) {
            if !values.iter().any(|(known, _)| known.name == field.name)
                && let Some(value) = ask(field)
            {
                values.push((field, value));
            }
        }
        Ok(Self { kind, says_kind, values, begun })
    }

    /// Refuses a number, or another value that only one document of a kind can have, when another one than the
    /// document of this key has it. Drafts count.
    pub(super) fn check_unique(
        &self,
        root: &Path,
        key: &str,
        page_kinds: &[(String, String)],
        config: &Config,
    ) -> Result<(), Refusal> {
        let wanted: Vec<_> = self.values.iter().filter(|(field, _)| field.unique).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let folder = Source::new(root).folder(FOLDER, &config.ignored_content);
        for file in folder.files.iter().filter(|file| file.extension() == "md") {
            let (name, _) = Name::read(&file.path, config);
            if &*name.key == key || name.document().is_some() {
                continue;
            }
            let Ok(text) = file.read_text(&mut Vec::new()) else { continue };
            let table = front::split(file.path.as_str(), &text, &mut Vec::new()).table;
            let kind = match table.get("kind").map(|node| &node.value) {
                Some(data::Value::String(kind)) => kind,
                _ => kind_of_place(page_kinds, &name),
            };
            if kind != self.kind.name {
                continue;
            }
            for (field, value) in &wanted {
                let there = table.get(&field.name).and_then(|node| field.read(node).ok());
                // As two documents with one number are found when a site is built.
                if there.is_some_and(|there| there.to_string() == value.to_string()) {
                    let message = format!("{} has the {} `{value}` already", file.path, field.name);
                    return Err((message, Some(format!("choose another {}", field.name))));
                }
            }
        }
        Ok(())
    }

    /// The fields that the document must have and does not have yet.
    pub(super) fn missing(&self) -> Vec<&'a str> {
        let there = |field: &Field| self.values.iter().any(|(known, _)| known.name == field.name);
        let missing = self.kind.fields.iter().filter(|field| field.required && !there(field));
        missing.map(|field| field.name.as_str()).collect()
    }

    /// The lines of its front matter; of a translation into a language, those of its own.
    pub(super) fn lines(&self, translation: Option<&str>) -> Lines {
        let mut lines = Lines::default();
        let remark = translation.map_or(String::new(), |tag| format!(" # to be translated: {tag}"));
        if self.says_kind && translation.is_none() {
            lines.keys.push_str(&format!("kind = {}\n", toml_string(&self.kind.name)));
        }
        let mut optional = Vec::new();
        for field in self.kind.fields.iter().filter(|field| translation.is_none() || !field.shared) {
            let value =
                self.values.iter().find(|(known, _)| known.name == field.name).map(|(_, value)| value);
            match value {
                Some(value) => lines.keys.push_str(&format!("{} = {}{remark}\n", field.name, toml(value))),
                None if field.required => {
                    lines.keys.push_str(&format!(
                        "# {} = … must be there before the page is published\n",
                        field.name
                    ));
                }
                None => optional.push(field.name.as_str()),
            }
        }
        if !optional.is_empty() {
            lines.keys.push_str(&format!("# It may have: {}\n", optional.join(", ")));
        }
        let lifecycle = self.kind.lifecycle.as_ref().filter(|_| translation.is_none());
        // Where dates bring the first states about, nothing need be written.
        if let Some(state) = lifecycle.filter(|own| own.before.is_none()).and_then(|own| own.first.first()) {
            lines.tables = format!("\n[[history]]\nstate = {}\ndate = {}\n", toml_string(state), self.begun);
            let next = lifecycle.and_then(|own| own.state(state)).map_or(&[][..], |state| &state.next);
            if !next.is_empty() {
                lines
                    .tables
                    .push_str(&format!("# Next, each a [[history]] of its own: {}\n", next.join(", ")));
            }
        }
        lines
    }
}

/// A value as people write it on a command line: lists with commas.
fn read(field: &Field, text: &str) -> Result<Value, Refusal> {
    let node = |text: &str| Node { span: Span::default(), value: scalar(&field.value, text.trim()) };
    let node = match field.list {
        true => {
            let items = text.split(',').filter(|part| !part.trim().is_empty()).map(node).collect();
            Node { span: Span::default(), value: data::Value::List(items) }
        }
        false => node(text),
    };
    field.read(&node).map_err(|faults| {
        let fault = faults.into_iter().next().map(|(_, problem)| problem);
        fault.map_or_else(
            || (format!("`{text}` is no {}", field.name), None),
            |problem| (problem.message, problem.help),
        )
    })
}

fn scalar(value: &Type, text: &str) -> data::Value {
    let number = || text.parse().map(data::Value::Integer).or_else(|_| text.parse().map(data::Value::Float));
    match value {
        Type::Number => number().unwrap_or_else(|_| data::Value::String(text.to_owned())),
        Type::Bool if matches!(text, "true" | "false") => data::Value::Bool(text == "true"),
        _ => data::Value::String(text.to_owned()),
    }
}

/// Asks the person at the terminal; nothing for an empty answer.
fn ask(field: &Field) -> Option<Value> {
    let label = field.label.get("en", "en").unwrap_or(&field.name);
    let words = match &field.value {
        Type::Enum(words) => words.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(", "),
        Type::Date => "a date such as 2026-01-15".to_owned(),
        Type::Ref(target) if !target.to.is_empty() => format!("a {}", target.to.join(" or ")),
        value => value.word().to_owned(),
    };
    let many = if field.list { ", several with commas between them" } else { "" };
    loop {
        let mut err = std::io::stderr().lock();
        let _ = write!(err, "{label} ({words}{many}), or nothing for later: ");
        let _ = err.flush();
        drop(err);
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer).ok().filter(|&read| read > 0)?;
        if answer.trim().is_empty() {
            return None;
        }
        match read(field, answer.trim()) {
            Ok(value) => return Some(value),
            Err((message, help)) => {
                eprintln!("{message}{}", help.map_or(String::new(), |help| format!(" ({help})")));
            }
        }
    }
}

fn toml(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Word(text) | Value::Ref(text) => toml_string(text),
        Value::Date(when) => date(*when),
        Value::Integer(_) | Value::Float(_) | Value::Bool(_) => value.to_string(),
        Value::List(items) => {
            format!("[{}]", items.iter().map(|(item, _)| toml(item)).collect::<Vec<_>>().join(", "))
        }
    }
}

fn date(when: When) -> String {
    match when.precision() {
        Precision::Day => when.to_string(),
        Precision::Month | Precision::Year => toml_string(&when.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::kind::Kinds;

    fn lines(kind: &str, set: &[&str], translation: Option<&str>) -> Result<String, String> {
        let kinds = Kinds::read(None, &["en", "ru"]);
        let set: Vec<String> = set.iter().map(|&pair| pair.to_owned()).collect();
        let kind = kinds.get(kind).unwrap().clone();
        let begun = "2026-01-15".parse().unwrap();
        let document = Document::new(&kind, true, &set, begun).map_err(|(message, _)| message)?;
        let lines = document.lines(translation);
        Ok(lines.keys + &lines.tables)
    }

    #[test]
    fn a_document_begins_with_what_is_known() {
        let text = lines("standard", &["number=AI-01", "supersedes = a, @/b.md"], None).unwrap();
        assert_eq!(
            text,
            "kind = \"standard\"\nnumber = \"AI-01\"\nsupersedes = [\"a\", \"@/b.md\"]\n\
             # It may have: body, meeting, email\n\n[[history]]\nstate = \"draft\"\ndate = 2026-01-15\n\
             # Next, each a [[history]] of its own: consultation, adopted, withdrawn\n"
        );
        assert_eq!(lines("standard", &["number=AI-01"], Some("ru")).unwrap(), "");
        let text = lines("meeting", &["place=Astana"], None).unwrap();
        assert!(text.contains("# starts = … must be there") && !text.contains("history"), "{text}");
        let text = lines("meeting", &["place=Astana", "starts=2026-02"], Some("ru")).unwrap();
        assert!(
            text.contains("place = \"Astana\" # to be translated: ru") && !text.contains("starts"),
            "{text}"
        );
    }

    #[test]
    fn values_are_checked() {
        for (kind, pair, why) in [
            ("meeting", "starts=soon", "is not a date"),
            ("meeting", "start=2026-01-15", "has no field `start`"),
            ("organisation", "form=counsil", "cannot be `counsil`"),
            ("standard", "number", "is no key with a value"),
        ] {
            let said = lines(kind, &[pair], None).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }
}
