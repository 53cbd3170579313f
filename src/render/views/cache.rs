//! Views that many pages show, made once.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use tera::value::Key;
use tera::{Map, Value};

use super::ConfigView;
use crate::relate::{ItemId, Reader};
use crate::render::theme::Theme;
use crate::render::{Mode, Renderer, scope};

/// What is the same on every page of a language.
pub(crate) struct LanguageViews {
    pub config: Value,
    pub lang: Value,
}

/// Views by language and by item. What directives are given lacks texts that have directives
/// themselves (see `Renderer::may_render`), and is kept apart: the second of each pair.
pub(crate) struct Views {
    languages: Vec<LanguageViews>,
    briefs: [Vec<OnceLock<Value>>; 2],
    sections: [Vec<OnceLock<Value>>; 2],
    fragments: RwLock<BTreeMap<String, Value>>,
}

impl Views {
    pub(crate) fn new(reader: &Reader, theme: &Theme, mode: Mode) -> Self {
        let count = reader.count();
        let languages = (0..reader.config().languages.len())
            .map(|language| language_views(reader, theme, mode, language));
        Self {
            languages: languages.collect(),
            briefs: [slots(count), slots(count)],
            sections: [slots(count), slots(count)],
            fragments: RwLock::default(),
        }
    }

    pub(crate) fn language(&self, language: usize) -> &LanguageViews {
        &self.languages[language]
    }

    /// A template rendered for some arguments, made by `make` if it is not there yet. Two threads may
    /// make it at the same time: the result is the same.
    pub(crate) fn fragment(
        &self,
        template: &str,
        language: usize,
        args: &[(&str, &Value)],
        make: impl FnOnce() -> tera::TeraResult<Value>,
    ) -> tera::TeraResult<Value> {
        let key = format!("{template}\0{language}\0{}\0{args:?}", scope::in_text());
        if let Some(value) = self.fragments.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(value.clone());
        }
        let value = make()?;
        self.fragments.write().unwrap_or_else(PoisonError::into_inner).insert(key, value.clone());
        Ok(value)
    }

    /// The brief view of an item, made by `make` if it is not there yet.
    pub(crate) fn brief(&self, id: ItemId, make: impl FnOnce() -> Value) -> Value {
        kept(&self.briefs[usize::from(scope::in_text())][id.index()], make)
    }

    /// The full view of a section. A failure is not kept: everybody who asks must meet it, so that
    /// the section's own page reports it.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) fn section<E>(&self, id: ItemId, make: impl FnOnce() -> Result<Value, E>) -> Result<Value, E> {
        let slot = &self.sections[usize::from(scope::in_text())][id.index()];
        match slot.get() {
            Some(value) => Ok(value.clone()),
            None => make().inspect(|value| {
                let _ = slot.set(value.clone());
            }),
        }
    }
}

fn slots(count: usize) -> Vec<OnceLock<Value>> {
    std::iter::repeat_with(OnceLock::new).take(count).collect()
}

/// A view is made without holding a lock, because making it may need other views, and those this
/// one. Two threads may make it at the same time: the result is the same.
fn kept(slot: &OnceLock<Value>, make: impl FnOnce() -> Value) -> Value {
    if let Some(value) = slot.get() {
        return value.clone();
    }
    let value = make();
    let _ = slot.set(value.clone());
    value
}

fn language_views(reader: &Reader, theme: &Theme, mode: Mode, language: usize) -> LanguageViews {
    let config = reader.config();
    let own = &config.languages[language];
    let languages: Vec<Value> = config
        .languages
        .iter()
        .map(|language| {
            let mut map = Map::new();
            map.insert(Key::Str("code"), Value::from(language.lang.as_str()));
            map.insert(Key::Str("name"), Value::from(language.name.as_str()));
            map.insert(Key::Str("title"), Value::from(language.title.as_str()));
            Value::from(map)
        })
        .collect();
    let taxonomies: Vec<Value> = config
        .taxonomies
        .iter()
        .enumerate()
        .map(|(index, taxonomy)| {
            let mut map = Map::new();
            map.insert(Key::Str("name"), Value::from(taxonomy.name.as_str()));
            map.insert(Key::Str("slug"), Value::from(reader.taxonomy_at(language, index).slug.as_str()));
            map.insert(Key::Str("paginate_by"), Value::from(taxonomy.paginate_by));
            map.insert(Key::Str("paginate_path"), Value::from(taxonomy.paginate_path.as_str()));
            map.insert(Key::Str("feed"), Value::from(taxonomy.feed));
            map.insert(Key::Str("render"), Value::from(taxonomy.render));
            Value::from(map)
        })
        .collect();
    let view = ConfigView {
        base_url: config.base_url.clone(),
        title: own.title.clone(),
        description: own.description.clone(),
        author: config.author.clone(),
        default_language: config.default_language().lang.to_string(),
        languages: Value::from(languages),
        taxonomies: Value::from(taxonomies),
        generate_feeds: own.generate_feeds,
        feed_filenames: vec![config.feed_filename.clone()],
        mode: match mode {
            Mode::Build => "build",
            Mode::Serve => "serve",
        },
        extra: super::table(&theme.extra),
    };
    LanguageViews { config: Value::from(view), lang: Value::from(own.lang.as_str()) }
}

impl Renderer {
    /// The brief view of a page or section, as lists show it.
    pub(crate) fn brief(self: &Arc<Self>, id: ItemId) -> Value {
        self.views.brief(id, || self.make_brief(id))
    }

    /// Brief views of many.
    pub(crate) fn briefs(self: &Arc<Self>, ids: &[ItemId]) -> Value {
        Value::from(ids.iter().map(|&id| self.brief(id)).collect::<Vec<_>>())
    }
}
