//! Bytes against bytes: comparing a new file with the one in place, and writing it beside it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use crate::base::digest::{Digest, Digester};

/// Bytes of a file that are looked at in one go when it is compared: most pages fit.
const GLANCE: usize = 32 * 1024;

/// Bytes that are held at once while a file is copied.
const CHUNK: usize = 256 * 1024;

/// Whether a file, known to be this long, holds exactly these bytes.
#[expect(clippy::large_stack_arrays, reason = "called for every file: a stack costs nothing")]
pub(super) fn holds(file: &Path, mut expected: &[u8]) -> io::Result<bool> {
    let mut file = File::open(file)?;
    let mut glance = [0; GLANCE];
    while !expected.is_empty() {
        let want = expected.len().min(GLANCE);
        let read = read_some(&mut file, &mut glance[..want])?;
        if read == 0 || glance[..read] != expected[..read] {
            return Ok(false);
        }
        expected = &expected[read..];
    }
    Ok(true)
}

fn read_some(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// Fills the buffer as far as the file goes.
fn read_full(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read_some(from, &mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

/// Makes a file that must not be there yet.
pub(super) fn create(file: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(file)
}

/// Makes a file of these bytes.
pub(super) fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    create(file)?.write_all(bytes)
}

/// Which of the two files a copy or comparison failed at.
#[derive(Debug)]
pub(super) enum CopyError {
    /// The one that is read.
    From(io::Error),
    /// The one that is written, or is in place.
    To(io::Error),
}

/// The digest of a file whose bytes are also those of the file in place; `None` if they differ.
pub(super) fn same(from: &Path, in_place: &Path) -> Result<Option<(Digest, u64)>, CopyError> {
    let mut from = File::open(from).map_err(CopyError::From)?;
    let mut in_place = File::open(in_place).map_err(CopyError::To)?;
    let (mut ours, mut theirs) = (vec![0; CHUNK], vec![0; CHUNK]);
    let (mut digester, mut size) = (Digester::default(), 0);
    loop {
        let read = read_full(&mut from, &mut ours).map_err(CopyError::From)?;
        let there = read_full(&mut in_place, &mut theirs).map_err(CopyError::To)?;
        if ours[..read] != theirs[..there] {
            return Ok(None);
        }
        if read == 0 {
            return Ok(Some((digester.finish(), size)));
        }
        digester.update(&ours[..read]);
        size += read as u64;
    }
}

/// Copies a file, and gives the digest and size of what was written, even if the source changes
/// meanwhile.
pub(super) fn copy(from: &Path, to: &mut File) -> Result<(Digest, u64), CopyError> {
    let mut from = File::open(from).map_err(CopyError::From)?;
    let mut chunk = vec![0; CHUNK];
    let (mut digester, mut size) = (Digester::default(), 0);
    loop {
        let read = read_some(&mut from, &mut chunk).map_err(CopyError::From)?;
        if read == 0 {
            return Ok((digester.finish(), size));
        }
        digester.update(&chunk[..read]);
        to.write_all(&chunk[..read]).map_err(CopyError::To)?;
        size += read as u64;
    }
}

/// Sees to it that everything that was written to the file system of this folder is on the disk.
///
/// One call for the whole file system instead of one for each of ten thousand files, which would
/// each wait for the disk. Costs nothing in memory file systems.
pub(super) fn flush_all(folder: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    rustix::fs::syncfs(File::open(folder)?)?;
    #[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
    rustix::fs::sync();
    let _ = folder;
    Ok(())
}

/// Sees to it that the names in the file system of this folder are on the disk.
pub(super) fn flush_names(folder: &Path) {
    // A file system that cannot do this has no promise to keep, and the build is done.
    #[cfg(unix)]
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    #[cfg(not(unix))]
    let _ = folder;
}
