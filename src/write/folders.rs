//! What is known about the folders of the output while ten thousand files are put into them from
//! several threads: each is looked at once and made once.

use std::collections::HashMap;
use std::fs;
use std::hash::BuildHasher;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;

use crate::write::journal;

/// What is in the output folder where a folder of the new output belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nothing: the staged folder is moved here whole.
    Missing,
    /// A folder.
    Folder,
    /// A file, which must go first.
    File,
}

/// Why a folder cannot be used.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It is a symbolic link.
    Symlink(String),
    /// It is something other than a folder or a file.
    Special(String),
    /// The system says no.
    Io(String, io::Error),
}

#[derive(Clone, Copy)]
struct Known {
    place: Place,
    /// Ready to be staged into: made in the staging tree or, if in place, seen to be writable.
    ready: bool,
}

type Shard = Mutex<HashMap<Box<str>, Known, RandomState>>;

/// The folders of one output folder. No lock is held while the disk is asked.
pub(super) struct Folders {
    folder: PathBuf,
    tree: PathBuf,
    shards: Vec<Shard>,
    hasher: RandomState,
}

const SHARDS: usize = 64;

/// The folder that a path lies in, `""` at the top.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

impl Folders {
    pub(super) fn new(folder: PathBuf, staging: &std::path::Path) -> Self {
        let hasher = RandomState::default();
        let shards = (0..SHARDS).map(|_| Mutex::new(HashMap::with_hasher(hasher.clone()))).collect();
        Self { folder, tree: journal::tree(staging), shards, hasher }
    }

    fn shard(&self, folder: &str) -> &Shard {
        let hash = self.hasher.hash_one(folder);
        #[allow(clippy::cast_possible_truncation)] // which bits are kept does not matter
        let index = (hash >> 32) as usize % SHARDS;
        &self.shards[index]
    }

    fn get(&self, folder: &str) -> Option<Known> {
        self.shard(folder).lock().unwrap_or_else(PoisonError::into_inner).get(folder).copied()
    }

    /// What is at a folder's place, which two threads may find out at once.
    pub(super) fn place(&self, folder: &str) -> Result<Place, Trouble> {
        if folder.is_empty() {
            return Ok(Place::Folder);
        }
        if let Some(known) = self.get(folder) {
            return Ok(known.place);
        }
        let place = match self.place(parent(folder))? {
            Place::Missing | Place::File => Place::Missing,
            Place::Folder => self.look(folder)?,
        };
        let mut shard = self.shard(folder).lock().unwrap_or_else(PoisonError::into_inner);
        shard.entry(Box::from(folder)).or_insert(Known { place, ready: false });
        Ok(place)
    }

    fn look(&self, folder: &str) -> Result<Place, Trouble> {
        match fs::symlink_metadata(self.folder.join(folder)) {
            Ok(found) if found.is_dir() => Ok(Place::Folder),
            Ok(found) if found.is_symlink() => Err(Trouble::Symlink(folder.to_owned())),
            Ok(found) if found.is_file() => Ok(Place::File),
            Ok(_) => Err(Trouble::Special(folder.to_owned())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Place::Missing),
            Err(error) => Err(Trouble::Io(folder.to_owned(), error)),
        }
    }

    /// Makes a folder ready to be staged into.
    pub(super) fn prepare(&self, folder: &str) -> Result<(), Trouble> {
        if self.get(folder).is_some_and(|known| known.ready) {
            return Ok(());
        }
        let place = self.place(folder)?;
        let failed = |error| Trouble::Io(folder.to_owned(), error);
        match place {
            // Better now than in the middle of the renames.
            Place::Folder => writable(&self.folder.join(folder)).map_err(failed)?,
            Place::Missing | Place::File => {
                let above = parent(folder);
                self.prepare(above)?;
                let made = if self.place(above)? == Place::Folder {
                    fs::create_dir_all(self.tree.join(folder))
                } else {
                    fs::create_dir(self.tree.join(folder))
                };
                made.or_else(|error| match error.kind() {
                    ErrorKind::AlreadyExists if self.tree.join(folder).is_dir() => Ok(()),
                    _ => Err(failed(error)),
                })?;
            }
        }
        let mut shard = self.shard(folder).lock().unwrap_or_else(PoisonError::into_inner);
        shard.insert(Box::from(folder), Known { place, ready: true });
        Ok(())
    }

    /// Whether a folder of the new output has this name.
    pub(super) fn contains(&self, folder: &str) -> bool {
        self.get(folder).is_some()
    }

    /// The staged folders that are moved whole, sorted; and those of them that have a file at
    /// their place.
    pub(super) fn staged(&self) -> (Vec<String>, Vec<String>) {
        let (mut tops, mut over_files) = (Vec::new(), Vec::new());
        for shard in &self.shards {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner).clone();
            #[expect(clippy::iter_over_hash_type, reason = "both lists are sorted below")]
            for (folder, known) in shard {
                let top = known.place != Place::Folder
                    && known.ready
                    && self.place(parent(&folder)).is_ok_and(|place| place == Place::Folder);
                if top {
                    tops.push(folder.to_string());
                    if known.place == Place::File {
                        over_files.push(folder.into());
                    }
                }
            }
        }
        tops.sort_unstable();
        over_files.sort_unstable();
        (tops, over_files)
    }
}

/// Whether names can be added to a folder and taken from it.
pub(super) fn writable(folder: &std::path::Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::fs::Access;
        rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK)?;
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
