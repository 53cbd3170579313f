//! Problems and progress, for people and for programs.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::args::Format;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Excerpt, Location, Severity};
use crate::base::report;

/// Prints problems in the format that was asked for: for people to the standard error, for programs
/// to the standard output.
pub(super) fn print(diagnostics: &Diagnostics, format: Format) {
    match format {
        Format::Human => {
            let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            let mut err = std::io::stderr().lock();
            let _ = err.write_all(human(diagnostics, colour).as_bytes());
        }
        Format::Json => println!("{:#}", report::json(diagnostics)),
        Format::Github => print!("{}", report::github(diagnostics)),
    }
}

/// All problems as text.
pub(super) fn human(diagnostics: &Diagnostics, colour: bool) -> String {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(110);
    let mut text = String::new();
    for diagnostic in diagnostics {
        if handler.render_report(&mut text, &Shown::new(diagnostic)).is_err() {
            text.push_str(&diagnostic.message);
        }
        for related in &diagnostic.related {
            text.push_str(&format!("    {}: {}\n", related.message, place(&related.location)));
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn place(location: &Location) -> String {
    match location.position {
        Some(position) => format!("{}:{}:{}", location.file, position.line, position.column),
        None => location.file.clone(),
    }
}

/// `3 errors and 1 warning`.
pub(super) fn tally(diagnostics: &Diagnostics) -> String {
    let count = |severity: Severity, word: &str| match diagnostics.count(severity) {
        0 => None,
        1 => Some(format!("1 {word}")),
        n => Some(format!("{n} {word}s")),
    };
    let parts: Vec<String> = [count(Severity::Error, "error"), count(Severity::Warning, "warning")]
        .into_iter()
        .flatten()
        .collect();
    if parts.is_empty() { "no problems".to_owned() } else { parts.join(" and ") }
}

/// A diagnostic as miette takes it.
#[derive(Debug)]
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    source: Option<Line<'a>>,
    message: String,
}

impl<'a> Shown<'a> {
    fn new(diagnostic: &'a Diagnostic) -> Self {
        let location = diagnostic.location.as_ref();
        let source = location.and_then(|location| {
            let (position, excerpt) = (location.position?, location.excerpt.as_ref()?);
            Some(Line { file: &location.file, line: position.line, column: position.column, excerpt })
        });
        // Without an excerpt miette shows no place: it goes before the message.
        let message = match (location, &source) {
            (Some(location), None) => format!("{}: {}", place(location), diagnostic.message),
            _ => diagnostic.message.clone(),
        };
        Self { diagnostic, source, message }
    }
}

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn std::fmt::Display + 'b>> {
        Some(Box::new(self.diagnostic.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn std::fmt::Display + 'b>> {
        self.diagnostic.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let source = self.source.as_ref()?;
        let line = &source.excerpt.line;
        let offset = |characters: usize| line.char_indices().nth(characters).map_or(line.len(), |(at, _)| at);
        let start = offset(source.excerpt.start);
        let end = offset(source.excerpt.start + source.excerpt.length);
        Some(Box::new(std::iter::once(LabeledSpan::underline((start, end - start)))))
    }
}

/// The one line that a diagnostic keeps, as a source that begins at its number.
#[derive(Debug)]
struct Line<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    excerpt: &'a Excerpt,
}

impl SourceCode for Line<'_> {
    fn read_span<'b>(
        &'b self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let text = self.excerpt.line.as_bytes();
        // The column is told: that of a cut line is not that of its text.
        Ok(Box::new(MietteSpanContents::new_named(
            self.file.to_owned(),
            text,
            SourceSpan::from((0, text.len())),
            self.line.saturating_sub(1) as usize,
            self.column.saturating_sub(1) as usize,
            1,
        )))
    }
}

/// A progress bar that shows itself when work takes over half a second, on a terminal.
pub(super) struct Progress {
    bar: ProgressBar,
    started: Instant,
    total: u64,
}

const PATIENCE: Duration = Duration::from_millis(500);

impl Progress {
    /// A bar for a number of things: `files`.
    pub(super) fn new(total: usize, things: &str, quiet: bool) -> Self {
        let visible = !quiet && std::io::stderr().is_terminal();
        let target =
            if visible { ProgressDrawTarget::stderr_with_hz(15) } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total as u64), target);
        if let Ok(style) = ProgressStyle::with_template(&format!("{{bar:32}} {{pos}}/{{len}} {things}")) {
            bar.set_style(style);
        }
        Self { bar, started: Instant::now(), total: total as u64 }
    }

    pub(super) fn set(&self, done: usize) {
        if !self.bar.is_hidden() && self.started.elapsed() > PATIENCE {
            self.bar.set_position((done as u64).min(self.total));
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
