//! Pictures of dots: smaller copies of a JPEG, PNG or WebP, as AVIF or WebP.
//!
//! - `decode`: from a file to dots, and what must be known of a file before
//! - `encode`: from dots to a file
//!
//! The same file and the same wish give the same bytes, on however many threads: each copy is made by one.
//! Copies are upright, in the colours of sRGB, and say nothing but the picture.

mod decode;
mod encode;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::picture;
use super::quiet::quietly;

/// Changes whenever a copy has other bytes than before, so that nobody keeps an old one: with the encoders
/// and with how they are asked. `tests.rs` notices.
pub const VERSION: &str = "1";

/// The most dots of a picture that copies are made of: half a gigabyte while it is worked on.
pub const MOST_PIXELS: u64 = 64_000_000;

/// The longest side of a copy: more than any screen has, and less than WebP can hold.
pub const LONGEST_SIDE: u32 = 8192;

/// What is said of a picture that a decoder gave up on, and that has copies by its header.
const UNDECODABLE: &str = "it cannot be decoded";

/// What copies are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// AV1 Image File Format 1.1.
    Avif,
    /// WebP (RFC 9649).
    Webp,
}

/// The words for [`Format`], which are the extensions of file names as well.
pub const FORMATS: &[(&str, Format)] = &[("avif", Format::Avif), ("webp", Format::Webp)];

impl Format {
    /// The extension of file names.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Avif => "avif",
            Self::Webp => "webp",
        }
    }

    /// What a browser is told that it is.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Avif => "image/avif",
            Self::Webp => "image/webp",
        }
    }
}

/// The copy that is wanted of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// In dots, as it is shown.
    pub width: u32,
    /// In dots, as it is shown.
    pub height: u32,
    /// How it is written.
    pub format: Format,
    /// From 1 to 100, on the scale of the format's encoder. It is lowered as long as the copy has not fewer
    /// bytes than the picture.
    pub quality: u8,
}

/// Dots in rows from the top left: red, green, blue and opacity, a byte each, the colours of sRGB and not
/// multiplied by the opacity.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pixels {
    /// Of a row.
    pub width: u32,
    /// Of a column.
    pub height: u32,
    /// Four bytes a dot.
    pub rgba: Vec<u8>,
}

/// Whether copies can be made of a picture: one still picture of a known format, in colours that are known,
/// with not too many dots. Its dots are not looked at.
#[must_use]
pub fn can_be_copied(bytes: &[u8]) -> bool {
    let fits = picture::look(bytes).is_some_and(|found| found.pixels() <= MOST_PIXELS);
    fits && caught(|| decode::Header::read(bytes).is_some()).unwrap_or_default()
}

/// A copy of a picture that can be copied.
///
/// # Errors
/// Its file is broken: says how.
pub fn copy(bytes: &[u8], wanted: Wanted) -> Result<Vec<u8>, String> {
    let work = || {
        let header = header(bytes)?;
        let pixels = resized(&header, wanted.width, wanted.height)?;
        let mut made = encode::encode(&pixels, wanted, header.is_exact())?;
        for part in [80, 60, 40] {
            if made.len() < bytes.len() {
                break;
            }
            let quality = u8::try_from(u32::from(wanted.quality) * part / 100).unwrap_or(1).max(1);
            made = encode::encode(&pixels, Wanted { quality, ..wanted }, header.is_exact())?;
        }
        Ok(made)
    };
    caught(work).unwrap_or_else(|| Err(UNDECODABLE.to_owned()))
}

/// Makes sure that a picture that can be copied is whole, at a fraction of the costs of a copy.
///
/// # Errors
/// Its file is broken: says how.
pub fn probe(bytes: &[u8]) -> Result<(), String> {
    let work = || header(bytes)?.pixels().map(drop);
    caught(work).unwrap_or_else(|| Err(UNDECODABLE.to_owned()))
}

fn header(bytes: &[u8]) -> Result<decode::Header<'_>, String> {
    decode::Header::read(bytes).ok_or_else(|| UNDECODABLE.to_owned())
}

/// Decoders are made for files of strangers, and would rather return an error. One that panics all the same
/// must not end a build.
fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    quietly(|| catch_unwind(AssertUnwindSafe(work)).ok())
}

fn resized(header: &decode::Header<'_>, width: u32, height: u32) -> Result<Pixels, String> {
    let whole = header.pixels()?;
    // It is turned when it is small.
    let (across, down) = if header.lies() { (height, width) } else { (width, height) };
    let mut small = if (whole.width, whole.height) == (across, down) {
        whole
    } else {
        let say = |error: &dyn std::fmt::Display| format!("it cannot be made smaller: {error}");
        let from = ImageRef::new(whole.width, whole.height, &whole.rgba, PixelType::U8x4)
            .map_err(|error| say(&error))?;
        let mut to = Image::new(across, down, PixelType::U8x4);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
        Resizer::new().resize(&from, &mut to, &options).map_err(|error| say(&error))?;
        Pixels { width: across, height: down, rgba: to.into_vec() }
    };
    header.to_srgb(&mut small.rgba);
    Ok(header.upright(small))
}
