//! `manifest.json`: every file of the site with its SHA-256, and by that, which files are ours.

use std::collections::HashMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use serde::Deserialize;

use crate::base::path::OutputPath;
use crate::write::output::Record;

/// The manifest's place in the output folder.
pub(super) const NAME: &str = "manifest.json";

/// How every manifest of Kenes begins, whatever its version; see [`render`].
const BEGINNING: &[u8] = b"{\n\"generator\":\"kenes ";

/// What a manifest says besides its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Who made it: `kenes` and a version.
    pub generator: String,
}

impl Default for Meta {
    fn default() -> Self {
        Self { generator: concat!("kenes ", env!("CARGO_PKG_VERSION")).to_owned() }
    }
}

/// The manifest that was found in an output folder.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The files that Kenes wrote, and their digests as the manifest has them.
    pub(super) ours: HashMap<Box<str>, Box<str>, foldhash::fast::RandomState>,
    /// The same version of Kenes wrote them.
    pub(super) same_version: bool,
    /// The bytes, to leave them alone if they would be written again.
    pub(super) bytes: Vec<u8>,
    /// There is a `manifest.json`, and it is not one of Kenes.
    pub(super) foreign: bool,
}

#[derive(Deserialize)]
struct Written {
    generator: String,
    files: HashMap<String, WrittenFile>,
}

#[derive(Deserialize)]
struct WrittenFile {
    #[serde(default)]
    sha256: Box<str>,
    #[serde(default)]
    foreign: bool,
}

/// Reads the manifest of an output folder.
///
/// A broken one, or none, means that nothing is known to be ours. One that did not come from Kenes
/// (a web app's, say) is a foreign file like any other. An empty one is taken for ours: a file
/// system that loses power can leave it so, and nothing is lost with it.
pub(super) fn read(folder: &Path) -> io::Result<Found> {
    let path = folder.join(NAME);
    match fs::symlink_metadata(&path) {
        Ok(found) if !found.is_file() => return Ok(Found { foreign: true, ..Found::default() }),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::default()),
        Err(error) => return Err(error),
    }
    let bytes = fs::read(&path)?;
    match serde_json::from_slice::<Written>(&bytes) {
        Ok(written) if written.generator.starts_with("kenes ") => {
            let ours = written.files.into_iter().filter(|(path, file)| {
                // What could not have been an output is not believed, whoever wrote it there.
                !file.foreign && OutputPath::parse(path).is_ok() && !is_reserved(path)
            });
            let ours = ours.map(|(path, file)| (path.into_boxed_str(), file.sha256)).collect();
            let same_version = written.generator == Meta::default().generator;
            Ok(Found { ours, same_version, bytes, foreign: false })
        }
        _ => {
            let foreign = !bytes.is_empty() && !bytes.starts_with(BEGINNING);
            Ok(Found { bytes, foreign, ..Found::default() })
        }
    }
}

/// Whether a path belongs to the machinery of the output folder and cannot be an output.
pub(super) fn is_reserved(path: &str) -> bool {
    path == NAME || path.starts_with(".kenes-")
}

/// The manifest's bytes: the same for the same files. One line a file, so that two manifests can
/// be compared by eye. `foreign` marks a file that was in the folder before Kenes made the same.
pub(super) fn render(meta: &Meta, records: &[Record]) -> Vec<u8> {
    let mut out = Vec::with_capacity(records.iter().map(|r| r.path.as_str().len() + 112).sum::<usize>() + 64);
    out.extend_from_slice(b"{\n\"generator\":");
    push_json(&mut out, &meta.generator);
    out.extend_from_slice(b",\n\"files\":{");
    for (index, record) in records.iter().enumerate() {
        out.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        push_json(&mut out, record.path.as_str());
        out.extend_from_slice(b":{\"sha256\":\"");
        out.extend_from_slice(record.entry.digest.hex().as_bytes());
        out.extend_from_slice(b"\",\"size\":");
        out.extend_from_slice(record.entry.size.to_string().as_bytes());
        out.extend_from_slice(if record.foreign { b",\"foreign\":true}" } else { b"}" });
    }
    out.extend_from_slice(b"\n}}\n");
    out
}

fn push_json(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::Digest;
    use crate::write::output::{Entry, Staged};

    fn record(path: &str, foreign: bool) -> Record {
        let entry = Entry { digest: Digest::of(path.as_bytes()), size: 7 };
        Record {
            path: OutputPath::parse(path).unwrap(),
            entry,
            staged: Staged::No,
            foreign,
            over_folder: false,
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let records = [record("қ\"/index.html", false), record("robots.txt", true)];
        let bytes = render(&Meta::default(), &records);
        assert!(bytes.starts_with(BEGINNING));
        fs::write(folder.path().join(NAME), &bytes).unwrap();
        let found = read(folder.path()).unwrap();
        assert!(!found.foreign && found.bytes == bytes);
        assert_eq!(found.ours.keys().map(|p| &**p).collect::<Vec<_>>(), ["қ\"/index.html"]);
        let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(json["files"]["robots.txt"]["size"], 7);
    }

    #[test]
    fn a_broken_or_hostile_manifest_makes_nothing_ours() {
        let folder = tempfile::tempdir().unwrap();
        for (text, foreign) in [
            ("", false),
            ("{\n\"generator\":\"kenes 0.1.0\",\n\"files\":{\n\"a", false),
            (r#"{"generator":"kenes 9","files":{"../x":{},"/etc/passwd":{},".kenes-lock":{}}}"#, false),
            (r#"{"name":"an app","icons":[]}"#, true),
            ("[]", true),
        ] {
            fs::write(folder.path().join(NAME), text).unwrap();
            let found = read(folder.path()).unwrap();
            assert!(found.ours.is_empty(), "{text}");
            assert_eq!(found.foreign, foreign, "{text}");
        }
    }
}
