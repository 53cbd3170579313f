//! `kenes build`.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use super::args::{BuildArgs, Format, SiteArgs};
use super::{SITE_ERRORS, counted, report, usage};
use crate::base::clock::Today;
use crate::base::diagnostic::Diagnostics;
use crate::build::{Options, prepare, write_to};
use crate::config;
use crate::render::Mode;

/// The options that the arguments stand for.
pub(super) fn options(root: &Path, site: &SiteArgs, strict: bool, mode: Mode) -> Result<Options, String> {
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok();
    let today = Today::resolve(site.as_of, epoch.as_deref())?;
    if let Some(url) = &site.base_url {
        config::check_base_url(url).map_err(|message| format!("--base-url: {message}"))?;
    }
    Ok(Options {
        root: root.to_owned(),
        base_url: site.base_url.clone(),
        drafts: site.drafts,
        today,
        strict,
        mode,
        cache: true,
    })
}

pub(super) fn run(root: &Path, args: &BuildArgs) -> ExitCode {
    let started = Instant::now();
    let options = match options(root, &args.site, args.strict, Mode::Build) {
        Ok(options) => Options { cache: !args.no_cache, ..options },
        Err(message) => return usage(&message),
    };
    let prepared = match prepare(&options) {
        Ok(prepared) => prepared,
        Err(problems) => return failed(&problems.finish(args.strict), args.format),
    };
    let folder = args.output.clone().unwrap_or_else(|| root.join(&prepared.config.output_dir));
    let progress =
        report::Progress::new(prepared.counts.files, "files", args.quiet || args.format != Format::Human);
    let result = write_to(&prepared, root, &folder, args.strict, |done| progress.set(done));
    progress.finish();
    // A large site takes longer to take apart than the process to end.
    let counts = prepared.counts;
    std::mem::forget(prepared);
    match result {
        Ok((summary, problems)) => {
            if args.format != Format::Human || !problems.is_empty() {
                report::print(&problems, args.format);
            }
            if !args.quiet && args.format == Format::Human {
                let warnings = if problems.is_empty() {
                    String::new()
                } else {
                    format!(", {}", report::tally(&problems))
                };
                println!(
                    "Built {}: {} in {}, {} written, {} unchanged, {} removed{warnings} ({})",
                    super::summary(counts),
                    counted(summary.written + summary.unchanged, "file"),
                    folder.display(),
                    summary.written,
                    summary.unchanged,
                    summary.deleted,
                    time(started)
                );
            }
            ExitCode::SUCCESS
        }
        Err(problems) => failed(&problems, args.format),
    }
}

pub(super) fn failed(problems: &Diagnostics, format: Format) -> ExitCode {
    report::print(problems, format);
    if format == Format::Human {
        eprintln!(
            "The site was not built: {}. What was published before is as it was.",
            report::tally(problems)
        );
    }
    ExitCode::from(SITE_ERRORS)
}

/// `340 ms`, `1.2 s`.
pub(super) fn time(started: Instant) -> String {
    in_words(started.elapsed())
}

pub(super) fn in_words(elapsed: Duration) -> String {
    if elapsed.as_millis() < 1000 {
        format!("{} ms", elapsed.as_millis())
    } else {
        format!("{:.1} s", elapsed.as_secs_f64())
    }
}
