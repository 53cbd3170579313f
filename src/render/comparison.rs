//! The page that shows what a version of a document changed.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use pulldown_cmark_escape::escape_html;
use tera::Value;

use super::errors::{Failure, Failures};
use super::scope::About;
use super::views::{ComparedView, ComparisonView, UnchangedView};
use super::{Alternate, Frame, Renderer};
use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::encode_path;
use crate::content::markdown::{Piece, Pieces};
use crate::plan::Route;
use crate::policy::clause::{Clause, Clauses};
use crate::policy::compare::{Entry, Kind, Row, Segment, compare};
use crate::relate::ItemId;

const TEMPLATE: &str = "comparison.html";

impl Renderer {
    pub(super) fn render_comparison(
        self: &Arc<Self>,
        route: &Route,
        text: ItemId,
        before: ItemId,
    ) -> Result<Vec<u8>, Failures> {
        if !self.theme.has(TEMPLATE) {
            let message = format!("there is no template `{TEMPLATE}` to show what a version changed");
            let problem = Diagnostic::error(codes::NO_TEMPLATE, message)
                .in_file(self.theme.usual_file(TEMPLATE))
                .help("write it, or let theme.toml extend a theme that has it: extends = \"shanyraq\"");
            return Err(Failure { diagnostic: problem, page: None }.into());
        }
        let language = self.reader.language(text);
        let frame = Frame {
            language,
            url: &route.url,
            about: About::Comparison(text),
            alternates: self.comparison_alternates(text),
            feeds: self.site_feed(language),
        };
        let own = vec![("comparison", self.comparison(text, before)), ("page", self.brief(text))];
        self.template(TEMPLATE, &frame, Some(text), own)
    }

    /// The same comparison in each language.
    pub(super) fn comparison_alternates(&self, text: ItemId) -> Vec<Option<Alternate>> {
        let Some((lineage, at)) = self.reader.version(text) else { return Vec::new() };
        let languages = 0..self.reader.config().languages.len();
        let alternate = |language: usize| {
            let (text, _) = lineage.compared(at, language)?;
            let item = self.reader.named(text);
            Some(Alternate { url: item.url.join("changes/"), title: item.title.to_owned(), exact: true })
        };
        languages.map(alternate).collect()
    }

    /// The clauses of a text as its readers read them: citations have their words.
    fn clauses_in_words(&self, id: ItemId) -> Cow<'_, Clauses> {
        let text = self.reader.text(id);
        let clauses = text.clauses.as_deref().map(|found| &found.clauses).or(text.parts.as_deref());
        let Some(clauses) = clauses else { return Cow::Owned(Clauses::default()) };
        if !clauses.lead.contains('\0') && !clauses.list.iter().any(|clause| clause.text.contains('\0')) {
            return Cow::Borrowed(clauses);
        }
        // A style that fails is reported where the text itself is shown.
        let sources = self.page_sources(id).ok().flatten();
        let words = |text: &mut String| {
            if text.contains('\0') {
                let pieces = Pieces::new(text).map(|piece| match piece {
                    Piece::Html(text) => text.to_owned(),
                    Piece::Citation(link) => self.citation_words(id, link),
                    Piece::Sources(index) => {
                        sources.as_ref().map_or_else(String::new, |sources| sources.words(id, index))
                    }
                    _ => String::new(),
                });
                *text = pieces.collect();
            }
        };
        let mut clauses = clauses.clone();
        words(&mut clauses.lead);
        clauses.list.iter_mut().for_each(|clause| words(&mut clause.text));
        Cow::Owned(clauses)
    }

    fn comparison(&self, text: ItemId, before: ItemId) -> Value {
        let (reader, config) = (&self.reader, self.reader.config());
        let (old, new) = (reader.url(before), reader.url(text));
        let (was, is) = (self.clauses_in_words(before), self.clauses_in_words(text));
        let compared = compare(&was, &is);
        let language = reader.language(text);
        let marks = Marks {
            inserted: self.words(language, "inserted", &[], "added"),
            deleted: self.words(language, "deleted", &[], "removed"),
        };
        let address = |url: &str, id: &str| format!("{}#{}", config.href(url), encode_path(id));
        let mut taken = BTreeSet::new();
        let mut one = |entry: &Entry| {
            let (was, is) = (entry.old.map(|at| &was.list[at]), entry.new.map(|at| &is.list[at]));
            let either = is.or(was);
            let mut id = either.map_or("", |clause| clause.id.as_str()).to_owned();
            // A clause that is gone may have had an id that another one has now.
            while !taken.insert(id.clone()) {
                id.insert_str(0, "was-");
            }
            let number = |number: &str| Some(number.to_owned()).filter(|number| !number.is_empty());
            ComparedView {
                change: change(entry),
                id,
                number: is.and_then(|clause| number(&clause.number)),
                old_number: was.and_then(|clause| number(&clause.number)),
                path: is.map(|clause| address(new.as_str(), &clause.id)),
                old_path: was.map(|clause| address(old.as_str(), &clause.id)),
                depth: either.map_or(1, |clause| clause.depth),
                reworded: entry.is_reworded(),
                moved: entry.moved,
                renumbered: entry.renumbered,
                title: marks.html(&entry.title, None),
                text: marks.html(&entry.text, None),
                old_text: marks.html(&entry.text, Some(Kind::Deleted)),
                new_text: marks.html(&entry.text, Some(Kind::Inserted)),
                unchanged: Value::none(),
            }
        };
        let called = |entry: Option<&Entry>| {
            let clause = entry.and_then(|entry| entry.new).map(|at| &is.list[at]);
            clause.map_or_else(Default::default, |clause| (called(clause), address(new.as_str(), &clause.id)))
        };
        let run = |run: &[Entry]| {
            let ((first, first_path), (last, last_path)) = (called(run.first()), called(run.last()));
            let count = run.len();
            let unchanged = UnchangedView { count, first, first_path, last, last_path };
            ComparedView {
                change: "same",
                id: String::new(),
                number: None,
                old_number: None,
                path: None,
                old_path: None,
                depth: 0,
                reworded: false,
                moved: false,
                renumbered: false,
                title: Value::none(),
                text: Value::none(),
                old_text: Value::none(),
                new_text: Value::none(),
                unchanged: Value::from(unchanged),
            }
        };
        let rows = compared.rows(&is).into_iter();
        let entries = rows.map(|row| {
            Value::from(match row {
                Row::Clause(entry) => one(entry),
                Row::Unchanged(entries) => run(entries),
            })
        });
        let entries = entries.collect();
        let count = |is: fn(&Entry) -> bool| compared.entries.iter().filter(|entry| is(entry)).count();
        let version = |id: ItemId| {
            let found = reader.version(id);
            found.map_or_else(Value::none, |(lineage, at)| {
                Value::from(self.version_view(lineage, at, language))
            })
        };
        let document = self.document_of(text);
        let mut above = document.map(|document| reader.ancestors(document)).unwrap_or_default();
        above.extend(document);
        Value::from(ComparisonView {
            document: document.map_or_else(Value::none, |document| self.reference(document)),
            breadcrumbs: self.references(&above),
            before: version(before),
            after: version(text),
            lead: marks.html(&compared.lead, None),
            entries,
            added: count(|entry| entry.old.is_none()),
            removed: count(|entry| entry.new.is_none()),
            reworded: count(Entry::is_reworded),
            moved: count(|entry| entry.moved),
            renumbered: count(|entry| entry.renumbered && !entry.moved && !entry.is_reworded()),
        })
    }
}

fn change(entry: &Entry) -> &'static str {
    match (entry.old, entry.new) {
        (None, _) => "added",
        (_, None) => "removed",
        _ if entry.is_same() => "same",
        _ => "changed",
    }
}

/// What a clause is called: its number, else its heading, else its first words.
fn called(clause: &Clause) -> String {
    const WORDS: usize = 6;
    if !clause.number.is_empty() {
        return clause.number.clone();
    }
    if !clause.title.is_empty() {
        return clause.title.clone();
    }
    let mut words = clause.text.split_whitespace();
    let first = words.by_ref().take(WORDS).collect::<Vec<_>>().join(" ");
    if words.next().is_some() { format!("{first} …") } else { first }
}

/// The words that tell those who see no colours and no lines what was added and removed.
struct Marks {
    inserted: String,
    deleted: String,
}

impl Marks {
    /// The HTML of segments; `only` those of one text. None where there is no text.
    fn html(&self, segments: &[Segment], only: Option<Kind>) -> Value {
        let mut out = String::new();
        for segment in segments {
            let wanted = only.is_none_or(|only| segment.kind == Kind::Equal || segment.kind == only);
            if !wanted {
                continue;
            }
            match segment.kind {
                Kind::Equal => push_text(&mut out, &segment.text),
                Kind::Deleted => mark(&mut out, "del", &self.deleted, &segment.text),
                Kind::Inserted => mark(&mut out, "ins", &self.inserted, &segment.text),
            }
        }
        if out.is_empty() { Value::none() } else { Value::safe_string(&out) }
    }
}

fn mark(out: &mut String, element: &str, word: &str, text: &str) {
    // Blanks stay outside: an underlined one looks like a mistake.
    let inner = text.trim();
    let (start, end) = text.split_at(text.len() - text.trim_start().len());
    let end = &end[inner.len()..];
    push_text(out, start);
    if !inner.is_empty() {
        out.push_str(&format!("<{element}><span class=\"change-word\">["));
        push_text(out, word);
        out.push_str(": </span>");
        push_text(out, inner);
        out.push_str(&format!("<span class=\"change-word\">]</span></{element}>"));
    }
    push_text(out, end);
}

/// Text for HTML; its paragraphs are lines.
fn push_text(out: &mut String, text: &str) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push_str("<br>");
        }
        // Writing to a String cannot fail.
        let _ = escape_html(&mut *out, line);
    }
}
