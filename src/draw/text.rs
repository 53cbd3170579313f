//! A text in lines that fit: as large as they may be, else smaller, else cut.

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

use super::font::Font;

/// What stands for what was cut.
const ELLIPSIS: char = '…';

/// How far lines stand apart, as a multiple of the size of their letters.
pub const LEADING: f64 = 1.15;

/// Into how much room a text must go. Lengths in the units of the drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    /// How wide a line may be.
    pub width: f64,
    /// How high all lines may be together; there is one line in any case.
    pub height: f64,
    /// The sizes of letters to try, the best first; never empty.
    pub sizes: Vec<f64>,
}

impl Room {
    /// How many lines of letters of a size there may be.
    fn lines(&self, size: f64) -> usize {
        let most = (self.height / (size * LEADING)).floor();
        // More than that nobody reads.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let lines = most.clamp(1.0, 100.0) as usize;
        lines
    }
}

/// A text in its lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The size of its letters.
    pub size: f64,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// How wide it is.
    pub width: f64,
    /// Its outlines: the data of an SVG path, from the left end of the baseline.
    pub path: String,
}

/// What a line never breaks in.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    text: String,
    /// Whether a blank follows where the line does not break behind it.
    blank: bool,
    /// How wide it is, in units of the font; measured once, because lines are tried in many widths.
    width: f64,
}

impl Piece {
    fn new(font: &Font, text: String, blank: bool) -> Self {
        Self { width: measure(font, &text), text, blank }
    }
}

/// Sets a text in the first of the sizes in which its words fit into the room; in the last one, words that are too long
/// break anywhere, and what does not fit is cut. The lines are about equally long.
#[must_use]
pub fn fit(font: &Font, text: &str, room: &Room) -> Fitted {
    let whole: String = text.nfc().collect();
    let pieces: Vec<Piece> =
        pieces(&whole).into_iter().map(|(text, blank)| Piece::new(font, text, blank)).collect();
    let units = font.units();
    let mut size = 1.0;
    for &candidate in &room.sizes {
        size = candidate;
        // From here on everything is in units of the font.
        let width = room.width / size * units;
        if let Some(lines) = balanced(font, &pieces, width, room.lines(size)) {
            return fitted(font, lines, size);
        }
    }
    let width = room.width / size * units;
    let short = pieces.into_iter().flat_map(|piece| broken(font, piece, width)).collect::<Vec<_>>();
    let lines = match balanced(font, &short, width, room.lines(size)) {
        Some(lines) => lines,
        None => cut(font, wrap(font, &short, width), width, room.lines(size)),
    };
    fitted(font, lines, size)
}

fn fitted(font: &Font, lines: Vec<String>, size: f64) -> Fitted {
    let scale = size / font.units();
    let line = |text: String| {
        let row = font.row(&text);
        Line { width: length(row.width) * scale, path: font.path(&row, scale), text }
    };
    Fitted { size, lines: lines.into_iter().map(line).collect() }
}

/// Where lines may break: at blanks, and behind hyphens and slashes in long words. Not behind a word of one or two small
/// letters, nor before a dash, which is how Russian and Kazakh are set and does no harm to English.
fn pieces(text: &str) -> Vec<(String, bool)> {
    let is_blank = |c: char| c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}');
    let mut all: Vec<(String, bool)> = Vec::new();
    let mut open = false;
    for word in text.split(is_blank).filter(|word| !word.is_empty()) {
        let is_dash = matches!(word, "-" | "–" | "—");
        match all.last_mut() {
            Some((last, _)) if open || is_dash => {
                last.push('\u{a0}');
                last.push_str(word);
            }
            _ => split_word(word, &mut all),
        }
        open = is_short(word);
    }
    all
}

fn is_short(word: &str) -> bool {
    matches!(word, "№" | "§") || (word.chars().count() < 3 && word.chars().all(char::is_lowercase))
}

fn split_word(word: &str, all: &mut Vec<(String, bool)>) {
    let mut from = 0;
    for (at, sign) in word.char_indices().filter(|(_, sign)| matches!(sign, '-' | '/')) {
        let end = at + sign.len_utf8();
        let long = |part: &str| part.chars().filter(|c| c.is_alphabetic()).count() > 2;
        if long(&word[from..at]) && long(&word[end..]) {
            all.push((word[from..end].to_owned(), false));
            from = end;
        }
    }
    all.push((word[from..].to_owned(), true));
}

/// The parts of a piece that are no wider than this.
fn broken(font: &Font, piece: Piece, width: f64) -> Vec<Piece> {
    if piece.width <= width {
        return vec![piece];
    }
    let mut parts: Vec<Piece> = Vec::new();
    for sign in piece.text.graphemes(true) {
        let sign = Piece::new(font, sign.to_owned(), false);
        match parts.last_mut() {
            Some(last) if last.width + sign.width <= width => {
                last.text.push_str(&sign.text);
                last.width += sign.width;
            }
            _ => parts.push(sign),
        }
    }
    if let Some(last) = parts.last_mut() {
        last.blank = piece.blank;
    }
    parts
}

/// The lines, if there are no more than so many, each about as long as the others: as narrow as their number allows.
fn balanced(font: &Font, pieces: &[Piece], width: f64, most: usize) -> Option<Vec<String>> {
    let widest = pieces.iter().map(|piece| piece.width).fold(0.0, f64::max);
    let full = wrap(font, pieces, width);
    if widest > width || full.len() > most {
        return None;
    }
    let (mut narrow, mut wide, mut best) = (widest, width, full);
    for _ in 0..8 {
        let middle = f64::midpoint(narrow, wide);
        let lines = wrap(font, pieces, middle);
        if lines.len() == best.len() {
            (wide, best) = (middle, lines);
        } else {
            narrow = middle;
        }
    }
    Some(best)
}

/// Puts into each line what goes into it.
fn wrap(font: &Font, pieces: &[Piece], width: f64) -> Vec<String> {
    let space = measure(font, " ");
    let mut lines: Vec<String> = Vec::new();
    let mut filled = 0.0;
    let mut blank = false;
    for piece in pieces {
        let between = if blank { space } else { 0.0 };
        match lines.last_mut() {
            Some(line) if filled + between + piece.width <= width => {
                if blank {
                    line.push(' ');
                }
                line.push_str(&piece.text);
                filled += between + piece.width;
            }
            _ => {
                lines.push(piece.text.clone());
                filled = piece.width;
            }
        }
        blank = piece.blank;
    }
    lines
}

/// The first lines, with an ellipsis in place of the rest.
fn cut(font: &Font, mut lines: Vec<String>, width: f64, most: usize) -> Vec<String> {
    lines.truncate(most.max(1));
    let is_loose =
        |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '.' | '-' | '–' | '—' | '(' | '«');
    if let Some(last) = lines.last_mut() {
        loop {
            let text = format!("{}{ELLIPSIS}", last.trim_end_matches(is_loose));
            if measure(font, &text) <= width || last.is_empty() {
                *last = text;
                break;
            }
            // Whole words first, then letters.
            let end = last.trim_end().rfind(char::is_whitespace);
            let end = end.or_else(|| last.grapheme_indices(true).next_back().map(|(at, _)| at));
            last.truncate(end.unwrap_or(0));
        }
    }
    lines
}

fn measure(font: &Font, text: &str) -> f64 {
    length(font.row(text).width)
}

#[expect(clippy::cast_precision_loss, reason = "widths of texts are far below 2⁵³")]
fn length(units: i64) -> f64 {
    units as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn serif() -> Font {
        let bytes = include_bytes!("../../themes/shanyraq/static/fonts/shanyraq-serif-600.woff2");
        Font::read(bytes.to_vec()).unwrap()
    }

    fn texts(fitted: &Fitted) -> Vec<&str> {
        fitted.lines.iter().map(|line| line.text.as_str()).collect()
    }

    fn room(sizes: &[f64], height: f64) -> Room {
        Room { width: 1000.0, height, sizes: sizes.to_vec() }
    }

    #[test]
    fn a_short_title_is_large_and_in_one_line() {
        let fitted = fit(&serif(), "Қазақстан", &room(&[84.0, 60.0], 300.0));
        assert_eq!((fitted.size, texts(&fitted)), (84.0, vec!["Қазақстан"]));
        assert!(
            fitted.lines[0].width > 300.0 && fitted.lines[0].width < 500.0,
            "{:?}",
            fitted.lines[0].width
        );
    }

    #[test]
    fn lines_are_equally_long_and_end_in_no_small_word() {
        let text = "Рекомендации по этике и прозрачности систем искусственного интеллекта – проект";
        let fitted = fit(&serif(), text, &room(&[64.0], 230.0));
        let lines = texts(&fitted);
        assert!(lines.iter().all(|line| !line.ends_with(" и") && !line.ends_with(" по")), "{lines:?}");
        assert!(lines.iter().all(|line| !line.starts_with('–')), "{lines:?}");
        let widths: Vec<f64> = fitted.lines.iter().map(|line| line.width).collect();
        let (least, most) =
            (widths.iter().copied().fold(f64::MAX, f64::min), widths.iter().copied().fold(0.0, f64::max));
        assert!(least > most * 0.5 && most <= 1000.0, "{widths:?}");
    }

    #[test]
    fn a_longer_title_is_smaller_and_the_longest_is_cut() {
        let long = "Жасанды интеллект жүйелерін мемлекеттік органдарда қолданудың әдеп нормалары";
        let sizes = [84.0, 64.0, 52.0];
        let fitted = fit(&serif(), long, &room(&sizes, 120.0));
        assert_eq!((fitted.size, fitted.lines.len()), (52.0, 2), "{:?}", texts(&fitted));
        let fitted = fit(&serif(), &format!("{long}, {long}"), &room(&sizes, 120.0));
        assert_eq!((fitted.size, fitted.lines.len()), (52.0, 2));
        let last = &fitted.lines[1];
        assert!(
            last.text.ends_with('…') && !last.text.ends_with(" …") && last.width <= 1000.0,
            "{}",
            last.text
        );
    }

    #[test]
    fn a_word_without_end_breaks() {
        let fitted = fit(&serif(), &"қ".repeat(300), &room(&[60.0], 60.0 * LEADING * 3.0));
        assert_eq!(fitted.lines.len(), 3);
        assert!(fitted.lines.iter().all(|line| line.width <= 1000.0));
        assert!(fitted.lines[2].text.ends_with('…'));
    }

    #[test]
    fn words_with_hyphens_break_where_both_parts_are_long() {
        let parts = |word: &str| pieces(word).into_iter().map(|(text, _)| text).collect::<Vec<_>>();
        assert_eq!(parts("научно-технический"), ["научно-", "технический"]);
        assert_eq!(parts("Al-Sana"), ["Al-Sana"]);
        assert_eq!(parts("в 2026\u{a0}году"), ["в\u{a0}2026\u{a0}году"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn every_text_fits(text in "[а-яәқ \\-/–a-zA-Z0-9\u{a0}中\u{301}]{0,120}", height in 1.0_f64..200.0, width in 20.0_f64..1200.0) {
            let room = Room { width, height, sizes: vec![70.0, 30.0] };
            let fitted = fit(&serif(), &text, &room);
            #[expect(clippy::cast_precision_loss, reason = "a few lines")]
            let high = fitted.lines.len() as f64 * fitted.size * LEADING;
            prop_assert!(fitted.lines.len() < 2 || high <= height, "{:?}", fitted);
            // One letter, or the ellipsis, may be wider than a very narrow line.
            prop_assert!(fitted.lines.iter().all(|line| line.width <= width + 0.01 || width < 70.0), "{:?}", fitted);
        }
    }
}
