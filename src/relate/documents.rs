//! Documents: the kind of each page, the values of its fields, its history, its original.
//!
//! Worked out from all files together, drafts and pages of the future included: a translation has its
//! dates from its original, whether that is published or not.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::registers;
use crate::base::clock::Moment;
use crate::base::codes;
use crate::base::data::Entry;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::digest::fingerprint;
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;
use crate::config::Config;
use crate::content::document::{DocumentFront, FINGERPRINT};
use crate::content::{Parsed, upwards};
use crate::policy::field::{Field, Value};
use crate::policy::kind::{FRONT_MATTER_KEYS, Kind, PAGE, with_article};
use crate::policy::label::Label;
use crate::policy::lifecycle::{self, History, Step};
use crate::policy::when::{Precision, When};

/// A value of a document, and where it is written.
#[derive(Clone, Debug)]
pub struct Given {
    /// What.
    pub value: Value,
    /// In which file: a translation has shared values from its original.
    pub file: Arc<str>,
    /// Where in it.
    pub span: Span,
}

/// A page or section with what follows from its kind.
#[derive(Debug)]
pub struct Document {
    /// Its kind.
    pub kind: Arc<Kind>,
    /// The value of each field of the kind, in their order.
    pub values: Vec<Option<Given>>,
    /// What has become of it and what is planned.
    pub history: History,
    /// The language of the file that it is translated from, if it is a translation.
    pub original: Option<usize>,
    /// The fingerprint of what it was translated from, if it says so.
    pub translated_from: Option<String>,
    /// Whether the original has changed since.
    pub stale: bool,
    /// Whether a machine has made or translated it.
    pub synthetic: bool,
    /// Whether it only shows a feature.
    pub illustrative: bool,
    /// The day until which somebody should have looked at it again.
    pub review_by: Option<Moment>,
}

impl Document {
    /// The value of a field.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<&Given> {
        let index = self.kind.fields.iter().position(|own| own.name == field)?;
        self.values[index].as_ref()
    }

    /// Whether it was made from another text than the one with this fingerprint.
    #[must_use]
    pub fn is_stale(&self, original: Option<&str>) -> bool {
        self.translated_from.as_deref().zip(original).is_some_and(|(from, now)| from != now)
    }

    /// A fingerprint of all that it is, on whatever day: see [`super::Reader::print`].
    pub(super) fn print(&self) -> u64 {
        // Not as it is shown: two items of a list are no item with a comma in it.
        let value = |given: &Option<Given>| given.as_ref().map(|given| format!("{:?}", given.value));
        let values: Vec<Option<String>> = self.values.iter().map(value).collect();
        let flags = (&self.translated_from, self.stale, self.synthetic, self.illustrative);
        let review = self.review_by.map(|moment| moment.to_string());
        fingerprint(&(&self.kind.name, values, self.history.print(), self.original, flags, review))
    }

    /// The date of its page where that says no other.
    #[must_use]
    pub fn date(&self) -> Option<Moment> {
        match self.value(self.kind.date_field.as_deref()?)?.value {
            // A list would show the first day of a month as if it were known.
            Value::Date(when) if when.precision() == Precision::Day => Some(when.moment()),
            _ => None,
        }
    }

    /// The fields that have a value, with it.
    pub fn given(&self) -> impl Iterator<Item = (&Field, &Given)> {
        self.kind.fields.iter().zip(&self.values).filter_map(|(field, given)| Some((field, given.as_ref()?)))
    }
}

/// All documents of a site.
pub(super) struct Documents {
    /// By the path of the file; pages of which there is nothing to say are not among them.
    pub(super) by_file: HashMap<String, Document, FixedState>,
    /// The pages that are registers, by their keys: of which kind.
    pub(super) registers: BTreeMap<Arc<str>, Arc<Kind>>,
    /// The files whose mistakes make them unfit to be shown.
    pub(super) broken: BTreeSet<String>,
}

impl Documents {
    pub(super) fn new(parsed: &[Arc<Parsed>], config: &Config, problems: &mut Vec<Diagnostic>) -> Self {
        let mut all =
            Self { by_file: HashMap::default(), registers: BTreeMap::new(), broken: BTreeSet::new() };
        let plain = config.kinds.get(PAGE).is_none_or(|kind| kind.fields.is_empty());
        let says = |p: &Arc<Parsed>| {
            p.meta().document.is_some() || p.section().is_some_and(|section| section.page_kind.is_some())
        };
        // Most sites have none of this, and should not pay for it.
        if plain && !parsed.iter().any(says) {
            return all;
        }
        let mut families: BTreeMap<&str, Vec<&Parsed>> = BTreeMap::new();
        for p in parsed {
            families.entry(&p.key).or_default().push(p);
        }
        for family in families.values_mut() {
            family.sort_by_key(|p| p.name.language);
        }
        let mut work =
            Work { config, page_kinds: BTreeMap::new(), unique: BTreeMap::new(), problems, all: &mut all };
        work.page_kinds(&families);
        for family in families.values() {
            work.family(family);
        }
        all.registers = registers::declared(&families, config, problems, &mut all.broken);
        all
    }
}

struct Work<'a> {
    config: &'a Config,
    /// The kind that sections give to the pages of a folder.
    page_kinds: BTreeMap<&'a str, Arc<Kind>>,
    /// Who has a value that only one may have: by kind, field and value.
    unique: BTreeMap<(String, String, String), Location>,
    problems: &'a mut Vec<Diagnostic>,
    all: &'a mut Documents,
}

impl<'a> Work<'a> {
    fn fail(&mut self, p: &Parsed, span: Span, problem: Diagnostic) {
        self.all.broken.insert(p.path.as_str().to_owned());
        self.problems.push(problem.at(place(p, span)));
    }

    /// Which kind each section gives to its pages.
    fn page_kinds(&mut self, families: &BTreeMap<&'a str, Vec<&'a Parsed>>) {
        for family in families.values() {
            let mut first: Option<&Parsed> = None;
            for p in family {
                let said = p.section().and_then(|section| section.page_kind.as_ref());
                let Some((name, span)) = said else { continue };
                let kind = self.kind(p, name, *span);
                let Some(kind) = kind else { continue };
                let known = self.page_kinds.get(p.name.folder.as_str()).map(|known| known.name.clone());
                match (first, known) {
                    (Some(first), Some(known)) if known != kind.name => {
                        let message =
                            format!("this section gives its pages another kind than {}", first.path);
                        let problem = Diagnostic::error(codes::SHARED_FIELD, message);
                        self.fail(p, *span, problem.help("write `page_kind` in one language only"));
                    }
                    (_, Some(_)) => {}
                    (_, None) => {
                        self.page_kinds.insert(p.name.folder.as_str(), kind);
                    }
                }
                first = first.or(Some(p));
            }
        }
    }

    /// A kind by its name, or a complaint.
    fn kind(&mut self, p: &Parsed, name: &str, span: Span) -> Option<Arc<Kind>> {
        let found = self.config.kinds.get(name).cloned();
        if found.is_none() {
            let problem = Diagnostic::error(codes::KIND, format!("there is no kind `{name}`"));
            self.fail(p, span, problem.help(self.config.kinds.suggest(name)));
        }
        found
    }

    /// The kind of a page: its own, else what the nearest section above that says one gives it.
    fn kind_of(&mut self, family: &[&Parsed]) -> Option<Arc<Kind>> {
        let mut said: Option<(Arc<Kind>, &Parsed)> = None;
        for &p in family {
            let Some((name, span)) = p.meta().document.as_ref().and_then(|document| document.kind.as_ref())
            else {
                continue;
            };
            let kind = self.kind(p, name, *span)?;
            match &said {
                Some((known, first)) if known.name != kind.name => {
                    let message =
                        format!("this page is a `{name}` here, and a `{}` in {}", known.name, first.path);
                    let help = "write `kind` in one language only";
                    self.fail(p, *span, Diagnostic::error(codes::SHARED_FIELD, message).help(help));
                }
                Some(_) => {}
                None => said = Some((kind, p)),
            }
        }
        if let Some((kind, _)) = said {
            return Some(kind);
        }
        let first = family.first()?;
        let name = &first.name;
        // A version is a text of its document, and no document of its own.
        if name.document().is_some() && first.page().is_some_and(|page| page.version.is_some()) {
            return self.config.kinds.get(PAGE).cloned();
        }
        let given = || upwards(&name.folder).find_map(|folder| self.page_kinds.get(folder));
        let given = if name.is_section { None } else { given() };
        given.or_else(|| self.config.kinds.get(PAGE)).cloned()
    }

    /// A page in all its languages, the original first.
    fn family(&mut self, family: &[&Parsed]) {
        let Some(&original) = family.first() else { return };
        let Some(kind) = self.kind_of(family) else {
            self.all.broken.extend(family.iter().map(|p| p.path.as_str().to_owned()));
            return;
        };
        let nothing = |p: &&Parsed| p.meta().document.is_none();
        if kind.name == PAGE && kind.fields.is_empty() && family.iter().all(nothing) {
            return;
        }
        let values = self.values(&kind, original, None);
        let history = self.history(&kind, original, &values);
        let illustrative = front(original).is_some_and(|front| front.illustrative);
        for &p in family {
            let is_original = std::ptr::eq(p, original);
            let own = match is_original {
                true => values.clone(),
                false => self.values(&kind, p, Some((original, &values))),
            };
            self.required(&kind, p, is_original, &own);
            let front = front(p);
            let mut document = Document {
                kind: kind.clone(),
                values: own,
                history: history.clone(),
                original: (!is_original).then_some(original.name.language),
                translated_from: self.translated_from(p, original),
                stale: false,
                synthetic: front.is_some_and(|front| front.synthetic),
                illustrative: illustrative || front.is_some_and(|front| front.illustrative),
                review_by: front.and_then(|front| front.review_by),
            };
            document.stale = document.is_stale(original.fingerprint.as_deref());
            if !is_original && let Some(span) = front.and_then(|front| front.history_span) {
                let message = format!("the history of this page stands in {}", original.path);
                let help = "write notes in other languages there: note = { en = \"…\", ru = \"…\" }";
                self.fail(p, span, Diagnostic::error(codes::SHARED_FIELD, message).help(help));
            }
            self.all.by_file.insert(p.path.as_str().to_owned(), document);
        }
    }

    /// The values of a page. A translation has those that are shared from its original.
    fn values(
        &mut self,
        kind: &Kind,
        p: &Parsed,
        original: Option<(&Parsed, &Vec<Option<Given>>)>,
    ) -> Vec<Option<Given>> {
        let file: Arc<str> = Arc::from(p.path.as_str());
        let entries = front(p).map_or(&[][..], |front| &front.fields);
        for entry in entries.iter().filter(|entry| kind.field(&entry.key).is_none()) {
            let problem = self.not_of_kind(kind, entry);
            self.fail(p, entry.key_span, problem);
        }
        let mut values = Vec::with_capacity(kind.fields.len());
        for (index, field) in kind.fields.iter().enumerate() {
            let shared = original.filter(|_| field.shared);
            let Some(entry) = entries.iter().find(|entry| entry.key == field.name) else {
                values.push(shared.and_then(|(_, values)| values[index].clone()));
                continue;
            };
            let given = match field.read(&entry.node) {
                Ok(value) => Some(Given { value, file: file.clone(), span: entry.node.span }),
                Err(faults) => {
                    for (span, problem) in faults {
                        self.fail(p, span, problem);
                    }
                    None
                }
            };
            if let (Some((original, values)), Some(given)) = (shared, &given) {
                let theirs = values[index].as_ref();
                if theirs.is_none_or(|theirs| !theirs.value.says(&given.value)) {
                    self.differs(p, entry, original, theirs);
                }
            } else if field.unique
                && let Some(given) = &given
            {
                self.unique(kind, field, p, given);
            }
            values.push(given);
        }
        self.in_order(kind, p, &mut values);
        values
    }

    /// Complains about dates of a page that are before others, and takes them for unknown.
    fn in_order(&mut self, kind: &Kind, p: &Parsed, values: &mut [Option<Given>]) {
        for (at, field) in kind.fields.iter().enumerate() {
            let Some(name) = &field.not_before else { continue };
            let first = kind.fields.iter().position(|own| own.name == *name);
            let (Some(first), Some(last)) = (first.and_then(|first| values[first].clone()), &values[at])
            else {
                continue;
            };
            let (Value::Date(from), Value::Date(to)) = (&first.value, &last.value) else { continue };
            // What a translation has from its original is told there.
            if to.is_before(from) && &*last.file == p.path.as_str() {
                let message = format!("`{}` is {to}, before `{name}`, {from}", field.name);
                let problem = Diagnostic::error(codes::FIELD_VALUE, message).help("correct one of the two");
                let there = Location::later(&*first.file, first.span);
                self.fail(p, last.span, problem.related(format!("`{name}`"), there));
                values[at] = None;
            }
        }
    }

    fn not_of_kind(&self, kind: &Kind, entry: &Entry) -> Diagnostic {
        let own = kind.fields.iter().map(|field| field.name.as_str());
        let whose: Vec<String> =
            self.config.kinds.with_field(&entry.key).map(|kind| format!("`{}`", kind.name)).collect();
        // `closes` of a consultation is no slip of the finger for `clauses`.
        let shared = FRONT_MATTER_KEYS.iter().copied().filter(|key| *key != "clauses");
        let near = did_you_mean(&entry.key, own.clone().chain(shared));
        let help = near.unwrap_or_else(|| match (kind.name.as_str(), whose.as_slice()) {
            (PAGE, [one]) => format!(
                "it is a field of the kind {one}: write kind = \"{}\" in the front matter, or `page_kind` in that of its section",
                one.trim_matches('`')
            ),
            (PAGE, all) => format!(
                "it is a field of the kinds {}: write kind = \"…\" in the front matter, or `page_kind` in that of its section",
                all.join(", ")
            ),
            (own_kind, all) => format!(
                "{} has: {}; `{}` is a field of {}",
                with_article(own_kind),
                own.collect::<Vec<_>>().join(", "),
                entry.key,
                all.join(", ")
            ),
        });
        let message =
            format!("unknown key `{}` in the front matter of {}", entry.key, with_article(&kind.name));
        Diagnostic::error(codes::UNKNOWN_KEY, message).help(help)
    }

    fn differs(&mut self, p: &Parsed, entry: &Entry, original: &Parsed, theirs: Option<&Given>) {
        let message = match theirs {
            Some(theirs) => format!("`{}` is {} in {}", entry.key, theirs.value, original.path),
            None => format!("`{}` is not said in {}", entry.key, original.path),
        };
        let help = "all languages share this field: write it in that file, and remove it here";
        let problem = Diagnostic::error(codes::SHARED_FIELD, message).help(help);
        let problem = match theirs {
            Some(theirs) => problem.related("what it says", Location::later(&*theirs.file, theirs.span)),
            None => problem,
        };
        self.fail(p, entry.node.span, problem);
    }

    fn unique(&mut self, kind: &Kind, field: &Field, p: &Parsed, given: &Given) {
        let key = (kind.name.clone(), field.name.clone(), given.value.to_string());
        if let Some(first) = self.unique.get(&key).cloned() {
            let message = format!("two documents have the {} `{}`", field.name, given.value);
            let problem = Diagnostic::error(codes::NOT_UNIQUE, message).help("give one of them another");
            self.fail(p, given.span, problem.related("the other one", first));
        } else {
            self.unique.insert(key, place(p, given.span));
        }
    }

    /// Complains about what is missing. Drafts may lack what their authors do not know yet.
    fn required(&mut self, kind: &Kind, p: &Parsed, is_original: bool, values: &[Option<Given>]) {
        // What the settings ask of all pages they do not ask of lists of pages.
        let is_list = p.name.is_section && kind.name == PAGE;
        if p.meta().draft || p.broken || is_list {
            return;
        }
        let missing: Vec<&Field> = kind
            .fields
            .iter()
            .zip(values)
            .filter(|(field, value)| field.required && value.is_none() && (is_original || !field.shared))
            .map(|(field, _)| field)
            // What is there and wrong is reported already.
            .filter(|field| !front(p).is_some_and(|f| f.fields.iter().any(|entry| entry.key == field.name)))
            .collect();
        for field in missing {
            let message = format!("this {} has no `{}`", kind.name, field.name);
            let help =
                format!("add {} = … to its front matter, or draft = true until it is known", field.name);
            let span =
                front(p).and_then(|front| front.kind.as_ref()).map_or(Span::new(0, 3), |(_, span)| *span);
            self.fail(p, span, Diagnostic::error(codes::MISSING_FIELD, message).help(help));
        }
    }

    fn history(&mut self, kind: &Kind, original: &Parsed, values: &[Option<Given>]) -> History {
        let written = front(original).map(|front| front.history.clone()).unwrap_or_default();
        let Some(lifecycle) = &kind.lifecycle else {
            if let Some(span) = front(original).and_then(|front| front.history_span) {
                let message = format!("pages of the kind `{}` have no states, and so no history", kind.name);
                let help = format!("remove it, or write [kinds.{}.lifecycle] in kenes.toml", kind.name);
                self.fail(original, span, Diagnostic::error(codes::STATE, message).help(help));
            }
            return History::default();
        };
        let date = |field: &str| {
            let index = kind.fields.iter().position(|own| own.name == field)?;
            let given = values[index].as_ref()?;
            match given.value {
                Value::Date(when) => Some((when, given.span)),
                _ => None,
            }
        };
        let steps = lifecycle.states.iter().filter_map(|state| {
            let entry = state.entry.as_ref()?;
            let (when, span) = date(entry.field())?;
            let from = match entry {
                // Of a month, nobody knows that it is over before its last day.
                lifecycle::Entry::On(_) if state.stage.is_end() => when.last(),
                lifecycle::Entry::On(_) => when.first(),
                lifecycle::Entry::After(_) => when.last().tomorrow().ok()?,
            };
            // "After March" begins with April; what is shown is that day.
            let when = if from <= when.last() { when } else { When::day(from) };
            Some(Step {
                state: state.name.clone(),
                span,
                when,
                from,
                until: state.until.as_deref().and_then(date).map(|(until, _)| until),
                note: Label::default(),
                field: Some(entry.field().to_owned()),
            })
        });
        let (history, faults) = lifecycle.history(&kind.name, written, steps.collect());
        for (span, problem) in faults {
            self.fail(original, span, problem);
        }
        history
    }

    fn translated_from(&mut self, p: &Parsed, original: &Parsed) -> Option<String> {
        let (from, span) = front(p)?.translated_from.as_ref()?;
        let fault =
            |message: String, help: &str| Diagnostic::error(codes::TRANSLATED_FROM, message).help(help);
        if std::ptr::eq(p, original) {
            let message = "this page is the original of its translations, and is translated from nothing";
            self.fail(p, *span, fault(message.to_owned(), "remove `translated_from`"));
            return None;
        }
        if from.len() != FINGERPRINT || !from.bytes().all(|b| b.is_ascii_hexdigit()) {
            let message = format!("`{from}` is not the fingerprint of a text");
            let help = format!("write it with `kenes stamp {}`", p.path);
            self.fail(p, *span, fault(message, &help));
            return None;
        }
        Some(from.to_ascii_lowercase())
    }
}

fn front(p: &Parsed) -> Option<&DocumentFront> {
    p.meta().document.as_deref()
}

fn place(p: &Parsed, span: Span) -> Location {
    Location::later(p.path.as_str(), span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Today;
    use crate::content::markdown::Highlights;
    use crate::relate::status::Status;
    use crate::relate::{Input, Library};
    use crate::source::Source;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    const FILES: &[&str] = &[
        "_index.md",
        "d/_index.md",
        "d/_index.ru.md",
        "d/a.md",
        "d/a.ru.md",
        "d/a.en.md",
        "d/b.md",
        "d/e/_index.md",
        "d/e/c.md",
        "f.kk.md",
    ];

    const LINES: &[&str] = &[
        "page_kind = \"standard\"",
        "page_kind = \"term\"",
        "page_kind = \"nothing\"",
        "kind = \"meeting\"",
        "kind = \"decree\"",
        "kind = \"nothing\"",
        "number = \"1\"",
        "number = 1",
        "starts = 2025-01-15",
        "starts = \"2025-02\"",
        "opens = 2025-01-15",
        "supersedes = [\"1\", \"@/d/b.md\"]",
        "supersedes = [\"a\"]",
        "supersedes = \"@/d/_index.md\"",
        "see = [\"@/nothing.md\", \"b\", \"@/d/a.ru.md\"]",
        "level = [\"high\", \"low\"]",
        "draft = true",
        "publish = 2030-01-01",
        "translated_from = \"0123456789abcdef\"",
        "translated_from = \"x\"",
        "illustrative = true",
        "review_by = 2020-01-01",
        "[[history]]\nstate = \"draft\"\ndate = 2025-01-01",
        "[[history]]\nstate = \"signed\"\ndate = \"2025\"\nuntil = 2024",
        "[[history]]\nstate = \"withdrawn\"\ndate = \"9999-12\"",
    ];

    const SETTINGS: &str = "base_url = \"https://a.kz\"\nlanguages = [\"en\", \"ru\", \"kk\"]\n\
        [kinds.decree.fields]\nstarts = { type = \"date\" }\nlevel = { type = \"enum\", values = { high = \"H\" }, list = true }\n\
        supersedes = { type = \"ref\", acyclic = true }\n\
        [kinds.decree.lifecycle]\nbefore = \"signed\"\n[kinds.decree.lifecycle.states.signed]\nafter = \"starts\"\nuntil = \"starts\"\n";

    proptest! {
        /// Whatever authors write of documents, it is related or complained of, with the place.
        #[test]
        fn nothing_that_is_written_panics(written in vec((select(FILES), vec(select(LINES), 0..6)), 1..8)) {
            let (config, problems) = crate::config::read(SETTINGS);
            prop_assert_eq!(problems, []);
            let config = Arc::new(config.unwrap());
            let dir = tempfile::tempdir().unwrap();
            let source = Source::new(dir.path());
            let written: BTreeMap<&str, Vec<&str>> = written.into_iter().collect();
            let parsed = written.into_iter().map(|(path, mut lines)| {
                // Tables stand behind all keys, and each key once.
                lines.sort_by_key(|line| (line.starts_with('['), *line));
                lines.dedup_by_key(|line| line.split(' ').next().map(str::to_owned).filter(|key| !key.starts_with('[')).unwrap_or_else(|| (*line).to_owned()));
                let text = format!("+++\n{}\n+++\nText.\n", lines.join("\n"));
                let place = dir.path().join(format!("content/{path}"));
                std::fs::create_dir_all(place.parent().unwrap()).unwrap();
                std::fs::write(place, text).unwrap();
                let file = source.file(&format!("content/{path}")).unwrap();
                Arc::new(crate::content::parse(&file, &config, &Highlights::default()).0)
            });
            let mut parsed: Vec<_> = parsed.collect();
            parsed.sort_by(|a, b| a.path.cmp(&b.path));
            for drafts in [false, true] {
                let today = Today("2025-06-01".parse().unwrap());
                let input = Input { config: config.clone(), parsed: parsed.clone(), late: false, assets: Vec::new(), bibliography: Arc::default(), today, drafts, registers: true };
                let library = Library::new(input);
                prop_assert!(library.problems().iter().all(|problem| problem.location.is_some()));
                let status = Status::of(&library);
                prop_assert!(status.next_change().is_none_or(|date| date > today.0));
            }
        }
    }
}
