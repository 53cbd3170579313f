//! Starting and stopping, and the thread that builds.

use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, UdpSocket};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::civil::Date;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::serve::answer::{App, answer};
use crate::serve::guard::Peer;
use crate::serve::live::Token;
use crate::serve::state::Shared;
use crate::serve::watch::{Changes, Message, Watcher};
use crate::serve::{Build, Builder, DEFAULT_PORT, Event, Options, Site};
use crate::write::cause;

/// Connections at once; a browser opens six. Most systems let a process have 1,024 files.
const MOST_CONNECTIONS: usize = 600;

/// How long a request, or the next one on a connection, may take to arrive.
pub(super) const PATIENCE: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 20 });

/// How long the pages in view have before all others are rendered.
const HEAD_START: Duration = Duration::from_millis(60);

/// How long the first page has before the whole site is built: see [`Build::more`].
const FIRST_PAGE: Duration = Duration::from_millis(20);

/// Ports that are tried after the default one.
const MORE_PORTS: u16 = 20;

/// Serves a site until the process ends, and reports what happens.
///
/// # Errors
/// `K0804`: the server cannot listen where it should.
pub fn run(
    options: &Options,
    builder: impl Builder,
    mut reporter: impl FnMut(Event),
) -> Result<(), Diagnostic> {
    let server = Server::start(options, builder)?;
    while let Ok(event) = server.next_event() {
        reporter(event);
    }
    Ok(())
}

/// A server at work; it ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    events: Receiver<Event>,
    stop: Sender<Message>,
    runtime: Option<Runtime>,
}

impl Server {
    /// Starts a server, which builds the site at once and then whenever it changes.
    ///
    /// # Errors
    /// `K0804`: it cannot listen where it should.
    pub fn start(options: &Options, mut builder: impl Builder) -> Result<Self, Diagnostic> {
        let (listener, address, moved) = listen(options)?;
        let broken = |error: &io::Error| {
            Diagnostic::error(codes::LISTEN, format!("the server cannot be started: {}", cause(error)))
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("kenes-serve")
            .enable_all()
            .build()
            .map_err(|error| broken(&error))?;
        let state = Shared::new();
        let network = lan_address(address.ip());
        let url = url(SocketAddr::new(network.unwrap_or(address.ip()), address.port()));
        let (watcher, stop, trouble) = Watcher::new(&options.ignored);
        let wish = Wish::default();
        let app = App {
            token: Token::new(),
            state: state.clone(),
            follow: options.follow,
            editor: options.editor.clone(),
            root: options.root.as_path().into(),
            travel: travel(&wish, &stop),
        };
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener).map_err(|error| broken(&error))?
        };
        runtime.spawn(accept(listener, Arc::new(app)));
        runtime.spawn(midnights(stop.clone()));

        let here = here(address);
        let (reports, events) = channel();
        // The one who holds the server reads this; if nobody does, nobody wants to know.
        let network = network.map(|_| format!("{url}/"));
        let _ = reports.send(Event::Listening { url: format!("{here}/"), moved, network });
        builder.listening(&url);
        if let Some(trouble) = trouble {
            let _ = reports.send(Event::Trouble(trouble));
        }
        let opens = options.open.then(|| format!("{here}/"));
        let worker = Worker { builder, watcher, wish, state, reports, finishing: None };
        let started = std::thread::Builder::new().name("kenes-build".to_owned());
        started.spawn(move || worker.work(opens.as_deref())).map_err(|error| broken(&error))?;
        Ok(Self { address, events, stop, runtime: Some(runtime) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for the next thing to say.
    ///
    /// # Errors
    /// There will be none: the server has ended.
    pub fn next_event(&self) -> Result<Event, RecvError> {
        self.events.recv()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.stop.send(Message::Stop);
        if let Some(runtime) = self.runtime.take() {
            // Browsers keep their connections open; they are not waited for.
            runtime.shutdown_background();
        }
    }
}

/// Answers whoever connects. A client that says nothing, or half a request, is let go after a while,
/// and so many at once cannot be that the process runs out of files.
async fn accept(listener: tokio::net::TcpListener, app: Arc<App>) {
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    // Fails never: it is not closed.
    while let Ok(place) = Arc::clone(&room).acquire_owned().await {
        let Ok((stream, remote)) = listener.accept().await else {
            // Too many open files, most likely: some are about to be closed.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Fails for who is gone already.
        let Ok(local) = stream.local_addr() else { continue };
        let peer = Peer { remote, local };
        let _ = stream.set_nodelay(true);
        let app = Arc::clone(&app);
        let service = service_fn(move |request: Request<Incoming>| {
            let app = Arc::clone(&app);
            async move { Ok::<_, Infallible>(answer(app, request.map(Body::new), peer).await) }
        });
        let connection = http.serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            // A broken connection is nobody's concern.
            let _ = connection.await;
            drop(place);
        });
    }
}

/// Listens where the options say, or near it; whether the default port was taken.
fn listen(options: &Options) -> Result<(TcpListener, SocketAddr, bool), Diagnostic> {
    let first = options.port.unwrap_or(DEFAULT_PORT);
    let last = if options.port.is_some() { first } else { first + MORE_PORTS };
    let refused = |port: u16, error: &io::Error| {
        let at = SocketAddr::new(options.host, port);
        let diagnostic =
            Diagnostic::error(codes::LISTEN, format!("the server cannot listen on {at}: {}", cause(error)));
        match error.kind() {
            ErrorKind::AddrInUse => {
                diagnostic.help("choose another with `--port`, or end what listens there")
            }
            ErrorKind::PermissionDenied => {
                diagnostic.help("ports below 1024 are for the system; choose another")
            }
            ErrorKind::AddrNotAvailable => diagnostic.help("this machine does not have that address"),
            _ => diagnostic,
        }
    };
    for port in first..=last {
        match TcpListener::bind((options.host, port)) {
            Ok(listener) => {
                let ready = listener.set_nonblocking(true).and_then(|()| listener.local_addr());
                let address = ready.map_err(|error| refused(port, &error))?;
                return Ok((listener, address, port != first));
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse && port < last => {}
            Err(error) => return Err(refused(port, &error)),
        }
    }
    Err(refused(first, &ErrorKind::AddrInUse.into()))
}

/// The address for a browser on this machine, without a slash at the end.
fn here(address: SocketAddr) -> String {
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    url(SocketAddr::new(host, address.port()))
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// The address by which other machines reach a server that listens at `host`, if it listens for them.
fn lan_address(host: IpAddr) -> Option<IpAddr> {
    if host.is_loopback() {
        return None;
    }
    if !host.is_unspecified() {
        return Some(host);
    }
    // Nothing is sent: the system only says by which of its addresses it would go to the outside
    // (the target is one that belongs to nobody: RFC 5737, section 3).
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let found = socket.local_addr().ok()?.ip();
    (!found.is_unspecified() && !found.is_loopback()).then_some(found)
}

/// The day that somebody wants to see the site as on, and that is not built for yet.
type Wish = Arc<Mutex<Option<Option<Date>>>>;

fn travel(wish: &Wish, worker: &Sender<Message>) -> Box<dyn Fn(Option<Date>) + Send + Sync> {
    let (wish, worker) = (Arc::clone(wish), worker.clone());
    Box::new(move |day| {
        *wish.lock().unwrap_or_else(PoisonError::into_inner) = Some(day);
        // Fails when the server is being dropped.
        let _ = worker.send(Message::Wake);
    })
}

/// Asks for a build whenever a day begins, in UTC: a page may be public from then on. The date is looked
/// at again and again, because a clock that was set, or a machine that slept, knows no other way.
async fn midnights(worker: Sender<Message>) {
    let today = || jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date();
    let mut day = today();
    loop {
        tokio::time::sleep(Duration::from_secs(20)).await;
        if std::mem::replace(&mut day, today()) != day && worker.send(Message::Wake).is_err() {
            return;
        }
    }
}

/// The thread that builds, one build after the other.
struct Worker<B> {
    builder: B,
    watcher: Watcher,
    wish: Wish,
    state: Shared,
    reports: Sender<Event>,
    finishing: Option<Finishing>,
}

impl<B: Builder> Worker<B> {
    fn work(mut self, opens: Option<&str>) {
        // Watching begins first, or a change during the first build would be missed.
        self.watch();
        let mut changes = Changes { everything: true, ..Changes::default() };
        let mut opens = opens;
        loop {
            for trouble in std::mem::take(&mut changes.trouble) {
                self.report(Event::Trouble(trouble));
            }
            if changes.everything {
                changes.paths.clear();
            }
            if changes.everything || changes.woken || !changes.paths.is_empty() {
                self.build(changes.paths, changes.everything, &mut opens);
                self.watch();
            }
            let Some(next) = self.watcher.next() else { return };
            changes = next;
        }
    }

    fn watch(&mut self) {
        let watched = self.builder.watched();
        for trouble in self.watcher.watch(&watched) {
            self.report(Event::Trouble(trouble));
        }
    }

    fn build(&mut self, changed: Vec<std::path::PathBuf>, everything: bool, opens: &mut Option<&str>) {
        // What is still being rendered is out of date, and takes time from this.
        self.finishing = None;
        let wish = self.wish.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(day) = wish {
            self.builder.travel(day);
        }
        self.report(Event::Building { changed: changed.clone() });
        let start = Instant::now();
        let another_day = changed.is_empty() && !everything;
        let mut build = self.run(|builder| match another_day {
            true => builder.renew(),
            false => builder.build(&changed),
        });
        if build.more {
            self.state.publish(&build, &changed);
            self.open(opens.take());
            // The rest takes all cores, and somebody may be waiting for a page.
            std::thread::sleep(FIRST_PAGE);
            build = self.run(B::go_on);
        }
        let elapsed = start.elapsed();
        let (number, well) = self.state.publish(&build, &changed);
        let site = build.site.clone();
        self.report(Event::Built { build, elapsed, well });
        self.open(opens.take());
        if let Some(site) = site {
            self.finishing = Some(Finishing::start(number, site, self.state.clone(), self.reports.clone()));
        }
    }

    /// A build that may break off.
    fn run(&mut self, build: impl FnOnce(&mut B) -> Build) -> Build {
        let built = catch_unwind(AssertUnwindSafe(|| build(&mut self.builder)));
        built.unwrap_or_else(|panic| {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
            let fault = Diagnostic::error(codes::INTERNAL, format!("the build broke off: {said}"))
                .help("this is a fault of Kenes and should be reported; the last good build is still served");
            Build { diagnostics: fault.into(), ..Build::default() }
        })
    }

    fn open(&self, url: Option<&str>) {
        if let Some(url) = url
            && let Err(trouble) = open_browser(url)
        {
            self.report(Event::Trouble(trouble));
        }
    }

    fn report(&self, event: Event) {
        // Fails when the server is being dropped.
        let _ = self.reports.send(event);
    }
}

/// The rendering, in the background, of what nobody asked for; it ends when this is dropped.
struct Finishing(Arc<AtomicBool>);

impl Finishing {
    fn start(build: u64, site: Arc<dyn Site>, state: Shared, reports: Sender<Event>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mine = Arc::clone(&stop);
        let work = move || {
            std::thread::sleep(HEAD_START);
            if mine.load(Ordering::Relaxed) {
                return;
            }
            // Pages that cannot be rendered say so themselves; a fault here ends this thread only.
            let found = site.finish(&mine);
            if mine.load(Ordering::Relaxed) {
                return;
            }
            if let Some((diagnostics, well)) = state.found(build, found) {
                let _ = reports.send(Event::Found { diagnostics, well });
            }
        };
        // Without the thread mistakes of other pages are found when those are looked at.
        let _ = std::thread::Builder::new().name("kenes-finish".to_owned()).spawn(work);
        Self(stop)
    }
}

impl Drop for Finishing {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Has the system open an address in a browser.
fn open_browser(url: &str) -> Result<(), Diagnostic> {
    let (program, first): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(first).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = command.spawn();
    started.map(drop).map_err(|error| {
        Diagnostic::warning(codes::LISTEN, format!("no browser can be opened: {}", cause(&error)))
            .help(format!("open {url} yourself"))
    })
}
