//! `kenes check`.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::args::{CheckArgs, Format, SiteArgs};
use super::{SITE_ERRORS, build, counted, report, shown, usage, withheld};
use crate::base::diagnostic::Diagnostics;
use crate::build::{Counts, Options, prepare};
use crate::check::{self, Limits, Outcome, Outside};
use crate::render::Mode;

pub(super) fn run(root: &Path, args: &CheckArgs) -> ExitCode {
    let started = Instant::now();
    let site = SiteArgs { base_url: None, drafts: args.drafts, as_of: args.as_of };
    let options = match build::options(root, &site, args.strict, Mode::Build) {
        // A check writes nothing, its own cache of outside links apart.
        Ok(options) => Options { cache: false, ..options },
        Err(message) => return usage(&message),
    };
    let prepared = match prepare(&options) {
        Ok(prepared) => prepared,
        Err(problems) => {
            let problems = problems.finish(args.strict);
            report::print(&problems, args.format);
            if args.format == Format::Human {
                eprintln!("The site cannot be checked: {}.", report::tally(&problems));
            }
            return ExitCode::from(SITE_ERRORS);
        }
    };
    let quiet = args.format != Format::Human;
    let progress = report::Progress::new(prepared.counts.files, "files", quiet);
    let mut problems = check::site(&prepared, root, |done| progress.set(done));
    progress.finish();

    let outside = args.external.then(|| follow(root, Outside::new(&prepared.library), quiet));
    let counts = prepared.counts;
    // As after a build.
    std::mem::forget(prepared);
    let outside = outside.map(|mut outcome| {
        problems.extend(std::mem::take(&mut outcome.problems));
        outcome
    });
    let problems = problems.finish(args.strict);
    if args.format != Format::Human || !problems.is_empty() {
        report::print(&problems, args.format);
    }
    if args.format == Format::Human {
        if let Some(error) = outside.as_ref().and_then(|outside| outside.not_kept.as_ref()) {
            eprintln!("note: the answers of outside links could not be kept for the next time: {error}");
        }
        println!("{}", summary(counts, outside.as_ref(), &problems, started));
    }
    if problems.has_errors() { ExitCode::from(SITE_ERRORS) } else { ExitCode::SUCCESS }
}

fn follow(root: &Path, outside: Outside, quiet: bool) -> Outcome {
    let progress = report::Progress::new(outside.len(), "outside links", quiet);
    // The clock decides how long an answer is believed; nothing of the output depends on it.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let outcome = outside.follow(root, &Limits::default(), now, |done| progress.set(done));
    progress.finish();
    outcome
}

/// `Checked 60 pages, 18 sections, 3 languages: no problems (120 ms)`.
fn summary(counts: Counts, outside: Option<&Outcome>, problems: &Diagnostics, started: Instant) -> String {
    let links = outside.map_or(String::new(), |outside| {
        let remembered = match outside.remembered {
            0 => String::new(),
            remembered => format!(" ({remembered} of them asked before)"),
        };
        format!(", and {}{remembered}", counted(outside.links, "outside link"))
    });
    // "No problems" must not be taken for a word on what nobody looked at.
    let rest = withheld(counts).map_or(String::new(), |rest| {
        let advice = if counts.drafts + counts.scheduled > 0 { "; use --drafts" } else { "" };
        format!(" (not checked: {rest}{advice})")
    });
    format!("Checked {}{links}{rest}: {} ({})", shown(counts), report::tally(problems), build::time(started))
}
