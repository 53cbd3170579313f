//! What is said where the system does not tell of changes.

use std::path::Path;

use crate::base::codes;
use crate::base::diagnostic::Diagnostic;

/// A warning that changes are looked for, and why.
pub(super) fn said(error: &notify::Error) -> Diagnostic {
    let diagnostic = |why: &str| {
        let message = format!("{why}; Kenes looks for changes once a second instead");
        Diagnostic::warning(codes::WATCH, message)
    };
    let place = error.paths.first().map_or_else(String::new, |path| format!(" of `{}`", path.display()));
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => diagnostic("the system watches no more folders for you").help(
            "raise the limit, `sudo sysctl fs.inotify.max_user_watches=524288`, and start `kenes serve` again",
        ),
        notify::ErrorKind::Io(error) if out_of_watchers(error) => {
            diagnostic("too many programs have files watched for you").help(
                "end some, or raise the limit, `sudo sysctl fs.inotify.max_user_instances=1024`, and start `kenes serve` again",
            )
        }
        notify::ErrorKind::Io(error) => {
            diagnostic(&format!("the system does not tell of changes{place}: {}", crate::write::cause(error)))
        }
        _ => diagnostic(&format!("the system does not tell of changes{place}: {error}")),
    }
}

/// EMFILE: of open files or, as here, of watchers (`inotify_init(2)`).
fn out_of_watchers(error: &std::io::Error) -> bool {
    #[cfg(unix)]
    {
        error.raw_os_error() == Some(rustix::io::Errno::MFILE.raw_os_error())
    }
    #[cfg(not(unix))]
    {
        let _ = error;
        false
    }
}

/// A warning that a folder is elsewhere.
pub(super) fn elsewhere(folder: &Path, name: &str) -> Diagnostic {
    let folder = folder.display();
    let message =
        format!("`{folder}` lies on a file system ({name}) that does not tell of changes made elsewhere");
    Diagnostic::warning(codes::WATCH, message).help(
        "Kenes looks for such changes once a second; a preview of files on a disk of this computer follows at once",
    )
}

pub(super) fn unseen(why: &str) -> Diagnostic {
    Diagnostic::warning(codes::WATCH, format!("changes go unseen: {why}"))
        .help("start `kenes serve` again after a change")
}
