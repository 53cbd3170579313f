//! Layer 10: the preview server of `kenes serve`.
//!
//! It knows nothing of how a site is built: a [`Builder`] gives it whole builds, it watches the
//! files that the builder names, and has it build again when they change. What it serves is in
//! memory and is swapped at one stroke, so that no reader sees half a build; when a build fails,
//! the last good one stays, and every page shows what is wrong.
//!
//! - `server`: starting and stopping; the thread that builds
//! - `watch`, `noise`: which files changed, and when all is quiet
//! - `state`, `files`: what is being served
//! - `answer`, `guard`, `range`, `mime`: HTTP
//! - `live`, with `live.js`: reloading and the overlay
//!
//! **Who may ask.** A preview shows drafts, and any web page that its author has open can send
//! requests to it. It listens on the loopback address unless told otherwise, answers only to names
//! of this machine (DNS rebinding), lets no other origin read (no CORS headers, resource policy
//! `same-origin`), and gives events only to pages that it served itself.

// See `write`: a diagnostic that is made once in a run need not be boxed.
#![allow(clippy::result_large_err)]

mod answer;
mod files;
mod guard;
mod live;
mod mime;
mod noise;
mod range;
mod server;
mod state;
#[cfg(test)]
mod tests;
mod watch;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::base::diagnostic::{Diagnostic, Diagnostics};

pub use files::Files;
pub use server::{Server, run};

/// The port that is tried first, as in Zola.
pub const DEFAULT_PORT: u16 = 1111;

/// What makes a site that can be served.
pub trait Builder: Send + 'static {
    /// Builds the site. `changed` are files and folders that may be other than at the last build:
    /// made, written, deleted or moved, a folder with all that is in it. Empty means that anything
    /// may be, as before the first build.
    fn build(&mut self, changed: &[PathBuf]) -> Build;

    /// The files and folders that a build depends on, there or not; asked again after each build.
    fn watched(&self) -> Vec<PathBuf>;

    /// Told once, before the first build: the address of the preview, such as
    /// `http://127.0.0.1:1111`, to be put in the place of the site's own.
    fn listening(&mut self, base_url: &str) {
        let _ = base_url;
    }
}

/// One build.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// The site; `None` if it could not be built, and then the last good one stays.
    pub files: Option<Arc<Files>>,
    /// What is wrong, or could be better.
    pub diagnostics: Diagnostics,
    /// One line for the terminal: counts and the like.
    pub summary: String,
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
    /// Folders in which changes mean nothing, such as the output folder.
    pub ignored: Vec<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self { host: IpAddr::V4(Ipv4Addr::LOCALHOST), port: None, open: false, ignored: Vec::new() }
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
    },
    /// Something else went wrong: a folder cannot be watched, no browser opens.
    Trouble(Diagnostic),
}
