//! When what was seen is handed over: a lone save at once, a burst when it has ended.
//!
//! Pure: it is told what happened when, and says how long to wait. A save is known to be whole by
//! the last of its steps, the closing of the file or its renaming into place; nothing is gained by
//! waiting longer. What may be half of something (a file that was emptied, that went away, that is
//! being written) waits for its other half.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Whether this system says that a writer has closed a file.
pub(super) const TELLS_OF_CLOSING: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// After a save: time for a second file to show that it is a burst.
const SAVED: Duration = Duration::from_millis(1);

/// After a file that was not there before: it may be renamed to another at once.
const NEW: Duration = Duration::from_millis(20);

/// After a file that was left empty: `>` empties first and writes then, sometimes by two programs.
const EMPTY: Duration = Duration::from_millis(50);

/// After something went away: many editors move the old text away before they write the new one.
const GONE: Duration = Duration::from_millis(50);

/// After a folder came: files are still being put into it.
const FOLDER: Duration = Duration::from_millis(30);

/// After a change of rights or times.
const TOUCHED: Duration = Duration::from_millis(20);

/// After the last writing to a file that nobody closes.
const WRITING: Duration = Duration::from_millis(if TELLS_OF_CLOSING { 250 } else { 15 });

/// After the first writing to a file that is written all the time.
const WRITING_ON: Duration = Duration::from_secs(2);

/// Between the parts of a burst: less for a few files than for many.
const BURST: (Duration, Duration, Duration) =
    (Duration::from_millis(10), Duration::from_millis(5), Duration::from_millis(50));

/// So soon after the last time, what comes is the rest of that burst.
const REST: Duration = Duration::from_millis(30);

/// The longest that a finished file waits for others.
const LONGEST: Duration = Duration::from_millis(300);

/// While a version control is at work: this long nothing must happen. It may hold its lock for
/// other reasons, as `git commit -a` does while the author writes the message.
const QUIET_LOCKED: Duration = Duration::from_millis(500);

/// The longest that files wait for it.
const LONGEST_LOCKED: Duration = Duration::from_secs(30);

/// How often is looked whether it still is.
const LOCKED: Duration = Duration::from_millis(10);

/// What was last seen of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// A file is there that was not.
    Made,
    /// A file is being written.
    Writing,
    /// A file is whole: its writer closed it, or it was renamed into place.
    Whole,
    /// The same, but there is nothing in it.
    Empty,
    /// Nothing is there any more.
    Gone,
    /// A folder came, with whatever is in it.
    Folder,
    /// Other rights or times.
    Touched,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    sight: Sight,
    /// It was not there when this began.
    new: bool,
    first: Instant,
    last: Instant,
}

impl Seen {
    fn is_whole(self) -> bool {
        self.sight != Sight::Writing && self.sight != Sight::Made
    }

    /// When it can be handed over, if nothing more happens to it.
    fn due(self) -> Instant {
        match self.sight {
            Sight::Whole if self.new => self.last + NEW,
            Sight::Whole => self.last + SAVED,
            Sight::Empty => self.last + EMPTY,
            Sight::Gone => self.last + GONE,
            Sight::Folder => self.last + FOLDER,
            Sight::Touched => self.last + TOUCHED,
            Sight::Made | Sight::Writing => (self.last + WRITING).min(self.first + WRITING_ON),
        }
    }
}

/// What was seen and not handed over yet.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    seen: BTreeMap<PathBuf, Seen>,
    /// The last thing that happened.
    last: Option<Instant>,
    /// What is left of a burst whose beginning was handed over.
    rest: bool,
    handed: Option<Instant>,
    /// When a version control was last seen at work.
    locked: Option<Instant>,
}

impl Gathering {
    /// Something happened to a path.
    pub(super) fn see(&mut self, path: PathBuf, sight: Sight, at: Instant) {
        if self.seen.is_empty() {
            self.rest = self.handed.is_some_and(|handed| at.saturating_duration_since(handed) < REST);
        }
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
        let before = self.seen.get(&path).copied();
        if sight == Sight::Gone && before.is_some_and(|before| before.new) {
            // A file for a moment, such as one that was written to be renamed. Nobody missed it.
            self.seen.remove(&path);
            return;
        }
        let new = match before {
            Some(before) => before.new,
            None => sight == Sight::Made,
        };
        let sight = match (before.map(|before| before.sight), sight) {
            // Rights and times of what is not finished say nothing, of what is finished no more.
            (Some(before), Sight::Touched) => before,
            // A folder is read as a whole in any case.
            (Some(Sight::Folder), Sight::Whole | Sight::Made | Sight::Writing) => Sight::Folder,
            _ => sight,
        };
        let first = before.map_or(at, |before| before.first);
        self.seen.insert(path, Seen { sight, new, first, last: at });
    }

    /// Whether nothing is waiting.
    pub(super) fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// When to look again; `None` for nothing to wait for. `locked` is whether a version control
    /// is at work.
    pub(super) fn due(&mut self, now: Instant, locked: bool) -> Option<Instant> {
        let latest = self.seen.values().map(|seen| seen.due()).max()?;
        let quiet = self.last.map_or(latest, |last| last + self.quiet());
        let mut due = latest.max(quiet);
        let mut longest = LONGEST;
        if locked {
            self.locked = Some(now);
            due = self.last.map_or(due, |last| due.max(last + QUIET_LOCKED));
            if due > now {
                due = due.min(now + LOCKED);
            }
            longest = LONGEST_LOCKED;
        }
        // What is due by itself has waited long enough for others; it did not while it had to wait.
        let whole = self.seen.values().filter(|seen| seen.is_whole());
        let since = |seen: &Seen| match self.locked {
            Some(locked) if longest == LONGEST => seen.first.max(locked),
            _ => seen.first,
        };
        let enough = whole.map(|seen| (since(seen) + longest).max(seen.due())).min();
        Some(enough.map_or(due, |enough| enough.min(due)))
    }

    /// How long nothing must happen.
    fn quiet(&self) -> Duration {
        let (least, each, most) = BURST;
        match u32::try_from(self.seen.len()).unwrap_or(u32::MAX) {
            _ if self.rest => most,
            0 | 1 => Duration::ZERO,
            more => each.saturating_mul(more).saturating_add(least).min(most),
        }
    }

    /// Hands over what is due by now, without what lies in a folder that is handed over too.
    pub(super) fn hand_over(&mut self, now: Instant) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = Vec::new();
        self.seen.retain(|path, seen| {
            let due = seen.due() <= now;
            if due && !paths.last().is_some_and(|last| path.starts_with(last)) {
                paths.push(path.clone());
            }
            !due
        });
        self.handed = Some(now);
        self.locked = None;
        self.rest = !self.seen.is_empty();
        paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// What is handed over, and how many milliseconds after the beginning, when these things happen
    /// at these milliseconds.
    fn handed(events: &[(u32, &str, Sight)]) -> Vec<(u32, Vec<String>)> {
        handed_locked(events, 0)
    }

    fn handed_locked(events: &[(u32, &str, Sight)], locked: u32) -> Vec<(u32, Vec<String>)> {
        let start = Instant::now();
        let mut gathering = Gathering::default();
        let mut handed = Vec::new();
        let mut events = events.iter().peekable();
        for ms in 0..40_000 {
            let now = start + MS * ms;
            while let Some((_, path, sight)) = events.next_if(|event| event.0 == ms) {
                gathering.see(PathBuf::from(path), *sight, now);
            }
            while gathering.due(now, ms < locked).is_some_and(|due| due <= now) {
                let paths = gathering.hand_over(now);
                handed.push((ms, paths.iter().map(|path| path.display().to_string()).collect()));
            }
            if events.peek().is_none() && gathering.is_empty() {
                break;
            }
        }
        assert!(gathering.is_empty(), "something was never handed over: {gathering:?}");
        handed
    }

    fn one(ms: u32, paths: &[&str]) -> Vec<(u32, Vec<String>)> {
        vec![(ms, paths.iter().map(|path| (*path).to_owned()).collect())]
    }

    use Sight::{Empty, Folder, Gone, Made, Touched, Whole, Writing};

    #[test]
    fn a_save_is_handed_over_at_once() {
        assert_eq!(handed(&[(0, "a", Writing), (0, "a", Writing), (0, "a", Whole)]), one(1, &["a"]));
        // Slowly written.
        assert_eq!(handed(&[(0, "a", Writing), (90, "a", Writing), (180, "a", Whole)]), one(181, &["a"]));
        // Written beside, and renamed.
        let renamed = [(0, "t", Made), (0, "t", Whole), (3, "t", Gone), (3, "a", Whole)];
        assert_eq!(handed(&renamed), one(4, &["a"]));
        // Moved away, made anew.
        let replaced = [(0, "a", Gone), (10, "a", Made), (12, "a", Writing), (14, "a", Whole)];
        assert_eq!(handed(&replaced), one(15, &["a"]));
        // With rights given afterwards.
        assert_eq!(handed(&[(0, "a", Whole), (0, "a", Touched)]), one(1, &["a"]));
    }

    #[test]
    fn half_of_something_waits_for_the_other_half() {
        assert_eq!(handed(&[(0, "a", Empty), (30, "a", Writing), (40, "a", Whole)]), one(41, &["a"]));
        assert_eq!(handed(&[(0, "a", Empty)]), one(50, &["a"]));
        assert_eq!(handed(&[(0, "a", Gone)]), one(50, &["a"]));
        assert_eq!(handed(&[(0, "a", Gone), (0, "b", Whole)]), one(50, &["a", "b"]));
        assert_eq!(handed(&[(0, "a", Made), (5, "a", Whole)]), one(25, &["a"]));
        assert_eq!(handed(&[(0, "a", Touched)]), one(20, &["a"]));
        // A moment's file leaves nothing.
        assert_eq!(handed(&[(0, "a", Made), (0, "a", Whole), (9, "a", Gone)]), []);
    }

    #[test]
    fn a_file_that_nobody_closes_does_not_wait_for_ever() {
        if !TELLS_OF_CLOSING {
            return;
        }
        assert_eq!(handed(&[(0, "a", Made)]), one(250, &["a"]));
        assert_eq!(handed(&[(0, "a", Writing), (200, "a", Writing)]), one(450, &["a"]));
        let log: Vec<_> = (0..25).map(|i| (i * 100, "a", Writing)).collect();
        assert_eq!(handed(&log)[0].0, 2000);
        // And a save beside it even less.
        let mut both = log.clone();
        both.insert(1, (0, "b", Whole));
        assert_eq!(handed(&both)[0], (300, vec!["b".to_owned()]));
    }

    #[test]
    fn a_burst_is_gathered() {
        let names: Vec<String> = (0..200).map(|i| format!("{i:03}")).collect();
        let burst: Vec<_> = names.iter().zip(0..).map(|(name, ms)| (ms, name.as_str(), Whole)).collect();
        // The first may have gone ahead; a millisecond was enough here, and the rest came at once.
        let all = handed(&burst);
        assert!(all.len() <= 2, "{} parts", all.len());
        assert_eq!(all.last().unwrap().0, 199 + 50);
        assert_eq!(all.iter().map(|(_, paths)| paths.len()).sum::<usize>(), 200);
        // Never longer than this.
        let slow: Vec<_> = names.iter().zip(0..).map(|(name, i)| (i * 40, name.as_str(), Whole)).collect();
        let all = handed(&slow);
        assert!(all.windows(2).all(|pair| pair[1].0 - pair[0].0 <= 350), "{all:?}");
    }

    #[test]
    fn what_a_version_control_does_is_one_change() {
        let names: Vec<String> = (0..300).map(|i| format!("{i:03}")).collect();
        let slow: Vec<_> = names.iter().zip(0..).map(|(name, i)| (i * 10, name.as_str(), Whole)).collect();
        // It ends in the middle of what we hear of it.
        let all = handed_locked(&slow, 2950);
        assert_eq!((all.len(), all[0].1.len()), (1, 300));
        // A lock without changes is not waited for.
        let all = handed_locked(&[(0, "a", Whole)], 100_000);
        assert_eq!(all, one(500, &["a"]));
        let more = names.iter().take(120).zip(0..);
        let more: Vec<_> = more.map(|(name, i)| (i * 300, name.as_str(), Whole)).collect();
        assert_eq!(handed_locked(&more, 100_000)[0].0, 30_000);
    }

    #[test]
    fn a_folder_stands_for_what_is_in_it() {
        let moved =
            [(0, "f", Folder), (1, "f/a", Whole), (2, "f/b/c", Made), (2, "f/b/c", Whole), (2, "g", Whole)];
        assert_eq!(handed(&moved)[0].1, ["f", "g"]);
        let gone = [(0, "f/a", Gone), (1, "f/b", Gone), (2, "f", Gone), (2, "f2", Gone)];
        assert_eq!(handed(&gone)[0].1, ["f", "f2"]);
    }
}
