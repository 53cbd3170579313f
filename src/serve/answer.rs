//! Requests in, responses out. No request can make this panic, and none is answered from two builds.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use axum::body::{Body as Stream, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Diagnostics};
use crate::base::digest::Digest;
use crate::serve::Site;
use crate::serve::author;
use crate::serve::editor::Editor;
use crate::serve::guard::{Guard, Peer};
use crate::serve::live::{self, Listener, Receiving, Token};
use crate::serve::mime;
use crate::serve::range::{self, Part};
use crate::serve::route::{Route, route};
use crate::serve::state::{self, Shared, both};
use crate::write::Body;

/// What every request is answered from.
pub(super) struct App {
    pub(super) token: Token,
    pub(super) state: Shared,
    pub(super) follow: bool,
    pub(super) editor: Editor,
    /// The site's folder.
    pub(super) root: Arc<Path>,
    /// Has the site built for another day.
    pub(super) travel: Box<dyn Fn(Option<Date>) + Send + Sync>,
}

/// A file of at most this size is read whole before it is sent.
const SMALL: u64 = 1 << 20;

/// Bytes of a large file that are read at once.
const CHUNK: usize = 64 * 1024;

/// The tag of the page that says, for want of one of the site's own, that there is nothing.
const NOTHING: &str = "nothing";

/// Answers one request, with the headers that every response has.
pub(super) async fn answer(app: Arc<App>, request: Request<Stream>, peer: Peer) -> Response {
    let mut response = respond(&app, request, peer).await;
    for (name, value) in [
        // A preview is asked again each time, and answers 304 where nothing changed.
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ] {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

async fn respond(app: &App, request: Request<Stream>, peer: Peer) -> Response {
    let (request, body) = request.into_parts();
    let (uri, headers) = (&request.uri, &request.headers);
    if !Guard::knows_host(uri, headers, peer) {
        return say(StatusCode::FORBIDDEN, "This server answers to names of this machine only.");
    }
    let path = uri.path();
    if matches!(path, author::PANEL | author::OPEN | author::TRAVEL) {
        return author::answer(app, &request.method, path, headers, peer, body).await;
    }
    let head = request.method == Method::HEAD;
    if !head && request.method != Method::GET {
        let allow = (header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return ([allow], say(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD.")).into_response();
    }
    match path {
        live::SCRIPT | live::EVENTS if !Guard::is_own_page(headers) => {
            say(StatusCode::FORBIDDEN, "Only for pages of this server.")
        }
        live::SCRIPT => {
            let kind = (header::CONTENT_TYPE, mime::of(live::SCRIPT));
            let never = (header::CACHE_CONTROL, "no-store");
            ([kind, never], app.token.script()).into_response()
        }
        live::EVENTS => {
            let listener = Listener::parse(uri.query().unwrap_or_default());
            if app.token.matches(&listener.token) && !head {
                live::events(
                    listener,
                    app.state.subscribe(),
                    app.follow,
                    &app.root,
                    &author::editor(app, peer),
                )
            } else {
                say(StatusCode::FORBIDDEN, "The page is from an earlier run of the server.")
            }
        }
        _ => {
            let state = app.state.get().await;
            let Some(site) = state.site else {
                return failed(StatusCode::SERVICE_UNAVAILABLE, &state.problems);
            };
            match look(site, &app.root, path.to_owned()).await {
                Found::File(status, name, loaded) => send(status, &name, loaded, head, headers),
                Found::Folder(to) => see_folder(&to, uri.query()),
                Found::Broken(problems) => {
                    failed(StatusCode::INTERNAL_SERVER_ERROR, &both(&state.problems, &problems))
                }
                Found::Nothing => nothing(),
                Found::Malformed => say(StatusCode::BAD_REQUEST, "No page can have this address."),
            }
        }
    }
}

/// What a site has for a request.
pub(super) enum Found {
    /// A file, with the status that it is sent with.
    File(StatusCode, String, Loaded),
    /// The folder's page is meant, at this address.
    Folder(String),
    /// A page that cannot be rendered.
    Broken(Arc<Diagnostics>),
    Nothing,
    Malformed,
}

impl Found {
    /// The tag of what would be sent; `None` for a page that cannot be rendered.
    pub(super) fn etag(&self) -> Option<&str> {
        match self {
            Self::File(_, _, loaded) => Some(&loaded.etag),
            Self::Broken(_) => None,
            Self::Folder(_) | Self::Nothing | Self::Malformed => Some(NOTHING),
        }
    }
}

/// Looks up what answers a path. A page that is rendered for it keeps no other request waiting.
pub(super) async fn look(site: Arc<dyn Site>, root: &Arc<Path>, path: String) -> Found {
    let root = Arc::clone(root);
    match spawn_blocking(move || look_now(&*site, &root, &path)).await {
        Ok(found) => found,
        // A fault of the engine breaks this one answer, and is said.
        Err(_) => {
            let fault = Diagnostic::error(codes::INTERNAL, "the rendering of this page broke off")
                .help("this is a fault of Kenes and should be reported; the terminal says more");
            Found::Broken(Arc::new(fault.into()))
        }
    }
}

/// As [`look`], and blocks.
pub(super) fn look_now(site: &dyn Site, root: &Path, path: &str) -> Found {
    let file = |status, name: String| match site.get(&name) {
        Some(Ok(body)) => match load(body, root) {
            Ok(loaded) => Found::File(status, name, loaded),
            // A picture that was deleted a moment ago; the build that says so is on its way.
            Err(_) => Found::Nothing,
        },
        Some(Err(problems)) => Found::Broken(problems),
        None => Found::Nothing,
    };
    match route(site, path) {
        Route::File(name) => file(StatusCode::OK, name),
        Route::Folder(to) => Found::Folder(to),
        Route::Missing(Some(name)) => match file(StatusCode::NOT_FOUND, name) {
            Found::Broken(_) => Found::Nothing,
            found => found,
        },
        Route::Missing(None) => Found::Nothing,
        Route::Malformed => Found::Malformed,
    }
}

/// Says what is wrong where there is no page to say it over.
fn failed(status: StatusCode, problems: &Diagnostics) -> Response {
    let page = live::with_script(&state::failed_page(problems), "");
    (status, [(header::CONTENT_TYPE, mime::of("x.html"))], page).into_response()
}

pub(super) fn say(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// The page of a site that has none of its own for this.
fn nothing() -> Response {
    let page = b"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>404</title>\
        <body><h1>404</h1><p>There is no such page, and the site has no <code>404.html</code>.</p></body></html>";
    let kind = (header::CONTENT_TYPE, mime::of("x.html"));
    (StatusCode::NOT_FOUND, [kind], live::with_script(page, NOTHING)).into_response()
}

/// Sends the browser from `/x` to `/x/`, for this time only: the page may be gone tomorrow.
fn see_folder(to: &str, query: Option<&str>) -> Response {
    let to = query.map_or_else(|| to.to_owned(), |query| format!("{to}?{query}"));
    match HeaderValue::try_from(to) {
        Ok(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Err(_) => say(StatusCode::BAD_REQUEST, "No page can have this address."),
    }
}

/// A file, ready to be sent.
pub(super) struct Loaded {
    etag: String,
    content: Content,
}

enum Content {
    Bytes(Bytes),
    Large(File, u64),
}

fn load(body: Body, root: &Path) -> io::Result<Loaded> {
    let path = match body {
        Body::Bytes(bytes) => {
            return Ok(Loaded { etag: Digest::of(&bytes).short(), content: Content::Bytes(bytes) });
        }
        Body::File(path) => path,
    };
    // It was a file of the site when that was built; it may be a link to somewhere else by now.
    let path = inside(root, &path)?;
    let mut file = File::open(path)?;
    let found = file.metadata()?;
    let time = found.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let etag = format!("{:x}-{:x}", found.len(), time.as_nanos());
    let content = if found.len() <= SMALL {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Content::Bytes(bytes.into())
    } else {
        Content::Large(file, found.len())
    };
    Ok(Loaded { etag, content })
}

/// The file that a path leads to, if it is one below the site's folder.
pub(super) fn inside(root: &Path, path: &Path) -> io::Result<PathBuf> {
    let (root, path) = (root.canonicalize()?, path.canonicalize()?);
    if path.starts_with(root) && path.is_file() { Ok(path) } else { Err(io::ErrorKind::NotFound.into()) }
}

fn send(status: StatusCode, name: &str, loaded: Loaded, head: bool, headers: &HeaderMap) -> Response {
    let Loaded { etag, content } = loaded;
    let kind = mime::of(name);
    let tag = format!("\"{etag}\"");
    let mut response = Response::builder().header(header::CONTENT_TYPE, kind).header(header::ETAG, &tag);
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let found = status == StatusCode::OK;
    if found && text(header::IF_NONE_MATCH).is_some_and(|known| matches_tag(known, &tag)) {
        return finish(response.status(StatusCode::NOT_MODIFIED), Stream::empty());
    }
    let content = match content {
        Content::Bytes(page) if kind.starts_with("text/html") => {
            Content::Bytes(live::with_script(&page, &etag))
        }
        content => content,
    };
    let size = match &content {
        Content::Bytes(bytes) => bytes.len() as u64,
        Content::Large(_, size) => *size,
    };
    // A part of another version of the file would be of no use.
    let same_version = text(header::IF_RANGE).is_none_or(|known| known == tag);
    let wanted = text(header::RANGE).filter(|_| found && same_version);
    let (status, start, length) = match range::parse(wanted, size) {
        Part::Whole => (status, 0, size),
        Part::Some { start, length } => {
            let end = start + length - 1;
            response = response.header(header::CONTENT_RANGE, format!("bytes {start}-{end}/{size}"));
            (StatusCode::PARTIAL_CONTENT, start, length)
        }
        Part::Outside => {
            let response = response.header(header::CONTENT_RANGE, format!("bytes */{size}"));
            return finish(response.status(StatusCode::RANGE_NOT_SATISFIABLE), Stream::empty());
        }
    };
    let response =
        response.status(status).header(header::ACCEPT_RANGES, "bytes").header(header::CONTENT_LENGTH, length);
    let body = match content {
        _ if head => Stream::empty(),
        Content::Bytes(bytes) => Stream::from(slice(&bytes, start, length)),
        Content::Large(file, _) => stream(file, start, length),
    };
    finish(response, body)
}

fn finish(response: axum::http::response::Builder, body: Stream) -> Response {
    // Fails for a header that cannot be sent, of which there is none here.
    response.body(body).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn slice(bytes: &Bytes, start: u64, length: u64) -> Bytes {
    let start = usize::try_from(start).unwrap_or(usize::MAX).min(bytes.len());
    let end = start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX)).min(bytes.len());
    bytes.slice(start..end)
}

/// `If-None-Match`: a list of tags, weak or not, or `*` (RFC 9110, section 13.1.2).
fn matches_tag(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// A part of a large file, read as fast as the browser takes it. No thread waits for a slow one.
fn stream(mut file: File, start: u64, length: u64) -> Stream {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(2);
    tokio::spawn(async move {
        let mut left = length;
        let mut at = Some(start);
        while left > 0 {
            let read = spawn_blocking(move || {
                if let Some(start) = at {
                    file.seek(SeekFrom::Start(start))?;
                }
                let mut chunk = vec![0; CHUNK.min(usize::try_from(left).unwrap_or(CHUNK))];
                let read = file.read(&mut chunk)?;
                chunk.truncate(read);
                io::Result::Ok((file, chunk))
            });
            match read.await.map_err(io::Error::from).flatten() {
                // The file has become shorter, and the promised length cannot be kept.
                Ok((_, chunk)) if chunk.is_empty() => {
                    let _ = sender.send(Err(io::ErrorKind::UnexpectedEof.into())).await;
                    return;
                }
                Ok((again, chunk)) => {
                    left -= chunk.len() as u64;
                    (file, at) = (again, None);
                    if sender.send(Ok(chunk.into())).await.is_err() {
                        return;
                    }
                }
                Err(error) => {
                    let _ = sender.send(Err(error)).await;
                    return;
                }
            }
        }
    });
    Stream::from_stream(Receiving(receiver))
}
