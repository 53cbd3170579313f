//! Words for people, by language: the names of kinds, fields and states, and notes on them.

use crate::base::codes;
use crate::base::data::{Fields, Node, Value};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;

/// One text for all languages, or one for each: `"Draft"`, or `{ en = "Draft", ru = "Черновик" }`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Label {
    every: Option<String>,
    own: Vec<(String, String)>,
}

impl Label {
    /// The same text in all languages.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self { every: Some(text.to_owned()), own: Vec::new() }
    }

    /// The text in a language: its own, that of its primary language (RFC 4647, section 3.4: `kk` for
    /// `kk-KZ`), that of the site's default language, English, whatever there is.
    #[must_use]
    pub fn get(&self, lang: &str, default: &str) -> Option<&str> {
        self.exact(lang).or_else(|| {
            let primary = lang.split('-').next().unwrap_or(lang);
            let named =
                |tag: &str| self.own.iter().find(|(own, _)| own == tag).map(|(_, text)| text.as_str());
            let first = || self.own.first().map(|(_, text)| text.as_str());
            named(primary).or_else(|| named(default)).or_else(|| named("en")).or_else(first)
        })
    }

    /// The text that was written for this language, or for all of them.
    #[must_use]
    pub fn exact(&self, lang: &str) -> Option<&str> {
        let own = self.own.iter().find(|(tag, _)| tag == lang).map(|(_, text)| text);
        own.or(self.every.as_ref()).map(String::as_str)
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.every.is_none() && self.own.is_empty()
    }

    /// Reads the label of a key. Languages outside of `languages` are mistakes, but for places that
    /// `pass` lets pass: what is built in knows languages that a site need not have.
    pub fn read(
        fields: &mut Fields<'_>,
        key: &str,
        node: &Node,
        languages: &[&str],
        pass: &dyn Fn(Span) -> bool,
    ) -> Self {
        let mut label = Self::default();
        match &node.value {
            Value::String(text) => label.every = Some(text.clone()),
            Value::Table(table) => {
                for entry in &table.entries {
                    if !languages.contains(&entry.key.as_str()) && !pass(entry.key_span) {
                        let message = format!("`{}` is not one of the site's languages", entry.key);
                        let help = did_you_mean(&entry.key, languages.iter().copied())
                            .unwrap_or_else(|| format!("they are: {}", languages.join(", ")));
                        let problem = Diagnostic::error(codes::BAD_VALUE, message).help(help);
                        fields.problem(entry.key_span, problem);
                    } else if let Value::String(text) = &entry.node.value {
                        label.own.push((entry.key.clone(), text.clone()));
                    } else {
                        wrong(fields, key, &entry.node);
                    }
                }
            }
            _ => wrong(fields, key, node),
        }
        label
    }
}

fn wrong(fields: &mut Fields<'_>, key: &str, node: &Node) {
    let message = format!("`{key}` must be a text, or a table of texts, and is {}", node.value.kind());
    let help = format!("write {key} = \"…\", or {key} = {{ en = \"…\", ru = \"…\" }}");
    fields.problem(node.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_language_speaks() {
        let label = Label {
            every: None,
            own: vec![("ru".into(), "Проект".into()), ("en".into(), "Draft".into())],
        };
        assert_eq!(label.get("ru-KZ", "kk"), Some("Проект"));
        assert_eq!(label.get("de", "ru"), Some("Проект"));
        assert_eq!(label.get("de", "kk"), Some("Draft"));
        assert_eq!(label.exact("kk"), None);
        assert_eq!(Label::plain("x").get("kk", "ru"), Some("x"));
        assert_eq!(Label::default().get("kk", "ru"), None);
    }
}
