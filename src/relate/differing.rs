//! The same clause has the same id in every language: finds those that do not.

use std::collections::BTreeSet;

use super::{Item, ItemId, Library};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::content::markdown::TextClauses;
use crate::policy::clause::Clause;

impl Library {
    /// Compares the clauses of some pages with those of their translations.
    pub(super) fn compare_translations(&mut self, ids: &[ItemId]) {
        // A translation without clauses is compared too where its original has some.
        let has_clauses = |text: &ItemId| self.item(*text).parsed.body.clauses.is_some();
        let concerned = |id: &&ItemId| {
            !self.differing.is_empty() || self.translations(**id).iter().flatten().any(has_clauses)
        };
        let source = |id: &ItemId| self.translations(*id).iter().flatten().next().copied();
        // Each family once, whoever of it has changed.
        let sources: BTreeSet<ItemId> = ids.iter().filter(concerned).filter_map(source).collect();
        for source in sources {
            let texts: Vec<ItemId> = self.translations(source).iter().flatten().copied().collect();
            for text in texts.into_iter().filter(|&text| text != source) {
                let found = differing(self.item(text), self.item(source));
                match found.is_empty() {
                    true => self.differing.remove(&text),
                    false => self.differing.insert(text, found),
                };
            }
        }
    }
}

/// What differs between a translation and its original.
fn differing(item: &Item, source: &Item) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    if item.broken || source.broken {
        return problems;
    }
    let (file, source_file) = (item.parsed.path.as_str(), source.parsed.path.as_str());
    let (own, of_source) = match (item.parsed.body.clauses.as_deref(), source.parsed.body.clauses.as_deref())
    {
        (Some(own), Some(of_source)) => (own, of_source),
        (None, Some(_)) => {
            let message = format!("this text has no clauses, and {source_file} has");
            let help = "write `clauses = true` in its front matter too";
            let problem = Diagnostic::warning(codes::CLAUSES_DIFFER, message).help(help);
            problems.push(problem.at(Location::file(file)));
            return problems;
        }
        (_, None) => return problems,
    };
    for (at, missing) in without(of_source, own) {
        let there = Location::later(source_file, of_source.spans[at]);
        // A clause of that number is likely the same, and has lost its id.
        let same_number = own.clauses.list.iter().position(|clause| {
            !clause.number.is_empty() && clause.number == missing.number && !has(of_source, &clause.id)
        });
        let (problem, place) = match same_number {
            Some(same) => {
                let id = &own.clauses.list[same].id;
                let message = format!(
                    "clause {} has the id `{}` in {source_file}, and `{id}` here",
                    missing.number, missing.id
                );
                let help = match missing.given {
                    true => {
                        format!("write {{#{}}} at its end: the id is the same in every language", missing.id)
                    }
                    false => format!("write the same {{#{id}}} in {source_file}, or remove it here"),
                };
                (Diagnostic::warning(codes::CLAUSES_DIFFER, message).help(help), own.spans[same])
            }
            None => {
                let message = format!("clause {} of {source_file} is missing here", named(missing));
                let help = "translate it, or bring the numbers of both texts in line";
                let end = own.spans.get(at.saturating_sub(1)).or(own.spans.last());
                let place = end.copied().unwrap_or_default();
                (Diagnostic::warning(codes::CLAUSES_DIFFER, message).help(help), place)
            }
        };
        let place = Location::later(file, place);
        problems.push(problem.at(place).related("the clause", there));
    }
    for (at, added) in without(own, of_source) {
        let lost_id =
            of_source.clauses.list.iter().any(|clause| {
                clause.number == added.number && !has(own, &clause.id) && !added.number.is_empty()
            });
        if lost_id {
            continue; // said above
        }
        let message = format!("clause {} is not in {source_file}", named(added));
        let help = "remove it, or write it in the original too";
        let end = of_source.spans.get(at.saturating_sub(1)).or(of_source.spans.last());
        let problem = Diagnostic::warning(codes::CLAUSES_DIFFER, message).help(help);
        let problem = problem.at(Location::later(file, own.spans[at]));
        problems.push(match end {
            Some(&end) => problem.related("it would follow this", Location::later(source_file, end)),
            None => problem.related("the original", Location::file(source_file)),
        });
    }
    problems
}

fn named(clause: &Clause) -> String {
    match (clause.number.is_empty(), clause.given) {
        (false, true) => format!("{} ({})", clause.number, clause.id),
        (false, false) => clause.number.clone(),
        (true, _) => format!("`{}`", clause.id),
    }
}

fn has(text: &TextClauses, id: &str) -> bool {
    text.clauses.list.iter().any(|clause| clause.id == id)
}

/// The clauses of a text that another one has not.
fn without<'a>(text: &'a TextClauses, other: &TextClauses) -> impl Iterator<Item = (usize, &'a Clause)> {
    let mut ids: Vec<&str> = other.clauses.list.iter().map(|clause| clause.id.as_str()).collect();
    ids.sort_unstable();
    let missing: Vec<_> = text
        .clauses
        .list
        .iter()
        .enumerate()
        .filter(|(_, clause)| ids.binary_search(&clause.id.as_str()).is_err())
        .collect();
    missing.into_iter()
}
