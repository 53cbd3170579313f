//! Layer 3, READ: the files of a site, from its folder or from the theme inside the program.
//!
//! Nothing is interpreted here. A [`Source`] hands out [`File`]s, and a [`File`] its bytes; what
//! cannot be read, or must not be, is a diagnostic.

mod embedded;
mod file;
mod walk;

pub use file::{File, LARGEST_TEXT};
pub use walk::Folder;

use std::path::{Path, PathBuf};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::path::SourcePath;
use crate::base::span::Lines;
use crate::base::suggest::did_you_mean;

/// The folder for what is costly to make again; it may be deleted at any time.
pub const CACHE: &str = ".kenes/cache";

/// The folder of a site.
#[derive(Clone, Debug)]
pub struct Source {
    root: PathBuf,
}

impl Source {
    /// The site at `root`. Nothing is read yet.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// One file of the site by its path, if it is there and lies inside the site.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<File> {
        let inside = path.split('/').all(|part| crate::base::path::check_component(part).is_ok());
        let absolute = self.root.join(path);
        let meta = std::fs::metadata(&absolute).ok().filter(|_| inside)?;
        let within = absolute.canonicalize().ok()?.starts_with(self.root.canonicalize().ok()?);
        (meta.is_file() && within).then(|| File::on_disk(SourcePath::new(path), absolute))
    }

    /// Whether a path of the site is a file by itself: no folder, no link, and there.
    #[must_use]
    pub fn is_plain_file(&self, path: &str) -> bool {
        std::fs::symlink_metadata(self.root.join(path)).is_ok_and(|found| found.is_file())
    }

    /// All files below a folder of the site, `ignored` patterns and hidden files left out. A folder
    /// that is not there is an empty one.
    #[must_use]
    pub fn folder(&self, path: &str, ignored: &[String]) -> Folder {
        walk::walk(&self.root, path, ignored)
    }

    /// All files of a theme, their paths beginning with `themes/NAME/`: the site's own, or the one
    /// inside the program.
    ///
    /// # Errors
    /// There is no such theme; the nearest name is suggested.
    pub fn theme(&self, name: &str) -> Result<Folder, Box<Diagnostic>> {
        let folder = format!("themes/{name}");
        if self.root.join(&folder).is_dir() {
            return Ok(self.folder(&folder, &[]));
        }
        if let Some(files) = embedded::theme(name) {
            return Ok(Folder { files, problems: Vec::new() });
        }
        let mut names: Vec<String> = std::fs::read_dir(self.root.join("themes"))
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .chain(embedded::themes())
            .collect();
        names.sort();
        names.dedup();
        let help = did_you_mean(name, names.iter().map(String::as_str))
            .unwrap_or_else(|| format!("there are: {}", names.join(", ")));
        let message = format!("there is no theme `{name}`");
        Err(Box::new(Diagnostic::error(codes::NO_THEME, message).help(help)))
    }

    /// What an earlier run kept in the site's cache under this name, if anything.
    #[must_use]
    pub fn cached(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.root.join(CACHE).join(name)).ok()
    }

    /// Fills in the line, column and excerpt of places that were noted as byte ranges only.
    pub fn locate(&self, diagnostics: &mut [Diagnostic]) {
        let mut texts = std::collections::BTreeMap::<String, Option<(String, Lines)>>::new();
        for diagnostic in diagnostics {
            let related = diagnostic.related.iter_mut().map(|related| &mut related.location);
            for location in diagnostic.location.iter_mut().chain(related).filter(|l| l.pending.is_some()) {
                let text = texts.entry(location.file.clone()).or_insert_with(|| {
                    let text = self.file(&location.file)?.read_text(&mut Vec::new()).ok()?;
                    let lines = Lines::new(&text);
                    Some((text, lines))
                });
                let (Some((text, lines)), Some(span)) = (text, location.pending.take()) else { continue };
                *location = Location::on(&*location.file, text, lines, span);
            }
        }
    }
}
