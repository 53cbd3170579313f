//! What is shown on a day, and what is not: pages, sections, and the files that belong to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::clock::Today;
use crate::base::codes;
use crate::base::diagnostic::Diagnostic;
use crate::config::Config;
use crate::content::{Front, Parsed};
use crate::policy::publication::Publication;
use crate::source::File;

/// A page or section that is shown, and whether it is only because drafts were asked for.
pub(super) type Shown = (Arc<Parsed>, bool);

/// Those that are shown on the day, each with whether it is shown only because drafts were asked
/// for, and why the others are not. A language without a home gets one.
pub(super) fn published(
    parsed: Vec<Arc<Parsed>>,
    config: &Config,
    today: Today,
    drafts: bool,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<Shown>, BTreeMap<String, Publication>) {
    let mut draft_sections: Vec<DraftSection> = parsed
        .iter()
        .filter(|p| p.name.is_section && p.meta().draft)
        .map(|p| DraftSection {
            folder: p.name.folder.clone(),
            language: p.name.language,
            file: p.path.as_str().to_owned(),
            hides: 0,
        })
        .collect();
    let mut unpublished = BTreeMap::new();
    let mut shown = Vec::with_capacity(parsed.len() + config.languages.len());
    for p in parsed {
        let dates = match &p.front {
            Front::Page(page) => (page.publish.map(|m| m.date()), page.expires.map(|m| m.date())),
            Front::Section(_) => (None, None),
        };
        let own = Publication::on(today.0, p.meta().draft, dates.0, dates.1);
        let section = draft_sections.iter_mut().find(|section| section.holds(&p));
        if let Some(section) = section.filter(|_| own == Publication::Public && !p.name.is_section) {
            section.hides += 1;
        }
        let draft = p.meta().draft || draft_sections.iter().any(|section| section.holds(&p));
        match Publication::on(today.0, draft, dates.0, dates.1) {
            Publication::Public => shown.push((p, false)),
            Publication::Draft | Publication::Scheduled(_) if drafts => shown.push((p, true)),
            other => {
                let own = other != Publication::Draft || p.meta().draft;
                let state = if own { other } else { Publication::InDraft };
                unpublished.insert(p.path.as_str().to_owned(), state);
            }
        }
    }
    if !drafts {
        problems.extend(draft_sections.iter().filter_map(DraftSection::problem));
    }
    for language in 0..config.languages.len() {
        if !shown.iter().any(|(p, _)| &*p.key == "_index.md" && p.name.language == language) {
            shown.push((Arc::new(Parsed::implicit_home(config, language)), false));
        }
    }
    shown.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    (shown, unpublished)
}

/// The files of each page and section that has a folder of its own, by that folder.
pub(super) fn own_folders(parsed: &[Arc<Parsed>]) -> BTreeMap<String, Vec<String>> {
    let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for p in parsed.iter().filter(|p| p.name.is_bundle || p.name.is_section) {
        folders.entry(p.name.own_folder().to_owned()).or_default().push(p.path.as_str().to_owned());
    }
    folders
}

/// The files that are published, and why the others are not: a file belongs to the page or section
/// whose folder is the nearest above it, and is shown if that is, in any language.
pub(super) fn published_assets(
    assets: Vec<File>,
    own_folders: &BTreeMap<String, Vec<String>>,
    unpublished: &BTreeMap<String, Publication>,
) -> (BTreeMap<String, File>, BTreeMap<String, Publication>) {
    let hidden: BTreeMap<&str, Option<Publication>> = own_folders
        .iter()
        .map(|(folder, files)| {
            let states: Option<Vec<Publication>> =
                files.iter().map(|file| unpublished.get(file).copied()).collect();
            (folder.as_str(), states.and_then(|states| states.first().copied()))
        })
        .collect();
    let mut shown = BTreeMap::new();
    let mut withheld = BTreeMap::new();
    for file in assets {
        let Some(path) = file.below("content").map(str::to_owned) else { continue };
        let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let state = loop {
            match hidden.get(folder) {
                Some(state) => break *state,
                None if folder.is_empty() => break None,
                None => folder = folder.rsplit_once('/').map_or("", |(above, _)| above),
            }
        };
        match state {
            Some(state) => {
                withheld.insert(path, state);
            }
            None => {
                shown.insert(path, file);
            }
        }
    }
    (shown, withheld)
}

/// A section that is a draft, and with it all that lies in it, in its language.
struct DraftSection {
    folder: String,
    language: usize,
    file: String,
    /// How many pages would be shown if it were no draft. A page counts for one section.
    hides: usize,
}

impl DraftSection {
    fn holds(&self, parsed: &Parsed) -> bool {
        self.language == parsed.name.language
            && parsed
                .key
                .strip_prefix(self.folder.as_str())
                .is_some_and(|rest| self.folder.is_empty() || rest.starts_with('/'))
    }

    /// Pages that go without a word would be missed by their readers first.
    fn problem(&self) -> Option<Diagnostic> {
        let pages = match self.hides {
            0 => return None,
            1 => "1 page that is no draft itself".to_owned(),
            more => format!("{more} pages that are no drafts themselves"),
        };
        let problem =
            Diagnostic::warning(codes::DRAFT_SECTION, format!("this section is a draft, and hides {pages}"));
        let help = "remove `draft = true` from the section, or write it in each of these pages too";
        Some(problem.in_file(&self.file).help(help))
    }
}
