//! `kenes check`, the program itself, on small sites.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const CONFIG: &str = "base_url = \"https://a.kz\"\ntitle = \"A\"\nlanguages = [\"en\", \"ru\", \"kk\"]\n";
const ONE_LANGUAGE: &str = "base_url = \"https://a.kz\"\ntitle = \"A\"\n";
const HOME: &str = "+++\ntitle = \"Home\"\n+++\n";

fn site(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

fn page(body: &str) -> String {
    format!("+++\ntitle = \"A page\"\n+++\n{body}\n")
}

fn check(root: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kenes"))
        .args(["--root", root.to_str().unwrap(), "check", "--as-of", "2026-11-22"])
        .args(args)
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .unwrap()
}

/// The exit code, and each problem as `CODE FILE:LINE MESSAGE`.
fn problems(root: &Path, args: &[&str]) -> (i32, Vec<String>) {
    let output = check(root, &[args, &["--format", "json"]].concat());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let problems = json["diagnostics"].as_array().unwrap();
    let shown = problems.iter().map(|problem| {
        let text = |key: &str| problem[key].as_str().unwrap_or("-").to_owned();
        let line = problem["line"].as_u64().map_or(String::new(), |line| format!(":{line}"));
        format!("{} {}{line} {}", text("code"), text("file"), text("message"))
    });
    (output.status.code().unwrap(), shown.collect())
}

fn helps(root: &Path) -> Vec<String> {
    let output = check(root, &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let problems = json["diagnostics"].as_array().unwrap();
    problems.iter().map(|problem| problem["help"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_site_in_order_has_no_problems_and_nothing_is_written() {
    let dir = site(&[
        ("kenes.toml", CONFIG),
        ("content/_index.md", HOME),
        ("content/_index.ru.md", HOME),
        ("content/_index.kk.md", HOME),
    ]);
    let output = check(dir.path(), &["--strict"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.starts_with("Checked 0 pages, 3 sections, 3 languages: no problems ("), "{said}");
    assert!(output.stderr.is_empty());
    let mut names: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["content", "kenes.toml"]);
}

#[test]
fn each_page_names_the_languages_that_lack_it() {
    let draft = "+++\ntitle = \"x\"\ndraft = true\n+++\n";
    let dir = site(&[
        ("kenes.toml", CONFIG),
        ("content/_index.md", HOME),
        ("content/_index.ru.md", HOME),
        ("content/news/_index.md", HOME),
        ("content/news/_index.ru.md", HOME),
        ("content/news/_index.kk.md", HOME),
        ("content/news/2025-01-15-a.md", &page("")),
        ("content/news/b.kk.md", &page("")),
        ("content/news/b.md", draft),
        ("content/news/c/index.md", &page("")),
        ("content/news/c/index.ru.md", &page("")),
        ("content/news/c/index.kk.md", &page("")),
    ]);
    let (code, said) = problems(dir.path(), &[]);
    assert_eq!(code, 0);
    assert_eq!(
        said,
        [
            "K0901 content/_index.md this section is missing in kk (Қазақша)",
            "K0901 content/news/2025-01-15-a.md this page is missing in ru (Русский) and kk (Қазақша)",
            "K0901 content/news/b.kk.md this page is missing in en (English) and ru (Русский)",
        ]
    );
    assert_eq!(
        helps(dir.path()),
        [
            "write content/_index.kk.md",
            "write content/news/2025-01-15-a.ru.md and content/news/2025-01-15-a.kk.md",
            "write content/news/b.ru.md; content/news/b.md is a draft",
        ]
    );
    let (_, with_drafts) = problems(dir.path(), &["--drafts"]);
    assert_eq!(with_drafts[2], "K0901 content/news/b.md this page is missing in ru (Русский)");
    assert_eq!(problems(dir.path(), &["--strict"]).0, 1);
}

/// An author looks for `draft` in the file that is named.
#[test]
fn a_page_of_a_draft_section_is_not_called_a_draft() {
    let dir = site(&[
        ("kenes.toml", CONFIG),
        ("content/_index.md", HOME),
        ("content/_index.ru.md", HOME),
        ("content/_index.kk.md", HOME),
        ("content/news/_index.md", HOME),
        ("content/news/_index.ru.md", HOME),
        ("content/news/_index.kk.md", "+++\ndraft = true\n+++\n"),
        ("content/news/x.md", &page("")),
        ("content/news/x.ru.md", &page("")),
        ("content/news/x.kk.md", &page("")),
    ]);
    assert_eq!(
        helps(dir.path()),
        [
            "remove `draft = true` from the section, or write it in each of these pages too",
            "content/news/_index.kk.md is a draft",
            "content/news/x.kk.md lies in a section that is a draft"
        ]
    );
}

#[test]
fn pictures_headings_and_link_texts_are_looked_at() {
    let text = page(
        "# Main\n\n![](a.png) ![A plan](a.png)\n\n#### Deep\n\n\
         [here](@/_index.md) [мына жерде](@/_index.md) [](@/_index.md) [the home page](@/_index.md)\n\n\
         ::figure src=\"a.png\"\n\n::figure src=\"a.png\" alt=\"\"\n\n:::note\n::figure src=\"a.png\" alt=\"A plan\"\n:::\n\n\
         <img src=\"a.png\" alt=\"\"> <img src=\"a.png\">",
    );
    let dir = site(&[
        ("kenes.toml", ONE_LANGUAGE),
        ("content/_index.md", HOME),
        ("content/a/index.md", &text),
        ("content/a/a.png", "GIF89a\x01\0\x01\0"),
        ("content/b.md", &page("### Too deep\n\n## Fine\n\n### Fine")),
    ]);
    assert_eq!(
        problems(dir.path(), &[]),
        (
            0,
            [
                "K0903 content/a/index.md:4 this is a second main heading: the page's title is one already",
                "K0902 content/a/index.md:6 this picture has no alternative text",
                "K0903 content/a/index.md:8 this heading of level 4 stands below one of level 1",
                "K0905 content/a/index.md:10 the link text `here` does not say where the link leads",
                "K0905 content/a/index.md:10 the link text `мына жерде` does not say where the link leads",
                "K0905 content/a/index.md:10 this link has no text",
                "K0902 content/a/index.md:12 this figure has no alternative text",
                "K0902 content/a/index.md:20 this picture has no alternative text",
                "K0903 content/b.md:4 this heading of level 3 stands right below the page's title",
            ]
            .map(str::to_owned)
            .to_vec()
        )
    );
}

#[test]
fn pages_that_no_section_lists_are_named_together() {
    let dir = site(&[
        ("kenes.toml", "base_url = \"https://a.kz\"\nlanguages = [\"en\", \"ru\"]\ntitle = \"A\"\n"),
        ("content/_index.md", HOME),
        ("content/_index.ru.md", HOME),
        ("content/reports/a.md", &page("")),
        ("content/reports/a.ru.md", &page("")),
        ("content/reports/b.md", &page("")),
        ("content/reports/b.ru.md", "+++\ntitle = \"x\"\nhidden = true\n+++\n"),
    ]);
    let (_, said) = problems(dir.path(), &[]);
    assert_eq!(
        said,
        [
            "K0904 content/reports/a.md no section lists this page and one more of its folder",
            "K0904 content/reports/a.ru.md no section lists this page",
        ]
    );
    assert!(helps(dir.path())[1].starts_with("write content/reports/_index.ru.md, or"));
}

#[test]
fn what_a_build_reports_is_reported_too() {
    let dir = site(&[
        ("kenes.toml", ONE_LANGUAGE),
        ("content/_index.md", HOME),
        ("content/a.md", &page("[x](@/nowhere.md) [y](@/_index.md#nothing)\n\n::nonsense\n\n### Deep")),
        ("templates/page.html", "{{ page.nothing.at_all }}"),
        ("content/b.md", &page("")),
    ]);
    let (code, said) = problems(dir.path(), &[]);
    assert_eq!(code, 1);
    let codes: Vec<&str> = said.iter().map(|line| &line[..5]).collect();
    for code in ["K0501", "K0502", "K0401", "K0704", "K0903"] {
        assert!(codes.contains(&code), "{code}: {said:#?}");
    }
    let output = check(dir.path(), &["--format", "github"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("::error file=content/a.md,line=4,")
            && said.contains("::warning file=content/a.md,line=8,"),
        "{said}"
    );
    assert!(!said.contains("Checked"));
}

#[test]
fn wrong_use_is_told_from_a_site_with_errors() {
    let dir = site(&[("kenes.toml", ONE_LANGUAGE), ("content/_index.md", HOME)]);
    assert_eq!(check(dir.path(), &["--format", "xml"]).status.code(), Some(2));
    assert_eq!(check(dir.path(), &["--as-of", "2026-02-30"]).status.code(), Some(2));
    let empty = site(&[]);
    let output = check(empty.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("kenes.toml"));
}

#[test]
fn outside_links_are_followed_on_demand_and_remembered() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut buffer = [0; 2048];
            let read = stream.read(&mut buffer).unwrap_or(0);
            let status = if buffer[..read].windows(5).any(|part| part == b"/gone") { 404 } else { 200 };
            let _ = write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let text = page(&format!(
        "[A](http://127.0.0.1:{port}/a#x)\n\n[B](http://127.0.0.1:{port}/gone)\n\n[C](http://127.0.0.1:{port}/a)"
    ));
    let dir = site(&[("kenes.toml", ONE_LANGUAGE), ("content/_index.md", HOME), ("content/a.md", &text)]);
    assert_eq!(problems(dir.path(), &["--strict"]), (0, vec![]));
    assert!(!dir.path().join(".kenes").exists());
    let gone = format!("K0503 content/a.md:6 http://127.0.0.1:{port}/gone answers 404 (Not Found)");
    assert_eq!(problems(dir.path(), &["--external"]), (0, vec![gone.clone()]));
    assert!(dir.path().join(".kenes/links.json").exists());
    assert_eq!(problems(dir.path(), &["--external", "--strict"]), (1, vec![gone]));
    let output = check(dir.path(), &["--external"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("and 2 outside links (2 of them asked before): 1 warning"), "{said}");
    // The cache is no part of a build.
    let built = Command::new(env!("CARGO_BIN_EXE_kenes"))
        .args(["--root", dir.path().to_str().unwrap(), "build", "--quiet", "--as-of", "2026-11-22"])
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let manifest = std::fs::read_to_string(dir.path().join("public/manifest.json")).unwrap();
    assert!(!manifest.contains("links.json"));
}
