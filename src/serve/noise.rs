//! Files that editors and systems make beside an author's, and that are no part of a site.

use std::path::{Component, Path};

/// Whether a path, relative to a watched folder, is such a file or lies in such a folder.
pub(super) fn is_noise(path: &Path) -> bool {
    path.components().any(|part| match part {
        Component::Normal(name) => is_noise_name(&name.to_string_lossy()),
        _ => false,
    })
}

/// Folders of version control.
pub(super) const VERSION_CONTROL: &[&str] = &[".git", ".hg", ".svn", ".jj"];

fn is_noise_name(name: &str) -> bool {
    VERSION_CONTROL.contains(&name)
        // What systems leave everywhere: macOS, Windows; NFS and FUSE for what is deleted but open.
        || matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini")
        || [".nfs0", ".fuse_hidden", ".Trash-"].iter().any(|start| name.starts_with(start))
        // Vim: `4913` is made to see whether it can, then swap files `.x.swp`, `.x.swo` and so on.
        || is_vim_test(name)
        || name.starts_with('.') && is_vim_swap(name)
        // Backups of nearly all; Emacs: `.#x` locks, `#x#` saves.
        || name.ends_with('~')
        || name.starts_with(".#")
        || name.len() > 1 && name.starts_with('#') && name.ends_with('#')
        // Kate, gedit, Kakoune, Helix, Zed, sed.
        || name.ends_with(".kate-swp")
        || name.starts_with(".goutputstream-")
        || name.starts_with('.') && name.contains(".kak.")
        || name.strip_suffix(".bck").is_some_and(ends_in_chance)
        || name.strip_prefix(".tmp").is_some_and(is_chance)
        || name.strip_prefix("sed").is_some_and(is_chance)
        // JetBrains.
        || name.ends_with("___jb_tmp___")
        || name.ends_with("___jb_old___")
        // LibreOffice, Microsoft Office, Syncthing.
        || name.starts_with(".~lock.")
        || name.starts_with("~$")
        || name.starts_with(".syncthing.")
}

/// `4913`, and 123 more as long as there is a file of that name.
fn is_vim_test(name: &str) -> bool {
    name.len() <= 5
        && name.bytes().all(|byte| byte.is_ascii_digit())
        && name.parse::<u32>().is_ok_and(|number| number >= 4913 && (number - 4913) % 123 == 0)
}

fn is_vim_swap(name: &str) -> bool {
    let Some((_, extension)) = name.rsplit_once('.') else { return false };
    // `swpx` is made to see whether the file system tells letters apart.
    let bytes = extension.strip_suffix('x').filter(|rest| rest.len() == 3).unwrap_or(extension).as_bytes();
    bytes.len() == 3 && bytes.starts_with(b"sw") && bytes[2].is_ascii_lowercase()
}

/// Six letters and digits that a program has thrown dice for. Words of an author have no such mix.
fn is_chance(text: &str) -> bool {
    let any = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    text.len() == 6
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && any(u8::is_ascii_uppercase)
        && (any(u8::is_ascii_lowercase) || any(u8::is_ascii_digit))
}

/// `page.mdx8Kq2Z`
fn ends_in_chance(text: &str) -> bool {
    text.contains('.') && text.len().checked_sub(6).and_then(|at| text.get(at..)).is_some_and(is_chance)
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
            "5036",
            ".page.md.swpx",
            ".page.md.un~",
            "page.md.~12~",
            ".page.md.kak.x8Kq2Z",
            "page.mdx8Kq2Z.bck",
            ".tmpx8Kq2Z",
            "sedx8Kq2Z",
            ".~lock.page.odt#",
            "~$page.docx",
            ".nfs000000000123",
        ] {
            assert!(is_noise(Path::new(noise)), "{noise}");
        }
        for wanted in [
            "page.md",
            "LICENSE",
            "x.swp",
            ".htaccess",
            "#",
            "a/4914",
            "_headers",
            "",
            ".gitignore",
            "sediment",
            "a.bck",
            "2026",
            ".tmp",
            "kak.md",
        ] {
            assert!(!is_noise(Path::new(wanted)), "{wanted}");
        }
    }
}
