//! Counting the words of a text.

/// Words of a text: runs without white space; outside ASCII, those with a letter or digit, because a
/// dash between blanks is no word.
pub(super) fn words(text: &str) -> usize {
    let is_blank = |byte: u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let bytes = text.as_bytes();
    if text.is_ascii() {
        if bytes.len() < 3 && !bytes.iter().any(u8::is_ascii_alphanumeric) {
            return 0;
        }
        return begins_of_words(bytes);
    }
    let is_word = |run: &&str| run.contains(char::is_alphanumeric);
    let (mut count, mut at) = (0, 0);
    // Blanks of ASCII divide no character.
    for run in bytes.split(|&byte| is_blank(byte)) {
        let run_at = at..at + run.len();
        at += run.len() + 1;
        count += match run.first() {
            None => 0,
            // A run of Cyrillic, most often; blanks outside ASCII begin with C2, or with E1 and above.
            Some(0xD0 | 0xD1) if !run.iter().any(|&byte| byte == 0xC2 || byte > 0xE0) => 1,
            Some(_) => text[run_at].split_whitespace().filter(is_word).count(),
        };
    }
    count
}

/// How many runs without blanks begin in a text of ASCII. Eight bytes are looked at at once: of every page,
/// every byte is.
fn begins_of_words(text: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    // The high bit of each byte, all of them below 0x80, that is a blank; no sum carries into the next byte.
    let blanks = |bytes: u64| {
        let is_no_space = (bytes ^ (ONES * 0x20)) + ONES * 0x7F;
        let (above_8, above_13) = (bytes + ONES * (0x80 - 9), bytes + ONES * (0x80 - 14));
        (!is_no_space | (above_8 & !above_13)) & HIGH
    };
    let mut before = HIGH >> 56; // what stands before the text counts as a blank
    let mut begins = |bytes: [u8; 8]| {
        let blanks = blanks(u64::from_le_bytes(bytes));
        let begins = ((blanks << 8) | before) & !blanks;
        before = blanks >> 56;
        begins >> 7
    };
    let (eights, rest) = text.as_chunks::<8>();
    let mut last = [b' '; 8];
    last[..rest.len()].copy_from_slice(rest);
    // Each byte of the sum counts for one of eight places: thirty-one at most, so that all fit into one byte.
    let parts = eights.chunks(31).map(|part| part.iter().map(|bytes| begins(*bytes)).sum::<u64>());
    let sum = parts.map(|sum| sum.wrapping_mul(ONES) >> 56).sum::<u64>();
    let last = u64::from(begins(last).count_ones());
    usize::try_from(sum + last).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_ascii_are_what_blanks_divide() {
        let said = |text: &str| {
            text.split(|c: char| matches!(c, ' ' | '\t'..='\r')).filter(|w| !w.is_empty()).count()
        };
        // All pairs of bytes, at each place of eight, and longer than any part that is summed at once.
        for (first, second) in (0..0x80_u8).flat_map(|first| (0..0x80_u8).map(move |second| (first, second)))
        {
            let pair = format!("{}{}", char::from(first), char::from(second));
            let at = usize::from(first ^ second) % 9;
            let text = format!("{}{pair}{}", "x".repeat(at + 1), "y ".repeat(at));
            assert_eq!(words(&text), said(&text), "{text:?}");
        }
        for length in (0..40).chain(240..270).chain(500..520) {
            for word in ["a", "ab ", "a\n", "  b"] {
                let text = format!("begin {}", word.repeat(length));
                assert_eq!(words(&text), said(&text), "{length} times {word:?}");
            }
        }
        assert_eq!(["", " ", "-", "a", "--"].map(words), [0, 0, 0, 1, 0]);
    }

    #[test]
    fn outside_ascii_a_word_has_a_letter_or_digit() {
        assert_eq!(words("Кеңес – бұл\u{a0}топ «2» …"), 4);
    }
}
