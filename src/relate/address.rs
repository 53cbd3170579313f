//! From a file's name and front matter to the address of its page.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::lang::Lang;
use crate::base::path::{UrlPath, check_component};
use crate::base::slug::slugify;
use crate::base::span::Span;
use crate::config::Config;
use crate::content::Parsed;

/// The address that a page or section will have, if it is a good one.
#[must_use]
pub fn of(parsed: &Parsed, config: &Config) -> Option<UrlPath> {
    let (url, _, sound) = Addresses::new(config).address(parsed, &mut Vec::new());
    sound.then_some(url)
}

/// Makes addresses; remembers the slugs of folders.
pub(super) struct Addresses<'a> {
    config: &'a Config,
    folders: HashMap<String, Vec<String>, FixedState>,
}

impl<'a> Addresses<'a> {
    pub(super) fn new(config: &'a Config) -> Self {
        Self { config, folders: HashMap::default() }
    }

    /// The address of a page or section, the last part of it, and whether it is a good one. What is
    /// wrong with it is reported here.
    pub(super) fn address(
        &mut self,
        parsed: &Parsed,
        problems: &mut Vec<Diagnostic>,
    ) -> (UrlPath, String, bool) {
        let before = problems.len();
        let (url, slug) = self.own_address(parsed, problems);
        let explicit = parsed.page().is_some_and(|page| page.path.is_some());
        let sound = explicit
            || self
                .folders
                .get(&parsed.name.folder)
                .is_none_or(|parts| parts.iter().all(|part| is_good(part)));
        (url, slug, sound && problems.len() == before)
    }

    fn own_address(&mut self, parsed: &Parsed, problems: &mut Vec<Diagnostic>) -> (UrlPath, String) {
        let config = self.config;
        let lang = &config.languages[parsed.name.language].lang;
        let prefix = config.url_prefix(parsed.name.language).map(Lang::as_str);
        let page = parsed.page();
        if let Some((path, span)) = page.and_then(|page| page.path.as_ref()) {
            let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
            check(&parts, "path", parsed, *span, problems);
            let slug = parts.last().copied().unwrap_or_default().to_owned();
            return (UrlPath::folder(prefix.into_iter().chain(parts)), slug);
        }
        let slug = match page.map(|page| &page.slug) {
            Some(Some((slug, span))) => {
                let trimmed = slug.trim_matches('/');
                check(&[trimmed], "slug", parsed, *span, problems);
                if trimmed.contains('/') {
                    let problem = Diagnostic::error(
                        codes::BAD_PATH,
                        format!("`slug` must be one part, and is `{slug}`"),
                    );
                    problems.push(problem.at(later(parsed, *span)).help("use `path` for a whole address"));
                }
                Some(trimmed.to_owned())
            }
            Some(None) => {
                let slug = slugify(&parsed.name.stem, config.slugify.paths, lang.as_str());
                if slug.is_empty() {
                    let message = format!("the name `{}` gives an empty address", parsed.name.stem);
                    let problem = Diagnostic::error(codes::EMPTY_SLUG, message).in_file(parsed.path.as_str());
                    problems.push(problem.help("set `slug` in the front matter, or rename the file"));
                } else if let Err(bad) = check_component(&slug) {
                    let message =
                        format!("the address `{slug}`, made of the file's name, is not allowed: {}", bad.0);
                    let problem = Diagnostic::error(codes::BAD_PATH, message).in_file(parsed.path.as_str());
                    problems.push(problem.help("set `slug` in the front matter, or rename the file"));
                }
                Some(slug)
            }
            None => None,
        };
        let folder = self.folder(parsed, problems);
        let own = slug.clone().unwrap_or_else(|| folder.last().cloned().unwrap_or_default());
        let parts = prefix.into_iter().chain(folder.iter().map(String::as_str)).chain(slug.as_deref());
        (UrlPath::folder(parts.filter(|part| !part.is_empty())), own)
    }

    /// The parts that the folders above a page make. A bad one is reported for its first page.
    fn folder(&mut self, parsed: &Parsed, problems: &mut Vec<Diagnostic>) -> &[String] {
        let folder = parsed.name.folder.as_str();
        if !self.folders.contains_key(folder) {
            let mode = self.config.slugify.paths;
            let lang = self.config.default_language().lang.as_str();
            let names: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
            let parts: Vec<String> = names.iter().map(|name| slugify(name, mode, lang)).collect();
            if let Some(bad) = parts.iter().position(|part| !is_good(part)) {
                let message = format!("the name of the folder `{}` gives no address", names[bad]);
                let problem = Diagnostic::error(codes::EMPTY_SLUG, message).in_file(parsed.path.as_str());
                problems.push(problem.help("rename the folder: use letters, digits and hyphens"));
            }
            self.folders.insert(folder.to_owned(), parts);
        }
        &self.folders[folder]
    }
}

fn is_good(part: &str) -> bool {
    check_component(part).is_ok()
}

fn later(parsed: &Parsed, span: Span) -> Location {
    Location::later(parsed.path.as_str(), span)
}

/// Complains about parts that could lead out of the output folder, or that no file can be named.
fn check(parts: &[&str], key: &str, parsed: &Parsed, span: Span, problems: &mut Vec<Diagnostic>) {
    for part in parts {
        if let Err(bad) = check_component(part) {
            let why = if parts.len() == 1 && part.is_empty() { "it is empty" } else { bad.0 };
            let message = format!("`{key}` is not an address: {why}");
            let problem = Diagnostic::error(codes::BAD_PATH, message).at(later(parsed, span));
            problems
                .push(problem.help("use letters, digits and hyphens, with `/` between the parts of a path"));
            return;
        }
    }
}
