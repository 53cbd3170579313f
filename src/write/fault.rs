//! What can go wrong with an output folder, as diagnostics.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::base::codes;
use crate::base::diagnostic::Diagnostic;

/// The cause of an IO error in plain words, without the system's number.
#[must_use]
pub fn cause(error: &io::Error) -> String {
    let said = match error.kind() {
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::QuotaExceeded => "the disk quota is used up",
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        ErrorKind::PermissionDenied => "permission denied",
        ErrorKind::NotFound => "no such file or folder",
        ErrorKind::NotADirectory => "a part of its path is a file, not a folder",
        ErrorKind::IsADirectory => "it is a folder",
        ErrorKind::CrossesDevices => "a folder in it is on another disk",
        ErrorKind::InvalidFilename => "the file system does not take the name",
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or(&text);
            let mut chars = text.chars();
            let first = chars.next().map(char::to_lowercase);
            return first.into_iter().flatten().chain(chars).collect();
        }
    };
    said.to_owned()
}

/// What a person is shown for a path: relative to the site if it lies below it.
pub(super) fn shown(site: &Path, path: &Path) -> String {
    let below = path.strip_prefix(site).ok().filter(|rest| !rest.as_os_str().is_empty());
    below.unwrap_or(path).display().to_string()
}

/// Something in the output folder cannot be written.
///
/// A cause that is the same for every file is said about the folder, so that ten thousand failed
/// files come out as one diagnostic.
pub(super) fn unwritable(folder: &str, file: &str, error: &io::Error) -> Diagnostic {
    let why = cause(error);
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Diagnostic::error(codes::OUTPUT, format!("the output folder `{folder}` cannot be written: {why}"))
                .in_file(folder)
                .help("free some space and build again; the earlier output is as it was")
        }
        ErrorKind::ReadOnlyFilesystem => {
            Diagnostic::error(codes::OUTPUT, format!("the output folder `{folder}` cannot be written: {why}"))
                .in_file(folder)
                .help("choose another folder with `--output`")
        }
        ErrorKind::PermissionDenied => {
            Diagnostic::error(codes::OUTPUT, format!("`{file}` cannot be written: {why}"))
                .in_file(file)
                .help("make the folder writable for you, or choose another with `--output`")
        }
        _ => Diagnostic::error(codes::OUTPUT, format!("`{file}` cannot be written: {why}"))
            .in_file(file)
            .help("look after the disk, or choose another folder with `--output`; the earlier output is as it was"),
    }
}

/// A new file would replace something that Kenes did not write.
pub(super) fn foreign(file: &str) -> Diagnostic {
    Diagnostic::error(codes::OUTPUT, format!("`{file}` is in the way: it was not written by Kenes"))
        .in_file(file)
        .help(
            "move it away, or give the page another address; if all of this folder came from Kenes, empty it",
        )
}

/// A symbolic link stands where a file or folder of the output would be.
pub(super) fn symlink(file: &str) -> Diagnostic {
    Diagnostic::error(
        codes::OUTPUT,
        format!("`{file}` is a symbolic link, which would lead the output elsewhere"),
    )
    .in_file(file)
    .help("remove the link; to keep the whole output elsewhere, use `--output`")
}

/// Two outputs for one path: a fault of the planner, which is to find it first and name the sources.
pub(super) fn twice(file: &str) -> Diagnostic {
    Diagnostic::error(codes::COLLISION, format!("two outputs want to be `{file}`"))
        .in_file(file)
        .help("this is a fault of Kenes: please report it")
}
