//! `[pictures]`: the smaller copies of pictures.

use crate::base::codes;
use crate::base::data::{Fields, Value};
use crate::base::diagnostic::Diagnostic;
use crate::base::raster::{FORMATS, Format, LONGEST_SIDE};

/// The narrowest copy: less is a mistake, such as a width in rem.
pub(super) const NARROWEST: u32 = 16;

/// `[pictures]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pictures {
    /// What copies are written as, the one that browsers should prefer first; none: there are no copies.
    pub formats: Vec<Format>,
    /// How wide they are, in dots, the narrowest first.
    pub widths: Vec<u32>,
    /// From 1 to 100.
    pub avif_quality: u8,
    /// From 1 to 100.
    pub webp_quality: u8,
    /// How wide pictures of texts are shown, as HTML's `sizes`; where nothing is said, the theme knows.
    pub sizes: Option<String>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            formats: vec![Format::Avif, Format::Webp],
            widths: vec![480, 960, 1440],
            avif_quality: 75,
            webp_quality: 80,
            sizes: None,
        }
    }
}

impl Pictures {
    pub(super) fn read(mut fields: Fields<'_>) -> Self {
        let plain = Self::default();
        let own = Self {
            formats: formats(&mut fields).unwrap_or(plain.formats),
            widths: widths(&mut fields).unwrap_or(plain.widths),
            avif_quality: quality(&mut fields, "avif_quality").unwrap_or(plain.avif_quality),
            webp_quality: quality(&mut fields, "webp_quality").unwrap_or(plain.webp_quality),
            sizes: fields.string("sizes").filter(|sizes| !sizes.trim().is_empty()),
        };
        fields.finish("[pictures]");
        own
    }

    /// The quality of a format.
    #[must_use]
    pub fn quality(&self, format: Format) -> u8 {
        match format {
            Format::Avif => self.avif_quality,
            Format::Webp => self.webp_quality,
        }
    }
}

fn formats(fields: &mut Fields<'_>) -> Option<Vec<Format>> {
    let mut formats = Vec::new();
    for (word, span) in fields.spanned_strings("formats")? {
        match FORMATS.iter().find(|(known, _)| *known == word) {
            Some((_, format)) => formats.push(*format),
            None => {
                let names: Vec<_> = FORMATS.iter().map(|(name, _)| *name).collect();
                let problem = Diagnostic::error(codes::BAD_VALUE, format!("there are no copies as `{word}`"));
                fields.problem(span, problem.help(format!("there are: {}", names.join(", "))));
            }
        }
    }
    formats.sort_unstable();
    formats.dedup();
    Some(formats)
}

fn widths(fields: &mut Fields<'_>) -> Option<Vec<u32>> {
    let node = fields.node("widths")?;
    let help = "write widths = [480, 960, 1440], in dots";
    let Value::List(items) = &node.value else {
        let message = format!("`widths` must be a list of whole numbers, and is {}", node.value.kind());
        fields.problem(node.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
        return None;
    };
    let mut widths = Vec::new();
    for item in items {
        let Value::Integer(number) = item.value else {
            let message = format!("`widths` must hold whole numbers, and here is {}", item.value.kind());
            fields.problem(item.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
            continue;
        };
        match u32::try_from(number).ok().filter(|width| (NARROWEST..=LONGEST_SIDE).contains(width)) {
            Some(width) => widths.push(width),
            None => {
                let message =
                    format!("a width must be from {NARROWEST} to {LONGEST_SIDE}, and here is {number}");
                fields.problem(item.span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
            }
        }
    }
    if items.is_empty() {
        let problem = Diagnostic::error(codes::BAD_VALUE, "`widths` is an empty list");
        fields.problem(node.span, problem.help("name some, or write formats = [] for no copies at all"));
    }
    widths.sort_unstable();
    widths.dedup();
    Some(widths)
}

fn quality(fields: &mut Fields<'_>, key: &'static str) -> Option<u8> {
    let number = fields.integer(key)?;
    let quality = u8::try_from(number).ok().filter(|quality| (1..=100).contains(quality));
    if quality.is_none() {
        let span = fields.node(key).map(|node| node.span).unwrap_or_default();
        let message = format!("`{key}` must be from 1 to 100, and is {number}");
        let problem = Diagnostic::error(codes::BAD_VALUE, message);
        fields.problem(
            span,
            problem.help("75 is a good middle: 100 is hardly better and several times as large"),
        );
    }
    quality
}
