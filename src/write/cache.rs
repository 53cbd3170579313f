//! Keeping what is costly to make, for later runs.

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
