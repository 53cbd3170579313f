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
    let address = Addresses::new(std::iter::once(parsed), config, &mut Vec::new()).address(parsed);
    address.sound.then_some(address.url)
}

/// The slugs of folders, from which the addresses of the pages in them are made.
pub(super) struct Addresses<'a> {
    config: &'a Config,
    folders: HashMap<&'a str, Vec<String>, FixedState>,
}

/// The address of a page or section.
pub(super) struct Address {
    pub(super) url: UrlPath,
    /// The last part of it.
    pub(super) slug: String,
    /// Whether it is a good one.
    pub(super) sound: bool,
    /// What is wrong with it, but for the names of folders.
    pub(super) problems: Vec<Diagnostic>,
}

impl<'a> Addresses<'a> {
    /// Makes the slugs of the folders that these pages lie in. A bad one is reported for the first of its
    /// pages whose address is made of it.
    pub(super) fn new(
        parsed: impl Iterator<Item = &'a Parsed>,
        config: &'a Config,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut addresses = Self { config, folders: HashMap::default() };
        // A page that names its whole path needs no folder.
        for parsed in parsed.filter(|parsed| parsed.page().is_none_or(|page| page.path.is_none())) {
            if !addresses.folders.contains_key(parsed.name.folder.as_str()) {
                addresses.folder(parsed, problems);
            }
        }
        addresses
    }

    /// The address of a page or section.
    pub(super) fn address(&self, parsed: &Parsed) -> Address {
        let mut problems = Vec::new();
        let (url, slug) = self.own_address(parsed, &mut problems);
        let explicit = parsed.page().is_some_and(|page| page.path.is_some());
        let sound = explicit || self.parts(parsed).iter().all(|part| is_good(part));
        Address { url, slug, sound: sound && problems.is_empty(), problems }
    }

    fn parts(&self, parsed: &Parsed) -> &[String] {
        self.folders.get(parsed.name.folder.as_str()).map_or(&[], Vec::as_slice)
    }

    fn own_address(&self, parsed: &Parsed, problems: &mut Vec<Diagnostic>) -> (UrlPath, String) {
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
        let folder = self.parts(parsed);
        let own = slug.clone().unwrap_or_else(|| folder.last().cloned().unwrap_or_default());
        let parts = prefix.into_iter().chain(folder.iter().map(String::as_str)).chain(slug.as_deref());
        (UrlPath::folder(parts.filter(|part| !part.is_empty())), own)
    }

    fn folder(&mut self, parsed: &'a Parsed, problems: &mut Vec<Diagnostic>) {
        let folder = parsed.name.folder.as_str();
        let mode = self.config.slugify.paths;
        let lang = self.config.default_language().lang.as_str();
        let names: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        let parts: Vec<String> = names.iter().map(|name| slugify(name, mode, lang)).collect();
        if let Some(bad) = parts.iter().position(|part| !is_good(part)) {
            let message = format!("the name of the folder `{}` gives no address", names[bad]);
            let problem = Diagnostic::error(codes::EMPTY_SLUG, message).in_file(parsed.path.as_str());
            problems.push(problem.help("rename the folder: use letters, digits and hyphens"));
        }
        self.folders.insert(folder, parts);
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
