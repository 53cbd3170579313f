//! The commands that make and preview a site, tried with the program itself.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Longer than any of this takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn kenes(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kenes"));
    command.current_dir(folder).args(args).env_remove("SOURCE_DATE_EPOCH");
    command.output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Runs a command that must end with this code; returns what it said.
#[track_caller]
fn run(folder: &Path, args: &[&str], expected: i32) -> String {
    let output = kenes(folder, args);
    assert_eq!(code(&output), expected, "kenes {}\n{}", args.join(" "), said(&output));
    said(&output)
}

/// A folder with a new site in it, in English, Russian and Kazakh.
fn site() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &["init", "."], 0);
    set(dir.path(), "\nlanguages = [\"en\"]", "\nlanguages = [\"en\", \"ru\", \"kk\"]");
    dir
}

/// Changes the settings of a site.
#[track_caller]
fn set(root: &Path, from: &str, to: &str) {
    let settings = root.join("kenes.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(&settings, text.replace(from, to)).unwrap();
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn read(root: &Path, path: &str) -> String {
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn init_makes_a_site_that_builds_and_passes_the_check() {
    let dir = tempfile::tempdir().unwrap();
    let made = run(dir.path(), &["init", "my site"], 0);
    assert!(made.contains("cd 'my site' && kenes serve"), "{made}");
    // From another folder, as an installed program is used: nothing of the repository is there.
    let built = run(dir.path(), &["--root", "my site", "build", "--strict"], 0);
    assert!(built.contains("Built 2 pages, 2 sections, 1 language: "), "{built}");
    // All that is left to do is to say where the site will be.
    let checked = run(dir.path(), &["--root", "my site", "check"], 0);
    assert!(checked.contains("K0907") && checked.contains("kenes.toml:4:12"), "{checked}");
    assert!(checked.contains("Checked 2 pages, 2 sections, 1 language: 1 warning ("), "{checked}");
    set(&dir.path().join("my site"), "https://example.org", "https://portal.example.kz");
    run(dir.path(), &["--root", "my site", "check", "--strict"], 0);
    let home = std::fs::read_to_string(dir.path().join("my site/public/index.html")).unwrap();
    assert!(home.contains("/news/welcome/") && home.contains("/about/"), "{home}");
    let news = std::fs::read_to_string(dir.path().join("my site/public/news/welcome/index.html")).unwrap();
    assert!(news.contains("A directive"), "{news}");
    for ignored in ["public/", ".kenes/"] {
        let text = std::fs::read_to_string(dir.path().join("my site/.gitignore")).unwrap();
        assert!(text.lines().any(|line| line == ignored));
    }
}

#[test]
fn the_commented_lines_of_a_new_site_give_three_languages() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &["init", "."], 0);
    let settings = dir.path().join("kenes.toml");
    let mut text = std::fs::read_to_string(&settings).unwrap().replace("languages = [\"en\"]\n", "");
    for line in [
        "languages = [\"en\", \"ru\", \"kk\"]",
        "[language.ru]",
        "title = \"Мой портал\"",
        "[language.kk]",
        "title = \"Менің порталым\"",
    ] {
        assert!(text.contains(&format!("# {line}")), "{line}");
        text = text.replace(&format!("# {line}"), line);
    }
    std::fs::write(&settings, text).unwrap();
    let built = run(dir.path(), &["build"], 0);
    assert!(built.contains(", 3 languages: "), "{built}");
    let home = std::fs::read_to_string(dir.path().join("public/kk/index.html")).unwrap();
    assert!(home.contains("Менің порталым"), "{home}");
}

#[test]
fn init_overwrites_nothing() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), &["init", "a"], 0);
    let refused = run(dir.path(), &["init", "a"], 1);
    assert!(refused.contains("not empty") && refused.contains("--force"), "{refused}");
    let whole = run(dir.path(), &["init", "--force", "a"], 0);
    assert!(whole.starts_with("Nothing was missing in a, and nothing was changed\n"), "{whole}");
    std::fs::write(dir.path().join("a/kenes.toml"), "mine").unwrap();
    std::fs::remove_file(dir.path().join("a/content/about.md")).unwrap();
    let forced = run(dir.path(), &["init", "--force", "a"], 0);
    assert!(forced.starts_with("Made what was missing in a\n  content/about.md\n"), "{forced}");
    let left = forced.lines().find(|line| line.starts_with("Left as they were:")).unwrap();
    assert!(left.contains("kenes.toml") && !left.contains("about.md"), "{forced}");
    assert_eq!(std::fs::read_to_string(dir.path().join("a/kenes.toml")).unwrap(), "mine");
    assert!(dir.path().join("a/content/about.md").is_file());
    // A repository without any file yet is as good as empty; a file is no folder.
    std::fs::create_dir_all(dir.path().join("fresh/.git")).unwrap();
    run(dir.path(), &["init", "fresh"], 0);
    std::fs::write(dir.path().join("file"), "").unwrap();
    assert!(run(dir.path(), &["init", "file"], 1).contains("it is a file"));
}

#[test]
fn new_makes_a_page_in_every_language() {
    let site = site();
    let root = site.path();
    let made = run(
        root,
        &["new", "news/2025-01-15-first-meeting", "--all-languages", "--title", "The \"first\" meeting"],
        0,
    );
    assert!(made.contains("content/news/_index.md will list it"), "{made}");
    for name in ["", ".ru", ".kk"] {
        let path = format!("content/news/2025-01-15-first-meeting{name}.md");
        assert!(made.contains(&format!("Made {path}")), "{made}");
        let text = std::fs::read_to_string(root.join(&path)).unwrap();
        assert!(text.contains("draft = true") && !text.contains("date ="), "the name has it: {text}");
        assert_eq!(text.contains("to be translated"), !name.is_empty(), "{text}");
    }
    assert!(made.contains("first-meeting.kk.md, for the address /kk/news/first-meeting/\n"), "{made}");
    let built = run(root, &["build", "--strict"], 0);
    assert!(built.contains("Built 2 pages, 2 sections, 3 languages (not shown: 3 drafts): "), "{built}");
    assert!(!root.join("public/kk/news/first-meeting/index.html").exists());
    run(root, &["build", "--drafts", "--strict"], 0);
    let page = std::fs::read_to_string(root.join("public/kk/news/first-meeting/index.html")).unwrap();
    assert!(page.contains("The &quot;first&quot; meeting"), "{page}");
}

#[test]
fn new_makes_titles_of_names_and_completes_translations() {
    let site = site();
    let root = site.path();
    run(root, &["new", "content/who_we-are.md"], 0);
    let text = std::fs::read_to_string(root.join("content/who_we-are.md")).unwrap();
    assert!(text.starts_with("+++\ntitle = \"Who we are\"\ndraft = true\n+++\n"), "{text}");
    let again = run(root, &["new", "who_we-are"], 1);
    assert!(again.contains("content/who_we-are.md is there already"), "{again}");
    let rest = run(root, &["new", "who_we-are", "--all-languages"], 0);
    assert!(
        rest.contains("Left content/who_we-are.md as it was")
            && rest.contains("Made content/who_we-are.kk.md"),
        "{rest}"
    );
    run(root, &["new", "who_we-are", "--all-languages"], 1);

    let lost = run(root, &["new", "deep/er/page.ru"], 0);
    assert!(lost.contains("no section will list it") && lost.contains("kenes new deep/er/_index"), "{lost}");
    run(root, &["new", "deep/er/_index"], 0);
    let section = std::fs::read_to_string(root.join("content/deep/er/_index.md")).unwrap();
    assert!(section.contains("title = \"Er\""), "{section}");
    assert!(!section.contains("draft"), "it would hide all that is in it: {section}");
    run(root, &["build", "--drafts", "--strict"], 0);
}

#[test]
fn a_translation_takes_over_what_it_shares() {
    let site = site();
    let root = site.path();
    set(root, "\n# Then each", "\n[[taxonomies]]\nname = \"topics\"\n\n# Then each");
    write(root, "content/news/item.kk.md", "+++\ntitle = \"Жаңалық\"\n+++\n");
    run(root, &["new", "news/_index", "-a"], 0);
    assert_eq!(
        read(root, "content/news/_index.kk.md"),
        "+++\ntitle = \"News\" # to be translated: kk\nweight = 2\nsort_by = \"date\"\ngenerate_feeds = true\n+++\n\n"
    );
    let page = "---\ntitle: The law\nweight: 3\ntaxonomies:\n  topics: [law]\n---\nText\n";
    write(root, "content/law.md", page);
    run(root, &["new", "law.ru"], 0);
    let law = "+++\ntitle = \"The law\" # to be translated: ru\nweight = 3\ndraft = true\n\n[taxonomies]\n\"topics\" = [\"law\"]\n+++\n\n";
    assert_eq!(read(root, "content/law.ru.md"), law);
    run(root, &["build", "--strict", "--drafts"], 0);
    run(root, &["build", "--strict"], 0);
    assert!(root.join("public/kk/news/item/index.html").is_file(), "a new section hides nothing");
}

#[test]
fn what_is_not_shown_is_counted_apart() {
    let site = site();
    let root = site.path();
    set(root, "https://example.org", "https://portal.example.kz");
    for (name, key) in [("a", "draft = true"), ("b", "publish = 2031-01-01"), ("c", "expires = 2020-01-01")] {
        write(root, &format!("content/{name}.md"), &format!("+++\n{key}\n+++\n"));
    }
    let built = run(root, &["build", "--as-of", "2030-01-01"], 0);
    let counts = "2 pages, 2 sections, 3 languages (not shown: 1 draft, 1 not due, 1 expired): ";
    assert!(built.contains(&format!("Built {counts}")), "{built}");
    let checked = run(root, &["check", "--as-of", "2030-01-01"], 0);
    let counts =
        "2 pages, 2 sections, 3 languages (not checked: 1 draft, 1 not due, 1 expired; use --drafts): ";
    assert!(checked.contains(&format!("Checked {counts}")), "{checked}");
    let checked = run(root, &["check", "--as-of", "2030-01-01", "--drafts"], 0);
    assert!(
        checked.contains("Checked 4 pages, 2 sections, 3 languages (not checked: 1 expired): "),
        "{checked}"
    );
}

#[test]
fn a_draft_section_does_not_hide_pages_without_a_word() {
    let site = site();
    let root = site.path();
    write(root, "content/news/_index.kk.md", "+++\ndraft = true\n+++\n");
    write(root, "content/news/a.kk.md", "+++\ntitle = \"A\"\n+++\n");
    write(root, "content/news/deep/b.kk.md", "+++\ntitle = \"B\"\n+++\n");
    write(root, "content/news/c.kk.md", "+++\ndraft = true\n+++\n");
    for command in ["build", "check"] {
        let said = run(root, &[command], 0);
        assert!(said.contains("K0906") && said.contains("content/news/_index.kk.md"), "{said}");
        assert!(said.contains("hides 2 pages that are no drafts themselves"), "{said}");
        assert!(!run(root, &[command, "--drafts"], 0).contains("K0906"));
    }
    // Where nothing else is hidden there is nothing to say.
    write(root, "content/news/a.kk.md", "+++\ndraft = true\n+++\n");
    write(root, "content/news/deep/b.kk.md", "+++\nexpires = 2020-01-01\n+++\n");
    run(root, &["build", "--strict"], 0);
}

#[test]
fn slips_of_use_are_told_in_plain_words() {
    let site = site();
    let root = site.path();
    let bad = run(root, &["new", "news/2026-02-30-bad"], 1);
    assert!(bad.contains("`2026-02-30`") && bad.contains("write a day of the calendar"), "{bad}");
    assert!(!bad.contains("the site has"), "{bad}");
    for day in ["2026-13-01", "tomorrow", "2026-03-01T10:00:00", "1.3.2026"] {
        for command in ["build", "check", "serve"] {
            let said = run(root, &[command, "--as-of", day], 2);
            assert!(said.contains("--as-of <DATE>': write a day of the calendar as 2026-03-01"), "{said}");
        }
    }
    assert!(!run(root, &["init", "--help"], 0).contains("--root"));
    assert!(run(root, &["build", "--help"], 0).contains("--root"));
    // The commonest mistake in the settings: the country's code.
    set(root, "\nlanguages = [\"en\", \"ru\", \"kk\"]", "\nlanguages = [\"en\", \"ru\", \"kz\"]");
    write(root, "content/about.kz.md", "");
    let country = run(root, &["build"], 1);
    assert!(
        country.contains("`kz` is the code of a country") && country.contains("Kazakh is `kk`"),
        "{country}"
    );
    assert!(country.contains("The site was not built: 1 error."), "no page is to blame: {country}");
}

#[test]
fn new_refuses_what_is_not_a_page_of_the_site() {
    let site = site();
    let root = site.path();
    let language = run(root, &["new", "about.fr"], 1);
    assert!(
        language.contains("en, ru, kk") && language.contains("about.md, about.ru.md or about.kk.md"),
        "{language}"
    );
    for outside in ["../x", "/x", "a/../../x"] {
        assert!(run(root, &["new", outside], 1).contains("not a path below content/"), "{outside}");
    }
    #[cfg(unix)]
    {
        let elsewhere = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), root.join("content/link")).unwrap();
        assert!(run(root, &["new", "link/x"], 1).contains("out of the site"));
    }
    std::fs::write(root.join("kenes.toml"), "base_url = \"https://a.kz\"\ntitel = \"A\"\n").unwrap();
    let broken = run(root, &["new", "x"], 1);
    assert!(broken.contains("K0102") && broken.contains("did you mean `title`?"), "{broken}");
}

#[test]
fn exit_codes_tell_mistakes_of_the_site_from_mistakes_of_use() {
    let empty = tempfile::tempdir().unwrap();
    for command in [&["build"][..], &["serve"], &["new", "x"]] {
        assert!(run(empty.path(), command, 1).contains("K0106"), "{command:?}");
    }
    for command in [&["bild"][..], &["build", "--as-of", "soon"], &["init"], &[]] {
        run(empty.path(), command, 2);
    }
    let site = site();
    std::fs::write(site.path().join("content/x.md"), "+++\ntitel = \"X\"\n+++\n").unwrap();
    assert!(run(site.path(), &["build"], 1).contains("K0102"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_kenes"));
    let epoch =
        command.current_dir(site.path()).arg("serve").env("SOURCE_DATE_EPOCH", "soon").output().unwrap();
    assert_eq!(code(&epoch), 2, "{}", said(&epoch));
}

/// Every page is shorter, whatever it is made from. The golden site would only show it: expectations are blessed.
#[test]
fn pages_are_published_short_where_that_is_wanted() {
    let site = site();
    let root = site.path();
    let settings = read(root, "kenes.toml");
    write(root, "content/long.md", "+++\ntitle = \"Long\"\naliases = [\"old\"]\n+++\n\nSome   words.\n");
    run(root, &["build"], 0);
    let pages = ["index.html", "long/index.html", "404.html"];
    let plain = pages.map(|page| read(root, &format!("public/{page}")));
    write(root, "kenes.toml", &format!("minify_html = true\n{settings}"));
    run(root, &["build"], 0);
    for (page, plain) in pages.iter().zip(plain) {
        let short = read(root, &format!("public/{page}"));
        assert!(short.len() < plain.len(), "{page}: {short}");
    }
    assert!(read(root, "public/long/index.html").contains("<p>Some words.</p>"));
}

/// Compressed files are outputs like others: there when they are wanted, gone when what they are made of is.
#[test]
fn compressed_files_follow_what_they_are_made_of() {
    let site = site();
    let root = site.path();
    let there = |path: &str| root.join("public").join(path).exists();
    let settings = read(root, "kenes.toml");
    write(root, "kenes.toml", &format!("precompress = [\"br\", \"gz\"]\n{settings}"));
    write(root, "content/long.md", &format!("+++\ntitle = \"Long\"\n+++\n\n{}", "Some words. ".repeat(200)));
    run(root, &["build"], 0);
    for path in ["long/index.html.br", "long/index.html.gz", "index.html.gz"] {
        assert!(there(path), "{path}");
        assert!(read(root, "public/manifest.json").contains(&format!("\"{path}\":")), "{path}");
    }
    assert!(!there("manifest.json.br") && !there("long/index.html.br.gz"));

    // What is there already is not made again: a file that the manifest vouches for is left as it is.
    let file = root.join("public/long/index.html.br");
    let made = std::fs::read(&file).unwrap();
    let other = [made.as_slice(), b"other"].concat();
    std::fs::write(&file, &other).unwrap();
    let digest = |bytes: &[u8]| kenes::base::digest::Digest::of(bytes).hex();
    let manifest = read(root, "public/manifest.json");
    write(root, "public/manifest.json", &manifest.replace(&digest(&made), &digest(&other)));
    run(root, &["build"], 0);
    assert_eq!(std::fs::read(&file).unwrap(), other);
    // One that it does not vouch for is made anew.
    std::fs::write(&file, "spoiled").unwrap();
    run(root, &["build"], 0);
    assert_eq!(std::fs::read(&file).unwrap(), made);
    // So is one of a file that has changed.
    write(root, "content/long.md", &format!("+++\ntitle = \"Long\"\n+++\n\n{}", "Other words. ".repeat(200)));
    run(root, &["build"], 0);
    assert_ne!(std::fs::read(&file).unwrap(), made);

    std::fs::remove_file(root.join("content/long.md")).unwrap();
    run(root, &["build"], 0);
    assert!(!there("long/index.html.br") && !there("long/index.html.gz") && there("index.html.gz"));
    write(root, "kenes.toml", &settings);
    run(root, &["build"], 0);
    assert!(!there("index.html.gz") && there("index.html"));
}

/// A preview at work, ended when it is dropped.
struct Preview {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
    address: String,
}

impl Preview {
    fn start(root: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kenes"));
        command.args(["serve", "--port", "0", "--root"]).arg(root).env_remove("SOURCE_DATE_EPOCH");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let pipes: [Box<dyn std::io::Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for pipe in pipes {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        let mut preview = Self { child, lines, seen: Vec::new(), address: String::new() };
        let line = preview.wait_for("Serving http://");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap();
        address.clone_into(&mut preview.address);
        preview
    }

    /// Waits for a line with this text, printed since the last wait.
    #[track_caller]
    fn wait_for(&mut self, text: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) if line.contains(text) => return line,
                Ok(line) => self.seen.push(line),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("the preview never said `{text}`, but:\n{}", self.seen.join("\n"))
                }
            }
        }
    }

    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap();
        (status, answer)
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_first_preview_of_a_site_builds_once() {
    let site = site();
    let root = site.path();
    // Coloured code is kept in `.kenes`, which the first build makes.
    write(root, "content/code.md", "+++\ntitle = \"Code\"\n+++\n```rust\nfn main() {}\n```\n");
    // Files that are as new as the start could have been written after it.
    std::thread::sleep(Duration::from_millis(200));
    let mut preview = Preview::start(root);
    preview.wait_for("Built 3 pages");
    std::thread::sleep(Duration::from_secs(1));
    assert!(root.join(".kenes").is_dir());
    let more: Vec<String> = preview.lines.try_iter().collect();
    assert_eq!(more, [""; 0]);
}

#[test]
fn serve_shows_each_change_and_keeps_the_last_good_site() {
    let site = site();
    let root = site.path();
    let mut preview = Preview::start(root);
    preview.wait_for("Built 2 pages, 2 sections, 3 languages");
    let (status, page) = preview.get("/about/");
    assert_eq!(status, 200);
    assert!(page.contains("Say here what the portal is"), "{page}");
    assert!(page.contains(&format!("http://{}/about/", preview.address)), "its own address: {page}");

    let about = root.join("content/about.md");
    let good = std::fs::read_to_string(&about).unwrap();
    std::fs::write(&about, good.replace("Say here", "Said here")).unwrap();
    // So soon after the start it may be seen without its name, and what was written before it too.
    let end = Instant::now() + PATIENCE;
    while !preview.get("/about/").1.contains("Said here") {
        assert!(Instant::now() < end, "the change is never served");
        std::thread::sleep(Duration::from_millis(20));
    }

    std::fs::write(&about, good.replace("weight = 1", "weigth = 1")).unwrap();
    preview.wait_for("Changed: content/about.md");
    // The two streams are read side by side: the order of their lines is not known.
    let line = preview.wait_for("Not built: 1 error");
    assert!(line.contains("The last good build is still served"), "{line}");
    let (status, page) = preview.get("/about/");
    assert!(status == 200 && page.contains("Said here"), "{page}");

    std::fs::write(&about, good.replace("Say here", "Mended here")).unwrap();
    preview.wait_for("Built ");
    let again = preview.wait_for("Serving http://");
    assert!(again.contains(&preview.address), "{again}");
    assert!(preview.get("/about/").1.contains("Mended here"));

    std::fs::remove_file(&about).unwrap();
    preview.wait_for("Not built");
    std::fs::write(root.join("content/_index.md"), "Nobody links to it").unwrap();
    preview.wait_for("Built ");
    assert_eq!(preview.get("/about/").0, 404);
    // Nothing was written to the site.
    assert!(!root.join("public").exists());
}

#[test]
fn serve_waits_for_settings_to_be_mended() {
    let site = site();
    let root = site.path();
    let good = std::fs::read_to_string(root.join("kenes.toml")).unwrap();
    std::fs::write(root.join("kenes.toml"), "base_url = ").unwrap();
    let mut preview = Preview::start(root);
    let line = preview.wait_for("Not built");
    assert!(!line.contains("last good build"), "there is none: {line}");
    let (_, page) = preview.get("/");
    assert!(page.contains("K0101") && !page.contains("<noscript>"), "{page}");
    std::fs::write(root.join("kenes.toml"), &good).unwrap();
    preview.wait_for("Built ");
    assert_eq!(preview.get("/").0, 200);
    std::fs::remove_file(root.join("kenes.toml")).unwrap();
    preview.wait_for("Not built");
    std::fs::write(root.join("kenes.toml"), &good).unwrap();
    preview.wait_for("Built ");
    // Data of templates may lie in any folder, which may come later.
    std::fs::create_dir_all(root.join("content/new")).unwrap();
    std::fs::write(root.join("content/new/page.md"), "New here").unwrap();
    preview.wait_for("Built ");
    assert!(preview.get("/new/page/").1.contains("New here"));
}

#[test]
fn serve_refuses_an_editor_that_needs_a_terminal() {
    let site = site();
    let refused = run(site.path(), &["serve", "--editor", "/usr/bin/vim -p"], 2);
    assert!(refused.contains("needs a terminal"), "{refused}");
    let refused = run(site.path(), &["serve", "--host", "localhost"], 2);
    assert!(refused.contains("--host"), "{refused}");
}

#[test]
fn serve_says_that_a_port_is_taken() {
    let site = site();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = run(site.path(), &["serve", "--port", &port], 1);
    assert!(refused.contains("K0804") && refused.contains("--port"), "{refused}");
}
