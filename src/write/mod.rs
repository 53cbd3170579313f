//! Layer 8, WRITE: the output folder.
//!
//! A build hands over its files with [`Output::put`], from as many threads as it likes. Nothing
//! that a visitor can see changes until [`Output::commit`]; a build that fails, is killed or finds
//! the disk full leaves the earlier output as it was.
//!
//! - **Compared in place.** A file whose bytes are there already is not written: it keeps its
//!   times, and a host that publishes by time or size has nothing to do.
//! - **Staged beside it.** New bytes go to `.kenes-staging/` in the output folder, which is the
//!   same file system, so that each later step is a rename. A whole new folder is one rename.
//! - **Journalled.** When all is staged, and on the disk, the list of steps is written down; only
//!   then are they taken. A run that is killed in the middle of them leaves that list, and the
//!   next run on the folder first takes the steps that are left. The manifest is the last.
//! - **Foreign files are sacred.** What the manifest does not list, Kenes did not write: it is
//!   never overwritten and never deleted. A symbolic link is never followed.
//!
//! What a visitor may see while the steps are taken (a few milliseconds for an ordinary build,
//! some 5 µs for each replaced file) is a mix of old and new *files*; each single file is whole.
//! No file system can swap a folder that holds foreign files at one stroke.
//!
//! The folder is locked while a build works in it, by a lock on the folder itself where the system
//! can do that, so that no lock file lies about to be published; the system drops it with the
//! process, whatever the process dies of. Elsewhere the lock is a file, `.kenes-lock`. Names that
//! begin with `.kenes-` at the top of the folder, and `manifest.json`, belong to Kenes.

// A diagnostic is some 200 bytes; it is made once in a failed build, and boxing it would have
// every caller unbox it.
#![allow(clippy::result_large_err)]

mod cache;
mod commit;
mod fault;
mod folders;
mod journal;
mod lock;
mod manifest;
mod output;
mod place;
mod precompress;
mod stage;
#[cfg(test)]
mod tests;

pub use cache::{forget, keep, used};
pub use fault::cause;
pub use manifest::Meta;
pub use output::{Body, Entry, Output, Summary};
pub use precompress::{beside, is_compressed};
