//! Symbolic links: a file that they lead to has more than one path, and changes under all of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::serve::noise;

/// The most paths that are looked for of one file: links can lead in circles.
const MOST: usize = 32;

/// The symbolic links among the watched files, each with the real path to which it leads.
#[derive(Debug, Default)]
pub(super) struct Links(BTreeMap<PathBuf, PathBuf>);

impl Links {
    /// Takes in a link, or all that there are in a folder.
    pub(super) fn scan(&mut self, path: &Path, ignored: &[PathBuf]) {
        let walker = WalkDir::new(path).into_iter().filter_entry(|entry| !passed_over(entry, ignored));
        for entry in walker.filter_map(Result::ok).filter(walkdir::DirEntry::path_is_symlink) {
            let Ok(target) = std::fs::read_link(entry.path()) else { continue };
            let target = entry.path().parent().map_or_else(|| target.clone(), |above| above.join(&target));
            let target = super::real(&target);
            // One that leads above itself would make everything a part of itself.
            if !entry.path().starts_with(&target) {
                self.0.insert(entry.into_path(), target);
            }
        }
    }

    /// Forgets a link, or all that there were in a folder.
    pub(super) fn forget(&mut self, path: &Path) {
        self.0.retain(|link, _| !link.starts_with(path));
    }

    /// Where they lead.
    pub(super) fn targets(&self) -> impl Iterator<Item = &Path> {
        self.0.values().map(PathBuf::as_path)
    }

    /// The other paths of a file or folder, and the links that lead below it.
    pub(super) fn aliases(&self, path: &Path) -> Vec<PathBuf> {
        let mut aliases: Vec<PathBuf> = Vec::new();
        let mut next = 0;
        let mut current = path.to_path_buf();
        while !self.0.is_empty() && aliases.len() < MOST {
            for (link, target) in &self.0 {
                let alias = match current.strip_prefix(target) {
                    Ok(rest) if rest.as_os_str().is_empty() => link.clone(),
                    Ok(rest) => link.join(rest),
                    Err(_) if target.starts_with(&current) => link.clone(),
                    Err(_) => continue,
                };
                if alias != path && !aliases.contains(&alias) {
                    aliases.push(alias);
                }
            }
            let Some(following) = aliases.get(next) else { break };
            current.clone_from(following);
            next += 1;
        }
        aliases
    }
}

/// Whether an entry of a watched folder is none of the site's.
pub(super) fn passed_over(entry: &walkdir::DirEntry, ignored: &[PathBuf]) -> bool {
    entry.depth() > 0
        && (noise::is_noise(Path::new(entry.file_name()))
            || ignored.iter().any(|ignored| entry.path() == ignored))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_all_its_paths() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        for path in ["shared/deep", "content/en"] {
            std::fs::create_dir_all(root.join(path)).unwrap();
        }
        let link = |target: &str, path: &str| std::os::unix::fs::symlink(target, root.join(path)).unwrap();
        link("../shared", "content/shared");
        link("../shared/deep/note.md", "content/note.md");
        link("shared", "content/again");
        link("..", "content/en/up");
        link("loop", "content/loop");
        let mut links = Links::default();
        links.scan(&root.join("content"), &[]);
        let aliases = |links: &Links, path: &str| -> Vec<String> {
            let mut all: Vec<String> = links
                .aliases(&root.join(path))
                .iter()
                .map(|path| path.strip_prefix(&root).unwrap().display().to_string())
                .collect();
            all.sort_unstable();
            all
        };
        let note = ["content/again/deep/note.md", "content/note.md", "content/shared/deep/note.md"];
        assert_eq!(aliases(&links, "shared/deep/note.md"), note);
        assert_eq!(aliases(&links, "shared"), ["content/again", "content/note.md", "content/shared"]);
        assert_eq!(aliases(&links, "content/en/x.md"), [""; 0]);
        links.forget(&root.join("content/again"));
        links.forget(&root.join("content/note.md"));
        assert_eq!(aliases(&links, "shared/deep/note.md"), ["content/shared/deep/note.md"]);
        links.forget(&root);
        assert_eq!(aliases(&links, "shared/deep/note.md"), [""; 0]);
    }
}
