//! How much room words take, before any browser has seen them.
//!
//! Widths are in em of the text, and guesses by class of letter: a chart must hold its words in whatever
//! font, so they are on the wide side.

use unicode_segmentation::UnicodeSegmentation;

/// About how wide a text is, in em.
#[must_use]
pub fn width(text: &str) -> f64 {
    text.chars().map(letter).sum()
}

fn letter(c: char) -> f64 {
    match c {
        ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '.' | ',' | ':' | ';' | '!' | '|' | '\'' | 'i' | 'j'
        | 'l' | 'I' | 'і' | 'І' | 'ї' => 0.3,
        '-' | '(' | ')' | '[' | ']' | '/' | 'f' | 'r' | 't' => 0.4,
        'm' | 'w' | 'M' | 'W' | '—' | 'ж' | 'м' | 'ш' | 'щ' | 'ы' | 'ю' | 'ф' | 'Ж' | 'М' | 'Ш' | 'Щ'
        | 'Ы' | 'Ю' | 'Ф' => 0.92,
        _ if c < '\u{1100}' && (c.is_uppercase() || matches!(c, '%' | '&')) => 0.75,
        // Hangul, Han, kana, emoji: as wide as high.
        '\u{1100}'.. if !('\u{2000}'..='\u{2bff}').contains(&c) => 1.05,
        _ => 0.6,
    }
}

/// The lines of a text that are at most `most` em wide, broken between words; inside a word only where it
/// is longer than a line.
#[must_use]
pub fn wrap(text: &str, most: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty()) {
        let joined = if line.is_empty() { width(word) } else { width(&line) + 0.3 + width(word) };
        if joined <= most {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.graphemes(true) {
            if !line.is_empty() && width(&line) + width(letter) > most {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(letter);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("one two three", 5.0), ["one two", "three"]);
        assert_eq!(wrap("", 5.0), Vec::<String>::new());
        assert_eq!(wrap("ааааааааа", 3.0), ["ааааа", "аааа"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_letter_is_lost(text in "[a-zа-яӘҚ ]{0,60}", most in 2.0f64..20.0) {
            let lines = wrap(&text, most);
            prop_assert!(lines.iter().all(|line| width(line) <= most));
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
