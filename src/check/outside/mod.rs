//! `kenes check --external`: do the servers that links lead to still answer?
//!
//! Each address is asked once, however many pages link to it, and without its `#fragment`: whether a
//! foreign page has such a heading is not looked at. Never more than [`Limits::at_once`] servers are
//! asked at a time, and each by one request at a time. See `ask` for what is asked, `crew` for who
//! asks.
//!
//! Answers are remembered in [`CACHE_FILE`] in the site's folder, so that a second run asks only for
//! what is new or was wrong: good answers for seven days, others for one hour. The folder may be
//! deleted at any time, and keeps itself out of Git. It is no part of the output.

mod ask;
mod cache;
mod crew;
#[cfg(test)]
mod tests;

pub use cache::CACHE_FILE;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use url::Url;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::content::markdown::Target;
use crate::relate::Library;
use crate::source::Source;
use ask::Answer;
use cache::Cache;

/// How far to go.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many servers to ask at a time.
    pub at_once: usize,
    /// How long a server may take to answer, redirects included.
    pub timeout: Duration,
    /// How many redirects to follow.
    pub redirects: usize,
    /// When to leave the rest for another time.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { at_once: 8, timeout: Duration::from_secs(10), redirects: 5, total: Duration::from_secs(600) }
    }
}

/// The links that lead out of a site.
#[derive(Debug, Default)]
pub struct Outside {
    /// Where each address is linked from.
    places: BTreeMap<Url, Vec<Place>>,
    /// What is no address at all.
    malformed: Vec<Diagnostic>,
}

#[derive(Debug)]
struct Place {
    file: SourcePath,
    span: Span,
    /// The address as the author wrote it.
    written: String,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is wrong.
    pub problems: Vec<Diagnostic>,
    /// How many addresses there are.
    pub links: usize,
    /// Of how many the answer was remembered.
    pub remembered: usize,
    /// Why the answers could not be kept, if so: the next run takes longer, and nothing else.
    pub not_kept: Option<String>,
}

impl Outside {
    /// Finds the `http` and `https` links of all pages, pictures included.
    #[must_use]
    pub fn new(library: &Library) -> Self {
        let mut outside = Self::default();
        for id in library.ids() {
            let parsed = &library.item(id).parsed;
            for link in &parsed.body.links {
                if let Target::External { url } = &link.target {
                    outside.add(url, &parsed.path, link.span);
                }
            }
        }
        outside
    }

    fn add(&mut self, written: &str, file: &SourcePath, span: Span) {
        // `//host` takes the scheme of the page that it stands on.
        let address = if written.starts_with("//") { format!("https:{written}") } else { written.to_owned() };
        let scheme = address.split(':').next().unwrap_or_default();
        if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            return;
        }
        match Url::parse(&address) {
            Ok(mut url) => {
                url.set_fragment(None);
                let place = Place { file: file.clone(), span, written: written.to_owned() };
                self.places.entry(url).or_default().push(place);
            }
            Err(error) => {
                let message = format!("`{written}` is not an address: {error}");
                let problem = Diagnostic::warning(codes::EXTERNAL_LINK, message);
                let problem = problem.help("write it as the browser's address bar shows it");
                self.malformed.push(problem.at(Location::later(file.as_str(), span)));
            }
        }
    }

    /// How many addresses there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Asks for each, unless a valid answer is remembered. `now` is the time in seconds since 1970;
    /// `done` is told how many are answered.
    #[must_use]
    pub fn follow(self, root: &Path, limits: &Limits, now: u64, done: impl Fn(usize) + Sync) -> Outcome {
        let mut outcome = Outcome { links: self.len(), problems: self.malformed, ..Outcome::default() };
        let mut cache = Cache::read(root, now);
        let mut answers: BTreeMap<&Url, Answer> = BTreeMap::new();
        let mut open = Vec::new();
        for url in self.places.keys() {
            match cache.get(url.as_str()) {
                Some(answer) => {
                    answers.insert(url, answer.clone());
                }
                None => open.push(url),
            }
        }
        outcome.remembered = answers.len();
        let mut asked = crew::ask_all(&open, limits, |count| done(outcome.remembered + count));
        if asked.len() < open.len() {
            outcome.problems.push(unasked(open.len() - asked.len(), limits));
        }
        if let Some(cause) = offline(&asked) {
            let before = asked.len();
            asked.retain(|(url, answer)| !(is_far(url) && is_silence(answer)));
            let message = format!("none of {} outside links could be reached: {cause}", before - asked.len());
            let problem = Diagnostic::warning(codes::EXTERNAL_LINK, message);
            outcome.problems.push(problem.help("is this machine connected to the Internet?"));
        }
        for (url, answer) in &asked {
            cache.put(url.as_str(), answer.clone());
        }
        if !asked.is_empty() {
            outcome.not_kept = cache.write(root).err().map(|error| error.to_string());
        }
        answers.extend(asked);
        for (url, answer) in &answers {
            outcome
                .problems
                .extend(self.places[url].iter().filter_map(|place| problem(place, answer, limits)));
        }
        Source::new(root).locate(&mut outcome.problems);
        outcome
    }
}

/// Why nothing at all could be reached, if that is so: then the fault is likely to be here, and
/// nothing is held against the links.
fn offline(asked: &[(&Url, Answer)]) -> Option<String> {
    let mut hosts = BTreeSet::new();
    let mut cause = None;
    for (url, answer) in asked.iter().filter(|(url, _)| is_far(url)) {
        if !is_silence(answer) {
            return None;
        }
        hosts.insert(url.host_str());
        if let Answer::Unreachable(why) = answer {
            cause.get_or_insert(why.as_str());
        }
    }
    // One or two may well be down together.
    (hosts.len() > 2).then(|| cause.unwrap_or("there was no answer in time").to_owned())
}

/// This machine can be reached always, and a private address is not asked.
fn is_far(url: &Url) -> bool {
    !ask::is_inner(url)
}

fn is_silence(answer: &Answer) -> bool {
    matches!(answer, Answer::Unreachable(_) | Answer::TimedOut)
}

fn unasked(count: usize, limits: &Limits) -> Diagnostic {
    let links =
        if count == 1 { "1 outside link was".to_owned() } else { format!("{count} outside links were") };
    let message = format!("{links} not asked: {} minutes had passed", limits.total.as_secs().div_ceil(60));
    Diagnostic::warning(codes::EXTERNAL_LINK, message)
        .help("run the check again: it goes on where it stopped")
}

fn problem(place: &Place, answer: &Answer, limits: &Limits) -> Option<Diagnostic> {
    let written = &place.written;
    let (message, help) = match answer {
        Answer::Status(200..=299) => return None,
        Answer::Status(status) => {
            let reason =
                ureq::http::StatusCode::from_u16(*status).ok().and_then(|status| status.canonical_reason());
            let reason = reason.map_or(String::new(), |reason| format!(" ({reason})"));
            (format!("{written} answers {status}{reason}"), status_help(*status))
        }
        Answer::Refused(cause) | Answer::Unreachable(cause) => {
            let help = "see in a browser whether the address is right, and mend or remove the link";
            (format!("{written} cannot be reached: {cause}"), help)
        }
        Answer::TimedOut => {
            let seconds = limits.timeout.as_secs();
            (
                format!("{written} did not answer within {seconds} seconds"),
                "see in a browser whether the server still exists",
            )
        }
    };
    let problem = Diagnostic::warning(codes::EXTERNAL_LINK, message).help(help);
    Some(problem.at(Location::later(place.file.as_str(), place.span)))
}

fn status_help(status: u16) -> &'static str {
    match status {
        401 | 403 | 429 => "the server may turn programs away: see in a browser whether the page is there",
        404 | 410 => "mend or remove the link; https://web.archive.org may have kept the page",
        500.. => "the server is in trouble: try again later",
        _ => "see in a browser whether the address is right",
    }
}
