//! A real server on a port of its own, asked as browsers ask and as nobody should.

#[cfg(test)]
mod live;
#[cfg(test)]
mod security;

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{Build, Builder, Event, Options, Server, Site};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::base::path::OutputPath;
use crate::base::span::Span;
use crate::write::Body;

/// A site that is rendered already: bytes by path.
#[derive(Default)]
pub(super) struct Files(HashMap<OutputPath, Body>);

impl Site for Files {
    fn contains(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn get(&self, path: &str) -> Option<Result<Body, Arc<Diagnostics>>> {
        self.0.get(path).cloned().map(Ok)
    }
}

impl FromIterator<(OutputPath, Body)> for Files {
    fn from_iter<T: IntoIterator<Item = (OutputPath, Body)>>(files: T) -> Self {
        Self(files.into_iter().collect())
    }
}

/// A site of a folder whose files are served as they are; a file with `ERROR` in it fails.
struct Copier {
    folder: PathBuf,
}

impl Builder for Copier {
    fn build(&mut self, _: &[PathBuf]) -> Build {
        let mut build = Build::default();
        let mut files = Vec::new();
        for entry in walkdir::WalkDir::new(&self.folder).into_iter().filter_map(Result::ok) {
            let name = entry.path().strip_prefix(&self.folder).unwrap().to_str().unwrap().to_owned();
            if !entry.file_type().is_file() {
                continue;
            }
            if name.starts_with("media") {
                files.push((OutputPath::parse(&name).unwrap(), Body::File(entry.into_path())));
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).unwrap();
            assert!(!text.contains("PANIC"), "at the disco");
            if let Some(at) = text.find("ERROR") {
                let place = Location::span(name.as_str(), &text, Span::new(at, at + 5));
                build
                    .diagnostics
                    .push(Diagnostic::error(codes::BAD_VALUE, "an <b>error</b>").at(place).help("h"));
            }
            files.push((OutputPath::parse(&name).unwrap(), text.into()));
        }
        if !build.diagnostics.has_errors() {
            build.site = Some(Arc::new(files.into_iter().collect::<Files>()));
        }
        build
    }

    fn watched(&self) -> Vec<PathBuf> {
        vec![self.folder.clone()]
    }
}

/// A server at work, with the folder that it serves.
struct Preview {
    folder: TempDir,
    server: Server,
}

impl Preview {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            write(&folder, path, text);
        }
        let copier = Copier { folder: folder.path().join("site") };
        let options = Options { root: copier.folder.clone(), ..Options::default() };
        Self::of(folder, copier, options)
    }

    fn of(folder: TempDir, builder: impl Builder, options: Options) -> Self {
        // What was written just before a start could have been written after it: the clocks of file
        // systems are behind. It would be built twice.
        std::thread::sleep(Duration::from_millis(100));
        let server = Server::start(&Options { port: Some(0), ..options }, builder).unwrap();
        let site = Self { folder, server };
        site.wait_for_build();
        // The system is asked to watch after the first build. What is written before it does is
        // seen as well, but not by its name.
        std::thread::sleep(Duration::from_millis(200));
        site
    }

    fn portal() -> Self {
        Self::new(&[
            ("index.html", "<body>home</body>"),
            ("404.html", "<body>none</body>"),
            ("ru/404.html", "<body>нет</body>"),
            ("ru/кеңес/index.html", "<body>кеңес</body>"),
            ("site.css", "0123456789"),
            ("media/film.webm", &"0123456789".repeat(200_000)),
        ])
    }

    fn write(&self, path: &str, text: &str) {
        write(&self.folder, path, text);
    }

    fn wait_for_build(&self) -> Build {
        loop {
            if let Event::Built { build, .. } = self.server.next_event().unwrap() {
                return build;
            }
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.server.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream
    }

    /// Sends bytes as they are, and reads until the server closes.
    fn raw(&self, request: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        answer
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request += &format!("Host: localhost:{}\r\n", self.server.address().port());
        }
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        Answer::parse(&self.raw(format!("{request}\r\n").as_bytes()))
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    /// Sends what the panel sends, with these headers more; `None` takes one away.
    fn post(&self, path: &str, body: &str, other: &[(&str, Option<&str>)]) -> Answer {
        let (token, port) = (self.token(), self.server.address().port());
        let (host, length) = (format!("localhost:{port}"), body.len());
        let origin = format!("http://{host}");
        let mut headers = vec![("Host", host.as_str()), ("Origin", &origin), ("X-Kenes-Token", &token)];
        headers.retain(|(name, _)| !other.iter().any(|(other, _)| other == name));
        headers.extend(other.iter().filter_map(|(name, value)| Some((*name, (*value)?))));
        let mut request =
            format!("POST /__kenes/{path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {length}\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        Answer::parse(&self.raw(format!("{request}\r\n{body}").as_bytes()))
    }

    fn token(&self) -> String {
        let script = self.get("/__kenes/live.js").body;
        script.split("TOKEN = \"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    /// Listens as the script of a page would.
    fn listen(&self, page: &str) -> Listener {
        let body = self.get(page).body;
        let etag = body.split("data-etag=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let mut stream = self.connect();
        let (token, port) = (self.token(), self.server.address().port());
        let page = crate::base::path::encode_path(page);
        write!(
            stream,
            "GET /__kenes/events?token={token}&page={page}&etag={etag} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\
             Origin: http://127.0.0.1:{port}\r\n\r\n"
        )
        .unwrap();
        let mut listener = Listener { stream, seen: String::new() };
        listener.wait_for("text/event-stream");
        listener
    }
}

struct Listener {
    stream: TcpStream,
    seen: String,
}

impl Listener {
    /// Reads until this has come, and forgets what came until then.
    fn wait_for(&mut self, text: &str) -> String {
        let start = Instant::now();
        let mut buffer = [0; 4096];
        loop {
            if let Some(at) = self.seen.find(text) {
                let rest = self.seen.split_off(at + text.len());
                return std::mem::replace(&mut self.seen, rest);
            }
            assert!(start.elapsed() < Duration::from_secs(5), "no {text:?} in {:?}", self.seen);
            let read = self.stream.read(&mut buffer).unwrap();
            assert!(read > 0, "closed without {text:?} in {:?}", self.seen);
            self.seen += std::str::from_utf8(&buffer[..read]).unwrap();
        }
    }
}

fn write(folder: &TempDir, path: &str, text: &str) {
    let path = folder.path().join("site").join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

#[test]
fn pages_are_served_with_the_headers_of_a_preview() {
    let site = Preview::portal();
    let home = site.get("/");
    assert_eq!(home.status, 200);
    assert!(home.body.starts_with("<body>home<script src=\"/__kenes/live.js\""), "{}", home.body);
    assert_eq!(home.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(home.header("cache-control"), Some("no-cache"));
    assert_eq!(home.header("cross-origin-resource-policy"), Some("same-origin"));
    assert!(!home.head.contains("access-control"), "{}", home.head);
    let page = site.get("/ru/%D0%BA%D0%B5%D2%A3%D0%B5%D1%81/");
    assert!(page.status == 200 && page.body.contains("кеңес"));
    let redirect = site.get("/ru/%D0%BA%D0%B5%D2%A3%D0%B5%D1%81?a=b");
    assert_eq!(
        (redirect.status, redirect.header("location")),
        (302, Some("/ru/%d0%ba%d0%b5%d2%a3%d0%b5%d1%81/?a=b"))
    );
    let css = site.get("/site.css?v=1");
    assert_eq!((css.status, css.body.as_str()), (200, "0123456789"));
    let head = site.ask("HEAD", "/", &[]);
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-length"), home.header("content-length"));
    let post = site.ask("POST", "/", &[("Content-Length", "0")]);
    assert_eq!((post.status, post.header("allow")), (405, Some("get, head")));
}

#[test]
fn what_is_not_there_is_404_with_the_sites_own_page() {
    let site = Preview::portal();
    for (path, text) in [("/x", "none"), ("/kk/x/", "none"), ("/ru/x/y", "нет"), ("/ru/", "нет")] {
        let answer = site.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains(text) && answer.body.contains("live.js"), "{path}: {}", answer.body);
    }
    let bare = Preview::new(&[("index.html", "x")]);
    assert!(bare.get("/x").status == 404 && bare.get("/x").body.contains("live.js"));
}

#[test]
fn unchanged_pages_and_parts_of_files() {
    let site = Preview::portal();
    for path in ["/", "/site.css", "/media/film.webm"] {
        let etag = site.get(path).header("etag").unwrap().to_owned();
        let again = site.ask("GET", path, &[("If-None-Match", &format!("\"x\", W/{etag}"))]);
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
        assert_eq!(site.ask("GET", path, &[("If-None-Match", "\"x\"")]).status, 200);
    }
    for path in ["/site.css", "/media/film.webm"] {
        let part = site.ask("GET", path, &[("Range", "bytes=2-5")]);
        assert_eq!((part.status, part.body.as_str()), (206, "2345"), "{path}");
        assert!(part.header("content-range").unwrap().starts_with("bytes 2-5/"));
        let changed = site.ask("GET", path, &[("Range", "bytes=2-5"), ("If-Range", "\"x\"")]);
        assert_eq!(changed.status, 200);
        let outside = site.ask("GET", path, &[("Range", "bytes=9000000-")]);
        assert_eq!(outside.status, 416);
    }
    let film = site.get("/media/film.webm");
    assert_eq!((film.body.len(), film.header("content-type")), (2_000_000, Some("video/webm")));
    let end = site.ask("GET", "/media/film.webm", &[("Range", "bytes=-1000003")]);
    assert!(end.body.len() == 1_000_003 && end.body.starts_with("789012"));
    let head = site.ask("HEAD", "/media/film.webm", &[]);
    assert_eq!((head.header("content-length"), head.body.as_str()), (Some("2000000"), ""));
}

#[test]
fn editors_are_understood() {
    let site = Preview::portal();
    let in_site = |path: &str| site.folder.path().join("site").join(path);
    // Swap and backup files do not matter; they would fail here.
    for noise in [".index.html.swp", "4913", "index.html~", ".#index.html", "#index.html#", ".git/index"] {
        site.write(noise, "ERROR");
    }
    std::thread::sleep(Duration::from_millis(120));
    for noise in [".index.html.swp", "4913", "index.html~", ".#index.html", "#index.html#", ".git/index"] {
        std::fs::remove_file(in_site(noise)).unwrap();
    }
    // An atomic save, as most editors do it, is one build; and it is the first since the start.
    site.write("index.html.new", "<body>saved</body>");
    std::fs::rename(in_site("index.html.new"), in_site("index.html")).unwrap();
    site.wait_for_build();
    assert!(site.get("/").body.contains("saved"));
    let mut listener = site.listen("/");
    // A hundred files at once are one build too.
    for i in 0..100 {
        site.write(&format!("many/{i}.html"), "x");
    }
    site.wait_for_build();
    site.write("index.html", "<body>then</body>");
    site.wait_for_build();
    assert!(site.get("/").body.contains("then"));
    listener.wait_for("event: change\n");
    // The watched folder itself goes and comes again.
    std::fs::rename(in_site(""), site.folder.path().join("away")).unwrap();
    site.wait_for_build();
    assert_eq!(site.get("/").status, 404);
    site.write("index.html", "<body>again</body>");
    site.wait_for_build();
    site.write("index.html", "<body>and again</body>");
    while !site.get("/").body.contains("and again") {
        site.wait_for_build();
    }
}

#[test]
fn a_taken_port_fails_if_it_was_asked_for() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let options = Options { port: Some(taken.local_addr().unwrap().port()), ..Options::default() };
    let error = Server::start(&options, Copier { folder: PathBuf::from("/nowhere") }).unwrap_err();
    assert_eq!(error.code, codes::LISTEN);
    assert!(error.message.contains("127.0.0.1:") && error.help.unwrap().contains("--port"));
    // The default moves on; twice here, for another server may have the first.
    let build = || Server::start(&Options::default(), Copier { folder: PathBuf::from("/nowhere") }).unwrap();
    let (one, two) = (build(), build());
    assert!(one.address().port() >= super::DEFAULT_PORT && two.address().port() > one.address().port());
}
