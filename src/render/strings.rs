//! The strings of a theme, per language, with plural forms by CLDR category.

use std::collections::{BTreeMap, BTreeSet};

use super::errors::REPORTED;
use crate::base::codes;
use crate::base::data::{Entry, Node, Value, parse_toml};
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::locale::Locale;
use crate::base::suggest::did_you_mean;
use crate::config::{Config, FILE_NAME};
use crate::content::markdown::Word;
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
    /// Languages of the site without a single string: reported once, not at every string.
    missing: BTreeSet<String>,
}

impl Strings {
    /// Reads a theme's `i18n/LANG.toml` over what is known.
    pub(super) fn read(&mut self, lang: &str, file: &File, problems: &mut Vec<Diagnostic>) {
        let path = file.path.as_str();
        // A file that cannot be read is there all the same.
        self.languages.entry(lang.to_owned()).or_default();
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

    /// Reports the languages of the site that the theme has nothing in. `folder` is the theme's, if
    /// files can be put there.
    pub(super) fn check_languages(
        &mut self,
        config: &Config,
        folder: Option<&str>,
        problems: &mut Vec<Diagnostic>,
    ) {
        if self.languages.is_empty() {
            return;
        }
        let known = self.languages.keys().cloned().collect::<Vec<_>>().join(", ");
        for language in &config.languages {
            let lang = language.lang.as_str();
            let is_country = language.lang.meant().is_some();
            if is_country || self.languages.contains_key(lang) || !language.translations.is_empty() {
                continue;
            }
            let place = match language.span {
                Some(span) => Location::later(FILE_NAME, span),
                None => Location::file(FILE_NAME),
            };
            let message = format!("the theme `{}` has no strings in `{lang}`, only in {known}", config.theme);
            let file = folder.map_or(String::new(), |folder| format!("{folder}/i18n/{lang}.toml, or into "));
            let help = format!("write them into {file}[language.{lang}.translations] of kenes.toml");
            problems.push(Diagnostic::error(codes::MISSING_STRING, message).at(place).help(help));
            self.missing.insert(lang.to_owned());
        }
    }

    /// Warns of the site's strings that the theme has in no language and that none of the templates
    /// asks for. A template may make the name of a string of parts: that it begins with one is enough.
    pub(super) fn check_own(&self, config: &Config, texts: &[&str], problems: &mut Vec<Diagnostic>) {
        let all: BTreeSet<&str> =
            self.languages.values().flat_map(BTreeMap::keys).map(String::as_str).collect();
        let asked = |key: &str| {
            let quoted = [format!("\"{key}\""), format!("'{key}'")];
            let begins = key.match_indices(['_', '-', '.']).flat_map(|(at, _)| {
                let part = &key[..=at];
                [format!("\"{part}\""), format!("'{part}'")]
            });
            let words: Vec<String> = quoted.into_iter().chain(begins).collect();
            texts.iter().any(|text| words.iter().any(|word| text.contains(word.as_str())))
        };
        for entry in config.languages.iter().flat_map(|language| language.translations.values()) {
            let key = entry.key.as_str();
            if all.contains(key) || Word::ALL.iter().any(|word| word.key() == key) || asked(key) {
                continue;
            }
            let message = format!("the theme has no string `{key}`, and no template asks for it");
            let help = did_you_mean(key, all.iter().copied()).unwrap_or_else(|| "remove it".to_owned());
            let place = Location::later(FILE_NAME, entry.key_span);
            problems.push(Diagnostic::warning(codes::UNKNOWN_KEY, message).at(place).help(help));
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
            for (key, entry) in &language.translations {
                if let Some(form) = form(&entry.node) {
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
        if self.missing.contains(lang) {
            return Err(REPORTED.to_owned());
        }
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
