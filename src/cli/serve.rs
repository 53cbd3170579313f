//! `kenes serve`: the engine, for the preview server.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use jiff::civil::Date;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use serde_json::Value;

use super::args::{Format, ServeArgs, SiteArgs};
use super::{SITE_ERRORS, build, panel, report, usage};
use crate::base::diagnostic::Diagnostics;
use crate::build::{Engine, Snapshot, Update, no_config};
use crate::config;
use crate::render::Mode;
use crate::serve::{self, Build, Builder, Editor, Event, Site};
use crate::source::Source;
use crate::write::Body;

/// Folders in the site's root that no site is made of.
const NEVER_WATCHED: &[&str] = &[".git", ".kenes", "target", "node_modules"];

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
    let mut ignored = vec![root.join(&output)];
    ignored.extend(NEVER_WATCHED.iter().map(|name| root.join(name)));
    // `.git`, `.kenes`, what editors keep: nothing of that is part of a site.
    let hidden = std::fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path());
    ignored.extend(
        hidden.filter(|path| path.file_name().is_some_and(|name| name.as_encoded_bytes()[0] == b'.')),
    );
    let engine = Engine::new(options);
    let preview = Preview { engine, site: args.site.clone(), begun: false };
    let options = serve::Options {
        host: args.host.unwrap_or(serve::Options::default().host),
        port: args.port,
        open: args.open,
        follow: args.follow,
        editor: args.editor.clone().or_else(editor_of_the_system).unwrap_or_default(),
        root: root.to_owned(),
        ignored,
    };
    let mut teller = Teller { root: root.to_owned(), ..Teller::default() };
    match serve::run(&options, preview, |event| teller.say(event)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            report::print(&problem.into(), Format::Human);
            ExitCode::from(SITE_ERRORS)
        }
    }
}

/// The editor that the author told the system of, unless it needs a terminal.
fn editor_of_the_system() -> Option<Editor> {
    Editor::parse(&std::env::var("VISUAL").ok()?).ok()
}

/// Where `kenes build` puts its files, which are none of the site's own.
fn output_dir(source: &Source) -> PathBuf {
    let text = source.file(config::FILE_NAME).and_then(|file| file.read_text(&mut Vec::new()).ok());
    let config = text.and_then(|text| config::read(&text).0);
    config.map_or_else(|| PathBuf::from("public"), |config| PathBuf::from(config.output_dir))
}

/// Keeps the site in memory, and up to date.
struct Preview {
    engine: Engine,
    site: SiteArgs,
    /// Whether there was a build.
    begun: bool,
}

impl Preview {
    /// A preview may run over midnight.
    fn look_at_the_calendar(&mut self) {
        let root = self.engine.options().root.clone();
        if let Ok(fresh) = build::options(&root, &self.site, false, Mode::Serve) {
            self.engine.set_today(fresh.today);
        }
    }

    fn built(&self, update: Update) -> Build {
        let summary = super::summary(update.counts);
        let source = Source::new(&self.engine.options().root);
        let site = update.site.map(|state| Arc::new(Shown { state, source }) as Arc<dyn Site>);
        Build { site, diagnostics: update.diagnostics, summary, edited: update.edited, more: false }
    }
}

impl Builder for Preview {
    fn build(&mut self, changed: &[PathBuf]) -> Build {
        self.look_at_the_calendar();
        if !std::mem::replace(&mut self.begun, true) {
            return match self.engine.begin() {
                Some(update) => Build { more: true, ..self.built(update) },
                None => self.go_on(),
            };
        }
        let update = self.engine.update(changed);
        self.built(update)
    }

    fn go_on(&mut self) -> Build {
        let update = self.engine.go_on();
        self.built(update)
    }

    fn renew(&mut self) -> Build {
        self.look_at_the_calendar();
        let update = self.engine.renew();
        self.built(update)
    }

    /// Templates may load data from anywhere in the site.
    fn watched(&self) -> Vec<PathBuf> {
        vec![self.engine.options().root.clone()]
    }

    fn listening(&mut self, base_url: &str) {
        if self.engine.options().base_url.is_none() {
            self.engine.set_base_url(base_url.to_owned());
        }
    }

    fn travel(&mut self, as_of: Option<Date>) {
        self.site.as_of = as_of;
    }
}

/// A state of the site, as the server asks for it.
struct Shown {
    state: Arc<Snapshot>,
    source: Source,
}

impl Site for Shown {
    fn contains(&self, path: &str) -> bool {
        self.state.contains(path)
    }

    fn get(&self, path: &str) -> Option<Result<Body, Arc<Diagnostics>>> {
        self.state.get(path).map(|made| made.map_err(Arc::new))
    }

    fn about(&self, path: &str) -> Option<Value> {
        panel::about(self.state.reader(), self.state.library(), self.state.plan(), path)
    }

    fn overview(&self) -> Value {
        panel::overview(self.state.library(), &self.source)
    }

    fn finish(&self, stop: &AtomicBool) -> Diagnostics {
        self.state.finish(stop)
    }
}

/// Tells the terminal what happens. A terminal that went away stops nothing.
#[derive(Default)]
struct Teller {
    root: PathBuf,
    /// The address of the preview.
    url: String,
    /// Whether there is a good build by now.
    served: bool,
    /// Whether something was wrong when last there was something to say.
    failed: bool,
}

impl Teller {
    fn say(&mut self, event: Event) {
        let text = match event {
            Event::Listening { url, moved, network } => {
                let taken = format!(" (port {} is taken)", serve::DEFAULT_PORT);
                let why = if moved { taken.as_str() } else { "" };
                let others = network.map_or(String::new(), |url| for_the_network(&url));
                self.url.clone_from(&url);
                format!("Serving {url}{why}, Ctrl-C ends it\n{others}")
            }
            Event::Building { changed } if changed.is_empty() => return,
            Event::Building { changed } => format!("Changed: {}\n", names(&self.root, &changed)),
            Event::Built { build, elapsed, well } => {
                complain(&build.diagnostics);
                self.served |= build.site.is_some();
                outcome(&build, self.served, elapsed) + &self.address_again(well)
            }
            Event::Found { diagnostics, well } => {
                complain(&diagnostics);
                let found = match diagnostics.is_empty() {
                    true => String::new(),
                    false => format!("In pages that nobody looked at: {}\n", report::tally(&diagnostics)),
                };
                found + &self.address_again(well)
            }
            Event::Trouble(problem) => return complain(&problem.into()),
        };
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
}

impl Teller {
    /// The address once more, when all is well again: by then it is far up, above all that was wrong.
    fn address_again(&mut self, well: bool) -> String {
        match std::mem::replace(&mut self.failed, !well) && well {
            true => format!("Serving {}\n", self.url),
            false => String::new(),
        }
    }
}

/// The address for other machines, and for telephones to read.
fn for_the_network(url: &str) -> String {
    let mut text = format!("For all machines of the local network, drafts and all: {url}\n");
    let code = QrCode::new(url).ok().filter(|_| std::io::stdout().is_terminal());
    if let Some(code) = code {
        // Dark on light, whatever the colours of the terminal: not every reader takes the reverse.
        for line in code.render::<Dense1x2>().build().lines() {
            text.push_str(&format!("  \x1b[30;107m{line}\x1b[0m\n"));
        }
    }
    text
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
