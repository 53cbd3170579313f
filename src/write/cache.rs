//! Keeping what is costly to make, for later runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

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

/// Keeps many things whose names begin with `prefix`, and nothing else of that kind: by name, the bytes of those that
/// are not there yet.
pub fn keep_all(folder: &Path, prefix: &str, things: &BTreeMap<String, Option<Vec<u8>>>) {
    for (name, bytes) in things {
        if let Some(bytes) = bytes {
            keep(folder, name, bytes);
        }
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_old = |name: &str| name.starts_with(prefix) && !things.contains_key(name);
        if name.to_str().is_some_and(is_old) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
