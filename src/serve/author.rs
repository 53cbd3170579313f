//! What the author's panel asks for and does: facts of a page, its source in an editor, another day.
//!
//! All of it needs the secret of this process and a page of this server. What changes something needs
//! the page to say where it is from as well, and is done for nobody but who sits at this machine: a
//! server for the local network is asked by others too.

use std::path::Path;
use std::sync::Arc;

use axum::body::{Body as Stream, to_bytes};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::base::diagnostic::{Diagnostic, Diagnostics};
use crate::base::report;
use crate::serve::Site;
use crate::serve::answer::{App, Found, inside, look_now, say};
use crate::serve::editor::Editor;
use crate::serve::guard::{Guard, Peer};
use crate::serve::route::{Route, route};
use crate::serve::server::PATIENCE;
use crate::serve::state::{State, both};

/// Facts of a page and of the site.
pub(super) const PANEL: &str = "/__kenes/panel";

/// Opens a file in the editor.
pub(super) const OPEN: &str = "/__kenes/open";

/// Shows the site as it is on another day.
pub(super) const TRAVEL: &str = "/__kenes/travel";

/// The header that carries the secret.
const TOKEN: &str = "x-kenes-token";

/// Bytes of the longest request that makes sense.
const LONGEST: usize = 8 * 1024;

/// Answers the panel, at one of the addresses above.
pub(super) async fn answer(
    app: &App,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    peer: Peer,
    body: Stream,
) -> Response {
    if *method != Method::POST {
        let allow = (header::ALLOW, "POST");
        return (StatusCode::METHOD_NOT_ALLOWED, [allow], "Only POST.").into_response();
    }
    let token = headers.get(TOKEN).and_then(|token| token.to_str().ok());
    if !Guard::is_surely_own_page(headers) || !token.is_some_and(|token| app.token.matches(token)) {
        return say(StatusCode::FORBIDDEN, "Only for pages of this run of the server.");
    }
    let Ok(Ok(body)) = timeout(PATIENCE, to_bytes(body, LONGEST)).await else {
        return say(StatusCode::BAD_REQUEST, "The request is too long, or took too long.");
    };
    let Ok(asked) = serde_json::from_slice::<Value>(&body) else {
        return say(StatusCode::BAD_REQUEST, "The request is not JSON.");
    };
    match path {
        PANEL => panel(app, &asked).await,
        OPEN => open(app, &asked, peer).await,
        _ => travel(app, &asked, peer),
    }
}

/// What is known of the page that asks.
struct Page {
    about: Option<Value>,
    overview: Value,
    problems: Diagnostics,
}

/// Looks a page up, and all that the panel says of it. Blocks.
fn page(state: &State, root: &Path, path: &str) -> Page {
    let Some(site) = &state.site else {
        return Page { about: None, overview: Value::Null, problems: (*state.problems).clone() };
    };
    let problems = match look_now(&**site, root, path) {
        Found::Broken(own) => both(&state.problems, &own),
        _ => (*state.problems).clone(),
    };
    Page { about: about(&**site, path), overview: site.overview(), problems }
}

fn about(site: &dyn Site, path: &str) -> Option<Value> {
    match route(site, path) {
        Route::File(name) => site.about(&name),
        _ => None,
    }
}

/// Runs a question that may take a while; one that breaks off has no answer.
async fn asked<T: Send + 'static>(question: impl FnOnce() -> T + Send + 'static) -> Result<T, Response> {
    spawn_blocking(question).await.map_err(|_| say(StatusCode::INTERNAL_SERVER_ERROR, "That broke off."))
}

/// How files are opened: `link`, to which a file's path is added; the `name` of a program; or not at
/// all, for those who sit elsewhere.
pub(super) fn editor(app: &App, peer: Peer) -> Value {
    match &app.editor {
        _ if !peer.is_here() => Value::Null,
        Editor::Link => match app.root.canonicalize() {
            Ok(root) => json!({ "link": Editor::link(&root) }),
            Err(_) => Value::Null,
        },
        editor @ Editor::Program(_) => json!({ "name": editor.name() }),
    }
}

async fn panel(app: &App, request: &Value) -> Response {
    let state = app.state.get().await;
    let (path, root) = (text(request, "page").to_owned(), Arc::clone(&app.root));
    let page = match asked(move || page(&state, &root, &path)).await {
        Ok(page) => page,
        Err(response) => return response,
    };
    let source = page.about.as_ref().map_or("", |about| text(about, "source"));
    let (own, others): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        page.problems.iter().partition(|problem| !source.is_empty() && is_of(problem, source));
    let mut problems = Diagnostics::new();
    problems.extend(own.into_iter().cloned());
    let answer = json!({
        "page": page.about,
        "site": page.overview,
        "problems": report::json(&problems),
        "elsewhere": others.len(),
    });
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (headers, answer.to_string()).into_response()
}

fn is_of(problem: &Diagnostic, file: &str) -> bool {
    problem.location.as_ref().is_some_and(|location| location.file == file)
}

async fn open(app: &App, request: &Value, peer: Peer) -> Response {
    if !peer.is_here() {
        return say(StatusCode::FORBIDDEN, "Only for who sits at this machine.");
    }
    if app.editor == Editor::Link {
        return say(StatusCode::NOT_FOUND, "No editor is set.");
    }
    let state = app.state.get().await;
    let (path, file) = (text(request, "page").to_owned(), text(request, "file").to_owned());
    let root = Arc::clone(&app.root);
    let found = asked(move || {
        names(&state, &root, &path, &file).then(|| inside(&root, &root.join(&file)).ok()).flatten()
    });
    let file = match found.await {
        Ok(Some(file)) => file,
        Ok(None) => return say(StatusCode::NOT_FOUND, "That is no file of this site."),
        Err(response) => return response,
    };
    let number = |name: &str| request[name].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(1).max(1);
    match app.editor.open(&app.root, &file, number("line"), number("column")) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(_) => say(StatusCode::BAD_GATEWAY, "The editor cannot be started."),
    }
}

/// Whether a file is one that the panel of a page shows the name of: no page can ask for any other. What
/// takes longer is looked at last.
fn names(state: &State, root: &Path, path: &str, file: &str) -> bool {
    let in_problem = |problem: &Diagnostic| {
        is_of(problem, file) || problem.related.iter().any(|related| related.location.file == file)
    };
    if state.problems.iter().any(in_problem) {
        return true;
    }
    let Some(site) = &state.site else { return false };
    about(&**site, path).is_some_and(|about| is_source(&about, file))
        || is_source(&site.overview(), file)
        || matches!(look_now(&**site, root, path), Found::Broken(own) if own.iter().any(in_problem))
}

/// Whether some `source` in this value is the file.
fn is_source(value: &Value, file: &str) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(key, value)| match value {
            Value::String(text) => key == "source" && text == file,
            value => is_source(value, file),
        }),
        Value::Array(all) => all.iter().any(|value| is_source(value, file)),
        _ => false,
    }
}

fn travel(app: &App, request: &Value, peer: Peer) -> Response {
    // It is another day for everybody.
    if !peer.is_here() {
        return say(StatusCode::FORBIDDEN, "Only for who sits at this machine.");
    }
    if !request.is_object() {
        return say(
            StatusCode::BAD_REQUEST,
            "Write an object: {\"as_of\": \"2026-03-01\"}, or null for today.",
        );
    }
    let day = match &request["as_of"] {
        Value::Null => None,
        Value::String(text) => match text.parse::<Date>() {
            Ok(day) if text.len() == 10 => Some(day),
            _ => return say(StatusCode::BAD_REQUEST, "Write a day as 2026-03-01."),
        },
        _ => return say(StatusCode::BAD_REQUEST, "Write a day as 2026-03-01."),
    };
    (app.travel)(day);
    StatusCode::NO_CONTENT.into_response()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_are_named_and_inside_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        std::fs::create_dir(&site).unwrap();
        std::fs::write(site.join("a.md"), "").unwrap();
        std::fs::write(folder.path().join("b.md"), "").unwrap();
        let inside = |file: &str| inside(&site, &site.join(file)).ok();
        assert!(inside("a.md").is_some());
        for file in [
            "../b.md",
            "",
            ".",
            "none.md",
            "a.md/../../b.md",
            "a.md\0",
            folder.path().join("b.md").to_str().unwrap(),
        ] {
            assert_eq!(inside(file), None, "{file}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("b.md"), site.join("link.md")).unwrap();
            assert_eq!(inside("link.md"), None);
        }
        let about = json!({ "source": "a.md", "title": "x.md", "translations": [{ "source": "a.ru.md" }] });
        assert!(is_source(&about, "a.md") && is_source(&about, "a.ru.md") && !is_source(&about, "x.md"));
    }
}
