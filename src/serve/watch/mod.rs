//! Which files changed, and when the hand has left the key.
//!
//! - here: what the system tells, in the site's own paths
//! - `event`: what one event says of a file
//! - `folders`: what is watched, and whether it changed while it was not
//! - `gather`: when that is handed over
//! - `poll`, `remote`: looking ourselves, where the system does not tell
//! - `links`: files with more than one path
//! - `vcs`: whether a version control is at work
//! - `trouble`: what is said of all that
//!
//! **What holds.** A change is handed over once it is whole, and if not whole after a limit. A
//! folder that came or went is handed over as such, and all that is in it may be other; it is
//! watched before it is handed over, so that what comes into it later is seen. After a loss of
//! events everything may be other.

mod event;
mod folders;
mod gather;
mod links;
mod poll;
mod remote;
#[cfg(test)]
mod tests;
mod trouble;
mod vcs;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime};

use notify::event::{EventKind, ModifyKind, RenameMode};
use notify::{Config, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::base::diagnostic::Diagnostic;
use crate::serve::noise;
use event::{is_reading, present, sight};
use folders::common;
use gather::{Gathering, Sight};
use links::Links;
use poll::{Polled, Poller, Roots, Stamp};
use trouble::{elsewhere, said, unseen};
use vcs::Locks;

/// The clock that stamps files is behind the one that is read, by up to a tick of the system.
const CLOCKS: Duration = Duration::from_millis(50);

/// Stamps of files handed over that are kept.
const STAMPS: usize = 4096;

/// What comes to the thread that builds.
pub(super) enum Message {
    /// From the system, and when.
    Seen(notify::Result<notify::Event>, Instant),
    /// From our own looking, and when.
    Polled(Vec<Polled>, Instant),
    /// Somebody asks for a build: it is another day, or is to be.
    Wake,
    /// The server ends.
    Stop,
}

/// What happened since the last build.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Changes {
    /// Files and folders, each once, and none that lies in another: a folder stands for all that
    /// is in it.
    pub(super) paths: Vec<PathBuf>,
    /// More than the system could tell: anything may have changed.
    pub(super) everything: bool,
    /// Somebody asked for a build, although no file may have changed.
    pub(super) woken: bool,
    /// What went wrong with watching.
    pub(super) trouble: Vec<Diagnostic>,
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
    native: Option<RecommendedWatcher>,
    poller: Option<Poller>,
    receiver: Receiver<Message>,
    sender: Sender<Message>,
    wanted: Vec<Wanted>,
    ignored: Vec<PathBuf>,
    watched: BTreeMap<PathBuf, Watched>,
    /// What is looked at by ourselves as well.
    polled: BTreeSet<PathBuf>,
    /// All that is watched is.
    polls_all: bool,
    /// What the poller was told to look at.
    looked_at: Roots,
    /// Folders that came, went, or were replaced since the watches were put in order.
    moved: BTreeSet<PathBuf>,
    links: Links,
    /// The folders whose links are known.
    scanned: BTreeSet<PathBuf>,
    locks: Locks,
    gathering: Gathering,
    /// What files were like when they were handed over.
    stamps: HashMap<PathBuf, Option<Stamp>>,
    trouble: Vec<Diagnostic>,
    /// Somebody asked for a build.
    woken: bool,
    /// What has been said is not said again.
    said: BTreeSet<String>,
    /// File systems of which it has been said that they do not tell of all.
    far: BTreeSet<&'static str>,
    /// Until then no event was lost without notice.
    sure: SystemTime,
    /// What there was of the wanted files at that time: see [`Watcher::there`].
    there: BTreeSet<PathBuf>,
    start: Start,
}

/// The system is asked to watch when the first build is over: that takes as long as a tenth of it.
/// What changed in between shows in the times of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    Before,
    Asked,
    Done,
}

impl Watcher {
    /// A watcher that watches nothing yet; the sender stops it. The output folder and the like are
    /// `ignored`.
    pub(super) fn new(ignored: &[PathBuf]) -> (Self, Sender<Message>, Option<Diagnostic>) {
        let (sender, receiver) = mpsc::channel();
        let events = sender.clone();
        let handler = move |event: notify::Result<notify::Event>| {
            // Dropped at once: a build that reads ten thousand files must not fill the queue.
            if !event.as_ref().is_ok_and(|event| is_reading(event.kind)) {
                let _ = events.send(Message::Seen(event, Instant::now()));
            }
        };
        // Links are followed here: the system would name each file by one of its paths only.
        let made = RecommendedWatcher::new(handler, Config::default().with_follow_symlinks(false));
        let (native, trouble) = match made {
            Ok(native) => (Some(native), None),
            Err(error) => (None, Some(said(&error))),
        };
        let watcher = Self {
            polls_all: native.is_none(),
            native,
            poller: None,
            looked_at: Roots::new(),
            receiver,
            sender: sender.clone(),
            wanted: Vec::new(),
            ignored: ignored.iter().map(|path| real(path)).collect(),
            watched: BTreeMap::new(),
            polled: BTreeSet::new(),
            moved: BTreeSet::new(),
            links: Links::default(),
            scanned: BTreeSet::new(),
            locks: Locks::default(),
            gathering: Gathering::default(),
            stamps: HashMap::new(),
            trouble: Vec::new(),
            woken: false,
            said: BTreeSet::new(),
            far: BTreeSet::new(),
            sure: SystemTime::now(),
            there: BTreeSet::new(),
            start: Start::Before,
        };
        (watcher, sender, trouble)
    }

    /// Watches these files and folders from now on, and no others. A folder is watched with all
    /// that is in it, but for what is ignored; what is not there yet, by the nearest folder that is.
    pub(super) fn watch(&mut self, wanted: &[PathBuf]) -> Vec<Diagnostic> {
        let wanted: Vec<Wanted> =
            wanted.iter().map(|given| Wanted { given: given.clone(), real: real(given) }).collect();
        if wanted != self.wanted {
            self.locks = Locks::above(wanted.iter().map(|wanted| wanted.real.as_path()));
            self.wanted = wanted;
            // What is wanted only now was not lost, whatever its times.
            if self.start == Start::Done {
                self.there = self.there();
            }
        }
        match self.start {
            Start::Before => {
                (self.sure, self.there) = (SystemTime::now(), self.there());
                self.start = Start::Asked;
                // Only here can times be trusted.
                let far = |wanted: &Wanted| wanted.real.ancestors().find_map(remote::remote).is_some();
                if cfg!(not(unix)) || self.native.is_none() || self.wanted.iter().any(far) {
                    self.start = Start::Done;
                    self.sync();
                }
            }
            Start::Asked => self.begin(),
            Start::Done => self.sync(),
        }
        std::mem::take(&mut self.trouble)
    }

    /// Has the system watch, and looks for what changed before it did.
    fn begin(&mut self) {
        self.start = Start::Done;
        self.sync();
        self.lost(Instant::now());
    }

    /// Waits for a change, and until it is whole; `None` when the server ends.
    pub(super) fn next(&mut self) -> Option<Changes> {
        if self.start == Start::Asked {
            self.begin();
        }
        loop {
            while let Ok(message) = self.receiver.try_recv() {
                self.take(message)?;
            }
            let now = Instant::now();
            let due = if self.woken || !self.trouble.is_empty() {
                Some(now)
            } else {
                let locked = !self.gathering.is_empty() && self.locks.held();
                self.gathering.due(now, locked)
            };
            let message = match due {
                Some(due) if due <= now => {
                    if let Some(changes) = self.hand_over(now) {
                        return Some(changes);
                    }
                    continue;
                }
                Some(due) => match self.receiver.recv_timeout(due - now) {
                    Ok(message) => message,
                    Err(RecvTimeoutError::Timeout) => continue,
                    Err(RecvTimeoutError::Disconnected) => return None,
                },
                None => self.receiver.recv().ok()?,
            };
            self.take(message)?;
        }
    }

    fn hand_over(&mut self, now: Instant) -> Option<Changes> {
        let mut paths = self.gathering.hand_over(now);
        // The empty path stands for everything, and comes first.
        let lost = paths.first().is_some_and(|path| path.as_os_str().is_empty());
        if lost || !self.moved.is_empty() {
            self.sync();
        }
        let (everything, woken) = (lost, std::mem::take(&mut self.woken));
        if everything {
            paths.clear();
            self.stamps.clear();
        }
        if self.stamps.len() + paths.len() > STAMPS {
            self.stamps.clear();
        }
        for path in paths.iter().take(STAMPS) {
            self.stamps.insert(path.clone(), Stamp::of(path));
        }
        let trouble = std::mem::take(&mut self.trouble);
        let nothing = paths.is_empty() && !everything && !woken && trouble.is_empty();
        (!nothing).then_some(Changes { paths, everything, woken, trouble })
    }

    /// Takes in one message; `None` when the server ends.
    fn take(&mut self, message: Message) -> Option<()> {
        match message {
            Message::Stop => return None,
            Message::Wake => self.woken = true,
            Message::Seen(Ok(event), at) if event.need_rescan() => self.lost(at),
            Message::Seen(Ok(event), at) => self.event(&event, at),
            Message::Seen(Err(error), _) => self.failed(&error),
            Message::Polled(paths, at) => {
                for (path, by_text) in paths {
                    let sight = present(&path);
                    self.moves(&path, sight);
                    for given in self.concerns(&path, true) {
                        // The system may have told of it a second ago.
                        let known = self.stamps.get(&given).is_some_and(|known| *known == Stamp::of(&given));
                        if by_text || !known {
                            self.gathering.see(given, sight, at);
                        }
                    }
                }
            }
        }
        Some(())
    }

    fn event(&mut self, event: &notify::Event, at: Instant) {
        // Each half of a renaming has an event of its own as well.
        let both = EventKind::Modify(ModifyKind::Name(RenameMode::Both));
        if event.kind == both && event.tracker().is_some() {
            return;
        }
        for path in &event.paths {
            let kind = match event.kind {
                kind if kind == both => EventKind::Any,
                kind => kind,
            };
            let Some(sight) = sight(kind, path) else { continue };
            let comes_or_goes = !matches!(sight, Sight::Writing | Sight::Touched)
                && !matches!(event.kind, EventKind::Access(_));
            if comes_or_goes {
                self.moves(path, sight);
            }
            for given in self.concerns(path, comes_or_goes) {
                // Rights that are given after a save, as they were before.
                let known = || self.stamps.get(&given).is_some_and(|known| *known == Stamp::of(&given));
                if sight != Sight::Touched || !known() {
                    self.gathering.see(given, sight, at);
                }
            }
        }
    }

    /// Notes what a path that came or went means for the watches.
    fn moves(&mut self, path: &Path, sight: Sight) {
        let below_target = || self.links.targets().any(|target| target.starts_with(path));
        if self.concerns(path, true).is_empty() && !below_target() {
            return;
        }
        let watched = self.watched.range(path.to_path_buf()..).next();
        let holds_watched = watched.is_some_and(|(watched, _)| watched.starts_with(path));
        self.links.forget(path);
        let link = path.is_symlink();
        if sight == Sight::Folder || link {
            self.links.scan(path, &self.ignored);
        }
        if sight == Sight::Folder || link || holds_watched {
            self.moved.insert(path.to_path_buf());
        }
    }

    /// A path as the builder knows it, by all of its names, if it is one of the site's.
    fn concerns(&self, path: &Path, comes_or_goes: bool) -> Vec<PathBuf> {
        let mut given = self.given(path, comes_or_goes);
        for alias in self.links.aliases(path) {
            given.extend(self.given(&alias, comes_or_goes));
        }
        given
    }

    fn given(&self, path: &Path, comes_or_goes: bool) -> Vec<PathBuf> {
        if self.ignored.iter().any(|ignored| path.starts_with(ignored)) {
            return Vec::new();
        }
        let mut above = Vec::new();
        for wanted in &self.wanted {
            match path.strip_prefix(&wanted.real) {
                Ok(rest) if noise::is_noise(rest) => return Vec::new(),
                Ok(rest) if rest.as_os_str().is_empty() => return vec![wanted.given.clone()],
                Ok(rest) => return vec![wanted.given.join(rest)],
                // A folder above it came or went, and it may have done so with it.
                Err(_) if comes_or_goes && wanted.real.starts_with(path) => above.push(wanted.given.clone()),
                Err(_) => {}
            }
        }
        above
    }

    /// Has the system watch what is there now.
    fn sync(&mut self) {
        let moved = std::mem::take(&mut self.moved);
        let native = &mut self.native;
        self.watched.retain(|path, watched| {
            let renewed = moved.iter().any(|moved| path.starts_with(moved));
            let stays = !renewed && watched.identity == identity(path);
            if !stays {
                self.scanned.remove(path);
                if let Some(native) = native {
                    // Fails when the folder is gone, and the watch with it.
                    let _ = native.unwatch(path);
                }
            }
            stays
        });
        let folders = self.scan();
        let native = &mut self.native;
        self.watched.retain(|path, watched| {
            let stays = folders.get(path) == Some(&watched.deep);
            if !stays && let Some(native) = native {
                let _ = native.unwatch(path);
            }
            stays
        });
        let mut fresh: Vec<(PathBuf, bool)> = Vec::new();
        let mut far: BTreeMap<&'static str, Vec<&Path>> = BTreeMap::new();
        for (path, &deep) in &folders {
            if self.watched.contains_key(path) {
                continue;
            }
            self.watched.insert(path.clone(), Watched { deep, identity: identity(path) });
            fresh.push((path.clone(), deep));
            if let Some(name) = remote::remote(path) {
                self.polled.insert(path.clone());
                far.entry(name).or_default().push(path);
            }
        }
        for (name, paths) in far {
            if self.far.insert(name) {
                let folder = common(paths.into_iter()).unwrap_or(Path::new("/"));
                self.say(elsewhere(folder, name));
            }
        }
        // The system does so by itself, but some time after it has told of the folder.
        let inside = |path: &Path| folders.iter().any(|(folder, deep)| *deep && path.starts_with(folder));
        let came = moved.into_iter().filter(|path| inside(path) && path.is_dir());
        let came: Vec<PathBuf> = came.collect();
        fresh.extend(came.iter().map(|path| (path.clone(), true)));
        for (path, deep) in fresh {
            let Some(native) = &mut self.native else { break };
            let mode = if deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            if let Err(error) = native.watch(&path, mode)
                // Or it has gone already, and its folder tells of that.
                && path.is_dir()
            {
                self.failed(&error);
            }
        }
        for path in came {
            self.links.scan(&path, &self.ignored);
        }
        self.poll(&folders);
    }

    /// The folders to be watched, and the links in all of them.
    fn scan(&mut self) -> Roots {
        loop {
            let folders = self.folders();
            let deep = folders.iter().filter(|(_, deep)| **deep).map(|(path, _)| path);
            let new: Vec<PathBuf> = deep.filter(|path| !self.scanned.contains(*path)).cloned().collect();
            if new.is_empty() {
                return folders;
            }
            for path in new {
                self.links.scan(&path, &self.ignored);
                self.scanned.insert(path);
            }
        }
    }

    /// Looks at what the system does not watch.
    fn poll(&mut self, folders: &Roots) {
        let roots: Roots = folders
            .iter()
            .filter(|(path, _)| self.polls_all || self.polled.contains(*path))
            .map(|(path, deep)| (path.clone(), *deep))
            .collect();
        if roots == self.looked_at {
            return;
        }
        if self.poller.is_none() {
            match Poller::start(self.ignored.clone(), self.sender.clone()) {
                Ok(poller) => self.poller = Some(poller),
                Err(error) => self.say(unseen(&crate::write::cause(&error))),
            }
        }
        if let Some(poller) = &self.poller {
            poller.set(roots.clone());
            self.looked_at = roots;
        }
    }

    /// The system does not watch something; from now on we do.
    fn failed(&mut self, error: &notify::Error) {
        self.say(said(error));
        if !self.polls_all {
            self.polls_all = true;
            let folders = self.folders();
            self.poll(&folders);
            // Something may have happened before.
            self.gathering.see(PathBuf::new(), Sight::Folder, Instant::now());
        }
    }

    fn say(&mut self, diagnostic: Diagnostic) {
        if self.said.insert(diagnostic.message.clone()) {
            self.trouble.push(diagnostic);
        }
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
