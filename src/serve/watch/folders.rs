//! Which folders are watched, and whether anything in them changed while nobody did.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use super::gather::Sight;
use super::links::passed_over;
use super::poll::Roots;
use super::{CLOCKS, Watcher};
use crate::serve::noise;

impl Watcher {
    /// The folders to be watched as things are now, and whether with all that is below them.
    pub(super) fn folders(&self) -> Roots {
        let mut folders = Roots::new();
        let mut shallow = |folder: &Path| {
            folders.entry(folder.to_path_buf()).or_insert(false);
        };
        let mut deep = Vec::new();
        for wanted in &self.wanted {
            if wanted.real.is_dir() {
                self.without_ignored(&wanted.real, &mut shallow, &mut deep);
            }
            // Its parent too, for a folder that is deleted and made again. The first of the ancestors is the place
            // itself.
            if let Some(above) = wanted.real.ancestors().skip(1).find(|above| above.is_dir()) {
                shallow(above);
            }
        }
        // What links lead to, if that lies in the site; they are not followed out of it.
        let site = common(self.wanted.iter().map(|wanted| wanted.real.as_path()));
        for target in self.links.targets().filter(|target| site.is_some_and(|site| target.starts_with(site)))
        {
            if deep.iter().any(|folder: &PathBuf| target.starts_with(folder)) {
                continue;
            }
            // Or what lies nearest above it, where it is not there or is a file. Here too, the first of the ancestors
            // is the place itself.
            let mut above = target.ancestors().skip(1);
            if target.is_dir() {
                self.without_ignored(target, &mut shallow, &mut deep);
            } else if let Some(above) = above.find(|above| above.is_dir()) {
                shallow(above);
            }
        }
        folders.extend(deep.into_iter().map(|folder| (folder, true)));
        folders
    }

    /// A folder as a whole, or in parts if some of it is ignored.
    fn without_ignored(&self, folder: &Path, shallow: &mut impl FnMut(&Path), deep: &mut Vec<PathBuf>) {
        let inside = |ignored: &PathBuf| ignored.starts_with(folder) && ignored != folder;
        let has_history = || noise::VERSION_CONTROL.iter().any(|name| folder.join(name).is_dir());
        if !self.ignored.iter().any(inside) && !has_history() {
            deep.push(folder.to_path_buf());
            return;
        }
        shallow(folder);
        for entry in self.inside(folder) {
            if entry.file_type().is_dir() {
                self.without_ignored(entry.path(), shallow, deep);
            }
        }
    }

    /// What lies in a folder itself and is not ignored.
    fn inside(&self, folder: &Path) -> impl Iterator<Item = walkdir::DirEntry> {
        let entries = walkdir::WalkDir::new(folder).min_depth(1).max_depth(1).into_iter();
        entries.filter_entry(|entry| !passed_over(entry, &self.ignored)).flatten()
    }

    /// The system lost events; unless nothing happened, everything may be other.
    pub(super) fn lost(&mut self, at: Instant) {
        // The queue can have been filled by our own reading; that must not go on for ever.
        let sure = std::mem::replace(&mut self.sure, SystemTime::now());
        let there = self.there();
        let there = std::mem::replace(&mut self.there, there) != self.there;
        if there || self.changed_since(sure.checked_sub(CLOCKS).unwrap_or(sure)) {
            self.gathering.see(PathBuf::new(), Sight::Folder, at);
            // Folders that came unseen are not watched yet.
            self.watched.values_mut().for_each(|watched| watched.identity = None);
        }
    }

    /// The wanted files and folders that there are, and what lies in those folders that are watched in
    /// parts. The time of such a folder tells nothing: something ignored may have come or gone.
    pub(super) fn there(&self) -> BTreeSet<PathBuf> {
        let mut there = BTreeSet::new();
        for wanted in self.wanted.iter().map(|wanted| &wanted.real).filter(|wanted| wanted.exists()) {
            there.insert(wanted.clone());
            let mut parts = Vec::new();
            if wanted.is_dir() {
                let mut part = |folder: &Path| parts.push(folder.to_path_buf());
                self.without_ignored(wanted, &mut part, &mut Vec::new());
            }
            there.extend(parts.iter().flat_map(|part| self.inside(part)).map(walkdir::DirEntry::into_path));
        }
        there
    }

    /// Whether anything watched was changed since then, which the time of the last change to each
    /// file and folder tells: nobody can set it back.
    #[cfg(unix)]
    fn changed_since(&self, then: SystemTime) -> bool {
        use std::os::unix::fs::MetadataExt;
        let times = |time: SystemTime| {
            let time = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            (i64::try_from(time.as_secs()).unwrap_or(i64::MAX), i64::from(time.subsec_nanos()))
        };
        // A time to come is that of a clock that was wrong.
        let times = times(then)..=times(SystemTime::now() + CLOCKS);
        let folders = self.folders();
        let in_parts = |path: &Path| folders.get(path) == Some(&false) && self.there.contains(path);
        folders.iter().any(|(folder, deep)| {
            let walker = walkdir::WalkDir::new(folder).max_depth(if *deep { usize::MAX } else { 1 });
            let mut entries = walker.into_iter().filter_entry(|entry| !passed_over(entry, &self.ignored));
            // What else is in the folder above is none of ours.
            entries.any(|entry| match entry.and_then(|entry| Ok((entry.metadata()?, entry))) {
                Ok((found, entry)) => {
                    times.contains(&(found.ctime(), found.ctime_nsec()))
                        && !in_parts(entry.path())
                        && !self.concerns(entry.path(), false).is_empty()
                }
                Err(_) => false,
            })
        })
    }

    /// It cannot be told.
    #[cfg(not(unix))]
    #[allow(clippy::unused_self)]
    fn changed_since(&self, _: SystemTime) -> bool {
        true
    }
}

/// The nearest folder in which all of these lie; one alone lies in itself.
pub(super) fn common<'a>(mut paths: impl Iterator<Item = &'a Path>) -> Option<&'a Path> {
    let first = paths.next()?;
    paths.try_fold(first, |common, path| common.ancestors().find(|above| path.starts_with(above)))
}
