//! BibTeX and BibLaTeX.

use std::collections::BTreeMap;

use biblatex::{ParseErrorKind, RawBibliography, RetrievalError, TypeError};

use super::Found;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::span::Span;

/// Reads a file, and says what is wrong with it. Its parser stops at the first mistake: then the rest is
/// read source by source, to find the others.
pub(super) fn read(file: &'static str, text: &str, problems: &mut Vec<Diagnostic>) -> Found {
    let Ok(mut raw) = RawBibliography::parse(text) else {
        syntax_by_parts(file, text, problems);
        return Found { partial: true, ..Found::default() };
    };
    let mut places: BTreeMap<String, Span> = BTreeMap::new();
    let mut twice = Vec::new();
    raw.entries.retain(|entry| {
        let (key, span) = (entry.v.key.v.to_owned(), Span::from(entry.v.key.span.clone()));
        match places.get(&key) {
            Some(first) => {
                twice.push((key, span, *first));
                false
            }
            None => {
                places.insert(key, span);
                true
            }
        }
    });
    for (key, span, first) in twice {
        let problem = Diagnostic::error(codes::SOURCE_TWICE, format!("two sources have the key `{key}`"));
        let problem = problem.at(Location::span(file, text, span)).help("rename one of them, or remove it");
        problems.push(problem.related("the other one", Location::span(file, text, first)));
    }
    let mut found = Found::default();
    // It stops at the first mistake too: the source that has it is put aside, and the others are read.
    let parsed = loop {
        let error = match biblatex::Bibliography::from_raw(raw.clone()) {
            Ok(parsed) => break parsed,
            Err(error) => error,
        };
        problems.push(syntax(file, text, error.span.clone().into(), &error.kind));
        let culprit = raw.entries.iter().position(|entry| {
            entry.span.start <= error.span.start
                && error.span.start < entry.span.end.max(entry.span.start + 1)
        });
        match culprit {
            Some(culprit) => found.broken.push(raw.entries.remove(culprit).v.key.v.to_owned()),
            None => return Found { partial: true, ..Found::default() },
        }
    };
    for entry in parsed.iter() {
        unread_dates(file, text, entry, problems);
        match hayagriva::Entry::try_from(entry) {
            Ok(entry) => {
                let key = entry.key().to_owned();
                let span = places.get(&key).copied().unwrap_or_default();
                found.entries.push((key, span, entry));
            }
            Err(TypeError { span, kind }) => {
                found.broken.push(entry.key.clone());
                let message = format!("a value of the source `{}` cannot be read: {kind}", entry.key);
                let problem = Diagnostic::error(codes::BIBLIOGRAPHY, message);
                let help = "dates are 2025-01-15, 2025-01 or 2025; people are Last, First and Last, First";
                problems.push(problem.at(Location::span(file, text, span.into())).help(help));
            }
        }
    }
    found
}

/// A date that cannot be read would be left out without a word.
fn unread_dates(file: &'static str, text: &str, entry: &biblatex::Entry, problems: &mut Vec<Diagnostic>) {
    for field in ["date", "urldate", "origdate", "eventdate"] {
        if let Err(RetrievalError::TypeError(error)) = entry.get_as::<biblatex::Date>(field) {
            let message = format!("the `{field}` of the source `{}` is left out: {}", entry.key, error.kind);
            let problem = Diagnostic::warning(codes::BIBLIOGRAPHY, message);
            let help = "dates are 2025-01-15, 2025-01 or 2025";
            problems.push(problem.at(Location::span(file, text, error.span.into())).help(help));
        }
    }
}

/// What is wrong with each source by itself: one begins where a line begins with `@`.
fn syntax_by_parts(file: &'static str, text: &str, problems: &mut Vec<Diagnostic>) {
    let starts = memchr::memchr_iter(b'@', text.as_bytes())
        .filter(|&at| at == 0 || text[..at].trim_end_matches([' ', '\t']).ends_with('\n'));
    let mut starts: Vec<usize> = starts.collect();
    starts.push(text.len());
    let before = problems.len();
    for part in starts.windows(2) {
        if let Err(error) = RawBibliography::parse(&text[part[0]..part[1]]) {
            let span = Span::from(error.span).shift(part[0]);
            // Where the end is missing, the beginning is what an author looks for.
            let written = text[part[0]..part[1]].trim_end();
            if span.start >= part[0] + written.len() {
                let first = written.lines().next().map_or(1, str::len);
                let span = Span::new(part[0], part[0] + first);
                problems.push(syntax(file, text, span, &ParseErrorKind::UnexpectedEof));
            } else {
                problems.push(syntax(file, text, span, &error.kind));
            }
        }
    }
    if problems.len() == before
        && let Err(error) = RawBibliography::parse(text)
    {
        problems.push(syntax(file, text, error.span.into(), &error.kind));
    }
}

fn syntax(file: &'static str, text: &str, span: Span, kind: &ParseErrorKind) -> Diagnostic {
    let (message, help) = match kind {
        ParseErrorKind::UnexpectedEof => (
            "this source never ends".to_owned(),
            "each `{` needs its `}`, and each `\"` its second one; a comma stands between two fields",
        ),
        ParseErrorKind::Expected(token) => (
            format!("this is not BibTeX: {token} should stand here"),
            "a source is @type{key, field = {value}, field = {value}}",
        ),
        ParseErrorKind::Unexpected(token) => (
            format!("this is not BibTeX: {token} should not stand here"),
            "a source is @type{key, field = {value}, field = {value}}",
        ),
        ParseErrorKind::UnknownAbbreviation(name) => (
            format!("the abbreviation `{name}` is not defined"),
            "put the value in braces, or define it: @string{name = {value}}",
        ),
        other => (
            format!("this is not BibTeX: {other}"),
            "a source is @type{key, field = {value}, field = {value}}",
        ),
    };
    Diagnostic::error(codes::BIBLIOGRAPHY, message).at(Location::span(file, text, span)).help(help)
}
