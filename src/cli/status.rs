//! `kenes status`: where documents and translations stand, and what changes next.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::args::{Format, Shape, SiteArgs, StatusArgs};
use super::{SITE_ERRORS, build, counted, report, usage};
use crate::build::{Options, prepare};
use crate::relate::Library;
use crate::relate::status::{Happening, PageName, Status};
use crate::render::Mode;

/// How many lines of a list people are shown; programs get all.
const MOST: usize = 20;

pub(super) fn run(root: &Path, args: &StatusArgs) -> ExitCode {
    let site = SiteArgs { base_url: None, drafts: true, as_of: args.as_of };
    let options = match build::options(root, &site, false, Mode::Build) {
        Ok(options) => Options { cache: false, ..options },
        Err(message) => return usage(&message),
    };
    let prepared = match prepare(&options) {
        Ok(prepared) => prepared,
        Err(problems) => {
            report::print(&problems.finish(false), Format::Human);
            return ExitCode::from(SITE_ERRORS);
        }
    };
    let status = Status::of(&prepared.library);
    match args.format {
        Shape::Json => println!("{:#}", object(&status, &prepared.library)),
        Shape::Human => print!("{}", text(&status, &prepared.library)),
    }
    // What is wrong with a site may be wrong with what is said of it.
    if prepared.problems.has_errors() {
        eprintln!("note: the site has {}: `kenes check` lists them", report::tally(&prepared.problems));
    }
    ExitCode::SUCCESS
}

/// Everything, for programs.
fn object(status: &Status, library: &Library) -> Value {
    let page = |name: &PageName| json!({ "file": name.file, "title": name.title });
    let dated = |name: &PageName, date: &Date| json!({ "file": name.file, "title": name.title, "date": date.to_string() });
    json!({
        "date": library.today().0.to_string(),
        "next_change": status.next_change().map(|date| date.to_string()),
        "changes": status.changes.iter().map(|change| json!({
            "date": change.date.to_string(),
            "file": change.name.file,
            "title": change.name.title,
            "what": change.what.word(),
            "state": change.what.state(),
            "version": change.what.version(),
        })).collect::<Vec<_>>(),
        "documents": status.documents.iter().map(|document| json!({
            "file": document.name.file,
            "title": document.name.title,
            "kind": document.kind,
            "number": document.number,
            "state": document.state,
            "since": document.since,
            "over": document.over,
        })).collect::<Vec<_>>(),
        "reviews_overdue": status.reviews.iter().map(|(name, date)| dated(name, date)).collect::<Vec<_>>(),
        "stale_translations": status.stale.iter().map(page).collect::<Vec<_>>(),
        "unstamped_translations": status.unstamped.iter().map(page).collect::<Vec<_>>(),
        "missing_translations": status.missing.iter().map(|(name, languages)| json!({
            "file": name.file, "title": name.title, "languages": languages,
        })).collect::<Vec<_>>(),
        "drafts": status.drafts.iter().map(page).collect::<Vec<_>>(),
        "future": status.future.iter().map(|(name, date)| dated(name, date)).collect::<Vec<_>>(),
        "expired": status.expired.iter().map(|(file, date)| json!({ "file": file, "date": date.to_string() })).collect::<Vec<_>>(),
    })
}

/// The same for people.
fn text(status: &Status, library: &Library) -> String {
    let mut out = format!("On {}\n", library.today().0);
    documents(status, &mut out);
    let changes: Vec<[String; 3]> = status
        .changes
        .iter()
        .map(|change| [change.date.to_string(), change.name.file.clone(), said(&change.what)])
        .collect();
    match status.next_change() {
        Some(date) => table(&mut out, &format!("What changes by itself, next on {date}"), &changes),
        None => out.push_str("\nNothing changes by itself after that day\n"),
    }
    let dated = |all: &[(PageName, Date)], word: &str| -> Vec<[String; 3]> {
        all.iter()
            .map(|(name, date)| [format!("{word}{date}"), name.file.clone(), name.title.clone()])
            .collect()
    };
    let named = |all: &[PageName]| -> Vec<[String; 3]> {
        all.iter().map(|name| [name.file.clone(), name.title.clone(), String::new()]).collect()
    };
    table(&mut out, "Reviews overdue", &dated(&status.reviews, "by "));
    table(&mut out, "Translations whose originals have changed", &named(&status.stale));
    let missing: Vec<[String; 3]> = status
        .missing
        .iter()
        .map(|(name, languages)| [languages.join(", "), name.file.clone(), name.title.clone()])
        .collect();
    table(&mut out, "Missing translations", &missing);
    table(&mut out, "Drafts", &named(&status.drafts));
    table(&mut out, "Pages of the future", &dated(&status.future, "from "));
    if !status.expired.is_empty() {
        out.push_str(&format!("\n{} expired\n", counted(status.expired.len(), "page")));
    }
    let heading = "Translations not stamped: nobody will know when the original changes (`kenes stamp FILE`)";
    table(&mut out, heading, &named(&status.unstamped));
    out
}

fn said(what: &Happening) -> String {
    match what {
        Happening::State(state) => format!("becomes {state}"),
        Happening::Over(state) => format!("{state}: the time for it is over"),
        Happening::Published => "is published".to_owned(),
        Happening::Expired => "expires".to_owned(),
        Happening::InForce(label) => format!("version {label} comes into force"),
        Happening::Ended(label) => format!("version {label} ends"),
        Happening::CommentsOver(label) => format!("version {label}: the time for comments is over"),
    }
}

/// How many documents of each kind are in each state, then each that has a state.
fn documents(status: &Status, out: &mut String) {
    let mut kinds: Vec<(&str, usize, BTreeMap<&str, usize>)> = Vec::new();
    for document in &status.documents {
        if kinds.last().is_none_or(|(kind, ..)| *kind != document.kind) {
            kinds.push((&document.kind, 0, BTreeMap::new()));
        }
        if let Some((_, count, states)) = kinds.last_mut() {
            *count += 1;
            if let Some(state) = &document.state {
                *states.entry(state).or_default() += 1;
            }
        }
    }
    let rows: Vec<[String; 3]> = kinds
        .into_iter()
        .map(|(kind, count, states)| {
            let states: Vec<String> =
                states.iter().map(|(state, count)| format!("{count} {state}")).collect();
            [kind.to_owned(), count.to_string(), states.join(", ")]
        })
        .collect();
    table(out, "Documents", &rows);
    let rows: Vec<[String; 3]> = status
        .documents
        .iter()
        .filter_map(|document| {
            let since = document.since.as_ref().map_or(String::new(), |since| format!(" since {since}"));
            let over = if document.over { ", its time is over" } else { "" };
            let state = format!("{}{since}{over}", document.state.as_ref()?);
            let number = document.number.as_ref().map_or(String::new(), |number| format!("{number} "));
            Some([state, document.name.file.clone(), format!("{number}{}", document.name.title)])
        })
        .collect();
    table(out, "Their states", &rows);
}

/// A list with columns; nothing for an empty one.
fn table(out: &mut String, heading: &str, rows: &[[String; 3]]) {
    if rows.is_empty() {
        return;
    }
    let width =
        |column: usize| rows.iter().take(MOST).map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    out.push_str(&format!("\n{heading}\n"));
    for [a, b, c] in rows.iter().take(MOST) {
        let line = format!("  {a:first$}  {b:second$}  {c}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    if rows.len() > MOST {
        out.push_str(&format!("  … and {} more (--format json lists all)\n", rows.len() - MOST));
    }
}
