//! Pages that no section lists: nobody finds them by reading on.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::content::file_of;
use crate::policy::publication::Publication;
use crate::relate::{ItemId, Library};

/// How many further pages a diagnostic names.
const NAMED: usize = 5;

/// One diagnostic a folder and language: the pages of a folder miss the same section.
pub(super) fn check(library: &Library, problems: &mut Vec<Diagnostic>) {
    let mut folders: BTreeMap<(&str, usize), Vec<ItemId>> = BTreeMap::new();
    for id in library.orphans() {
        let name = &library.item(id).parsed.name;
        folders.entry((name.folder.as_str(), name.language)).or_default().push(id);
    }
    for ((folder, language), pages) in folders {
        let [first, rest @ ..] = pages.as_slice() else { continue };
        let path = |id: &ItemId| library.item(*id).parsed.path.as_str();
        let message = match rest.len() {
            0 => "no section lists this page".to_owned(),
            1 => "no section lists this page and one more of its folder".to_owned(),
            more => format!("no section lists this page and {more} more of its folder"),
        };
        let key = if folder.is_empty() { "_index.md".to_owned() } else { format!("{folder}/_index.md") };
        let section = file_of(&key, language, library.config());
        let mut problem = Diagnostic::warning(codes::ORPHAN, message).in_file(path(first));
        for page in rest.iter().take(NAMED) {
            problem = problem.related("nor this one", Location::file(path(page)));
        }
        let advice = match library.unpublished(&section).and_then(Publication::reason) {
            Some(reason) => format!("{section} {reason}"),
            None => format!("write {section}"),
        };
        problems.push(
            problem
                .help(format!("{advice}, or say `hidden = true` in a page that nobody shall find in lists")),
        );
    }
}
