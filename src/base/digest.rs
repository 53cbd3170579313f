//! SHA-256 digests: what the manifest promises and what asset names carry. And fingerprints, which
//! are quick and for this process only.

use std::hash::{BuildHasher as _, Hash};

use sha2::{Digest as _, Sha256};

/// Bytes in hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// A SHA-256 digest (FIPS 180-4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// All 64 hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        hex(&self.0)
    }

    /// The first ten hexadecimal digits: 40 bits, enough to tell apart the versions of one file.
    #[must_use]
    pub fn short(&self) -> String {
        let mut hex = self.hex();
        hex.truncate(10);
        hex
    }

    /// The raw bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

/// Bytes to keep, with their digest before them, so that damage is noticed.
#[must_use]
pub fn sealed(bytes: &[u8]) -> Vec<u8> {
    [Digest::of(bytes).bytes(), bytes].concat()
}

/// The bytes that were [`sealed`]; none if they are no longer what they were.
#[must_use]
pub fn unsealed(mut stored: Vec<u8>) -> Option<Vec<u8>> {
    let (digest, bytes) = stored.split_first_chunk::<32>()?;
    if Digest::of(bytes).bytes() != digest {
        return None;
    }
    stored.drain(..32);
    Some(stored)
}

/// A quick fingerprint of a value: for telling whether something is what it was, within one run of
/// the program. It is no digest, and never leaves the process.
#[must_use]
pub fn fingerprint<T: Hash + ?Sized>(value: &T) -> u64 {
    foldhash::quality::FixedState::default().hash_one(value)
}

/// A digest over a stream of bytes, for files too large to hold.
#[derive(Default)]
pub struct Digester(Sha256);

impl Digester {
    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all that was taken in.
    #[must_use]
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_standard_example() {
        // FIPS 180-4, the one-block example "abc".
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Digest::of(b"abc").hex(), expected);
        let mut digester = Digester::default();
        digester.update(b"a");
        digester.update(b"bc");
        assert_eq!(digester.finish().short(), &expected[..10]);
    }

    #[test]
    fn what_is_damaged_counts_as_nothing() {
        let stored = sealed(b"a picture");
        assert_eq!(unsealed(stored.clone()).unwrap(), b"a picture");
        for at in 0..stored.len() {
            let mut damaged = stored.clone();
            damaged[at] ^= 1;
            assert_eq!(unsealed(damaged), None);
            assert_eq!(unsealed(stored[..at].to_vec()), None);
        }
    }
}
