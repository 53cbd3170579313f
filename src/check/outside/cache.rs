//! The answers of earlier runs.
//!
//! ```json
//! { "version": 1, "links": { "https://example.org/": { "asked": 1767225600, "status": 200 } } }
//! ```
//!
//! `asked` is the time in seconds since 1970. In place of `status` stands `refused` or `unreachable`
//! with the cause, or `timed_out`. A file that cannot be read, or of another version, is an empty one.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::ask::Answer;

/// Where the answers are kept, in the site's folder.
pub const CACHE_FILE: &str = ".kenes/links.json";

const VERSION: u32 = 1;
/// How long a good answer is believed, in seconds.
const GOOD_FOR: u64 = 7 * 24 * 60 * 60;
/// How long any other is: long enough for several runs in a row, short enough for repairs to show.
const BAD_FOR: u64 = 60 * 60;

/// The file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Cache {
    version: u32,
    links: BTreeMap<String, Entry>,
    #[serde(skip)]
    now: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    asked: u64,
    #[serde(flatten)]
    answer: Answer,
}

impl Entry {
    fn is_valid(&self, now: u64) -> bool {
        let valid = if matches!(self.answer, Answer::Status(200..=299)) { GOOD_FOR } else { BAD_FOR };
        // An answer from the future: somebody has set the clock back.
        now.checked_sub(self.asked).is_some_and(|age| age < valid)
    }
}

impl Cache {
    /// The answers that are still valid `now`.
    pub(super) fn read(root: &Path, now: u64) -> Self {
        let read = std::fs::read(root.join(CACHE_FILE)).ok();
        let cache = read.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        let mut links =
            cache.filter(|cache| cache.version == VERSION).map(|cache| cache.links).unwrap_or_default();
        links.retain(|_, entry| entry.is_valid(now));
        Self { version: VERSION, links, now }
    }

    pub(super) fn get(&self, url: &str) -> Option<&Answer> {
        self.links.get(url).map(|entry| &entry.answer)
    }

    pub(super) fn put(&mut self, url: &str, answer: Answer) {
        self.links.insert(url.to_owned(), Entry { asked: self.now, answer });
    }

    /// Writes the file, beside it first: a run that is killed leaves the old one.
    pub(super) fn write(&self, root: &Path) -> io::Result<()> {
        let file = root.join(CACHE_FILE);
        let folder = file.parent().unwrap_or(root);
        std::fs::create_dir_all(folder)?;
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            std::fs::write(ignore, "*\n")?;
        }
        let beside = folder.join(format!("links.{}.new", std::process::id()));
        let written = std::fs::write(&beside, serde_json::to_vec_pretty(self)?);
        written.and_then(|()| std::fs::rename(&beside, &file)).inspect_err(|_| {
            let _ = std::fs::remove_file(&beside);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_answers_last_a_week_and_others_an_hour() {
        let dir = tempfile::tempdir().unwrap();
        let mut cache = Cache::read(dir.path(), 1_000_000);
        cache.put("good", Answer::Status(200));
        cache.put("gone", Answer::Status(404));
        cache.put("late", Answer::TimedOut);
        cache.put("down", Answer::Unreachable("x".to_owned()));
        cache.write(dir.path()).unwrap();
        let known = |now: u64| Cache::read(dir.path(), now).links.into_keys().collect::<Vec<_>>();
        assert_eq!(known(1_000_000 + BAD_FOR - 1), ["down", "gone", "good", "late"]);
        assert_eq!(known(1_000_000 + BAD_FOR), ["good"]);
        assert_eq!(known(1_000_000 + GOOD_FOR - 1), ["good"]);
        assert!(known(1_000_000 + GOOD_FOR).is_empty());
        assert!(known(999_999).is_empty());
        assert_eq!(Cache::read(dir.path(), 1_000_001).get("late"), Some(&Answer::TimedOut));
        let names: Vec<_> =
            std::fs::read_dir(dir.path().join(".kenes")).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        assert_eq!(std::fs::read_to_string(dir.path().join(".kenes/.gitignore")).unwrap(), "*\n");
    }

    #[test]
    fn a_spoilt_file_is_an_empty_one() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(".kenes")).unwrap();
        for text in ["", "{", "[]", r#"{"version":2,"links":{"a":{"asked":5,"status":200}}}"#] {
            std::fs::write(dir.path().join(CACHE_FILE), text).unwrap();
            assert!(Cache::read(dir.path(), 6).links.is_empty(), "{text}");
        }
    }
}
