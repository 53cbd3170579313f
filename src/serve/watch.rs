//! Which files changed, and when the hand has left the key.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime};

use notify::event::{EventKind, MetadataKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::serve::noise;

/// This long nothing must happen before a rebuild: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(40);

/// This long a rebuild waits at most, however much goes on happening.
const LONGEST: Duration = Duration::from_millis(300);

/// What comes to the thread that builds.
pub(super) enum Message {
    /// From the watcher.
    Seen(notify::Result<notify::Event>),
    /// Somebody asks for a build: anything may be other.
    Wake,
    /// The server ends.
    Stop,
}

/// What happened since the last build.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Changes {
    /// Files and folders, each once.
    pub(super) paths: Vec<PathBuf>,
    /// More than the system could tell: anything may have changed.
    pub(super) everything: bool,
    /// What went wrong with watching.
    pub(super) trouble: Vec<Diagnostic>,
}

impl Changes {
    fn is_empty(&self) -> bool {
        self.paths.is_empty() && !self.everything && self.trouble.is_empty()
    }
}

/// A path that is watched, as it was given and as the system calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    given: PathBuf,
    real: PathBuf,
}

/// What the system watches for us: a folder, how deep, and which folder of that name it is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Watched {
    deep: bool,
    identity: Option<(u64, u64)>,
}

/// Watches the files of a site.
pub(super) struct Watcher {
    inner: Option<RecommendedWatcher>,
    receiver: Receiver<Message>,
    wanted: Vec<Wanted>,
    watched: BTreeMap<PathBuf, Watched>,
    ignored: Vec<PathBuf>,
    /// What the files looked like when the system last lost count.
    stamps: Option<Vec<(PathBuf, SystemTime, u64)>>,
}

impl Watcher {
    /// A watcher that watches nothing yet; the sender stops it. The output folder and the like are
    /// `ignored`.
    pub(super) fn new(ignored: &[PathBuf]) -> (Self, Sender<Message>, Option<Diagnostic>) {
        let (sender, receiver) = mpsc::channel();
        let events = sender.clone();
        let made = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Dropped at once: a build that reads ten thousand files must not fill the queue.
            if !event.as_ref().is_ok_and(|event| matches!(event.kind, EventKind::Access(_))) {
                let _ = events.send(Message::Seen(event));
            }
        });
        let (inner, trouble) = match made {
            Ok(inner) => (Some(inner), None),
            Err(error) => (None, Some(said(&error))),
        };
        let ignored = ignored.iter().map(|path| real(path)).collect();
        let watched = BTreeMap::new();
        (Self { inner, receiver, wanted: Vec::new(), watched, ignored, stamps: None }, sender, trouble)
    }

    /// Watches these files and folders from now on, and no others. A folder is watched with all
    /// that is in it; what is not there yet, by the nearest folder that is.
    pub(super) fn watch(&mut self, wanted: &[PathBuf]) -> Vec<Diagnostic> {
        self.wanted = wanted.iter().map(|given| Wanted { given: given.clone(), real: real(given) }).collect();
        self.sync()
    }

    /// Has the system watch what is there now.
    fn sync(&mut self) -> Vec<Diagnostic> {
        let Some(inner) = &mut self.inner else { return Vec::new() };
        let mut folders: BTreeMap<PathBuf, bool> = BTreeMap::new();
        for wanted in &self.wanted {
            if wanted.real.is_dir() {
                folders.insert(wanted.real.clone(), true);
            }
            // Its parent too, for a folder that is deleted and made again.
            let above = wanted.real.ancestors().skip(1).find(|above| above.is_dir());
            if let Some(above) = above {
                folders.entry(above.to_path_buf()).or_insert(false);
            }
        }
        let now: BTreeMap<PathBuf, Watched> = folders
            .into_iter()
            .map(|(path, deep)| {
                let identity = identity(&path);
                (path, Watched { deep, identity })
            })
            .collect();
        let mut trouble = Vec::new();
        self.watched.retain(|path, watched| {
            let stays = now.get(path) == Some(watched);
            if !stays {
                // Fails when the folder is gone, and the watch with it.
                let _ = inner.unwatch(path);
            }
            stays
        });
        for (path, watched) in now {
            if self.watched.contains_key(&path) {
                continue;
            }
            let mode = if watched.deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            match inner.watch(&path, mode) {
                Ok(()) => {
                    self.watched.insert(path, watched);
                }
                Err(error) => trouble.push(said(&error)),
            }
        }
        trouble
    }

    /// Waits for a change, and then until all is quiet; `None` when the server ends.
    pub(super) fn next(&mut self) -> Option<Changes> {
        let mut changes = Changes::default();
        while changes.is_empty() {
            let message = self.receiver.recv().ok()?;
            self.take(message, &mut changes)?;
        }
        let start = Instant::now();
        let mut quiet_since = start;
        loop {
            let left = (quiet_since + QUIET).min(start + LONGEST).saturating_duration_since(Instant::now());
            match self.receiver.recv_timeout(left) {
                Ok(message) => {
                    if self.take(message, &mut changes)? {
                        quiet_since = Instant::now();
                    }
                }
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        changes.paths.sort_unstable();
        changes.paths.dedup();
        changes.trouble.extend(self.sync());
        Some(changes)
    }

    /// Takes in one message; says whether it was about the site, or `None` when the server ends.
    fn take(&mut self, message: Message, changes: &mut Changes) -> Option<bool> {
        let event = match message {
            Message::Stop => return None,
            Message::Wake => {
                changes.everything = true;
                return Some(true);
            }
            Message::Seen(Err(error)) => {
                changes.trouble.push(said(&error));
                return Some(true);
            }
            Message::Seen(Ok(event)) => event,
        };
        if event.need_rescan() {
            // The queue can have been filled by our own reading; that must not go on for ever.
            let stamps = self.stamps();
            let changed = self.stamps.as_ref() != Some(&stamps);
            self.stamps = Some(stamps);
            changes.everything |= changed;
            return Some(changed);
        }
        if matches!(
            event.kind,
            EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime))
        ) {
            return Some(false);
        }
        let before = changes.paths.len();
        for path in &event.paths {
            changes.paths.extend(self.concerns(path, event.kind));
        }
        Some(changes.paths.len() > before)
    }

    /// The path as the builder knows it, if it is one of the site's.
    fn concerns(&self, path: &Path, kind: EventKind) -> Option<PathBuf> {
        if self.ignored.iter().any(|ignored| path.starts_with(ignored)) {
            return None;
        }
        self.wanted.iter().find_map(|wanted| match path.strip_prefix(&wanted.real) {
            Ok(rest) if noise::is_noise(rest) => None,
            Ok(rest) if rest.as_os_str().is_empty() => Some(wanted.given.clone()),
            Ok(rest) => Some(wanted.given.join(rest)),
            // A folder above it came or went, and it may have done so with it.
            Err(_) => {
                let comes_or_goes = matches!(
                    kind,
                    EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_))
                );
                (comes_or_goes && wanted.real.starts_with(path)).then(|| wanted.given.clone())
            }
        })
    }

    /// Names, times and sizes of all that is watched; nothing is opened for that but folders.
    fn stamps(&self) -> Vec<(PathBuf, SystemTime, u64)> {
        let mut stamps = Vec::new();
        for wanted in &self.wanted {
            for entry in walkdir::WalkDir::new(&wanted.real).into_iter().filter_map(Result::ok) {
                let Ok(found) = entry.metadata() else { continue };
                if found.is_file() && !self.ignored.iter().any(|ignored| entry.path().starts_with(ignored)) {
                    let time = found.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                    stamps.push((entry.into_path(), time, found.len()));
                }
            }
        }
        stamps.sort_unstable();
        stamps
    }
}

/// The path as the system will call it in events.
fn real(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let known = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    match known {
        Some((above, real)) => match path.strip_prefix(above) {
            Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
            _ => real,
        },
        None => path,
    }
}

/// Tells a folder from another that was made in its place.
fn identity(folder: &Path) -> Option<(u64, u64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(folder).ok().map(|found| (found.dev(), found.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

fn said(error: &notify::Error) -> Diagnostic {
    let place = error.paths.first().map(|path| format!(" `{}`", path.display())).unwrap_or_default();
    let diagnostic = |why: &str| {
        Diagnostic::warning(
            codes::WATCH,
            format!("changes of{place} go unseen: {why}", place = or_files(&place)),
        )
    };
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => diagnostic("the system watches no more folders for you").help(
            "raise the limit: `sudo sysctl fs.inotify.max_user_watches=524288`; until then, start `kenes serve` again after a change",
        ),
        notify::ErrorKind::Io(error) => diagnostic(&crate::write::cause(error)),
        notify::ErrorKind::PathNotFound => diagnostic("it is not there"),
        _ => diagnostic(&error.to_string()),
    }
}

fn or_files(place: &str) -> &str {
    if place.is_empty() { " the site's files" } else { place }
}
