//! `kenes serve`: the pipeline, run into memory for the preview server.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::args::{Format, ServeArgs, SiteArgs};
use super::{SITE_ERRORS, build, report, usage};
use crate::base::diagnostic::{Diagnostic, Diagnostics};
use crate::base::path::OutputPath;
use crate::build::{Options, Sink, body, no_config, prepare};
use crate::config;
use crate::render::{Mode, Rendered};
use crate::serve::{self, Build, Builder, Event, Files, Site};
use crate::source::Source;
use crate::write::Body;

/// Folders in the site's root that no site is made of.
const NEVER_WATCHED: &[&str] = &["target", "node_modules"];

pub(super) fn run(root: &Path, args: &ServeArgs) -> ExitCode {
    let options = match build::options(root, &args.site, false, Mode::Serve) {
        Ok(options) => options,
        Err(message) => return usage(&message),
    };
    // Settings with mistakes are shown and waited for; a folder without any is the wrong folder.
    let source = Source::new(root);
    if source.file(config::FILE_NAME).is_none() {
        report::print(&no_config(&source).into(), Format::Human);
        return ExitCode::from(SITE_ERRORS);
    }
    let output = output_dir(&source);
    let mut ignored = vec![root.join(&output), root.join(".git")];
    ignored.extend(NEVER_WATCHED.iter().map(|name| root.join(name)));
    let preview = Preview { options, site: args.site.clone(), output };
    let options = serve::Options { port: args.port, open: args.open, ignored, ..serve::Options::default() };
    let root = root.to_owned();
    let mut served = false;
    match serve::run(&options, preview, |event| say(&root, &mut served, event)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            report::print(&problem.into(), Format::Human);
            ExitCode::from(SITE_ERRORS)
        }
    }
}

/// Where `kenes build` puts its files, which are none of the site's own.
fn output_dir(source: &Source) -> PathBuf {
    let text = source.file(config::FILE_NAME).and_then(|file| file.read_text(&mut Vec::new()).ok());
    let config = text.and_then(|text| config::read(&text).0);
    config.map_or_else(|| PathBuf::from("public"), |config| PathBuf::from(config.output_dir))
}

/// Builds the site into memory.
struct Preview {
    options: Options,
    site: SiteArgs,
    /// The output folder of `kenes build`, as it was when the preview began.
    output: PathBuf,
}

impl Builder for Preview {
    fn build(&mut self, _changed: &[PathBuf]) -> Build {
        // A preview may run over midnight.
        if let Ok(fresh) = build::options(&self.options.root, &self.site, false, Mode::Serve) {
            self.options.today = fresh.today;
        }
        let prepared = match prepare(&self.options) {
            Ok(prepared) => prepared,
            Err(problems) => return Build { diagnostics: problems.finish(false), ..Build::default() },
        };
        let memory = Memory::default();
        let diagnostics = prepared.render(&memory, false, |_| {});
        let summary = super::summary(prepared.counts);
        let site = (!diagnostics.has_errors()).then(|| Arc::new(memory.into_files()) as Arc<dyn Site>);
        Build { site, diagnostics, summary, edited: Vec::new() }
    }

    /// Templates may load data from anywhere in the site: all that lies in its root is watched,
    /// and what a site is made of even where it is not there yet.
    fn watched(&self) -> Vec<PathBuf> {
        let root = &self.options.root;
        let known = [config::FILE_NAME, "content", "templates", "static", "themes", "data"];
        let mut watched: Vec<PathBuf> = known.iter().map(|name| root.join(name)).collect();
        for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let hidden = name.to_string_lossy().starts_with('.');
            let built = self.output == Path::new(&name);
            if hidden
                || built
                || NEVER_WATCHED.iter().any(|never| name == *never)
                || known.iter().any(|k| name == *k)
            {
                continue;
            }
            watched.push(entry.path());
        }
        watched
    }

    fn listening(&mut self, base_url: &str) {
        self.options.base_url.get_or_insert_with(|| base_url.to_owned());
    }
}

/// Takes the rendered files of one build.
#[derive(Default)]
struct Memory(Mutex<Vec<(OutputPath, Body)>>);

impl Sink for Memory {
    fn put(&self, path: &OutputPath, rendered: Rendered) -> Result<(), Box<Diagnostic>> {
        let body = body(rendered)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((path.clone(), body));
        Ok(())
    }
}

impl Memory {
    fn into_files(self) -> Files {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect()
    }
}

/// Tells the terminal what happens; `served` is whether there is a good build by now. A terminal that
/// went away stops nothing.
fn say(root: &Path, served: &mut bool, event: Event) {
    let text = match event {
        Event::Listening { url, moved } => {
            let why = if moved { format!(" (port {} is taken)", serve::DEFAULT_PORT) } else { String::new() };
            format!("Serving {url}{why}, Ctrl-C ends it\n")
        }
        Event::Building { changed } if changed.is_empty() => return,
        Event::Building { changed } => format!("Changed: {}\n", names(root, &changed)),
        Event::Built { build, elapsed } => {
            complain(&build.diagnostics);
            *served |= build.site.is_some();
            outcome(&build, *served, elapsed)
        }
        Event::Found { diagnostics } => {
            complain(&diagnostics);
            format!("Found in pages that nobody looked at: {}\n", report::tally(&diagnostics))
        }
        Event::Trouble(problem) => return complain(&problem.into()),
    };
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn complain(problems: &Diagnostics) {
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let _ = std::io::stderr().lock().write_all(report::human(problems, colour).as_bytes());
}

fn outcome(build: &Build, served: bool, elapsed: Duration) -> String {
    let time = build::in_words(elapsed);
    let problems = report::tally(&build.diagnostics);
    match &build.site {
        Some(_) if build.diagnostics.is_empty() => format!("Built {} ({time})\n", build.summary),
        Some(_) => format!("Built {}, {problems} ({time})\n", build.summary),
        None if served => {
            format!("Not built: {problems} ({time}). The last good build is still served.\n")
        }
        None => format!("Not built: {problems} ({time}). Every page says so until that is mended.\n"),
    }
}

/// The first few of the changed files, as their author knows them.
fn names(root: &Path, changed: &[PathBuf]) -> String {
    const MOST: usize = 3;
    let shown: Vec<String> = changed
        .iter()
        .take(MOST)
        .map(|path| path.strip_prefix(root).unwrap_or(path).display().to_string())
        .collect();
    let more = changed.len().saturating_sub(MOST);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}
