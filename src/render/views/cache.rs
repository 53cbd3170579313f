//! Views that many pages show, made once.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use tera::value::Key;
use tera::{Map, TeraResult, Value};

use super::ConfigView;
use crate::base::chunks::Chunks;
use crate::config::Config;
use crate::plan::cards::web_manifest;
use crate::plan::{Plan, SearchPart, search};
use crate::relate::record::{Reads, apart, during, listening, note};
use crate::relate::{ItemId, Key as Read, Reader};
use crate::render::follow::Moved;
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
    /// Whether somebody has been told what was read: only then can it be known when it is stale.
    noted: AtomicBool,
}

impl Made {
    fn new(value: Value, reads: Reads) -> Arc<Self> {
        Arc::new(Self { value, reads, noted: AtomicBool::new(false) })
    }
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
/// themselves (see `Renderer::may_render`), and is kept apart.
pub(crate) struct Views {
    languages: Arc<[LanguageViews]>,
    /// Brief views of all items. A chunk that is full is never written again, and may be shared with
    /// the views of the next state of the site.
    briefs: Chunks<Slot>,
    /// How items are named by others: see [`super::reference`]. That follows from titles and addresses
    /// alone, so that states of the site which differ in texts share all of them.
    references: Chunks<OnceLock<Value>>,
    /// Full views of sections, and all that directives were given.
    few: RwLock<BTreeMap<Read, Arc<Made>>>,
    fragments: RwLock<BTreeMap<Arc<str>, Fragment>>,
    /// What was made while somebody listened, since these views began.
    log: Mutex<Vec<Read>>,
}

impl Views {
    pub(crate) fn new(reader: &Reader, plan: &Plan, theme: &Theme, mode: Mode) -> Self {
        let languages = (0..reader.config().languages.len())
            .map(|language| language_views(reader, plan, theme, mode, language));
        Self::of(languages.collect(), empty(reader.count()), empty(reader.count()))
    }

    fn of(
        languages: Arc<[LanguageViews]>,
        briefs: Chunks<Slot>,
        references: Chunks<OnceLock<Value>>,
    ) -> Self {
        Self {
            languages,
            briefs,
            references,
            few: RwLock::default(),
            fragments: RwLock::default(),
            log: Mutex::default(),
        }
    }

    /// The views of the next state of the site: these without those in `stale`, and without those of
    /// which nobody knows what was read for them. `moved` gives the new number of an item among
    /// `count`; without it the items are the same.
    pub(crate) fn carried(&self, stale: &BTreeSet<Read>, moved: Option<(usize, Moved<'_>)>) -> Self {
        let mut gone = stale.clone();
        // Held to the end: what is made meanwhile, of the old state, must not slip in.
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        for made in log.iter() {
            if self.made(made).is_some_and(|made| !made.noted.load(Ordering::Relaxed)) {
                gone.insert(made.clone());
            }
        }
        let briefs = match moved {
            Some((count, moved)) => {
                let mut slots: Vec<Slot> = std::iter::repeat_with(OnceLock::new).take(count).collect();
                for (id, slot) in (0..).map(ItemId).zip(self.briefs.iter()) {
                    if let Some(made) = slot.get().filter(|_| !gone.contains(&Read::Brief(id, false)))
                        && let Some(slot) = moved(id).and_then(|to| slots.get_mut(to.index()))
                    {
                        *slot = OnceLock::from(made.clone());
                    }
                }
                slots.into_iter().collect()
            }
            None => self.briefs.with_chunks(|first, chunk| {
                let ids = ItemId::at(first)..ItemId::at(first + chunk.len());
                let range = Read::Brief(ids.start, false)..Read::Brief(ids.end, false);
                let loses = gone.range(range).any(|read| matches!(read, Read::Brief(_, false)));
                if !loses && chunk.iter().all(|slot| slot.get().is_some()) {
                    return chunk.clone();
                }
                let keep = |(at, slot): (usize, &Slot)| match gone
                    .contains(&Read::Brief(ItemId::at(first + at), false))
                {
                    true => OnceLock::new(),
                    false => slot.clone(),
                };
                chunk.iter().enumerate().map(keep).collect()
            }),
        };
        let references = match moved {
            Some((count, _)) => empty(count),
            None => self.references.clone(),
        };
        let mut carried = Self::of(self.languages.clone(), briefs, references);
        let few = self.few.read().unwrap_or_else(PoisonError::into_inner);
        let kept = few.iter().filter(|(read, _)| !gone.contains(*read)).filter_map(|(read, made)| {
            let to = match (moved, read.item()) {
                (Some((_, moved)), Some(id)) => moved(id)?,
                (_, Some(id)) => id,
                (_, None) => return None,
            };
            Some((read.clone().of(to), made.clone()))
        });
        carried.few = RwLock::new(kept.collect());
        let fragments = self.fragments.read().unwrap_or_else(PoisonError::into_inner);
        let kept = fragments.iter().filter(|(name, _)| !gone.contains(&Read::Fragment(Arc::clone(name))));
        carried.fragments = RwLock::new(kept.map(|(name, kept)| (name.clone(), kept.clone())).collect());
        carried
    }

    fn made(&self, read: &Read) -> Option<Arc<Made>> {
        match read {
            Read::Brief(id, false) => self.briefs.get(id.index())?.get().cloned(),
            Read::Fragment(name) => self.find_fragment(name).map(|fragment| fragment.html),
            _ => self.few.read().unwrap_or_else(PoisonError::into_inner).get(read).cloned(),
        }
    }

    /// What was read to make one of the views, for somebody who will say when it is stale; `None` if it
    /// was not made.
    pub(crate) fn reads(&self, made: &Read) -> Option<Reads> {
        let made = self.made(made)?;
        made.noted.store(true, Ordering::Relaxed);
        Some(made.reads.clone())
    }

    /// Keeps what was made: `put` says whether it was the first. What is made while somebody listens is
    /// logged in the same breath.
    fn keep(&self, read: impl FnOnce() -> Read, put: impl FnOnce() -> bool) {
        if !listening() {
            put();
            return;
        }
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if put() {
            log.push(read());
        }
    }

    pub(crate) fn language(&self, language: usize) -> &LanguageViews {
        &self.languages[language]
    }

    fn find_fragment(&self, name: &str) -> Option<Fragment> {
        self.fragments.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// The brief view of an item, made by `make` if it is not there yet. It is made without holding a
    /// lock, because making it may need other views, and those this one. Two threads may make it at
    /// the same time: the result is the same.
    fn brief(&self, id: ItemId, make: impl FnOnce() -> Value) -> Value {
        if scope::in_text() {
            let made = self.one_of_few(Read::Brief(id, true), || Ok::<_, Infallible>(make()));
            return made.unwrap_or_else(|never| match never {});
        }
        note(|| Read::Brief(id, false));
        let slot = &self.briefs[id.index()];
        if let Some(made) = slot.get() {
            return made.value.clone();
        }
        let (value, reads) = apart(make);
        let made = Made::new(value.clone(), reads);
        self.keep(|| Read::Brief(id, false), || slot.set(made).is_ok());
        value
    }

    /// The full view of a section. A failure is not kept: everybody who asks must meet it, so that
    /// the section's own page reports it. What was read for it is noted for who asked.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) fn section<E>(&self, id: ItemId, make: impl FnOnce() -> Result<Value, E>) -> Result<Value, E> {
        self.one_of_few(Read::Full(id, scope::in_text()), make)
    }

    fn one_of_few<E>(&self, read: Read, make: impl FnOnce() -> Result<Value, E>) -> Result<Value, E> {
        let known = self.few.read().unwrap_or_else(PoisonError::into_inner).get(&read).cloned();
        if let Some(made) = known {
            note(|| read);
            return Ok(made.value.clone());
        }
        let (value, reads) = apart(make);
        match value {
            Ok(value) => {
                let made = Made::new(value.clone(), reads);
                let put = || {
                    let mut few = self.few.write().unwrap_or_else(PoisonError::into_inner);
                    few.insert(read.clone(), made).is_none()
                };
                self.keep(|| read.clone(), put);
                note(|| read);
                Ok(value)
            }
            Err(failed) => {
                reads.iter().for_each(|read| note(|| read.clone()));
                Err(failed)
            }
        }
    }
}

fn empty<T>(count: usize) -> Chunks<OnceLock<T>> {
    std::iter::repeat_with(OnceLock::new).take(count).collect()
}

fn language_views(reader: &Reader, plan: &Plan, theme: &Theme, mode: Mode, language: usize) -> LanguageViews {
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
        feed_filenames: config.feed_files().map(|(_, file)| file.to_owned()).collect(),
        mode: match mode {
            Mode::Build => "build",
            Mode::Serve => "serve",
        },
        search: if plan.offers().search { search_view(config, language) } else { Value::none() },
        web_manifest: {
            let url = || config.href(web_manifest(config, language).as_str());
            plan.offers().web_manifest.then(url)
        },
        extra: super::table(&theme.extra),
    };
    LanguageViews { config: Value::from(view), lang: Value::from(own.lang.as_str()) }
}

/// `config.search`: where the search page and the index are, and the script that reads it.
fn search_view(config: &Config, language: usize) -> Value {
    let page = config.href(search::page(config, language).as_str());
    let mut map = Map::new();
    map.insert(Key::Str("index"), Value::from(format!("{page}{}", search::file_name(SearchPart::Head))));
    map.insert(Key::Str("path"), Value::from(page));
    map.insert(Key::Str("script"), Value::from(search::script_path(config, language)));
    Value::from(map)
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
        let (html, reads) = apart(|| scope::enter_shared(|| self.render_fragment(template, language, &args)));
        match html {
            Ok(value) => {
                note(|| Read::Fragment(name.clone()));
                let html = Made::new(value.clone(), reads);
                let made = Fragment { html, template: template.to_owned(), language, in_text, args };
                let put = || {
                    let fragments = &self.views.fragments;
                    let mut fragments = fragments.write().unwrap_or_else(PoisonError::into_inner);
                    fragments.insert(name.clone(), made).is_none()
                };
                self.views.keep(|| Read::Fragment(name.clone()), put);
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

    /// A page or section named by another.
    pub(crate) fn reference(&self, id: ItemId) -> Value {
        // Whoever makes it notes that too; whoever finds it made has to.
        note(|| Read::Name(id));
        self.views.references[id.index()].get_or_init(|| super::reference(&self.reader, id)).clone()
    }

    /// The same of many.
    pub(crate) fn references(&self, ids: &[ItemId]) -> Value {
        Value::from(ids.iter().map(|&id| self.reference(id)).collect::<Vec<_>>())
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
