//! The themes that are compiled into the program, so that it needs nothing beside it.

use include_dir::{Dir, include_dir};

use super::File;
use crate::base::path::SourcePath;

static THEMES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes");

/// The files of a theme inside the program, their paths beginning with `themes/NAME/`; none if there
/// is no such theme in it.
pub(super) fn theme(name: &str) -> Option<Vec<File>> {
    fn collect(dir: &'static Dir<'static>, into: &mut Vec<File>) {
        for file in dir.files() {
            let path = format!("themes/{}", file.path().to_string_lossy());
            into.push(File::in_program(SourcePath::new(&path), file.contents()));
        }
        for dir in dir.dirs() {
            collect(dir, into);
        }
    }
    let mut files = Vec::new();
    collect(THEMES.dirs().find(|dir| dir.path().as_os_str() == name)?, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Some(files)
}

/// The names of these themes.
pub(super) fn themes() -> impl Iterator<Item = String> {
    THEMES.dirs().map(|dir| dir.path().to_string_lossy().into_owned())
}
