//! The commands, one file each. This is the only place that prints.

mod args;
mod build;
mod check;
mod init;
mod new;
mod report;
mod serve;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Arguments, Command};

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

/// Says why a command did nothing, and what to do.
fn refused(message: &str, help: Option<&str>) -> ExitCode {
    eprintln!("error: {message}");
    if let Some(help) = help {
        eprintln!("  help: {help}");
    }
    ExitCode::from(SITE_ERRORS)
}
