//! Keeping what is costly to make, for later runs, and forgetting what nobody asks for any more.
//!
//! What is kept has the digest of what it was made of for a name, so several builds may use one cache: those with
//! drafts, for other days, a preview beside them. None of them knows what the others ask for. So a build removes nothing
//! because it had no use for it itself, only what no build had a use for in the last week. When something was of use last
//! its file says, by the time that it was changed. That is the one place where a build looks at the clock: what is in the
//! cache follows from it, and no byte of the output does.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How long something stays that nobody asks for. What is removed too early is made again.
const UNASKED: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How exactly is noted when something was of use: nobody needs to write to the disk with each build.
const NOTED: Duration = Duration::from_secs(24 * 60 * 60);

/// Keeps bytes under a name in a cache folder, at one stroke; the name may have a folder of its own. A cache that
/// cannot be written is no cache: nothing is said, and the next run makes the same again.
pub fn keep(folder: &Path, name: &str, bytes: &[u8]) {
    let temporary = folder.join(format!("{name}.{}", std::process::id()));
    let own = temporary.parent().unwrap_or(folder);
    let kept = fs::create_dir_all(own)
        .and_then(|()| match folder.parent() {
            // Nobody wants a cache in their repository.
            Some(parent) if !parent.join(".gitignore").exists() => {
                fs::write(parent.join(".gitignore"), "*\n")
            }
            _ => Ok(()),
        })
        .and_then(|()| fs::write(&temporary, bytes))
        .and_then(|()| fs::rename(&temporary, folder.join(name)));
    if kept.is_err() {
        let _ = fs::remove_file(temporary);
    }
}

/// Notes that what is kept under this name was of use now.
pub fn used(folder: &Path, name: &str) {
    let file = folder.join(name);
    if age(&file).is_some_and(|age| age > NOTED) {
        // What cannot be noted counts as older than it is, and at worst is made again.
        let _ = File::options().write(true).open(file).and_then(|file| file.set_modified(SystemTime::now()));
    }
}

/// Removes what nobody had a use for in a week, of all that is kept under `prefix` and a digest: `pictures/` or `drawn-`.
/// `asked` are the names that this build had a use for.
///
/// Files of other names are not ours and stay. What cannot be removed stays as well: the cache is larger than it need be,
/// and nothing else is wrong.
pub fn forget(folder: &Path, prefix: &str, asked: &BTreeSet<String>) {
    for name in asked {
        used(folder, name);
    }
    let (inner, beginning) = prefix.rsplit_once('/').unwrap_or(("", prefix));
    for entry in fs::read_dir(folder.join(inner)).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(digest) = name.to_str().and_then(|name| name.strip_prefix(beginning)) else { continue };
        let is_asked = asked.contains(&format!("{prefix}{digest}"));
        if is_ours(digest) && !is_asked && age(&entry.path()).is_some_and(|age| age > UNASKED) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether it is a digest, with or without the number of a run that was killed before it gave the file its name.
fn is_ours(name: &str) -> bool {
    let (digest, run) = name.split_once('.').map_or((name, None), |(digest, run)| (digest, Some(run)));
    digest.len() == 64
        && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && run.is_none_or(|run| !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_digit()))
}

/// How long ago a file was changed; `None` if it is no plain file, or of the future.
fn age(file: &Path) -> Option<Duration> {
    let found = fs::symlink_metadata(file).ok().filter(fs::Metadata::is_file)?;
    SystemTime::now().duration_since(found.modified().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_ours_and_of_no_use_for_a_week_is_forgotten() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join(".kenes/cache");
        let digest = |digit: &str| digit.repeat(64);
        let hour = Duration::from_secs(3600);
        let put = |name: &str, age: Duration| {
            keep(&folder, name, b"x");
            let file = File::options().write(true).open(folder.join(name)).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
        };
        let name = |digit: &str| format!("pictures/{}", digest(digit));
        put(&name("a"), UNASKED + hour);
        put(&name("b"), UNASKED.saturating_sub(hour));
        put(&name("c"), UNASKED + hour);
        put(&format!("{}.123", name("d")), UNASKED + hour);
        // None of these is ours.
        let foreign = [
            "pictures/notes.txt".to_owned(),
            name("E"),
            format!("{}.png", name("f")),
            format!("{}.", name("f")),
            format!("{}0", name("f")),
            format!("drawn-{}", digest("a")),
            "highlights".to_owned(),
        ];
        for name in &foreign {
            put(name, UNASKED * 9);
        }
        fs::create_dir(folder.join(name("0"))).unwrap();
        let asked = BTreeSet::from([name("c"), name("1")]);
        forget(&folder, "pictures/", &asked);
        let is_there = |name: &str| folder.join(name).exists();
        assert!(!is_there(&name("a")) && !is_there(&format!("{}.123", name("d"))));
        assert!([name("b"), name("c"), name("0")].iter().chain(&foreign).all(|name| is_there(name)));
        // What was asked for is young again, and stays when the next build has no use for it.
        assert!(age(&folder.join(name("c"))).unwrap() < hour);
        forget(&folder, "pictures/", &BTreeSet::new());
        assert!(is_there(&name("c")));
        forget(&folder, "drawn-", &BTreeSet::new());
        assert!(!is_there(&foreign[5]) && is_there("highlights"));
        forget(Path::new("/nowhere"), "drawn-", &asked);
    }
}
