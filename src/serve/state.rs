//! What is being served: the last good build, and what is wrong with the present sources.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Bytes;
use tokio::sync::watch;

use crate::base::diagnostic::{Diagnostic, Diagnostics};
use crate::base::report;
use crate::serve::{Build, Site};

/// Problems that the overlay is sent at most; it says how many more there are.
const MOST_PROBLEMS: usize = 100;

/// One state of the preview. A request sees one of them, never two halves.
#[derive(Clone, Default)]
pub(super) struct State {
    /// How many builds there were, failed ones included; 0 before the first has ended.
    pub(super) build: u64,
    /// The last good build.
    pub(super) site: Option<Arc<dyn Site>>,
    /// Whether `site` is one to begin with, which nobody knows to be good: see [`Build::more`].
    beginning: bool,
    /// Whether `site` is of an earlier build, because the last one failed.
    pub(super) old: bool,
    /// All that is known to be wrong with the present sources, or could be better.
    pub(super) problems: Arc<Diagnostics>,
    /// What of that the build said.
    built: Arc<Diagnostics>,
    /// What of that was found when all pages were rendered, perhaps those of the build before: what is
    /// still wrong does not vanish from the page while it is looked for again.
    found: Arc<Diagnostics>,
    /// The addresses of the pages whose sources the last build found changed.
    pub(super) edited: Arc<[String]>,
    /// The names of the files, other than texts, that the last build found changed.
    pub(super) files: Arc<[String]>,
}

/// What is wrong, for the overlay.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) json: String,
}

impl Trouble {
    /// `None` if there are no errors. `old`: the page that is seen is of an earlier build.
    pub(super) fn new(diagnostics: &Diagnostics, old: bool) -> Option<Self> {
        if !diagnostics.has_errors() {
            return None;
        }
        let mut value = report::json(diagnostics);
        value["old"] = old.into();
        if let Some(all) = value["diagnostics"].as_array_mut() {
            // Errors are what stands in the way; warnings fill the room that is left.
            all.sort_by_key(|one| one["severity"] != "error");
            all.truncate(MOST_PROBLEMS);
        }
        Some(Self { json: value.to_string() })
    }
}

fn in_plain_words(diagnostics: &Diagnostics) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for diagnostic in diagnostics.iter().take(MOST_PROBLEMS) {
        let _ =
            writeln!(text, "{} {}: {}", diagnostic.severity.as_str(), diagnostic.code, diagnostic.message);
        if let Some(location) = &diagnostic.location {
            let _ = write!(text, "  {}", location.file);
            if let Some(at) = location.position {
                let _ = write!(text, ":{}:{}", at.line, at.column);
            }
            text.push('\n');
            if let Some(excerpt) = &location.excerpt {
                let indent = " ".repeat(excerpt.start);
                let _ = writeln!(text, "    {}\n    {indent}{}", excerpt.line, "^".repeat(excerpt.length));
            }
        }
        if let Some(help) = &diagnostic.help {
            let _ = writeln!(text, "  help: {help}");
        }
        text.push('\n');
    }
    text
}

/// The state for those who ask, and for those who wait for the next one.
#[derive(Clone)]
pub(super) struct Shared(watch::Sender<State>);

impl Shared {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(State::default()))
    }

    /// Puts a finished build in the place of the one before, at one stroke. Returns its number, and
    /// whether all is well.
    pub(super) fn publish(&self, build: &Build, changed: &[PathBuf]) -> (u64, bool) {
        let mut result = (0, false);
        self.0.send_modify(|state| {
            state.build += 1;
            if build.site.is_some() || state.beginning {
                state.site.clone_from(&build.site);
            }
            state.beginning = build.more;
            state.old = build.site.is_none() && build.diagnostics.has_errors();
            let mut lasting = Diagnostics::new();
            lasting.extend(state.found.iter().filter(|problem| !is_of(problem, changed)).cloned());
            state.found = Arc::new(lasting);
            state.built = Arc::new(build.diagnostics.clone());
            state.problems = Arc::new(both(&state.built, &state.found));
            state.edited = build.edited.as_slice().into();
            state.files = names(changed);
            result = (state.build, !state.problems.has_errors());
        });
        result
    }

    /// Takes in what was found when all pages of a build were rendered, unless there is a newer one.
    /// Returns what was not known before, and whether all is well; nothing if all is as it was.
    pub(super) fn found(&self, build: u64, found: Diagnostics) -> Option<(Diagnostics, bool)> {
        let mut result = None;
        self.0.send_if_modified(|state| {
            if state.build != build || found == *state.found {
                return false;
            }
            let mut news = Diagnostics::new();
            news.extend(
                found.iter().filter(|one| !state.problems.iter().any(|known| known == *one)).cloned(),
            );
            state.found = Arc::new(found);
            state.problems = Arc::new(both(&state.built, &state.found));
            result = Some((news, !state.problems.has_errors()));
            true
        });
        result
    }

    /// The present state; waits for the first build to end.
    pub(super) async fn get(&self) -> State {
        let mut receiver = self.0.subscribe();
        // Cannot fail: the sender is `self`.
        receiver.wait_for(|state| state.build > 0).await.map(|state| state.clone()).unwrap_or_default()
    }

    /// A receiver of all later states; only the newest is kept for who is slow.
    pub(super) fn subscribe(&self) -> watch::Receiver<State> {
        self.0.subscribe()
    }
}

/// Whether a problem may be mended, now that these files and folders are other: one of them is where
/// it was. Nothing said means that anything may be other.
fn is_of(problem: &Diagnostic, changed: &[PathBuf]) -> bool {
    let Some(location) = &problem.location else { return true };
    let is_in = |path: &PathBuf| {
        let mut above = Path::new(&location.file).ancestors().filter(|above| !above.as_os_str().is_empty());
        above.any(|above| path.ends_with(above))
    };
    changed.is_empty() || changed.iter().any(is_in)
}

/// The last parts of paths, but for those of texts, which no page loads.
fn names(changed: &[PathBuf]) -> Arc<[String]> {
    let files = changed.iter().filter(|path| path.extension().is_none_or(|extension| extension != "md"));
    files.filter_map(|path| path.file_name()?.to_str().map(str::to_owned)).collect()
}

/// The problems of both, sorted, each once.
pub(super) fn both(one: &Diagnostics, other: &Diagnostics) -> Diagnostics {
    let mut all = one.clone();
    all.extend(other.clone());
    all.finish(false)
}

/// The page that answers for one that cannot be rendered, or while there is no good build yet.
pub(super) fn failed_page(problems: &Diagnostics) -> Bytes {
    let text = in_plain_words(problems);
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    include_str!("browser/failed.html").replace("{{trouble}}", &text).into()
}
