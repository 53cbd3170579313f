//! One build at a time in one output folder.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::write::fault;

/// The lock file of systems that cannot lock a folder.
const LOCK_FILE: &str = ".kenes-lock";

/// A lock on an output folder; it ends with this value, or with the process.
#[derive(Debug)]
pub(super) struct Lock {
    _held: File,
}

impl Lock {
    /// Takes the lock, without waiting for it.
    pub(super) fn take(folder: &Path, shown: &str) -> Result<Self, Diagnostic> {
        let failed = |error: &io::Error| fault::unwritable(shown, shown, error);
        // A lock on the folder itself leaves nothing behind. Windows opens no folders, and NFS
        // locks only what is open for writing.
        if cfg!(unix) {
            let held = File::open(folder).map_err(|error| failed(&error))?;
            match held.try_lock() {
                Ok(()) => return Ok(Self { _held: held }),
                Err(TryLockError::WouldBlock) => return Err(busy(shown)),
                Err(TryLockError::Error(_)) => {}
            }
        }
        let mut options = File::options();
        let path = folder.join(LOCK_FILE);
        let held = options.create(true).truncate(false).write(true).open(path);
        let held = held.map_err(|error| failed(&error))?;
        match held.try_lock() {
            Ok(()) => Ok(Self { _held: held }),
            Err(TryLockError::WouldBlock) => Err(busy(shown)),
            Err(TryLockError::Error(error)) => Err(failed(&error)),
        }
    }
}

fn busy(shown: &str) -> Diagnostic {
    Diagnostic::error(codes::LOCKED, format!("another build is at work in `{shown}`"))
        .in_file(shown)
        .help("wait for it to end, or give this one another folder with `--output`")
}
