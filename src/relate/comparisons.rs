//! Links to what changed between two versions of a document: `@/rules/records/index.md@1.0..1.1`.

use super::{ItemId, Library, Lineage};
use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::UrlPath;

/// The page of a link to a comparison, and the two versions, if it is one.
pub(super) fn parts(path: &str) -> Option<(&str, &str)> {
    let at = path.rfind(".md@")? + ".md".len();
    Some((&path[..at], &path[at + 1..]))
}

impl Library {
    /// The page that shows what changed between two versions of a document, for readers of a language.
    ///
    /// # Errors
    /// There is none: what is wrong, and what to write.
    pub(super) fn comparison(
        &self,
        document: ItemId,
        versions: &str,
        language: usize,
    ) -> Result<UrlPath, Box<Diagnostic>> {
        let file = self.item(document).parsed.path.as_str();
        let error = |message: String, help: String| {
            Box::new(Diagnostic::error(codes::COMPARISON, message).help(help))
        };
        let Some(lineage) = self.lineage(document) else {
            let help = match self.lineages.version(document) {
                Some((lineage, _)) => {
                    let own = lineage.document.iter().flatten().next();
                    let key = own.map_or("", |&own| &*self.item(own).parsed.key);
                    format!("it is a version itself: name its document, as in @/{key}@{versions}")
                }
                None => "leave `@` and what follows it out".to_owned(),
            };
            return Err(error(format!("{file} has no versions to compare"), help));
        };
        let Some((old, new)) = versions.split_once("..") else {
            let message = format!("`{versions}` does not name two versions");
            return Err(error(message, of_all(lineage)));
        };
        let find = |label: &str| {
            let found = lineage.versions.iter().position(|version| version.label == label);
            found.ok_or_else(|| {
                let order = lineage.history.order.iter();
                let labels: Vec<&str> = order.map(|&at| lineage.versions[at].label.as_str()).collect();
                error(format!("{file} has no version `{label}`"), format!("it has: {}", labels.join(", ")))
            })
        };
        let (before, after) = (find(old)?, find(new)?);
        if lineage.history.predecessor(after) != Some(before) {
            let message = format!(
                "{old} and {new} are not compared: a version is compared with the one whose place it takes"
            );
            let help = match lineage.history.predecessor(before) == Some(after) {
                true => format!("the older one stands first: @{new}..{old}"),
                false => of_all(lineage),
            };
            return Err(error(message, help));
        }
        let mut languages = std::iter::once(language).chain(0..self.config.languages.len());
        let text = languages.find_map(|language| lineage.compared(after, language));
        match text {
            Some((text, _)) => Ok(self.item(text).url.join("changes/")),
            None => {
                let message = format!("{old} and {new} are not compared: no language has both");
                Err(error(message, "translate one of them into the language of the other".to_owned()))
            }
        }
    }
}

/// Which comparisons a document has.
fn of_all(lineage: &Lineage) -> String {
    let label = |at: usize| lineage.versions[at].label.as_str();
    let pairs = lineage.history.order.iter().filter_map(|&at| {
        let before = lineage.history.predecessor(at)?;
        Some(format!("@{}..{}", label(before), label(at)))
    });
    let pairs: Vec<String> = pairs.collect();
    match pairs.is_empty() {
        true => "it has one version only".to_owned(),
        false => format!("it has: {}", pairs.join(", ")),
    }
}
