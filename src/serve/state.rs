//! What is being served: the last good build, and what is wrong with the present sources.

use std::sync::Arc;

use axum::body::Bytes;
use tokio::sync::watch;

use crate::base::diagnostic::Diagnostics;
use crate::base::report;
use crate::serve::Build;
use crate::serve::files::Files;

/// Problems that the overlay is sent at most; it says how many more there are.
const MOST_PROBLEMS: usize = 100;

/// One state of the preview. A request sees one of them, never two halves.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// How many builds there were, failed ones included; 0 before the first has ended.
    pub(super) build: u64,
    /// Goes up when the files change.
    pub(super) content: u64,
    /// The last good build.
    pub(super) files: Option<Arc<Files>>,
    /// What is wrong, if the last build failed.
    pub(super) trouble: Option<Arc<Trouble>>,
}

/// What is wrong, for the overlay and for browsers without JavaScript.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) json: String,
    pub(super) text: String,
}

impl Trouble {
    fn new(diagnostics: &Diagnostics) -> Self {
        let mut value = report::json(diagnostics);
        if let Some(all) = value["diagnostics"].as_array_mut() {
            // Errors are what stands in the way; warnings fill the room that is left.
            all.sort_by_key(|one| one["severity"] != "error");
            all.truncate(MOST_PROBLEMS);
        }
        Self { json: value.to_string(), text: in_plain_words(diagnostics) }
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
#[derive(Clone, Debug)]
pub(super) struct Shared(watch::Sender<State>);

impl Shared {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(State::default()))
    }

    /// Puts a finished build in the place of the one before, at one stroke.
    pub(super) fn publish(&self, build: &Build) {
        self.0.send_modify(|state| {
            state.build += 1;
            match &build.files {
                Some(files) => {
                    if !state.files.as_ref().is_some_and(|old| old.same(files)) {
                        state.content += 1;
                    }
                    state.files = Some(Arc::clone(files));
                    state.trouble = None;
                }
                None => state.trouble = Some(Arc::new(Trouble::new(&build.diagnostics))),
            }
        });
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

/// The page that answers while there is no good build yet.
pub(super) fn failed_page(trouble: Option<&Trouble>) -> Bytes {
    let text = trouble.map_or("", |trouble| trouble.text.as_str());
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    include_str!("failed.html").replace("{{trouble}}", &text).into()
}
