//! The front matter of a page that `kenes new` makes.

use crate::base::data::{Node, Table, Value};
use crate::content::front;

/// What a translation has in common with its original, besides its title. `draft` is not among it:
/// each language is finished on a day of its own.
const SHARED: &[&str] = &["weight", "sort_by", "paginate_by", "generate_feeds"];

/// The table of terms, which are the same in all languages.
const TERMS: &str = "taxonomies";

/// What the original of a translation says.
pub(super) struct Original(Table);

impl Original {
    /// Reads the text of a file. Its mistakes are for the next build to report.
    pub(super) fn read(path: &str, text: &str) -> Self {
        Self(front::split(path, text, &mut Vec::new()).table)
    }

    /// Its title.
    pub(super) fn title(&self) -> Option<String> {
        match &self.0.get("title")?.value {
            Value::String(title) => Some(title.clone()),
            _ => None,
        }
    }
}

/// What a document says beside what all pages say.
#[derive(Default)]
pub(super) struct Lines {
    /// Keys, each on a line.
    pub keys: String,
    /// Tables, which stand behind all keys.
    pub tables: String,
}

/// Writes front matter; a version of a document needs no title. With a language's tag, the title is still to be translated into it.
pub(super) fn write(
    title: Option<&str>,
    draft: bool,
    to_translate: Option<&str>,
    of: Option<&Original>,
    document: &Lines,
) -> String {
    let remark = to_translate.map_or(String::new(), |tag| format!(" # to be translated: {tag}"));
    let title = title.map_or(String::new(), |title| format!("title = {}{remark}\n", toml_string(title)));
    let mut text = format!("+++\n{title}");
    let original = of.map(|of| &of.0);
    for key in SHARED {
        if let Some(value) = original.and_then(|table| table.get(key)).and_then(toml) {
            text.push_str(&format!("{key} = {value}\n"));
        }
    }
    text.push_str(&document.keys);
    if draft {
        text.push_str("draft = true\n");
    }
    if let Some(Value::Table(terms)) = original.and_then(|table| table.get(TERMS)).map(|node| &node.value) {
        text.push_str(&format!("\n[{TERMS}]\n"));
        for entry in &terms.entries {
            if let Some(value) = toml(&entry.node) {
                text.push_str(&format!("{} = {value}\n", toml_string(&entry.key)));
            }
        }
    }
    text.push_str(&document.tables);
    text.push_str("+++\n\n");
    text
}

/// A value as TOML; none of those that no shared key takes.
fn toml(node: &Node) -> Option<String> {
    Some(match &node.value {
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::String(value) => toml_string(value),
        Value::List(items) => {
            let items: Option<Vec<String>> = items.iter().map(toml).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Null | Value::Float(_) | Value::Moment(_) | Value::Table(_) => return None,
    })
}

/// A basic string of TOML (version 1.0, "String").
pub(super) fn toml_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_written_so_that_toml_reads_them() {
        let title = "The \"first\" \\ meeting\n\u{7f}Қазақ";
        let table = crate::base::data::parse_toml(&format!("title = {}", toml_string(title))).unwrap();
        assert_eq!(table.get("title").unwrap().value, Value::String(title.to_owned()));
    }

    #[test]
    fn a_translation_shares_what_is_the_same_in_all_languages() {
        let text = "---\ntitle: News\nweight: 2\nsort_by: date\nslug: n\ntaxonomies:\n  topics: [law, \"A \\\"b\\\"\"]\n---\n";
        let original = Original::read("content/news.md", text);
        assert_eq!(original.title().unwrap(), "News");
        assert_eq!(
            write(Some("News"), true, Some("kk"), Some(&original), &Lines::default()),
            "+++\ntitle = \"News\" # to be translated: kk\nweight = 2\nsort_by = \"date\"\ndraft = true\n\n\
             [taxonomies]\n\"topics\" = [\"law\", \"A \\\"b\\\"\"]\n+++\n\n"
        );
    }
}
