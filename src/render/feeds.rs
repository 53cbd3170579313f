//! Feeds: which entries they have. How they are written is in [`super::feed_formats`].
//!
//! The feeds of the site, of sections and of terms hold dated pages with their texts. Those of documents, and of
//! kinds of documents, hold what became of these: each version and each step of a history is an entry.

use std::sync::Arc;

use jiff::civil::Date;

use super::Renderer;
use super::errors::Failures;
use super::feed_formats::{atom, json_feed};
use crate::base::clock::Moment;
use crate::base::path::UrlPath;
use crate::content::SortBy;
use crate::plan::{FeedFormat, FeedOf, Route};
use crate::policy::kind::Kind;
use crate::policy::lifecycle::Step;
use crate::relate::{ItemId, Query};

/// A feed, in whatever format.
pub(super) struct Feed {
    pub(super) title: String,
    pub(super) description: Option<String>,
    /// The page that it belongs to.
    pub(super) home: String,
    /// Its own address, which is its id as well.
    pub(super) own: String,
    pub(super) lang: String,
    pub(super) author: String,
    pub(super) entries: Vec<Entry>,
}

/// An entry. Its id stays for ever.
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) url: String,
    pub(super) title: String,
    pub(super) lang: String,
    pub(super) published: Option<Moment>,
    pub(super) updated: Option<Moment>,
    pub(super) authors: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) summary: Option<String>,
    /// The HTML of a page; none where an entry only says what happened.
    pub(super) content: Option<String>,
}

/// What became of a document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The step of this number.
    Step(usize),
    /// The version of this number.
    Version(usize),
}

impl Renderer {
    pub(super) fn render_feed(
        self: &Arc<Self>,
        route: &Route,
        of: &FeedOf,
        format: FeedFormat,
    ) -> Result<String, Failures> {
        let feed = self.feed(route, of)?;
        Ok(match format {
            FeedFormat::Atom => atom(&feed),
            FeedFormat::Json => json_feed(&feed),
        })
    }

    fn feed(self: &Arc<Self>, route: &Route, of: &FeedOf) -> Result<Feed, Failures> {
        let (reader, config) = (&self.reader, self.reader.config());
        // A feed is a list of dated things, and shows nobody a draft.
        let limit = Some(config.feed_limit);
        let query = Query { sort: SortBy::Date, recursive: true, dated: true, limit, ..Query::default() };
        let of_site = |name: &str, language: usize| format!("{name} – {}", config.languages[language].title);
        let home_of = |language: usize| reader.home(language).map(|home| reader.url(home).clone());
        let pages = |ids: Vec<ItemId>| {
            ids.into_iter().map(|id| self.page_entry(id)).collect::<Result<Vec<Entry>, Failures>>()
        };
        let (language, title, home, entries): (usize, String, Option<UrlPath>, Vec<Entry>) = match of {
            FeedOf::Site(language) => {
                let home = reader.home(*language);
                let ids = home.map(|home| reader.query_section(home, &query, *language)).unwrap_or_default();
                (*language, config.languages[*language].title.clone(), home_of(*language), pages(ids)?)
            }
            FeedOf::Section(id) => {
                let item = reader.named(*id);
                let ids = reader.query_section(*id, &query, item.language);
                (item.language, of_site(item.title, item.language), Some(item.url.clone()), pages(ids)?)
            }
            FeedOf::Term { language, taxonomy, term } => {
                let term = reader.term_at(*language, *taxonomy, *term);
                let ids = reader.query_pages(term.pages.clone(), &query, *language);
                (*language, of_site(&term.name, *language), Some(term.url.clone()), pages(ids)?)
            }
            FeedOf::Document(id) => {
                let item = reader.named(*id);
                let entries = self.occurrences(&[*id], item.language);
                (item.language, of_site(item.title, item.language), Some(item.url.clone()), entries)
            }
            FeedOf::Kind { language, kind } => {
                let own = config.kinds.iter().nth(*kind);
                let entries =
                    own.map(|kind| self.occurrences(&reader.of_kind(&kind.name, *language), *language));
                let name = own.map_or("", |kind| self.label(&kind.plural, &kind.name, *language));
                (*language, of_site(name, *language), home_of(*language), entries.unwrap_or_default())
            }
        };
        let own = config.permalink(route.url.as_str());
        Ok(Feed {
            home: home.map_or_else(|| own.clone(), |url| config.permalink(url.as_str())),
            own,
            title,
            description: config.languages[language].description.clone(),
            lang: config.languages[language].lang.to_string(),
            author: config.author.clone().unwrap_or_else(|| config.languages[language].title.clone()),
            entries,
        })
    }

    fn page_entry(self: &Arc<Self>, id: ItemId) -> Result<Entry, Failures> {
        let config = self.reader.config();
        let item = self.reader.item(id);
        let page = item.parsed.page();
        let mut tags = Vec::new();
        for (taxonomy, terms) in page.map_or(&[][..], |page| &page.taxonomies) {
            for (term, _) in terms {
                let known = self.reader.term_named(taxonomy, term, item.language());
                tags.push(known.map_or(term.as_str(), |(name, _)| name).to_owned());
            }
        }
        let permalink = config.permalink(item.url.as_str());
        let content = self.pieces_for_elsewhere(id, self.reader.text(id).pieces())?;
        Ok(Entry {
            id: permalink.clone(),
            url: permalink,
            title: item.title.clone(),
            lang: config.languages[item.language()].lang.to_string(),
            published: item.date,
            updated: page.and_then(|page| page.updated).or(item.date),
            authors: page.map(|page| page.authors.clone()).unwrap_or_default(),
            tags,
            summary: item.parsed.meta().description.clone(),
            // A meeting need not have a text.
            content: Some(content).filter(|content| !content.trim().is_empty()),
        })
    }

    /// What became of some documents until the day of the build, the latest first, for readers of a language.
    fn occurrences(&self, ids: &[ItemId], language: usize) -> Vec<Entry> {
        let reader = &self.reader;
        let mut all: Vec<(Date, ItemId, Event)> = Vec::new();
        for &id in ids {
            let day = reader.day_of(id);
            let steps = reader.document(id).map_or(&[][..], |document| document.history.steps());
            let past = steps.iter().enumerate().filter(|(_, step)| step.from <= day);
            all.extend(past.map(|(at, step)| (step.from, id, Event::Step(at))));
            let Some(lineage) = reader.lineage(id) else { continue };
            for &at in &lineage.history.order {
                let text = reader.item(lineage.versions[at].text(language));
                let own = text.parsed.page().and_then(|page| page.date).map(|date| date.date());
                let date = match (own, lineage.history.days(at)) {
                    // Only the day of the build says whether this one is past.
                    (Some(date), _) if date <= reader.today().0 => Some(date),
                    (None, Some((from, _))) if from <= day => Some(from),
                    _ => None,
                };
                if !text.draft && !text.broken && !text.parsed.meta().hidden {
                    all.extend(date.map(|date| (date, id, Event::Version(at))));
                }
            }
        }
        // Of one day: by the order of files, then what came last.
        all.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(b.2.cmp(&a.2)));
        all.truncate(reader.config().feed_limit);
        all.into_iter().filter_map(|(date, id, event)| self.event_entry(id, event, date, language)).collect()
    }

    fn event_entry(&self, id: ItemId, event: Event, date: Date, language: usize) -> Option<Entry> {
        let (reader, config) = (&self.reader, self.reader.config());
        let date = Moment::from_date(date);
        let illustrative = reader.document(id).is_some_and(|document| document.illustrative);
        let entry = |item: ItemId, id: String, url: String, title: String, summary: Option<String>| Entry {
            id,
            url,
            title,
            lang: config.languages[reader.language(item)].lang.to_string(),
            published: Some(date),
            updated: Some(date),
            authors: Vec::new(),
            tags: Vec::new(),
            // Nobody who reads feeds sees the notice of the page.
            summary: match (illustrative, summary) {
                (false, summary) => summary,
                (true, summary) => {
                    let words =
                        self.words(reader.language(item), "illustrative", &[], super::json_ld::ILLUSTRATIVE);
                    Some(summary.map_or_else(|| words.clone(), |summary| format!("{words}. {summary}")))
                }
            },
            content: None,
        };
        match event {
            Event::Version(at) => {
                let lineage = reader.lineage(id)?;
                let version = &lineage.versions[at];
                let text = version.text(language);
                let item = reader.item(text);
                let note = version.note_in(item).map(str::to_owned);
                let permalink = config.permalink(item.url.as_str());
                Some(entry(text, permalink.clone(), permalink, item.title.clone(), note))
            }
            Event::Step(at) => {
                let document = reader.document(id)?;
                let step = document.history.steps().get(at)?;
                let state =
                    document.kind.lifecycle.as_ref().and_then(|lifecycle| lifecycle.state(&step.state));
                let own = reader.language(id);
                let label =
                    state.map_or(step.state.as_str(), |state| self.label(&state.label, &state.name, own));
                let item = reader.named(id);
                let permalink = config.permalink(item.url.as_str());
                // A document may come into a state again, on another day or on the same.
                let same = |other: &&Step| other.state == step.state && other.when == step.when;
                let before = document.history.steps()[..at].iter().filter(same).count();
                let again = if before == 0 { String::new() } else { format!("-{}", before + 1) };
                let lasting = format!("{permalink}#{}-{}{again}", step.state, step.when);
                let note = Some(self.label(&step.note, "", own)).filter(|note| !note.is_empty());
                let title = format!("{}: {label}", item.title);
                Some(entry(id, lasting, permalink, title, note.map(str::to_owned)))
            }
        }
    }

    /// The feeds in a folder of the output, in all formats, with the title that pages announce them by.
    pub(super) fn feeds_in(&self, folder: &UrlPath, title: &str) -> Vec<(UrlPath, String)> {
        let files = self.reader.config().feed_files();
        files.map(|(_, file)| (folder.join(file), title.to_owned())).collect()
    }

    /// The feeds of a document.
    pub(super) fn document_feeds(&self, id: ItemId) -> Vec<(UrlPath, String)> {
        let Some(owner) = self.reader.feed_of(id) else { return Vec::new() };
        let item = self.reader.named(owner);
        self.feeds_in(item.url, item.title)
    }

    /// The feeds of the kind that a section gives to its pages, if there are any.
    pub(super) fn kind_feeds(&self, section: ItemId) -> Vec<(UrlPath, String)> {
        let (reader, config) = (&self.reader, self.reader.config());
        let front = reader.section(section);
        let named = front.and_then(|front| front.page_kind.as_ref());
        let kind = named.and_then(|(name, _)| config.kinds.get(name)).filter(|kind| kind.feeds);
        let Some(kind) = kind else { return Vec::new() };
        let language = reader.language(section);
        let plural = self.label(&kind.plural, &kind.name, language);
        let title = format!("{plural} – {}", config.languages[language].title);
        let urls = config.feed_files().map(|(format, _)| kind_feed(kind, &config.home_url(language), format));
        let there = urls.filter(|url| self.plan.answer(url).is_some());
        there.map(|url| (url, title.clone())).collect()
    }
}

/// The address of the feed of a kind, below the home of a language.
fn kind_feed(kind: &Kind, home: &UrlPath, format: FeedFormat) -> UrlPath {
    home.join(&crate::plan::kind_feed_file(&kind.name, format))
}

/// Text for XML 1.0: references for its signs, and nothing for characters that it does not know
/// (section 2.2).
pub(super) fn escape(text: &str) -> String {
    // Addresses, most often.
    if text.bytes().all(|b| matches!(b, b' '..=b'~') && !matches!(b, b'&' | b'<' | b'>' | b'"')) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(c),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}
