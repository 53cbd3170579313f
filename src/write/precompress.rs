//! Files beside files, compressed once for all visitors (`precompress`).
//!
//! Servers that know them send `index.html.br` to a browser that takes it, and spend no time on compressing. They are
//! files like others: in the manifest, and gone when what they were made of is gone. The folder is its own cache: a
//! compressed file that the manifest of the same version of Kenes lists, beside a file with the same digest, is what
//! would be made again.

use std::fs;
use std::io::Write as _;

use brotli::enc::{BrotliCompress, BrotliEncoderParams};
use flate2::{Compression, GzBuilder};

use super::output::{Body, Entry, Output};
use crate::base::diagnostic::Diagnostic;
use crate::base::digest::Digest;
use crate::base::path::OutputPath;
use crate::config::Encoding;

/// What is smaller goes into one packet as it is.
const SMALLEST: u64 = 1024;

/// What is larger would hold up a build for many seconds.
const LARGEST: u64 = 8 << 20;

/// The level of Brotli, of 11: on the portal's pages 11 took twice the time for one percent.
const QUALITY: i32 = 10;

/// Files that are text. Pictures, fonts and archives are compressed already.
const TEXTS: &[&str] = &[
    "html",
    "css",
    "js",
    "mjs",
    "json",
    "jsonld",
    "geojson",
    "webmanifest",
    "xml",
    "svg",
    "txt",
    "md",
    "csv",
    "tsv",
    "ics",
    "vtt",
    "bib",
    "toml",
    "yml",
    "yaml",
    "ttl",
    "rtf",
    "ttf",
    "otf",
    "ico",
    "wasm",
];

/// Whether a file of this path, of so many bytes, gets compressed files beside it.
#[must_use]
pub fn is_compressed(path: &OutputPath, size: u64) -> bool {
    let extension = path.as_str().rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    (SMALLEST..=LARGEST).contains(&size)
        && extension.is_some_and(|extension| TEXTS.contains(&extension.as_str()))
}

/// The path of the file beside another.
#[must_use]
pub fn beside(path: &OutputPath, encoding: Encoding) -> Option<OutputPath> {
    OutputPath::parse(&format!("{path}.{}", encoding.word())).ok()
}

/// The same bytes for the same bytes: no time and no name is in them.
fn encoded(bytes: &[u8], encoding: Encoding) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len() / 3);
    match encoding {
        Encoding::Brotli => {
            let params = BrotliEncoderParams {
                quality: QUALITY,
                size_hint: bytes.len(),
                ..BrotliEncoderParams::default()
            };
            BrotliCompress(&mut &*bytes, &mut out, &params)?;
        }
        Encoding::Gzip => {
            let mut writer = GzBuilder::new().mtime(0).write(out, Compression::best());
            writer.write_all(bytes)?;
            out = writer.finish()?;
        }
    }
    Ok(out)
}

impl Output {
    /// Puts compressed files beside a file that was put with this content, where they are smaller.
    ///
    /// # Errors
    /// As [`Output::put`].
    pub fn put_compressed(
        &self,
        path: &OutputPath,
        body: &Body,
        entry: &Entry,
        encodings: impl Iterator<Item = Encoding>,
    ) -> Result<(), Diagnostic> {
        let mut read = None;
        for encoding in encodings {
            let Some(beside) = beside(path, encoding) else { continue };
            let made = match self.made_before(path, entry, &beside) {
                Some(made) => Some(made),
                None => {
                    let bytes = read.get_or_insert_with(|| match body {
                        Body::Bytes(bytes) => bytes.clone(),
                        // It was there a moment ago; if it is gone, so is what is made of it.
                        Body::File(file) => fs::read(file).unwrap_or_default().into(),
                    });
                    // What cannot be compressed is served as it is.
                    encoded(bytes, encoding).ok().filter(|made| made.len() < bytes.len())
                }
            };
            if let Some(made) = made {
                self.put(&beside, Body::from(made))?;
            }
        }
        Ok(())
    }

    /// What this version of Kenes has compressed already, from the same bytes.
    fn made_before(&self, path: &OutputPath, entry: &Entry, beside: &OutputPath) -> Option<Vec<u8>> {
        let known = |path: &OutputPath| self.found.ours.get(path.as_str());
        if !self.found.same_version || **known(path)? != *entry.digest.hex() {
            return None;
        }
        let digest = known(beside)?;
        let bytes = fs::read(self.folder.join(beside.as_str())).ok()?;
        (*Digest::of(&bytes).hex() == **digest).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_same_comes_out_and_nothing_else_is_in_it() {
        let text = "Қазақстан Республикасының жасанды интеллект кеңесі. ".repeat(200);
        let brotli = encoded(text.as_bytes(), Encoding::Brotli).unwrap();
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli, &mut plain).unwrap();
        assert_eq!(plain, text.as_bytes());
        let gzip = encoded(text.as_bytes(), Encoding::Gzip).unwrap();
        let mut plain = String::new();
        flate2::read::GzDecoder::new(&*gzip).read_to_string(&mut plain).unwrap();
        assert_eq!(plain, text);
        // RFC 1952, section 2.3: no flags, so no name, and no time.
        assert_eq!(gzip[..8], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
        assert!(brotli.len() < gzip.len() && gzip.len() < text.len() / 10);
    }

    #[test]
    fn only_texts_of_some_length_are_worth_it() {
        let is = |path: &str, size| is_compressed(&OutputPath::parse(path).unwrap(), size);
        assert!(is("a/index.html", 1024) && is("data/x.CSV", 5000));
        assert!(!is("a/index.html", 1023) && !is("a/index.html", LARGEST + 1));
        assert!(!is("a.png", 5000) && !is("_headers", 5000) && !is("a.html.br", 5000));
    }
}
