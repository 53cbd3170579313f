//! The languages of a site, each with its own title, strings and feeds.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::data::{Entry, Fields, Value};
use crate::base::diagnostic::Diagnostic;
use crate::base::lang::Lang;
use crate::base::span::Span;

/// One language of the site.
#[derive(Clone, Debug, PartialEq)]
pub struct Language {
    /// Its tag.
    pub lang: Lang,
    /// Its name in itself: `Русский`.
    pub name: String,
    /// The site's title in it.
    pub title: String,
    /// The site's description in it.
    pub description: Option<String>,
    /// Whether the site has a feed in it.
    pub generate_feeds: bool,
    /// Strings that replace the theme's: a text, or a table of plural forms.
    pub translations: BTreeMap<String, Entry>,
    /// Where `kenes.toml` names it.
    pub span: Option<Span>,
}

impl Language {
    /// A language about which the settings say nothing more.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        let name = own_name(lang.as_str()).unwrap_or(lang.as_str()).to_owned();
        Self {
            lang,
            name,
            title: String::new(),
            description: None,
            generate_feeds: false,
            translations: BTreeMap::new(),
            span: None,
        }
    }

    /// Another language of the same site: what the root says holds for it too.
    pub(super) fn in_another(&self, lang: Lang) -> Self {
        Self {
            title: self.title.clone(),
            description: self.description.clone(),
            generate_feeds: self.generate_feeds,
            ..Self::new(lang)
        }
    }

    /// Reads a language's own table over what the root said.
    pub(super) fn read(&mut self, table: &str, mut fields: Fields<'_>) {
        if let Some(name) = fields.string("name") {
            self.name = name;
        }
        if let Some(title) = fields.string("title") {
            self.title = title;
        }
        if let Some(description) = fields.string("description") {
            self.description = Some(description);
        }
        if let Some(feeds) = fields.bool("generate_feeds") {
            self.generate_feeds = feeds;
        }
        if let Some(table) = fields.table("translations") {
            read_strings(&mut self.translations, &mut fields.inner(table));
        }
        fields.finish(&format!("[{table}.{}]", self.lang));
    }
}

/// Reads a table of strings: texts, or tables of plural forms by CLDR category.
pub(super) fn read_strings(into: &mut BTreeMap<String, Entry>, fields: &mut Fields<'_>) {
    for entry in fields.entries() {
        let Entry { key, node, .. } = entry;
        let good = match &node.value {
            Value::String(_) => true,
            Value::Table(forms) => {
                forms.get("other").is_some()
                    && forms.entries.iter().all(|form| matches!(form.node.value, Value::String(_)))
            }
            _ => false,
        };
        if good {
            into.insert(key.clone(), entry.clone());
        } else {
            let message =
                format!("the string `{key}` must be a text or a table of plural forms with `other`");
            let help = "write key = \"text\" or key = { one = \"…\", other = \"…\" }";
            fields.problem(node.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
        }
    }
}

/// A language's name in itself, for the languages that a portal of the region is likely to have.
fn own_name(tag: &str) -> Option<&'static str> {
    Some(match tag {
        "kk" => "Қазақша",
        "ru" => "Русский",
        "en" => "English",
        "ky" => "Кыргызча",
        "uz" => "Oʻzbekcha",
        "tg" => "Тоҷикӣ",
        "tk" => "Türkmençe",
        "az" => "Azərbaycanca",
        "tr" => "Türkçe",
        "uk" => "Українська",
        "de" => "Deutsch",
        "fr" => "Français",
        "es" => "Español",
        "zh" => "中文",
        "ar" => "العربية",
        _ => return None,
    })
}
