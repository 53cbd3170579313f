//! The default theme, compiled into the program so that it needs nothing beside it.

use include_dir::{Dir, include_dir};

use super::File;
use crate::base::path::SourcePath;

static THEME: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/themes/shanyraq");

/// The files of the default theme, their paths beginning with `themes/shanyraq/`.
#[must_use]
pub fn default_theme() -> Vec<File> {
    fn collect(dir: &'static Dir<'static>, into: &mut Vec<File>) {
        for file in dir.files() {
            let path = format!("themes/shanyraq/{}", file.path().to_string_lossy());
            into.push(File::in_program(SourcePath::new(&path), file.contents()));
        }
        for dir in dir.dirs() {
            collect(dir, into);
        }
    }
    let mut files = Vec::new();
    collect(&THEME, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
