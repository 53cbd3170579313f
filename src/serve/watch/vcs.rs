//! Whether a version control is changing files: it says so by a lock, for as long as it does.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A lock older than this was left behind by a program that died.
const LEFT_BEHIND: Duration = Duration::from_secs(30);

/// The locks of the repositories in which files are watched.
#[derive(Debug, Default)]
pub(super) struct Locks(Vec<PathBuf>);

impl Locks {
    /// Looks for repositories above these paths.
    pub(super) fn above<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Self {
        let mut locks: Vec<PathBuf> = paths.into_iter().filter_map(lock).collect();
        locks.sort_unstable();
        locks.dedup();
        Self(locks)
    }

    /// Whether one of them is at work now.
    pub(super) fn held(&self) -> bool {
        self.0.iter().any(|lock| {
            // Mercurial's is a symbolic link to nothing.
            let Ok(found) = lock.symlink_metadata() else { return false };
            let age = found.modified().ok().and_then(|made| SystemTime::now().duration_since(made).ok());
            age.is_none_or(|age| age < LEFT_BEHIND)
        })
    }
}

/// The lock of the nearest repository in which a path lies, there or not.
fn lock(path: &Path) -> Option<PathBuf> {
    path.ancestors().find_map(|above| {
        let git = above.join(".git");
        if git.is_dir() {
            return Some(git.join("index.lock"));
        }
        // Of a work tree or a submodule: a file that says where.
        if let Ok(text) = std::fs::read_to_string(&git) {
            let folder = text.lines().find_map(|line| line.strip_prefix("gitdir:"))?.trim();
            return Some(above.join(folder).join("index.lock"));
        }
        let hg = above.join(".hg");
        hg.is_dir().then(|| hg.join("wlock"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_of_the_repository_above_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for path in ["site/content", "site/.git/worktrees/tree", "tree/content", "hg/.hg", "hg/content"] {
            std::fs::create_dir_all(at(path)).unwrap();
        }
        std::fs::write(at("tree/.git"), "gitdir: ../site/.git/worktrees/tree\n").unwrap();
        let paths = ["site/content", "site/kenes.toml", "tree/content", "hg/content"].map(at);
        let locks = Locks::above(paths.iter().map(PathBuf::as_path));
        assert_eq!(locks.0.len(), 3);
        assert!(!locks.held());
        for lock in ["site/.git/index.lock", "site/.git/worktrees/tree/index.lock", "hg/.hg/wlock"] {
            std::fs::write(at(lock), "").unwrap();
            assert!(locks.held(), "{lock}");
            // One that nobody has taken away for a long time is nobody's.
            let file = std::fs::File::options().write(true).open(at(lock)).unwrap();
            file.set_modified(SystemTime::now() - LEFT_BEHIND * 2).unwrap();
            assert!(!locks.held(), "{lock}");
            std::fs::remove_file(at(lock)).unwrap();
        }
    }
}
