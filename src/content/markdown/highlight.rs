//! Colouring code with syntect: classes for the theme's style sheet, never inline styles.
//!
//! Colouring is by far the costliest part of a text: a block of a dozen lines takes several
//! times as long as the rest of its page. So coloured blocks are kept by the digest of what they are made
//! of, and a build that finds them needs not colour them again.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use foldhash::fast::FixedState;
use pulldown_cmark_escape::escape_html_body_text;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};
use syntect::util::LinesWithEndings;

use super::Settings;
use crate::base::digest::{Digest, Digester};

/// Longer blocks stay plain: colouring is for reading, and nobody reads that much code.
const LONGEST_BLOCK: usize = 100_000;

/// What the stored form begins with. Another version of Kenes may colour otherwise.
const HEADER: &str = concat!("kenes ", env!("CARGO_PKG_VERSION"), " highlights 2\n");

type Key = [u8; 32];

/// Blocks of code that were coloured before, and those that are coloured now.
#[derive(Debug, Default)]
pub struct Highlights {
    /// The stored form.
    stored: Vec<u8>,
    /// Where in it each block is, and whether this run has it too.
    known: HashMap<Key, (Range<usize>, AtomicBool), FixedState>,
    fresh: Mutex<HashMap<Key, Box<str>, FixedState>>,
}

impl Highlights {
    /// Reads the stored form; what is damaged or of another version counts as nothing.
    #[must_use]
    pub fn read(stored: Vec<u8>) -> Self {
        Self { known: Self::entries(&stored).unwrap_or_default(), stored, fresh: Mutex::default() }
    }

    fn entries(bytes: &[u8]) -> Option<HashMap<Key, (Range<usize>, AtomicBool), FixedState>> {
        let (body, digest) = bytes.split_at_checked(bytes.len().checked_sub(32)?)?;
        if Digest::of(body).bytes() != digest {
            return None;
        }
        let mut rest = body.strip_prefix(HEADER.as_bytes())?;
        let mut known = HashMap::default();
        while !rest.is_empty() {
            let (key, after) = rest.split_first_chunk::<32>()?;
            let (length, after) = after.split_first_chunk::<4>()?;
            let (html, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            let end = body.len() - after.len();
            known.insert(*key, (end - html.len()..end, AtomicBool::new(false)));
            rest = after;
        }
        Some(known)
    }

    /// The form to store: the blocks of this run, in the order of their digests; `None` if it would
    /// say nothing new.
    #[must_use]
    pub fn store(&self) -> Option<Vec<u8>> {
        let fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        let used = self.known.iter().filter(|(_, (_, used))| used.load(Ordering::Relaxed));
        let mut all: Vec<(&Key, &[u8])> =
            used.map(|(key, (at, _))| (key, &self.stored[at.clone()])).collect();
        if fresh.is_empty() && all.len() * 2 >= self.known.len() {
            return None;
        }
        all.extend(fresh.iter().map(|(key, html)| (key, html.as_bytes())));
        all.sort_unstable();
        let mut bytes = HEADER.as_bytes().to_vec();
        for (key, html) in all {
            let Ok(length) = u32::try_from(html.len()) else { continue };
            bytes.extend_from_slice(key);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(html);
        }
        let digest = Digest::of(&bytes);
        bytes.extend_from_slice(digest.bytes());
        Some(bytes)
    }

    fn coloured(&self, out: &mut String, language: &str, code: &str) -> bool {
        let mut digester = Digester::default();
        digester.update(language.as_bytes());
        digester.update(b"\0");
        digester.update(code.as_bytes());
        let key = *digester.finish().bytes();
        if let Some((at, used)) = self.known.get(&key)
            && let Ok(html) = std::str::from_utf8(&self.stored[at.clone()])
        {
            used.store(true, Ordering::Relaxed);
            out.push_str(html);
            return true;
        }
        if let Some(html) = self.fresh.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            out.push_str(html);
            return true;
        }
        let Some(html) = colour(language, code) else { return false };
        out.push_str(&html);
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).insert(key, html.into());
        true
    }
}

/// Writes a code block as HTML. `info` is what stands behind the fence: the first word is the
/// language.
pub(super) fn code_block(out: &mut String, info: &str, code: &str, settings: &Settings<'_>) {
    let language: String = info
        .split([' ', ',', '{'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '+' | '#' | '_' | '.'))
        .collect();
    out.push_str("<pre class=\"code\" tabindex=\"0\"");
    if language.is_empty() {
        out.push_str("><code>");
    } else {
        for part in [" data-lang=\"", &language, "\"><code class=\"language-", &language, "\">"] {
            out.push_str(part);
        }
    }
    let wanted = settings.markdown.highlight_code
        && code.len() <= LONGEST_BLOCK
        && !matches!(language.as_str(), "" | "text" | "plain" | "txt");
    if !(wanted && settings.highlights.coloured(out, &language, code)) {
        // Writing to a String cannot fail.
        let _ = escape_html_body_text(&mut *out, code);
    }
    out.push_str("</code></pre>\n");
}

/// What a token is, by the names of TextMate scopes
/// (<https://www.sublimetext.com/docs/scope_naming.html>), and its class. Only these few are told
/// apart: a page should not weigh ten times its code.
const KINDS: &[(&str, &str)] = &[
    ("comment", "z-comment"),
    ("string", "z-string"),
    ("constant", "z-constant"),
    ("keyword", "z-keyword"),
    ("storage", "z-storage"),
    ("entity", "z-entity"),
    ("support", "z-support"),
    ("variable", "z-variable"),
    ("invalid", "z-invalid"),
    ("markup", "z-markup"),
];

struct Grammar {
    syntaxes: SyntaxSet,
    kinds: Vec<(Scope, &'static str)>,
}

fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| Grammar {
        syntaxes: SyntaxSet::load_defaults_newlines(),
        kinds: KINDS.iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class))).collect(),
    })
}

/// The class of the innermost scope that has one.
fn class(grammar: &Grammar, stack: &ScopeStack) -> Option<&'static str> {
    stack.as_slice().iter().rev().find_map(|scope| {
        grammar.kinds.iter().find(|(kind, _)| kind.is_prefix_of(*scope)).map(|(_, class)| *class)
    })
}

fn colour(language: &str, code: &str) -> Option<String> {
    let grammar = grammar();
    let syntax = grammar.syntaxes.find_syntax_by_token(language)?;
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut out = String::with_capacity(code.len() * 2);
    // Neighbours of one class share a span.
    let mut current = None;
    for line in LinesWithEndings::from(code) {
        let mut at = 0;
        for (start, operation) in state.parse_line(line, &grammar.syntaxes).ok()? {
            token(&mut out, &mut current, class(grammar, &stack), line.get(at..start)?);
            at = start;
            stack.apply(&operation).ok()?;
        }
        token(&mut out, &mut current, class(grammar, &stack), line.get(at..)?);
    }
    if current.is_some() {
        out.push_str("</span>");
    }
    Some(out)
}

fn token(out: &mut String, current: &mut Option<&'static str>, class: Option<&'static str>, text: &str) {
    if text.is_empty() {
        return;
    }
    // Blanks look alike in every colour.
    if *current != class && !text.trim().is_empty() {
        if current.is_some() {
            out.push_str("</span>");
        }
        if let Some(class) = class {
            for part in ["<span class=\"", class, "\">"] {
                out.push_str(part);
            }
        }
        *current = class;
    }
    // Writing to a String cannot fail.
    let _ = escape_html_body_text(&mut *out, text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::slug::SlugMode;
    use crate::config::{Markdown, RawHtml};

    fn block(info: &str, code: &str, highlights: &Highlights) -> String {
        let markdown = Markdown::default();
        let settings = Settings {
            markdown: &markdown,
            slugify: SlugMode::Ascii,
            raw_html: RawHtml::Allow,
            lang: "en",
            highlights,
            clauses: false,
            compared: false,
            sources: false,
        };
        let mut out = String::new();
        code_block(&mut out, info, code, &settings);
        out
    }

    #[test]
    fn code_gets_classes_and_unknown_languages_stay_plain() {
        let none = Highlights::default();
        let json = block("json", "{\"a\": 1}\n", &none);
        assert!(json.contains("data-lang=\"json\"") && json.contains("class=\"z-"), "{json}");
        assert!(
            json.contains("{<span class=\"z-string\">&quot;a&quot;</span>:")
                || json.contains("z-string\">\"a\"</span>"),
            "{json}"
        );
        let plain = block("кеңес<x>", "a < b\n", &none);
        assert!(plain.contains("a &lt; b") && !plain.contains("<x>"), "{plain}");
    }

    #[test]
    fn what_was_coloured_before_is_found_again() {
        let first = Highlights::default();
        let cold = block("json", "[1]\n", &first);
        let stored = first.store().unwrap();
        let second = Highlights::read(stored.clone());
        assert_eq!(second.known.len(), 1);
        assert_eq!(block("json", "[1]\n", &second), cold);
        assert_eq!(second.store(), None);
    }

    #[test]
    fn a_damaged_store_counts_as_nothing() {
        let first = Highlights::default();
        block("json", "[1]\n", &first);
        let stored = first.store().unwrap();
        for at in 0..stored.len() {
            let mut damaged = stored.clone();
            damaged[at] ^= 1;
            assert!(Highlights::read(damaged).known.is_empty());
            assert!(Highlights::read(stored[..at].to_vec()).known.is_empty());
        }
    }
}
