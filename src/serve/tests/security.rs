//! Who may ask, and what nobody can do.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use serde_json::{Value, json};

use super::super::{Build, Builder, Editor, Options, Site};
use super::{Answer, Preview, write};
use crate::base::diagnostic::Diagnostics;
use crate::write::Body;

#[test]
fn only_names_and_pages_of_this_machine_are_answered() {
    let site = Preview::portal();
    for host in ["evil.example", "evil.example:1111", "", "localhost.evil.example", "192.168.0.1"] {
        assert_eq!(site.ask("GET", "/", &[("Host", host)]).status, 403, "{host}");
    }
    for host in ["localhost", "127.0.0.1:9999", "[::1]:1111", "LOCALHOST:1"] {
        assert_eq!(site.ask("GET", "/", &[("Host", host)]).status, 200, "{host}");
    }
    let two = site.ask("GET", "/", &[("Host", "localhost"), ("Host", "evil.example")]);
    assert_eq!(two.status, 403);
    assert_eq!(site.ask("GET", "http://evil.example/", &[]).status, 403);
    assert_eq!(Answer::parse(&site.raw(b"GET / HTTP/1.0\r\n\r\n")).status, 403);
    let events = format!("/__kenes/events?token={}", site.token());
    let foreign: [(&str, &str); 3] =
        [("Origin", "http://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")];
    for header in foreign {
        assert_eq!(site.ask("GET", &events, &[header]).status, 403, "{header:?}");
        assert_eq!(site.ask("GET", "/__kenes/live.js", &[header]).status, 403, "{header:?}");
    }
    for query in ["", "?token=", "?token=x", "?token=00000000000000000000000000000000"] {
        assert_eq!(site.get(&format!("/__kenes/events{query}")).status, 403, "{query}");
    }
}

#[test]
fn no_spelling_leads_out_and_no_request_harms() {
    let site = Preview::portal();
    site.write("../secret.txt", "secret");
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/ru/../../secret.txt",
        "/%5c%5cserver",
        "/%00",
        "/index.html%00.css",
        "//secret.txt",
        "//evil.example/..",
        "/%c0%ae%c0%ae/",
        "/%",
        "/%zz",
        "/./",
        "/file:///etc/passwd",
        "/?%00",
        "/%ff%fe",
        "/%0d%0aSet-Cookie:x",
        "/__kenes/../secret.txt",
    ] {
        let answer = site.get(path);
        assert!(matches!(answer.status, 200 | 400 | 404), "{path}: {}", answer.head);
        assert!(!answer.body.contains("secret") && !answer.head.contains("set-cookie"), "{path}");
    }
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(100_000));
    for bytes in [
        &b"\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\\..\\secret HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET /#x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET secret.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nRange: bytes=-\xff\r\nIf-None-Match: \xff\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: local\x00host\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS client",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        long.as_bytes(),
    ] {
        let mut stream = site.connect();
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(!String::from_utf8_lossy(&answer).contains("secret"));
    }
    // Clients that say nothing, or go away in the middle, keep nobody waiting.
    let idle: Vec<TcpStream> = (0..200).map(|_| site.connect()).collect();
    drop(site.connect().write_all(b"GET /media/film.webm HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    assert_eq!(site.get("/").status, 200);
    drop(idle);
}

#[cfg(unix)]
#[test]
fn a_file_that_has_become_a_link_is_not_followed_out() {
    let site = Preview::portal();
    site.write("../secret.txt", "secret");
    let film = site.folder.path().join("site/media/film.webm");
    std::fs::remove_file(&film).unwrap();
    // The build fails, and the state before stays.
    site.write("index.html", "ERROR");
    std::os::unix::fs::symlink(site.folder.path().join("secret.txt"), &film).unwrap();
    while !site.wait_for_build().diagnostics.has_errors() {}
    let answer = site.get("/media/film.webm");
    assert!(answer.status == 404 && !answer.body.contains("secret"), "{} {}", answer.head, answer.body);
}

#[test]
fn half_a_request_is_not_waited_for() {
    let site = Preview::portal();
    let start = Instant::now();
    for half in ["", "GET", "GET / HTTP/1.1\r\nHost: localhost\r\n", "POST /__kenes/panel HTTP/1.1\r\n"] {
        let mut stream = site.connect();
        stream.write_all(half.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // Closed by the server, before the time of the reader is over.
        stream.read_to_end(&mut answer).unwrap();
    }
    assert!(start.elapsed() < Duration::from_secs(12));
    // A body that does not come, from somebody who knows all secrets.
    let (token, port) = (site.token(), site.server.address().port());
    let mut stream = site.connect();
    write!(
        stream,
        "POST /__kenes/travel HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n\
         X-Kenes-Token: {token}\r\nContent-Length: 10\r\n\r\n{{"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(Answer::parse(&answer).status, 400);
    assert_eq!(site.get("/").status, 200);
}

/// A site of one page, which says where it comes from; notes where it is sent.
struct Traveller {
    days: Sender<Option<Date>>,
}

struct OnePage;

impl Site for OnePage {
    fn contains(&self, path: &str) -> bool {
        path == "index.html"
    }

    fn get(&self, path: &str) -> Option<Result<Body, Arc<Diagnostics>>> {
        self.contains(path).then(|| Ok("<body>one</body>".to_owned().into()))
    }

    fn about(&self, path: &str) -> Option<Value> {
        self.contains(path).then(|| json!({ "source": "content/one.md", "title": "content/two.md" }))
    }

    fn overview(&self) -> Value {
        json!({ "pages": [{ "source": "content/draft.md" }, { "source": "../secret.txt" }] })
    }
}

impl Builder for Traveller {
    fn build(&mut self, _: &[std::path::PathBuf]) -> Build {
        Build { site: Some(Arc::new(OnePage)), ..Build::default() }
    }

    fn watched(&self) -> Vec<std::path::PathBuf> {
        Vec::new()
    }

    fn travel(&mut self, as_of: Option<Date>) {
        self.days.send(as_of).unwrap();
    }
}

#[test]
fn the_panel_answers_its_own_pages_only() {
    let folder = tempfile::tempdir().unwrap();
    let (days, travelled) = channel();
    let site = Preview::of(folder, Traveller { days }, Options::default());
    let asked = r#"{"page":"/"}"#;
    let answer = site.post("panel", asked, &[]);
    let said: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((answer.status, &said["page"]["source"]), (200, &"content/one.md".into()));
    assert_eq!(said["site"]["pages"][0]["source"], "content/draft.md");
    let refused: [&[(&str, Option<&str>)]; 8] = [
        &[("X-Kenes-Token", None)],
        &[("X-Kenes-Token", Some("00000000000000000000000000000000"))],
        &[("X-Kenes-Token", Some(""))],
        &[("Origin", None)],
        &[("Origin", Some("null"))],
        &[("Origin", Some("http://evil.example"))],
        &[("Sec-Fetch-Site", Some("cross-site"))],
        &[("Host", Some("evil.example"))],
    ];
    for what in ["panel", "open", "travel"] {
        for headers in refused {
            assert_eq!(site.post(what, asked, headers).status, 403, "{what} {headers:?}");
        }
        for method in ["GET", "HEAD", "OPTIONS", "PUT"] {
            let answer = site.ask(method, &format!("/__kenes/{what}"), &[]);
            assert!(
                answer.status == 405 && !answer.head.contains("access-control"),
                "{method} {}",
                answer.head
            );
        }
        assert_eq!(site.post(what, "{", &[]).status, 400);
        assert_eq!(site.post(what, &" ".repeat(100_000), &[]).status, 400);
    }
    for page in ["", "x", "/..", "/none/", "/%00"] {
        let answer = site.post("panel", &json!({ "page": page }).to_string(), &[]);
        assert!(answer.status == 200 && answer.body.contains("\"page\":null"), "{page}: {}", answer.body);
    }
    // Another day, and today again; each is built.
    for (asked, day) in [(r#""2042-02-03""#, Some(Date::constant(2042, 2, 3))), ("null", None)] {
        assert_eq!(site.post("travel", &format!("{{\"as_of\":{asked}}}"), &[]).status, 204);
        site.wait_for_build();
        assert_eq!(travelled.recv().unwrap(), day);
    }
    for bad in [r#""2042-02-30""#, r#""tomorrow""#, "1", r#""2042-02-03T00:00:00""#] {
        assert_eq!(site.post("travel", &format!("{{\"as_of\":{bad}}}"), &[]).status, 400, "{bad}");
    }
    // What is no object asks for nothing, not for today.
    for bad in ["[1]", "null", "1", r#""as_of""#] {
        assert_eq!(site.post("travel", bad, &[]).status, 400, "{bad}");
    }
    assert!(travelled.try_recv().is_err());
}

#[cfg(unix)]
#[test]
fn only_files_that_the_page_names_are_opened() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    for path in ["content/one.md", "content/two.md", "content/draft.md", "../secret.txt"] {
        write(&folder, path, "");
    }
    let (editor, notes) = (folder.path().join("editor"), folder.path().join("notes"));
    std::fs::write(&editor, format!("#!/bin/sh\necho \"$@\" >> '{}'\n", notes.display())).unwrap();
    std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).unwrap();
    let options = Options {
        editor: Editor::parse(editor.to_str().unwrap()).unwrap(),
        root: folder.path().join("site"),
        ..Options::default()
    };
    let site = Preview::of(folder, Traveller { days: channel().0 }, options);
    let open = |file: &str| {
        let asked = json!({ "page": "/", "file": file, "line": 3, "column": 1 });
        site.post("open", &asked.to_string(), &[]).status
    };
    for file in
        ["content/two.md", "../secret.txt", "secret.txt", "/etc/passwd", "", "content", "; touch x", "--help"]
    {
        assert_eq!(open(file), 404, "{file}");
    }
    assert_eq!(open("content/one.md"), 204);
    assert_eq!(open("content/draft.md"), 204);
    let start = Instant::now();
    let opened = loop {
        let opened = std::fs::read_to_string(&notes).unwrap_or_default();
        if opened.lines().count() >= 2 {
            break opened;
        }
        assert!(start.elapsed() < Duration::from_secs(5), "opened: {opened}");
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(
        opened.contains("/site/content/one.md\n") && opened.contains("/site/content/draft.md\n"),
        "{opened}"
    );
    assert!(!opened.contains("secret"));
    // Without a program there is only the link, which the page itself has.
    let plain =
        Preview::of(tempfile::tempdir().unwrap(), Traveller { days: channel().0 }, Options::default());
    assert_eq!(plain.post("open", r#"{"page":"/","file":"content/one.md"}"#, &[]).status, 404);
}
