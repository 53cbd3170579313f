//! What the tests of the program have in common: scratch folders, runs of the real binary, trees of
//! files, and expectations that can be written anew.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The day that the tests build for.
pub const TODAY: &str = "2026-01-15";

/// A folder that vanishes with the test, in memory where there is such a place.
pub fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let named = |builder: &mut tempfile::Builder<'_, '_>| match memory.is_dir() {
        true => builder.tempdir_in(memory),
        false => builder.tempdir(),
    };
    named(tempfile::Builder::new().prefix("kenes-test-")).expect("a scratch folder")
}

/// `tests/`.
pub fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// The program, with nothing of the environment that would change what it does.
pub fn kenes() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kenes"));
    command.env_remove("SOURCE_DATE_EPOCH").env_remove("RAYON_NUM_THREADS").env("NO_COLOR", "1");
    command
}

/// `kenes build` of a site for [`TODAY`].
pub fn build(site: &Path, output: &Path) -> Command {
    let mut command = kenes();
    command.arg("--root").arg(site).args(["build", "--as-of", TODAY, "--output"]).arg(output);
    command
}

/// Runs it, and fails if it does not succeed.
pub fn succeed(command: &mut Command) -> Output {
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{command:?}\n{}", said(&output));
    output
}

/// All that a run said.
pub fn said(output: &Output) -> String {
    format!(
        "{}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Makes all files of a folder so many days old.
pub fn age(folder: &Path, days: u64) {
    let time = std::time::SystemTime::now() - std::time::Duration::from_secs(days * 24 * 60 * 60);
    for name in tree(folder).keys() {
        let file = std::fs::File::options().write(true).open(folder.join(name)).unwrap();
        file.set_modified(time).unwrap();
    }
}

/// All files below a folder, by their path.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, into: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, into);
            } else {
                let below = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                into.insert(below, std::fs::read(&path).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    if folder.is_dir() {
        walk(folder, folder, &mut files);
    }
    files
}

/// Copies a folder with everything in it.
pub fn copy(from: &Path, to: &Path) {
    for (path, bytes) in tree(from) {
        write(&to.join(path), bytes);
    }
}

/// Writes a file and the folders above it.
pub fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// The folders right below a folder, sorted.
pub fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut all: Vec<PathBuf> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    all.sort();
    all
}

/// Whether expectations are written anew: `KENES_BLESS=1 cargo test`. Read what has changed before
/// you commit it: a blessed mistake is a mistake for ever.
pub fn blessing() -> bool {
    std::env::var_os("KENES_BLESS").is_some_and(|value| !value.is_empty() && value != "0")
}

/// Compares a text with what is expected of it, or writes the expectation.
pub fn expect(expected: &Path, actual: &[u8], complaints: &mut Vec<String>) {
    let shown = expected.strip_prefix(tests()).unwrap_or(expected).display();
    if blessing() {
        if std::fs::read(expected).ok().as_deref() != Some(actual) {
            write(expected, actual);
        }
        return;
    }
    match std::fs::read(expected) {
        Ok(wanted) if wanted == actual => {}
        Ok(wanted) => {
            complaints.push(format!("{shown} is not what was expected\n{}", difference(&wanted, actual)));
        }
        Err(error) => complaints.push(format!("{shown}: {error} (KENES_BLESS=1 writes it)")),
    }
}

/// The lines in which two texts differ, by their longest common subsequence.
pub fn difference(expected: &[u8], actual: &[u8]) -> String {
    let (expected, actual) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(actual));
    let (a, b): (Vec<&str>, Vec<&str>) = (expected.split('\n').collect(), actual.split('\n').collect());
    let mut longest = vec![vec![0_u32; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            let same = if a[i] == b[j] { longest[i + 1][j + 1] + 1 } else { 0 };
            longest[i][j] = same.max(longest[i + 1][j]).max(longest[i][j + 1]);
        }
    }
    let mut text = String::new();
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || i < a.len() && longest[i + 1][j] >= longest[i][j + 1] {
            let _ = writeln!(text, "    -{:>4} {}", i + 1, a[i]);
            i += 1;
        } else {
            let _ = writeln!(text, "    +{:>4} {}", j + 1, b[j]);
            j += 1;
        }
    }
    text
}

/// Fails with everything that was wrong.
pub fn finish(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// A PNG of noise in four colours: heavy for its size, so that smaller copies are worth it.
pub fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut seed = 1u32;
    let mut dots = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let base = [200, 40, 40 + 80 * u8::from(x < width / 2) + 80 * u8::from(y < height / 2)];
            dots.extend(base.map(|value: u8| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                value.wrapping_add((seed >> 26) as u8)
            }));
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&dots).unwrap();
    writer.finish().unwrap();
    bytes
}
