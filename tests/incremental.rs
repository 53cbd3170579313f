//! The law of the incremental engine: after any sequence of changes, every file is byte for byte what
//! a clean build gives. And it does no more than it must: which files are rendered again is asserted.
//!
//! `KENES_CASES=1000 KENES_STEPS=20 cargo test --release --test incremental` looks longer.

mod common;
#[path = "incremental/site.rs"]
mod site;
#[path = "incremental/versions.rs"]
mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use common::{scratch, write};
use jiff::civil::{Date, date};
use kenes::base::clock::Today;
use kenes::base::diagnostic::{Diagnostic, Diagnostics};
use kenes::base::path::OutputPath;
use kenes::build::{Engine, Options, Sink, Snapshot, Update, body, prepare};
use kenes::render::{Mode, Rendered};
use kenes::write::Body;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;

const DAY: Date = date(2025, 6, 1);

fn options(root: &Path, day: Date) -> Options {
    Options {
        root: root.to_owned(),
        base_url: None,
        drafts: false,
        today: Today(day),
        strict: false,
        mode: Mode::Serve,
        cache: false,
    }
}

#[derive(Default)]
struct Collected(Mutex<BTreeMap<String, Vec<u8>>>);

impl Sink for Collected {
    fn put(&self, path: &OutputPath, rendered: Rendered) -> Result<(), Box<Diagnostic>> {
        self.0.lock().unwrap().insert(path.to_string(), bytes(&body(rendered)?));
        Ok(())
    }
}

fn bytes(body: &Body) -> Vec<u8> {
    match body {
        Body::Bytes(bytes) => bytes.to_vec(),
        Body::File(path) => std::fs::read(path).unwrap(),
    }
}

/// All files of a clean build; without them, whether its mistakes come from rendering.
fn clean(root: &Path, day: Date) -> Result<BTreeMap<String, Vec<u8>>, bool> {
    build(root, day).0
}

/// What a clean build gives, and says: before it renders, and in all.
type Built = (Result<BTreeMap<String, Vec<u8>>, bool>, Diagnostics, Diagnostics);

fn build(root: &Path, day: Date) -> Built {
    let prepared = match prepare(&options(root, day)) {
        Ok(prepared) => prepared,
        Err(problems) => {
            let problems = problems.finish(false);
            return (Err(false), problems.clone(), problems);
        }
    };
    let before = prepared.problems.clone().finish(false);
    let files = Collected::default();
    let all = prepared.render(&files, false, |_| {});
    if all.has_errors() {
        return (Err(!before.has_errors()), before, all);
    }
    let mut files = files.0.into_inner().unwrap();
    files.remove("manifest.json");
    (Ok(files), before, all)
}

/// Compares files of a state with those of a clean build: all of them, or those that `chosen` picks.
fn compare(
    site: &Snapshot,
    clean: &BTreeMap<String, Vec<u8>>,
    chosen: impl Fn(usize) -> bool,
) -> Result<(), String> {
    let outputs: BTreeSet<&str> = site.outputs().map(OutputPath::as_str).collect();
    let expected: BTreeSet<&str> = clean.keys().map(String::as_str).collect();
    if outputs != expected {
        return Err(format!("other files: {:?}", outputs.symmetric_difference(&expected)));
    }
    for (_, (path, expected)) in clean.iter().enumerate().filter(|(at, _)| chosen(*at)) {
        let stale = site.stale().iter().any(|output| output.as_str() == path);
        let found = site.get(path).ok_or("gone")?.map_err(|wrong| format!("{path}: {wrong:?}"))?;
        let found = bytes(&found);
        if found != *expected {
            let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            return Err(format!(
                "{path} ({}) is\n{}\nand should be\n{}",
                if stale { "rendered now" } else { "thought to be fresh" },
                show(&found),
                show(expected)
            ));
        }
    }
    Ok(())
}

/// A change that somebody makes.
#[derive(Clone, Debug)]
enum Change {
    Write(&'static str, String),
    Delete(&'static str),
    Rename(&'static str, &'static str),
    Day(i16),
    Touch(&'static str),
}

/// How much of the site somebody looks at afterwards: what nobody looks at stays unrendered.
#[derive(Clone, Debug)]
enum Look {
    All,
    Some(usize),
    /// Nobody, but what goes on in the background.
    Finish,
    Nothing,
}

const PATHS: &[&str] = &[
    "content/_index.md",
    "content/_index.ru.md",
    "content/_index.kk.md",
    "content/news/_index.md",
    "content/news/_index.ru.md",
    "content/news/one.md",
    "content/news/two.md",
    "content/news/two.ru.md",
    "content/news/three.md",
    "content/news/four.kk.md",
    "content/a.md",
    "content/a.ru.md",
    "content/b.md",
    "content/deep/_index.md",
    "content/deep/folder/index.md",
    "content/deep/folder/index.ru.md",
    "content/deep/c.md",
    "content/other/_index.md",
    "content/other/d.md",
];

const FOLDERS: &[&str] =
    &["content/news", "content/deep", "content/deep/folder", "content/other", "content/moved"];

fn front(section: bool) -> BoxedStrategy<String> {
    let title = select(vec!["One", "Two", "Ә", "Б", "A \\\"quoted\\\" <b>"]);
    let line = if section {
        select(vec![
            "sort_by = \"title\"",
            "sort_by = \"weight\"",
            "paginate_by = 1",
            "paginate_by = 3",
            "transparent = true",
            "draft = true",
            "page_template = \"other.html\"",
            "generate_feeds = true",
            "insert_anchor_links = \"heading\"",
            "redirect_to = \"@/a.md\"",
            "hidden = true",
            "weight = 1",
            "aliases = [\"old\"]",
            "paginate_reversed = true",
            "description = \"D\"",
            "social_card = true",
        ])
    } else {
        select(vec![
            "date = 2025-01-01",
            "date = 2025-05-05",
            "weight = 1",
            "weight = 2",
            "draft = true",
            "hidden = true",
            "publish = 2025-06-10",
            "expires = 2025-06-05",
            "taxonomies = { topics = [\"law\"] }",
            "taxonomies = { topics = [\"schools\", \"право\"], people = [\"X\"] }",
            "aliases = [\"old\"]",
            "slug = \"other\"",
            "template = \"other.html\"",
            "description = \"D\"",
            "updated = 2025-05-06",
            "social_card = true",
            "sources = [\"one\"]",
            "pictures = [{ file = \"@/pictures/p.png\", credit = \"C\" }]",
            "pictures = [{ file = \"x.jpg\", licence = \"L\" }]",
        ])
    };
    (title, vec(line, 0..3))
        .prop_map(|(title, lines)| {
            let keys: BTreeMap<&str, &str> =
                lines.into_iter().map(|line| (line.split(' ').next().unwrap(), line)).collect();
            let lines: String = keys.into_values().map(|line| format!("{line}\n")).collect();
            format!("+++\ntitle = \"{title}\"\n{lines}+++\n")
        })
        .boxed()
}

/// A document: its file, and the file as it might be written.
fn document() -> BoxedStrategy<Change> {
    let history = select(vec![
        "",
        "[[history]]\nstate = \"draft\"\ndate = 2025-05-01\n",
        "[[history]]\nstate = \"draft\"\ndate = 2025-05-01\n[[history]]\nstate = \"adopted\"\ndate = 2025-06-09\n",
        "[[history]]\nstate = \"consultation\"\ndate = 2025-06-03\nuntil = 2025-06-04\nnote = { en = \"N\", ru = \"З\" }\n",
    ]);
    let fields = select(vec![
        "",
        "supersedes = [\"S-1\"]\n",
        "supersedes = [\"S-2\"]\n",
        "meeting = \"m\"\n",
        "meeting = \"@/a.md\"\n",
        "illustrative = true\n",
        "weight = 1\nsynthetic = true\n",
        "draft = true\n",
        "hidden = true\n",
        "taxonomies = { topics = [\"law\", \"schools\"] }\nupdated = 2025-05-06\n",
        "body = \"@/doc/_index.md\"\ndescription = \"D\"\n",
    ]);
    let standard = (select(vec!["s1", "s2", "s3"]), select(vec!["S1", "S"]), fields, history, text());
    let standard = standard.prop_map(|(name, title, fields, history, text)| {
        let (path, number) = match name {
            "s1" => ("content/doc/s1.md", "S-1"),
            "s2" => ("content/doc/s2.md", "S-2"),
            _ => ("content/doc/s3.md", "S-3"),
        };
        let front = format!("title = \"{title}\"\nnumber = \"{number}\"\n{fields}{history}");
        Change::Write(path, format!("+++\n{front}+++\n{text}"))
    });
    let other = select(vec![
        ("content/doc/s1.ru.md", site::TRANSLATION),
        ("content/doc/s1.ru.md", "+++\ntitle = \"Без\"\nsynthetic = true\n+++\n"),
        ("content/doc/s1.md", site::ORIGINAL),
        ("content/doc/_index.md", site::REGISTER),
        ("content/doc/_index.md", "+++\ntitle = \"No kind\"\ntemplate = \"register.html\"\n+++\n"),
        ("content/doc/_index.ru.md", "+++\ntitle = \"Реестр\"\n+++\n"),
        (
            "content/a.md",
            "+++\ntitle = \"Meetings\"\nregister = \"meeting\"\ntemplate = \"other.html\"\n+++\n",
        ),
        (
            "content/doc/m.md",
            "+++\ntitle = \"M\"\nkind = \"meeting\"\nstarts = 2025-06-10\nplace = \"P\"\n+++\n",
        ),
        (
            "content/doc/m.md",
            "+++\ntitle = \"Moved\"\nkind = \"meeting\"\nstarts = 2025-06-03\n+++\n[a](@/a.md)\n",
        ),
        ("content/doc/r.md", "+++\ntitle = \"R\"\nkind = \"recommendation\"\nnumber = \"R-2\"\n+++\n"),
    ]);
    let other = other.prop_map(|(path, text)| Change::Write(path, text.to_owned()));
    let gone =
        select(vec!["content/doc/s1.md", "content/doc/s1.ru.md", "content/doc/m.md", "content/doc/r.md"]);
    prop_oneof![3 => standard, 2 => other, 1 => gone.prop_map(Change::Delete)].boxed()
}

fn text() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "Words.\n\n",
        "More words than that.\n\n",
        "<!-- more -->\n\n",
        "## Heading\n\n",
        "## Other {#other}\n\n",
        "[a](@/a.md)\n\n",
        "[one](@/news/one.md)\n\n",
        "[news](@/news/_index.md)\n\n",
        "[h](@/a.md#heading)\n\n",
        "[x](/old/)\n\n",
        "::latest\n\n",
        ":::note\nNote.\n:::\n\n",
        "![x](x.jpg)\n\n",
        "![p](@/pictures/p.png)\n\n",
        "::figure src=\"@/pictures/p.png\"\n\n",
        "[here](#heading)\n\n",
        "Note.[^1]\n\n[^1]: Its text.\n\n",
        "[gone](@/none.md)\n\n",
        "Said [see @one, p. 2; @two].\n\n",
        "Said [@two].\n\n",
        "Agents and an agent.\n\n",
        "Said [@three].\n\n",
        "::unknown\n\n",
        "::chart type=bar title=C data=\"data/c.csv\"\n\n",
        "::chart type=bar title=C data=\"./c.csv\"\n\n",
        ":::chart type=bar title=C\n| a | n |\n|---|---|\n| x | 1 |\n:::\n\n",
    ]);
    vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn change() -> impl Strategy<Value = Change> {
    let page = select(PATHS).prop_flat_map(|path| {
        let section = path.contains("_index");
        (Just(path), front(section), text())
            .prop_map(|(path, front, text)| Change::Write(path, front + &text))
    });
    let other = select(vec![
        ("data/d.toml", "value = 2\n"),
        ("data/d.toml", "value = 1\n"),
        ("data/d.toml", "value =\n"),
        ("data/c.csv", "label,n\nOne,2\n"),
        ("data/c.csv", "label,n\nOne,two\n"),
        ("data/c.csv", "label,n\nOne\n"),
        ("content/news/c.csv", "label,n\nOne,3\n"),
        ("content/news/d.csv", "a,b\n1\n"),
        ("content/news/d.csv", "a,b\n1,2\n"),
        ("content/deep/folder/x.jpg", "other"),
        ("content/telling.webp", site::TELLING),
        ("content/telling.webp", "other"),
        ("content/deep/folder/y.jpg", "new"),
        ("content/x.jpg", "new"),
        ("content/pictures/p.png", "no picture any more"),
        (
            "content/pictures/index.md",
            "+++\ntitle = \"Pictures\"\npictures = [{ file = \"p.png\", credit = \"Another\" }]\n+++\n::figure src=\"p.png\"\n",
        ),
        ("content/pictures/index.md", "+++\ntitle = \"Pictures\"\n+++\n![P](p.png)\n"),
        ("content/x.jpg", "GIF89a\x02\0\x03\0"),
        ("content/x.jpg", "GIF89a\x04\0\x05\0"),
        ("content/deep/folder/x.jpg", "GIF89a\x02\0\x03\0"),
        ("themes/oracle/static/css/a.css", "a{color:blue}"),
        ("static/css/a.css", "a{color:green}"),
        ("static/old/index.html", "static"),
        ("static/icon-192.png", "own"),
        (
            "static/favicon.svg",
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><path d=\"M2 2H7V7Z\"/></svg>",
        ),
        ("themes/oracle/i18n/en.toml", "greeting = \"Hi\"\n"),
        (
            "templates/menu.html",
            "{% set n = get_section(path=\"news/_index.md\", allow_missing=true) %}{% if n %}{{ n.title }}{% endif %}",
        ),
        ("templates/page.html", "{{ page.title }}{{ page.summary }}"),
        ("templates/page.html", "{% broken"),
        ("templates/page.html", "{{ nothing }}"),
        ("content/a.md", "+++\ntitle = \n+++\n"),
        ("content/a.txt", "x"),
        ("content/.a.md.swp", "x"),
        ("content/terms/agent.md", site::AGENT),
        (
            "content/terms/agent.md",
            "+++\ntitle = \"Agent\"\nkind = \"term\"\ndefinition = \"Another.\"\nforms = [\"Words\"]\n+++\n",
        ),
        (
            "content/terms/words.md",
            "+++\ntitle = \"Words\"\nkind = \"term\"\ndefinition = \"W.\"\nabbreviation = \"agent\"\n+++\n",
        ),
        ("content/terms/agent.ru.md", "+++\ntitle = \"Агентство\"\ndefinition = \"Иное.\"\n+++\n"),
        ("references.yml", site::REFERENCES),
        ("references.yml", "one: { type: web, title: Changed }\ntwo: { type: book, title: Second }\n"),
        ("references.yml", "two: { type: book, title: Second }\n"),
        ("references.yml", "two: [\n"),
        ("references.bib", "@book{three, title = {Third}}\n"),
        ("references.bib", "@book{one, title = {Twice}}\n"),
        ("styles/s.csl", site::STYLE),
        ("styles/s.csl", "<style>"),
    ]);
    let styles = select(vec![
        Change::Write("content/telling.webp", site::TELLING.replace("ICCP\x02\0\0\0on", "ICCP\x02\0\0\0to")),
        Change::Write("styles/s.csl", site::STYLE.replace("prefix=\"{\"", "prefix=\"(\"")),
        Change::Delete("styles/s.csl"),
        Change::Delete("references.yml"),
        Change::Delete("content/terms/agent.md"),
        Change::Delete("content/terms"),
        Change::Delete("references.bib"),
        Change::Delete("themes/oracle/templates/register.html"),
    ]);
    let config = select(vec![
        site::CONFIG.to_owned(),
        site::CONFIG.replace("paginate_by = 2", "paginate_by = 1"),
        site::CONFIG.replace("generate_feeds = true\n", ""),
        site::CONFIG.replace("\"ieee\"", "\"apa\""),
        site::CONFIG.replace("languages = [\"en\", \"ru\", \"kk\"]", "languages = [\"en\", \"ru\"]"),
        format!("{}[open_data]\npath = \"d\"\nlicense = \"CC0-1.0\"\n", site::CONFIG),
        format!("{}[kinds.standard]\nregister = false\n", site::CONFIG),
        format!("{}[kinds.page]\nfeeds = true\n[kinds.page.cite]\ntype = \"webpage\"\n", site::CONFIG),
        format!("{}[kinds.meeting.register]\npage = false\n", site::CONFIG),
        format!("{}[kinds.meeting]\nclauses = true\n", site::CONFIG),
        "languages = 1".to_owned(),
    ]);
    prop_oneof![
        10 => page,
        4 => document(),
        8 => versions::change(site::CONFIG),
        3 => select(PATHS).prop_map(Change::Delete),
        2 => (select(PATHS), select(PATHS)).prop_map(|(a, b)| Change::Rename(a, b)),
        1 => (select(FOLDERS), select(FOLDERS)).prop_map(|(a, b)| Change::Rename(a, b)),
        1 => select(FOLDERS).prop_map(Change::Delete),
        3 => other.prop_map(|(path, text)| Change::Write(path, text.to_owned())),
        1 => select(vec!["data/d.toml", "data/c.csv", "templates/page.html", "templates/menu.html", "static/css/a.css", "content/deep/folder/x.jpg"]).prop_map(Change::Delete),
        1 => styles,
        1 => config.prop_map(|text| Change::Write("kenes.toml", text)),
        2 => (0..16_i16).prop_map(Change::Day),
        1 => select(PATHS).prop_map(Change::Touch),
    ]
}

fn look() -> impl Strategy<Value = Look> {
    prop_oneof![3 => Just(Look::All), 2 => (0..40_usize).prop_map(Look::Some), 1 => Just(Look::Finish), 1 => Just(Look::Nothing)]
}

/// Makes a change on the disk, and says which paths it concerns.
fn apply(root: &Path, change: &Change) -> Vec<PathBuf> {
    match change {
        Change::Write(path, text) => {
            let path = root.join(path);
            if path.is_dir() || std::fs::create_dir_all(path.parent().unwrap()).is_err() {
                return Vec::new();
            }
            std::fs::write(&path, text).unwrap();
            vec![path]
        }
        Change::Delete(path) => {
            let path = root.join(path);
            let gone =
                if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
            gone.map_or_else(|_| Vec::new(), |()| vec![path])
        }
        Change::Rename(from, to) => {
            let (from, to) = (root.join(from), root.join(to));
            let _ = std::fs::create_dir_all(to.parent().unwrap());
            match std::fs::rename(&from, &to) {
                Ok(()) => vec![from, to],
                Err(_) => Vec::new(),
            }
        }
        Change::Touch(path) => vec![root.join(path)],
        Change::Day(_) => Vec::new(),
    }
}

fn cases() -> (u32, usize) {
    let number = |name| std::env::var(name).ok().and_then(|text: String| text.parse::<u32>().ok());
    (number("KENES_CASES").unwrap_or(40), number("KENES_STEPS").unwrap_or(12) as usize)
}

fn settings() -> ProptestConfig {
    ProptestConfig {
        cases: cases().0,
        failure_persistence: None,
        max_shrink_iters: 400,
        ..ProptestConfig::default()
    }
}

/// The first state of a site, then the whole of it: both are as a clean build makes them.
fn begin(engine: &mut Engine, root: &Path, day: Date) -> Result<Option<Arc<Snapshot>>, String> {
    let begun = engine.begin().and_then(|update| update.site);
    let (clean, before, _) = build(root, day);
    if let (Some(begun), Ok(clean)) = (&begun, &clean) {
        // What is asked for first has nothing to go by that was parsed for others.
        let first = clean.len() / 2;
        compare(begun, clean, |at| at == first).map_err(|wrong| format!("the first state: {wrong}"))?;
        compare(begun, clean, |_| true).map_err(|wrong| format!("the first state: {wrong}"))?;
    }
    if begun.is_none() && clean.is_ok() {
        return Err("a clean build finds no mistakes, and there is no first state".to_owned());
    }
    let update = engine.go_on();
    let told = |what: &str| format!("the first state is whole: {what}; {:?}", update.diagnostics);
    if update.diagnostics != before {
        return Err(told(&format!("a clean build says {before:?}")));
    }
    match (&update.site, &clean) {
        (Some(site), Ok(clean)) => compare(site, clean, |_| true).map_err(|wrong| told(&wrong))?,
        (Some(_), Err(false)) => return Err(told("a clean build finds mistakes")),
        (None, Ok(_)) => return Err(told("a clean build finds no mistakes")),
        (Some(_), Err(true)) | (None, Err(_)) => {}
    }
    Ok(update.site)
}

/// Runs a script of changes, and compares after each. The first ones are made before the start.
fn run(root: &Path, script: &[(Vec<Change>, Look)]) -> Result<usize, String> {
    let mut engine = Engine::new(options(root, DAY));
    let (first, script) = script.split_first().ok_or("no script")?;
    for change in &first.0 {
        apply(root, change);
    }
    begin(&mut engine, root, DAY)?;
    go_on(&mut engine, root, &mut DAY.clone(), script)
}

/// The same with an engine that has been at work. Returns after how many steps there were files to compare.
fn go_on(
    engine: &mut Engine,
    root: &Path,
    day: &mut Date,
    script: &[(Vec<Change>, Look)],
) -> Result<usize, String> {
    let (mut served, mut compared) = (None, 0);
    let mut sound = common::tree(root);
    for (at, (changes, look)) in script.iter().enumerate() {
        let (mut paths, mut renewed) = (Vec::new(), false);
        for change in changes {
            if let Change::Day(days) = change {
                *day = DAY.checked_add(jiff::Span::new().days(i64::from(*days))).unwrap();
                engine.set_today(Today(*day));
                renewed = true;
            }
            paths.extend(apply(root, change));
        }
        if paths.is_empty() && !renewed {
            continue;
        }
        let update = if paths.is_empty() { engine.renew() } else { engine.update(&paths) };
        let mut site = check(&update, root, *day, look).map_err(|wrong| format!("step {at}: {wrong}"))?;
        // On a site that somebody has broken there is little to see: mostly it is taken back.
        if site.is_none() && !matches!(look, Look::Nothing) {
            let update = engine.update(&take_back(root, &sound));
            site = check(&update, root, *day, look)
                .map_err(|wrong| format!("step {at}, taken back: {wrong}"))?;
        }
        if site.is_some() {
            compared += 1;
            sound = common::tree(root);
        }
        served = site.or(served);
    }
    drop(served);
    Ok(compared)
}

/// Makes all files what they were. Returns those that were others.
fn take_back(root: &Path, before: &BTreeMap<String, Vec<u8>>) -> Vec<PathBuf> {
    let now = common::tree(root);
    let gone = now.keys().filter(|path| !before.contains_key(*path)).map(|path| root.join(path));
    let mut paths: Vec<PathBuf> = gone.collect();
    for path in &paths {
        std::fs::remove_file(path).unwrap();
    }
    for (path, bytes) in before.iter().filter(|(path, bytes)| now.get(*path) != Some(bytes)) {
        let path = root.join(path);
        // Where the file was there may be an empty folder now.
        let _ = std::fs::remove_dir_all(&path);
        write(&path, bytes);
        paths.push(path);
    }
    paths
}

/// Compares what an update gives with a clean build. Returns the state, if both give one without mistakes.
fn check(update: &Update, root: &Path, day: Date, look: &Look) -> Result<Option<Arc<Snapshot>>, String> {
    let (clean, before, all) = build(root, day);
    let told = |what: &str| format!("{what}; {:?}", update.diagnostics);
    if update.diagnostics != before {
        return Err(told(&format!("a clean build says {before:?}")));
    }
    match (&update.site, &clean) {
        (Some(site), Ok(clean)) => {
            let seed = match look {
                Look::All => 1,
                Look::Some(seed) => seed % 7 + 2,
                Look::Finish | Look::Nothing => usize::MAX,
            };
            compare(site, clean, |at| at % seed == 0).map_err(|wrong| told(&wrong))?;
            if matches!(look, Look::Finish) {
                let mut found = update.diagnostics.clone();
                found.extend(site.finish(&AtomicBool::new(false)));
                if found.finish(false) != all {
                    return Err(told(&format!("a clean build says in the end {all:?}")));
                }
            }
            Ok(update.site.clone())
        }
        (Some(site), Err(true)) => {
            let mut found = update.diagnostics.clone();
            found.extend(site.finish(&AtomicBool::new(false)));
            let found = found.finish(false);
            match found == all {
                true => Ok(None),
                false => Err(told(&format!("a clean build finds in rendering {all:?}, and not {found:?}"))),
            }
        }
        (Some(_), Err(false)) => Err(told("a clean build finds mistakes")),
        (None, Ok(_)) => Err(told("a clean build finds no mistakes")),
        (None, Err(_)) => Ok(None),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases().0.div_ceil(3), ..settings() })]

    #[test]
    fn after_any_changes_all_is_as_a_clean_build_makes_it(
        script in vec((vec(change(), 1..3), look()), 1..=cases().1),
    ) {
        let scratch = scratch();
        site::begin(scratch.path());
        with_versions(scratch.path());
        run(scratch.path(), &script).map_err(TestCaseError::fail)?;
    }

    /// Among many other changes few of those of versions meet each other.
    #[test]
    fn after_changes_of_versions_all_is_as_a_clean_build_makes_it(
        script in vec((vec(versions::change(site::CONFIG), 1..3), look()), 1..=cases().1),
    ) {
        let scratch = scratch();
        site::begin(scratch.path());
        with_versions(scratch.path());
        run(scratch.path(), &script).map_err(TestCaseError::fail)?;
    }
}

/// Puts documents with versions into the site.
fn with_versions(root: &Path) {
    for (path, text) in versions::PAGES {
        write(&root.join("content").join(path), text);
    }
    for (path, text) in versions::THEME {
        write(&root.join("themes/oracle").join(path), text);
    }
}

/// What was found once: a mistake of a template that a page in another language meets first.
#[test]
fn mistakes_in_rendering_are_told_as_a_clean_build_tells_them() {
    let scratch = scratch();
    site::begin(scratch.path());
    let text = "+++\ntitle = \"S1\"\nnumber = \"S-1\"\nillustrative = true\n+++\n";
    let script = [
        (vec![Change::Delete("content/news/_index.md")], Look::All),
        (vec![Change::Write("content/doc/s1.md", text.to_owned())], Look::All),
        (
            vec![Change::Write("content/news/_index.ru.md", "+++\ntitle = \"One\"\n+++\n".to_owned())],
            Look::All,
        ),
    ];
    run(scratch.path(), &script).unwrap();
}

/// A translation becomes stale when nothing but the text of its original changes, and current again.
#[test]
fn a_text_makes_its_translation_stale() {
    let scratch = scratch();
    site::begin(scratch.path());
    let mut engine = Engine::new(options(scratch.path(), DAY));
    assert!(engine.update(&[]).site.is_some());
    let path = scratch.path().join("content/doc/s1.md");
    for (text, stale) in [("Another text.\n", "true"), ("A third.\n", "true"), ("Text.\n", "false")] {
        write(&path, site::ORIGINAL.replace("Text.\n", text));
        let site = engine.update(std::slice::from_ref(&path)).site.unwrap();
        compare(&site, &clean(scratch.path(), DAY).unwrap(), |_| true).unwrap();
        let page = bytes(&site.get("ru/doc/s1/index.html").unwrap().unwrap());
        let page = String::from_utf8(page).unwrap();
        assert!(page.trim_end().ends_with(&format!("S1{stale}falsefalse")), "{page}");
    }
}

/// What is left out of a picture is left out of what it is now, and who asks again gets what it is now.
#[test]
fn a_picture_that_is_stripped_and_whose_name_stays_is_not_kept() {
    let scratch = scratch();
    site::begin(scratch.path());
    let with = |profile: &str| site::TELLING.replace("\0on", &format!("\0{profile}"));
    let write = |text: String| Change::Write("content/telling.webp", text);
    let script = ["on", "to", "in"].map(|profile| (vec![write(with(profile))], Look::All));
    run(scratch.path(), &script).unwrap();
    let published = clean(scratch.path(), DAY).unwrap().remove("telling.webp").unwrap();
    let published = String::from_utf8(published).unwrap();
    assert!(published.contains("in") && !published.contains("here"), "{published:?}");
}

/// Links to pages, as few people write them, that lead where they should from every folder.
const LINKS: &[&str] = &[
    "[a](@/a.md)",
    "[a](@/%61.md)",
    "[a](@/a%2Emd)",
    "[a](@/a&period;md)",
    "[a](@/&#97;.md)",
    "[a](&#64;/a.&#x6d;d)",
    "[a](@/&percnt;61.md)",
    "[a](@/%&#54;1.md)",
    "[a](@/a\\.md)",
    "[a](<@/a.md> \"title\")",
    "[a](@//./a.md#heading)",
    "[a](@/news/../a.md)",
    "[a](@/a.ru.md)",
    "[a](@/a.%72u.md)",
    "[a](@/a&#46;ru.md)",
    "[a][r]\n\n[r]: @/a.md",
    "[a][r]\n\n[r]:\n   @/a\\.md\n   'title'",
    "> [a][r]\n>\n> [r]: @/%61.md",
    "<a href=\"@/a.md\">a</a>",
    "<a href='@/%61.md'>a</a>",
    "<div>\n<A\nHREF = @/a.md>a</A>\n</div>",
    "text <a\nhref=\"@/a.md\">a</a>",
    "| a |\n|---|\n| [a](@/a.md) |",
    "![a](@/a.md)",
    "::card href=\"@/a.md\"",
    "::card href='@/%61.md'",
    "> ::card href=@/a.md",
    "[news](@/news/_index.md)",
    "[news](@/news/\\_index.md)",
    "[news](@/news/%5Findex.md)",
    "[news](@/%6Eews/&lowbar;index.md)",
    "[news](@/news%2F_index.md)",
    "[news](@/news\\\\_index.md)",
    "[home](@/_index.md)",
    "[home](@/deep/..//_index.ru.md)",
    "[one](@/news/one.md)&nbsp;&mdash; 100&#37; a.",
    "[two](@/news/two.ru.md)",
    "[two](@/news/%74wo%2Emd)",
    "[folder](@/deep/folder/index.md)",
    "[folder](@/deep/folder/inde%78.md)",
    "[ә](@/deep/ә.md)",
    "[ә](@/deep/%D3%99.md)",
    "[ә](@/deep/%d3&#x25;99.md)",
    "[odd](<@/deep/a & (b).md>)",
    "[odd](@/deep/a%20&amp;%20\\(b\\).md)",
    "[v](@/deep/v1.0.md)",
    "[v](@/deep/v1\\.0%2emd)",
    "No link: a.md, news/_index.md, index. `[a](@/a.md)` \\[a\\](@/a.md)",
    "```\n[one](@/news/one.md)\n```",
    "<!-- [one](@/news/one.md) -->",
];

/// Links that count from the folder of a page, by the path of that page.
const NEAR: &[(&str, &[&str])] = &[
    (
        "news/one.md",
        &["[x](two.md)", "[x](_index.md)", "[x](./%5findex.md)", "[x](../news/three.md)", "[x](../a.md)"],
    ),
    ("news/two.ru.md", &["[x](one.md)", "[x](two.md)", "[x](_index.md)", "[x](..\\/_index.md)"]),
    ("deep/folder/index.md", &["[x](index.md)", "[x](index.ru.md)", "[x](../_index.md)", "[x](../../a.md)"]),
    ("deep/folder/index.ru.md", &["[x](index.md)", "[x](../folder/index.md)", "[x](../_inde%78.md)"]),
    ("deep/_index.md", &["[x](folder/index.md)", "[x](ә.md)", "[x](_index.md)", "[x](../_index.md)"]),
    ("_index.md", &["[x](a.md)", "[x](news/_index.md)", "[x](_index.ru.md)", "[x](deep/folder/index.md)"]),
    ("a.md", &["[x](b.md)", "[x](a.ru.md)", "[x](#heading)", "[x](a.md#heading)"]),
];

/// Pages that they lead to, beside those that are there at the beginning.
const MORE: &[(&str, &str)] = &[
    ("a.ru.md", "+++\ntitle = \"А\"\n+++\n## Heading\n"),
    ("deep/folder/index.ru.md", "+++\ntitle = \"Папка\"\n+++\n"),
    ("deep/ә.md", "+++\ntitle = \"Ә\"\n+++\n"),
    ("deep/a & (b).md", "+++\ntitle = \"Odd\"\nslug = \"odd\"\n+++\n"),
    ("deep/v1.0.md", "+++\ntitle = \"V\"\ndate = 2025-02-02\n+++\n"),
    ("other/_index.md", "+++\ntitle = \"Other\"\n+++\n<!-- more -->\n"),
];

/// A good site that is full of odd links: the texts of its pages.
fn linked() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let pages = site::PAGES.iter().chain(MORE).filter(|(path, _)| path.ends_with(".md"));
    let pages = pages.map(|(path, text)| {
        let near = NEAR.iter().find(|(known, _)| known == path).map_or(&[][..], |(_, near)| near);
        let all: Vec<&str> =
            LINKS.iter().chain(near).chain(near).chain(&["<!-- more -->", "## B"]).copied().collect();
        vec(select(all), 0..4).prop_map(move |links| (*path, format!("{text}\n{}\n", links.join("\n\n"))))
    });
    pages.collect::<Vec<_>>()
}

proptest! {
    #![proptest_config(settings())]

    /// Each file is asked for first, while nothing else is parsed: what it shows of other texts has to
    /// be found.
    #[test]
    fn the_first_state_answers_what_a_clean_build_makes(
        pages in linked(),
        firsts in vec(any::<proptest::sample::Index>(), 4),
    ) {
        let scratch = scratch();
        let root = scratch.path();
        site::begin(root);
        for (path, text) in &pages {
            write(&root.join("content").join(path), text);
        }
        let prepared = prepare(&options(root, DAY)).unwrap();
        prop_assert!(prepared.problems.is_empty(), "{:?}", prepared.problems);
        let clean = clean(root, DAY).map_err(|_| TestCaseError::fail("the site has mistakes"))?;
        for first in firsts {
            let mut engine = Engine::new(options(root, DAY));
            let site = engine.begin().and_then(|update| update.site).unwrap();
            let first = first.index(clean.len());
            compare(&site, &clean, |at| at == first).map_err(TestCaseError::fail)?;
            compare(&site, &clean, |at| at % 3 == first % 3).map_err(TestCaseError::fail)?;
            let site = engine.go_on().site.unwrap();
            compare(&site, &clean, |at| at == first).map_err(TestCaseError::fail)?;
        }
    }
}

#[test]
fn a_mistake_in_a_text_ends_the_first_state() {
    for text in ["[x](@/none.md)", "[x](nowhere/)", "[x](#none)", ":::note\n"] {
        let scratch = scratch();
        let root = scratch.path();
        site::begin(root);
        let page = root.join("content/b.md");
        write(&page, format!("+++\ntitle = \"B\"\n+++\n{text}\n"));
        let mut engine = Engine::new(options(root, DAY));
        let begun = engine.begin().unwrap();
        assert!(begun.diagnostics.is_empty(), "{:?}", begun.diagnostics);
        let site = begun.site.unwrap();
        // What is not concerned is right; what is, says so or waits for it to be said.
        assert!(site.get("sitemap.xml").unwrap().is_ok());
        if let Err(wrong) = site.get("b/index.html").unwrap() {
            assert!(
                wrong.iter().all(|one| one.location.as_ref().unwrap().file == "content/b.md"),
                "{wrong:?}"
            );
            assert!(site.get("sitemap.xml").unwrap().is_err());
        }
        let whole = engine.go_on();
        assert!(whole.site.is_none() && whole.diagnostics.has_errors(), "{text}");
        let mut prepared = prepare(&options(root, DAY)).unwrap().problems;
        prepared.extend(begun.diagnostics);
        assert_eq!(whole.diagnostics, prepared.finish(false));

        write(&page, "+++\ntitle = \"B\"\n+++\n[one](@/news/one.md)\n");
        let mended = engine.update(&[page]);
        let clean = clean(root, DAY).unwrap();
        compare(&mended.site.unwrap(), &clean, |_| true).unwrap();
        // Somebody may still hold the first state; it knows nothing of what is fresh now.
        let _ = site.get("news/one/index.html");
        write(&root.join("content/a.md"), "+++\ntitle = \"A\"\n+++\n## Heading\n\n[b](@/b.md)\n");
        let changed = engine.update(&[root.join("content/a.md")]);
        compare(&changed.site.unwrap(), &self::clean(root, DAY).unwrap(), |_| true).unwrap();
    }
}

#[test]
fn a_mistake_in_front_matter_leaves_no_first_state() {
    let scratch = scratch();
    let root = scratch.path();
    site::begin(root);
    write(&root.join("content/b.md"), "+++\ntitel = \"B\"\n+++\n[x](@/none.md)\n");
    let mut engine = Engine::new(options(root, DAY));
    assert!(engine.begin().is_none());
    let whole = engine.go_on();
    assert!(whole.site.is_none());
    assert_eq!(whole.diagnostics.iter().count(), 2, "{:?}", whole.diagnostics);
    // Without a beginning it is an ordinary update.
    assert_eq!(engine.go_on().diagnostics, whole.diagnostics);
    write(&root.join("kenes.toml"), "languages = 1");
    let mut engine = Engine::new(options(root, DAY));
    assert!(engine.begin().is_none());
    assert!(engine.go_on().diagnostics.has_errors());
}

#[test]
fn the_site_that_the_scripts_begin_with_is_a_good_one() {
    let scratch = scratch();
    site::begin(scratch.path());
    with_versions(scratch.path());
    let mut engine = Engine::new(options(scratch.path(), DAY));
    let update = engine.update(&[]);
    assert!(update.diagnostics.is_empty(), "{:?}", update.diagnostics);
    let site = update.site.unwrap();
    let found = site.finish(&AtomicBool::new(false));
    assert!(found.is_empty(), "{found:?}");
    assert!(site.stale().is_empty());
    compare(&site, &clean(scratch.path(), DAY).unwrap(), |_| true).unwrap();
    write(&scratch.path().join("content/a.txt"), "x");
}

/// A file, and a text in it with what comes in its place; a file that was not there is that; `None`: the
/// file is deleted.
type Edit = (&'static str, Option<(&'static str, &'static str)>);

/// Edits, each of the site as it is at the beginning, and in `tests/incremental/rendered.txt` the files
/// that have to be rendered again: those that show what has changed, and no others.
const EDITS: &[(&str, &[Edit])] = &[
    ("a word of a text", &[("content/news/two.md", Some(("Second.", "Second, again.")))]),
    ("a word of a summary", &[("content/news/one.md", Some(("First.", "First of all.")))]),
    ("a word behind a summary", &[("content/news/one.md", Some(("More", "Some more")))]),
    ("a link to another page", &[("content/a.md", Some(("Text.", "[two](@/news/two.md)")))]),
    ("a heading", &[("content/a.md", Some(("Heading", "Another")))]),
    ("the text of a section", &[("content/_index.md", Some(("Welcome", "Be welcome")))]),
    ("a title", &[("content/news/two.md", Some(("\"Two\"", "\"The second\"")))]),
    ("a date", &[("content/news/two.md", Some(("2025-02-01", "2025-04-01")))]),
    ("a description", &[("content/a.md", Some(("title = \"A\"", "title = \"A\"\ndescription = \"D\"")))]),
    (
        "a term more",
        &[("content/news/two.md", Some(("date =", "taxonomies = { topics = [\"law\"] }\ndate =")))],
    ),
    (
        "a term that nothing else has",
        &[("content/a.md", Some(("title = \"A\"", "title = \"A\"\ntaxonomies = { people = [\"X\"] }")))],
    ),
    ("a draft", &[("content/news/two.md", Some(("date =", "draft = true\ndate =")))]),
    ("a page that goes", &[("content/b.md", None)]),
    ("a page that comes", &[("content/deep/new.md", Some(("", "+++\ntitle = \"New\"\n+++\n")))]),
    ("a translation that comes", &[("content/a.ru.md", Some(("", "+++\ntitle = \"А\"\n+++\n")))]),
    ("the title of a section", &[("content/deep/_index.md", Some(("\"Deep\"", "\"Deeper\"")))]),
    ("the order of a section", &[("content/news/_index.md", Some(("\"date\"", "\"title\"")))]),
    ("a field of a document", &[("content/doc/r.md", Some(("meeting = \"m\"\n", "")))]),
    ("a word of a document", &[("content/doc/s2.md", Some(("Text.", "Words.")))]),
    (
        "a document that comes",
        &[(
            "content/doc/q.md",
            Some(("", "+++\ntitle = \"Q\"\nkind = \"recommendation\"\nnumber = \"R-0\"\n+++\n")),
        )],
    ),
    (
        "a register that goes",
        &[("content/deep/list.md", Some(("register = \"recommendation\"", "weight = 1")))],
    ),
    ("a number of a document", &[("content/doc/s2.md", Some(("\"S-2\"", "\"S-3\"")))]),
    ("a step of a history", &[("content/doc/s2.md", Some(("2025-06-02", "2025-06-03")))]),
    ("a text that a translation is made from", &[("content/doc/s1.md", Some(("Text.", "Other.")))]),
    ("the title of a document that others refer to", &[("content/doc/s1.md", Some(("\"S1\"", "\"S one\"")))]),
    ("a data file", &[("data/d.toml", Some(("1", "2")))]),
    ("the data of a chart", &[("data/c.csv", Some(("1", "2")))]),
    ("a data file that nobody asked for", &[("data/e.toml", Some(("", "value = 1\n")))]),
    ("a source that pages cite", &[("references.yml", Some(("First", "The first")))]),
    ("a source that front matter names", &[("references.yml", Some(("Second", "The second")))]),
    ("the definition of a term", &[("content/terms/agent.md", Some(("A program", "Some program")))]),
    (
        "another word for a term",
        &[("content/terms/agent.md", Some(("kind =", "forms = [\"Welcome\"]\nkind =")))],
    ),
    ("the style of citations", &[("styles/s.csl", Some(("prefix=\"{\"", "prefix=\"(\"")))]),
    ("a bibliography more", &[("references.bib", Some(("", "@book{three, title = {Third}}\n")))]),
    ("whose a picture is", &[("content/pictures/index.md", Some(("example.org", "example.com")))]),
    ("whose it is in one language", &[("content/pictures/index.ru.md", Some(("Художник", "Мастер")))]),
    ("a picture beside a page", &[("content/deep/folder/x.jpg", Some(("GIF89a\x01", "GIF89a\x02")))]),
    ("a picture beside the home page", &[("content/telling.webp", Some(("on", "to")))]),
    ("a template", &[("themes/oracle/templates/404.html", Some(("404", "Not found")))]),
    ("a string of the theme", &[("themes/oracle/i18n/ru.toml", Some(("Привет", "Здравствуйте")))]),
    ("nothing at all", &[("content/a.md", Some(("Text.", "Text.")))]),
];

#[test]
fn an_edit_renders_what_shows_it_and_nothing_else() {
    let mut found = String::new();
    for (name, edits) in EDITS {
        let scratch = scratch();
        let root = scratch.path();
        site::begin(root);
        let mut engine = Engine::new(options(root, DAY));
        let before = engine.update(&[]).site.unwrap();
        assert!(before.finish(&AtomicBool::new(false)).is_empty());
        for (path, edit) in *edits {
            let path = root.join(path);
            match edit {
                None => std::fs::remove_file(&path).unwrap(),
                Some((old, new)) => {
                    let text = std::fs::read_to_string(&path).unwrap_or_default();
                    assert!(text.contains(old), "{name}");
                    write(&path, text.replacen(old, new, 1));
                }
            }
        }
        let paths: Vec<PathBuf> = edits.iter().map(|(path, _)| root.join(path)).collect();
        let after = engine.update(&paths).site.unwrap();
        let stale: BTreeSet<String> = after.stale().iter().map(ToString::to_string).collect();
        // Search indexes, cards and icons are made when somebody asks for them.
        let is_index = |path: &str| ["index.json", ".txt", "-0.json"].iter().any(|end| path.ends_with(end));
        let all = after.outputs().map(OutputPath::as_str);
        // So are files of the site.
        let all = all.filter(|path| !path.starts_with("assets/"));
        let is_drawn = |path: &str| [".png", ".ico", ".svg", ".webp"].iter().any(|end| path.ends_with(end));
        let all = all.filter(|path| !is_drawn(path));
        let all = all.filter(|path| !path.contains("search/") || !is_index(path)).count();
        let shown = match stale.len() {
            0 => "nothing\n".to_owned(),
            some if some == all => "everything\n".to_owned(),
            _ => stale.iter().map(|path| format!("  {path}\n")).collect(),
        };
        found.push_str(&format!(
            "{name}:\n{}",
            if shown.starts_with(' ') { shown } else { format!("  {shown}") }
        ));
        compare(&after, &clean(root, DAY).unwrap(), |_| true).unwrap();
    }
    let mut complaints = Vec::new();
    common::expect(&common::tests().join("incremental/rendered.txt"), found.as_bytes(), &mut complaints);
    common::finish(&complaints);
}

/// `KENES_STEPS=5000 cargo test --release --test incremental -- --ignored soak` makes so many changes to
/// one site, one after the other, with the oracle; and the memory must not grow with them.
#[test]
#[ignore = "takes minutes"]
fn soak() {
    use proptest::strategy::ValueTree;
    let steps = cases().1.max(100);
    let scratch = scratch();
    site::begin(scratch.path());
    with_versions(scratch.path());
    let mut engine = Engine::new(options(scratch.path(), DAY));
    engine.update(&[]);
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut settled, mut compared) = (0, 0);
    const SCRIPT: usize = 20;
    for script in 0..steps / SCRIPT {
        // Not all that is broken is taken back: all begins anew from time to time.
        std::fs::remove_dir_all(scratch.path()).unwrap();
        site::begin(scratch.path());
        with_versions(scratch.path());
        engine.set_today(Today(DAY));
        engine.update(&[scratch.path().to_owned()]);
        let change = prop_oneof![change(), versions::change(site::CONFIG)];
        let changes = vec((vec(change, 1..3), look()), SCRIPT).new_tree(&mut runner).unwrap().current();
        compared += go_on(&mut engine, scratch.path(), &mut DAY.clone(), &changes)
            .unwrap_or_else(|wrong| panic!("{script}: {wrong}"));
        if script == steps / SCRIPT / 4 {
            settled = resident();
        }
    }
    let end = resident();
    println!(
        "{steps} steps, {compared} of them with files to compare; {settled} kB after a quarter of them, {end} kB at the end"
    );
    assert!(end < settled + settled / 4 + 8192, "the memory grows: {settled} kB, then {end} kB");
}

/// The memory that this process holds, in kB; 0 where the system does not say.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}

/// The portal of this repository, with its own theme, under the same law.
#[test]
fn the_portal_stays_as_a_clean_build_makes_it() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = scratch();
    let root = scratch.path();
    for folder in ["content", "data", "themes"] {
        common::copy(&repository.join(folder), &root.join(folder));
    }
    for file in ["kenes.toml", "references.yml"] {
        write(&root.join(file), std::fs::read(repository.join(file)).unwrap());
    }
    let day = date(2026, 11, 22);
    let mut engine = Engine::new(options(root, day));
    let first = begin(&mut engine, root, day).unwrap();
    assert!(first.is_some());
    let pages: Vec<PathBuf> = common::tree(&root.join("content"))
        .into_keys()
        .filter(|path| path.ends_with(".md"))
        .map(|path| root.join("content").join(path))
        .collect();
    // A fixed walk through the pages: no two changes of one kind hit the same one.
    for step in 0..(cases().1 / 2).max(6) {
        let page = &pages[(step * 37 + 5) % pages.len()];
        let text = std::fs::read_to_string(page).unwrap_or_default();
        match step % 6 {
            0 => write(page, text.clone() + "\nOne more line.\n"),
            1 => write(page, text.replacen("title = \"", "title = \"New: ", 1)),
            2 => write(page, text.replacen("+++\n", "+++\ndraft = true\n", 1)),
            3 => write(page, text.replacen("+++\n", "+++\nweight = 1\n", 1)),
            4 => write(&page.with_file_name("one-more.md"), "+++\ntitle = \"One more\"\n+++\nText.\n"),
            _ => write(page, text.replacen("\n\n", "\n\n## A heading\n\n", 1)),
        }
        let update = engine.update(&[page.clone(), page.with_file_name("one-more.md")]);
        match (update.site, clean(root, day)) {
            (Some(site), Ok(clean)) => {
                compare(&site, &clean, |_| true).unwrap_or_else(|wrong| panic!("{step}: {wrong}"));
            }
            // What broke the site is taken back, or nothing after it would be looked at.
            (None, Err(_)) => {
                write(page, &text);
                engine.update(std::slice::from_ref(page));
            }
            (site, clean) => {
                panic!("{step}: {} but {}: {:?}", site.is_some(), clean.is_ok(), update.diagnostics)
            }
        }
    }
}

/// Edits of a site with documents, each of which can be made and taken back.
const DOCUMENT_EDITS: &[(&str, &str, &str)] = &[
    ("standards/records/versions/1.1.md", "five days", "six days"),
    ("standards/records/versions/1.1.md", "{#owner}", "{#holder}"),
    ("standards/records/versions/1.1.md", "1. It names", "1. A clause more.\n2. It names"),
    ("standards/records/versions/1.1.md", "in_force = 2025-07-01", "in_force = 2025-05-01"),
    ("standards/records/versions/1.1.md", "note = \"Five", "note = \"No more than five"),
    ("standards/records/versions/1.0.md", "{#transition}", "{#period}"),
    ("standards/records/versions/1.0.md", "Transitional period", "Transition"),
    ("standards/records/versions/1.0.kk.md", "он күн", "жиырма күн"),
    ("standards/records/versions/2.0-draft.md", "comments_until", "in_force = 2025-05-15\ncomments_until"),
    ("standards/records/versions/1.1.ru.md", "", "gone"),
    ("standards/records/versions/1.0.md", "", "gone"),
    ("standards/records/index.md", "number = \"TS-01\"", "number = \"TS-03\"\naliases = [\"/TS-01/\"]"),
    ("standards/records/index.md", "aliases", "draft = true\naliases"),
    ("standards/records/index.ru.md", "Учёт систем", "Реестр систем"),
    ("standards/records/index.md", "An example", "Another example"),
    ("notes.md", "[[ts-01#owner]]", "[[TS-02#1]]"),
    ("notes.ru.md", "как принято", "как было"),
    ("charter.md", "[[TS-01@1.1#owner]]", "[[TS-01#scope]]"),
    ("charter.md", "number = \"TS-02\"", "number = \"TS-01\""),
    ("charter.md", "clauses = true", "clauses = false"),
    // Kinds bring clauses into the texts of others, and take them away.
    ("charters/_index.md", "page_kind = \"charter\"", "description = \"Plain\""),
    ("charters/_index.md", "page_kind = \"charter\"", "page_kind = \"guide\""),
    ("charters/_index.md", "", "gone"),
    ("charters/first.ru.md", "+++\n1.", "kind = \"charter\"\n+++\n1."),
    ("charters/second.md", "clauses = false", "kind = \"charter\""),
    ("guides/_index.md", "page_kind = \"guide\"", "page_kind = \"publication\""),
    ("guides/start/index.md", "\n+++", "\nkind = \"publication\"\n+++"),
    ("guides/start/index.md", "\n+++", "\nkind = \"charter\"\n+++"),
    ("guides/start/versions/2.0.md", "in_force = 2025-07-01", "in_force = 2025-05-01"),
    (
        "standards/records/versions/1.2.md",
        "+++\n[version]\nin_force = 2025-07-20\n+++\n1. One. {#owner}\n",
        "come",
    ),
    ("standards/records/versions/1.2.ru.md", "+++\n[version]\n+++\n1. Раз. {#owner}\n", "come"),
    ("standards/records/versions/1.1.md", "standards/records/versions/1.10.md", "renamed"),
    ("standards/records/versions/1.0.kk.md", "standards/records/versions/1.5.kk.md", "renamed"),
    (
        "standards/records/index.md",
        "\n+++\nAn",
        "\n[[history]]\nstate = \"adopted\"\ndate = 2024-12-20\n\
         [[history]]\nstate = \"in_force\"\ndate = 2025-01-01\n+++\nAn",
    ),
    (
        "standards/records/index.md",
        "\n+++\nAn",
        "\n[[history]]\nstate = \"withdrawn\"\ndate = 2025-07-30\n+++\nAn",
    ),
    // Without which the step before contradicts the version.
    ("standards/records/versions/1.1.md", "[version]\n", "[version]\nuntil = 2025-07-30\n"),
];

/// Makes an edit, or takes it back if it is made. Returns the files that it touches.
fn toggle(root: &Path, (path, old, new): (&str, &str, &str)) -> Vec<PathBuf> {
    let path = root.join("content").join(path);
    let exchange = |other: &Path| {
        let (from, to) = if path.exists() { (path.as_path(), other) } else { (other, path.as_path()) };
        if from.exists() {
            std::fs::rename(from, to).unwrap();
        }
    };
    match new {
        "gone" => exchange(&path.with_extension("kept")),
        "renamed" => {
            let other = root.join("content").join(old);
            exchange(&other);
            return vec![path, other];
        }
        "come" if path.exists() => std::fs::remove_file(&path).unwrap(),
        "come" => write(&path, old),
        _ => {
            if let Ok(text) = std::fs::read_to_string(&path) {
                let (from, to) = if text.contains(new) { (new, old) } else { (old, new) };
                write(&path, text.replacen(from, to, 1));
            }
        }
    }
    vec![path]
}

fn document_site(root: &Path) {
    common::copy(&common::tests().join("sites/versions/site"), root);
    let page = root.join("themes/plain/templates/page.html");
    let text = std::fs::read_to_string(&page).unwrap();
    let shown = "{{ page.cite | json_encode }}{{ page.state | json_encode }}{{ page.history | json_encode }}";
    write(&page, text.replacen("{{ page.content }}", &format!("{{{{ page.content }}}}{shown}"), 1));
}

/// What a section says of its pages' kind brings clauses into texts that nobody has touched, and takes them away.
#[test]
fn a_kind_decides_on_the_clauses_of_texts_that_are_as_they_were() {
    let scratch = scratch();
    let root = scratch.path();
    document_site(root);
    let mut engine = Engine::new(options(root, DAY));
    begin(&mut engine, root, DAY).unwrap();
    let plain =
        |edit: usize| DOCUMENT_EDITS.iter().filter(|(path, ..)| path.contains("_index")).nth(edit).unwrap();
    // Who cites a clause of a text that has none any more is told so.
    for (step, errors) in [(0, true), (0, false), (2, true), (2, false), (3, false), (3, false)] {
        let update = engine.update(&toggle(root, *plain(step)));
        assert_eq!(update.diagnostics.has_errors(), errors, "{step}: {:?}", update.diagnostics);
        match clean(root, DAY) {
            Ok(clean) => compare(&update.site.unwrap(), &clean, |_| true).unwrap(),
            Err(_) => assert!(errors),
        }
    }
}

#[test]
fn an_edit_of_a_version_renders_its_pages_only() {
    let scratch = scratch();
    let root = scratch.path();
    document_site(root);
    let mut engine = Engine::new(options(root, DAY));
    let before = engine.update(&[]).site.unwrap();
    assert!(before.finish(&AtomicBool::new(false)).is_empty());
    // On that day 1.0 is in force: 1.1 is to come.
    let files = toggle(root, DOCUMENT_EDITS[0]);
    let after = engine.update(&files).site.unwrap();
    let stale: Vec<String> = after.stale().iter().map(ToString::to_string).collect();
    assert_eq!(
        stale,
        [
            "standards/records/1.1/changes/index.html",
            "standards/records/1.1/index.html",
            "standards/records/2.0-draft/changes/index.html",
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases().0.div_ceil(4), ..settings() })]

    #[test]
    fn documents_are_as_a_clean_build_makes_them(
        script in vec((0..DOCUMENT_EDITS.len(), any::<bool>()), 1..cases().1),
    ) {
        let scratch = scratch();
        let root = scratch.path();
        document_site(root);
        let mut day = DAY;
        let mut engine = Engine::new(options(root, day));
        begin(&mut engine, root, day).map_err(TestCaseError::fail)?;
        for (edit, later) in script {
            let files = toggle(root, DOCUMENT_EDITS[edit]);
            if later {
                day = if day == DAY { date(2025, 8, 1) } else { DAY };
                engine.set_today(Today(day));
            }
            let update = engine.update(&files);
            match (&update.site, &clean(root, day)) {
                (Some(site), Ok(clean)) => {
                    let told = |wrong| format!("after {:?}: {wrong}", DOCUMENT_EDITS[edit]);
                    compare(site, clean, |_| true).map_err(told).map_err(TestCaseError::fail)?;
                }
                (None, Err(false)) => {}
                (site, clean) => {
                    let told = format!("{:?}: {} {}", DOCUMENT_EDITS[edit], site.is_some(), clean.is_ok());
                    return Err(TestCaseError::fail(format!("{told} {:?}", update.diagnostics)));
                }
            }
        }
        begin(&mut Engine::new(options(root, day)), root, day).map_err(TestCaseError::fail)?;
    }
}
