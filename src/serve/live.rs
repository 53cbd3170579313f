//! The live connection: a script in each page, and server-sent events for it.

use std::convert::Infallible;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use crate::base::digest::{Digest, Digester};
use crate::serve::answer::{self, Found};
use crate::serve::state::{State, Trouble, both};

/// The script's address.
pub(super) const SCRIPT: &str = "/__kenes/live.js";

/// The address of the events.
pub(super) const EVENTS: &str = "/__kenes/events";

/// How soon a browser asks again when the server has gone.
const RETRY: Duration = Duration::from_millis(500);

/// A secret of this process, which only its own pages know: a page of somebody else that learns
/// of this port cannot listen.
#[derive(Clone, Debug)]
pub(super) struct Token(String);

impl Token {
    pub(super) fn new() -> Self {
        use std::hash::{BuildHasher, Hasher, RandomState};
        // The standard library's hash keys are random, two words a process and state.
        let word = || RandomState::new().build_hasher().finish();
        Self(format!("{:016x}{:016x}", word(), word()))
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        self.0 == text
    }

    pub(super) fn script(&self) -> Bytes {
        let (script, version) = &*LIVE;
        script.replace("{{token}}", &self.0).replace("{{version}}", version).into()
    }
}

/// The script, and a digest of it, by which a page from another version of the program is told.
static LIVE: LazyLock<(String, String)> = LazyLock::new(|| {
    let style = Value::from(include_str!("browser/style.css"));
    let [morph, shown, live] =
        [include_str!("browser/morph.js"), include_str!("browser/shown.js"), include_str!("browser/live.js")];
    let script = format!("(() => {{\n\"use strict\";\nconst STYLE = {style};\n{morph}{shown}{live}}})();\n");
    let version = Digest::of(script.as_bytes()).short();
    (script, version)
});

/// A page with the script in it. An outside script, so that a site's own content security policy
/// lets it run. The tag carries the page's tag, by which the server knows whether the page that
/// listens is the one that it would serve now, and one of the page's scripts: a page in which other
/// ones are to run must be loaded anew.
pub(super) fn with_script(page: &[u8], etag: &str) -> Bytes {
    let scripts = scripts(page);
    let tag =
        format!("<script src=\"{SCRIPT}\" data-etag=\"{etag}\" data-scripts=\"{scripts}\" defer></script>");
    let at = end_of_body(page).unwrap_or(page.len());
    let mut out = Vec::with_capacity(page.len() + tag.len());
    out.extend_from_slice(&page[..at]);
    out.extend_from_slice(tag.as_bytes());
    out.extend_from_slice(&page[at..]);
    out.into()
}

/// A tag of all scripts of a page, and of the templates that they may use; not of data for search
/// engines, which changes with each title.
fn scripts(page: &[u8]) -> String {
    let mut found = Digester::default();
    let mut rest = page;
    while let Some(at) = memchr::memchr(b'<', rest) {
        rest = &rest[at..];
        let begins = |word: &[u8]| {
            rest.get(1..=word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word))
                && rest
                    .get(word.len() + 1)
                    .is_some_and(|end| end.is_ascii_whitespace() || matches!(end, b'>' | b'/'))
        };
        let end: &[u8] = match () {
            () if begins(b"script") => b"</script",
            () if begins(b"template") => b"</template",
            () => {
                rest = &rest[1..];
                continue;
            }
        };
        let length = position(rest, end).unwrap_or(rest.len());
        let element = &rest[..length];
        let opening = &element[..memchr::memchr(b'>', element).unwrap_or(element.len())];
        if memchr::memmem::find(opening, b"application/ld+json").is_none() {
            found.update(element);
            found.update(b"\0");
        }
        rest = &rest[length..];
        rest = rest.get(1..).unwrap_or_default();
    }
    found.finish().short()
}

/// Where this ending tag begins, in letters of either size.
fn position(text: &[u8], tag: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'<', text)
        .find(|&at| text.get(at..at + tag.len()).is_some_and(|found| found.eq_ignore_ascii_case(tag)))
}

/// Where the last `</body` begins.
fn end_of_body(page: &[u8]) -> Option<usize> {
    const END: &[u8] = b"</body";
    memchr::memrchr_iter(b'<', page)
        .find(|&at| page.get(at..at + END.len()).is_some_and(|found| found.eq_ignore_ascii_case(END)))
}

/// What a page says of itself when it begins to listen.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listener {
    pub(super) token: String,
    page: String,
    etag: String,
}

impl Listener {
    /// Reads the query of a request for events.
    pub(super) fn parse(query: &str) -> Self {
        let mut listener = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = crate::base::path::decode_path(value).unwrap_or_default();
            match name {
                "token" => listener.token = value,
                "page" => listener.page = value,
                "etag" => listener.etag = value,
                _ => {}
            }
        }
        listener
    }
}

/// The events for one page, until it goes away:
/// - `change`: what is served for it now is something else; with its tag
/// - `errors`: what is wrong with the site, or with this page
/// - `clear`: nothing is any more
/// - `files`: files of these names changed, which the page may have loaded
/// - `follow`: another page is being edited; with its address
/// - `built`: all that there is to say of a build was said
///
/// The first event is `hello`, with how files are opened.
pub(super) fn events(
    listener: Listener,
    states: watch::Receiver<State>,
    follow: bool,
    root: &Arc<Path>,
    editor: &Value,
) -> Response {
    let (sender, receiver) = mpsc::channel(4);
    let root = Arc::clone(root);
    let hello = Event::default().event("hello").data(editor.to_string()).retry(RETRY);
    tokio::spawn(async move {
        // Ends when the page goes away: then `send` fails, or `closed` comes true.
        let gone = sender.clone();
        tokio::select! {
            () = gone.closed() => {}
            _ = tell(listener, states, follow, root, hello, sender) => {}
        }
    });
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(15));
    Sse::new(Receiving(receiver)).keep_alive(keep_alive).into_response()
}

async fn tell(
    listener: Listener,
    mut states: watch::Receiver<State>,
    follow: bool,
    root: Arc<Path>,
    hello: Event,
    sender: mpsc::Sender<Result<Event, Infallible>>,
) -> Option<()> {
    let Listener { page, mut etag, .. } = listener;
    let mut shown = None;
    // Those who come later follow what is edited from then on.
    let mut followed = states.borrow().build;
    sender.send(Ok(hello)).await.ok()?;
    let address = crate::base::path::decode_path(&page).unwrap_or_default();
    let mut state = states.wait_for(|state| state.build > 0).await.ok()?.clone();
    loop {
        let mut trouble = None;
        if let Some(site) = &state.site {
            let found = answer::look(Arc::clone(site), &root, page.clone()).await;
            if let Some(now) = found.etag().filter(|now| *now != etag) {
                now.clone_into(&mut etag);
                sender.send(Ok(Event::default().event("change").data(now))).await.ok()?;
            }
            if let Found::Broken(problems) = found {
                trouble = Trouble::new(&both(&state.problems, &problems), true);
            }
        }
        let trouble = trouble.or_else(|| Trouble::new(&state.problems, state.old));
        if trouble != shown {
            let event = match &trouble {
                Some(trouble) => Event::default().event("errors").data(&trouble.json),
                None => Event::default().event("clear").data(state.build.to_string()),
            };
            sender.send(Ok(event)).await.ok()?;
            shown = trouble;
        }
        if follow && state.build > followed && !state.edited.is_empty() && !state.edited.contains(&address) {
            sender.send(Ok(Event::default().event("follow").data(&state.edited[0]))).await.ok()?;
        }
        if state.build > followed && !state.files.is_empty() {
            let names = Value::from(state.files.to_vec()).to_string();
            sender.send(Ok(Event::default().event("files").data(names))).await.ok()?;
        }
        followed = state.build;
        let built = Event::default().event("built").data(state.build.to_string());
        sender.send(Ok(built)).await.ok()?;
        states.changed().await.ok()?;
        state = states.borrow_and_update().clone();
    }
}

/// A channel as a stream.
pub(super) struct Receiving<T>(pub(super) mpsc::Receiver<T>);

impl<T> Stream for Receiving<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.0.poll_recv(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_goes_before_the_end_of_the_body() {
        let page = |text: &str| String::from_utf8(with_script(text.as_bytes(), "e").to_vec()).unwrap();
        let none = scripts(b"");
        let tag = format!(
            "<script src=\"/__kenes/live.js\" data-etag=\"e\" data-scripts=\"{none}\" defer></script>"
        );
        assert_eq!(page("<p>&lt;/body></BODY></html>"), format!("<p>&lt;/body>{tag}</BODY></html>"));
        assert_eq!(page("a"), format!("a{tag}"));
        assert_eq!(page(""), tag);
    }

    #[test]
    fn no_two_processes_share_a_secret() {
        let token = Token::new();
        assert!(!token.matches(&Token::new().0) && !token.matches("") && token.0.len() == 32);
    }

    #[test]
    fn the_script_is_small_and_writes_no_html() {
        let script = String::from_utf8(Token::new().script().to_vec()).unwrap();
        assert!(script.len() < 32_000, "{} bytes", script.len());
        assert!(!script.contains("innerHTML") && !script.contains("{{"));
    }

    #[test]
    fn scripts_are_told_from_each_other_and_from_the_rest() {
        let page = |middle: &str| scripts(format!("<p>a<script src=a.js></script>{middle}</p>").as_bytes());
        let plain = page("");
        for same in [
            "<b>text</b>",
            "<script type=\"application/ld+json\">{}</script>",
            "<scripture>x</scripture>",
            "<",
            "<script",
        ] {
            assert_eq!(page(same), plain, "{same}");
        }
        for other in
            ["<script>1</script>", "<SCRIPT src=b.js></SCRIPT>", "<template>x</template>", "<script>1"]
        {
            assert_ne!(page(other), plain, "{other}");
        }
        assert_ne!(page("<script>1</script>"), page("<script>2</script>"));
    }

    #[test]
    fn a_listener_says_which_page_it_is() {
        let listener = Listener::parse("token=a&page=%2Fru%2F%D2%9B%2F&etag=b&x");
        assert_eq!(listener, Listener { token: "a".into(), page: "/ru/қ/".into(), etag: "b".into() });
    }
}
