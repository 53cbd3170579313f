//! Requests in, responses out. No request can make this panic, and none is answered from two builds.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use axum::body::{Body as Stream, Bytes};
use axum::extract::{Request, State as Extract};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::base::digest::Digest;
use crate::base::path::OutputPath;
use crate::serve::files::{Files, Route};
use crate::serve::guard::Guard;
use crate::serve::live::{self, Listener, Receiving, Token};
use crate::serve::mime;
use crate::serve::range::{self, Part};
use crate::serve::state::{self, Shared};
use crate::write::Body;

/// What every request is answered from.
#[derive(Debug)]
pub(super) struct App {
    pub(super) guard: Guard,
    pub(super) token: Token,
    pub(super) state: Shared,
}

/// A file of at most this size is read whole before it is sent.
const SMALL: u64 = 1 << 20;

/// Bytes of a large file that are read at once.
const CHUNK: usize = 64 * 1024;

/// The tag of the page that says, for want of one of the site's own, that there is nothing.
const NOTHING: &str = "nothing";

/// Answers one request.
pub(super) async fn answer(Extract(app): Extract<Arc<App>>, request: Request) -> Response {
    let (request, _) = request.into_parts();
    let (uri, headers) = (&request.uri, &request.headers);
    if !app.guard.knows_host(uri, headers) {
        return say(StatusCode::FORBIDDEN, "This server answers to names of this machine only.");
    }
    let head = request.method == Method::HEAD;
    if !head && request.method != Method::GET {
        let allow = (header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return ([allow], say(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD.")).into_response();
    }
    match uri.path() {
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
                live::events(listener, app.state.subscribe())
            } else {
                say(StatusCode::FORBIDDEN, "The page is from an earlier run of the server.")
            }
        }
        path => {
            let state = app.state.get().await;
            let Some(files) = state.files else {
                let page = live::with_script(&state::failed_page(state.trouble.as_deref()), "");
                let kind = (header::CONTENT_TYPE, mime::of("x.html"));
                return (StatusCode::SERVICE_UNAVAILABLE, [kind], page).into_response();
            };
            match files.route(path) {
                Route::File(name, body) => send(StatusCode::OK, name, body, head, headers).await,
                Route::Folder(to) => see_folder(&to, uri.query()),
                Route::Missing(Some((name, body))) => {
                    send(StatusCode::NOT_FOUND, name, body, head, headers).await
                }
                Route::Missing(None) => nothing(),
                Route::Malformed => say(StatusCode::BAD_REQUEST, "No page can have this address."),
            }
        }
    }
}

fn say(status: StatusCode, text: &'static str) -> Response {
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

/// The tag of what would be served for a path.
pub(super) async fn page_etag(files: &Files, path: &str) -> String {
    match files.route(path) {
        Route::File(_, body) | Route::Missing(Some((_, body))) => {
            load(body).await.map_or_else(|_| String::new(), |loaded| loaded.etag)
        }
        _ => NOTHING.to_owned(),
    }
}

/// A file, ready to be sent.
struct Loaded {
    etag: String,
    content: Content,
}

enum Content {
    Bytes(Bytes),
    Large(File, u64),
}

async fn load(body: &Body) -> io::Result<Loaded> {
    match body {
        Body::Bytes(bytes) => {
            Ok(Loaded { etag: Digest::of(bytes).short(), content: Content::Bytes(bytes.clone()) })
        }
        Body::File(path) => {
            let path = path.clone();
            spawn_blocking(move || {
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
            })
            .await?
        }
    }
}

async fn send(
    status: StatusCode,
    name: &OutputPath,
    body: &Body,
    head: bool,
    headers: &HeaderMap,
) -> Response {
    let Ok(Loaded { etag, content }) = load(body).await else {
        // A picture that was deleted a moment ago; the build that says so is on its way.
        return nothing();
    };
    let kind = mime::of(name.as_str());
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
    let tag = format!("\"{etag}\"");
    let mut response = Response::builder().header(header::CONTENT_TYPE, kind).header(header::ETAG, &tag);
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let found = status == StatusCode::OK;
    if found && text(header::IF_NONE_MATCH).is_some_and(|known| matches_tag(known, &tag)) {
        return finish(response.status(StatusCode::NOT_MODIFIED), Stream::empty());
    }
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
