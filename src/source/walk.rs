//! Walking a folder: what is a file of the site, and what is not.

use std::collections::HashMap;
use std::path::Path;

use unicode_normalization::UnicodeNormalization as _;
use walkdir::{DirEntry, WalkDir};

use super::File;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::path::SourcePath;

/// The files below a folder, sorted by path, and what was wrong with others.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// The files.
    pub files: Vec<File>,
    /// What could not be taken.
    pub problems: Vec<Diagnostic>,
}

pub(super) fn walk(root: &Path, folder: &str, ignored: &[String]) -> Folder {
    let mut found = Folder::default();
    let start = root.join(folder);
    if !start.exists() {
        return found;
    }
    // Only a symbolic link can lead out of the site: the real root is looked up when there is one.
    let mut real_root = None;
    let walker = WalkDir::new(&start).follow_links(true).into_iter();
    for entry in walker.filter_entry(|entry| entry.depth() == 0 || !is_passed_over(entry)) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                found.problems.push(walk_problem(root, &error));
                continue;
            }
        };
        let Some(path) = site_path(root, entry.path()) else {
            let shown = entry.path().to_string_lossy();
            let message = format!("the name of the file `{shown}` is not UTF-8");
            let problem = Diagnostic::error(codes::NAME_NOT_UTF8, message).in_file(shown);
            found.problems.push(problem.help("rename the file"));
            continue;
        };
        if entry.path_is_symlink() {
            let real_root = real_root.get_or_insert_with(|| root.canonicalize().ok());
            let target = entry.path().canonicalize().ok();
            let inside =
                target.zip(real_root.as_ref()).is_some_and(|(target, root)| target.starts_with(root));
            if !inside {
                let problem = Diagnostic::error(codes::SYMLINK, "this symbolic link leads out of the site");
                let help = "copy the file into the site; what lies outside of it is never published";
                found.problems.push(problem.in_file(path).help(help));
                continue;
            }
        }
        let kind = entry.file_type();
        if kind.is_dir() {
            continue;
        }
        if !kind.is_file() {
            let problem =
                Diagnostic::warning(codes::NOT_A_FILE, "this is a device, socket or pipe: it is left out");
            found.problems.push(problem.in_file(path).help("move it out of the site's folders"));
            continue;
        }
        let below = path.strip_prefix(folder).unwrap_or(&path).trim_start_matches('/');
        if ignored.iter().any(|pattern| matches(pattern, below)) {
            continue;
        }
        found.files.push(File::on_disk(SourcePath::new(&path), entry.into_path()));
    }
    // Folders give their names in any order.
    found.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    same_names(&found.files, &mut found.problems);
    found
}

fn site_path(root: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(root).unwrap_or(path).to_str()?;
    Some(if std::path::MAIN_SEPARATOR == '/' { below.to_owned() } else { below.replace('\\', "/") })
}

/// Hidden files and what editors leave behind. `.well-known` is a folder that the web knows
/// (RFC 8615).
fn is_passed_over(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    (name.starts_with('.') && name != ".well-known")
        || name.ends_with('~')
        || (name.starts_with('#') && name.ends_with('#'))
        || name.contains("___jb_")
        || name == "4913"
        || name == "Thumbs.db"
}

fn walk_problem(root: &Path, error: &walkdir::Error) -> Diagnostic {
    let path =
        error.path().map(|path| path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned());
    let problem = match (error.loop_ancestor(), error.io_error()) {
        (Some(_), _) => {
            Diagnostic::error(codes::SYMLINK, "this symbolic link leads back to a folder that holds it")
                .help("remove the link")
        }
        (None, Some(io)) if io.kind() == std::io::ErrorKind::NotFound => {
            Diagnostic::error(codes::SYMLINK, "this symbolic link leads nowhere")
                .help("remove or mend the link")
        }
        (None, Some(io)) if error.path().is_some_and(Path::is_symlink) => {
            Diagnostic::error(codes::SYMLINK, format!("this symbolic link cannot be followed: {io}"))
                .help("remove or mend the link")
        }
        (None, Some(io)) => Diagnostic::error(codes::UNREADABLE, format!("this cannot be read: {io}"))
            .help("check that you may read it"),
        (None, None) => {
            Diagnostic::error(codes::UNREADABLE, error.to_string()).help("check that you may read it")
        }
    };
    match path {
        Some(path) => problem.in_file(path),
        None => problem,
    }
}

/// Names that some file systems take for one: a site with both would lose a file on them.
fn same_names(files: &[File], problems: &mut Vec<Diagnostic>) {
    let plain = |path: &str| path.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
    if files.iter().all(|file| plain(file.path.as_str())) {
        return;
    }
    let mut seen: HashMap<String, &File, foldhash::fast::FixedState> = HashMap::default();
    for file in files {
        let path = file.path.as_str();
        let folded = if path.is_ascii() {
            path.to_ascii_lowercase()
        } else {
            path.nfc().collect::<String>().to_lowercase()
        };
        if let Some(other) = seen.insert(folded, file) {
            let message = format!("`{}` and `{}` differ only in case or Unicode form", other.path, file.path);
            let help = "rename one of them: on many systems they are the same file";
            let problem = Diagnostic::error(codes::SAME_NAME, message).in_file(path).help(help);
            problems.push(problem.related("the other file", Location::file(other.path.as_str())));
        }
    }
}

/// Whether a path matches a pattern: `*` stands for any characters, and a pattern without a slash
/// is matched against the last part of the path.
fn matches(pattern: &str, path: &str) -> bool {
    let path = if pattern.contains('/') { path } else { path.rsplit('/').next().unwrap_or(path) };
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| path.strip_prefix(first)) else { return false };
    let mut rest = rest;
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_people_expect() {
        assert!(matches("*.psd", "img/a.psd"));
        assert!(matches("drafts/*", "drafts/x/y.md"));
        assert!(matches("a*b*c.md", "a-b-c.md"));
        assert!(!matches("*.psd", "img/a.png"));
        assert!(!matches("notes.md", "my-notes.md"));
        assert!(matches("notes.md", "deep/notes.md"));
        assert!(!matches("aba*aba", "aba"));
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_site_and_loops_are_refused_and_pipes_skipped() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("site");
        std::fs::create_dir_all(root.join("content/a")).unwrap();
        std::fs::write(dir.path().join("secret.md"), "x").unwrap();
        std::fs::write(root.join("content/a/ok.md"), "x").unwrap();
        std::os::unix::fs::symlink(dir.path().join("secret.md"), root.join("content/out.md")).unwrap();
        std::os::unix::fs::symlink(root.join("content"), root.join("content/a/loop")).unwrap();
        let found = walk(&root, "content", &[]);
        let names: Vec<_> = found.files.iter().map(|f| f.path.as_str().to_owned()).collect();
        assert_eq!(names, ["content/a/ok.md"]);
        assert_eq!(found.problems.len(), 2, "{:?}", found.problems);
        assert!(found.problems.iter().all(|p| p.code == codes::SYMLINK));
    }

    #[test]
    fn names_that_differ_only_in_form_are_named_both() {
        let file = |path: &str| File::in_program(SourcePath::new(path), b"");
        let mut problems = Vec::new();
        same_names(
            &[file("content/A.md"), file("content/a.md"), file("й.md"), file("и\u{306}.md")],
            &mut problems,
        );
        assert_eq!(problems.len(), 2);
        assert!(problems[0].message.contains("A.md") && problems[0].message.contains("a.md"));
    }
}
