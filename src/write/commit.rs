//! The moment at which an output folder changes.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use crate::base::diagnostic::Diagnostic;
use crate::base::path::OutputPath;
use crate::write::folders::{self, Place};
use crate::write::journal::{Journal, Step};
use crate::write::manifest::{self, Meta};
use crate::write::output::{Output, Record, Staged, Summary};
use crate::write::{fault, stage};

impl Output {
    /// Makes everything that was put visible, deletes what earlier builds wrote and this one did
    /// not, and writes the manifest.
    ///
    /// # Errors
    /// `K0801`, and the folder is as it was, unless the help says that the next build has to finish.
    pub fn commit(mut self, meta: &Meta) -> Result<Summary, Diagnostic> {
        match self.prepare_commit(meta)? {
            (Some(journal), summary) => self.carry_out(&journal).map(|()| summary),
            (None, summary) => Ok(summary),
        }
    }

    /// Works out the steps, and has them and all new bytes on the disk; `None` if nothing changes.
    pub(super) fn prepare_commit(&mut self, meta: &Meta) -> Result<(Option<Journal>, Summary), Diagnostic> {
        let records = self.take_records();
        self.check_clashes(&records)?;
        let stale = self.stale(&records)?;
        let early = self.clear_the_way(&records, &stale)?;
        let bytes = manifest::render(meta, &records);
        let written = records.iter().filter(|record| record.staged != Staged::No).count();
        let summary = Summary {
            written,
            unchanged: records.len() - written,
            deleted: stale.len(),
            bytes: records.iter().map(|record| record.entry.size).sum(),
        };
        let new_manifest = bytes != self.found.bytes;
        if written == 0 && stale.is_empty() && !new_manifest {
            return Ok((None, summary));
        }
        let journal = self.journal(&records, stale, early, new_manifest);
        let failed = |error| self.unwritable("", &error);
        folders::writable(&self.folder).map_err(failed)?;
        fs::write(self.staging.join(manifest::NAME), bytes).map_err(failed)?;
        journal.write(&self.staging).map_err(failed)?;
        stage::flush_all(&self.staging).map_err(failed)?;
        Ok((Some(journal), summary))
    }

    fn carry_out(&mut self, journal: &Journal) -> Result<(), Diagnostic> {
        Journal::seal(&self.staging).map_err(|error| self.unwritable("", &error))?;
        if let Err((path, error)) = journal.run(&self.folder, &self.staging, false) {
            self.cleanup.keep = true;
            return Err(self.unwritable(&path, &error).help(
                "only a part of the new output is in place; once the cause is gone, the next build finishes it",
            ));
        }
        stage::flush_names(&self.folder);
        Ok(())
    }

    /// No path is put twice, and none is a folder of another.
    fn check_clashes(&self, records: &[Record]) -> Result<(), Diagnostic> {
        let twice = records.windows(2).find(|pair| pair[0].path == pair[1].path).map(|pair| &pair[0]);
        let clash =
            twice.or_else(|| records.iter().find(|record| self.folders.contains(record.path.as_str())));
        clash.map_or(Ok(()), |record| Err(fault::twice(record.path.as_str())))
    }

    /// Files that an earlier build wrote and this one did not, as far as they are there. What is a
    /// link or a folder by now, or behind a link, is not what Kenes wrote.
    fn stale(&self, records: &[Record]) -> Result<Vec<String>, Diagnostic> {
        let new = |path: &str| records.binary_search_by(|record| record.path.as_str().cmp(path)).is_ok();
        let mut stale: Vec<String> = self.ours().filter(|path| !new(path)).map(str::to_owned).collect();
        // Where `About` and `about` are one file, the stale name is that of a new file.
        if cfg!(any(windows, target_vendor = "apple")) && !stale.is_empty() {
            let folded: HashSet<String> = records.iter().map(|r| r.path.as_str().to_lowercase()).collect();
            stale.retain(|path| !folded.contains(&path.to_lowercase()));
        }
        stale.retain(|path| {
            matches!(self.folders.place(folders::parent(path)), Ok(Place::Folder))
                && fs::symlink_metadata(self.folder.join(path)).is_ok_and(|found| found.is_file())
        });
        stale.sort_unstable();
        let mut checked = None;
        for path in &stale {
            let parent = folders::parent(path);
            if checked != Some(parent) {
                let folder = self.folder.join(parent);
                folders::writable(&folder).map_err(|error| self.unwritable(path, &error))?;
                checked = Some(parent);
            }
        }
        Ok(stale)
    }

    /// The stale files that are in the way of new ones: a file where a folder goes, or the files in
    /// a folder where a file goes. Anything else there is not ours to move.
    fn clear_the_way(&self, records: &[Record], stale: &[String]) -> Result<InTheWay, Diagnostic> {
        let stale: HashSet<&str> = stale.iter().map(String::as_str).collect();
        let mut early = InTheWay::default();
        for file in self.folders.staged().1 {
            if !stale.contains(file.as_str()) {
                return Err(fault::foreign(&self.shown(&file)));
            }
            early.files.insert(file);
        }
        for record in records.iter().filter(|record| record.over_folder) {
            self.clear_folder(record.path.as_str(), &stale, &mut early)?;
        }
        Ok(early)
    }

    fn clear_folder(
        &self,
        folder: &str,
        stale: &HashSet<&str>,
        early: &mut InTheWay,
    ) -> Result<(), Diagnostic> {
        let failed = |error| self.unwritable(folder, &error);
        let mut empty = true;
        for entry in fs::read_dir(self.folder.join(folder)).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            empty = false;
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.file_type().map_err(failed)?.is_dir() {
                self.clear_folder(&path, stale, early)?;
            } else if stale.contains(path.as_str()) {
                early.files.insert(path);
            } else {
                return Err(fault::foreign(&self.shown(&path)));
            }
        }
        if empty {
            return Err(fault::foreign(&self.shown(folder)));
        }
        early.folders.push(folder.to_owned());
        Ok(())
    }

    /// New files come before the old ones go, so that a page that moves is never in neither place.
    fn journal(
        &self,
        records: &[Record],
        stale: Vec<String>,
        early: InTheWay,
        new_manifest: bool,
    ) -> Journal {
        let (first, last): (Vec<_>, Vec<_>) = stale.into_iter().partition(|path| early.files.contains(path));
        let emptied = folders_of(&last);
        let files = records.iter().filter_map(|record| match record.staged {
            Staged::Numbered(number) => Some(Step::File(number, record.path.as_str().to_owned())),
            _ => None,
        });
        let steps = first
            .into_iter()
            .map(Step::Delete)
            .chain(early.folders.into_iter().map(Step::Prune))
            .chain(self.folders.staged().0.into_iter().map(Step::Folder))
            .chain(files)
            .chain(last.into_iter().map(Step::Delete))
            .chain(emptied.into_iter().map(Step::Prune))
            .chain(new_manifest.then_some(Step::Manifest));
        Journal { steps: steps.collect() }
    }
}

/// What an earlier build put where new files go.
#[derive(Default)]
struct InTheWay {
    files: HashSet<String>,
    /// Folders that hold nothing but such files, each after those in it.
    folders: Vec<String>,
}

/// All folders that these files lie in, each after those in it.
fn folders_of(files: &[String]) -> Vec<String> {
    let mut folders = BTreeSet::new();
    for file in files {
        let mut rest = folders::parent(file);
        while !rest.is_empty() && folders.insert(rest) {
            rest = folders::parent(rest);
        }
    }
    folders.into_iter().rev().map(str::to_owned).collect()
}

impl Output {
    /// The folder's path, without symbolic links.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether an earlier build wrote this file.
    #[must_use]
    pub fn is_ours(&self, path: &OutputPath) -> bool {
        self.found.ours.contains_key(path.as_str())
    }
}
