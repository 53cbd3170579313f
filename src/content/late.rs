//! Files whose front matter is read at once, and whose bodies are parsed when somebody asks for them.
//!
//! Parsing all bodies takes most of the time until a preview can show its first page, which needs a
//! few of them only.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::{Parsed, Written, head, markdown, with_body};
use crate::base::diagnostic::Diagnostic;
use crate::config::Config;
use crate::source::File;

/// A file without its body, or with it if somebody has asked.
#[derive(Debug)]
pub struct Late {
    head: Arc<Parsed>,
    /// What the body is parsed from; gone as soon as somebody begins with that.
    waiting: Mutex<Option<(Written, Vec<Diagnostic>)>>,
    whole: OnceLock<(Arc<Parsed>, Vec<Diagnostic>)>,
}

impl Late {
    /// Reads a file and its front matter; all of it where it cites others, or has clauses that others
    /// may cite: what follows from that for the site is known from the beginning.
    #[must_use]
    pub fn read(file: &File, config: &Config, highlights: &markdown::Highlights) -> Self {
        let (head, written, problems) = head(file, config);
        let has_clauses =
            head.page().is_some_and(|page| page.clauses == Some(true) || page.version.is_some());
        let cites = memchr::memmem::find(written.text.as_bytes(), b"[[").is_some();
        let waiting = Mutex::new(Some((written, problems)));
        let late = Self { head: Arc::new(head), waiting, whole: OnceLock::new() };
        if has_clauses || cites {
            late.whole(config, highlights);
        }
        late
    }

    /// What is known of it, with its body or without, and what is known to be wrong with it.
    #[must_use]
    pub fn present(&self) -> (Arc<Parsed>, Vec<Diagnostic>) {
        if let Some(whole) = self.whole.get() {
            return whole.clone();
        }
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        (self.head.clone(), waiting.as_ref().map_or_else(Vec::new, |(_, problems)| problems.clone()))
    }

    /// What its name and its front matter say: it has no body.
    #[must_use]
    pub fn head(&self) -> &Arc<Parsed> {
        &self.head
    }

    /// All of it, parsed now if need be, and everything that is wrong with it: what [`super::parse`]
    /// would have given when the file was read.
    pub fn whole(
        &self,
        config: &Config,
        highlights: &markdown::Highlights,
    ) -> &(Arc<Parsed>, Vec<Diagnostic>) {
        self.whole.get_or_init(|| {
            let (path, key, name) = (self.head.path.clone(), self.head.key.clone(), self.head.name.clone());
            let (front, fingerprint) = (self.head.front.clone(), self.head.fingerprint.clone());
            let Parsed { broken, facets, implicit, .. } = *self.head;
            let body = markdown::Body::default();
            let head = Parsed { path, key, name, front, body, fingerprint, broken, facets, implicit };
            let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
            let (parsed, problems) = match waiting {
                Some((written, problems)) => with_body(head, &written, problems, config, highlights),
                // Nobody else takes it.
                None => (head, Vec::new()),
            };
            (Arc::new(parsed), problems)
        })
    }

    /// All of it, if somebody has asked for that already.
    #[must_use]
    pub fn known(&self) -> Option<&(Arc<Parsed>, Vec<Diagnostic>)> {
        self.whole.get()
    }

    /// Looks at the body as it is written; `None` if it is parsed, or is being parsed.
    pub fn look<T>(&self, look: impl FnOnce(&str) -> T) -> Option<T> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.as_ref().map(|(written, _)| look(&written.text[written.body..]))
    }
}
