//! Fonts as outlines: WOFF2 (<https://www.w3.org/TR/WOFF2/>), TrueType and OpenType.
//!
//! Letters follow one another with their own widths and the font's kerning, which is what Latin and Cyrillic need.
//! Nothing is shaped: Arabic, say, would come out in separate letters, and from the wrong end.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::opentype_layout::LayoutTable;
use ttf_parser::{Face, GlyphId, OutlineBuilder, Tag};

use crate::base::quiet::quietly;

/// A font that can be read.
#[derive(Debug)]
pub struct Font {
    data: Vec<u8>,
}

/// A row of letters, each with where it begins. Everything in units of the font.
pub(super) struct Row {
    glyphs: Vec<(GlyphId, i64)>,
    /// How wide they are together.
    pub width: i64,
}

impl Font {
    /// Reads the bytes of a font file.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(bytes: Vec<u8>) -> Result<Self, String> {
        let data = match bytes.starts_with(b"wOF2") {
            // A damaged file is no reason to fall over.
            true => quietly(|| catch_unwind(AssertUnwindSafe(|| wuff::decompress_woff2(&bytes))))
                .ok()
                .and_then(Result::ok)
                .ok_or("this is no WOFF2 file, or a damaged one")?,
            false => bytes,
        };
        let font = Self { data };
        match font.face() {
            Some(face) if face.units_per_em() > 0 => Ok(font),
            _ => Err("this is no font in WOFF2, TrueType or OpenType, or a damaged one".to_owned()),
        }
    }

    fn face(&self) -> Option<Face<'_>> {
        Face::parse(&self.data, 0).ok()
    }

    /// The side of the square that letters are drawn in, in the font's units.
    pub(super) fn units(&self) -> f64 {
        self.face().map_or(1000.0, |face| f64::from(face.units_per_em()))
    }

    /// The letters of a text beside each other. A sign that the font lacks is shown as the font shows that.
    pub(super) fn row(&self, text: &str) -> Row {
        let mut row = Row { glyphs: Vec::new(), width: 0 };
        let Some(face) = self.face() else { return row };
        let kerning = Kerning::of(&face);
        let mut before = None;
        for sign in text.chars() {
            let glyph = face.glyph_index(sign).unwrap_or(GlyphId(0));
            row.width += before.map_or(0, |before| kerning.between(before, glyph));
            row.glyphs.push((glyph, row.width));
            row.width += face.glyph_hor_advance(glyph).map_or(0, i64::from);
            before = Some(glyph);
        }
        row
    }

    /// The outlines of a row as the data of an SVG path, from the left end of the baseline.
    pub(super) fn path(&self, row: &Row, scale: f64) -> String {
        let mut path = Path { out: String::new(), scale, x: 0.0 };
        let Some(face) = self.face() else { return path.out };
        for &(glyph, at) in &row.glyphs {
            // Far fewer than 2⁵³ units.
            #[expect(clippy::cast_precision_loss, reason = "widths of texts")]
            let at = at as f64;
            path.x = at;
            let _ = face.outline_glyph(glyph, &mut path);
        }
        path.out
    }
}

/// The pairs of letters that stand nearer to each other, or further apart (OpenType, GPOS, feature `kern`).
struct Kerning<'a> {
    table: Option<LayoutTable<'a>>,
    lookups: Vec<u16>,
}

impl<'a> Kerning<'a> {
    fn of(face: &Face<'a>) -> Self {
        let table = face.tables().gpos;
        let mut lookups = Vec::new();
        // Those of all scripts: a pair of letters is of one script.
        for feature in table.iter().flat_map(|table| table.features) {
            if feature.tag == Tag::from_bytes(b"kern") {
                lookups.extend(feature.lookup_indices);
            }
        }
        lookups.sort_unstable();
        lookups.dedup();
        Self { table, lookups }
    }

    fn between(&self, left: GlyphId, right: GlyphId) -> i64 {
        let Some(table) = self.table else { return 0 };
        let lookups = self.lookups.iter().filter_map(|&index| table.lookups.get(index));
        let of_lookup = |lookup: ttf_parser::opentype_layout::Lookup<'a>| {
            lookup.subtables.into_iter::<PositioningSubtable<'a>>().find_map(|table| match table {
                PositioningSubtable::Pair(pair) => of_pair(&pair, left, right),
                _ => None,
            })
        };
        lookups.filter_map(of_lookup).sum()
    }
}

/// What a table says of a pair; `None` if the next table is to be asked.
fn of_pair(pair: &PairAdjustment<'_>, left: GlyphId, right: GlyphId) -> Option<i64> {
    let index = pair.coverage().get(left)?;
    let (first, _) = match pair {
        PairAdjustment::Format1 { sets, .. } => sets.get(index)?.get(right)?,
        PairAdjustment::Format2 { classes, matrix, .. } => {
            matrix.get((classes.0.get(left), classes.1.get(right)))?
        }
    };
    Some(i64::from(first.x_advance))
}

/// Writes outlines as SVG: the baseline is at 0, and down is positive.
struct Path {
    out: String,
    scale: f64,
    x: f64,
}

impl Path {
    fn point(&mut self, command: char, points: &[(f32, f32)]) {
        self.out.push(command);
        for (index, &(x, y)) in points.iter().enumerate() {
            if index > 0 {
                self.out.push(' ');
            }
            tenths(&mut self.out, (self.x + f64::from(x)) * self.scale);
            self.out.push(' ');
            tenths(&mut self.out, -f64::from(y) * self.scale);
        }
    }
}

impl OutlineBuilder for Path {
    fn move_to(&mut self, x: f32, y: f32) {
        self.point('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.point('L', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.point('Q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.point('C', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.out.push('Z');
    }
}

/// Writes a number with at most one digit behind the point: a tenth of a pixel is not seen, and there are thousands.
fn tenths(out: &mut String, number: f64) {
    #[expect(clippy::cast_possible_truncation, reason = "drawings are far smaller than that")]
    let tenths = (number * 10.0).round() as i64;
    if tenths < 0 {
        out.push('-');
    }
    let (whole, rest) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut left = whole;
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(left % 10).unwrap_or_default();
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|&digit| char::from(digit)));
    if rest > 0 {
        out.push('.');
        out.push(char::from(b'0' + u8::try_from(rest).unwrap_or_default()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIF: &[u8] = include_bytes!("../../themes/shanyraq/static/fonts/shanyraq-serif-600.woff2");

    #[test]
    fn a_web_font_gives_outlines_of_kazakh_letters() {
        let font = Font::read(SERIF.to_vec()).unwrap();
        let missing = font.row("\u{4e2d}");
        for sign in "ӘәҒғҚқҢңӨөҰұҮүҺһІі₸№«»…".chars() {
            let row = font.row(&sign.to_string());
            assert_ne!(row.glyphs[0].0, missing.glyphs[0].0, "{sign}");
            assert!(font.path(&row, 0.1).starts_with('M') && row.width > 0, "{sign}");
        }
        assert_eq!(font.path(&font.row(" "), 1.0), "");
    }

    #[test]
    fn pairs_of_letters_are_kerned() {
        let font = Font::read(SERIF.to_vec()).unwrap();
        for (pair, letters) in [("AV", ["A", "V"]), ("То", ["Т", "о"])] {
            let apart: i64 = letters.iter().map(|letter| font.row(letter).width).sum();
            assert!(font.row(pair).width < apart, "{pair}");
        }
        assert_eq!(font.row("нн").width, font.row("н").width * 2);
    }

    #[test]
    fn what_is_no_font_is_refused() {
        assert!(Font::read(Vec::new()).is_err());
        assert!(Font::read(b"wOF2 and nothing more".to_vec()).is_err());
        for at in (0..SERIF.len()).step_by(97) {
            // Whatever comes of it, nothing falls over.
            let mut damaged = SERIF.to_vec();
            damaged[at] ^= 0x55;
            if let Ok(font) = Font::read(damaged) {
                let row = font.row("Қазақстан AVA");
                let _ = font.path(&row, 0.05);
            }
            let _ = Font::read(SERIF[..at].to_vec());
        }
    }

    #[test]
    fn numbers_are_short() {
        let shown = |number: f64| {
            let mut text = String::new();
            tenths(&mut text, number);
            text
        };
        let all = [0.0, -0.01, 1.0, -2.456, 1200.1, -0.06, 9.96].map(shown);
        assert_eq!(all, ["0", "0", "1", "-2.5", "1200.1", "-0.1", "10"]);
    }
}
