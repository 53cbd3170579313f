//! Against servers on this machine.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use url::Url;

use super::ask::{Answer, Client};
use super::{Limits, Outcome, Outside, crew, offline};
use crate::base::path::SourcePath;
use crate::base::span::Span;

const LIMITS: Limits =
    Limits { at_once: 8, timeout: Duration::from_secs(20), redirects: 5, total: Duration::from_secs(60) };

/// A server that answers each `METHOD PATH` as `answer` says, and remembers what it was asked.
struct Server {
    port: u16,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// `answer` gives a status and a `Location`; `None` says nothing at all; a status of 0 hangs up.
    fn new(answer: fn(&str) -> Option<(u16, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = log.clone();
        // Ends with the process: nothing waits for it.
        std::thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = Vec::new();
                let mut buffer = [0; 1024];
                while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                    match stream.read(&mut buffer) {
                        Ok(0) | Err(_) => break,
                        Ok(n) => request.extend_from_slice(&buffer[..n]),
                    }
                }
                let request = String::from_utf8_lossy(&request).into_owned();
                let line = request.split(" HTTP/").next().unwrap_or_default().to_owned();
                kept.lock().unwrap().push(line.clone());
                match answer(&line) {
                    None => silent.push(stream),
                    Some((0, _)) => {}
                    Some((status, location)) => {
                        let location =
                            if location.is_empty() { location } else { format!("Location: {location}\r\n") };
                        let _ = write!(stream, "HTTP/1.1 {status} X\r\n{location}Content-Length: 0\r\n\r\n");
                    }
                }
            }
        });
        Self { port, log }
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}{path}", self.port)).unwrap()
    }

    fn log(&self) -> Vec<String> {
        std::mem::take(&mut self.log.lock().unwrap())
    }
}

fn usual() -> Server {
    Server::new(|line| {
        let plain = |status: u16| Some((status, String::new()));
        let to = |status: u16, location: &str| Some((status, location.to_owned()));
        match line {
            "HEAD /ok" | "GET /no-head" | "GET /forbidden-head" | "GET /hangs-up" => plain(200),
            "HEAD /no-head" => plain(405),
            "HEAD /forbidden-head" => plain(403),
            "HEAD /hangs-up" => plain(0),
            "HEAD /busy" => plain(429),
            "HEAD /old" => to(301, "deep/../ok#part"),
            "HEAD /circle" => to(302, "/circle-2"),
            "HEAD /circle-2" => to(307, "/circle"),
            "HEAD /file" => to(302, "file:///etc/passwd"),
            "HEAD /nowhere" => to(302, "http://"),
            "HEAD /lost" => plain(302),
            "HEAD /slow" => None,
            line if line.starts_with("HEAD /step-") => {
                let step: u32 = line["HEAD /step-".len()..].parse().unwrap();
                if step == 0 { plain(200) } else { to(302, &format!("/step-{}", step - 1)) }
            }
            _ => plain(404),
        }
    })
}

#[test]
fn answers_are_understood() {
    let server = usual();
    let client = Client::new(LIMITS);
    let ask = |path: &str| client.ask(&server.url(path));
    assert_eq!(ask("/ok"), Answer::Status(200));
    assert_eq!(server.log(), ["HEAD /ok"]);
    // No bad status is believed before GET gave it too.
    assert_eq!(ask("/gone"), Answer::Status(404));
    assert_eq!(server.log(), ["HEAD /gone", "GET /gone"]);
    for path in ["/no-head", "/forbidden-head", "/hangs-up"] {
        assert_eq!(ask(path), Answer::Status(200), "{path}");
    }
    server.log();
    assert_eq!(ask("/busy"), Answer::Status(429));
    assert_eq!(server.log(), ["HEAD /busy"]);
}

#[test]
fn redirects_are_followed_so_far_and_no_further() {
    let server = usual();
    let client = Client::new(LIMITS);
    let ask = |path: &str| client.ask(&server.url(path));
    let refused = |path: &str| match client.ask(&server.url(path)) {
        Answer::Refused(why) => why,
        other => panic!("{path}: {other:?}"),
    };
    assert_eq!(ask("/old"), Answer::Status(200));
    assert_eq!(server.log(), ["HEAD /old", "HEAD /ok"]);
    assert_eq!(ask("/step-5"), Answer::Status(200));
    assert_eq!(refused("/step-6"), "it redirects more than 5 times");
    assert_eq!(refused("/circle"), "it redirects in a circle");
    assert_eq!(refused("/file"), "it redirects to `file:`, which no browser follows from the web");
    assert_eq!(refused("/nowhere"), "it redirects to `http://`, which is no address");
    assert_eq!(ask("/lost"), Answer::Status(302));
}

#[test]
fn silence_and_closed_doors_are_told_apart() {
    let server = usual();
    let impatient = Client::new(Limits { timeout: Duration::from_millis(200), ..LIMITS });
    let started = Instant::now();
    assert_eq!(impatient.ask(&server.url("/slow")), Answer::TimedOut);
    assert!(started.elapsed() < LIMITS.timeout / 2);
    let client = Client::new(LIMITS);
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let closed = Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
    assert_eq!(client.ask(&closed), Answer::Unreachable("the server refused the connection".to_owned()));
    let noise = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = noise.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in noise.incoming() {
            let _ = stream.unwrap().write_all(b"SSH-2.0-nothing\r\n\r\n");
        }
    });
    let answer = client.ask(&Url::parse(&format!("http://127.0.0.1:{port}/")).unwrap());
    assert!(
        matches!(&answer, Answer::Refused(why) if why.starts_with("the server does not speak HTTP")),
        "{answer:?}"
    );
}

#[test]
fn private_addresses_are_not_asked() {
    let client = Client::new(Limits { timeout: Duration::from_millis(200), ..LIMITS });
    for url in [
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/x",
        "http://[fd00::1]/",
        "http://0.0.0.0/",
    ] {
        let answer = client.ask(&Url::parse(url).unwrap());
        assert!(matches!(&answer, Answer::Refused(why) if why.contains("private")), "{url}: {answer:?}");
    }
}

#[test]
fn a_host_gets_one_request_at_a_time() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static BUSY: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    // The loop of `Server` would hide requests that overlap: this one has a thread for each.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || {
                let mut stream = stream.unwrap();
                MOST.fetch_max(BUSY.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 2048]);
                std::thread::sleep(Duration::from_millis(20));
                BUSY.fetch_sub(1, Ordering::SeqCst);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            });
        }
    });
    let urls: Vec<Url> =
        (0..12).map(|n| Url::parse(&format!("http://127.0.0.1:{port}/{n}")).unwrap()).collect();
    let answers = crew::ask_all(&urls.iter().collect::<Vec<_>>(), &LIMITS, |_| {});
    assert!(answers.iter().all(|(_, answer)| *answer == Answer::Status(200)));
    assert_eq!((answers.len(), MOST.load(Ordering::SeqCst)), (12, 1));
}

fn follow(root: &std::path::Path, links: &[String], limits: &Limits, now: u64) -> Outcome {
    let mut outside = Outside::default();
    for (at, link) in links.iter().enumerate() {
        outside.add(link, &SourcePath::new("content/a.md"), Span::new(at, at + 1));
    }
    outside.follow(root, limits, now, |_| {})
}

fn messages(outcome: &Outcome) -> Vec<String> {
    outcome.problems.iter().map(|problem| problem.message.clone()).collect()
}

#[test]
fn answers_are_remembered_and_each_place_is_named() {
    let server = usual();
    let dir = tempfile::tempdir().unwrap();
    let url = |path: &str| server.url(path).to_string();
    let links =
        [url("/ok#a"), url("/ok#b"), url("/gone"), url("/gone#x"), "mailto:a@b.kz".into(), "https://".into()];
    let first = follow(dir.path(), &links, &LIMITS, 1_000_000);
    assert_eq!((first.links, first.remembered, first.not_kept.as_deref()), (2, 0, None));
    assert_eq!(server.log(), ["HEAD /gone", "GET /gone", "HEAD /ok"]);
    let said = messages(&first);
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].starts_with("`https://` is not an address"));
    assert!(
        said[1].ends_with("/gone answers 404 (Not Found)")
            && said[2].ends_with("/gone#x answers 404 (Not Found)")
    );
    let second = follow(dir.path(), &links, &LIMITS, 1_000_000 + 60);
    assert_eq!((second.remembered, messages(&second), server.log()), (2, said, vec![]));
    // After an hour the page may have come back; what was there is believed for a week.
    assert_eq!(follow(dir.path(), &links, &LIMITS, 1_000_000 + 4000).remembered, 1);
    assert_eq!(server.log(), ["HEAD /gone", "GET /gone"]);
}

#[test]
fn what_the_time_does_not_suffice_for_is_said() {
    let server = usual();
    let dir = tempfile::tempdir().unwrap();
    let links = [server.url("/ok").to_string(), server.url("/gone").to_string()];
    let outcome = follow(dir.path(), &links, &Limits { total: Duration::ZERO, ..LIMITS }, 1_000_000);
    assert_eq!(messages(&outcome), ["2 outside links were not asked: 0 minutes had passed"]);
    assert!(server.log().is_empty());
}

#[test]
fn a_machine_without_a_network_blames_no_link() {
    let urls: Vec<Url> =
        ["a.kz", "b.kz", "c.kz"].map(|host| Url::parse(&format!("https://{host}")).unwrap()).into();
    let none: Vec<_> = urls.iter().map(|url| (url, Answer::Unreachable("x".to_owned()))).collect();
    assert_eq!(offline(&none).as_deref(), Some("x"));
    assert_eq!(offline(&none[..2]), None);
    let mut one = none.clone();
    one[1].1 = Answer::Status(404);
    assert_eq!(offline(&one), None);
    // What lies near says nothing about the network.
    let near = [Url::parse("http://localhost/").unwrap(), Url::parse("http://10.0.0.1/").unwrap()];
    let mut mixed = none.clone();
    mixed.push((&near[0], Answer::Status(200)));
    mixed.push((&near[1], Answer::Refused("x".to_owned())));
    mixed[0].1 = Answer::TimedOut;
    assert_eq!(offline(&mixed).as_deref(), Some("x"));
}
