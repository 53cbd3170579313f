//! Pictures, as far as one can know them without decoding: their size, and what else their files say.
//!
//! Cameras and telephones write where and when a picture was taken into its file, and by which device.
//! [`stripped`] leaves that out without touching a pixel: JPEG (ITU-T T.81, annex B), PNG (W3C, third edition,
//! section 5) and WebP (RFC 9649). What a browser needs to show it right stays: colour profiles, and which
//! way up it is (Exif 2.32, tag 0x0112). Other formats are published as they are; [`tells`] knows which of AVIF and
//! HEIC say more.

use super::span::floor_boundary;

/// What the file of a picture says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Picture {
    /// In pixels, as it is shown.
    pub width: u32,
    /// In pixels, as it is shown.
    pub height: u32,
    /// Whether the file says more than the picture: [`stripped`] makes another one of it.
    pub says_more: bool,
    /// Which way up its dots are in the file, as Exif counts from 1 (upright) to 8.
    pub turn: u8,
}

impl Picture {
    /// How many pixels it has.
    #[must_use]
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// The most pixels of a picture: as many as the largest sensors of cameras have. More is a mistake, or made
/// to fill the memory of those who look at it.
pub const MOST_PIXELS: u64 = 150_000_000;

/// What a file says of the picture in it; `None` if it is none that is known, or broken.
#[must_use]
pub fn look(bytes: &[u8]) -> Option<Picture> {
    let read = parts(bytes)?;
    let turn = read.orientation.unwrap_or(1);
    let (width, height) = if turn >= 5 { (read.height, read.width) } else { (read.width, read.height) };
    (width > 0 && height > 0).then_some(Picture { width, height, says_more: read.says_more, turn })
}

/// The same picture in a file that says nothing else; `None` where the file is so already.
#[must_use]
pub fn stripped(bytes: &[u8]) -> Option<Vec<u8>> {
    parts(bytes).filter(|read| read.says_more).map(|read| read.kept)
}

/// Whether an AVIF or HEIC says more than the picture: whether one of its items (ISO/IEC 14496-12, 8.11.6) is
/// Exif or XMP (23008-12, annex A). [`stripped`] leaves nothing out of these.
#[must_use]
pub fn tells(bytes: &[u8]) -> bool {
    items(bytes).into_iter().flat_map(boxes).any(|(_, entry)| {
        let kind = match entry.first() {
            Some(2) => entry.get(8..),
            Some(3) => entry.get(10..),
            _ => None,
        };
        kind.is_some_and(|kind| kind.starts_with(b"Exif") || kind.ends_with(b"application/rdf+xml\0"))
    })
}

/// The entries of the list of items.
fn items(bytes: &[u8]) -> Option<&[u8]> {
    let inside = |bytes, name: &[u8; 4]| boxes(bytes).find(|(own, _)| own == name).map(|(_, data)| data);
    // These begin with a version and flags, the second with a count as well.
    let list = inside(inside(bytes, b"meta")?.get(4..)?, b"iinf")?;
    list.get(if *list.first()? == 0 { 6 } else { 8 }..)
}

/// Boxes: a length, a name, data.
fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    std::iter::from_fn(move || {
        let (head, length) = match big32(bytes, 0)? {
            0 => (8, bytes.len()),
            1 => (16, usize::try_from(u64::from_be_bytes(bytes.get(8..16)?.try_into().ok()?)).ok()?),
            length => (8, length as usize),
        };
        let found = (bytes.get(4..8)?, bytes.get(head..length)?);
        bytes = &bytes[length..];
        Some(found)
    })
}

/// What was read of a file, and what is to be kept of it.
#[derive(Default)]
struct Read {
    width: u32,
    height: u32,
    /// From 1 to 8, if it is said.
    orientation: Option<u8>,
    says_more: bool,
    kept: Vec<u8>,
}

fn parts(bytes: &[u8]) -> Option<Read> {
    if bytes.starts_with(&[0xff, 0xd8]) {
        jpeg(bytes)
    } else if bytes.starts_with(PNG) {
        png(bytes)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12)? == b"WEBP" {
        webp(bytes)
    } else if bytes.starts_with(b"GIF8") {
        let side = |at: usize| Some(u32::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
        Some(Read { width: side(6)?, height: side(8)?, ..Read::default() })
    } else {
        svg(bytes)
    }
}

fn big16(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

fn big32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn little32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The next segment of a JPEG from `from` on: where it begins and ends, its marker and its data. As decoders do,
/// it passes over what is no marker, and over markers that stand alone.
fn segment(bytes: &[u8], from: usize) -> Option<(usize, usize, u8, &[u8])> {
    let mut at = from;
    let marker = loop {
        at += memchr::memchr(0xff, bytes.get(at..)?)?;
        match *bytes.get(at + 1)? {
            // Any number of 0xff may stand before a marker.
            0xff => at += 1,
            0x00 | 0x01 | 0xd0..=0xd7 => at += 2,
            marker => break marker,
        }
    };
    match marker {
        // Another picture begins: the first one has no end.
        0xd8 => None,
        0xd9 => Some((at, at + 2, marker, &[])),
        _ => {
            let end = at + 2 + big16(bytes, at + 2)? as usize;
            Some((at, end, marker, bytes.get(at + 4..end)?))
        }
    }
}

/// Segments, each a marker and a length, with the coded picture after those that begin a scan. Browsers show
/// what is cut off as well, so a scan may end where the file does.
fn jpeg(bytes: &[u8]) -> Option<Read> {
    let mut read = Read { kept: vec![0xff, 0xd8], ..Read::default() };
    let (mut from, mut has_scan) = (2, false);
    loop {
        let Some((at, mut end, marker, data)) = segment(bytes, from) else {
            read.says_more = true;
            read.kept.extend([0xff, 0xd9]);
            return Some(read).filter(|_| has_scan);
        };
        read.says_more |= bytes[from..at].iter().any(|&byte| byte != 0xff);
        let keep = match marker {
            0xd9 => {
                read.kept.extend([0xff, 0xd9]);
                // Telephones hang films and other pictures behind the end.
                read.says_more |= end < bytes.len();
                return Some(read);
            }
            // Frames; 0xc4, 0xc8 and 0xcc are tables.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                (read.height, read.width) = (big16(data, 1)?, big16(data, 3)?);
                true
            }
            0xe0 => data.starts_with(b"JFIF\0"),
            0xe1 => {
                if let Some(tiff) = data.strip_prefix(b"Exif\0\0") {
                    read.orientation = read.orientation.or_else(|| orientation(tiff));
                    if let Some(turn) = read.orientation.filter(|&turn| turn > 1) {
                        // Our own segment is the same each time, so that it counts as nothing more.
                        let own = [&b"Exif\0\0"[..], &turned(turn)].concat();
                        read.says_more |= own != data;
                        read.kept.extend([0xff, 0xe1, 0, u8::try_from(own.len() + 2).ok()?]);
                        read.kept.extend(own);
                        from = end;
                        continue;
                    }
                }
                false
            }
            0xe2 => data.starts_with(b"ICC_PROFILE\0"),
            // How Adobe's programs coded the colours.
            0xee => data.starts_with(b"Adobe"),
            0xe3..=0xef | 0xfe => false,
            _ => true,
        };
        if marker == 0xda {
            has_scan = true;
            end = scan_end(bytes, end);
        }
        if keep {
            read.kept.extend(&bytes[at..end]);
        } else {
            read.says_more = true;
        }
        from = end;
    }
}

/// Where the scan ends that goes on at `at`: before the next marker that is none of the scan itself.
fn scan_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(found) = memchr::memchr(0xff, &bytes[at..]) {
        let next = at + found;
        match bytes.get(next + 1) {
            Some(0 | 0xd0..=0xd7) => at = next + 2,
            Some(0xff) => at = next + 1,
            _ => return next,
        }
    }
    bytes.len()
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Chunks: a length, a name, data, a checksum.
fn png(bytes: &[u8]) -> Option<Read> {
    /// What changes how the picture looks, films among it.
    const KEPT: &[&[u8]] = &[
        b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD", b"pHYs",
        b"hIST", b"sPLT", b"acTL", b"fcTL", b"fdAT",
    ];
    let mut read = Read { kept: PNG.to_vec(), ..Read::default() };
    let mut at = PNG.len();
    loop {
        let length = big32(bytes, at)? as usize;
        let name = bytes.get(at + 4..at + 8)?;
        let end = at.checked_add(12)?.checked_add(length)?;
        let chunk = bytes.get(at..end)?;
        let data = &chunk[8..8 + length];
        if name == b"IHDR" {
            (read.width, read.height) = (big32(data, 0)?, big32(data, 4)?);
        }
        if name == b"eXIf" {
            read.orientation = orientation(data);
            if let Some(turn) = read.orientation.filter(|&turn| turn > 1) {
                let own = turned(turn);
                read.says_more |= own != data;
                let named = [&b"eXIf"[..], &own].concat();
                read.kept.extend(u32::try_from(own.len()).ok()?.to_be_bytes());
                read.kept.extend(&named);
                read.kept.extend(checksum(&named).to_be_bytes());
                at = end;
                continue;
            }
        }
        // A capital letter begins the names of chunks that nothing can be shown without.
        if name[0].is_ascii_uppercase() || KEPT.contains(&name) {
            read.kept.extend(chunk);
        } else {
            read.says_more = true;
        }
        if name == b"IEND" {
            read.says_more |= end < bytes.len();
            return Some(read);
        }
        at = end;
    }
}

/// The checksum of PNG's chunks (W3C PNG, annex D).
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for &byte in bytes {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
        }
    }
    !sum
}

/// Chunks: a name, a length, data, a byte more where the length is odd.
fn webp(bytes: &[u8]) -> Option<Read> {
    const EXIF: u8 = 0x08;
    const XMP: u8 = 0x04;
    let whole = (little32(bytes, 4)? as usize).checked_add(8)?;
    let body = bytes.get(..whole)?;
    let mut read = Read { says_more: whole < bytes.len(), kept: body.get(..12)?.to_vec(), ..Read::default() };
    let (mut at, mut flags) = (12, None);
    while at < body.len() {
        let name = body.get(at..at + 4)?;
        let length = little32(body, at + 4)? as usize;
        let end = at.checked_add(8)?.checked_add(length)?;
        let data = body.get(at + 8..end)?;
        let padded = (end + length % 2).min(body.len());
        let low = |at: usize| Some(u32::from(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?)));
        match name {
            b"VP8X" => {
                let side = |at: usize| Some(little32(&[data.get(at..at + 3)?, &[0]].concat(), 0)? + 1);
                (read.width, read.height) = (side(4)?, side(7)?);
                flags = Some(read.kept.len() + 8);
            }
            b"VP8 " if read.width == 0 => (read.width, read.height) = (low(6)? & 0x3fff, low(8)? & 0x3fff),
            b"VP8L" if read.width == 0 => {
                let bits = little32(data, 1)?;
                (read.width, read.height) = ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
            }
            b"EXIF" => {
                let tiff = data.strip_prefix(b"Exif\0\0").unwrap_or(data);
                read.orientation = orientation(tiff);
                if let Some(turn) = read.orientation.filter(|&turn| turn > 1) {
                    let own = turned(turn);
                    read.says_more |= own != data;
                    read.kept.extend(b"EXIF");
                    read.kept.extend(u32::try_from(own.len()).ok()?.to_le_bytes());
                    read.kept.extend(own);
                } else {
                    read.says_more = true;
                }
                at = padded;
                continue;
            }
            b"XMP " => {
                read.says_more = true;
                at = padded;
                continue;
            }
            _ => {}
        }
        read.kept.extend(&body[at..padded]);
        at = padded;
    }
    let length = u32::try_from(read.kept.len() - 8).ok()?;
    read.kept[4..8].copy_from_slice(&length.to_le_bytes());
    if let Some(flag) = flags.and_then(|flags| read.kept.get_mut(flags)) {
        let turned = read.orientation.is_some_and(|turn| turn > 1);
        *flag &= if turned { !XMP } else { !(EXIF | XMP) };
    }
    Some(read)
}

/// Which way up a picture is, from its Exif data: a TIFF file whose first directory has the tag 0x0112.
fn orientation(tiff: &[u8]) -> Option<u8> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes: [u8; 2] = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let directory = if little { little32(tiff, 4)? } else { big32(tiff, 4)? } as usize;
    let count = short(directory)?;
    for entry in 0..usize::from(count) {
        let at = directory.checked_add(2 + 12 * entry)?;
        if short(at)? == 0x0112 {
            return u8::try_from(short(at + 8)?).ok().filter(|turn| (1..=8).contains(turn));
        }
    }
    None
}

/// Exif data that say which way up a picture is, and nothing else.
fn turned(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    tiff.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    tiff
}

/// The size that an SVG gives itself, if it does in pixels.
fn svg(bytes: &[u8]) -> Option<Read> {
    let text = std::str::from_utf8(bytes).ok()?;
    let start = text[..floor_boundary(text, 4096)].find("<svg")?;
    let tag = &text[start..start + text[start..].find('>')?];
    let side = |name: &str| {
        let at = tag.find(&format!(" {name}=")).or_else(|| tag.find(&format!("\n{name}=")))? + name.len() + 2;
        let quote = tag[at..].chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        let value = tag[at + 1..].split(quote).next()?;
        let pixels: f64 = value.strip_suffix("px").unwrap_or(value).parse().ok()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
        let whole = pixels.round().max(0.0) as u32;
        Some(whole)
    };
    Some(Read { width: side("width")?, height: side("height")?, ..Read::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A JPEG of 300 by 200 pixels with these segments before its frame; no decoder would take it.
    fn jpeg_with(segments: &[(u8, &[u8])], behind: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8];
        let frame: &[u8] = &[8, 0, 200, 1, 44, 1, 1, 0x11, 0];
        for (marker, data) in segments.iter().chain(&[(0xc2, frame), (0xda, &[1, 1, 0, 0, 63, 0][..])]) {
            bytes.extend([0xff, *marker]);
            bytes.extend(u16::try_from(data.len() + 2).unwrap().to_be_bytes());
            bytes.extend(*data);
        }
        bytes.extend([1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 0xff, 0xd9]);
        bytes.extend(behind);
        bytes
    }

    fn chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
        let named = [name, data].concat();
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], &named, &checksum(&named).to_be_bytes()].concat()
    }

    fn png_with(chunks: &[Vec<u8>]) -> Vec<u8> {
        let header = chunk(b"IHDR", &[0, 0, 1, 44, 0, 0, 0, 200, 8, 2, 0, 0, 0]);
        [PNG, &header, &chunks.concat(), &chunk(b"IDAT", b"x"), &chunk(b"IEND", b"")].concat()
    }

    fn webp_with(chunks: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut body = b"WEBP".to_vec();
        for (name, data) in chunks {
            body.extend(*name);
            body.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
            body.extend(*data);
            body.extend(vec![0; data.len() % 2]);
        }
        [&b"RIFF"[..], &u32::try_from(body.len()).unwrap().to_le_bytes(), &body].concat()
    }

    /// Exif data with a place on earth, of a picture that lies on its side.
    fn exif(turn: u8) -> Vec<u8> {
        let mut tiff = b"MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        tiff.extend([turn, 0, 0]);
        tiff.extend(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0LATITUDE");
        tiff
    }

    fn size(bytes: &[u8]) -> (u32, u32, bool) {
        let found = look(bytes).unwrap();
        (found.width, found.height, found.says_more)
    }

    fn clean(bytes: &[u8]) -> Vec<u8> {
        let found = stripped(bytes).unwrap();
        assert!(!found.windows(8).any(|part| part == b"LATITUDE"));
        assert_eq!(stripped(&found), None, "once is enough");
        assert_eq!(look(&found).map(|picture| picture.width), look(bytes).map(|picture| picture.width));
        found
    }

    #[test]
    fn a_jpeg_says_where_it_was_taken_no_longer() {
        let plain = jpeg_with(&[(0xe0, b"JFIF\0..")], b"");
        assert_eq!(size(&plain), (300, 200, false));
        assert_eq!(stripped(&plain), None);
        let with = |turn| [&b"Exif\0\0"[..], &exif(turn)].concat();
        let upright = with(1);
        let telling = jpeg_with(&[(0xe0, b"JFIF\0.."), (0xe1, &upright), (0xfe, b"LATITUDE")], b"LATITUDE");
        assert_eq!(size(&telling), (300, 200, true));
        assert_eq!(clean(&telling), plain);
        // Which way up it is must stay, or it would lie on its side.
        let lying = jpeg_with(&[(0xe1, &with(6)), (0xe2, b"ICC_PROFILE\0x")], b"");
        assert_eq!(size(&lying), (200, 300, true));
        assert_eq!(size(&clean(&lying)), (200, 300, false));
        assert!(clean(&lying).windows(11).any(|part| part == b"ICC_PROFILE"));
    }

    #[test]
    fn a_png_and_a_webp_do_neither() {
        assert_eq!(size(&png_with(&[chunk(b"gAMA", b"1234")])), (300, 200, false));
        let telling =
            png_with(&[chunk(b"tEXt", b"LATITUDE"), chunk(b"eXIf", &exif(1)), chunk(b"gAMA", b"1234")]);
        assert_eq!(clean(&telling), png_with(&[chunk(b"gAMA", b"1234")]));
        assert_eq!(size(&clean(&png_with(&[chunk(b"eXIf", &exif(8))]))), (200, 300, false));
        // RFC 9649, section 2.7: flags, three bytes reserved, width and height less one.
        let head = |flags: u8| [flags, 0, 0, 0, 43, 1, 0, 199, 0, 0];
        let telling = webp_with(&[
            (b"VP8X", &head(0x1c)),
            (b"VP8 ", b"x"),
            (b"EXIF", &exif(1)),
            (b"XMP ", b"LATITUDE"),
        ]);
        assert_eq!(size(&telling), (300, 200, true));
        assert_eq!(clean(&telling), webp_with(&[(b"VP8X", &head(0x10)), (b"VP8 ", b"x")]));
        let lying = webp_with(&[(b"VP8X", &head(0x08)), (b"VP8 ", b"x"), (b"EXIF", &exif(5))]);
        assert_eq!(size(&clean(&lying)), (200, 300, false));
    }

    #[test]
    fn other_pictures_have_their_size() {
        assert_eq!(size(b"GIF89a\x2c\x01\xc8\x00..."), (300, 200, false));
        assert_eq!(
            size(b"<?xml version='1.0'?>\n<svg width=\"300\" viewBox='0 0 3 2' height='200px'>"),
            (300, 200, false)
        );
        for none in [
            &b"<svg viewBox=\"0 0 3 2\"/>"[..],
            b"<svg width=\"100%\" height=\"1\">",
            b"jpg",
            b"",
            b"\xff\xd8",
        ] {
            assert_eq!(look(none), None);
        }
    }

    #[test]
    fn a_jpeg_that_is_cut_off_or_has_rubbish_in_it_is_stripped_as_well() {
        let upright = [&b"Exif\0\0"[..], &exif(1)].concat();
        let plain = jpeg_with(&[], b"");
        let telling = jpeg_with(&[(0xe1, &upright)], b"");
        // Browsers show a picture whose end is missing.
        let cut = &telling[..telling.len() - 2];
        assert_eq!(size(cut), (300, 200, true));
        assert_eq!(clean(cut), plain);
        // Within its scan, and within a segment behind it.
        for rest in [&b""[..], b"\xff", b"\xff\xe1", b"\xff\xfe\x01\0LATITUDE", b"\xff\xd8\xff\xe1"] {
            assert_eq!(clean(&[cut, rest].concat()), plain, "{rest:?}");
        }
        // Decoders pass over what is no marker, and so do we.
        let mut rubbish = telling.clone();
        rubbish.splice(2..2, *b"\xff\xd0LATITUDE\xff\xff");
        assert_eq!(clean(&rubbish), plain);
        // Without a picture there is nothing to show.
        assert_eq!(look(&telling[..60]), None);
    }

    #[test]
    fn an_avif_that_says_more_is_known() {
        let part = |name: &[u8], data: &[u8]| {
            let length = u32::try_from(data.len() + 8).unwrap().to_be_bytes();
            [&length[..], name, data].concat()
        };
        let entry = |kind: &[u8]| part(b"infe", &[&[2, 0, 0, 0, 0, 1, 0, 0], kind].concat());
        let file = |entries: &[Vec<u8>]| {
            let list = part(b"iinf", &[&[0, 0, 0, 0, 0, 2], entries.concat().as_slice()].concat());
            [part(b"ftyp", b"avif"), part(b"meta", &[&[0; 4], list.as_slice()].concat()), part(b"mdat", b"x")]
                .concat()
        };
        let picture = || entry(b"av01\0");
        assert!(!tells(&file(&[picture()])));
        assert!(tells(&file(&[picture(), entry(b"Exif\0")])));
        assert!(tells(&file(&[picture(), entry(b"mime\0application/rdf+xml\0")])));
        let long = file(&[picture(), entry(b"Exif\0")]);
        for cut in 0..long.len() {
            let _ = tells(&long[..cut]);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(start in 0usize..4, rest in proptest::collection::vec(any::<u8>(), 0..200)) {
            let starts = [&[0xff, 0xd8, 0xff][..], PNG, b"RIFF\x40\0\0\0WEBPVP8X", b"<svg "];
            let bytes = [starts[start], &rest].concat();
            let _ = (look(&bytes), stripped(&bytes), tells(&bytes));
        }

        #[test]
        fn no_cut_or_changed_picture_panics(cut in 0usize..150, at in 0usize..150, byte in any::<u8>()) {
            let lying = [&b"Exif\0\0"[..], &exif(6)].concat();
            for mut bytes in [
                jpeg_with(&[(0xe1, &lying)], b"x"),
                png_with(&[chunk(b"eXIf", &exif(8))]),
                webp_with(&[(b"VP8X", &[8, 0, 0, 0, 43, 1, 0, 199, 0, 0]), (b"EXIF", &exif(5))]),
            ] {
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
                bytes.truncate(cut.max(3));
                let _ = look(&bytes);
                let _ = stripped(&bytes);
            }
        }
    }
}
