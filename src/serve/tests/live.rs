//! What browsers are told.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use super::super::{Build, Builder, Event, Options, Server, Site};
use super::Files;
use super::{Listener, Preview};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Diagnostics};
use crate::base::path::OutputPath;
use crate::write::Body;
use std::io::Write as _;

#[test]
fn a_change_reloads_the_page_and_an_error_is_shown_on_it() {
    let site = Preview::portal();
    let mut listener = site.listen("/ru/кеңес/");
    site.write("index.html", "<body>ERROR</body>");
    let build = site.wait_for_build();
    assert!(build.diagnostics.has_errors());
    listener.wait_for("event: errors\n");
    let said = listener.wait_for("\n\n");
    let json: serde_json::Value = serde_json::from_str(said.trim().strip_prefix("data: ").unwrap()).unwrap();
    let one = &json["diagnostics"][0];
    assert_eq!(
        (&one["code"], &one["file"], &one["line"]),
        (&"K0104".into(), &"index.html".into(), &1.into())
    );
    assert_eq!(one["excerpt"]["line"], "<body>ERROR</body>");
    assert!(site.get("/").body.contains("home"), "the last good build stays");
    // The error goes; the site is what it was, and needs no reload.
    site.write("index.html", "<body>home</body>");
    site.wait_for_build();
    listener.wait_for("event: clear\n");
    site.write("ru/new/index.html", "<body>new</body>");
    site.wait_for_build();
    site.write("ru/кеңес/index.html", "<body>кеңес!</body>");
    site.wait_for_build();
    let before = listener.wait_for("event: change\n");
    assert_eq!(before.matches("event: change").count(), 1, "another page is nothing to this one: {before}");
    assert!(site.get("/ru/new/").body.contains("new"));
    std::fs::remove_dir_all(site.folder.path().join("site/ru")).unwrap();
    site.wait_for_build();
    assert_eq!(site.get("/ru/new/").status, 404);
    // A page from before the last build hears at once that it is old.
    let mut late = site.connect();
    let query = format!("token={}&page=/&etag=0123456789", site.token());
    write!(late, "GET /__kenes/events?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    Listener { stream: late, seen: String::new() }.wait_for("event: change\n");
}

#[test]
fn a_first_build_that_fails_is_shown_on_every_page() {
    let site = Preview::new(&[("index.html", "<body>ERROR")]);
    let answer = site.get("/any/page/");
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("error K0104: an &lt;b&gt;error&lt;/b&gt;"), "{}", answer.body);
    assert!(answer.body.contains("index.html:1:7") && answer.body.contains("help: h"));
    let mut listener = site.listen("/any/page/");
    listener.wait_for("event: errors\n");
    site.write("index.html", "<body>good</body>");
    site.wait_for_build();
    listener.wait_for("event: change\n");
    assert_eq!(site.get("/").status, 200);
    // A builder that panics is a failed build like any other.
    site.write("index.html", "PANIC");
    let build = site.wait_for_build();
    assert_eq!(build.diagnostics.iter().next().unwrap().code, codes::INTERNAL);
    assert!(site.get("/").body.contains("good"));
}

/// A site whose pages are made when they are asked for; `broken` and `panic` cannot be.
struct Lazy {
    build: u32,
    finished: Arc<AtomicU32>,
}

impl Site for Lazy {
    fn contains(&self, path: &str) -> bool {
        matches!(path, "index.html" | "other/index.html" | "broken/index.html" | "panic/index.html")
    }

    fn get(&self, path: &str) -> Option<Result<Body, Arc<Diagnostics>>> {
        match path {
            "index.html" => Some(Ok(format!("<body>build {}</body>", self.build).into())),
            "other/index.html" => Some(Ok("<body>the same</body>".to_owned().into())),
            "broken/index.html" if self.build < 2 => Some(Ok("<body>good</body>".to_owned().into())),
            "broken/index.html" => {
                let problem = Diagnostic::error(codes::TEMPLATE_RENDER, "the <template> fails");
                Some(Err(Arc::new(problem.in_file("templates/page.html").into())))
            }
            "panic/index.html" => panic!("no such luck"),
            _ => None,
        }
    }

    fn finish(&self, stop: &AtomicBool) -> Diagnostics {
        if self.build == 3 {
            // A long one, which the next build ends.
            while !stop.load(Ordering::Relaxed) {
                std::thread::yield_now();
            }
        }
        self.finished.fetch_max(self.build, Ordering::Relaxed);
        let problem = || Diagnostic::error(codes::DATA_FILE, "found late").in_file("data/x.csv");
        if self.build >= 3 { problem().into() } else { Diagnostics::new() }
    }
}

struct Lazily {
    folder: PathBuf,
    build: u32,
    finished: Arc<AtomicU32>,
}

impl Builder for Lazily {
    fn build(&mut self, _: &[PathBuf]) -> Build {
        self.build += 1;
        let site = Lazy { build: self.build, finished: Arc::clone(&self.finished) };
        let edited = if self.build == 4 { vec!["/other/".to_owned()] } else { Vec::new() };
        Build { site: Some(Arc::new(site)), edited, ..Build::default() }
    }

    fn watched(&self) -> Vec<PathBuf> {
        vec![self.folder.clone()]
    }
}

#[test]
fn pages_are_made_when_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let finished = Arc::new(AtomicU32::new(0));
    let builder = Lazily { folder: folder.path().join("site"), build: 0, finished: Arc::clone(&finished) };
    std::fs::create_dir(folder.path().join("site")).unwrap();
    let site = Preview::of(folder, builder, Options { follow: true, ..Options::default() });
    let (mut home, mut other) = (site.listen("/"), site.listen("/other/"));
    let mut broken = site.listen("/broken/");
    home.wait_for("event: hello\n");
    broken.wait_for("event: built\ndata: 1\n");

    // A page that can no longer be rendered: whoever has it keeps it, and is told why.
    site.write("x", "2");
    site.wait_for_build();
    home.wait_for("event: change\n");
    let told = broken.wait_for("event: built\n");
    assert!(told.contains("event: errors") && told.contains("the <template> fails"), "{told}");
    assert!(told.contains(r#""old":true"#) && !told.contains("event: change"), "{told}");
    let answer = site.get("/broken/");
    assert!(answer.status == 500 && answer.body.contains("the &lt;template&gt; fails"), "{}", answer.body);
    // One that breaks off is nobody else's concern.
    let answer = site.get("/panic/");
    assert!(answer.status == 500 && answer.body.contains("K0806"), "{}", answer.body);
    assert_eq!(site.get("/").status, 200);
    let told = other.wait_for("event: built\ndata: 2\n");
    assert!(!told.contains("errors") && !told.contains("change"), "a page apart: {told}");

    // What nobody looked at is looked at then; the next build ends that.
    site.write("x", "3");
    site.wait_for_build();
    home.wait_for("event: built\ndata: 3\n");
    std::thread::sleep(std::time::Duration::from_millis(150));
    site.write("x", "4");
    site.wait_for_build();
    let mut told = home.wait_for("event: built\ndata: 4\n");
    assert!(told.contains("event: follow\ndata: /other/\n"), "{told}");
    // Who is slow hears of both at once.
    if !told.contains("found late") {
        told = home.wait_for("event: built\ndata: 4\n");
        assert!(!told.contains("follow"), "once is enough: {told}");
    }
    assert!(told.contains("found late") && told.contains(r#""old":false"#), "{told}");
    let told = other.wait_for("found late");
    assert!(!told.contains("follow"), "it is there already: {told}");
    assert_eq!(finished.load(Ordering::Relaxed), 4);
    // What is wrong elsewhere stays said while it is looked for again.
    site.write("x", "5");
    let told = home.wait_for("event: built\ndata: 5\n");
    assert!(!told.contains("clear") && !told.contains("errors"), "{told}");
    loop {
        if let Event::Found { diagnostics, .. } = site.server.next_event().unwrap() {
            assert_eq!(diagnostics.iter().next().unwrap().code, codes::DATA_FILE);
            break;
        }
    }
}

/// A site that shows its first page before the whole of it is read, and has a mistake if it is told to.
struct Beginning {
    folder: PathBuf,
    go: std::sync::mpsc::Receiver<bool>,
}

impl Builder for Beginning {
    fn build(&mut self, _: &[PathBuf]) -> Build {
        let site: Files = [(OutputPath::parse("index.html").unwrap(), "<body>one</body>".to_owned().into())]
            .into_iter()
            .collect();
        Build { site: Some(Arc::new(site)), more: true, ..Build::default() }
    }

    fn go_on(&mut self) -> Build {
        match self.go.recv().unwrap() {
            true => Build { more: false, summary: "whole".to_owned(), ..self.build(&[]) },
            false => {
                let wrong = Diagnostic::error(codes::BAD_VALUE, "a mistake in a text");
                Build { diagnostics: wrong.into(), ..Build::default() }
            }
        }
    }

    fn watched(&self) -> Vec<PathBuf> {
        vec![self.folder.clone()]
    }
}

#[test]
fn the_first_page_does_not_wait_for_the_whole_site() {
    for good in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let (go, going) = std::sync::mpsc::channel();
        let path = folder.path().join("site");
        std::fs::create_dir(&path).unwrap();
        let server = Server::start(
            &Options { port: Some(0), ..Options::default() },
            Beginning { folder: path, go: going },
        )
        .unwrap();
        let site = Preview { folder, server };
        assert!(site.get("/").body.contains("<body>one"), "before the rest is known");
        let mut page = site.listen("/");
        page.wait_for("event: built\ndata: 1\n");
        go.send(good).unwrap();
        let built = site.wait_for_build();
        assert_eq!(built.site.is_some(), good, "one build is said, the whole one");
        let told = page.wait_for("event: built\ndata: 2\n");
        assert_eq!(told.contains("event: errors"), !good, "{told}");
        assert_eq!(told.contains("a mistake in a text"), !good, "{told}");
        let answer = site.get("/");
        assert_eq!(answer.body.contains("<body>one"), good, "what begins well and is bad is not shown");
        assert_eq!(answer.body.contains("a mistake in a text"), !good, "{}", answer.body);
    }
}
