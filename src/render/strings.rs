//! The strings of a theme, per language, with plural forms by CLDR category.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::data::{Entry, Node, Value, parse_toml};
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::locale::Locale;
use crate::base::suggest::did_you_mean;
use crate::config::Config;
use crate::source::File;

/// A string: one text, or one for each plural category.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Text(String),
    Plural(BTreeMap<String, String>),
}

/// All strings, by language and key.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    languages: BTreeMap<String, BTreeMap<String, Form>>,
}

impl Strings {
    /// Reads a theme's `i18n/LANG.toml` over what is known.
    pub(super) fn read(&mut self, lang: &str, file: &File, problems: &mut Vec<Diagnostic>) {
        let path = file.path.as_str();
        let text = match file.read_text(problems) {
            Ok(text) => text,
            Err(problem) => return problems.push(*problem),
        };
        let table = match parse_toml(&text) {
            Ok(table) => table,
            Err(errors) => {
                problems.extend(
                    errors.iter().map(|error| error.diagnostic(codes::SYNTAX, "TOML", path, &text, 0)),
                );
                return;
            }
        };
        for Entry { key, node, .. } in &table.entries {
            if let Some(form) = form(node) {
                self.languages.entry(lang.to_owned()).or_default().insert(key.clone(), form);
            } else {
                let message =
                    format!("the string `{key}` must be a text or a table of plural forms with `other`");
                let place = Location::span(path, &text, node.span);
                let help = format!("write {key} = \"…\" or {key} = {{ one = \"…\", other = \"…\" }}");
                problems.push(Diagnostic::error(codes::WRONG_TYPE, message).at(place).help(help));
            }
        }
    }

    /// Lays the site's own strings over the theme's.
    pub(super) fn finish(&mut self, config: &Config) {
        for language in &config.languages {
            // A country's code is reported where the settings have it; one report is enough.
            if let Some((meant, _)) = language.lang.meant()
                && let Some(strings) = self.languages.get(meant).cloned()
            {
                self.languages.entry(language.lang.as_str().to_owned()).or_insert(strings);
            }
            for (key, node) in &language.translations {
                if let Some(form) = form(node) {
                    let own = self.languages.entry(language.lang.as_str().to_owned()).or_default();
                    own.insert(key.clone(), form);
                }
            }
        }
    }

    /// A string in a language; `count` chooses the plural form and stands for `{count}`.
    ///
    /// # Errors
    /// There is no such string in that language: says so, with the nearest key.
    pub(crate) fn get(
        &self,
        key: &str,
        lang: &str,
        locale: &Locale,
        count: Option<f64>,
        values: &[(&str, String)],
    ) -> Result<String, String> {
        let known = self.languages.get(lang);
        let Some(form) = known.and_then(|known| known.get(key)) else {
            let near = known.and_then(|known| did_you_mean(key, known.keys().map(String::as_str)));
            let near = near.unwrap_or_else(|| {
                format!("add it to i18n/{lang}.toml of the theme, or to `translations` in kenes.toml")
            });
            return Err(format!("the theme has no string `{key}` in `{lang}`\n{near}"));
        };
        let text = match (form, count) {
            (Form::Text(text), _) => text,
            (Form::Plural(forms), count) => {
                let category = count.map_or("other", |count| locale.plural_f64(count));
                forms.get(category).or_else(|| forms.get("other")).map_or("", String::as_str)
            }
        };
        let mut text = text.to_owned();
        if let Some(count) = count {
            text = text.replace("{count}", &locale.number(count));
        }
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        Ok(text)
    }
}

fn form(node: &Node) -> Option<Form> {
    match &node.value {
        Value::String(text) => Some(Form::Text(text.clone())),
        Value::Table(table) => {
            let mut forms = BTreeMap::new();
            for entry in &table.entries {
                let Value::String(text) = &entry.node.value else { return None };
                forms.insert(entry.key.clone(), text.clone());
            }
            forms.contains_key("other").then_some(Form::Plural(forms))
        }
        _ => None,
    }
}
