//! Whether a text may have a link to a page, told from its bytes without parsing it.
//!
//! A link to a page ends in the name of its file, `x.md` or `x.ru.md`, with its folder before that
//! unless the link counts from a folder within. So a text with a link to `news/x.md` has `x.` in it,
//! but for characters that are written as escapes: `\_`, `&lowbar;`, `%5F`. An escape that may
//! stand for what is looked for counts as that. To be wrong is allowed in one direction only: a text
//! that is said to have no link has none.

use memchr::memmem::Finder;

/// How a page may be named in links to it.
pub(super) struct Mentions {
    /// The name of its file without the language and the ending, with the full stop behind it.
    name: Option<Needle>,
    /// The folder of its file, and the last part of that.
    folder: Option<(String, Option<Needle>)>,
}

struct Needle {
    text: Vec<u8>,
    finder: Finder<'static>,
}

impl Mentions {
    /// Of the page whose path without the language this is: [`crate::content::Parsed::key`].
    pub(super) fn of(key: &str) -> Self {
        let (folder, file) = key.rsplit_once('/').unwrap_or(("", key));
        let name = Needle::of(file.strip_suffix("md").unwrap_or(file));
        let last = folder.rsplit('/').next().unwrap_or_default();
        let folder = (!folder.is_empty()).then(|| (folder.to_owned(), Needle::of(last)));
        Self { name, folder }
    }

    /// Whether a text may have a link to the page; links of the text count from `own_folder`.
    pub(super) fn may_be_in(&self, own_folder: &str, text: &[u8]) -> bool {
        let has_name = self.name.as_ref().is_none_or(|name| name.names_a_file(text) || name.is_escaped(text));
        has_name
            && self.folder.as_ref().is_none_or(|(folder, last)| {
                let within = own_folder.strip_prefix(folder.as_str());
                within.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                    || last
                        .as_ref()
                        .is_none_or(|last| last.finder.find(text).is_some() || last.is_escaped(text))
            })
    }
}

/// Characters that Markdown, HTML and addresses leave as they are.
fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ')
}

impl Needle {
    /// `None` for a text that nothing can be said of: it has characters that are no plain ones.
    fn of(text: &str) -> Option<Self> {
        let plain = !text.is_empty() && text.chars().all(is_plain);
        plain.then(|| Self { text: text.into(), finder: Finder::new(text).into_owned() })
    }

    /// Whether this stands somewhere as the beginning of a file's name: behind it comes `md`, or the
    /// letters of a language and another full stop, perhaps escaped.
    fn names_a_file(&self, text: &[u8]) -> bool {
        self.finder.find_iter(text).any(|at| {
            let rest = &text[at + self.text.len()..];
            let letters = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
            rest.starts_with(b"md") || matches!(rest.get(letters), Some(b'.' | b'%' | b'&' | b'\\'))
        })
    }

    /// Whether this may stand somewhere with escapes in it.
    fn is_escaped(&self, text: &[u8]) -> bool {
        memchr::memchr3_iter(b'%', b'&', b'\\', text).any(|at| {
            // The first escape: what is before it stands there as it is.
            (0..self.text.len().min(at + 1)).any(|before| {
                text[at - before..at] == self.text[..before] && goes_on(&text[at..], &self.text[before..])
            })
        })
    }
}

/// Whether a text may begin with what is wanted, if escapes in it are undone.
fn goes_on(text: &[u8], wanted: &[u8]) -> bool {
    let Some((first, wanted_behind)) = wanted.split_first() else { return true };
    let Some((byte, behind)) = text.split_first() else { return false };
    match byte {
        b'\\' => behind.first() != Some(&b'\\') && goes_on(behind, wanted),
        b'%' => match behind {
            [a, b, behind @ ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => {
                let digit = |b: u8| char::from(b).to_digit(16).unwrap_or_default();
                digit(*a) * 16 + digit(*b) == u32::from(*first) && goes_on(behind, wanted_behind)
            }
            // The digits are escaped themselves.
            [b'&', behind @ ..] => stands_for_anything(behind),
            [digit, b'&', behind @ ..] => digit.is_ascii_hexdigit() && stands_for_anything(behind),
            _ => false,
        },
        b'&' => stands_for_anything(behind),
        byte => byte == first && goes_on(behind, wanted_behind),
    }
}

/// Character references of texts that stand for no plain character, and for no part of an escape.
const HARMLESS: &[&str] = &[
    "amp", "bull", "copy", "darr", "deg", "emsp", "ensp", "euro", "ge", "gt", "hellip", "laquo", "larr",
    "ldquo", "le", "lsaquo", "lsquo", "lt", "mdash", "middot", "minus", "nbsp", "ndash", "ne", "para",
    "plusmn", "quot", "raquo", "rarr", "rdquo", "reg", "rsaquo", "rsquo", "sect", "shy", "thinsp", "times",
    "trade", "uarr", "zwj", "zwnj",
];

/// Whether a `&` before this begins a character reference that may stand for a plain character.
fn stands_for_anything(behind: &[u8]) -> bool {
    let name = behind.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'#').count();
    let is_one = name > 0 && behind.get(name) == Some(&b';');
    is_one && !HARMLESS.iter().any(|harmless| harmless.as_bytes() == &behind[..name])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::markdown::{self, Highlights, Target};
    use proptest::prelude::*;

    /// Whether the links of a text lead to a file of this name, from nowhere within its folder.
    fn leads(text: &str, key: &str) -> bool {
        let (config, _) = crate::config::read("base_url = \"https://a.kz\"\nlanguages = [\"en\", \"ru\"]");
        let config = config.unwrap();
        let highlights = Highlights::default();
        let settings = markdown::Settings {
            markdown: &config.markdown,
            slugify: config.slugify.anchors,
            raw_html: config.raw_html,
            lang: "en",
            highlights: &highlights,
            clauses: false,
            compared: false,
            sources: false,
        };
        let body = markdown::render("content/a.md", text, 0, &settings, &mut Vec::new());
        body.links.iter().any(|link| match &link.target {
            Target::Content { path, .. } => {
                path.replace('\\', "/") == key || path.replace(".ru.md", ".md").replace('\\', "/") == key
            }
            _ => false,
        })
    }

    fn may(key: &str, text: &str) -> bool {
        Mentions::of(key).may_be_in("", text.as_bytes())
    }

    #[test]
    fn what_is_no_link_is_seldom_taken_for_one() {
        let key = "news/2025-01-01-one.md";
        for text in [
            "",
            "2025-01-01-one",
            "news: 2025-01-01-one. And more",
            "2025-01-01-one.md",
            "[x](@/news/2025-01-01-two.md)",
            "[x](https://a.kz/news/%D2%9B%20?a=1&b=2) & 100 % &nbsp; &amp;c \\[ \\_ \\\\",
        ] {
            assert!(!may(key, text), "{text}");
        }
        assert!(may(key, "[x](@/news/2025-01-01-one.md)") && may(key, "[x](@/news/2025-01-01-one.ru.md)"));
        // Within its folder no link names that.
        let mentions = Mentions::of(key);
        assert!(mentions.may_be_in("news", b"[x](2025-01-01-one.md)"));
        assert!(mentions.may_be_in("news/b", b"[x](../2025-01-01-one.md)"));
        assert!(!mentions.may_be_in("newsletter", b"[x](2025-01-01-one.md)"));
        // Names with characters that are no plain ones may be anywhere.
        assert!(may("a&b.md", "") && may("a(1).md", "") && !may("b.md", ""));
    }

    #[test]
    fn references_that_are_called_harmless_stand_for_no_plain_character() {
        for name in HARMLESS {
            let html = {
                let mut html = String::new();
                pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(&format!("&{name};")));
                html
            };
            let text = html.trim().trim_start_matches("<p>").trim_end_matches("</p>");
            let known = matches!(text, "&amp;" | "&lt;" | "&gt;" | "&quot;" | "\"");
            assert!(known || text.chars().count() == 1, "{name} is {text}");
            assert!(known || !text.contains(|c| is_plain(c) && c != ' ' || "%\\/#&;".contains(c)), "{name}");
        }
    }

    /// A character as somebody might write it in the address of a link.
    fn written(c: char, how: u8) -> String {
        let mut bytes = [0; 4];
        let percent = |upper: bool| -> Vec<String> {
            let hex = |b: &u8| if upper { format!("%{b:02X}") } else { format!("%{b:02x}") };
            c.encode_utf8(&mut [0; 4]).bytes().map(|b| hex(&b)).collect()
        };
        match how {
            0 => percent(true).concat(),
            1 => percent(false).concat(),
            2 => format!("&#{};", c as u32),
            3 => format!("&#x{:x};", c as u32),
            4 if c.is_ascii_punctuation() => format!("\\{c}"),
            5 if c == '.' => "&period;".to_owned(),
            5 if c == '_' => "&lowbar;".to_owned(),
            5 if c == '/' => "&sol;".to_owned(),
            6 => percent(true).concat().replace('%', "&percnt;"),
            7 => percent(true).concat().replace('%', "&#37;"),
            8 => percent(true).concat().replace('%', "\\%"),
            9 => percent(false).concat().replace('6', "&#54;").replace('d', "&#100;"),
            10 if c == '/' => "\\\\".to_owned(),
            _ => c.encode_utf8(&mut bytes).to_owned(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

        #[test]
        fn no_link_is_missed(
            key in prop_oneof![
                Just("one.md"), Just("news/_index.md"), Just("a/b/index.md"), Just("қ-1/x_2.md"), Just("v1.0.md"),
                Just("md.md"), Just("n/a.md"),
            ],
            language in any::<bool>(),
            hows in proptest::collection::vec(prop_oneof![3 => Just(99_u8), 2 => 0..12_u8], 20),
            shape in 0..8,
        ) {
            let path = if language { key.replace(".md", ".ru.md") } else { key.to_owned() };
            let characters = path.chars().zip(hows.iter().cycle());
            let address: String = characters.map(|(c, how)| written(c, *how)).collect();
            let text = match shape {
                0 => format!("[x](@/{address})"),
                1 => format!("a [x](<@/{address}#b> 'c')"),
                2 => format!("[x][r]\n\n[r]:\n  @/{address}"),
                3 => format!("> - [x][r]\n>\n> [r]: @/{address} 'y'"),
                4 => format!("<a href=\"@/{address}\">x</a>"),
                5 => format!("> text <a\n> href='@/{address}'>x</a>"),
                6 => format!("::card href=\"@/{address}\""),
                _ => format!("| a |\n|--|\n| ![x](@/{address}) |"),
            };
            if leads(&text, key) {
                prop_assert!(may(key, &text), "{}", text);
            }
        }
    }
}
