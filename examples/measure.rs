//! Runs two commands in turn and says how long they take and how much memory they need.
//!
//! ```text
//! measure --label TEXT --runs 7 --out DIR -- COMMAND… -- COMMAND…
//! ```
//!
//! The first command is the yardstick. `{out}` in a command stands for the output folder, which is
//! emptied before every run; neither that nor the writing back of what came before is timed. One
//! run of each goes before, uncounted. Prints one row of a Markdown table: the label, median and
//! range of both, the median of the ratios of neighbouring runs, and both peaks of memory.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    match given.split_first() {
        Some((first, command)) if first == "--one" => one(command),
        _ => compare(&given),
    }
}

/// What one run took.
#[derive(Clone, Copy)]
struct Run {
    time: Duration,
    /// Peak resident memory in KiB; 0 where it cannot be had.
    memory: u64,
}

/// Runs a command and prints its microseconds and KiB.
///
/// The system keeps only the largest of all children's peaks, hence a process for each run.
fn one(command: &[String]) -> Result<(), Failure> {
    let (program, arguments) = command.split_first().ok_or("no command")?;
    let start = Instant::now();
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).status()?;
    let time = start.elapsed();
    if !status.success() {
        return Err(format!("{program}: {status}").into());
    }
    println!("{} {}", time.as_micros(), peak()?);
    Ok(())
}

#[cfg(unix)]
fn peak() -> Result<u64, Failure> {
    use nix::sys::resource::{UsageWho, getrusage};
    let peak = u64::try_from(getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss())?;
    // Bytes on macOS, KiB elsewhere.
    Ok(if cfg!(target_os = "macos") { peak / 1024 } else { peak })
}

#[cfg(not(unix))]
fn peak() -> Result<u64, Failure> {
    Ok(0)
}

struct Plan {
    label: String,
    runs: usize,
    out: PathBuf,
    commands: [Vec<String>; 2],
}

fn plan(given: &[String]) -> Result<Plan, Failure> {
    const USAGE: &str = "usage: measure --label TEXT --runs N --out DIR -- COMMAND… -- COMMAND…";
    let mut parts = given.split(|argument| argument == "--");
    let (Some(options), Some(first), Some(second), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(USAGE.into());
    };
    let option = |name: &str| {
        let at = options.iter().position(|option| option == name).ok_or(USAGE)?;
        options.get(at + 1).ok_or(USAGE)
    };
    let out = PathBuf::from(option("--out")?);
    let fill = |command: &[String]| -> Vec<String> {
        command.iter().map(|part| part.replace("{out}", &out.to_string_lossy())).collect()
    };
    let commands = [fill(first), fill(second)];
    let runs = option("--runs")?.parse::<usize>()?.max(1);
    Ok(Plan { label: option("--label")?.clone(), runs, out, commands })
}

fn compare(given: &[String]) -> Result<(), Failure> {
    let plan = plan(given)?;
    let mut runs: [Vec<Run>; 2] = [Vec::new(), Vec::new()];
    for round in 0..=plan.runs {
        for (command, runs) in plan.commands.iter().zip(&mut runs) {
            let run = apart(command, &plan)?;
            if round > 0 {
                runs.push(run);
            }
        }
    }
    let [first, second] = runs;
    let ratios = first.iter().zip(&second).map(|(a, b)| b.time.as_secs_f64() / a.time.as_secs_f64());
    println!(
        "| {} | {} | {} | {:.2} | {} | {} |",
        plan.label,
        times(&first),
        times(&second),
        median(ratios.collect()),
        memory(&first),
        memory(&second),
    );
    fs::remove_dir_all(&plan.out)?;
    Ok(())
}

/// Empties the output folder, lets the disk come to rest, and runs a command in a process of this
/// program's own.
fn apart(command: &[String], plan: &Plan) -> Result<Run, Failure> {
    if plan.out.exists() {
        fs::remove_dir_all(&plan.out)?;
    }
    fs::create_dir_all(&plan.out)?;
    #[cfg(unix)]
    rustix::fs::sync();
    let output = Command::new(std::env::current_exe()?)
        .arg("--one")
        .args(command)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("a command failed".into());
    }
    let text = String::from_utf8(output.stdout)?;
    let (time, memory) = text.trim().split_once(' ').ok_or("no result")?;
    Ok(Run { time: Duration::from_micros(time.parse()?), memory: memory.parse()? })
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        f64::midpoint(values[middle - 1], values[middle])
    } else {
        values[middle]
    }
}

fn times(runs: &[Run]) -> String {
    let seconds: Vec<f64> = runs.iter().map(|run| run.time.as_secs_f64()).collect();
    let low = seconds.iter().copied().fold(f64::INFINITY, f64::min);
    let high = seconds.iter().copied().fold(0.0, f64::max);
    format!("{:.3} s ({low:.3}–{high:.3})", median(seconds))
}

fn memory(runs: &[Run]) -> String {
    match runs.iter().map(|run| run.memory).max() {
        None | Some(0) => "unknown".to_owned(),
        Some(peak) => format!("{} MiB", peak.div_ceil(1024)),
    }
}
