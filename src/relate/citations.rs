//! Citations: `[[AI-ES-01@1.0#2.3]]` names a document by its number, an old address or its path, and a
//! version and a clause of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::links::{Absent, Broken};
use super::{Document, Item, ItemId, Library};
use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::suggest::nearest;
use crate::content::document::DocumentFront;
use crate::content::markdown::Cited;
use crate::policy::clause::Clause;
use crate::policy::field::Value;

/// A name as people write it: without capitals, and with one blank where they put several.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A path without what may be left out: `/standards/x/`, `standards/x/index.md` and `standards/x` are one.
pub(super) fn plain(path: &str) -> &str {
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".md").unwrap_or(path);
    path.strip_suffix("/index").or(path.strip_suffix("/_index")).unwrap_or(path)
}

/// A place that cites a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Citing {
    /// The page.
    pub from: ItemId,
    /// The document, or the version of it, that it cites.
    pub to: ItemId,
    /// The id of the clause.
    pub clause: Option<String>,
}

/// Keys of pages by what people call them.
pub(super) type Names = BTreeMap<String, Vec<Arc<str>>>;

/// Who cites a page: a document, whichever version is meant, or any other page.
#[derive(Default)]
pub(super) struct Citations(BTreeMap<ItemId, Vec<Citing>>);

impl Citations {
    /// Who cites a page, in the order of their files: see [`Library::cited_owner`].
    pub(super) fn of(&self, owner: ItemId) -> &[Citing] {
        self.0.get(&owner).map_or(&[], Vec::as_slice)
    }
}

/// The number of a document: what its field `number` says.
fn number_of(document: &Document) -> Option<&str> {
    match &document.value("number")?.value {
        Value::Text(number) => Some(number),
        _ => None,
    }
}

/// By which names pages can be cited: the keys of the pages. Documents of two kinds may have one number.
pub(super) fn names(items: &[Arc<Item>], documents: &[Option<Document>]) -> Names {
    let mut names = Names::new();
    for (item, document) in items.iter().zip(documents) {
        let Some(number) = document.as_ref().and_then(number_of) else { continue };
        let known = names.entry(folded(number)).or_default();
        if !known.contains(&item.parsed.key) {
            known.push(item.parsed.key.clone());
        }
    }
    for item in items {
        for (alias, _) in &item.parsed.meta().aliases {
            names.entry(folded(plain(alias))).or_insert_with(|| vec![item.parsed.key.clone()]);
        }
    }
    names
}

impl Library {
    /// The number that people cite a page by.
    #[must_use]
    pub fn number(&self, id: ItemId) -> Option<&str> {
        number_of(self.document(id)?)
    }

    /// Who cites what, as the links of all pages are now.
    pub(super) fn citations(&self) -> Citations {
        let mut all: BTreeMap<ItemId, Vec<Citing>> = BTreeMap::new();
        for from in self.ids() {
            let mut known = BTreeSet::new();
            for (to, clause) in self.links(from).iter().filter_map(super::Resolved::cited) {
                let owner = self.lineages.owner(to);
                // What a document says of itself is no news.
                if self.lineages.owner(from) == owner {
                    continue;
                }
                if known.insert((to, clause)) {
                    let citing = Citing { from, to, clause: clause.map(str::to_owned) };
                    all.entry(owner).or_default().push(citing);
                }
            }
        }
        Citations(all)
    }

    /// The page under which those are noted who cite a page: of a document or a version of it, the
    /// document in its first language.
    #[must_use]
    pub fn cited_owner(&self, id: ItemId) -> ItemId {
        self.lineages.owner(id)
    }

    /// Whether it is known what all documents are called: a mistake in the front matter of one may hide its number.
    pub(super) fn knows_all_names(&self) -> bool {
        self.ids().all(|id| {
            let meta = self.item(id).parsed.meta();
            let hides = |front: &DocumentFront| match self.document(id) {
                Some(document) => document.kind.fields.iter().zip(&document.values).any(|(field, value)| {
                    field.unique
                        && value.is_none()
                        && front.fields.iter().any(|entry| entry.key == field.name)
                }),
                // Of a kind that is not there nobody knows the fields.
                None => !front.fields.is_empty(),
            };
            !meta.unread && !meta.document.as_deref().is_some_and(hides)
        })
    }

    /// The page and the clause that a citation names.
    ///
    /// # Errors
    /// It names none; nothing is to be said where that may follow from a mistake in another file.
    pub(super) fn cited(
        &self,
        from: ItemId,
        cited: &Cited,
    ) -> Result<(ItemId, Option<String>), Option<Box<Broken>>> {
        if let Some(problem) = forgotten(cited) {
            return Err(Some(Box::new((problem, None))));
        }
        let target = self.cited_text(from, cited)?;
        let Some(wanted) = &cited.clause else { return Ok((target, None)) };
        if self.item(target).broken {
            return Ok((target, None));
        }
        let text = self.lineages.shown(target).unwrap_or(target);
        match self.clause(text, wanted) {
            Some(id) => Ok((target, Some(id))),
            // Who has clauses has a body from the beginning; what others have is looked at later.
            None if self.late || self.item(target).parsed.body.has_id(wanted) => {
                Ok((target, Some(wanted.clone())))
            }
            None => Err(Some(Box::new((self.no_clause(target, text, cited, wanted), None)))),
        }
    }

    /// The document, or the version of it.
    fn cited_text(&self, from: ItemId, cited: &Cited) -> Result<ItemId, Option<Box<Broken>>> {
        let language = self.item(from).language();
        let own = self.lineages.version(from);
        let document = match cited.document.as_str() {
            "" if cited.version.is_none() => return Ok(from),
            "" => own.and_then(|(lineage, _)| lineage.document[language]).unwrap_or(from),
            name => {
                let named = self.lineages.names.get(&folded(name));
                let found = match named.or_else(|| self.lineages.names.get(&folded(plain(name)))) {
                    None => self.page_of(plain(name)).and_then(|key| self.find_or_any(key, language)),
                    Some(keys) if keys.len() > 1 => {
                        return Err(Some(Box::new((two_documents(name, keys), None))));
                    }
                    Some(keys) => keys.first().and_then(|key| self.find_or_any(key, language)),
                };
                found.ok_or_else(|| self.knows_all_names().then(|| Box::new(no_document(name))))?
            }
        };
        let Some(label) = &cited.version else { return Ok(document) };
        let versions = self.lineages.document(document).map_or(&[][..], |lineage| &lineage.versions);
        match versions.iter().find(|version| version.label == *label) {
            Some(version) => Ok(version.text(language)),
            None => {
                let message = match cited.document.as_str() {
                    "" => format!("this document has no version {label}"),
                    name => format!("{name} has no version {label}"),
                };
                let labels: Vec<&str> = versions.iter().map(|version| version.label.as_str()).collect();
                let help = match labels.is_empty() {
                    true => "it has no versions: leave `@` and what follows it out".to_owned(),
                    false => format!("it has: {}", labels.join(", ")),
                };
                Err(Some(Box::new((Diagnostic::error(codes::CITATION, message).help(help), None))))
            }
        }
    }

    fn find_or_any(&self, key: &str, language: usize) -> Option<ItemId> {
        self.find_or_default(key, language).or_else(|| self.keys.get(key)?.iter().copied().flatten().next())
    }

    /// The id of a clause by id or number.
    fn clause(&self, text: ItemId, wanted: &str) -> Option<String> {
        let clauses = self.item(text).parsed.body.clauses.as_deref()?;
        clauses.clauses.find(wanted).map(|clause| clause.id.clone())
    }

    /// What to say of a clause that the cited text has not: the versions that have it, else the nearest.
    fn no_clause(&self, target: ItemId, text: ItemId, cited: &Cited, wanted: &str) -> Diagnostic {
        let name = match cited.document.as_str() {
            "" => String::new(),
            name => name.to_owned(),
        };
        let lineage = self.lineages.version(text);
        let of = match lineage {
            Some((lineage, version)) => format!("version {}", lineage.versions[version].label),
            None => self.item(target).parsed.path.to_string(),
        };
        let of = match (name.is_empty(), lineage.is_some()) {
            (false, true) => format!("{name}, {of},"),
            (false, false) => name.clone(),
            (true, _) => of,
        };
        let message = format!("{of} has no clause `{wanted}`");
        let language = self.item(target).language();
        let elsewhere: Vec<&str> = lineage
            .map(|(lineage, _)| {
                let order = lineage.history.order.iter().map(|&at| &lineage.versions[at]);
                let having = order.filter(|version| self.clause(version.text(language), wanted).is_some());
                having.map(|version| version.label.as_str()).collect()
            })
            .unwrap_or_default();
        let help = match elsewhere.as_slice() {
            [] => self.near_clause(text, wanted),
            labels => {
                let all: Vec<String> =
                    labels.iter().map(|label| format!("`[[{name}@{label}#{wanted}]]`")).collect();
                let who = match labels {
                    [one] => format!("version {one} has it"),
                    more => format!("versions {} have it", more.join(", ")),
                };
                format!("{who}: write {}", all.join(" or "))
            }
        };
        Diagnostic::error(codes::CITED_CLAUSE, message).help(help)
    }

    fn near_clause(&self, text: ItemId, wanted: &str) -> String {
        let Some(clauses) = self.item(text).parsed.body.clauses.as_deref() else {
            let file = &self.item(text).parsed.path;
            return format!(
                "{file} has no clauses: write `clauses = true` in its front matter, or cite all of it"
            );
        };
        let list = &clauses.clauses.list;
        let names: Vec<&str> = list
            .iter()
            .filter(|clause| clause.given)
            .map(|clause| clause.id.as_str())
            .chain(list.iter().map(|clause| clause.number.as_str()).filter(|number| !number.is_empty()))
            .collect();
        if let Some(near) = nearest(wanted, names.iter().copied()) {
            return format!("did you mean `#{near}`?");
        }
        let shown = |clause: &Clause| if clause.given { clause.id.clone() } else { clause.number.clone() };
        let told = list.iter().filter(|clause| clause.depth == 1 || clause.given);
        let some: Vec<String> = told.take(8).map(shown).collect();
        match some.is_empty() {
            true => "it has none".to_owned(),
            false => format!("it has: {}", some.join(", ")),
        }
    }
}

fn no_document(name: &str) -> Broken {
    let message = format!("there is no document `{name}`, neither by number nor by path");
    (Diagnostic::error(codes::CITATION, message), Some(Absent::Document(name.to_owned())))
}

/// What to say of a citation that ends where a version or a clause should stand.
fn forgotten(cited: &Cited) -> Option<Diagnostic> {
    let is_empty = |part: &Option<String>| part.as_ref().is_some_and(String::is_empty);
    if is_empty(&cited.version) {
        let help = "write a version there, as in [[AI-ES-01@1.0]], or remove the `@`";
        return Some(
            Diagnostic::error(codes::CITATION, "nothing stands behind the `@` of this citation").help(help),
        );
    }
    is_empty(&cited.clause).then(|| {
        let help = "write the id or the number of a clause there, as in [[AI-ES-01#2.3]], or remove the `#`";
        Diagnostic::error(codes::CITED_CLAUSE, "nothing stands behind the `#` of this citation").help(help)
    })
}

/// A citation must lead to one document.
fn two_documents(name: &str, keys: &[Arc<str>]) -> Diagnostic {
    let paths: Vec<String> = keys.iter().map(|key| format!("`[[{}]]`", plain(key))).collect();
    let message = format!("{} documents have the number {name}", keys.len());
    let help = format!("cite the one that is meant by its path: {}", paths.join(" or "));
    Diagnostic::error(codes::CITATION, message).help(help)
}
