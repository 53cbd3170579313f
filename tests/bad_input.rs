//! Bad input: what authors and theme makers do wrong, and what they are told.
//!
//! Each folder of `tests/bad` but `base` is a case. The good site `base` is built; then the files of
//! the case's `site/` are laid over it, those in `removed.txt` are removed, and it is built again
//! into the same folder, with the arguments in `arguments.txt`, one a line. The second build must fail with exit code 1, say what `expected.txt` says,
//! and leave the output as it was, byte for byte.
//!
//! `KENES_BLESS=1 cargo test --test bad_input` writes the expectations anew. Read each line as the
//! one who made the mistake: does it say where, what, and what to do?

mod common;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;

use common::{build, copy, expect, finish, folders, said, scratch, succeed, tests, tree, write};
use serde_json::Value;

/// All cases, on as many threads as there are processors.
#[test]
fn every_mistake_is_told_and_changes_nothing() {
    let cases: Vec<_> =
        folders(&tests().join("bad")).into_iter().filter(|folder| !folder.ends_with("base")).collect();
    assert!(cases.len() > 40, "the cases were not found");
    let waiting = Mutex::new(cases);
    let complaints = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some(case) = waiting.lock().unwrap().pop() else { break };
                    let found = check(&case);
                    complaints.lock().unwrap().extend(found);
                }
            });
        }
    });
    let mut complaints = complaints.into_inner().unwrap();
    complaints.sort();
    finish(&complaints);
}

/// To compare each of many wrong names with each of many right ones would take minutes: only the first hundred
/// get a suggestion. After that many mistakes one is likely behind them all.
#[test]
fn of_many_wrong_names_the_first_hundred_get_a_suggestion() {
    type Page = (String, String);
    const MANY: usize = 130;
    let lines = |line: fn(usize) -> String| (100..100 + MANY).map(line).collect::<String>();
    let title = "+++\ntitle = \"Many\"\n+++\n";
    let rule = "+++\ntitle = \"Rule\"\nkind = \"standard\"\nnumber = \"Rule-1\"\n+++\n";
    let named = (100..100 + MANY).map(|at| format!("\"Rule-1{at}\"")).collect::<Vec<_>>().join(", ");
    let sections = |to: fn(usize) -> String| -> Vec<Page> {
        let section = |at: usize| format!("+++\ntitle = \"S\"\nredirect_to = \"{}\"\n+++\n", to(at));
        (100..100 + MANY).map(|at| (format!("content/s{at}/_index.md"), section(at))).collect()
    };
    let page = |text: String| vec![("content/many.md".to_owned(), text)];
    let cases: [(&str, &str, Vec<Page>); 7] = [
        (
            "K1108",
            "did you mean `[[Rule-1]]`",
            page(title.to_owned() + &lines(|at| format!("[[Rule-1{at}]]\n\n"))),
        ),
        (
            "K1201",
            "did you mean `@one`",
            page(title.to_owned() + &lines(|at| format!("Said [@one{at}].\n\n"))),
        ),
        (
            "K0501",
            "did you mean `/about/`",
            page(title.to_owned() + &lines(|at| format!("[x](/about{at}/)\n\n"))),
        ),
        (
            "K0501",
            "did you mean `@/about.md`",
            page(title.to_owned() + &lines(|at| format!("[x](@/about{at}.md)\n\n"))),
        ),
        (
            "K1006",
            "did you mean `Rule-1`",
            page(format!(
                "+++\ntitle = \"Many\"\nkind = \"standard\"\nnumber = \"M\"\nsupersedes = [{named}]\n+++\n"
            )),
        ),
        ("K0501", "did you mean `/about/`", sections(|at| format!("/abou{at}/"))),
        ("K0501", "did you mean `about.md`", sections(|at| format!("@/about{at}.md"))),
    ];
    for (code, suggestion, pages) in cases {
        let scratch = scratch();
        let (site, output) = (scratch.path().join("site"), scratch.path().join("output"));
        copy(&tests().join("bad/base"), &site);
        write(&site.join("content/rule.md"), rule);
        write(&site.join("references.yml"), "one: { type: web, title: First }\n");
        for (path, text) in pages {
            write(&site.join(path), text);
        }
        let result = build(&site, &output).args(["--format", "json"]).output().unwrap();
        let report: Value = serde_json::from_slice(&result.stdout).unwrap();
        let all = report["diagnostics"].as_array().unwrap().iter().filter(|found| found["code"] == code);
        let helps: Vec<&str> = all.map(|found| found["help"].as_str().unwrap()).collect();
        let suggesting = helps.iter().filter(|help| help.starts_with(suggestion)).count();
        assert_eq!(
            (helps.len(), suggesting),
            (MANY, 100),
            "{code}: {:?} … {:?}",
            helps.first(),
            helps.last()
        );
    }
}

#[test]
fn of_many_mistakes_in_the_data_of_a_chart_the_first_are_told() {
    let scratch = scratch();
    let (site, output) = (scratch.path().join("site"), scratch.path().join("output"));
    copy(&tests().join("bad/base"), &site);
    copy(&tests().join("bad/charts/site/themes"), &site.join("themes"));
    let rows: String = (0..200).map(|row| format!("r{row},many\n")).collect();
    write(&site.join("data/rows.csv"), format!("label,n\n{rows}"));
    write(&site.join("data/ragged.csv"), format!("label,n\n{}", rows.replace(",many", "")));
    let charts = ["rows", "ragged"]
        .map(|data| format!("::chart type=\"bar\" title=\"T\" data=\"data/{data}.csv\"\n\n"));
    write(&site.join("content/many.md"), format!("+++\ntitle = \"Many\"\n+++\n{}", charts.concat()));
    let result = build(&site, &output).args(["--format", "json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&result.stdout).unwrap();
    let all = report["diagnostics"].as_array().unwrap();
    for (file, code) in [("data/rows.csv", "K1402"), ("data/ragged.csv", "K0707")] {
        let told: Vec<&Value> = all.iter().filter(|found| found["file"] == file).collect();
        assert_eq!(told.len(), 51, "{file}: {told:?}");
        assert!(told.iter().all(|found| found["code"] == code));
        let rest = told.iter().find(|found| found["line"].is_null()).unwrap();
        assert_eq!(rest["message"], "there are 150 more mistakes in these data");
    }
}

fn check(case: &Path) -> Vec<String> {
    let name = case.file_name().unwrap().to_string_lossy();
    let mut complaints = Vec::new();
    let scratch = scratch();
    let (site, output) = (scratch.path().join("site"), scratch.path().join("output"));
    copy(&tests().join("bad/base"), &site);
    succeed(&mut build(&site, &output));
    let before = tree(&output);

    copy(&case.join("site"), &site);
    for gone in std::fs::read_to_string(case.join("removed.txt")).unwrap_or_default().lines() {
        std::fs::remove_file(site.join(gone)).unwrap();
    }
    let arguments = std::fs::read_to_string(case.join("arguments.txt")).unwrap_or_default();
    let mut command = build(&site, &output);
    command.args(arguments.lines());
    let result = command.args(["--format", "json"]).output().unwrap();
    if result.status.code() != Some(1) {
        complaints.push(format!("{name}: exit code 1 was expected\n{}", said(&result)));
        return complaints;
    }
    match serde_json::from_slice::<Value>(&result.stdout) {
        Ok(report) => {
            // The scratch folder has another name each time.
            let text = compact(&report).replace(site.to_str().unwrap(), "SITE");
            expect(&case.join("expected.txt"), text.as_bytes(), &mut complaints);
        }
        Err(error) => complaints.push(format!("{name}: no JSON: {error}\n{}", said(&result))),
    }
    if tree(&output) != before {
        complaints.push(format!("{name}: the output has changed"));
    }
    // A person is told the same.
    let shown = build(&site, &output).args(arguments.lines()).output().unwrap();
    if shown.status.code() != Some(1) || !String::from_utf8_lossy(&shown.stderr).contains("was not built") {
        complaints.push(format!("{name}: this is not what a person should see\n{}", said(&shown)));
    }
    complaints
}

/// A report as text: `CODE file:line:column message | help`, the line with the place marked, and
/// the places that belong to it.
fn compact(report: &Value) -> String {
    let mut text = String::new();
    for diagnostic in report["diagnostics"].as_array().unwrap() {
        let code = diagnostic["code"].as_str().unwrap();
        let warning = if diagnostic["severity"] == "warning" { " (warning)" } else { "" };
        let message = diagnostic["message"].as_str().unwrap();
        let help = diagnostic["help"].as_str().unwrap_or("-");
        let _ = writeln!(text, "{code}{warning} {} {message} | {help}", place(diagnostic));
        if let Some(line) = diagnostic["excerpt"]["line"].as_str() {
            let number = |key: &str| usize::try_from(diagnostic["excerpt"][key].as_u64().unwrap()).unwrap();
            let (start, length) = (number("start"), number("length"));
            let part = |skip: usize, take: usize| line.chars().skip(skip).take(take).collect::<String>();
            let rest = part(start + length, usize::MAX);
            let _ = writeln!(text, "    > {}⟦{}⟧{rest}", part(0, start), part(start, length));
        }
        for related in diagnostic["related"].as_array().unwrap() {
            let _ = writeln!(text, "    + {} {}", place(related), related["message"].as_str().unwrap());
        }
    }
    text
}

fn place(value: &Value) -> String {
    let file = value["file"].as_str().unwrap_or("-");
    match (value["line"].as_u64(), value["column"].as_u64()) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
        _ => file.to_owned(),
    }
}
