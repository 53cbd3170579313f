//! The page of a document shows its own text and that of a version: finds ids that both have.

use std::collections::BTreeSet;

use super::{Item, ItemId, Library};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::span::Span;

impl Library {
    /// Looks at the documents that some pages are, or are texts of.
    ///
    /// All versions count, not only the one that is shown today: the next day must not break the build,
    /// and links to clauses that were withdrawn lead to the page of the document too.
    pub(super) fn compare_with_documents(&mut self, ids: &[ItemId]) {
        let mut documents = BTreeSet::new();
        for &changed in ids {
            if let Some((lineage, _)) = self.lineages.version(changed) {
                documents.extend(lineage.document.iter().flatten().copied());
            } else if self.lineages.document(changed).is_some() {
                documents.insert(changed);
            }
        }
        for document in documents {
            let found = self.in_both(document);
            match found.is_empty() {
                true => self.joined.remove(&document),
                false => self.joined.insert(document, found),
            };
        }
    }

    /// What is wrong with the ids of a document's own text, each once.
    fn in_both(&self, document: ItemId) -> Vec<Diagnostic> {
        let (item, lineage) = (self.item(document), self.lineages.document(document));
        let Some(lineage) = lineage.filter(|_| !item.broken) else { return Vec::new() };
        let versions = lineage.history.order.iter().map(|&at| &lineage.versions[at]);
        let texts: Vec<&Item> = versions.map(|version| self.item(version.text(item.language()))).collect();
        let mut problems = Vec::new();
        for id in item.parsed.body.ids().collect::<BTreeSet<&str>>() {
            let has = |text: &&&Item| !text.broken && text.parsed.body.has_id(id);
            let Some(text) = texts.iter().find(has) else { continue };
            let message = format!(
                "the id `{id}` is in {} too, and this page shows both texts",
                text.parsed.path.as_str()
            );
            let problem = Diagnostic::error(codes::CLAUSE_ID, message).at(place(item, id));
            problems.push(
                problem.help("give one of them another {#id}").related("the other one", place(text, id)),
            );
        }
        problems
    }
}

/// Where an element stands; the file where that is not known.
fn place(item: &Item, id: &str) -> Location {
    let (file, body) = (item.parsed.path.as_str(), &item.parsed.body);
    let heading = || body.headings.iter().find(|heading| heading.id == id).map(|heading| heading.span);
    let clause = || -> Option<Span> {
        let found = body.clauses.as_deref()?;
        let at = found.clauses.list.iter().position(|clause| clause.id == id)?;
        found.spans.get(at).copied()
    };
    match clause().or_else(heading) {
        Some(span) => Location::later(file, span),
        None => Location::file(file),
    }
}
