//! The steps that turn the old output into the new one: written down before the first is taken, so
//! that whoever comes after a killed run can take those that are left.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::path::OutputPath;
use crate::write::manifest;

/// The staging folder's place in the output folder.
pub(super) const STAGING: &str = ".kenes-staging";

/// The journal's place in the staging folder. While it is not there, nothing has happened yet.
const JOURNAL: &str = "journal.json";

/// Folders that are not in the output folder yet, with what goes into them.
pub(super) fn tree(staging: &Path) -> PathBuf {
    staging.join("tree")
}

/// A file that goes into a folder that is there already, under its number.
pub(super) fn numbered(staging: &Path, number: u32) -> PathBuf {
    // A file system locks a folder while it adds a name: sixteen folders, so that threads seldom meet.
    staging.join(format!("files/{:x}/{number}", number % 16))
}

/// One change of the output folder. Each can be tried again after it was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Step {
    /// Delete a file.
    Delete(String),
    /// Delete a folder if nothing is in it.
    Prune(String),
    /// Move a whole staged folder to its place.
    Folder(String),
    /// Move a staged file to its place, over what is there.
    File(u32, String),
    /// Move the staged manifest to its place.
    Manifest,
}

/// The list of all steps of one build, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Journal {
    pub(super) steps: Vec<Step>,
}

impl Journal {
    /// Writes it down, in a file that counts only once [`Journal::seal`] was called.
    pub(super) fn write(&self, staging: &Path) -> io::Result<()> {
        let text = serde_json::to_vec(self)?;
        fs::write(staging.join("journal.new"), text)
    }

    /// From here on the build is done, and only has to be carried out.
    pub(super) fn seal(staging: &Path) -> io::Result<()> {
        fs::rename(staging.join("journal.new"), staging.join(JOURNAL))
    }

    /// The journal of a run that was killed while it took its steps.
    pub(super) fn left_over(staging: &Path) -> Option<Self> {
        let text = fs::read(staging.join(JOURNAL)).ok()?;
        let journal: Self = serde_json::from_slice(&text).ok()?;
        // Not that anybody else should have written it; but a path out of the folder is not followed.
        let sound = journal.steps.iter().all(|step| match step {
            Step::Delete(path) | Step::Prune(path) | Step::Folder(path) | Step::File(_, path) => {
                OutputPath::parse(path).is_ok() && !manifest::is_reserved(path)
            }
            Step::Manifest => true,
        });
        sound.then_some(journal)
    }

    /// Takes the steps. With `again`, some of them may have been taken already.
    ///
    /// # Errors
    /// The path at fault, and why.
    pub(super) fn run(&self, folder: &Path, staging: &Path, again: bool) -> Result<(), (String, io::Error)> {
        for step in &self.steps {
            step.take(folder, staging, again)?;
        }
        Ok(())
    }
}

impl Step {
    fn take(&self, folder: &Path, staging: &Path, again: bool) -> Result<(), (String, io::Error)> {
        let (path, done) = match self {
            Self::Delete(path) => (path.as_str(), delete(&folder.join(path))),
            // An empty folder that stays is no harm; one in the way is said by the step it hinders.
            Self::Prune(path) => (path.as_str(), fs::remove_dir(folder.join(path)).or(Ok(()))),
            Self::Folder(path) => (path.as_str(), move_folder(&tree(staging).join(path), &folder.join(path))),
            Self::File(number, path) => {
                (path.as_str(), fs::rename(numbered(staging, *number), folder.join(path)))
            }
            Self::Manifest => {
                (manifest::NAME, fs::rename(staging.join(manifest::NAME), folder.join(manifest::NAME)))
            }
        };
        match done {
            Err(error) if !(again && error.kind() == ErrorKind::NotFound) => Err((path.to_owned(), error)),
            _ => Ok(()),
        }
    }
}

/// Deletes a file. One that is gone already is no error, nor is a folder that a later step put there.
fn delete(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(()),
        Err(_) if file.is_dir() => Ok(()),
        done => done,
    }
}

/// Renames a folder; one that somebody made at its place meanwhile is filled instead.
fn move_folder(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists | ErrorKind::PermissionDenied
            ) && fs::symlink_metadata(to).is_ok_and(|found| found.is_dir()) =>
        {
            for entry in fs::read_dir(from)? {
                let entry = entry?;
                let target = to.join(entry.file_name());
                if entry.file_type()?.is_dir() {
                    move_folder(&entry.path(), &target)?;
                } else {
                    fs::rename(entry.path(), target)?;
                }
            }
            Ok(())
        }
        done => done,
    }
}
