//! Style sheets as they are published: imported sheets put in, and everything written as short as it can be
//! without changing what it means.
//!
//! lightningcss reads and writes them. It is not asked to *transform* them (its `minify`): without a list of browsers
//! that takes each declaration for one that every browser knows, and drops the older one before it, which is there for
//! browsers that do not. What it writes is what was read, rule by rule and declaration by declaration.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};

use lightningcss::error::{Error, ParserError, SelectorError};
use lightningcss::rules::import::ImportRule;
use lightningcss::rules::layer::LayerBlockRule;
use lightningcss::rules::media::MediaRule;
use lightningcss::rules::supports::SupportsRule;
use lightningcss::rules::{CssRule, CssRuleList};
use lightningcss::stylesheet::{ParserOptions, PrinterOptions, StyleSheet};
use lightningcss::traits::ToCss as _;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::quiet::quietly;
use crate::base::span::{Position, Span};

/// Blocks in blocks, and brackets in brackets. The parser calls itself for each.
const DEEPEST: usize = 100;

/// The bytes of all sheets that are put into one. What would make it larger is loaded by itself: sheets
/// that import each other twice double with each step.
const LARGEST: usize = 1 << 20;

/// The sheets that are done, for those that import them.
#[derive(Default)]
pub(super) struct Styles {
    /// By the addresses that they are imported by, as they are published.
    done: BTreeMap<String, String>,
}

impl Styles {
    /// The sheet as it is published. The names in it are the published ones already, and so are those of
    /// sheets that it imports: these are put in where they are done, and stay links where they are not.
    ///
    /// `None`: it cannot be read; [`mistakes`] says why.
    pub(super) fn shorten(&self, text: &str) -> Option<String> {
        let notes = Scanned::of(text);
        if notes.depth > DEEPEST || !notes.valueless.is_empty() {
            return None;
        }
        let text = protected(text, &notes.strings);
        // The parser is young. If it panics, the sheet is published as it is.
        let work = || {
            let mut sheet = StyleSheet::parse(&text, ParserOptions::default()).ok()?;
            let mut licences = notes.licences;
            self.put_in_imports(&mut sheet.rules, &mut licences);
            sheet.license_comments = licences.into_iter().map(Into::into).collect();
            Some(sheet.to_css(PrinterOptions { minify: true, ..PrinterOptions::default() }).ok()?.code)
        };
        let mut short = quietly(|| catch_unwind(AssertUnwindSafe(work))).ok().flatten()?;
        // The printer leaves out what is initial, and of `border-image: none` nothing is left. No value was missing
        // before, so this is what happened wherever one is now.
        for at in Scanned::of(&short).valueless.into_iter().rev() {
            short.insert_str(at, "initial");
        }
        Some(restored(&short))
    }

    /// Keeps what [`Styles::shorten`] gave, for sheets that import this one by its address.
    pub(super) fn keep(&mut self, address: String, text: String) {
        let text = protected(&text, &Scanned::of(&text).strings).into_owned();
        self.done.insert(address, text);
    }

    /// Replaces imports by what they import.
    ///
    /// An `@import` counts only before all other rules. So the last ones are put in first, until there is one
    /// that must stay: those before it stay as well.
    fn put_in_imports<'a>(&'a self, rules: &mut CssRuleList<'a>, licences: &mut Vec<&'a str>) {
        let mut room = LARGEST;
        for place in (0..rules.0.len()).rev() {
            let CssRule::Import(import) = &rules.0[place] else { continue };
            let Some(text) = self.done.get(&*import.url).filter(|text| text.len() <= room) else { return };
            let Ok(imported) = StyleSheet::parse(text, ParserOptions::default()) else { return };
            // Both count at the beginning of a file only, and for all of it.
            let tied = |rule: &CssRule| matches!(rule, CssRule::Import(_) | CssRule::Namespace(_));
            if imported.rules.0.iter().any(tied) {
                return;
            }
            room -= text.len();
            let found = Scanned::of(text).licences;
            licences.extend(found.into_iter().filter(|new| !licences.contains(new)).collect::<Vec<_>>());
            let inner = conditional(import, imported.rules);
            rules.0.splice(place..=place, inner.0);
        }
    }
}

/// Rules under the conditions that they are imported under, in the layer that they are imported into
/// (CSS Cascading and Inheritance 5, sections 2.1 and 6.4.2).
fn conditional<'a>(import: &ImportRule<'a>, rules: CssRuleList<'a>) -> CssRuleList<'a> {
    let loc = import.loc;
    let mut rules = rules;
    if let Some(name) = import.layer.clone() {
        rules = CssRuleList(vec![CssRule::LayerBlock(LayerBlockRule { name, rules, loc })]);
    }
    if let Some(condition) = import.supports.clone() {
        rules = CssRuleList(vec![CssRule::Supports(SupportsRule { condition, rules, loc })]);
    }
    if !import.media.media_queries.is_empty() {
        let query = import.media.clone();
        rules = CssRuleList(vec![CssRule::Media(MediaRule { query, rules, loc })]);
    }
    rules
}

/// What is wrong with a sheet that [`Styles::shorten`] cannot read: `text` is its author's.
pub(super) fn mistakes(source: &str, text: &str) -> Vec<Diagnostic> {
    let help = "correct it; until then the file is published as it is. If it is right, \
                `minify_css = false` in kenes.toml has no style sheet read";
    let whole = |message: &str| {
        Diagnostic::warning(codes::STYLE_SHEET, message.to_owned()).in_file(source).help(help)
    };
    let notes = Scanned::of(text);
    if notes.depth > DEEPEST {
        return vec![whole("this style sheet has too many blocks or brackets in each other")];
    }
    let found = Arc::new(RwLock::new(Vec::new()));
    let options =
        ParserOptions { error_recovery: true, warnings: Some(found.clone()), ..ParserOptions::default() };
    let read = quietly(|| catch_unwind(AssertUnwindSafe(|| drop(StyleSheet::parse(text, options)))));
    let mut seen = Vec::new();
    let missing = |at: usize| {
        let place = Location::span(source, text, Span::new(at, at + 1));
        let message = "this style sheet has a mistake: a value is missing here";
        Diagnostic::warning(codes::STYLE_SHEET, message).at(place).help(help)
    };
    let mut problems: Vec<Diagnostic> = notes.valueless.into_iter().map(missing).collect();
    for error in found.read().unwrap_or_else(PoisonError::into_inner).iter() {
        let Some(place) = place(text, error).filter(|_| !is_unknown(&error.kind)) else { continue };
        if !seen.contains(&place) {
            seen.push(place);
            let message = format!("this style sheet has a mistake: {}", in_words(&error.kind));
            let at = Location::position(source, text, place);
            problems.push(Diagnostic::warning(codes::STYLE_SHEET, message).at(at).help(help));
        }
    }
    if problems.is_empty() {
        let why = if read.is_err() { "ends the program that reads it" } else { "cannot be written anew" };
        problems.push(whole(&format!("this style sheet {why}")));
    }
    problems
}

/// Where a mistake is. lightningcss counts lines from 0, and columns in the units of UTF-16 from 1.
fn place(text: &str, error: &Error<ParserError<'_>>) -> Option<Position> {
    let at = error.loc.as_ref()?;
    let line = text.lines().nth(at.line as usize).unwrap_or_default();
    let mut units = at.column.saturating_sub(1) as usize;
    let before = line.chars().take_while(|c| {
        let further = units > 0;
        units = units.saturating_sub(c.len_utf16());
        further
    });
    let column = u32::try_from(before.count()).unwrap_or(u32::MAX).saturating_add(1);
    Some(Position { line: at.line + 1, column })
}

/// Whether it is only something that the parser does not know, and keeps.
fn is_unknown(kind: &ParserError<'_>) -> bool {
    matches!(
        kind,
        ParserError::AtRuleInvalid(_)
            | ParserError::SelectorError(
                SelectorError::UnsupportedPseudoClass(_) | SelectorError::UnsupportedPseudoElement(_)
            )
    )
}

fn in_words(kind: &ParserError<'_>) -> String {
    match kind {
        ParserError::UnexpectedToken(token) => match token.to_css_string(PrinterOptions::default()) {
            Ok(text) if !text.trim().is_empty() => format!("`{}` cannot stand here", text.trim()),
            _ => "something is missing here".to_owned(),
        },
        ParserError::SelectorError(SelectorError::EmptySelector) => "a selector must stand here".to_owned(),
        ParserError::EndOfInput => "it ends where something must follow".to_owned(),
        ParserError::UnexpectedImportRule => "`@import` must stand before all other rules".to_owned(),
        ParserError::UnexpectedNamespaceRule => "`@namespace` must stand before other rules".to_owned(),
        other => {
            let text = other.to_string();
            let mut letters = text.chars();
            letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
        }
    }
}

/// What a look over a sheet finds without reading it.
#[derive(Default)]
struct Scanned<'a> {
    /// How deep blocks and brackets stand in each other.
    depth: usize,
    /// What stands in comments that begin with `/*!`, which must not get lost.
    licences: Vec<&'a str>,
    /// Where strings are, with their quotation marks.
    strings: Vec<Range<usize>>,
    /// Where declarations have no value, behind the colon. Custom properties may have none.
    valueless: Vec<usize>,
}

impl<'a> Scanned<'a> {
    fn of(text: &'a str) -> Self {
        let mut found = Self::default();
        let mut depth: usize = 0;
        let mut brackets: usize = 0;
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'/' if text[at..].starts_with("/*") => {
                    let end = text[at + 2..].find("*/").map_or(text.len(), |end| at + 2 + end);
                    let comment = &text[at + 2..end];
                    if comment.starts_with('!') {
                        found.licences.push(comment);
                    }
                    at = end + 1;
                }
                quote @ (b'"' | b'\'') => {
                    let start = at;
                    at += 1;
                    // A string ends with its line, if nothing else ends it.
                    while at < bytes.len() && bytes[at] != quote && bytes[at] != b'\n' {
                        at += if bytes[at] == b'\\' { 2 } else { 1 };
                    }
                    if bytes.get(at) == Some(&quote) {
                        found.strings.push(start..at + 1);
                    }
                }
                b'\\' => at += 1,
                b':' if brackets == 0 && has_no_value(&text[at + 1..]) && !is_custom(&text[..at]) => {
                    found.valueless.push(at + 1);
                }
                open @ (b'{' | b'(' | b'[') => {
                    depth += 1;
                    found.depth = found.depth.max(depth);
                    brackets += usize::from(open != b'{');
                }
                close @ (b'}' | b')' | b']') => {
                    depth = depth.saturating_sub(1);
                    brackets = if close == b'}' { 0 } else { brackets.saturating_sub(1) };
                }
                _ => {}
            }
            at += 1;
        }
        found
    }
}

/// Words that mean something in lists of fonts.
const GENERIC: &[&str] = &[
    "serif",
    "sans-serif",
    "cursive",
    "fantasy",
    "monospace",
    "system-ui",
    "math",
    "emoji",
    "fangsong",
    "inherit",
    "initial",
    "unset",
    "revert",
    "default",
];

/// What the name of a font begins with while the printer has it, and what it ends with.
const NAME: (&str, &str) = ("kenes-font-", "-end");

/// A sheet in which the printer finds no names of fonts with generic words in them: it would take their quotation
/// marks away, and Chromium does not read `Serif Fallback` without.
fn protected<'a>(text: &'a str, strings: &[Range<usize>]) -> Cow<'a, str> {
    let mut out = String::new();
    let mut copied = 0;
    for string in strings {
        let name = &text[string.start + 1..string.end - 1];
        let generic = |word: &str| GENERIC.iter().any(|known| known.eq_ignore_ascii_case(word));
        let declaration = text[..string.start].rsplit([';', '{', '}']).next().unwrap_or_default();
        if declaration.contains("font") && name.contains(' ') && name.split(' ').any(generic) {
            out.push_str(&text[copied..string.start]);
            out.push_str(&format!("\"{}{}{}\"", NAME.0, crate::base::digest::hex(name.as_bytes()), NAME.1));
            copied = string.end;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// The sheet with these names again, in quotation marks.
fn restored(text: &str) -> String {
    let mut parts = text.split(NAME.0);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let found = part.split_once(NAME.1).and_then(|(hex, rest)| Some((unhex(hex)?, rest)));
        let Some((name, rest)) = found else {
            out.push_str(NAME.0);
            out.push_str(part);
            continue;
        };
        if out.ends_with('"') && rest.starts_with('"') {
            out.push_str(&name);
            out.push_str(rest);
        } else {
            out.push_str(&format!("\"{name}\"{rest}"));
        }
    }
    out
}

fn unhex(text: &str) -> Option<String> {
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    String::from_utf8((0..text.len()).step_by(2).map(byte).collect::<Option<Vec<u8>>>()?).ok()
}

/// Whether nothing stands before the end of a declaration.
fn has_no_value(mut rest: &str) -> bool {
    loop {
        rest = rest.trim_start();
        let Some(comment) = rest.strip_prefix("/*") else { return rest.starts_with([';', '}', '!']) };
        rest = comment.split_once("*/").map_or("", |(_, rest)| rest);
    }
}

/// Whether a text ends with the name of a custom property.
fn is_custom(text: &str) -> bool {
    let name = text.trim_end().rsplit([';', '{', '}', '/', ' ', '\n', '\t', '\r']).next();
    name.is_some_and(|name| name.starts_with("--"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(css: &str) -> String {
        Styles::default().shorten(css).unwrap_or_else(|| panic!("{css}"))
    }

    #[test]
    fn nothing_is_lowered_and_nothing_is_dropped() {
        // Each is as short as it gets, and what browsers will read is what the author wrote.
        for css in [
            "@layer a,b.c;",
            "a{color:light-dark(#fff,#000)}",
            "a:has(>b){color:red;&:hover{margin:0}.x &{margin:0}}",
            "a{height:100vh;height:100dvh;color:red;color:oklch(50% .2 20)}",
            "a{width:-webkit-fill-available;width:stretch;-webkit-hyphens:auto;hyphens:auto}",
            ":root{--x:light-dark(#fff,#000);--empty:;color-scheme:light dark}",
            "@media (width<=40em){a{inset:0 auto;translate:1px}}",
            "@media (400px<width<=40em) and (forced-colors:active){a{color:buttontext}}",
            "@container side (width>30em){a{inline-size:10px}}",
            "@supports (text-box:trim-both cap alphabetic){p{text-box:trim-both cap alphabetic}}",
            "@property --p{syntax:\"<color>\";inherits:false;initial-value:red}",
            "@starting-style{a{opacity:0}}",
            "@view-transition{navigation:auto}",
            "@page:first{margin-top:1cm;@bottom-right{content:counter(page) \" / \" counter(pages)}}",
            "a{anchor-name:--a;position-area:bottom;interpolate-size:allow-keywords;text-wrap:pretty}",
            "a::details-content{block-size:0}a::picker(select){appearance:base-select}",
            "@font-face{font-family:X;src:url(/a.woff2)format(\"woff2\");size-adjust:99.8%;ascent-override:90%}",
            "@unknown x{a{b:c}}",
            "q{quotes:\"«\" \"»\" \"„\" \"“\"}",
        ] {
            assert_eq!(short(css), css);
        }
    }

    #[test]
    fn what_only_the_author_reads_is_left_out() {
        let css = "/* x */ @charset \"utf-8\";\n/*! Licence A */\na  >  b { color : #FFFFFF ; /* y */ }\n\n/*! B */ c { margin: 0px }";
        assert_eq!(short(css), "/*! Licence A */\n/*! B */\na>b{color:#fff}c{margin:0}");
        assert_eq!(short(""), "");
        let css = "@font-face { font-family: 'Serif Fallback' } a { font: 1px/1 \"Golos Text\", \"Serif Fallback\", serif }";
        let small =
            "@font-face{font-family:\"Serif Fallback\"}a{font:1px/1 Golos Text,\"Serif Fallback\",serif}";
        assert_eq!(short(css), small);
        let mut styles = Styles::default();
        styles.keep("/f.css".to_owned(), small.to_owned());
        assert_eq!(styles.shorten("@import '/f.css';").as_deref(), Some(small));
        let css = "a { border-image: none; --x: ; --y:; color: red } b { border-image: none !important }";
        assert_eq!(
            short(css),
            "a{border-image:initial;--x: ;--y:;color:red}b{border-image:initial!important}"
        );
        for css in ["/*", "a{b:\"", "a{b:url(", "\\", "/"] {
            // Whatever comes of it, it does come.
            let _ = (Styles::default().shorten(css), mistakes("a.css", css));
        }
    }

    #[test]
    fn imports_are_put_in_under_their_conditions() {
        let mut styles = Styles::default();
        for (name, text) in [
            ("/b.css", "/*! B */\nb{c:d}"),
            ("/ns.css", "@namespace x \"y\";b{c:d}"),
            ("/far.css", "@import \"https://x/\";"),
        ] {
            styles.keep(name.to_owned(), text.to_owned());
        }
        for (css, short) in [
            ("@import '/b.css'; a { e: f }", "/*! B */\nb{c:d}a{e:f}"),
            (
                "@import url(/b.css) layer(x.y) supports(gap: 1px) print; a { e: f }",
                "/*! B */\n@media print{@supports (gap:1px){@layer x.y{b{c:d}}}}a{e:f}",
            ),
            ("@import '/b.css' layer;", "/*! B */\n@layer{b{c:d}}"),
            (
                "@layer z; @import '/b.css' print; @import '/b.css';",
                "/*! B */\n@layer z;@media print{b{c:d}}b{c:d}",
            ),
            // After what stays a link, nothing else may be one.
            (
                "@import '/b.css'; @import 'https://x/'; @import '/b.css' print;",
                "/*! B */\n@import \"/b.css\";@import \"https://x/\";@media print{b{c:d}}",
            ),
            ("@import '/ns.css'; a { e: f }", "@import \"/ns.css\";a{e:f}"),
            ("@import '/far.css'; a { e: f }", "@import \"/far.css\";a{e:f}"),
            ("@import '/gone.css'; a { e: f }", "@import \"/gone.css\";a{e:f}"),
        ] {
            assert_eq!(styles.shorten(css).as_deref(), Some(short), "{css}");
        }
    }

    #[test]
    fn sheets_that_double_come_to_an_end() {
        let mut styles = Styles::default();
        styles.keep("/0.css".to_owned(), "a{b:c}".repeat(100));
        for number in 0..40 {
            let twice = format!("@import '/{number}.css' print; @import '/{number}.css';");
            let text = styles.shorten(&twice).unwrap();
            assert!(text.len() < LARGEST + LARGEST / 2, "{number}: {}", text.len());
            styles.keep(format!("/{}.css", number + 1), text);
        }
    }

    #[test]
    fn mistakes_have_their_places() {
        let places = |css: &str| {
            assert_eq!(Styles::default().shorten(css), None, "{css}");
            let at = |problem: &Diagnostic| {
                problem.location.as_ref().unwrap().position.map(|p| (p.line, p.column))
            };
            mistakes("a.css", css).iter().map(at).collect::<Vec<_>>()
        };
        assert_eq!(places("a { color: red }\n  }\nb { c: d }"), [Some((2, 3))]);
        assert_eq!(places("/* 😀 */ a:is(\u{a0}[) { b: c }").len(), 1);
        assert_eq!(places("a { /* 😀қ */ b c; d: e }\n\n!x { b: c }").len(), 2);
        assert_eq!(places("a { color: /* x */ ; b: url(x:;) }"), [Some((1, 11))]);
        assert_eq!(places(&format!("a{{b:{}", "calc(".repeat(100_000))), [None]);
        assert_eq!(places(&"@media print{".repeat(100_000)), [None]);
    }
}
