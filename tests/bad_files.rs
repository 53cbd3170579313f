//! Bad input that no repository can hold: bytes that are no text, names that some systems take for
//! one, links in circles, pipes, files without end, output folders that cannot be written; and the
//! wrong use of the program.

#![cfg(unix)]

mod common;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use common::{build, copy, kenes, said, scratch, succeed, tests, tree, write};
use serde_json::Value;

/// What no build of a small site may take, on a slow machine and without optimisation.
const PATIENCE: Duration = Duration::from_secs(20);

/// The good site of `tests/bad`, built once.
struct Site {
    scratch: tempfile::TempDir,
}

impl Site {
    fn new() -> Self {
        let scratch = scratch();
        copy(&tests().join("bad/base"), &scratch.path().join("site"));
        let site = Self { scratch };
        succeed(&mut build(&site.root(), &site.output()));
        site
    }

    fn root(&self) -> PathBuf {
        self.scratch.path().join("site")
    }

    fn output(&self) -> PathBuf {
        self.scratch.path().join("output")
    }

    fn file(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    fn page(&self, name: &str, body: &str) {
        write(&self.file(&format!("content/{name}")), format!("+++\ntitle = \"Page\"\n+++\n{body}"));
    }

    /// Builds again, which must fail quickly and change nothing. Returns what was said, one line a
    /// diagnostic: `CODE file:line:column message`.
    fn fails(&self) -> Vec<String> {
        self.fails_with(&mut build(&self.root(), &self.output()))
    }

    fn fails_with(&self, command: &mut Command) -> Vec<String> {
        let before = tree(&self.output());
        let started = Instant::now();
        let output = command.args(["--format", "json"]).output().unwrap();
        assert!(started.elapsed() < PATIENCE, "it took {:?}", started.elapsed());
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert_eq!(tree(&self.output()), before, "the output has changed");
        diagnostics(&output)
    }

    fn warns(&self) -> Vec<String> {
        diagnostics(&succeed(build(&self.root(), &self.output()).args(["--format", "json"])))
    }
}

fn diagnostics(output: &Output) -> Vec<String> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(output)));
    let all = report["diagnostics"].as_array().unwrap();
    all.iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap_or("-").to_owned();
            assert_ne!(text("help"), "-", "a diagnostic without help: {one}");
            let place = match (one["line"].as_u64(), one["column"].as_u64()) {
                (Some(line), Some(column)) => format!("{}:{line}:{column}", text("file")),
                _ => text("file"),
            };
            format!("{} {place} {}", text("code"), text("message"))
        })
        .collect()
}

/// The user `nobody` if this is the superuser, who may read and write everything.
fn unprivileged(command: &mut Command) -> &mut Command {
    if rustix_is_root() { command.uid(65534).gid(65534) } else { command }
}

fn rustix_is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn text_that_is_not_utf8_is_reported_with_its_place() {
    let site = Site::new();
    let windows_1251 = b"+++\ntitle = \"A\"\n+++\n\nText \xcf\xf0\xe8\xe2\xe5\xf2\n";
    write(&site.file("content/page.md"), windows_1251);
    write(&site.file("themes/plain/i18n/ru.toml"), b"read_more = \"\xd7\"\n");
    write(&site.file("themes/plain/templates/page.html"), b"\xff");
    let found = site.fails();
    assert_eq!(
        found,
        [
            "K0202 content/page.md:5:6 this file is not UTF-8: byte 26, in line 5, is 0xCF",
            "K0202 themes/plain/i18n/ru.toml:1:14 this file is not UTF-8: byte 13, in line 1, is 0xD7",
            "K0202 themes/plain/templates/page.html:1:1 this file is not UTF-8: byte 0, in line 1, is 0xFF",
        ]
    );
    write(&site.file("kenes.toml"), b"base_url = \"\xc0\"\n");
    assert_eq!(site.fails(), ["K0202 kenes.toml:1:13 this file is not UTF-8: byte 12, in line 1, is 0xC0"]);
}

#[test]
fn a_file_name_that_is_not_utf8_is_reported() {
    let site = Site::new();
    write(&site.root().join("content").join(OsStr::from_bytes(b"na\xffme.md")), "x");
    write(&site.root().join("static").join(OsStr::from_bytes(b"\xfe.txt")), "x");
    let found = site.fails();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|line| line.starts_with("K0203 ")), "{found:?}");
}

#[test]
fn links_in_circles_out_of_the_site_and_to_nowhere_are_reported() {
    let site = Site::new();
    write(&site.scratch.path().join("secret.md"), "secret");
    symlink(site.file("content"), site.file("content/council/loop")).unwrap();
    symlink("self.md", site.file("content/self.md")).unwrap();
    symlink(site.scratch.path().join("secret.md"), site.file("content/out.md")).unwrap();
    symlink("nowhere.md", site.file("content/dangling.md")).unwrap();
    std::fs::create_dir(site.file("static")).unwrap();
    symlink("/etc/hostname", site.file("static/hostname.txt")).unwrap();
    let found = site.fails();
    let codes: Vec<_> =
        found.iter().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        codes,
        [
            "K0204 content/council/loop",
            "K0204 content/dangling.md",
            "K0204 content/out.md",
            "K0204 content/self.md",
            "K0204 static/hostname.txt",
        ],
        "{found:?}"
    );
}

#[test]
fn a_link_inside_the_site_is_followed() {
    let site = Site::new();
    symlink("about.md", site.file("content/also.md")).unwrap();
    assert_eq!(site.warns(), [] as [&str; 0]);
    assert!(tree(&site.output()).contains_key("also/index.html"));
}

#[test]
fn an_unreadable_file_is_reported_with_all_other_mistakes() {
    let site = Site::new();
    site.page("page.md", "[x](@/none.md)\n");
    write(&site.file("content/locked.md"), "+++\n+++\n");
    write(&site.file("content/closed/a.md"), "+++\n+++\n");
    allow(site.scratch.path(), 0o755);
    allow(&site.file("content/locked.md"), 0o000);
    allow(&site.file("content/closed"), 0o000);
    // The output is left alone, so that only the reading can fail.
    let found = site.fails_with(unprivileged(&mut build(&site.root(), &site.output())));
    allow(&site.file("content/closed"), 0o755);
    let has = |start: &str| assert!(found.iter().any(|line| line.starts_with(start)), "{start}: {found:?}");
    has("K0201 content/closed ");
    has("K0201 content/locked.md ");
    has("K0501 content/page.md:4:1 ");
}

#[test]
fn a_pipe_never_blocks() {
    let site = Site::new();
    for path in ["content/pipe.md", "content/visit/pipe.jpg", "themes/plain/templates/pipe.html"] {
        assert!(Command::new("mkfifo").arg(site.file(path)).status().unwrap().success());
    }
    let found = site.warns();
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().all(|line| line.starts_with("K0205 ")), "{found:?}");
}

#[test]
fn names_that_are_one_on_other_systems_are_named_both() {
    let site = Site::new();
    site.page("About.md", "");
    site.page("\u{439}.md", "");
    site.page("\u{438}\u{306}.md", "");
    write(&site.file("static/Logo.png"), "a");
    write(&site.file("static/logo.png"), "b");
    let found = site.fails();
    let same: Vec<_> = found.iter().filter(|line| line.starts_with("K0210 ")).collect();
    assert_eq!(same.len(), 3, "{found:?}");
    assert!(same[0].contains("`content/About.md`") && same[0].contains("`content/about.md`"), "{same:?}");
    assert!(same[2].contains("`static/Logo.png`") && same[2].contains("`static/logo.png`"), "{same:?}");
}

#[test]
fn a_page_of_50_megabytes_is_refused_quickly() {
    let site = Site::new();
    site.page("large.md", &"A sentence of a very long page.\n".repeat(50 * 1024 * 1024 / 32));
    let found = site.fails();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("K0208 content/large.md "), "{found:?}");
}

#[test]
fn text_without_end_and_deep_nesting_end_in_a_diagnostic() {
    let n = 10_000;
    let cases = [
        ("quotes", ">".repeat(n)),
        ("quotes-and-text", format!("{}x", "> ".repeat(n))),
        ("brackets", "[".repeat(n)),
        ("brackets-closed", format!("{}{}", "[".repeat(n), "]".repeat(n))),
        ("pictures", format!("{}x{}", "![".repeat(n), "](y)".repeat(n))),
        ("emphasis", format!("{}x{}", "*x **y ".repeat(n / 2), "** *".repeat(n / 2))),
        ("lists", (0..1000).map(|i| format!("{}- x\n", " ".repeat(i * 2))).collect()),
        ("divisions", "<div>\n\n".repeat(n)),
        ("directives", format!("{}{}", ":::note\n".repeat(n), ":::\n".repeat(n))),
        ("backticks", (1..600).map(|i| format!("x{}", "`".repeat(i))).collect()),
        ("references", format!("{}\n", "[x][y] ".repeat(n))),
        ("footnotes", (0..n / 10).map(|i| format!("[^{i}]: x [^{i}]\n\n")).collect()),
        ("table", format!("{}|\n{}|\n{}|\n", "|x".repeat(1000), "|-".repeat(1000), "|y".repeat(1000))),
        ("entities", "&".repeat(n * 10)),
        ("angles", "<".repeat(n * 10)),
        ("tags", "<a ".repeat(n)),
        ("comments", "<!--".repeat(n)),
        ("underscores", "_a".repeat(n * 2)),
        ("links", "[a](<b".repeat(n)),
        // 350 kB each, of what makes some parsers quadratic.
        ("long-emphasis", "*a **a ".repeat(50_000)),
        ("long-underscores", "a _b__ c".repeat(44_000)),
        ("long-definitions", "[a]: u\n".repeat(50_000)),
        ("long-open-links", "[](".repeat(116_000)),
        ("long-code", (0..830).map(|i| format!("e{}", "`".repeat(i))).collect()),
        ("long-quotes", "> a\n".repeat(88_000)),
        ("long-setext", "a\n===\n".repeat(50_000)),
        ("long-headings", "# a\n".repeat(88_000)),
        ("long-list", "- a\n".repeat(88_000)),
        ("long-colons", ":::\n".repeat(20_000)),
        ("long-directives", ":::note\n:::\n".repeat(29_000)),
        ("long-notes", "[^1]\n\n[^1]: x\n".repeat(23_000)),
        ("long-table", format!("|a|\n|-|\n{}", "|b|\n".repeat(88_000))),
        ("long-alerts", "> [!NOTE]\n\n".repeat(29_000)),
        ("long-html", "<!A ".repeat(88_000)),
        ("long-question", "<?".repeat(175_000)),
        ("long-cdata", "<![CDATA[".repeat(39_000)),
        ("long-attributes", format!("# a {{{}", "a=b ".repeat(88_000))),
        ("long-definition-list", "a\n: b\n".repeat(50_000)),
        ("long-same-links", "[x](@/about.md) ".repeat(22_000)),
    ];
    // Each alone, on as many threads as there are processors: how long does each take?
    let waiting = std::sync::Mutex::new(cases.to_vec());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let site = Site::new();
                loop {
                    let Some((name, text)) = waiting.lock().unwrap().pop() else { break };
                    site.page("page.md", &text);
                    let started = Instant::now();
                    let output =
                        build(&site.root(), &site.output()).args(["--format", "json"]).output().unwrap();
                    assert!(started.elapsed() < PATIENCE, "{name} took {:?}", started.elapsed());
                    match output.status.code() {
                        Some(0) => {}
                        Some(1) => assert!(
                            diagnostics(&output).iter().all(|line| line.contains(" content/page.md")),
                            "{name}: {}",
                            said(&output)
                        ),
                        _ => panic!("{name}: {}", said(&output)),
                    }
                    if std::env::var_os("KENES_TIMES").is_some() {
                        eprintln!("{name}: {:?} {}", started.elapsed(), output.status);
                    }
                }
            });
        }
    });
    let site = Site::new();
    site.page("a.md", &">".repeat(n));
    site.page("b.md", &"[".repeat(n));
    let found = site.fails();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("K0407 content/a.md:4:"), "{found:?}");
    assert!(found[1].starts_with("K0407 content/b.md:4:"), "{found:?}");
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    let site = Site::new();
    let before = tree(&site.output());
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    for (path, bytes) in tree(&site.root()) {
        if !path.ends_with(".jpg") {
            write(&site.file(&path), windows(std::str::from_utf8(&bytes).unwrap()));
        }
    }
    assert_eq!(site.warns(), [] as [&str; 0]);
    let after = tree(&site.output());
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (path, bytes) in before {
        assert_eq!(String::from_utf8_lossy(&bytes), String::from_utf8_lossy(&after[&path]), "{path}");
    }

    // Nor do they move the place of a mistake.
    let text = "+++\ntitle = \"Қате\"\nпише = 1\n+++\nText [x](@/none.md).\n\n:::none\n:::\n";
    for (name, text) in [("unix.md", text.to_owned()), ("windows.md", windows(text))] {
        write(&site.file(&format!("content/{name}")), text);
    }
    let found = site.fails();
    let of = |name: &str| -> Vec<String> {
        found.iter().filter(|line| line.contains(name)).map(|line| line.replace(name, "page.md")).collect()
    };
    assert!(of("unix.md").len() >= 2, "{found:?}");
    assert_eq!(of("unix.md"), of("windows.md"));
}

#[test]
fn a_nul_becomes_a_replacement_character() {
    let site = Site::new();
    site.page("nul.md", "a\0b\n");
    let found = site.warns();
    assert_eq!(found, ["K0206 content/nul.md:4:2 a NUL character, shown as \u{fffd}"]);
    assert!(
        String::from_utf8(tree(&site.output())["nul/index.html"].clone()).unwrap().contains("a\u{fffd}b")
    );
}

#[test]
fn what_editors_leave_behind_is_not_published_and_files_without_extension_are() {
    let site = Site::new();
    for name in ["page.md~", ".page.md.swp", "#page.md#", ".#page.md", "4913", ".DS_Store", "Thumbs.db"] {
        write(&site.file(&format!("content/{name}")), "x");
        write(&site.file(&format!("static/{name}")), "x");
    }
    write(&site.file("static/CNAME"), "kenes.example");
    write(&site.file("content/LICENSE"), "x");
    let before = tree(&site.output());
    assert_eq!(site.warns(), [] as [&str; 0]);
    let after = tree(&site.output());
    let new: Vec<_> = after.keys().filter(|path| !before.contains_key(*path)).collect();
    assert_eq!(new, ["CNAME", "LICENSE"]);
}

#[test]
fn an_output_that_is_a_file_or_the_site_or_its_content_is_refused() {
    let site = Site::new();
    let refused = |output: &Path, why: &str| {
        let before = tree(&site.root());
        let found = site.fails_with(&mut build(&site.root(), output));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("K0802 ") && found[0].contains(why), "{found:?}");
        let mut after = tree(&site.root());
        after.retain(|path, _| !path.starts_with(".kenes/"));
        assert_eq!(after, before);
    };
    write(&site.scratch.path().join("file"), "precious");
    refused(&site.scratch.path().join("file"), "is a file");
    refused(&site.root(), "is the site itself");
    refused(&site.scratch.path().join("site/.."), "contains the site");
    refused(&site.file("content"), "is `content`");
    refused(&site.file("content/council/public"), "lies in `content`");
    refused(&site.file("themes"), "is `themes`");
    symlink(site.file("content"), site.scratch.path().join("link")).unwrap();
    refused(&site.scratch.path().join("link"), "is `content`");
    assert_eq!(std::fs::read(site.scratch.path().join("file")).unwrap(), b"precious");
    // The same by the settings, where it has a place of its own.
    let settings = std::fs::read_to_string(site.file("kenes.toml")).unwrap();
    write(&site.file("kenes.toml"), format!("output_dir = \"content\"\n{settings}"));
    let mut command = kenes();
    command.arg("--root").arg(site.root()).args(["build", "--as-of", common::TODAY]);
    assert!(site.fails_with(&mut command)[0].starts_with("K0802 "));
}

#[test]
fn files_that_kenes_did_not_write_stay() {
    let site = Site::new();
    write(&site.output().join("notes.txt"), "mine");
    write(&site.output().join("old/deep.html"), "mine too");
    std::fs::remove_file(site.file("content/about.ru.md")).unwrap();
    site.warns();
    let files = tree(&site.output());
    assert!(files.contains_key("notes.txt") && files.contains_key("old/deep.html"));
    assert!(!files.contains_key("ru/about/index.html"));

    let foreign = site.scratch.path().join("foreign");
    write(&foreign.join("index.html"), "somebody else's");
    let output = build(&site.root(), &foreign).args(["--format", "json"]).output().unwrap();
    assert!(
        output.status.code() != Some(0),
        "a file that Kenes did not write was overwritten: {}",
        said(&output)
    );
    assert_eq!(tree(&foreign)["index.html"], b"somebody else's");
}

#[test]
fn a_read_only_output_is_reported_and_left_as_it_was() {
    let site = Site::new();
    site.page("new.md", "New.\n");
    allow(site.scratch.path(), 0o755);
    let folders = [site.output(), site.output().join("about")];
    for folder in &folders {
        allow(folder, 0o555);
    }
    let found = site.fails_with(unprivileged(&mut build(&site.root(), &site.output())));
    for folder in &folders {
        allow(folder, 0o755);
    }
    assert!(found.iter().all(|line| line.starts_with("K0801 ")), "{found:?}");
}

#[test]
fn a_full_disk_is_reported_and_the_output_left_as_it_was() {
    let site = Site::new();
    site.page("long.md", &"A long page.\n\n".repeat(20_000));
    // No file may grow beyond a limit: the writing of the page fails as on a full disk.
    let command = build(&site.root(), &site.output());
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args());
    let found = site.fails_with(&mut limited);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("K0801 "), "{found:?}");
    assert_eq!(site.warns(), [] as [&str; 0], "the next build mends it");
}

#[test]
fn builds_at_once_never_mix() {
    let site = Site::new();
    let expected = tree(&site.output());
    let target = site.scratch.path().join("contended");
    let outputs: Vec<Output> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| build(&site.root(), &target).args(["--format", "json"]).output().unwrap())
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(outputs.iter().any(|output| output.status.success()));
    for output in outputs.iter().filter(|output| !output.status.success()) {
        let found = diagnostics(output);
        assert!(found.iter().all(|line| line.starts_with("K0803 ")), "{found:?}");
    }
    assert_eq!(tree(&target), expected);
}

#[test]
fn a_thousand_mistakes_are_all_reported_in_order() {
    let site = Site::new();
    for i in 0..500 {
        site.page(&format!("p{i:03}.md"), "[x](@/none.md)\n\n[y](#none)\n");
    }
    let found = site.fails();
    assert_eq!(found.len(), 1000);
    assert!(found.is_sorted_by_key(|line| line.split(' ').nth(1).unwrap().to_owned()));
    let report = || build(&site.root(), &site.output()).args(["--format", "json"]).output().unwrap().stdout;
    assert!(report() == report(), "the report is not the same in each run");
}

#[test]
fn warnings_are_errors_with_strict() {
    let site = Site::new();
    site.page("bidi.md", "a \u{202e}b\n");
    assert_eq!(site.warns().len(), 1);
    let said = succeed(&mut build(&site.root(), &site.output()));
    assert!(String::from_utf8_lossy(&said.stderr).contains("K0207"));
    assert!(String::from_utf8_lossy(&said.stdout).contains(", 1 warning"));
    let found = site.fails_with(build(&site.root(), &site.output()).arg("--strict"));
    assert_eq!(found.len(), 1);
}

#[test]
fn github_gets_annotations_and_quiet_says_nothing() {
    let site = Site::new();
    let quiet = succeed(build(&site.root(), &site.output()).arg("--quiet"));
    assert!(quiet.stdout.is_empty() && quiet.stderr.is_empty(), "{}", said(&quiet));
    site.page("page.md", "[x](@/none.md)\n");
    let output = build(&site.root(), &site.output()).args(["--format", "github"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("::error file=content/page.md,line=4,col=1,title=K0501::"), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[test]
fn wrong_usage_is_told_with_exit_code_2() {
    let site = Site::new();
    let root = site.root();
    let run = |arguments: &[&str]| kenes().arg("--root").arg(&root).args(arguments).output().unwrap();
    for arguments in [
        &[][..],
        &["bild"],
        &["build", "--no-such-flag"],
        &["build", "--as-of", "2025-02-30"],
        &["build", "--as-of", "yesterday"],
        &["build", "--format", "xml"],
        &["build", "--base-url", "nonsense"],
        &["build", "--base-url", "ftp://example.org"],
        &["build", "--output"],
        &["build", "extra"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
    let output =
        kenes().arg("--root").arg(&root).arg("build").env("SOURCE_DATE_EPOCH", "today").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(!root.join("public").exists());
    let nowhere = kenes().args(["--root", "/no/such/folder", "build"]).output().unwrap();
    assert_eq!(nowhere.status.code(), Some(1), "{}", said(&nowhere));
}
