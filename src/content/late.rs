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
    /// Reads a file and its front matter.
    #[must_use]
    pub fn read(file: &File, config: &Config) -> Self {
        let (head, written, problems) = head(file, config);
        let waiting = Mutex::new(Some((written, problems)));
        Self { head: Arc::new(head), waiting, whole: OnceLock::new() }
    }

    /// Says whether its text is in clauses, before anybody has asked for that.
    pub fn set_in_clauses(&mut self, in_clauses: bool) {
        if self.head.in_clauses != in_clauses && self.whole.get().is_none() {
            let head = Parsed { in_clauses, ..headed(&self.head) };
            self.head = Arc::new(head);
        }
    }

    /// Parses the body where it cites others, or has clauses that others may cite: what follows from that for
    /// the site is known from the beginning.
    pub fn begin(&self, config: &Config, highlights: &markdown::Highlights) {
        let is_version = self.head.page().is_some_and(|page| page.version.is_some());
        let cites = || self.look_at_all(|text| memchr::memmem::find(text.as_bytes(), b"[[").is_some());
        if self.head.in_clauses || is_version || cites() {
            self.whole(config, highlights);
        }
    }

    fn look_at_all(&self, look: impl FnOnce(&str) -> bool) -> bool {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.as_ref().is_some_and(|(written, _)| look(&written.text))
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
            let head = headed(&self.head);
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

/// A copy of what was read of a file without its body.
fn headed(head: &Parsed) -> Parsed {
    let (path, key, name) = (head.path.clone(), head.key.clone(), head.name.clone());
    let (front, fingerprint) = (head.front.clone(), head.fingerprint.clone());
    let Parsed { broken, facets, in_clauses, implicit, .. } = *head;
    let body = markdown::Body::default();
    Parsed { path, key, name, front, body, fingerprint, broken, facets, in_clauses, implicit }
}
