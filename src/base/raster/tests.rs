//! Copies of pictures that the test makes itself, read again by other decoders than made them where there are.

use proptest::prelude::*;

use super::*;
use crate::base::digest::Digest;

/// The dots of a picture, upright and as many as wanted.
fn pixels(bytes: &[u8], width: u32, height: u32) -> Result<Pixels, String> {
    resized(&header(bytes)?, width, height)
}

/// A picture of a meadow below a sky, with noise so that it is no drawing.
fn meadow(width: u32, height: u32) -> Vec<u8> {
    let mut seed = 1u32;
    let mut dots = Vec::new();
    for y in 0..height {
        for x in 0..width {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = u8::try_from(seed >> 28).unwrap();
            let (left, top) = (x < width / 2, y < height / 2);
            let dot = match (left, top) {
                (true, true) => [200, 40, 40],
                (false, true) => [40, 200, 40],
                (true, false) => [40, 40, 200],
                (false, false) => [200, 200, 40],
            };
            dots.extend(dot.map(|value: u8| value + noise));
        }
    }
    dots
}

fn png_of(width: u32, height: u32, kind: png::ColorType, dots: &[u8], profile: Option<&[u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut info = png::Info::with_size(width, height);
    (info.color_type, info.bit_depth) = (kind, png::BitDepth::Eight);
    info.icc_profile = profile.map(|profile| profile.to_vec().into());
    let mut writer = png::Encoder::with_info(&mut bytes, info).unwrap().write_header().unwrap();
    writer.write_image_data(dots).unwrap();
    writer.finish().unwrap();
    bytes
}

fn webp_of(width: u32, height: u32, dots: &[u8]) -> Vec<u8> {
    webp::Encoder::from_rgb(dots, width, height).encode(90.0).to_vec()
}

/// Two hundred by one hundred dots in four colours, without losses.
fn plain() -> Vec<u8> {
    png_of(200, 100, png::ColorType::Rgb, &meadow(200, 100), None)
}

/// With Exif data that say which way up it is.
fn turned(turn: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([turn, 0, 0, 0, 0, 0, 0, 0]);
    let named = [&b"eXIf"[..], &exif].concat();
    let mut sum = u32::MAX;
    for &byte in &named {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
        }
    }
    let bytes = plain();
    let length = u32::try_from(exif.len()).unwrap().to_be_bytes();
    // Behind the header: 8 bytes of signature and 25 of its own.
    [&bytes[..33], &length, &named, &(!sum).to_be_bytes(), &bytes[33..]].concat()
}

/// The colour at a place, in parts of the width and of the height.
fn at(pixels: &Pixels, across: f64, down: f64) -> [u8; 4] {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is inside the picture")]
    let place = |part: f64, side: u32| (part * f64::from(side)) as usize;
    let dot = place(down, pixels.height) * pixels.width as usize + place(across, pixels.width);
    pixels.rgba[dot * 4..dot * 4 + 4].try_into().unwrap()
}

/// What the colours are nearest to, from the top left as one reads.
fn colours(pixels: &Pixels) -> [&'static str; 4] {
    [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)].map(|(across, down)| {
        let [red, green, blue, _] = at(pixels, across, down);
        match (red > 128, green > 128, blue > 128) {
            (true, false, false) => "red",
            (false, true, false) => "green",
            (false, false, true) => "blue",
            (true, true, false) => "yellow",
            _ => "another",
        }
    })
}

fn wanted(format: Format) -> Wanted {
    Wanted { width: 80, height: 40, format, quality: 75 }
}

/// The size that an AVIF says it has: the box `ispe` (ISO/IEC 23008-12, 6.5.3).
fn avif_size(bytes: &[u8]) -> (u32, u32) {
    assert_eq!(&bytes[4..12], b"ftypavif");
    let at = bytes.windows(4).position(|name| name == b"ispe").unwrap() + 8;
    let side = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (side(at), side(at + 4))
}

#[test]
fn copies_are_as_large_as_wanted_and_show_the_same() {
    for original in [plain(), webp_of(200, 100, &meadow(200, 100))] {
        assert!(can_be_copied(&original));
        let webp = copy(&original, wanted(Format::Webp)).unwrap();
        let shown = pixels(&webp, 80, 40).unwrap();
        assert_eq!((shown.width, shown.height), (80, 40));
        assert_eq!(colours(&shown), ["red", "green", "blue", "yellow"]);
        let avif = copy(&original, wanted(Format::Avif)).unwrap();
        assert_eq!(avif_size(&avif), (80, 40));
        assert!(avif.len() < original.len() && webp.len() < original.len());
    }
}

#[test]
fn a_turned_picture_has_upright_copies() {
    let corners = |turn: u8| {
        let (width, height) = if turn >= 5 { (40, 80) } else { (80, 40) };
        let found = picture::look(&turned(turn)).unwrap();
        assert_eq!((found.width > found.height), width > height);
        colours(&pixels(&turned(turn), width, height).unwrap())
    };
    // Exif 2.32, table 6: where the first row and the first column of the file are to be seen.
    assert_eq!(corners(1), ["red", "green", "blue", "yellow"]);
    assert_eq!(corners(2), ["green", "red", "yellow", "blue"], "mirrored");
    assert_eq!(corners(3), ["yellow", "blue", "green", "red"], "upside down");
    assert_eq!(corners(4), ["blue", "yellow", "red", "green"], "mirrored, upside down");
    assert_eq!(corners(5), ["red", "blue", "green", "yellow"], "mirrored, on its side");
    assert_eq!(corners(6), ["blue", "red", "yellow", "green"], "on its side: a telephone held upright");
    assert_eq!(corners(7), ["yellow", "green", "blue", "red"], "mirrored, on its other side");
    assert_eq!(corners(8), ["green", "yellow", "red", "blue"], "on its other side");
    let avif = copy(&turned(6), Wanted { width: 40, height: 80, ..wanted(Format::Avif) }).unwrap();
    assert_eq!(avif_size(&avif), (40, 80));
}

#[test]
fn what_is_transparent_stays_so() {
    let mut dots = Vec::new();
    for (index, dot) in meadow(200, 100).chunks(3).enumerate() {
        // Behind what cannot be seen there is black, which must not shine through at the edge.
        let opacity = if index % 200 < 100 { 255 } else { 0 };
        dots.extend(dot.iter().map(|&value| if opacity == 0 { 0 } else { value }).chain([opacity]));
    }
    let original = png_of(200, 100, png::ColorType::Rgba, &dots, None);
    let webp = copy(&original, wanted(Format::Webp)).unwrap();
    let shown = pixels(&webp, 80, 40).unwrap();
    assert_eq!(at(&shown, 0.25, 0.25)[3], 255);
    assert_eq!(at(&shown, 0.75, 0.25)[3], 0);
    assert!(at(&shown, 0.48, 0.25)[0] > 150, "{:?}", at(&shown, 0.48, 0.25));
    let avif = copy(&original, wanted(Format::Avif)).unwrap();
    assert!(avif.windows(4).any(|name| name == b"auxC"), "a second picture holds the opacity");
}

/// A profile (ICC.1:2022) of primaries and one curve: `to_xyz` are those of red, green and blue, and white is D50.
fn profile(space: [u8; 4], to_xyz: [[f64; 3]; 3]) -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, reason = "numbers of this kind are small")]
    let fixed = |value: f64| ((value * 65536.0).round() as i32).to_be_bytes();
    let xyz = |of: [f64; 3]| [&b"XYZ \0\0\0\0"[..], &of.map(fixed).concat()].concat();
    let curve = [&b"curv\0\0\0\0\0\0\0\x01"[..], &[2, 51, 0, 0]].concat();
    let tags: Vec<(&[u8], Vec<u8>)> = vec![
        (b"wtpt", xyz([0.9642, 1.0, 0.8249])),
        (b"rXYZ", xyz(to_xyz[0])),
        (b"gXYZ", xyz(to_xyz[1])),
        (b"bXYZ", xyz(to_xyz[2])),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut body = u32::try_from(tags.len()).unwrap().to_be_bytes().to_vec();
    let mut data = Vec::new();
    let start = 128 + 4 + tags.len() * 12;
    for (name, bytes) in &tags {
        body.extend(*name);
        body.extend(u32::try_from(start + data.len()).unwrap().to_be_bytes());
        body.extend(u32::try_from(bytes.len()).unwrap().to_be_bytes());
        data.extend(bytes);
    }
    let mut header = vec![0; 128];
    header[..4].copy_from_slice(&u32::try_from(start + data.len()).unwrap().to_be_bytes());
    header[8..12].copy_from_slice(&[2, 0x10, 0, 0]);
    header[12..16].copy_from_slice(b"mntr");
    header[16..20].copy_from_slice(&space);
    header[20..24].copy_from_slice(b"XYZ ");
    header[36..40].copy_from_slice(b"acsp");
    header[68..80].copy_from_slice(&[[0.9642, 1.0, 0.8249].map(fixed).concat()].concat());
    [header, body, data].concat()
}

#[test]
fn colours_of_another_profile_become_those_of_srgb() {
    // Those of Adobe RGB (1998), adapted to D50: its grey is ours, its green is greener than any of ours.
    let adobe = [[0.60974, 0.31111, 0.01947], [0.20528, 0.62567, 0.06087], [0.14919, 0.06322, 0.74457]];
    let grey = [128u8; 3].repeat(100 * 100);
    let green: Vec<u8> = [100u8, 180, 100].repeat(100 * 100);
    let of = |dots: &[u8], profile: &[u8]| png_of(100, 100, png::ColorType::Rgb, dots, Some(profile));
    let shown = |bytes: &[u8]| {
        let copied =
            copy(bytes, Wanted { width: 50, height: 50, format: Format::Webp, quality: 100 }).unwrap();
        at(&pixels(&copied, 50, 50).unwrap(), 0.5, 0.5)
    };
    let wide = profile(*b"RGB ", adobe);
    assert!(can_be_copied(&of(&grey, &wide)));
    let [red, green_of, blue, _] = shown(&of(&grey, &wide));
    assert!(red.abs_diff(128) <= 3 && green_of.abs_diff(128) <= 3 && blue.abs_diff(128) <= 3);
    // The same numbers mean less red and as much green: what is not converted would look paler.
    let [red, green_of, _, _] = shown(&of(&green, &wide));
    assert!(red < 80 && green_of.abs_diff(180) <= 4, "{red} {green_of}");

    let printed = of(&green, &profile(*b"CMYK", adobe));
    let broken = of(&green, b"no profile at all, and long enough to be taken for one if nobody looks at it");
    assert!(!can_be_copied(&printed) && !can_be_copied(&broken), "no copy rather than one in other colours");
}

#[test]
fn films_drawings_and_bombs_have_no_copies() {
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"900\"></svg>";
    assert!(!can_be_copied(svg) && !can_be_copied(b"GIF89a\x90\x01\x90\x01\0\0\0") && !can_be_copied(b""));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 20, 10);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    for _ in 0..2 {
        writer.write_image_data(&meadow(20, 10)).unwrap();
    }
    writer.finish().unwrap();
    assert!(picture::look(&bytes).is_some() && !can_be_copied(&bytes), "an animated PNG");
    // Its header promises more dots than there may be; its checksum is right.
    let bomb = png_of(1, 1, png::ColorType::Grayscale, &[0], None);
    let mut encoder = png::Encoder::new(Vec::new(), 9000, 9000);
    encoder.set_color(png::ColorType::Grayscale);
    let mut header = Vec::new();
    drop(png::Encoder::new(&mut header, 9000, 9000).write_header().unwrap());
    let bomb = [&header[..33], &bomb[33..]].concat();
    assert!(picture::look(&bomb).is_some() && !can_be_copied(&bomb));
}

#[test]
fn the_same_picture_gives_the_same_bytes_on_any_thread() {
    let original = plain();
    for format in [Format::Avif, Format::Webp] {
        let first = copy(&original, wanted(format)).unwrap();
        let many: Vec<Vec<u8>> = std::thread::scope(|scope| {
            let start = || scope.spawn(|| copy(&original, wanted(format)).unwrap());
            let threads: Vec<_> = std::iter::repeat_with(start).take(4).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(many.iter().all(|other| *other == first));
    }
}

/// Copies are cached by browsers for ever, under names that follow from [`VERSION`]. Where this fails, an encoder
/// gives other bytes than it did: raise the version, and write the new digest here.
#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn whoever_changes_copies_raises_the_version() {
    let all: Vec<u8> = [Format::Avif, Format::Webp]
        .into_iter()
        .flat_map(|format| copy(&plain(), wanted(format)).unwrap())
        .collect();
    assert_eq!((VERSION, &*Digest::of(&all).short()), ("1", "71ef011ea9"));
}

#[test]
fn a_copy_is_lighter_than_its_picture_where_that_can_be() {
    let original = webp::Encoder::from_rgb(&meadow(200, 100), 200, 100).encode(5.0).to_vec();
    let whole = Wanted { width: 200, height: 100, format: Format::Webp, quality: 95 };
    let careless = webp::Encoder::from_rgb(&meadow(200, 100), 200, 100).encode(95.0).to_vec();
    let made = copy(&original, whole).unwrap();
    assert!(made.len() < careless.len() / 2, "{} {} {}", original.len(), made.len(), careless.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_damaged_picture_panics(which in 0usize..4, cut in 0usize..20_000, at in 0usize..20_000, flip in 1u8..=255) {
        static PICTURES: std::sync::OnceLock<[Vec<u8>; 4]> = std::sync::OnceLock::new();
        let all = PICTURES.get_or_init(|| {
            let small = meadow(40, 20);
            [
                png_of(40, 20, png::ColorType::Rgb, &small, Some(&profile(*b"RGB ", [[0.4, 0.2, 0.0]; 3]))),
                webp_of(40, 20, &small),
                webp::Encoder::from_rgb(&small, 40, 20).encode_lossless().to_vec(),
                include_bytes!("../../../tests/sites/pictures/site/content/visit/plain.jpg").to_vec(),
            ]
        });
        let mut bytes = all[which].clone();
        let at = at % bytes.len();
        bytes[at] ^= flip;
        let cut = cut % (bytes.len() * 2);
        bytes.truncate(cut.max(1));
        if can_be_copied(&bytes) {
            let _ = probe(&bytes);
            let _ = copy(&bytes, Wanted { width: 20, height: 10, format: Format::Webp, quality: 50 });
        }
    }
}
