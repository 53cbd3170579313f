//! What an event of the system says of a file.

use std::path::Path;

use notify::event::{AccessKind, AccessMode, CreateKind, EventKind, MetadataKind, ModifyKind, RenameMode};

use super::gather::Sight;

/// Whether an event is about reading only.
pub(super) fn is_reading(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime)) => true,
        _ => false,
    }
}

/// What an event says of a path.
pub(super) fn sight(kind: EventKind, path: &Path) -> Option<Sight> {
    Some(match kind {
        _ if is_reading(kind) => return None,
        EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => Sight::Gone,
        EventKind::Create(CreateKind::Folder) => Sight::Folder,
        EventKind::Create(_) => match path.symlink_metadata() {
            Ok(found) if found.is_dir() => Sight::Folder,
            Ok(found) if !found.is_file() || is_linked(&found) => present(path),
            // It will be written now, or has gone again already.
            _ => Sight::Made,
        },
        EventKind::Modify(ModifyKind::Metadata(_)) => Sight::Touched,
        // If it is gone by now, that will be told as well.
        EventKind::Modify(ModifyKind::Name(RenameMode::To)) | EventKind::Access(_) => {
            return Some(present(path)).filter(|sight| *sight != Sight::Gone);
        }
        EventKind::Modify(ModifyKind::Name(_)) => present(path),
        // Some systems say so of a folder when something in it changes, and of that as well.
        EventKind::Modify(_) if path.is_dir() => return None,
        EventKind::Modify(_) => Sight::Writing,
        EventKind::Any | EventKind::Other => present(path),
    })
}

/// What is at a path, of which nobody is known to write it.
pub(super) fn present(path: &Path) -> Sight {
    let found = path.metadata().or_else(|_| path.symlink_metadata());
    match found {
        Ok(found) if found.is_dir() => Sight::Folder,
        Ok(found) if found.is_file() && found.len() == 0 => Sight::Empty,
        Ok(_) => Sight::Whole,
        Err(_) => Sight::Gone,
    }
}

/// Whether a file has another name, and may have been made by giving it this one.
fn is_linked(found: &std::fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        std::os::unix::fs::MetadataExt::nlink(found) > 1
    }
    #[cfg(not(unix))]
    {
        let _ = found;
        false
    }
}
