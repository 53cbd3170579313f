//! The commands, one file each. This is the only place that prints.

mod args;
mod build;
mod check;
mod document;
mod front;
mod init;
mod new;
mod panel;
mod report;
mod schema;
mod serve;
mod stamp;
mod status;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Arguments, Command};

use crate::build::Counts;

/// Exit code when the site has errors.
const SITE_ERRORS: u8 = 1;
/// Exit code when the command was used wrongly (clap's own, too).
const USAGE: u8 = 2;

/// Runs the command that the arguments ask for.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let root = arguments.root;
    match arguments.command {
        Command::Build(args) => build::run(&root, &args),
        Command::Serve(args) => serve::run(&root, &args),
        Command::Check(args) => check::run(&root, &args),
        Command::Init(args) => init::run(&args),
        Command::New(args) => new::run(&root, &args),
        Command::Status(args) => status::run(&root, &args),
        Command::Schema(args) => schema::run(&root, &args),
        Command::Stamp(args) => stamp::run(&root, &args),
    }
}

/// Says what is wrong with the use of a command.
fn usage(message: &str) -> ExitCode {
    eprintln!("error: {message}");
    ExitCode::from(USAGE)
}

/// `1 page`, `2 pages`.
fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// `12 pages, 4 sections, 3 languages`.
fn shown(counts: Counts) -> String {
    format!(
        "{}, {}, {}",
        counted(counts.pages, "page"),
        counted(counts.sections, "section"),
        counted(counts.languages, "language")
    )
}

/// `1 draft, 2 not due, 1 expired`, or nothing.
fn withheld(counts: Counts) -> Option<String> {
    let parts = [
        (counts.drafts, counted(counts.drafts, "draft")),
        (counts.scheduled, format!("{} not due", counts.scheduled)),
        (counts.expired, format!("{} expired", counts.expired)),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What was built, and what was left out: `18 pages, 4 sections, 3 languages (not shown: 1 draft)`.
fn summary(counts: Counts) -> String {
    let rest = withheld(counts).map_or(String::new(), |rest| format!(" (not shown: {rest})"));
    format!("{}{rest}", shown(counts))
}

/// Says why a command did nothing, and what to do.
fn refused(message: &str, help: Option<&str>) -> ExitCode {
    eprintln!("error: {message}");
    if let Some(help) = help {
        eprintln!("  help: {help}");
    }
    ExitCode::from(SITE_ERRORS)
}
