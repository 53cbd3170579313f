//! The words of a text, as search compares them: small letters and digits, nothing else.
//!
//! `src/plan/search/engine.js` does the same to what is asked for.

/// Words longer than this, in bytes, are no words: digests, addresses, data.
const LONGEST: usize = 96;

/// Where an entity ends at the latest, in bytes from its ampersand: farther away, `;` is only a sign.
const LONGEST_ENTITY: usize = 11;

/// Calls `each` with the words of a text, in order. Everything but letters and digits separates words.
pub fn each(text: &str, buffer: &mut String, mut each: impl FnMut(&str)) {
    buffer.clear();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        // Most words of an English text need no copy.
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() {
            let rest = &bytes[at..];
            let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            let length = rest.iter().position(|byte| !plain(byte)).unwrap_or(rest.len());
            if rest.get(length).is_none_or(|next| next.is_ascii() && !next.is_ascii_uppercase()) {
                if length <= LONGEST {
                    each(&text[at..at + length]);
                }
                at += length + 1;
                continue;
            }
        } else if byte.is_ascii() && !byte.is_ascii_uppercase() {
            at += 1;
            continue;
        }
        at += word(&text[at..], buffer);
        end(buffer, &mut each);
    }
}

/// Writes the word that a text begins with into the buffer, and says how long it is in the text, with what
/// ends it.
fn word(text: &str, buffer: &mut String) -> usize {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | '0'..='9' | 'а'..='я' => buffer.push(c),
            'A'..='Z' => buffer.push(c.to_ascii_lowercase()),
            // Soft hyphens and joiners stand inside words.
            '\u{ad}' | '\u{200d}' | '\u{2060}' => {}
            _ if c.is_ascii() => return at + 1,
            'ё' | 'Ё' => buffer.push('е'),
            _ if c.is_alphanumeric() => buffer.extend(c.to_lowercase()),
            _ => return at + c.len_utf8(),
        }
    }
    text.len()
}

fn end(buffer: &mut String, each: &mut impl FnMut(&str)) {
    if !buffer.is_empty() {
        if buffer.len() <= LONGEST {
            each(buffer);
        }
        buffer.clear();
    }
}

/// Calls `text` with the texts between the tags of some HTML; what entities stand for is left out.
pub fn each_text<'a>(html: &'a str, mut text: impl FnMut(&'a str)) {
    let bytes = html.as_bytes();
    let (mut from, mut has_tags) = (0, true);
    while let Some(at) = memchr::memchr2(b'<', b'&', &bytes[from..]).map(|at| from + at) {
        if at > from {
            text(&html[from..at]);
        }
        let length = match bytes[at] {
            b'&' => memchr::memchr(b';', &bytes[at..bytes.len().min(at + LONGEST_ENTITY)]),
            _ if has_tags => memchr::memchr(b'>', &bytes[at..]),
            _ => None,
        };
        // Without a `>` behind this one, there is none behind the next.
        has_tags &= bytes[at] == b'&' || length.is_some();
        from = at + length.map_or(1, |length| length + 1);
    }
    if from < html.len() {
        text(&html[from..]);
    }
}

#[cfg(test)]
mod tests {
    fn words(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        super::each(text, &mut String::new(), |word| all.push(word.to_owned()));
        all
    }

    #[test]
    fn words_are_letters_and_digits_in_small() {
        assert_eq!(
            words("Al-Sana, TS‑01 (Қазақстан’ның) Ёлка."),
            ["al", "sana", "ts", "01", "қазақстан", "ның", "елка"]
        );
        assert_eq!(words("со\u{ad}вет"), ["совет"]);
        assert_eq!(words("aBc d,Éa1 2x—y"), ["abc", "d", "éa1", "2x", "y"]);
        assert!(words(" — …").is_empty() && words(&"a".repeat(100)).is_empty());
    }

    #[test]
    fn tags_and_entities_are_no_text() {
        let mut all = String::new();
        super::each_text("<p class=\"a>b\">A &amp; B</p>&nbsp;C & D <", |text| all.push_str(text));
        assert_eq!(all, "b\">A  BC  D ", "a `>` in an attribute is written as an entity");
        all.clear();
        super::each_text("a&thetasym;b&123456789;d &1234567890;e <x", |text| all.push_str(text));
        assert_eq!(all, "abd 1234567890;e x");
    }

    #[test]
    fn signs_that_end_nowhere_cost_no_more_than_others() {
        // To look for the end of each in all that follows took minutes.
        let begun = std::time::Instant::now();
        let mut bytes = 0;
        super::each_text(&"&<".repeat(1 << 20), |text| bytes += text.len());
        assert_eq!(bytes, 0);
        assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    }
}
