//! From a file to dots.

use std::io::Cursor;

use png::{BitDepth, ColorType, Transformations};
use qcms::{DataType, Intent, Profile, Transform};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{MOST_PIXELS, Pixels};
use crate::base::picture;

/// What a decoder may use beside the picture itself.
const MOST_MEMORY: usize = 1 << 30;

/// A file whose picture can be read, as far as one can tell without reading it.
pub(super) struct Header<'a> {
    bytes: &'a [u8],
    kind: Kind,
    /// Which way up it is (Exif 2.32, tag 0x0112), from 1 to 8.
    turn: u8,
    /// How its colours become those of sRGB, if they are others.
    colours: Option<Transform>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// In shades of grey.
    GreyJpeg,
    Jpeg,
    Png,
    Webp,
    /// Without losses.
    ExactWebp,
}

impl<'a> Header<'a> {
    /// `None`: no still picture of a known format, or in colours that are not known.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let turn = picture::look(bytes)?.turn;
        let (kind, profile) = match bytes {
            [0xff, 0xd8, ..] => jpeg(bytes)?,
            [0x89, b'P', b'N', b'G', ..] => png(bytes)?,
            [b'R', b'I', b'F', b'F', ..] => webp(bytes)?,
            _ => return None,
        };
        let colours = match profile {
            // Of grey there is no telling which it is.
            Some(_) if kind == Kind::GreyJpeg => return None,
            Some(profile) => transform(&profile)?,
            None => None,
        };
        Some(Self { bytes, kind, turn, colours })
    }

    /// Whether the file keeps each dot as it was: a drawing or a screen more likely than a photograph.
    pub(super) fn is_exact(&self) -> bool {
        matches!(self.kind, Kind::Png | Kind::ExactWebp)
    }

    /// Whether it lies on its side, so that what is across in the file is up and down as it is shown.
    pub(super) fn lies(&self) -> bool {
        self.turn >= 5
    }

    /// The dots as they are in the file: not turned, in the colours of the file.
    pub(super) fn pixels(&self) -> Result<Pixels, String> {
        match self.kind {
            Kind::GreyJpeg | Kind::Jpeg => self.jpeg_pixels(),
            Kind::Png => self.png_pixels(),
            Kind::Webp | Kind::ExactWebp => self.webp_pixels(),
        }
    }

    /// Turns the colours of the file into those of sRGB.
    pub(super) fn to_srgb(&self, rgba: &mut [u8]) {
        if let Some(colours) = &self.colours {
            colours.apply(rgba);
        }
    }

    /// Turns the picture the right way up.
    pub(super) fn upright(&self, pixels: Pixels) -> Pixels {
        if self.turn <= 1 {
            return pixels;
        }
        let (across, down) = (pixels.width as usize, pixels.height as usize);
        let (width, height) = if self.lies() { (down, across) } else { (across, down) };
        let mut rgba = Vec::with_capacity(pixels.rgba.len());
        for y in 0..height {
            for x in 0..width {
                // Where the dot is in the file.
                let (column, row) = match self.turn {
                    2 => (across - 1 - x, y),
                    3 => (across - 1 - x, down - 1 - y),
                    4 => (x, down - 1 - y),
                    5 => (y, x),
                    6 => (y, down - 1 - x),
                    7 => (across - 1 - y, down - 1 - x),
                    _ => (across - 1 - y, x),
                };
                let at = (row * across + column) * 4;
                rgba.extend_from_slice(&pixels.rgba[at..at + 4]);
            }
        }
        let (width, height) =
            if self.lies() { (pixels.height, pixels.width) } else { (pixels.width, pixels.height) };
        Pixels { width, height, rgba }
    }

    fn jpeg_pixels(&self) -> Result<Pixels, String> {
        let channels = if self.kind == Kind::GreyJpeg { 1 } else { 3 };
        let colours = if channels == 1 { ColorSpace::Luma } else { ColorSpace::RGB };
        let mut decoder = JpegDecoder::new_with_options(
            ZCursor::new(self.bytes),
            options().jpeg_set_out_colorspace(colours),
        );
        let bytes = decoder.decode().map_err(|error| error.to_string())?;
        let info = decoder.info().ok_or("it has no picture")?;
        let rgba = match channels {
            1 => bytes.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect(),
            _ => bytes.chunks_exact(3).flat_map(|dot| [dot[0], dot[1], dot[2], 255]).collect(),
        };
        whole(u32::from(info.width), u32::from(info.height), rgba)
    }

    fn png_pixels(&self) -> Result<Pixels, String> {
        let mut reader = png_reader(self.bytes).map_err(|error| error.to_string())?;
        let size =
            reader.output_buffer_size().filter(|&size| size <= MOST_MEMORY).ok_or("it is too large")?;
        let mut bytes = vec![0; size];
        let read = reader.next_frame(&mut bytes).map_err(|error| error.to_string())?;
        bytes.truncate(read.buffer_size());
        let rgba = match (read.color_type, read.bit_depth) {
            (ColorType::Grayscale, BitDepth::Eight) => {
                bytes.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect()
            }
            (ColorType::GrayscaleAlpha, BitDepth::Eight) => {
                bytes.chunks_exact(2).flat_map(|dot| [dot[0], dot[0], dot[0], dot[1]]).collect()
            }
            (ColorType::Rgb, BitDepth::Eight) => {
                bytes.chunks_exact(3).flat_map(|dot| [dot[0], dot[1], dot[2], 255]).collect()
            }
            (ColorType::Rgba, BitDepth::Eight) => bytes,
            _ => return Err("its colours are of an unknown kind".to_owned()),
        };
        whole(read.width, read.height, rgba)
    }

    fn webp_pixels(&self) -> Result<Pixels, String> {
        let mut decoder = webp_decoder(self.bytes).map_err(|error| error.to_string())?;
        let (width, height) = decoder.dimensions();
        let size =
            decoder.output_buffer_size().filter(|&size| size <= MOST_MEMORY).ok_or("it is too large")?;
        let mut bytes = vec![0; size];
        decoder.read_image(&mut bytes).map_err(|error| error.to_string())?;
        let rgba = match decoder.has_alpha() {
            true => bytes,
            false => bytes.chunks_exact(3).flat_map(|dot| [dot[0], dot[1], dot[2], 255]).collect(),
        };
        whole(width, height, rgba)
    }
}

/// As many dots as there should be: whoever cuts them into rows need not look.
fn whole(width: u32, height: u32, rgba: Vec<u8>) -> Result<Pixels, String> {
    match rgba.len() as u64 == u64::from(width) * u64::from(height) * 4 {
        true => Ok(Pixels { width, height, rgba }),
        false => Err("a part of it is missing".to_owned()),
    }
}

fn options() -> DecoderOptions {
    // Sides are limited by the number of dots.
    DecoderOptions::default().set_max_width(usize::from(u16::MAX)).set_max_height(usize::from(u16::MAX))
}

fn jpeg(bytes: &[u8]) -> Option<(Kind, Option<Vec<u8>>)> {
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options());
    decoder.decode_headers().ok()?;
    let info = decoder.info()?;
    let kind = match decoder.input_colorspace()? {
        ColorSpace::Luma => Kind::GreyJpeg,
        ColorSpace::YCbCr | ColorSpace::RGB => Kind::Jpeg,
        // For printing: only a profile could say what colours these are.
        _ => return None,
    };
    fits(u32::from(info.width), u32::from(info.height))?;
    Some((kind, decoder.icc_profile()))
}

fn png_reader(bytes: &[u8]) -> Result<png::Reader<Cursor<&[u8]>>, png::DecodingError> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder.read_info()
}

fn png(bytes: &[u8]) -> Option<(Kind, Option<Vec<u8>>)> {
    let reader = png_reader(bytes).ok()?;
    let info = reader.info();
    fits(info.width, info.height)?;
    if info.animation_control.is_some() {
        return None;
    }
    // Primaries, transfer, matrix and range of sRGB (ITU-T H.273).
    if let Some(code) = &info.coding_independent_code_points {
        let is_srgb = code.color_primaries == 1
            && code.transfer_function == 13
            && code.matrix_coefficients == 0
            && code.is_video_full_range_image;
        return is_srgb.then_some((Kind::Png, None));
    }
    if let Some(profile) = &info.icc_profile {
        let is_grey = matches!(info.color_type, ColorType::Grayscale | ColorType::GrayscaleAlpha);
        return (!is_grey).then(|| (Kind::Png, Some(profile.to_vec())));
    }
    if info.srgb.is_none() {
        // Older ways to say the same, and in colours as others mean them.
        let near = |value: f32, wanted: f32| (value - wanted).abs() < 0.005;
        let srgb = [(0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06)];
        let gamma = info.source_gamma.is_none_or(|gamma| near(gamma.into_value(), 0.45455));
        let primaries = info.source_chromaticities.is_none_or(|found| {
            [found.white, found.red, found.green, found.blue].iter().zip(srgb).all(|(found, wanted)| {
                near(found.0.into_value(), wanted.0) && near(found.1.into_value(), wanted.1)
            })
        });
        if !gamma || !primaries {
            return None;
        }
    }
    Some((Kind::Png, None))
}

fn webp_decoder(bytes: &[u8]) -> Result<image_webp::WebPDecoder<Cursor<&[u8]>>, image_webp::DecodingError> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes))?;
    decoder.set_memory_limit(MOST_MEMORY);
    Ok(decoder)
}

fn webp(bytes: &[u8]) -> Option<(Kind, Option<Vec<u8>>)> {
    let mut decoder = webp_decoder(bytes).ok()?;
    if decoder.is_animated() {
        return None;
    }
    let (width, height) = decoder.dimensions();
    fits(width, height)?;
    let kind = if decoder.is_lossy() { Kind::Webp } else { Kind::ExactWebp };
    Some((kind, decoder.icc_profile().ok()?))
}

/// What the decoder says of the size must hold too: [`picture::look`] may have read another part of the file.
fn fits(width: u32, height: u32) -> Option<()> {
    (width > 0 && height > 0 && u64::from(width) * u64::from(height) <= MOST_PIXELS).then_some(())
}

/// How the colours of a profile (ICC.1:2022) become those of sRGB; the inner `None` if they are.
#[expect(clippy::option_option, reason = "not known, nothing to do, or this")]
fn transform(profile: &[u8]) -> Option<Option<Transform>> {
    if profile.get(16..20)? != b"RGB " {
        return None;
    }
    let from = Profile::new_from_slice(profile, false)?;
    if from.is_sRGB() {
        return Some(None);
    }
    let mut to = Profile::new_sRGB();
    to.precache_output_transform();
    Transform::new(&from, &to, DataType::RGBA8, Intent::Perceptual).map(Some)
}
