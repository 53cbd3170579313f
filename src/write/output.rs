//! The output folder, open for one build.

use std::fmt;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use rayon::slice::ParallelSliceMut as _;

use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::Digest;
use crate::base::path::OutputPath;
use crate::write::fault;
use crate::write::folders::{self, Folders, Place, Trouble};
use crate::write::journal::{self, Journal};
use crate::write::lock::Lock;
use crate::write::manifest;
use crate::write::place;
use crate::write::stage::{self, CopyError};

/// What a file of the output holds.
#[derive(Clone, Debug)]
pub enum Body {
    /// Bytes in memory; made without a copy from a `Vec<u8>`, a `String` or static bytes.
    Bytes(Bytes),
    /// A copy of this file, which may be too large to hold.
    File(PathBuf),
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Bytes(text.into())
    }
}

/// What the manifest says of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// How many bytes it has.
    pub size: u64,
}

/// What a build did to its output folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that are new or have new bytes.
    pub written: usize,
    /// Files that were there already.
    pub unchanged: usize,
    /// Files of an earlier build that are gone.
    pub deleted: usize,
    /// Size of all files of the site together, the manifest apart.
    pub bytes: u64,
}

/// Where a file's new bytes wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Staged {
    /// Nowhere: they are in place.
    No,
    /// In a folder that is moved whole.
    Tree,
    /// Under this number.
    Numbered(u32),
}

/// One file that was put.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) path: OutputPath,
    pub(super) entry: Entry,
    pub(super) staged: Staged,
    /// It was in place before Kenes made the same, so it is not ours to delete.
    pub(super) foreign: bool,
    /// A folder is in its place.
    pub(super) over_folder: bool,
}

/// An output folder that is locked and takes files.
///
/// Dropped without [`Output::commit`], it leaves the folder as it was.
pub struct Output {
    pub(super) folder: PathBuf,
    pub(super) staging: PathBuf,
    pub(super) folders: Folders,
    pub(super) found: manifest::Found,
    pub(super) records: Vec<Mutex<Vec<Record>>>,
    pub(super) cleanup: Cleanup,
    shown: String,
    site: PathBuf,
    next_number: AtomicU32,
    next_shard: AtomicUsize,
    _lock: Lock,
}

/// Lists of records, so that threads seldom meet at one.
const RECORD_LISTS: usize = 16;

/// A file of at most this size is read whole instead of copied in pieces.
const SMALL: u64 = 1 << 20;

/// What is there where a file of the output belongs.
enum InPlace {
    Nothing,
    File { size: u64 },
    Folder,
}

impl Output {
    /// Opens the output folder of a site for one build, and makes it if there is none.
    ///
    /// `inputs` are the folders that the build reads; `content`, `themes`, `static` and
    /// `templates` of the site are always taken for such. Relative paths are relative to the
    /// working directory. If an earlier run was killed, this finishes or undoes what it began.
    ///
    /// # Errors
    /// `K0802`: the folder is in a place where it may not be. `K0803`: another build is at work in
    /// it. `K0801`: it cannot be made or written.
    pub fn open(site: &Path, folder: &Path, inputs: &[PathBuf]) -> Result<Self, Diagnostic> {
        let folder = place::check(site, folder, inputs)?;
        let site = site.canonicalize().unwrap_or_else(|_| site.to_path_buf());
        let shown = fault::shown(&site, &folder);
        let failed = |error: io::Error| fault::unwritable(&shown, &shown, &error);
        let made = !folder.exists();
        if made {
            fs::create_dir_all(&folder).map_err(failed)?;
        }
        let lock = Lock::take(&folder, &shown)?;
        let staging = folder.join(journal::STAGING);
        finish_killed_run(&folder, &staging).map_err(|(path, error)| {
            let path = folder.join(path);
            fault::unwritable(&shown, &fault::shown(&site, &path), &error)
        })?;
        let cleanup = Cleanup { staging: staging.clone(), made: made.then(|| folder.clone()), keep: false };
        make_private(&staging).map_err(|error| {
            let path = fault::shown(&site, &staging);
            fault::unwritable(&shown, &path, &error)
        })?;
        fs::create_dir(journal::tree(&staging)).map_err(failed)?;
        let found = manifest::read(&folder).map_err(failed)?;
        if found.foreign {
            return Err(fault::foreign(&fault::shown(&site, &folder.join(manifest::NAME))));
        }
        Ok(Self {
            folders: Folders::new(folder.clone(), &staging),
            folder,
            staging,
            found,
            records: (0..RECORD_LISTS).map(|_| Mutex::default()).collect(),
            cleanup,
            shown,
            site,
            next_number: AtomicU32::new(0),
            next_shard: AtomicUsize::new(0),
            _lock: lock,
        })
    }

    /// Puts a file into the output, to be seen after [`Output::commit`]. Any number of threads
    /// may do so at once.
    ///
    /// # Errors
    /// `K0801`: it cannot be written, or something that Kenes did not write is in its place.
    /// `K0602`: the name is one that Kenes needs. `K0601`: the path was put already.
    /// `K0201`: the file to copy cannot be read.
    pub fn put(&self, path: &OutputPath, body: Body) -> Result<Entry, Diagnostic> {
        if manifest::is_reserved(path.as_str()) {
            return Err(Diagnostic::error(
                codes::BAD_PATH,
                format!("no file of the site can be called `{path}`: Kenes keeps that name for itself"),
            )
            .help("a web app's manifest is usually called `manifest.webmanifest`"));
        }
        let in_place = self.in_place(path)?;
        let target = self.folder.join(path.as_str());
        let (entry, staged) = match body {
            Body::Bytes(bytes) => self.put_bytes(path, &target, &in_place, &bytes)?,
            Body::File(from) => {
                let found = fs::metadata(&from).map_err(|error| self.unreadable(&from, &error))?;
                if found.len() <= SMALL {
                    let bytes = fs::read(&from).map_err(|error| self.unreadable(&from, &error))?;
                    self.put_bytes(path, &target, &in_place, &bytes)?
                } else {
                    self.put_file(path, &target, &in_place, &from, found.len())?
                }
            }
        };
        let ours = self.found.ours.contains_key(path.as_str());
        let list = self.next_shard.fetch_add(1, Ordering::Relaxed) % RECORD_LISTS;
        self.records[list].lock().unwrap_or_else(PoisonError::into_inner).push(Record {
            path: path.clone(),
            entry,
            staged,
            foreign: staged == Staged::No && !ours,
            over_folder: matches!(in_place, InPlace::Folder),
        });
        Ok(entry)
    }

    /// Gives up: the output folder stays as it was. Dropping does the same.
    pub fn abandon(self) {}

    fn in_place(&self, path: &OutputPath) -> Result<InPlace, Diagnostic> {
        let parent = folders::parent(path.as_str());
        match self.folders.place(parent).map_err(|trouble| self.trouble(trouble))? {
            Place::Missing => return Ok(InPlace::Nothing),
            Place::File if self.found.ours.contains_key(parent) => return Ok(InPlace::Nothing),
            Place::File => return Err(fault::foreign(&self.shown(parent))),
            Place::Folder => {}
        }
        match fs::symlink_metadata(self.folder.join(path.as_str())) {
            Ok(found) if found.is_file() => Ok(InPlace::File { size: found.len() }),
            Ok(found) if found.is_dir() => Ok(InPlace::Folder),
            Ok(found) if found.is_symlink() => Err(fault::symlink(&self.shown(path.as_str()))),
            Ok(_) => Err(fault::foreign(&self.shown(path.as_str()))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(InPlace::Nothing),
            Err(error) => Err(self.unwritable(path.as_str(), &error)),
        }
    }

    fn put_bytes(
        &self,
        path: &OutputPath,
        target: &Path,
        in_place: &InPlace,
        bytes: &[u8],
    ) -> Result<(Entry, Staged), Diagnostic> {
        let entry = Entry { digest: Digest::of(bytes), size: bytes.len() as u64 };
        if let InPlace::File { size } = in_place {
            // A file of ours that we may not read is simply written anew.
            if *size == entry.size && stage::holds(target, bytes).unwrap_or(false) {
                return Ok((entry, Staged::No));
            }
            self.check_ours(path)?;
        }
        let staged = self.stage(path, in_place, |file| stage::write(file, bytes).map_err(CopyError::To))?;
        Ok((entry, staged.0))
    }

    fn put_file(
        &self,
        path: &OutputPath,
        target: &Path,
        in_place: &InPlace,
        from: &Path,
        length: u64,
    ) -> Result<(Entry, Staged), Diagnostic> {
        if let InPlace::File { size } = in_place {
            if *size == length {
                match stage::same(from, target) {
                    Ok(Some((digest, size))) => return Ok((Entry { digest, size }, Staged::No)),
                    Err(CopyError::From(error)) => return Err(self.unreadable(from, &error)),
                    Ok(None) | Err(CopyError::To(_)) => {}
                }
            }
            self.check_ours(path)?;
        }
        let copied = self.stage(path, in_place, |file| {
            let mut file = stage::create(file).map_err(CopyError::To)?;
            stage::copy(from, &mut file)
        });
        let (staged, (digest, size)) = copied.map_err(|failure| failure.named(self, from))?;
        Ok((Entry { digest, size }, staged))
    }

    /// Has new bytes written to where they are to wait.
    fn stage<T>(
        &self,
        path: &OutputPath,
        in_place: &InPlace,
        write: impl Fn(&Path) -> Result<T, CopyError>,
    ) -> Result<(Staged, T), Unstaged> {
        let parent = folders::parent(path.as_str());
        self.folders.prepare(parent).map_err(|trouble| Unstaged::Said(Box::new(self.trouble(trouble))))?;
        let whole =
            matches!(in_place, InPlace::Nothing) && !matches!(self.folders.place(parent), Ok(Place::Folder));
        let (staged, file) = if whole {
            (Staged::Tree, journal::tree(&self.staging).join(path.as_str()))
        } else {
            let number = self.next_number.fetch_add(1, Ordering::Relaxed);
            (Staged::Numbered(number), journal::numbered(&self.staging, number))
        };
        let mut written = write(&file);
        if !whole && matches!(&written, Err(CopyError::To(error)) if error.kind() == ErrorKind::NotFound) {
            // The first file of its numbered folder.
            let folder = file.parent().unwrap_or(&self.staging);
            fs::create_dir_all(folder)
                .map_err(|error| Unstaged::Said(Box::new(self.unwritable(path.as_str(), &error))))?;
            written = write(&file);
        }
        match written {
            Ok(made) => Ok((staged, made)),
            Err(CopyError::To(error)) if error.kind() == ErrorKind::AlreadyExists && whole => {
                Err(Unstaged::Said(Box::new(fault::twice(path.as_str()))))
            }
            Err(CopyError::To(error)) => {
                Err(Unstaged::Said(Box::new(self.unwritable(path.as_str(), &error))))
            }
            Err(CopyError::From(error)) => Err(Unstaged::Source(error)),
        }
    }

    fn check_ours(&self, path: &OutputPath) -> Result<(), Diagnostic> {
        let ours = self.found.ours.contains_key(path.as_str());
        if ours { Ok(()) } else { Err(fault::foreign(&self.shown(path.as_str()))) }
    }

    /// What a person is shown for a path in the output.
    pub(super) fn shown(&self, path: &str) -> String {
        if path.is_empty() { self.shown.clone() } else { format!("{}/{path}", self.shown) }
    }

    pub(super) fn unwritable(&self, path: &str, error: &io::Error) -> Diagnostic {
        fault::unwritable(&self.shown, &self.shown(path), error)
    }

    pub(super) fn trouble(&self, trouble: Trouble) -> Diagnostic {
        match trouble {
            Trouble::Symlink(path) => fault::symlink(&self.shown(&path)),
            Trouble::Special(path) => fault::foreign(&self.shown(&path)),
            Trouble::Io(path, error) => self.unwritable(&path, &error),
        }
    }

    fn unreadable(&self, from: &Path, error: &io::Error) -> Diagnostic {
        let shown = fault::shown(&self.site, from);
        Diagnostic::error(codes::UNREADABLE, format!("`{shown}` cannot be read: {}", fault::cause(error)))
            .in_file(shown)
    }

    /// All that was put, sorted by path.
    pub(super) fn take_records(&mut self) -> Vec<Record> {
        let lists =
            self.records.iter_mut().map(|list| list.get_mut().unwrap_or_else(PoisonError::into_inner));
        let mut records: Vec<Record> = lists.flat_map(std::mem::take).collect();
        records.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
        records
    }

    /// The files that an earlier build wrote.
    pub(super) fn ours(&self) -> impl Iterator<Item = &str> {
        self.found.ours.keys().map(|path| &**path)
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Why new bytes are not waiting anywhere.
enum Unstaged {
    /// Said in full.
    Said(Box<Diagnostic>),
    /// The file to copy cannot be read.
    Source(io::Error),
}

impl Unstaged {
    fn named(self, output: &Output, from: &Path) -> Diagnostic {
        match self {
            Self::Said(diagnostic) => *diagnostic,
            Self::Source(error) => output.unreadable(from, &error),
        }
    }
}

impl From<Unstaged> for Diagnostic {
    fn from(unstaged: Unstaged) -> Self {
        match unstaged {
            Unstaged::Said(diagnostic) => *diagnostic,
            // Bytes in memory have no source that could fail.
            Unstaged::Source(error) => Self::error(codes::UNREADABLE, fault::cause(&error)),
        }
    }
}

/// Removes what a build leaves beside its output: the staging folder, and the output folder itself
/// if the build made it and nothing came into it.
#[derive(Debug)]
pub(super) struct Cleanup {
    staging: PathBuf,
    made: Option<PathBuf>,
    /// The steps were begun and not finished; the next run will need them.
    pub(super) keep: bool,
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        // If this fails, the next run tries again.
        let _ = fs::remove_dir_all(&self.staging);
        if let Some(folder) = &self.made {
            // Fails when something is in it, as it should.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Takes the steps that a killed run left, and clears away what it staged.
fn finish_killed_run(folder: &Path, staging: &Path) -> Result<(), (String, io::Error)> {
    let failed = |error| (journal::STAGING.to_owned(), error);
    match fs::symlink_metadata(staging) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
        Ok(found) if !found.is_dir() => {
            return fs::remove_file(staging).map_err(failed);
        }
        Ok(_) => {}
    }
    if let Some(journal) = Journal::left_over(staging) {
        journal.run(folder, staging, true)?;
        stage::flush_names(folder);
    }
    fs::remove_dir_all(staging).map_err(failed)
}

/// Makes a folder that only this user can look into: it may lie in a folder that a web server serves.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
