//! Layer 10: the preview server of `kenes serve`.
//!
//! It knows nothing of how a site is built: a [`Builder`] gives it whole builds, it watches the
//! files that the builder names, and has it build again when they change. What it serves is in
//! memory and is swapped at one stroke, so that no reader sees half a build; when a build fails,
//! the last good one stays, and every page shows what is wrong.
//!
//! - `server`: starting and stopping; the thread that builds
//! - `watch`, `noise`: which files changed, and when all is quiet
//! - `state`: what is being served; `files`: a site that is rendered already
//! - `answer`, `route`, `guard`, `range`, `mime`: HTTP
//! - `live`, with `live.js`: what browsers are told; `author`, `editor`: what the author's panel does
//!
//! **Who may ask.** A preview shows drafts, and any web page that its author has open can send
//! requests to it. It listens on the loopback address unless told otherwise, answers only to names
//! of this machine (DNS rebinding), lets no other origin read (no CORS headers, resource policy
//! `same-origin`), and gives events only to pages that it served itself.

// See `write`: a diagnostic that is made once in a run need not be boxed.
#![allow(clippy::result_large_err)]

mod answer;
mod author;
mod editor;
mod guard;
mod live;
mod mime;
mod noise;
mod range;
mod route;
mod server;
mod state;
#[cfg(test)]
mod tests;
mod watch;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use jiff::civil::Date;
use serde_json::Value;

use crate::base::diagnostic::{Diagnostic, Diagnostics};
use crate::write::Body;

pub use editor::Editor;
pub use server::{Server, run};

/// The port that is tried first, as in Zola.
pub const DEFAULT_PORT: u16 = 1111;

/// One state of a site, whole and consistent, for as long as anybody holds it. Pages may be rendered
/// when they are asked for.
pub trait Site: Send + Sync {
    /// Whether there is an output file of this path. Cheap: nothing is rendered for it.
    fn contains(&self, path: &str) -> bool;

    /// The output file of this path, rendered now if need be; this may take a while. What was asked
    /// for once should be kept: a page in view is asked for after each build.
    ///
    /// An error: there is such a file, and it cannot be rendered.
    fn get(&self, path: &str) -> Option<Result<Body, Arc<Diagnostics>>>;

    /// What the author's panel says of the page of this output file, if it is one; its members are
    /// those of `cli::panel`. May take a little while.
    fn about(&self, path: &str) -> Option<Value> {
        let _ = path;
        None
    }

    /// What the panel says of the whole site: its day, drafts, pages of the future. May take a
    /// little while.
    fn overview(&self) -> Value {
        Value::Null
    }

    /// Renders what nobody asked for yet, to find its mistakes, and returns all that were found by
    /// rendering, those that [`Site::get`] met included. Ends early, with what it has, when `stop`
    /// is set. Called once, in a thread of its own, when the pages in view had their turn.
    fn finish(&self, stop: &AtomicBool) -> Diagnostics {
        let _ = stop;
        Diagnostics::new()
    }
}

/// What makes a site that can be served.
pub trait Builder: Send + 'static {
    /// Builds the site. `changed` are files and folders that may be other than at the last build:
    /// made, written, deleted or moved, a folder with all that is in it. Empty means that anything
    /// may be, as before the first build.
    fn build(&mut self, changed: &[PathBuf]) -> Build;

    /// Finishes a build of which there was more to come: see [`Build::more`]. Called right after that
    /// build is being served, before anything else.
    fn go_on(&mut self) -> Build {
        self.build(&[])
    }

    /// Builds the site although no file has changed: a day has begun, or the author has asked for
    /// another one.
    fn renew(&mut self) -> Build {
        self.build(&[])
    }

    /// The files and folders that a build depends on, there or not; asked again after each build.
    fn watched(&self) -> Vec<PathBuf>;

    /// Told once, before the first build: the address of the preview, such as
    /// `http://127.0.0.1:1111`, to be put in the place of the site's own.
    fn listening(&mut self, base_url: &str) {
        let _ = base_url;
    }

    /// The author wants to see the site as it is on this day, or today again. A build follows.
    fn travel(&mut self, as_of: Option<Date>) {
        let _ = as_of;
    }
}

/// One build.
#[derive(Clone, Default)]
pub struct Build {
    /// The site; `None` if it could not be built, and then the last good one stays. There may be
    /// errors all the same: they are shown over the pages.
    pub site: Option<Arc<dyn Site>>,
    /// What is wrong, or could be better, as far as it is known by now.
    pub diagnostics: Diagnostics,
    /// One line for the terminal: counts and the like.
    pub summary: String,
    /// The addresses, such as `/ru/council/`, of the pages whose own sources changed.
    pub edited: Vec<String>,
    /// Whether the site is one to begin with: its files are right unless something is wrong with the
    /// sources, which is not known yet. [`Builder::go_on`] is asked at once for the one that takes its
    /// place; if that is none, this one goes too. Nothing is said of it in the terminal.
    pub more: bool,
}

impl fmt::Debug for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { site, diagnostics, summary, edited, more } = self;
        let mut shown = f.debug_struct("Build");
        shown.field("site", &site.is_some()).field("diagnostics", diagnostics);
        shown.field("summary", summary).field("edited", edited).field("more", more).finish()
    }
}

/// How to serve.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port: this one and no other; by default the first free one from [`DEFAULT_PORT`] on.
    pub port: Option<u16>,
    /// Whether to open a browser after the first build.
    pub open: bool,
    /// Whether browsers go to the page that is being edited.
    pub follow: bool,
    /// What opens a file of the site at a line, when its author clicks on it.
    pub editor: Editor,
    /// The site's folder; nothing out of it is opened.
    pub root: PathBuf,
    /// Folders in which changes mean nothing, such as the output folder.
    pub ignored: Vec<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: None,
            open: false,
            follow: false,
            editor: Editor::default(),
            root: PathBuf::from("."),
            ignored: Vec::new(),
        }
    }
}

/// What is to be said in the terminal.
#[derive(Clone, Debug)]
pub enum Event {
    /// The server listens.
    Listening {
        /// The address for a browser, such as `http://127.0.0.1:1111/`.
        url: String,
        /// The default port was taken, so it is another.
        moved: bool,
        /// The address for other machines of the local network, if it listens for them.
        network: Option<String>,
    },
    /// A build begins.
    Building {
        /// What has changed; nothing before the first build, and when that cannot be told.
        changed: Vec<PathBuf>,
    },
    /// A build has ended, and is being served if it was good.
    Built {
        /// The build.
        build: Build,
        /// How long it took.
        elapsed: Duration,
        /// Whether no error is known, of those that were found by rendering either.
        well: bool,
    },
    /// All pages of the last build are rendered, and what is wrong with them is another than before.
    Found {
        /// What was not known before.
        diagnostics: Diagnostics,
        /// Whether no error is known.
        well: bool,
    },
    /// Something else went wrong: a folder cannot be watched, no browser opens.
    Trouble(Diagnostic),
}
