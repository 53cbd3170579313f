//! References between documents: where the fields of type `ref` lead, and who refers to whom.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::documents::{Document, Given};
use super::near::{self, SUGGESTIONS};
use super::{ItemId, Library, order};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::path::SourcePath;
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;
use crate::content::{FOLDER, Name, SortBy};
use crate::policy::field::{Target, Type, Value};
use crate::policy::kind::{Kind, with_article};
use crate::policy::publication::Publication;

/// The documents that refer to one by one of their fields.
#[derive(Debug)]
pub struct Referring {
    /// Their kind.
    pub kind: Arc<Kind>,
    /// The field, by its place in the kind.
    pub field: usize,
    /// The documents, as readers of a language see them.
    pub from: Vec<ItemId>,
}

/// All references of a site.
#[derive(Debug, Default)]
pub(super) struct References {
    /// Where each field of a document leads, by item: the field's place in the kind, and the targets.
    to: HashMap<ItemId, Vec<(usize, Vec<ItemId>)>, FixedState>,
    from: HashMap<ItemId, Vec<Referring>, FixedState>,
}

impl References {
    pub(super) fn of(&self, id: ItemId, field: usize) -> &[ItemId] {
        let own = self.to.get(&id).and_then(|fields| fields.iter().find(|(own, _)| *own == field));
        own.map_or(&[], |(_, targets)| targets)
    }

    pub(super) fn to(&self, id: ItemId) -> &[Referring] {
        self.from.get(&id).map_or(&[], Vec::as_slice)
    }

    pub(super) fn resolve(library: &Library, problems: &mut Vec<Diagnostic>) -> Self {
        let mut resolver = Resolver {
            library,
            names: Names::new(library),
            graph: BTreeMap::new(),
            inverse: BTreeMap::new(),
            suggestions: SUGGESTIONS,
            problems,
        };
        let mut all = Self::default();
        for id in library.ids() {
            let Some(document) = library.document(id) else { continue };
            let fields = resolver.document(id, document);
            if !fields.is_empty() {
                all.to.insert(id, fields);
            }
        }
        resolver.circles();
        all.from = resolver.inverse();
        all
    }
}

/// The kind and the key of each document that a word names.
type Named<'a> = Vec<(&'a str, &'a str)>;

/// What a reference may call a document by: its number, or the last part of its address.
#[derive(Default)]
struct Names<'a> {
    /// By the folded word: the word as it is written, and what it names.
    words: BTreeMap<String, (String, Named<'a>)>,
}

impl<'a> Names<'a> {
    fn new(library: &'a Library) -> Self {
        let mut names = Self::default();
        for id in library.ids() {
            let Some(document) = library.document(id) else { continue };
            let item = library.item(id);
            let entry = (document.kind.name.as_str(), &*item.parsed.key);
            let numbers =
                document.given().filter(|(field, _)| field.unique).map(|(_, given)| given.value.to_string());
            // The name of every section's file is the same.
            let stem = (!item.is_section()).then(|| item.parsed.name.stem.clone());
            for word in numbers.chain(stem).chain([item.slug.clone()]) {
                let (_, all) = names.words.entry(word.to_lowercase()).or_insert_with(|| (word, Vec::new()));
                if !all.contains(&entry) {
                    all.push(entry);
                }
            }
        }
        names
    }

    /// The keys of the documents of these kinds that a word names.
    fn find(&self, word: &str, target: &Target) -> Vec<&'a str> {
        let found = self.words.get(&word.to_lowercase()).map_or(&[][..], |(_, found)| found);
        found.iter().filter(|(kind, _)| fits(target, kind)).map(|(_, key)| *key).collect()
    }

    /// The words for documents of these kinds but one.
    fn all(&self, target: &Target, own: &str) -> impl Iterator<Item = &str> {
        let is_meant = move |(kind, key): &(&str, &str)| fits(target, kind) && *key != own;
        self.words
            .values()
            .filter(move |(_, found)| found.iter().any(is_meant))
            .map(|(word, _)| word.as_str())
    }
}

fn fits(target: &Target, kind: &str) -> bool {
    target.to.is_empty() || target.to.iter().any(|to| to == kind)
}

/// A document that refers: its key and where.
type Edge<'a> = (&'a str, Location);

/// The documents of a kind that refer to one by one field.
type Group<'a> = (Arc<Kind>, BTreeSet<&'a str>);

struct Resolver<'a> {
    library: &'a Library,
    names: Names<'a>,
    /// Which documents a document refers to by a field whose references must not be circular: by the
    /// field's kind and name, and the document.
    graph: BTreeMap<(&'a str, &'a str), BTreeMap<&'a str, Vec<Edge<'a>>>>,
    /// Which documents refer to a document: by its key, then by the kind and field of theirs.
    inverse: BTreeMap<&'a str, BTreeMap<(usize, usize), Group<'a>>>,
    /// How many more get a suggestion.
    suggestions: usize,
    problems: &'a mut Vec<Diagnostic>,
}

impl<'a> Resolver<'a> {
    fn document(&mut self, id: ItemId, document: &'a Document) -> Vec<(usize, Vec<ItemId>)> {
        let mut all = Vec::new();
        let library = self.library;
        let own: &'a str = &library.item(id).parsed.key;
        for (index, (field, given)) in document.kind.fields.iter().zip(&document.values).enumerate() {
            let (Type::Ref(target), Some(given)) = (&field.value, given) else { continue };
            let mut targets = Vec::new();
            for (value, span) in given.value.each(given.span) {
                let Value::Ref(written) = value else { continue };
                let at = (field.name.as_str(), written.as_str());
                let Some(key) = self.find(id, given, span, at, target) else { continue };
                if key == own {
                    let message = format!("`{}` leads to the document itself", field.name);
                    self.report(
                        id,
                        given,
                        span,
                        Diagnostic::error(codes::FIELD_REFERENCE, message).help("remove it"),
                    );
                    continue;
                }
                if target.acyclic {
                    let graph = self.graph.entry((&document.kind.name, &field.name)).or_default();
                    let edges = graph.entry(own).or_default();
                    if !edges.iter().any(|(to, _)| *to == key) {
                        edges.push((key, Location::later(&*given.file, span)));
                    }
                }
                let kinds = &library.config.kinds;
                let kind = kinds.names().position(|name| name == document.kind.name).unwrap_or(usize::MAX);
                let inverse = self.inverse.entry(key).or_default().entry((kind, index));
                let (_, from) = inverse.or_insert_with(|| (document.kind.clone(), BTreeSet::new()));
                from.insert(own);
                targets.extend(library.find_or_default(key, library.item(id).language()));
            }
            all.push((index, targets));
        }
        all
    }

    /// Whether one more gets a suggestion.
    fn suggests(&mut self) -> bool {
        let left = self.suggestions;
        self.suggestions = left.saturating_sub(1);
        left > 0
    }

    /// A mistake in a shared value is told once, where it is written.
    fn report(&mut self, id: ItemId, given: &Given, span: Span, problem: Diagnostic) {
        let here = self.library.item(id).parsed.path.as_str() == &*given.file;
        // Without its original on this day, the first translation that has it tells.
        let original = self.library.unpublished(&given.file).is_some();
        let problem = problem.at(Location::later(&*given.file, span));
        if here || original && !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// The key of the document that a reference means, or a complaint.
    fn find(
        &mut self,
        id: ItemId,
        given: &Given,
        span: Span,
        (field, written): (&str, &str),
        target: &Target,
    ) -> Option<&'a str> {
        let error = |message: String| Diagnostic::error(codes::FIELD_REFERENCE, message);
        let wanted = match target.to.as_slice() {
            [] => "document".to_owned(),
            kinds => kinds.join(" or "),
        };
        let one_wanted = with_article(&wanted);
        let own = &*self.library.item(id).parsed.key;
        let Some(path) = written.strip_prefix("@/") else {
            let found = self.names.find(written, target);
            match found.as_slice() {
                [key] => return Some(*key),
                [] => {
                    let elsewhere = self.names.find(written, &Target::default());
                    // The number may stand where it cannot be read.
                    if elsewhere.is_empty() && !self.library.knows_all_names() {
                        return None;
                    }
                    let message = match elsewhere.first() {
                        Some(key) => format!(
                            "`{field}` must lead to {one_wanted}, and `{written}` is {}",
                            self.what(key)
                        ),
                        None => format!("`{field}`: there is no {wanted} `{written}`"),
                    };
                    let names = self.suggests().then(|| self.names.all(target, own));
                    let help = names.and_then(|names| did_you_mean(written, names)).unwrap_or_else(|| {
                        format!(
                            "name {one_wanted} by the path of its file, as in @/folder/page.md, by its number or by its name"
                        )
                    });
                    self.report(id, given, span, error(message).help(help));
                }
                [first, second, ..] => {
                    let message =
                        format!("`{field}`: `{written}` is the name of @/{first} and of @/{second}");
                    self.report(
                        id,
                        given,
                        span,
                        error(message).help("write the path of the file that is meant"),
                    );
                }
            }
            return None;
        };
        let source = SourcePath::new(&format!("{FOLDER}/{path}"));
        let (name, _) = Name::read(&source, &self.library.config);
        let Some((key, slots)) = self.library.keys.get_key_value(&*name.key) else {
            let (message, help) =
                match self.library.unpublished(source.as_str()).and_then(Publication::reason) {
                    Some(reason) => (
                        format!("`{field}` leads to {source}, and that page {reason}"),
                        "remove it until then, or build with --drafts".to_owned(),
                    ),
                    None => (
                        format!("`{field}` leads to {source}, which does not exist"),
                        match self.suggests() {
                            true => self.library.near_file(id, path),
                            false => near::no_file(path),
                        },
                    ),
                };
            self.report(id, given, span, error(message).help(help));
            return None;
        };
        let one = slots.iter().flatten().next().copied()?;
        let kind = self.library.kind(one);
        // What a broken page is nobody knows for sure.
        if !fits(target, kind) && !self.library.item(one).broken {
            let message = format!("`{field}` must lead to {one_wanted}, and {source} is {}", self.what(key));
            let near = self.names.all(target, own).next();
            let help = match near {
                Some(_) => "name another document, or change the kind of that one",
                None => "there is none yet: make one, or change the kind of that page",
            };
            self.report(id, given, span, error(message).help(help));
            return None;
        }
        Some(key)
    }

    /// `a meeting`.
    fn what(&self, key: &str) -> String {
        let items = self.library.keys.get(key).map_or(&[][..], Vec::as_slice);
        let kind = items.iter().flatten().next().map_or("page", |&id| self.library.kind(id));
        with_article(kind)
    }

    /// Complains about each circle once, at its first document.
    fn circles(&mut self) {
        for ((_, field), graph) in &self.graph {
            let graph = &without_ends(graph);
            let mut done: BTreeSet<&str> = BTreeSet::new();
            for &start in graph.keys() {
                let Some(circle) = circle(graph, start, &done) else { continue };
                done.extend(circle.iter().map(|(key, _)| *key));
                let names: Vec<&str> = circle.iter().map(|(key, _)| *key).chain([start]).collect();
                let message = format!("`{field}` leads in a circle: {}", names.join(" → "));
                let problem = Diagnostic::error(codes::REFERENCE_CIRCLE, message);
                let problem = problem.help("remove one of these references").at(circle[0].1.clone());
                self.problems.push(problem);
            }
        }
    }

    /// Who refers to each item, in the order of the reader's language.
    fn inverse(self) -> HashMap<ItemId, Vec<Referring>, FixedState> {
        let library = self.library;
        let mut all: HashMap<ItemId, Vec<Referring>, FixedState> = HashMap::default();
        for (key, groups) in self.inverse {
            for &id in library.keys.get(key).map_or(&[][..], Vec::as_slice).iter().flatten() {
                let language = library.item(id).language();
                let referring = groups.iter().map(|((_, field), (kind, keys))| {
                    let mut from: Vec<ItemId> =
                        keys.iter().filter_map(|key| library.find_or_default(key, language)).collect();
                    from.retain(|&id| !library.item(id).parsed.meta().hidden);
                    order::sort(library, &mut from, SortBy::Unsaid, language);
                    Referring { kind: kind.clone(), field: *field, from }
                });
                all.insert(id, referring.filter(|referring| !referring.from.is_empty()).collect());
            }
        }
        all
    }
}

/// The references of some documents to each other.
type Graph<'a> = BTreeMap<&'a str, Vec<Edge<'a>>>;

/// The references without those whose way ends: again and again without the documents that refer to none of
/// those left. Without circles nothing is left, after as many steps as there are references.
fn without_ends<'a>(graph: &Graph<'a>) -> Graph<'a> {
    let mut left: BTreeMap<&str, usize> = graph.iter().map(|(&from, to)| (from, to.len())).collect();
    let mut from: BTreeMap<&str, Vec<&'a str>> = BTreeMap::new();
    for (&own, targets) in graph {
        for (to, _) in targets {
            from.entry(to).or_default().push(own);
        }
    }
    let mut ends: Vec<&str> = from.keys().copied().filter(|to| !graph.contains_key(to)).collect();
    while let Some(end) = ends.pop() {
        left.remove(end);
        for own in from.get(end).into_iter().flatten() {
            let Some(count) = left.get_mut(own) else { continue };
            *count -= 1;
            if *count == 0 {
                ends.push(own);
            }
        }
    }
    let kept = |targets: &[Edge<'a>]| -> Vec<Edge<'a>> {
        targets.iter().filter(|(to, _)| left.contains_key(to)).cloned().collect()
    };
    left.keys().filter_map(|from| graph.get_key_value(from)).map(|(&from, to)| (from, kept(to))).collect()
}

/// The shortest way from a document back to itself, past none that is done.
fn circle<'a>(graph: &Graph<'a>, start: &'a str, done: &BTreeSet<&'a str>) -> Option<Vec<Edge<'a>>> {
    let mut ways: Vec<Vec<Edge<'a>>> = vec![Vec::new()];
    let mut seen = done.clone();
    if seen.contains(start) {
        return None;
    }
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            let at = way.last().map_or(start, |(key, _)| *key);
            for (to, place) in graph.get(at).into_iter().flatten() {
                let mut next = way.clone();
                next.push((*to, place.clone()));
                if *to == start {
                    // Each document with the place where it refers to the next one.
                    let keys = std::iter::once(start).chain(next.iter().map(|(key, _)| *key));
                    return Some(keys.zip(next.iter().map(|(_, place)| place.clone())).collect());
                }
                if seen.insert(to) {
                    longer.push(next);
                }
            }
        }
        ways = longer;
    }
    None
}
