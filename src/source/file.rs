//! One file, and its bytes when asked for.

use std::borrow::Cow;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::path::SourcePath;
use crate::base::span::Span;

/// The largest text file that is read: 16 MiB. Kenes keeps parsed pages in memory, and no page for
/// people is that long.
pub const LARGEST_TEXT: u64 = 16 * 1024 * 1024;

#[derive(Clone, Debug)]
enum Place {
    Disk(PathBuf),
    Program(&'static [u8]),
}

/// A file of the site or of the embedded theme.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path below the site's root.
    pub path: SourcePath,
    place: Place,
}

impl File {
    pub(super) fn on_disk(path: SourcePath, absolute: PathBuf) -> Self {
        Self { path, place: Place::Disk(absolute) }
    }

    pub(super) fn in_program(path: SourcePath, bytes: &'static [u8]) -> Self {
        Self { path, place: Place::Program(bytes) }
    }

    /// Where it lies on the disk, if it does.
    #[must_use]
    pub fn disk_path(&self) -> Option<&Path> {
        match &self.place {
            Place::Disk(path) => Some(path),
            Place::Program(_) => None,
        }
    }

    /// Its bytes.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(&self) -> Result<Vec<u8>, Box<Diagnostic>> {
        self.read_up_to(u64::MAX).map(|bytes| bytes.unwrap_or_default())
    }

    /// Its bytes, or its length if there are more than `most`.
    fn read_up_to(&self, most: u64) -> Result<Result<Vec<u8>, u64>, Box<Diagnostic>> {
        let read = |path: &Path| -> std::io::Result<Result<Vec<u8>, u64>> {
            let mut file = std::fs::File::open(path)?;
            let length = file.metadata()?.len();
            if length > most {
                return Ok(Err(length));
            }
            let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
            file.read_to_end(&mut bytes)?;
            Ok(Ok(bytes))
        };
        match &self.place {
            Place::Program(bytes) => Ok(Ok(bytes.to_vec())),
            Place::Disk(path) => read(path).map_err(|error| self.unreadable(&error)),
        }
    }

    /// Makes sure that it can be read, without reading it.
    ///
    /// # Errors
    /// It cannot.
    pub fn probe(&self) -> Result<(), Box<Diagnostic>> {
        match &self.place {
            Place::Program(_) => Ok(()),
            Place::Disk(path) => std::fs::File::open(path).map(drop).map_err(|error| self.unreadable(&error)),
        }
    }

    fn unreadable(&self, error: &std::io::Error) -> Box<Diagnostic> {
        let message = format!("this file cannot be read: {error}");
        let help = "check that the file exists and that you may read it";
        Box::new(Diagnostic::error(codes::UNREADABLE, message).in_file(self.path.as_str()).help(help))
    }

    /// Its text, as all later steps see it: without a byte order mark, lines ending in `\n`, and
    /// U+FFFD for NUL as CommonMark wants it (section 2.3), which is said in `problems`. None of
    /// this moves a line or a column.
    ///
    /// # Errors
    /// It cannot be read, is larger than [`LARGEST_TEXT`], or is not UTF-8.
    pub fn read_text(&self, problems: &mut Vec<Diagnostic>) -> Result<String, Box<Diagnostic>> {
        let bytes = self.read_up_to(LARGEST_TEXT)?.map_err(|length| {
            let message = format!(
                "this file has {} MB, and a text may have at most {} MB",
                length / 1_000_000,
                LARGEST_TEXT / 1_000_000
            );
            let problem = Diagnostic::error(codes::TOO_LARGE, message).in_file(self.path.as_str());
            Box::new(problem.help("divide the page, or publish the text as a file to download"))
        })?;
        let mut text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let line = memchr::memchr_iter(b'\n', &bytes[..at]).count() + 1;
            let message =
                format!("this file is not UTF-8: byte {at}, in line {line}, is 0x{:02X}", bytes[at]);
            let help = "save the file as UTF-8 in your editor (Windows-1251 is a common cause)";
            // Up to the first wrong byte, the text with replacement characters is the text itself.
            let shown = String::from_utf8_lossy(&bytes);
            let location =
                Location::span(self.path.as_str(), &shown, Span::new(at, at + '\u{fffd}'.len_utf8()));
            Box::new(Diagnostic::error(codes::NOT_UTF8, message).at(location).help(help))
        })?;
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        if memchr::memchr(b'\r', text.as_bytes()).is_some() {
            text = text.replace("\r\n", "\n");
        }
        if let Some(at) = memchr::memchr(0, text.as_bytes()) {
            let location = Location::span(self.path.as_str(), &text, Span::new(at, at + 1));
            let problem = Diagnostic::warning(codes::NUL, "a NUL character, shown as \u{fffd}").at(location);
            problems.push(problem.help("remove it: it cannot be seen in most editors"));
            text = text.replace('\0', "\u{fffd}");
        }
        Ok(text)
    }

    /// The name without its folder.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.file_name()
    }

    /// The path below a folder, if it lies in it.
    #[must_use]
    pub fn below(&self, folder: &str) -> Option<&str> {
        self.path.as_str().strip_prefix(folder)?.strip_prefix('/')
    }

    /// The extension in lower case, `""` if there is none.
    #[must_use]
    pub fn extension(&self) -> Cow<'_, str> {
        match self.name().rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => {
                if extension.bytes().any(|b| b.is_ascii_uppercase()) {
                    Cow::Owned(extension.to_ascii_lowercase())
                } else {
                    Cow::Borrowed(extension)
                }
            }
            _ => Cow::Borrowed(""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_went_away_cannot_be_read_nor_probed() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("a.pdf");
        std::fs::write(&place, "x").unwrap();
        let file = File::on_disk(SourcePath::new("static/a.pdf"), place.clone());
        assert!(file.probe().is_ok());
        std::fs::remove_file(place).unwrap();
        let problem = file.probe().unwrap_err();
        assert_eq!((problem.code, &problem), (codes::UNREADABLE, &file.read().unwrap_err()));
        assert!(File::in_program(SourcePath::new("x"), b"x").probe().is_ok());
    }
}
