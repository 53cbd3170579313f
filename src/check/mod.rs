//! Layer 10: `kenes check`: everything that a build would report, and what a build lets pass.
//!
//! - [`site`]: renders every file, keeps none, and looks at the content as an editor would:
//!   `translations` (K0901), `text` (pictures K0902, headings K0903, link texts K0905), `orphans`
//!   (K0904), the site's address (K0907)
//! - [`Outside`]: asks the servers that links lead to (K0503), and remembers the answers
//!
//! All of this is warnings: a site with any can be published. Nothing here changes the output, so
//! this is the one place besides `serve` that may look at the system's clock and at the network.

mod orphans;
mod outside;
mod text;
mod translations;
mod vague;

pub use outside::{CACHE_FILE, Limits, Outcome, Outside};

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::base::path::OutputPath;
use crate::build::{Prepared, Sink};
use crate::config::{Config, FILE_NAME};
use crate::relate::Library;
use crate::render::Rendered;
use crate::source::Source;

/// Checks a prepared site. `done` is told how many files are rendered.
#[must_use]
pub fn site(prepared: &Prepared, root: &Path, done: impl Fn(usize) + Sync) -> Diagnostics {
    let nowhere = Nowhere::default();
    let mut all = prepared.render(&nowhere, false, done);
    all.extend(nowhere.unreadable.into_inner().unwrap_or_else(PoisonError::into_inner));
    let mut found = content(&prepared.library);
    Source::new(root).locate(&mut found);
    all.extend(found);
    all.finish(false)
}

/// What can be said of the content alone. The places are still to be located.
#[must_use]
fn content(library: &Library) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    translations::check(library, &mut problems);
    for id in library.ids() {
        text::check(library.item(id), &mut problems);
    }
    orphans::check(library, &mut problems);
    problems.extend(example_address(library.config()));
    problems
}

/// The address of a new site stands in every feed, in the site map and in robots.txt: there it
/// leads to somebody else.
fn example_address(config: &Config) -> Option<Diagnostic> {
    let (_, host) = config.base_url.split_once("://")?;
    let host = host.split(['/', ':']).next().unwrap_or_default();
    if !matches!(host, "example.org" | "www.example.org") {
        return None;
    }
    let problem = Diagnostic::warning(codes::EXAMPLE_ADDRESS, "the site's address is still the example");
    let problem = match config.base_url_span {
        Some(span) => problem.at(Location::later(FILE_NAME, span)),
        None => problem.in_file(FILE_NAME),
    };
    Some(problem.help("set `base_url` to the address that the site will be published at"))
}

/// Drops what is rendered.
#[derive(Default)]
struct Nowhere {
    unreadable: Mutex<Vec<Diagnostic>>,
}

impl Sink for Nowhere {
    fn put(&self, _: &OutputPath, rendered: Rendered) -> Result<(), Box<Diagnostic>> {
        // A build would copy the file, and fail if it cannot be read. All such files are reported:
        // an error from here would end the run.
        if let Rendered::Copy(file) = rendered
            && let Err(problem) = file.probe()
        {
            self.unreadable.lock().unwrap_or_else(PoisonError::into_inner).push(*problem);
        }
        Ok(())
    }

    fn wants_pictures(&self) -> bool {
        false
    }
}
