//! The icons of a site, all of one SVG.

use super::raster::{Drawing, Form};

/// The file that all icons are made of.
pub const SOURCE: &str = "favicon.svg";

/// The part of an icon's width that every shape of mask leaves (W3C, Web Application Manifest, "Icon masks": a circle of
/// 80 %).
const SAFE: f32 = 0.8;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// For tabs of browsers that take no SVG, in two sizes.
    Ico,
    /// For the home screens of iOS, which rounds the corners itself and shows black where nothing is.
    Apple,
    /// For home screens and lists of programs.
    Small,
    /// The same, large.
    Large,
    /// For systems that cut icons into a shape of theirs.
    Maskable,
}

impl Icon {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Ico, Self::Apple, Self::Small, Self::Large, Self::Maskable];

    /// The file in the root of the site. The first two names are asked for by programs that read no page.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Ico => "favicon.ico",
            Self::Apple => "apple-touch-icon.png",
            Self::Small => "icon-192.png",
            Self::Large => "icon-512.png",
            Self::Maskable => "icon-maskable-512.png",
        }
    }

    /// How many pixels wide and high it is; the largest where it is there in two sizes.
    #[must_use]
    pub fn side(self) -> u32 {
        match self {
            Self::Ico => 32,
            Self::Apple => 180,
            Self::Small => 192,
            Self::Large | Self::Maskable => 512,
        }
    }

    /// Its bytes, made of the text of the SVG.
    ///
    /// # Errors
    /// The SVG cannot be drawn: what is wrong with it, and what to do.
    pub fn draw(self, svg: &str) -> Result<Vec<u8>, String> {
        let drawing = Drawing::read(svg)?;
        let paint = |side: u32, part: f32, ground: Option<[u8; 3]>| drawing.paint(side, side, part, ground);
        let png = |side, part, ground| paint(side, part, ground)?.png(Form::Small);
        let whole = |side| paint(side, 1.0, None)?.png(Form::Whole);
        match self {
            Self::Ico => Ok(ico(&[(16, whole(16)?), (32, whole(32)?)])),
            Self::Apple => png(self.side(), 1.0, Some(ground(&drawing)?)),
            Self::Small | Self::Large => png(self.side(), 1.0, None),
            Self::Maskable => png(self.side(), SAFE, Some(ground(&drawing)?)),
        }
    }
}

/// The colour that a drawing goes on in beyond its edges: its own, where all four edges have one; else white.
fn ground(drawing: &Drawing) -> Result<[u8; 3], String> {
    const SIDE: u32 = 64;
    let pixels = drawing.paint(SIDE, SIDE, 1.0, None)?;
    let (near, middle, far) = (1, SIDE / 2, SIDE - 2);
    let edges = [(middle, near), (near, middle), (middle, far), (far, middle)];
    let first = pixels.solid(middle, near).unwrap_or([u8::MAX; 3]);
    let all = edges.into_iter().all(|(x, y)| pixels.solid(x, y) == Some(first));
    Ok(if all { first } else { [u8::MAX; 3] })
}

/// An ICO file of pictures in PNG, which browsers and Windows have read since Vista
/// (<https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10)>).
fn ico(pictures: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let count = u16::try_from(pictures.len()).unwrap_or_default();
    let mut bytes = [0, 1, count].into_iter().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let mut offset = 6 + 16 * u32::from(count);
    for (side, png) in pictures {
        let length = u32::try_from(png.len()).unwrap_or_default();
        // Width, height, no palette, one plane of 32 bits.
        bytes.extend([*side, *side, 0, 0, 1, 0, 32, 0]);
        bytes.extend(length.to_le_bytes());
        bytes.extend(offset.to_le_bytes());
        offset += length;
    }
    bytes.extend(pictures.iter().flat_map(|(_, png)| png));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = include_str!("../../themes/shanyraq/static/favicon.svg");

    fn corner(png: &[u8]) -> Vec<u8> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut data = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut data).unwrap();
        data.truncate(info.color_type.samples());
        data
    }

    #[test]
    fn each_icon_has_its_size_and_ground() {
        for icon in Icon::ALL {
            let bytes = icon.draw(OWN).unwrap();
            assert_eq!(bytes, icon.draw(OWN).unwrap(), "the same bytes each time");
            if icon == Icon::Ico {
                assert_eq!(bytes[..8], [0, 0, 1, 0, 2, 0, 16, 16]);
                let offset = u32::from_le_bytes(bytes[18..22].try_into().unwrap()) as usize;
                let corner = corner(&bytes[offset..]);
                assert!(corner.len() == 4 && corner[3] < 32, "{corner:?}");
                continue;
            }
            let side = u32::from_be_bytes(bytes[16..20].try_into().unwrap());
            assert_eq!(side, icon.side(), "{icon:?}");
            // The favicon has round corners; what is cut by others has none.
            let expected: &[u8] =
                if matches!(icon, Icon::Apple | Icon::Maskable) { &[0, 0x6f, 0x8a] } else { &[0, 0, 0, 0] };
            assert_eq!(corner(&bytes), expected, "{icon:?}");
        }
    }

    #[test]
    fn a_drawing_without_edges_stands_on_white() {
        let round =
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><circle cx='4' cy='4' r='3'/></svg>";
        assert_eq!(corner(&Icon::Apple.draw(round).unwrap()), [255; 3]);
        let two = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><path d='M0 0H8V4H0Z' fill='red'/>\
                   <path d='M0 4H8V8H0Z'/></svg>";
        assert_eq!(corner(&Icon::Maskable.draw(two).unwrap()), [255; 3]);
    }
}
