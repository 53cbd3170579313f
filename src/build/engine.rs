//! The incremental engine: from one state of a site to the next.
//!
//! What was read from the disk is kept, and read again only where somebody says that it has changed.
//! What follows from it is made anew whole, or shared whole where nothing of what it follows from has
//! changed: nothing is patched. Rendered files are stale if something that they have read is another
//! now; everything else about them is the same in both states.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::contents::{Contents, Touched};
use super::delta::{Delta, follow};
use super::pictures::Pictures;
use super::pipeline::{
    Counts, Options, is_of_settings, keep_highlights, kept_drawings, kept_highlights, located, locked,
    read_config, unsettled,
};
use super::quick::Begun;
use super::snapshot::{Memory, Snapshot};
use crate::base::clock::Today;
use crate::base::diagnostic::{Diagnostic, Diagnostics};
use crate::config::{self, Config};
use crate::content::bibliography::{Bibliography, FILES};
use crate::content::markdown::Highlights;
use crate::content::{FOLDER, Late};
use crate::plan::{Offers, Plan};
use crate::relate::{Input, Library, Reader};
use crate::render::{Renderer, Theme, load_theme};
use crate::source::{File, Source};

/// Folders that a theme is made of.
const THEME: &[&str] = &["themes", "templates", "static"];

/// A site that is kept in memory from one change to the next.
pub struct Engine {
    options: Options,
    source: Source,
    present: Option<Present>,
    /// A site of which only the front matter was read so far.
    begun: Option<Begun>,
    /// The last state without mistakes.
    good: Option<Arc<Snapshot>>,
    /// What has changed since then.
    since: Delta,
    /// How many states there were.
    states: u64,
    memory: Arc<Mutex<Memory>>,
    pictures: Arc<Pictures>,
}

/// What came of a change.
pub struct Update {
    /// The new state; `None` if the site has mistakes, or if nothing has changed.
    pub site: Option<Arc<Snapshot>>,
    /// Whether the site is what it was.
    pub unchanged: bool,
    /// Everything that is wrong with it, as far as can be said without rendering.
    pub diagnostics: Diagnostics,
    /// How much there is.
    pub counts: Counts,
    /// The addresses of the pages whose files have changed, as on the site's host.
    pub edited: Vec<String>,
}

/// The site as its files are now, with mistakes or without.
pub(super) struct Present {
    config: Arc<Config>,
    settings: Vec<Diagnostic>,
    pub(super) highlights: Arc<Highlights>,
    contents: Contents,
    bibliography: Arc<Bibliography>,
    bibliography_problems: Vec<Diagnostic>,
    theme: Option<Arc<Theme>>,
    statics: Vec<(String, File)>,
    /// What the theme has templates for.
    offers: Offers,
    /// Whether the theme can show registers.
    registers: bool,
    theme_problems: Vec<Diagnostic>,
    today: Today,
    pub(super) library: Arc<Library>,
    pub(super) plan: Arc<Plan>,
    plan_problems: Vec<Diagnostic>,
    link_problems: Vec<Diagnostic>,
    counts: Counts,
}

/// Changed paths, by what they are part of.
#[derive(Default)]
struct Changed {
    everything: bool,
    theme: bool,
    statics: bool,
    content: Vec<String>,
    /// All of them: any may be a data file.
    all: BTreeSet<String>,
}

impl Changed {
    fn sorted(root: &Path, paths: &[PathBuf]) -> Self {
        let mut changed = Self { everything: paths.is_empty(), ..Self::default() };
        for path in paths {
            let Some(path) = path.strip_prefix(root).ok().and_then(Path::to_str) else {
                changed.everything = true;
                continue;
            };
            let path = path.replace(std::path::MAIN_SEPARATOR, "/");
            let first = path.split('/').next().unwrap_or_default();
            match first {
                "" | config::FILE_NAME => changed.everything = true,
                FOLDER => changed.content.push(path.clone()),
                _ if THEME.contains(&first) => {
                    changed.theme = true;
                    changed.statics |= !is_template(&path);
                }
                _ => {}
            }
            changed.all.insert(path);
        }
        changed
    }
}

/// Whether a path of the theme, or of what the site has in its place, is a template and nothing else.
fn is_template(path: &str) -> bool {
    let mut parts = path.split('/');
    match parts.next() {
        Some("templates") => true,
        Some("themes") => parts.nth(1) == Some("templates"),
        _ => false,
    }
}

impl Engine {
    /// An engine for a site that has not been read yet.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let source = Source::new(&options.root);
        let memory = Arc::default();
        let (present, begun, good, since) = (None, None, None, Delta::default());
        let pictures = Arc::new(Pictures::new(&options));
        Self { options, source, present, begun, good, since, states: 0, memory, pictures }
    }

    /// What to build, and how.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Takes another day for today; the next [`Engine::update`] or [`Engine::renew`] sees to what follows.
    pub fn set_today(&mut self, today: Today) {
        self.options.today = today;
    }

    /// Takes another address for the site's own.
    pub fn set_base_url(&mut self, url: String) {
        self.options.base_url = Some(url);
        (self.present, self.begun) = (None, None);
    }

    /// Reads again what has changed: files and folders, a folder standing for all that is in it. None
    /// at all means that anything may have.
    pub fn update(&mut self, paths: &[PathBuf]) -> Update {
        self.take(&Changed::sorted(&self.options.root, paths))
    }

    /// Sees to what follows from another day; no file has changed.
    pub fn renew(&mut self) -> Update {
        self.take(&Changed::default())
    }

    /// The first state of a site, of its front matter alone: a text is parsed when a page is asked for
    /// that shows it. What such a page holds is what it will hold when all is parsed, which is what
    /// [`Engine::go_on`] does and what has to follow.
    ///
    /// `None` if something is wrong with the site already: there is nothing to show, and all mistakes
    /// should be known.
    pub fn begin(&mut self) -> Option<Update> {
        self.present = None;
        let begun = self.begun.insert(Begun::read(&self.source, &self.options)?);
        let diagnostics = located(begun.present.problems(), &self.source).finish(false);
        let counts = begun.present.counts;
        let theme = begun.present.theme.clone().filter(|_| !diagnostics.has_errors())?;
        self.states += 1;
        let next = locked(&self.memory).blank(self.states, Some(&begun.present.library));
        *locked(&self.memory) = next;
        let mode = self.options.mode;
        let drawings = Arc::new(kept_drawings(&self.source, &self.options));
        let renderer = begun.renderer(theme, self.source.clone(), mode, drawings);
        let site = begun.site(self.states, renderer, self.memory.clone(), self.pictures.clone());
        Some(Update { site: Some(site), unchanged: false, diagnostics, counts, edited: Vec::new() })
    }

    /// Parses all texts of a site that [`Engine::begin`] has read, and says what came of it.
    pub fn go_on(&mut self) -> Update {
        let Some(begun) = self.begun.take() else { return self.update(&[]) };
        self.present = Some(begun.complete(&self.options));
        self.since = Delta { everything: true, structure: true, ..Delta::default() };
        self.outcome(Vec::new())
    }

    fn take(&mut self, changed: &Changed) -> Update {
        let today = self.options.today;
        self.begun = None;
        let source = &self.source;
        // With a bibliography, or without, texts mean something else.
        let is_other = |present: &Present| {
            changed.all.iter().any(|path| FILES.contains(&path.as_str()))
                && present.config.has_bibliography != Bibliography::is_there(source)
        };
        match self.present.take().filter(|present| !changed.everything && !is_other(present)) {
            Some(mut present) => {
                let edited = present.update(&self.source, &self.options, changed, today, &mut self.since);
                self.present = Some(present);
                self.outcome(edited)
            }
            None => match Present::new(&self.source, &self.options) {
                Ok(present) => {
                    self.since = Delta { everything: true, structure: true, ..Delta::default() };
                    self.present = Some(present);
                    self.outcome(Vec::new())
                }
                Err(diagnostics) => Update {
                    site: None,
                    unchanged: false,
                    diagnostics: diagnostics.finish(false),
                    counts: Counts::default(),
                    edited: Vec::new(),
                },
            },
        }
    }

    fn outcome(&mut self, edited: Vec<String>) -> Update {
        let Some(present) = &self.present else { unreachable!("there is a site when there is an outcome") };
        let diagnostics = located(present.problems(), &self.source).finish(false);
        let counts = present.counts;
        let site = match &present.theme {
            Some(theme) if !diagnostics.has_errors() => {
                let is_same =
                    |good: &&Arc<Snapshot>| self.since.is_empty(&locked(&self.memory), &good.renderer);
                if let Some(good) = self.good.as_ref().filter(is_same) {
                    let site = Some(good.clone());
                    return Update { site, unchanged: true, diagnostics, counts, edited };
                }
                let theme = theme.clone();
                self.states += 1;
                // Taken only when the next state is there: what breaks off is tried again.
                let site = self.next(theme, &self.since);
                let since = std::mem::take(&mut self.since);
                let before = self.good.replace(site.clone());
                if since.everything || since.structure {
                    bury(before);
                }
                Some(site)
            }
            _ => None,
        };
        Update { site, unchanged: false, diagnostics, counts, edited }
    }

    /// The state that follows the last good one.
    fn next(&self, theme: Arc<Theme>, since: &Delta) -> Arc<Snapshot> {
        let Some(present) = &self.present else { unreachable!("there is a site when there is a state") };
        let (library, plan) = (present.library.clone(), present.plan.clone());
        let number = self.states;
        let renderer = match &self.good {
            Some(good) if !since.everything => follow(good, &self.memory, number, &library, plan, since),
            _ => {
                let mut memory = locked(&self.memory);
                let next = memory.blank(number, since.structure.then_some(&library));
                bury(std::mem::replace(&mut *memory, next));
                drop(memory);
                let reader = Reader::new(library.clone());
                let drawings = Arc::new(kept_drawings(&self.source, &self.options));
                Renderer::new(reader, plan, theme, self.source.clone(), self.options.mode, drawings)
            }
        };
        let (memory, pictures) = (self.memory.clone(), self.pictures.clone());
        Arc::new(Snapshot { number, renderer, library, late: None, memory, pictures })
    }
}

/// Lets go of what a state was made of when nobody waits: to free fifty thousand views takes longer
/// than an edit may.
pub(super) fn bury<T: Send + 'static>(thing: T) {
    std::thread::spawn(move || {
        // The server may hold it for a moment longer, and then it should not be the one to free it.
        std::thread::sleep(Duration::from_millis(300));
        drop(thing);
    });
}

impl Present {
    fn new(source: &Source, options: &Options) -> Result<Self, Diagnostics> {
        let parse = |contents: &mut Contents, config: &Config, highlights: &Highlights| {
            contents.parse(config, highlights);
            keep_highlights(highlights, options);
        };
        Ok(Self::read(source, options, parse)?.0)
    }

    /// Reads a site, its content by `parse`.
    pub(super) fn read<T: Send>(
        source: &Source,
        options: &Options,
        parse: impl FnOnce(&mut Contents, &Config, &Highlights) -> T + Send,
    ) -> Result<(Self, T), Diagnostics> {
        let (config, settings) = read_config(source, options)?;
        let highlights = kept_highlights(source, options);
        let mut contents = Contents::find(source, &config);
        let ((loaded, theme_problems), made) =
            rayon::join(|| load_theme(source, &config), || parse(&mut contents, &config, &highlights));
        let (bibliography, bibliography_problems) = Bibliography::read(source, &config, None);
        let bibliography = Arc::new(bibliography);
        let registers = loaded.as_ref().is_some_and(|loaded| loaded.registers);
        let library = Library::new(contents.input(&config, &bibliography, options, registers));
        let (theme, statics, offers) = loaded.map_or((None, Vec::new(), Offers::default()), |loaded| {
            (Some(loaded.theme), loaded.statics, loaded.offers)
        });
        // What is planned without the static files of a theme that cannot be read is not shown.
        let (plan, plan_problems) = Plan::new(&library, statics.clone(), offers);
        let mut present = Self {
            settings,
            highlights: Arc::new(highlights),
            contents,
            bibliography,
            bibliography_problems,
            theme: theme.map(Arc::new),
            statics,
            offers,
            registers,
            theme_problems,
            today: options.today,
            plan: Arc::new(plan),
            library: Arc::new(library),
            plan_problems,
            link_problems: Vec::new(),
            counts: Counts::default(),
            config,
        };
        present.look_at_links();
        present.counts = Counts { files: present.plan.routes.len(), ..Counts::of(&present.library) };
        Ok((present, made))
    }

    fn input(&self, options: &Options) -> Input {
        self.contents.input(&self.config, &self.bibliography, options, self.registers)
    }

    /// Plans the output anew.
    fn plan(&mut self) {
        let (plan, problems) = Plan::new(&self.library, self.statics.clone(), self.offers);
        self.plan_problems = problems;
        self.counts = Counts { files: plan.routes.len(), ..Counts::of(&self.library) };
        self.plan = Arc::new(plan);
        self.look_at_links();
    }

    /// Finds the links to addresses that nothing answers.
    fn look_at_links(&mut self) {
        self.link_problems = self.plan.check_links(&self.library, self.library.ids());
    }

    /// Parses the bodies of a site of which only the heads were read, and sees to what follows.
    pub(super) fn complete(&mut self, late: &[Late], options: &Options) {
        self.contents.complete(late, &self.config, &self.highlights);
        keep_highlights(&self.highlights, options);
        match self.library.with_bodies(self.contents.parsed()) {
            Some(library) => {
                self.library = Arc::new(library);
                self.look_at_links();
            }
            None => {
                let options = Options { today: self.today, ..options.clone() };
                self.library = Arc::new(Library::new(self.input(&options)));
                self.plan();
            }
        }
    }

    fn problems(&self) -> Vec<Diagnostic> {
        let unsettled = unsettled(&self.settings);
        let mut problems = self.settings.clone();
        let pages = self.contents.problems().filter(|problem| !(unsettled && is_of_settings(problem)));
        problems.extend(pages.cloned());
        problems.extend(self.bibliography_problems.iter().cloned());
        problems.extend(self.theme_problems.iter().cloned());
        problems.extend(self.library.problems());
        if self.theme.is_some() {
            problems.extend(self.plan_problems.iter().chain(&self.link_problems).cloned());
        }
        problems
    }

    /// Reads the bibliography again, if it has changed.
    fn read_bibliography(&mut self, source: &Source, changed: &Changed, since: &mut Delta) -> bool {
        let has_changed = changed.all.iter().any(|path| Bibliography::is_made_of(path, &self.config));
        if has_changed {
            let (bibliography, problems) = Bibliography::read(source, &self.config, Some(&self.bibliography));
            self.bibliography = Arc::new(bibliography);
            self.bibliography_problems = problems;
            since.sources = true;
        }
        has_changed
    }

    /// Reads again what has changed, and says in `since` what follows from it. Returns the addresses
    /// of the pages whose files have changed.
    fn update(
        &mut self,
        source: &Source,
        options: &Options,
        changed: &Changed,
        today: Today,
        since: &mut Delta,
    ) -> Vec<String> {
        let (mut statics, mut registers) = (changed.statics, false);
        if changed.theme {
            let (loaded, problems) = load_theme(source, &self.config);
            self.theme_problems = problems;
            self.theme = loaded.map(|loaded| {
                let paths =
                    |all: &[(String, File)]| all.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
                statics |= paths(&loaded.statics) != paths(&self.statics) || loaded.offers != self.offers;
                registers = loaded.registers != self.registers;
                (self.statics, self.offers) = (loaded.statics, loaded.offers);
                self.registers = loaded.registers;
                Arc::new(loaded.theme)
            });
            since.everything = true;
        }
        since.data.extend(changed.all.iter().cloned());
        let sources = self.read_bibliography(source, changed, since);
        let Touched { texts, more } = if changed.content.is_empty() {
            Touched::default()
        } else {
            self.contents.update(source, &self.config, &self.highlights, &changed.content)
        };
        let edited: Vec<String> = texts.iter().map(|parsed| parsed.path.as_str().to_owned()).collect();
        let is_other = more || registers || today != self.today;
        let with_texts = if is_other { None } else { self.library.with_texts(texts) };
        self.today = today;
        let with_texts = with_texts.map(|(library, mut linking)| match sources {
            true => {
                linking.clear();
                linking.extend(library.ids());
                (library.with_bibliography(self.bibliography.clone()), linking)
            }
            false => (library, linking),
        });
        match with_texts {
            Some(_) if edited.is_empty() && !sources => {
                if statics {
                    self.plan();
                }
            }
            Some((library, linking)) => {
                self.library = Arc::new(library);
                since.texts.extend(edited.iter().cloned());
                if statics {
                    self.plan();
                } else {
                    let ids = linking.into_iter();
                    self.link_problems = match self.link_problems.is_empty() {
                        true => self.plan.check_links(&self.library, ids),
                        false => self.plan.check_links(&self.library, self.library.ids()),
                    };
                }
            }
            None => {
                self.library = Arc::new(Library::new(self.input(options)));
                since.structure = true;
                self.plan();
            }
        }
        let items = edited.iter().filter_map(|path| self.library.of_file(path));
        items.map(|id| self.config.href(self.library.item(id).url.as_str())).collect()
    }
}
