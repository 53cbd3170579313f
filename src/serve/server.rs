//! Starting and stopping, and the thread that builds.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvError, Sender, channel};
use std::time::Instant;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use tokio::runtime::Runtime;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::serve::answer::{App, answer};
use crate::serve::guard::Guard;
use crate::serve::live::Token;
use crate::serve::state::Shared;
use crate::serve::watch::{Changes, Message, Watcher};
use crate::serve::{Build, Builder, DEFAULT_PORT, Event, Options};
use crate::write::cause;

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
        let app = App { guard: Guard::new(options.host), token: Token::new(), state: state.clone() };
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener).map_err(|error| broken(&error))?
        };
        let router = router(Arc::new(app));
        runtime.spawn(async move { axum::serve(listener, router).await });

        let url = url(address);
        let (reports, events) = channel();
        // The one who holds the server reads this; if nobody does, nobody wants to know.
        let _ = reports.send(Event::Listening { url: format!("{url}/"), moved });
        builder.listening(&url);
        let (watcher, stop, trouble) = Watcher::new(&options.ignored);
        if let Some(trouble) = trouble {
            let _ = reports.send(Event::Trouble(trouble));
        }
        let opens = options.open.then(|| format!("{url}/"));
        let worker = Worker { builder, watcher, state, reports };
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

/// The service, with the headers that every response has.
fn router(app: Arc<App>) -> Router {
    let always = |name: HeaderName, value| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    Router::new()
        .fallback(answer)
        // A preview is asked again each time, and answers 304 where nothing changed.
        .layer(always(header::CACHE_CONTROL, "no-cache"))
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        .with_state(app)
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
fn url(address: SocketAddr) -> String {
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(host, address.port()))
}

/// The thread that builds, one build after the other.
struct Worker<B> {
    builder: B,
    watcher: Watcher,
    state: Shared,
    reports: Sender<Event>,
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
            if changes.everything || !changes.paths.is_empty() {
                self.build(changes.paths);
                self.watch();
            }
            if let Some(url) = opens.take()
                && let Err(trouble) = open_browser(url)
            {
                self.report(Event::Trouble(trouble));
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

    fn build(&mut self, changed: Vec<std::path::PathBuf>) {
        self.report(Event::Building { changed: changed.clone() });
        let start = Instant::now();
        let build = catch_unwind(AssertUnwindSafe(|| self.builder.build(&changed)));
        let build = build.unwrap_or_else(|panic| {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
            let fault = Diagnostic::error(codes::INTERNAL, format!("the build broke off: {said}"))
                .help("this is a fault of Kenes and should be reported; the last good build is still served");
            Build { files: None, diagnostics: fault.into(), summary: String::new() }
        });
        let elapsed = start.elapsed();
        self.state.publish(&build);
        self.report(Event::Built { build, elapsed });
    }

    fn report(&self, event: Event) {
        // Fails when the server is being dropped.
        let _ = self.reports.send(event);
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
