//! How soon `kenes serve` shows what was saved, how soon it starts, and what memory it holds.
//!
//! ```text
//! serve_bench --bin DIR --place DIR [--before KENES] [--runs 7] [--saves 20] [--seed N] [--documents N] PAGES…
//! ```
//!
//! With `--documents`, so many of the page files are documents with three versions each, in three languages and with
//! the theme Shanyraq, and it is the texts of versions that are saved.
//!
//! `tests/bench-serve` builds what is measured and calls this. `--bin` is the folder of the programs,
//! `--place` one for the generated sites (the plain theme, one language). Nothing is known of the
//! server but that it answers GET. Times of saves go from the return of the write or renaming until
//! the answer with the new text has been read in full; between saves there is a pause, as an author
//! makes. A started server is measured against the floor, in turn. Prints a Markdown table.

mod http;
#[path = "../corpus/random.rs"]
#[allow(dead_code, reason = "the corpus needs more of it")]
mod random;
mod report;
mod server;
mod site;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use http::Client;
use random::Random;
use report::Table;
use server::Server;
use site::{LANGUAGES, Site};

type Failure = Box<dyn Error>;

/// The day as of which sites are built, so that their pages are the same at any time.
const AS_OF: &str = "2026-11-22";

/// Between two questions for a page that is not there yet.
const ASKING: Duration = Duration::from_micros(300);

/// By then a page must be there.
const PATIENCE: Duration = Duration::from_secs(120);

/// Saves of the template; each has every page rendered anew.
const TEMPLATES: usize = 7;

struct Arguments {
    bin: PathBuf,
    place: PathBuf,
    before: Option<PathBuf>,
    runs: usize,
    saves: usize,
    seed: u64,
    documents: usize,
    sizes: Vec<usize>,
}

fn arguments() -> Result<Arguments, Failure> {
    const USAGE: &str = "usage: serve_bench --bin DIR --place DIR [--before KENES] [--runs N] [--saves N] [--seed N] [--documents N] PAGES…";
    let (mut bin, mut place, mut before) = (None, None, None);
    let (mut runs, mut saves, mut seed, mut documents, mut sizes) = (7, 20, 1, 0, Vec::new());
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--bin" => bin = Some(PathBuf::from(value()?)),
            "--place" => place = Some(PathBuf::from(value()?)),
            "--before" => before = Some(PathBuf::from(value()?)),
            "--runs" => runs = value()?.parse::<usize>()?.max(1),
            "--saves" => saves = value()?.parse::<usize>()?.max(1),
            "--seed" => seed = value()?.parse()?,
            "--documents" => documents = value()?.parse()?,
            pages => sizes.push(pages.parse()?),
        }
    }
    let (Some(bin), Some(place)) = (bin, place) else { return Err(USAGE.into()) };
    if sizes.is_empty() {
        return Err(USAGE.into());
    }
    Ok(Arguments { bin, place, before, runs, saves, seed, documents, sizes })
}

fn main() -> Result<(), Failure> {
    let given = arguments()?;
    let mut table = Table::default();
    for &pages in &given.sizes {
        measure(&given, pages, &mut table)?;
    }
    print!("{table}");
    Ok(())
}

/// Everything, for a site of one size.
fn measure(given: &Arguments, pages: usize, table: &mut Table) -> Result<(), Failure> {
    eprintln!("{pages} pages: writing them");
    let folder = given.place.join("site");
    let out = given.place.join("out");
    let _ = fs::remove_dir_all(&folder);
    let mut corpus = Command::new(given.bin.join("examples/corpus"));
    corpus.arg(pages.to_string()).arg(&folder);
    if given.documents > 0 {
        corpus.args(["--theme", "shanyraq", "--languages", &LANGUAGES.len().to_string()]);
        corpus.args(["--documents", &given.documents.to_string()]);
    }
    run(&mut corpus)?;
    let site = Site::new(&folder, pages, given.documents);
    let kenes = given.bin.join("kenes");

    eprintln!("{pages} pages: building");
    builds(given, &kenes, &folder, &out, pages, table)?;
    eprintln!("{pages} pages: starting");
    let mut server = starts(given, &kenes, &folder, &out, pages, table)?;
    server.rest()?;
    let first = server.memory();

    let mut random = Random::new(given.seed, pages, "");
    let mut client = Client::new(server.port());
    eprintln!("{pages} pages: saving pages");
    let mut times = Vec::new();
    for number in 0..given.saves {
        let edit = site.edit_page(random.below(pages), number)?;
        times.push(save(&mut client, &edit, &mut random)?);
    }
    let what =
        if given.documents > 0 { "save a version → its new text" } else { "save a page → its new text" };
    table.saves(what, pages, &times);
    if given.documents > 0 {
        // The templates of its theme are inside the program.
        return end(&mut server, first, pages, table);
    }

    eprintln!("{pages} pages: saving the template");
    let mut times = Vec::new();
    for number in 0..TEMPLATES {
        let edit = site.edit_template(random.below(pages), number)?;
        times.push(save(&mut client, &edit, &mut random)?);
        // All pages are rendered anew now, and nobody saves a template twice a second.
        server.rest()?;
    }
    table.saves("save the base template → the page in view", pages, &times);
    end(&mut server, first, pages, table)
}

/// What the server holds in the end.
fn end(server: &mut Server, first: server::Memory, pages: usize, table: &mut Table) -> Result<(), Failure> {
    server.rest()?;
    table.memory(pages, first, server.memory());
    server.alive()
}

/// Saves one edit, and says how long its page took to be new.
fn save(client: &mut Client, edit: &site::Edit, random: &mut Random) -> Result<Duration, Failure> {
    let before = client.get(&edit.url)?;
    if before.contains(&edit.mark) {
        return Err(format!("{} has the new text before it was saved", edit.url).into());
    }
    // More than a server needs to come to rest after that, and never in step with anything.
    sleep(Duration::from_millis(400 + random.below(200) as u64));
    edit.write()?;
    let start = Instant::now();
    loop {
        let page = client.get(&edit.url)?;
        let time = start.elapsed();
        if page.contains(&edit.mark) {
            return Ok(time);
        }
        if time > PATIENCE {
            return Err(format!("{} does not show what was saved in {}", edit.url, edit.file()).into());
        }
        sleep(ASKING);
    }
}

/// Starts the server again and again, in turn with the floor; the last one goes on.
fn starts(
    given: &Arguments,
    kenes: &Path,
    folder: &Path,
    out: &Path,
    pages: usize,
    table: &mut Table,
) -> Result<Server, Failure> {
    let (mut floors, mut starts) = (Vec::new(), Vec::new());
    let mut last = None;
    // The first round is not counted.
    for round in 0..=given.runs {
        drop(last.take());
        let floor = floor(given, folder, out)?;
        empty(out)?;
        let start = Instant::now();
        let server = Server::start(kenes, folder, AS_OF)?;
        Client::patient(server.port(), start + PATIENCE).get("/")?;
        let time = start.elapsed();
        if round > 0 {
            floors.push(floor);
            starts.push(time);
        }
        last = Some(server);
    }
    table.ratio(
        "`serve` started → first page answered",
        pages,
        &starts,
        &floors,
        report::start_target(pages),
    );
    last.ok_or_else(|| "no run".into())
}

/// Builds, in turn with the floor, and with an earlier program if there is one.
fn builds(
    given: &Arguments,
    kenes: &Path,
    folder: &Path,
    out: &Path,
    pages: usize,
    table: &mut Table,
) -> Result<(), Failure> {
    let build = |program: &Path| -> Result<Duration, Failure> {
        empty(out)?;
        let mut command = Command::new(program);
        command.arg("build").arg("--root").arg(folder).arg("--output").arg(out);
        command.args(["--quiet", "--as-of", AS_OF]);
        let start = Instant::now();
        run(&mut command)?;
        Ok(start.elapsed())
    };
    let (mut floors, mut builds, mut befores) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=given.runs {
        let floor = floor(given, folder, out)?;
        let time = build(kenes)?;
        let before = given.before.as_deref().map(build).transpose()?;
        if round > 0 {
            floors.push(floor);
            builds.push(time);
            befores.extend(before);
        }
    }
    table.ratio("`kenes build`", pages, &builds, &floors, None);
    if !befores.is_empty() {
        table.ratio("`kenes build`, against the earlier program", pages, &builds, &befores, Some(1.0));
    }
    empty(out)
}

fn floor(given: &Arguments, folder: &Path, out: &Path) -> Result<Duration, Failure> {
    empty(out)?;
    let start = Instant::now();
    run(Command::new(given.bin.join("examples/floor")).arg(folder).arg(out))?;
    Ok(start.elapsed())
}

fn empty(out: &Path) -> Result<(), Failure> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    Ok(fs::create_dir_all(out)?)
}

fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
}
