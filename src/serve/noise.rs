//! Files that editors and systems make beside an author's, and that are no part of a site.

use std::path::{Component, Path};

/// Whether a path, relative to a watched folder, is such a file or lies in such a folder.
pub(super) fn is_noise(path: &Path) -> bool {
    path.components().any(|part| match part {
        Component::Normal(name) => is_noise_name(&name.to_string_lossy()),
        _ => false,
    })
}

fn is_noise_name(name: &str) -> bool {
    // Folders of version control; what systems leave everywhere.
    matches!(name, ".git" | ".hg" | ".svn" | ".jj" | ".DS_Store" | "Thumbs.db" | "desktop.ini")
        // Vim: `4913` is made to see whether it can, then swap files `.x.swp`, `.x.swo` and so on.
        || name == "4913"
        || name.starts_with('.') && is_vim_swap(name)
        // Backups of nearly all; Emacs: `.#x` locks, `#x#` saves; Kate; gedit.
        || name.ends_with('~')
        || name.starts_with(".#")
        || name.len() > 1 && name.starts_with('#') && name.ends_with('#')
        || name.ends_with(".kate-swp")
        || name.starts_with(".goutputstream-")
        // JetBrains.
        || name.ends_with("___jb_tmp___")
        || name.ends_with("___jb_old___")
}

fn is_vim_swap(name: &str) -> bool {
    let Some((_, extension)) = name.rsplit_once('.') else { return false };
    let bytes = extension.as_bytes();
    bytes.len() == 3 && bytes.starts_with(b"sw") && bytes[2].is_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_leave_is_told_from_what_authors_write() {
        for noise in [
            "4913",
            "a/.page.md.swp",
            ".x.swo",
            "page.md~",
            ".#page.md",
            "#page.md#",
            "page.md___jb_tmp___",
            "page.md___jb_old___",
            ".DS_Store",
            ".git/index.lock",
            "x/.git/HEAD",
            ".goutputstream-AB12",
        ] {
            assert!(is_noise(Path::new(noise)), "{noise}");
        }
        for wanted in
            ["page.md", "LICENSE", "x.swp", ".htaccess", "#", "a/4914", "_headers", "", ".gitignore"]
        {
            assert!(!is_noise(Path::new(wanted)), "{wanted}");
        }
    }
}
