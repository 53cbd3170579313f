//! Looking for changes where the system does not tell of them.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime};

use walkdir::WalkDir;

use super::Message;
use super::links::passed_over;

/// Between two looks.
const INTERVAL: Duration = Duration::from_secs(1);

/// A look that takes long (a slow network, many files) is followed by a rest of this many times as
/// long.
const REST: u32 = 4;

/// A file that changed is looked at again after this, until it stays as it is.
const SETTLE: Duration = Duration::from_millis(25);

/// How often it is.
const SETTLES: usize = 12;

/// For so many looks after a change the text is compared as well: some file systems know times by
/// whole seconds only, and a second change may not show.
const YOUNG: u8 = 4;

/// No text longer than this is compared.
const LONG: u64 = 4 << 20;

/// What can be seen of a file without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    folder: bool,
    size: u64,
    modified: SystemTime,
    /// Device and number; none where the system has no such thing.
    identity: Option<(u64, u64)>,
    rights: u32,
}

impl Stamp {
    /// What is there now; `None` for nothing.
    pub(super) fn of(path: &Path) -> Option<Self> {
        std::fs::metadata(path).or_else(|_| path.symlink_metadata()).ok().map(|found| Self::new(&found))
    }

    fn new(found: &std::fs::Metadata) -> Self {
        #[cfg(unix)]
        let (identity, rights) = {
            use std::os::unix::fs::MetadataExt;
            (Some((found.dev(), found.ino())), found.mode())
        };
        #[cfg(not(unix))]
        let (identity, rights) = (None, u32::from(found.permissions().readonly()));
        Self {
            folder: found.is_dir(),
            size: found.len(),
            modified: found.modified().unwrap_or(SystemTime::UNIX_EPOCH),
            identity,
            rights,
        }
    }

    /// Whether this is the same; a folder is, whatever is in it.
    fn same(&self, other: &Self) -> bool {
        if self.folder && other.folder {
            self.identity == other.identity && self.rights == other.rights
        } else {
            self == other
        }
    }
}

#[derive(Clone, Debug)]
struct Entry {
    stamp: Stamp,
    young: u8,
    text: u64,
}

type Entries = BTreeMap<PathBuf, Entry>;

/// Folders, and whether all that is below them counts too.
pub(super) type Roots = BTreeMap<PathBuf, bool>;

/// A thread that looks at folders again and again; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Poller(Sender<(Roots, Sender<()>)>);

impl Poller {
    /// Starts it, looking at nothing yet.
    pub(super) fn start(ignored: Vec<PathBuf>, messages: Sender<Message>) -> std::io::Result<Self> {
        let (sender, orders) = mpsc::channel::<(Roots, Sender<()>)>();
        std::thread::Builder::new().name("kenes-poll".to_owned()).spawn(move || {
            let mut known: BTreeMap<(PathBuf, bool), Entries> = BTreeMap::new();
            let mut rest = INTERVAL;
            loop {
                match orders.recv_timeout(rest) {
                    Ok((roots, done)) => {
                        known = roots
                            .into_iter()
                            .map(|root| {
                                let entries = known.remove(&root);
                                let entries =
                                    entries.unwrap_or_else(|| look(&root.0, root.1, &ignored, None).0);
                                (root, entries)
                            })
                            .collect();
                        // Fails when nobody waits any more.
                        let _ = done.send(());
                    }
                    Err(RecvTimeoutError::Timeout) => {
                        let start = Instant::now();
                        let mut changed = Vec::new();
                        for ((root, deep), entries) in &mut known {
                            let (now, what) = look(root, *deep, &ignored, Some(entries));
                            *entries = now;
                            changed.extend(what);
                        }
                        rest = INTERVAL.max(start.elapsed() * REST);
                        if !changed.is_empty() {
                            settle(&changed);
                            if messages.send(Message::Polled(changed, Instant::now())).is_err() {
                                return;
                            }
                        }
                    }
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        })?;
        Ok(Self(sender))
    }

    /// Looks at these from now on, and no others. Waits until it has looked at them once.
    pub(super) fn set(&self, roots: Roots) {
        let (done, wait) = mpsc::channel();
        if self.0.send((roots, done)).is_ok() {
            let _ = wait.recv();
        }
    }
}

/// A path that changed, and whether that shows in its text only.
pub(super) type Polled = (PathBuf, bool);

/// Looks at a folder, and says what is other than before; nothing is at the first look.
fn look(root: &Path, deep: bool, ignored: &[PathBuf], before: Option<&Entries>) -> (Entries, Vec<Polled>) {
    let nothing = Entries::new();
    let first = before.is_none();
    let before = before.unwrap_or(&nothing);
    let mut now = Entries::new();
    let mut changed = Vec::new();
    let walker = WalkDir::new(root).max_depth(if deep { usize::MAX } else { 1 });
    for entry in walker.into_iter().filter_entry(|entry| !passed_over(entry, ignored)) {
        let found = entry.and_then(|entry| entry.metadata().map(|found| (entry.into_path(), found)));
        let (path, found) = match found {
            Ok(found) => found,
            Err(error) => {
                let gone = error.io_error().is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound);
                if let Some(path) = error.path().filter(|_| !gone) {
                    // It cannot be told what is in there, and it is not as if it were gone.
                    let kept =
                        before.range(path.to_path_buf()..).take_while(|(known, _)| known.starts_with(path));
                    now.extend(kept.map(|(path, entry)| (path.clone(), entry.clone())));
                }
                continue;
            }
        };
        let stamp = Stamp::new(&found);
        let entry = match before.get(&path) {
            Some(old) if old.stamp.same(&stamp) && old.young == 0 => Entry { stamp, ..*old },
            Some(old) if old.stamp.same(&stamp) => {
                let text = text(&path, &stamp);
                let young = if text == old.text { old.young - 1 } else { YOUNG };
                if text != old.text {
                    changed.push((path.clone(), true));
                }
                Entry { stamp, young, text }
            }
            None if first && stamp.modified.elapsed().is_ok_and(|age| age > INTERVAL * 3) => {
                Entry { stamp, young: 0, text: 0 }
            }
            None if first => Entry { text: text(&path, &stamp), young: YOUNG, stamp },
            _ => {
                changed.push((path.clone(), false));
                Entry { text: text(&path, &stamp), young: YOUNG, stamp }
            }
        };
        now.insert(path, entry);
    }
    changed.extend(before.keys().filter(|path| !now.contains_key(*path)).map(|path| (path.clone(), false)));
    (now, changed)
}

/// A digest of a text that may change without its stamp.
fn text(path: &Path, stamp: &Stamp) -> u64 {
    if stamp.folder || stamp.size > LONG {
        return 0;
    }
    let mut hasher = DefaultHasher::new();
    // One that cannot be read is like one without a text.
    hasher.write(&std::fs::read(path).unwrap_or_default());
    hasher.finish()
}

/// Waits until files that changed stay as they are: they may be half written.
fn settle(changed: &[Polled]) {
    let stamps = || changed.iter().map(|(path, _)| Stamp::of(path)).collect::<Vec<_>>();
    let mut last = stamps();
    for _ in 0..SETTLES {
        std::thread::sleep(SETTLE);
        let now = stamps();
        if now == last {
            return;
        }
        last = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_seen_without_being_told() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        let old = SystemTime::now() - Duration::from_secs(3600);
        let write = |path: &str, text: &str, time: SystemTime| {
            std::fs::write(at(path), text).unwrap();
            std::fs::File::options().write(true).open(at(path)).unwrap().set_modified(time).unwrap();
        };
        let mut known: Option<Entries> = None;
        let mut look = || {
            let (now, changed) = look(folder.path(), true, &[at("out")], known.as_ref());
            known = Some(now);
            let name = |path: &Path| path.strip_prefix(folder.path()).unwrap().display().to_string();
            let mut names: Vec<String> = changed.iter().map(|(path, _)| name(path)).collect();
            names.sort_unstable();
            names
        };
        for path in ["a", "b/c"] {
            std::fs::create_dir_all(at(path)).unwrap();
        }
        write("a/one.md", "1", old);
        write("b/c/two.md", "2", old);
        assert_eq!(look(), [""; 0], "nothing was known");
        assert_eq!(look(), [""; 0]);
        write("a/one.md", "10", old);
        assert_eq!(look(), ["a/one.md"], "another size");
        write("a/one.md", "20", old);
        assert_eq!(look(), ["a/one.md"], "neither size nor time, soon after");
        write("b/c/two.md", "3", old + Duration::from_secs(1));
        assert_eq!(look(), ["b/c/two.md"], "another time");
        write("b/c/new", "", old);
        std::fs::rename(at("b/c/two.md"), at("b/three.md")).unwrap();
        assert_eq!(look(), ["b/c/new", "b/c/two.md", "b/three.md"]);
        std::fs::create_dir_all(at("out/x")).unwrap();
        write("a/.one.md.swp", "x", old);
        assert_eq!(look(), [""; 0], "what is ignored");
        std::fs::remove_dir_all(at("b")).unwrap();
        assert_eq!(look(), ["b", "b/c", "b/c/new", "b/three.md"]);
        std::fs::remove_dir_all(at("")).unwrap();
        assert_eq!(look(), ["", "a", "a/one.md",]);
        std::fs::create_dir(at("")).unwrap();
        assert_eq!(look(), [""]);
    }
}
