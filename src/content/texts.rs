//! Which texts are in clauses.
//!
//! A file mostly says that itself: `clauses`, or that it is a version of a document. Where kinds decide, the
//! front matter of others counts too: that of a document for its versions, that of a section for its pages.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::{Front, Parsed, upwards};
use crate::config::Config;
use crate::policy::kind::{Kind, PAGE};

/// Whether a text is in clauses, as far as its own file tells.
#[must_use]
pub(super) fn by_itself(parsed: &Parsed) -> bool {
    match &parsed.front {
        // Where `versions` is but a folder's name, no page is a version.
        Front::Page(page) => page.clauses.unwrap_or(is_version(parsed)),
        Front::Section(_) => false,
    }
}

/// Whether it says that it is a version of a document.
pub(super) fn is_version(parsed: &Parsed) -> bool {
    parsed.name.document().is_some() && parsed.page().is_some_and(|page| page.version.is_some())
}

/// Kinds by places, and the language in which each is said.
type Said<'a> = HashMap<&'a str, (usize, &'a Kind), FixedState>;

/// Said in several languages, that of the first counts: what others say is reported in RELATE.
fn first<'a>(all: &mut Said<'a>, place: &'a str, language: usize, kind: Option<&'a Arc<Kind>>) {
    let Some(kind) = kind else { return };
    let known = all.entry(place).or_insert((language, kind));
    if language < known.0 {
        *known = (language, kind);
    }
}

/// The kinds that pages say, and those that sections give to theirs.
pub struct Texts<'a> {
    config: &'a Config,
    /// By the key of the page, with the language that says so.
    pages: Said<'a>,
    /// By the folder of the section.
    sections: Said<'a>,
}

impl<'a> Texts<'a> {
    /// Of all files of a site, with their texts or without; `None` where no kind decides.
    #[must_use]
    pub fn new(files: impl Iterator<Item = &'a Parsed>, config: &'a Config) -> Option<Self> {
        if !config.kinds.decide_on_clauses() {
            return None;
        }
        let (mut pages, mut sections) = (Said::default(), Said::default());
        for file in files {
            if let Some((name, _)) = file.meta().document.as_ref().and_then(|own| own.kind.as_ref()) {
                first(&mut pages, &file.key, file.name.language, config.kinds.get(name));
            }
            if let Some((name, _)) = file.section().and_then(|section| section.page_kind.as_ref()) {
                first(&mut sections, &file.name.folder, file.name.language, config.kinds.get(name));
            }
        }
        Some(Self { config, pages, sections })
    }

    /// Whether the text of a file is in clauses.
    #[must_use]
    pub fn are_clauses(&self, file: &Parsed) -> bool {
        let Some(page) = file.page() else { return false };
        if let Some(said) = page.clauses {
            return said;
        }
        match file.name.document().filter(|_| is_version(file)) {
            Some(document) => {
                let key = format!("{document}/index.md");
                let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
                self.kind(&key, folder).is_none_or(|kind| kind.clauses)
            }
            None => {
                let kind = self.kind(&file.key, &file.name.folder);
                kind.is_some_and(|kind| kind.clauses && !kind.versions)
            }
        }
    }

    /// The kind of a page: its own, else that of the nearest section that gives one.
    fn kind(&self, key: &str, folder: &str) -> Option<&Kind> {
        if let Some((_, kind)) = self.pages.get(key) {
            return Some(kind);
        }
        let given = upwards(folder).find_map(|folder| self.sections.get(folder)).map(|(_, kind)| *kind);
        given.or_else(|| self.config.kinds.get(PAGE).map(AsRef::as_ref))
    }
}
