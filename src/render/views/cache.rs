//! Views that many pages show, made once.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use tera::value::Key;
use tera::{Map, TeraResult, Value};

use super::ConfigView;
use crate::relate::record::{Reads, apart, during, note};
use crate::relate::{ItemId, Key as Read, Reader};
use crate::render::theme::Theme;
use crate::render::{Mode, Renderer, scope};

/// What is the same on every page of a language.
pub(crate) struct LanguageViews {
    pub config: Value,
    pub lang: Value,
}

/// Something that was made once for many, and what was read for it.
struct Made {
    value: Value,
    reads: Reads,
}

type Slot = OnceLock<Arc<Made>>;

/// A template rendered for some arguments.
#[derive(Clone)]
struct Fragment {
    html: Arc<Made>,
    template: String,
    language: usize,
    in_text: bool,
    args: Vec<(String, Value)>,
}

/// Views by language and by item. What directives are given lacks texts that have directives
/// themselves (see `Renderer::may_render`), and is kept apart: the second of each pair.
pub(crate) struct Views {
    languages: Arc<[LanguageViews]>,
    briefs: [Vec<Slot>; 2],
    sections: [Vec<Slot>; 2],
    fragments: RwLock<BTreeMap<Arc<str>, Fragment>>,
}

impl Views {
    pub(crate) fn new(reader: &Reader, theme: &Theme, mode: Mode) -> Self {
        let languages = (0..reader.config().languages.len())
            .map(|language| language_views(reader, theme, mode, language));
        Self::empty(languages.collect(), reader.count())
    }

    fn empty(languages: Arc<[LanguageViews]>, count: usize) -> Self {
        Self {
            languages,
            briefs: [slots(count), slots(count)],
            sections: [slots(count), slots(count)],
            fragments: RwLock::default(),
        }
    }

    /// The views of a library of `count` items that came of this one's: those that `keep` says are
    /// the same in it. `moved` gives the new number of an item.
    pub(crate) fn carried(
        &self,
        count: usize,
        moved: impl Fn(ItemId) -> Option<ItemId>,
        keep: impl Fn(&Read) -> bool,
    ) -> Self {
        let mut carried = Self::empty(self.languages.clone(), count);
        for in_text in [false, true] {
            let at = usize::from(in_text);
            let pairs = [
                (&self.briefs[at], &mut carried.briefs[at], Read::Brief as fn(ItemId, bool) -> Read),
                (&self.sections[at], &mut carried.sections[at], Read::Full as fn(ItemId, bool) -> Read),
            ];
            for (old, new, read) in pairs {
                for (id, slot) in (0..).map(ItemId).zip(old) {
                    if let (Some(made), Some(to)) = (slot.get(), moved(id))
                        && keep(&read(id, in_text))
                        && let Some(slot) = new.get_mut(to.index())
                    {
                        *slot = OnceLock::from(made.clone());
                    }
                }
            }
        }
        let fragments = self.fragments.read().unwrap_or_else(PoisonError::into_inner);
        let kept = fragments.iter().filter(|(name, _)| keep(&Read::Fragment(Arc::clone(name))));
        carried.fragments = RwLock::new(kept.map(|(name, kept)| (name.clone(), kept.clone())).collect());
        carried
    }

    /// What was read to make one of the views; `None` if it was not made.
    pub(crate) fn reads(&self, made: &Read) -> Option<Reads> {
        let slot = |slots: &[Vec<Slot>; 2], id: &ItemId, in_text: &bool| {
            slots[usize::from(*in_text)].get(id.index())?.get().map(|made| made.reads.clone())
        };
        match made {
            Read::Brief(id, in_text) => slot(&self.briefs, id, in_text),
            Read::Full(id, in_text) => slot(&self.sections, id, in_text),
            Read::Fragment(name) => {
                let fragments = self.fragments.read().unwrap_or_else(PoisonError::into_inner);
                fragments.get(name).map(|fragment| fragment.html.reads.clone())
            }
            _ => None,
        }
    }

    pub(crate) fn language(&self, language: usize) -> &LanguageViews {
        &self.languages[language]
    }

    fn find_fragment(&self, name: &str) -> Option<Fragment> {
        self.fragments.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// The brief view of an item, made by `make` if it is not there yet.
    fn brief(&self, id: ItemId, make: impl FnOnce() -> Value) -> Value {
        let in_text = scope::in_text();
        note(|| Read::Brief(id, in_text));
        kept(&self.briefs[usize::from(in_text)][id.index()], make)
    }

    /// The full view of a section. A failure is not kept: everybody who asks must meet it, so that
    /// the section's own page reports it. What was read for it is noted for who asked.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) fn section<E>(&self, id: ItemId, make: impl FnOnce() -> Result<Value, E>) -> Result<Value, E> {
        let in_text = scope::in_text();
        let slot = &self.sections[usize::from(in_text)][id.index()];
        if slot.get().is_none() {
            let (value, reads) = apart(make);
            match value {
                Ok(value) => drop(slot.set(Arc::new(Made { value, reads }))),
                Err(failed) => {
                    reads.iter().for_each(|read| note(|| read.clone()));
                    return Err(failed);
                }
            }
        }
        note(|| Read::Full(id, in_text));
        Ok(slot.get().map_or_else(Value::none, |made| made.value.clone()))
    }
}

fn slots(count: usize) -> Vec<Slot> {
    std::iter::repeat_with(OnceLock::new).take(count).collect()
}

/// A view is made without holding a lock, because making it may need other views, and those this
/// one. Two threads may make it at the same time: the result is the same.
fn kept(slot: &Slot, make: impl FnOnce() -> Value) -> Value {
    if let Some(made) = slot.get() {
        return made.value.clone();
    }
    let (value, reads) = apart(make);
    let _ = slot.set(Arc::new(Made { value: value.clone(), reads }));
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
    /// A template that depends on its arguments and the language only, rendered once for each of them.
    /// Two threads may render it at the same time: the result is the same.
    ///
    /// # Errors
    /// Those of the template.
    pub(crate) fn fragment(
        self: &Arc<Self>,
        template: &str,
        language: usize,
        args: Vec<(String, Value)>,
    ) -> TeraResult<Value> {
        let in_text = scope::in_text();
        let name: Arc<str> = format!("{template}\0{language}\0{in_text}\0{args:?}").into();
        if let Some(known) = self.views.find_fragment(&name) {
            note(|| Read::Fragment(name));
            return Ok(known.html.value.clone());
        }
        let (html, reads) = apart(|| self.render_fragment(template, language, &args));
        match html {
            Ok(value) => {
                note(|| Read::Fragment(name.clone()));
                let html = Arc::new(Made { value: value.clone(), reads });
                let made = Fragment { html, template: template.to_owned(), language, in_text, args };
                self.views.fragments.write().unwrap_or_else(PoisonError::into_inner).insert(name, made);
                Ok(value)
            }
            Err(failed) => {
                reads.iter().for_each(|read| note(|| read.clone()));
                Err(failed)
            }
        }
    }

    fn render_fragment(
        &self,
        template: &str,
        language: usize,
        args: &[(String, Value)],
    ) -> TeraResult<Value> {
        let mut context = tera::Context::new();
        let shared = self.views.language(language);
        context.insert_value("config", shared.config.clone());
        context.insert_value("lang", shared.lang.clone());
        context.insert_value("kenes_version", Value::from(env!("CARGO_PKG_VERSION")));
        for (name, value) in args {
            context.insert_value(name.clone(), value.clone());
        }
        self.theme.tera.render(template, &context).map(|html| Value::safe_string(&html))
    }

    /// Whether a fragment is now what it was in `old`; what was read for it now is kept here.
    pub(crate) fn is_same_fragment(self: &Arc<Self>, name: &str, old: &Self) -> bool {
        let Some(was) = old.views.find_fragment(name) else { return false };
        let render = || self.fragment(&was.template, was.language, was.args.clone());
        // A frame, so that what is read is told apart for the fragments inside.
        let now = during(|| match was.in_text {
            true => scope::enter_text(self, was.language, render),
            false => scope::enter(self, was.language, render),
        });
        now.0.is_ok_and(|now| now.as_str() == was.html.value.as_str())
    }

    /// The brief view of a page or section, as lists show it.
    pub(crate) fn brief(self: &Arc<Self>, id: ItemId) -> Value {
        self.views.brief(id, || self.make_brief(id))
    }

    /// Brief views of many.
    pub(crate) fn briefs(self: &Arc<Self>, ids: &[ItemId]) -> Value {
        Value::from(ids.iter().map(|&id| self.brief(id)).collect::<Vec<_>>())
    }
}
