//! Six calls, in order.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::contents::Contents;
use super::pictures::Pictures;
use crate::base::clock::Today;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::base::path::OutputPath;
use crate::config::{self, Config, Encoding};
use crate::content::bibliography::Bibliography;
use crate::content::markdown::Highlights;
use crate::plan::{AssetBody, Copied, Plan, Route, Target};
use crate::policy::publication::Publication;
use crate::relate::{Library, Reader};
use crate::render::{DRAWN, Drawings, Failures, Mode, Rendered, Renderer, load_theme};
use crate::source::{CACHE, Source};
use crate::write::{Body, Meta, Output, Summary, beside, forget, is_compressed, keep};

/// The name of the coloured code in the cache.
const HIGHLIGHTS: &str = "highlights";

/// What to build, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The site's folder.
    pub root: PathBuf,
    /// Another address than that of the settings.
    pub base_url: Option<String>,
    /// Whether to show drafts and pages of the future.
    pub drafts: bool,
    /// The day to build for.
    pub today: Today,
    /// Whether warnings are errors.
    pub strict: bool,
    /// What the rendering is for.
    pub mode: Mode,
    /// Whether costly things are kept in the site's cache, and taken from it.
    pub cache: bool,
}

/// How much there is of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pages that are shown, in all languages.
    pub pages: usize,
    /// Sections that are shown, in all languages; those without a file of their own do not count.
    pub sections: usize,
    /// Pages and sections that are not shown because they are drafts, or lie in a draft section.
    pub drafts: usize,
    /// Those whose day has not come yet.
    pub scheduled: usize,
    /// Those whose time is over.
    pub expired: usize,
    /// Languages.
    pub languages: usize,
    /// Files of the output.
    pub files: usize,
}

impl Counts {
    pub(super) fn of(library: &Library) -> Self {
        let mut counts = Self { languages: library.config().languages.len(), ..Self::default() };
        for item in library.ids().map(|id| library.item(id)).filter(|item| !item.parsed.implicit) {
            *(if item.is_section() { &mut counts.sections } else { &mut counts.pages }) += 1;
        }
        for publication in library.withheld() {
            match publication {
                Publication::Public => {}
                Publication::Draft | Publication::InDraft => counts.drafts += 1,
                Publication::Scheduled(_) => counts.scheduled += 1,
                Publication::Expired(_) => counts.expired += 1,
            }
        }
        counts
    }
}

/// A site, read, related and planned: ready to be rendered.
pub struct Prepared {
    /// The settings.
    pub config: Arc<Config>,
    /// All its content.
    pub library: Arc<Library>,
    /// What renders it; `None` where no theme could be loaded.
    pub renderer: Option<Arc<Renderer>>,
    /// How much there is.
    pub counts: Counts,
    /// Everything that was wrong so far.
    pub problems: Diagnostics,
    /// Who makes the smaller copies of pictures.
    pictures: Pictures,
}

/// Who takes the rendered files.
pub trait Sink: Sync {
    /// Takes one file. Called from several threads, in no order.
    ///
    /// # Errors
    /// The file cannot be taken; nothing more is sent.
    fn put(&self, path: &OutputPath, rendered: Rendered) -> Result<(), Box<Diagnostic>>;

    /// Whether it wants the smaller copies of pictures; one that looks for mistakes only need not wait for them.
    fn wants_pictures(&self) -> bool {
        true
    }
}

/// Reads, parses, relates and plans a site.
///
/// # Errors
/// Its settings cannot be read at all.
pub fn prepare(options: &Options) -> Result<Prepared, Diagnostics> {
    let source = Source::new(&options.root);
    let (config, mut problems) = read_config(&source, options)?;
    let unsettled = unsettled(&problems);
    let (mut contents, highlights) =
        rayon::join(|| Contents::find(&source, &config), || kept_highlights(&source, options));
    // The theme does not depend on the content: it is loaded while the content is parsed.
    let ((loaded, theme_problems), ()) =
        rayon::join(|| load_theme(&source, &config), || contents.parse(&config, &highlights));
    let (bibliography, found) = Bibliography::read(&source, &config, None);
    problems.extend(found);
    keep_highlights(&highlights, options);
    problems.extend(theme_problems);
    problems.extend(contents.problems().filter(|problem| !(unsettled && is_of_settings(problem))).cloned());

    let registers = loaded.as_ref().is_some_and(|loaded| loaded.registers);
    let input = contents.input(&config, &Arc::new(bibliography), options, registers);
    let library = Arc::new(Library::new(input));
    drop(contents);
    problems.extend(library.problems());
    let mut counts = Counts::of(&library);

    let renderer = loaded.map(|loaded| {
        let (plan, found) = Plan::new(&library, loaded.statics, loaded.offers);
        problems.extend(found);
        problems.extend(plan.check_links(&library, library.ids()));
        counts.files = plan.routes.len();
        let (reader, theme) = (Reader::new(library.clone()), Arc::new(loaded.theme));
        let drawings = Arc::new(kept_drawings(&source, options));
        Renderer::new(reader, Arc::new(plan), theme, source.clone(), options.mode, drawings)
    });
    let pictures = Pictures::new(options);
    Ok(Prepared { config, library, renderer, counts, problems: located(problems, &source), pictures })
}

/// Code that was coloured in an earlier run.
pub(super) fn kept_highlights(source: &Source, options: &Options) -> Highlights {
    let kept = if options.cache { source.cached(HIGHLIGHTS) } else { None };
    kept.map_or_else(Highlights::default, Highlights::read)
}

/// Keeps the code that was coloured in this run.
pub(super) fn keep_highlights(highlights: &Highlights, options: &Options) {
    if let Some(bytes) = highlights.store().filter(|_| options.cache) {
        keep(&options.root.join(CACHE), HIGHLIGHTS, &bytes);
    }
}

/// Pictures that were drawn in an earlier run.
pub(super) fn kept_drawings(source: &Source, options: &Options) -> Drawings {
    match options.cache {
        true => Drawings::kept_in(source, options.mode == Mode::Build),
        false => Drawings::default(),
    }
}

/// What to say of a folder that is no site.
#[must_use]
pub fn no_config(source: &Source) -> Diagnostic {
    let message = format!("there is no {} in {}", config::FILE_NAME, source.root().display());
    let help = "go to the site's folder, name it with --root, or make a site with `kenes init DIR`";
    Diagnostic::error(codes::NO_CONFIG, message).help(help)
}

/// Whether the settings have mistakes. Then a language or a taxonomy may be missing, and no page is to
/// blame for that.
pub(super) fn unsettled(problems: &[Diagnostic]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// Whether a mistake in a page may follow from one in the settings.
pub(super) fn is_of_settings(problem: &Diagnostic) -> bool {
    matches!(problem.code, codes::UNKNOWN_LANGUAGE | codes::UNKNOWN_TAXONOMY)
}

pub(super) fn read_config(
    source: &Source,
    options: &Options,
) -> Result<(Arc<Config>, Vec<Diagnostic>), Diagnostics> {
    let file = source.file(config::FILE_NAME).ok_or_else(|| Diagnostics::from(no_config(source)))?;
    let mut problems = Vec::new();
    let text = file.read_text(&mut problems).map_err(|problem| Diagnostics::from(*problem))?;
    let (config, found) = config::read(&text);
    problems.extend(found);
    let Some(mut config) = config else { return Err(located(problems, source)) };
    config.has_bibliography = Bibliography::is_there(source);
    match &options.base_url {
        Some(url) => match config.clone().with_base_url(url) {
            Ok(config) => Ok((Arc::new(config), problems)),
            Err(message) => {
                problems.push(Diagnostic::error(codes::BAD_VALUE, format!("--base-url: {message}")));
                Ok((Arc::new(config), problems))
            }
        },
        None => Ok((Arc::new(config), problems)),
    }
}

pub(super) fn located(mut problems: Vec<Diagnostic>, source: &Source) -> Diagnostics {
    source.locate(&mut problems);
    let mut all = Diagnostics::new();
    all.extend(problems);
    all
}

impl Prepared {
    /// Keeps the pictures that were drawn in this run, and forgets those that nobody has a use for any more.
    fn keep(&self, cache: &Path) {
        let Some(renderer) = &self.renderer else { return };
        if let Some(drawn) = renderer.drawings().take() {
            for (name, bytes) in &drawn {
                if let Some(bytes) = bytes {
                    keep(cache, name, bytes);
                }
            }
            forget(cache, DRAWN, &drawn.into_keys().collect());
        }
        self.pictures.forget(renderer.plan());
    }

    /// Renders every file and hands it to `sink`; `done` is told how many are ready. Returns all
    /// that was wrong, with what was wrong before.
    ///
    /// When something is wrong already, files are rendered all the same, to find the mistakes of
    /// templates in the same run, but the sink gets none.
    pub fn render(&self, sink: &impl Sink, strict: bool, done: impl Fn(usize) + Sync) -> Diagnostics {
        let mut problems: Vec<Diagnostic> = self.problems.clone().into_iter().collect();
        let Some(renderer) = &self.renderer else {
            return finished(problems, strict);
        };
        let failed = strict && !problems.is_empty() || self.problems.has_errors();
        let count = AtomicUsize::new(0);
        let failures = Mutex::new(Vec::new());
        let refused = Mutex::new(Vec::new());
        // What takes longest begins first: the last thread should not be left with the site map.
        let mut routes: Vec<&Route> = renderer.plan().routes.iter().collect();
        routes.sort_by_key(|route| !takes_long(renderer.plan(), &route.target));
        let (index, routes): (Vec<&Route>, Vec<&Route>) =
            routes.into_iter().partition(|route| matches!(route.target, Target::SearchIndex { .. }));
        let (pictures, routes): (Vec<&Route>, Vec<&Route>) =
            routes.into_iter().partition(|route| matches!(route.target, Target::Picture { .. }));
        let draws = sink.wants_pictures() && !failed;
        let made = |target: &Target, rendered: Rendered| match (target, rendered) {
            // What keeps copies from being made is found without making them, once for all of a picture.
            (Target::Picture { copy, .. }, Rendered::Picture(file, _)) if !draws => {
                let probed = if *copy == 0 { Copied::probe(&file) } else { Ok(()) };
                probed.map(|()| Rendered::Bytes(Vec::new()))
            }
            (_, rendered) => self.pictures.made(rendered),
        };
        let put = |route: &&Route| {
            if matches!(route.target, Target::Manifest) {
                return;
            }
            let drawn = |rendered| made(&route.target, rendered).map_err(|problem| Failures::from(*problem));
            match renderer.render(route).and_then(drawn) {
                Ok(_) if failed || !locked(&refused).is_empty() => {}
                Ok(rendered) => {
                    if let Err(problem) = sink.put(&route.output, rendered) {
                        locked(&refused).push(*problem);
                    }
                }
                Err(found) => locked(&failures).push(found),
            }
            done(count.fetch_add(1, Ordering::Relaxed) + 1);
        };
        if failed {
            // An index fails never, and nobody would see it.
            routes.par_iter().for_each(put);
            pictures.par_iter().for_each(put);
        } else {
            // A copy of a picture takes as long as a thousand pages.
            let slow = || {
                rayon::join(|| pictures.par_iter().with_max_len(1).for_each(put), || renderer.make_indexes())
            };
            rayon::join(slow, || routes.par_iter().for_each(put));
            index.par_iter().for_each(put);
        }
        locked(&failures).extend(renderer.problems_of_unshown());
        let failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
        let any_failed = !failures.is_empty();
        let mut found = Failures::summarised(failures);
        found.extend(renderer.data_problems(|_| true));
        renderer.locate(&mut found);
        problems.extend(found);
        problems.extend(refused.into_inner().unwrap_or_else(PoisonError::into_inner));
        // Some failures follow from others and are not said. If none was said, a site with holes in it
        // must not pass for a good one.
        if any_failed && !problems.iter().any(|problem| problem.severity == Severity::Error) {
            problems.push(unexplained());
        }
        finished(problems, strict)
    }
}

/// Whether a file takes many times as long as a page.
fn takes_long(plan: &Plan, target: &Target) -> bool {
    match target {
        Target::Sitemap { .. } | Target::Feed { .. } | Target::Card(_) => true,
        Target::Asset(index) => matches!(plan.assets.get(*index).body, AssetBody::Icon(..)),
        _ => false,
    }
}

/// What to say where a page could not be rendered, and nothing says why.
pub(super) fn unexplained() -> Diagnostic {
    let message = "a page could not be rendered, and nothing says why";
    let help = "this is a fault of Kenes: please report it with the site's files";
    Diagnostic::error(codes::INTERNAL, message).help(help)
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn finished(problems: Vec<Diagnostic>, strict: bool) -> Diagnostics {
    let mut all = Diagnostics::new();
    all.extend(problems);
    all.finish(strict)
}

/// The output folder, and compressed files beside files where the settings want them.
struct Files<'a> {
    output: &'a Output,
    encodings: &'a [Encoding],
    plan: Option<&'a Plan>,
}

impl Sink for Files<'_> {
    fn put(&self, path: &OutputPath, rendered: Rendered) -> Result<(), Box<Diagnostic>> {
        let body = body(rendered)?;
        let entry = self.output.put(path, body.clone())?;
        if self.encodings.is_empty() || !is_compressed(path, entry.size) {
            return Ok(());
        }
        // A file of the site of that name is the site's own word on it.
        let is_planned =
            |path: &OutputPath| self.plan.is_some_and(|plan| plan.route(path.as_str()).is_some());
        let encodings = self.encodings.iter().copied();
        let wanted =
            encodings.filter(|&encoding| beside(path, encoding).is_some_and(|path| !is_planned(&path)));
        self.output.put_compressed(path, &body, &entry, wanted).map_err(Box::new)
    }
}

/// What a file of the output holds, for a disk or a server: a file of the site is not read.
///
/// # Errors
/// A file of the embedded theme cannot be read.
pub fn body(rendered: Rendered) -> Result<Body, Box<Diagnostic>> {
    Ok(match rendered {
        Rendered::Bytes(bytes) => Body::from(bytes),
        Rendered::Picture(file, copy) => Body::from(copy.make(&file)?.1),
        Rendered::Copy(file) => match file.disk_path() {
            Some(path) => Body::File(path.to_owned()),
            None => Body::from(file.read()?),
        },
    })
}

/// Renders a prepared site into a folder. A site with mistakes leaves the folder as it was.
///
/// # Errors
/// Everything that is wrong with the site or the folder.
pub fn write_to(
    prepared: &Prepared,
    root: &Path,
    folder: &Path,
    strict: bool,
    done: impl Fn(usize) + Sync,
) -> Result<(Summary, Diagnostics), Diagnostics> {
    let output = match Output::open(root, folder, &[]) {
        Ok(output) => output,
        Err(problem) => {
            struct Nowhere;
            impl Sink for Nowhere {
                fn put(&self, _: &OutputPath, _: Rendered) -> Result<(), Box<Diagnostic>> {
                    Ok(())
                }
            }
            let mut all = prepared.render(&Nowhere, strict, done);
            all.push(problem);
            return Err(all.finish(strict));
        }
    };
    let plan = prepared.renderer.as_ref().map(|renderer| renderer.plan());
    let files = Files { output: &output, encodings: &prepared.config.precompress, plan };
    let problems = prepared.render(&files, strict, done);
    if problems.has_errors() {
        output.abandon();
        return Err(problems);
    }
    prepared.keep(&root.join(CACHE));
    let meta = Meta { generator: format!("kenes {}", env!("CARGO_PKG_VERSION")) };
    match output.commit(&meta) {
        Ok(summary) => Ok((summary, problems)),
        Err(problem) => {
            let mut all = problems;
            all.push(problem);
            Err(all.finish(strict))
        }
    }
}
