//! What the author of a broken link may have meant. Whatever is suggested works as it is written:
//! `@/…` counts from `content/`, wherever the page lies.

use std::cell::OnceCell;

use super::citations::plain;
use super::links::{Absent, Broken, join};
use super::{ItemId, Library};
use crate::base::diagnostic::Diagnostic;
use crate::base::suggest::{nearest, nearest_many};
use crate::content::{Name, Parsed};

/// How many suggestions a broken link gets at most.
const MOST: usize = 3;

/// How many names that are not there get a suggestion: to compare with every page costs time, and after that
/// many mistakes one is likely behind them all.
pub const SUGGESTIONS: usize = 100;

/// Says what is near to names that are not there, for the first of them.
pub(super) struct Explainer<'a> {
    library: &'a Library,
    left: usize,
    /// What documents can be cited by, sorted.
    numbers: OnceCell<Vec<&'a str>>,
    paths: OnceCell<Vec<&'a str>>,
}

impl<'a> Explainer<'a> {
    pub(super) fn new(library: &'a Library) -> Self {
        Self { library, left: SUGGESTIONS, numbers: OnceCell::new(), paths: OnceCell::new() }
    }

    /// What is wrong with a link, and what is near to it.
    pub(super) fn explained(&mut self, from: ItemId, (problem, missing): &Broken) -> Diagnostic {
        let problem = problem.clone();
        let Some(missing) = missing else { return problem };
        let suggest = self.left > 0;
        self.left = self.left.saturating_sub(1);
        problem.help(match missing {
            Absent::File(path) if suggest => self.library.near_file(from, path),
            Absent::File(path) => no_file(path),
            Absent::Document(name) => self.near_document(name, suggest),
            Absent::Source(key) => self.library.bibliography.near(key, suggest),
        })
    }

    fn near_document(&self, name: &str, suggest: bool) -> String {
        let numbers = self.numbers.get_or_init(|| {
            let mut all: Vec<&str> = self.library.ids().filter_map(|id| self.library.number(id)).collect();
            all.sort_unstable();
            all.dedup();
            all
        });
        let near = |names: &[&'a str]| match suggest {
            true => nearest_many(name, names.iter().copied(), MOST),
            false => Vec::new(),
        };
        let mut found = near(numbers);
        if found.is_empty() && (name.contains('/') || numbers.is_empty()) {
            found = near(self.paths.get_or_init(|| self.library.document_paths()));
        }
        match found.as_slice() {
            [] if numbers.is_empty() => "no page has a `number`; to mean plain text, write \\[[".to_owned(),
            [] => {
                let some: Vec<&str> = numbers.iter().copied().take(8).collect();
                format!("there are: {}; to mean plain text, write \\[[", some.join(", "))
            }
            found => {
                let found: Vec<String> = found.iter().map(|near| format!("`[[{near}]]`")).collect();
                format!("did you mean {}?", found.join(" or "))
            }
        }
    }
}

/// What to say of a link to a file that is not there and that resembles none.
pub(super) fn no_file(path: &str) -> String {
    match path.ends_with(".md") {
        true => "links name a file below content/, as in @/council/founding.md".to_owned(),
        false => {
            "put the file beside the page, or into static/ and link to it with a leading slash".to_owned()
        }
    }
}

impl Library {
    /// The paths that documents can be cited by, sorted.
    fn document_paths(&self) -> Vec<&str> {
        let documents = self.keys.keys().filter(|key| !key.contains("/versions/"));
        let paths = documents.map(|key| plain(key));
        let mut paths: Vec<&str> = paths.filter(|path| !path.is_empty() && *path != "_index").collect();
        paths.sort_unstable();
        paths
    }

    /// What to say of a link to a file that is not there: the nearest ones that are, never the page
    /// itself.
    pub(super) fn near_file(&self, from: ItemId, path: &str) -> String {
        let near = match path.ends_with(".md") {
            true => self.near_pages(&self.item(from).parsed.key, path),
            false => match self.page_of(path) {
                Some(key) => vec![key],
                None => nearest_many(path, self.assets.keys().map(String::as_str), MOST),
            },
        };
        if near.is_empty() {
            return no_file(path);
        }
        let near: Vec<String> = near.iter().map(|near| format!("`@/{near}`")).collect();
        format!("did you mean {}?", near.join(" or "))
    }

    /// The keys of all pages and sections but one.
    fn others(&self, own: &str) -> Vec<&str> {
        let mut keys: Vec<&str> = self.keys.keys().map(|key| &**key).filter(|key| *key != own).collect();
        keys.sort_unstable();
        keys
    }

    /// Pages of the same name in another folder, or with a date before it.
    fn namesakes(&self, own: &str, path: &str) -> Vec<&str> {
        let (wanted, folder) = (plain_name(path), folder(path));
        let keys = self.keys.keys().map(|key| &**key).filter(|key| *key != own);
        let mut same: Vec<&str> = keys.filter(|key| plain_name(key).eq_ignore_ascii_case(wanted)).collect();
        same.sort_by_key(|key| (self::folder(key) != folder, key.matches('/').count(), *key));
        same.truncate(MOST);
        same
    }

    fn near_pages(&self, own: &str, path: &str) -> Vec<&str> {
        let same = self.namesakes(own, path);
        if !same.is_empty() {
            return same;
        }
        let wanted = plain_name(path);
        let near = nearest_many(path, self.others(own), MOST);
        // Paths are alike already because they begin with one folder; the names say more.
        let by_name: Vec<&str> =
            near.iter().copied().filter(|key| nearest(wanted, [plain_name(key)]).is_some()).collect();
        if by_name.is_empty() { near } else { by_name }
    }

    /// The page or section that a path without `.md` means.
    pub(super) fn page_of(&self, path: &str) -> Option<&str> {
        let files = [format!("{path}/_index.md"), format!("{path}.md"), format!("{path}/index.md")];
        files.iter().find_map(|file| self.keys.get_key_value(file.as_str())).map(|(key, _)| &**key)
    }

    /// What the author of a relative link to no address may have meant: the link as it should be
    /// written.
    #[must_use]
    pub fn near_relative(&self, page: &Parsed, path: &str) -> Option<String> {
        if path.contains('\\') {
            return Some(format!("write `{}`: addresses have no backslashes", path.replace('\\', "/")));
        }
        if is_host(path) {
            return Some(format!("to lead out of the site, write `https://{path}`"));
        }
        let file = join(page.name.own_folder(), path)?;
        if let Some(key) = self.page_of(&file).filter(|key| **key != *page.key) {
            let plain = path.trim_end_matches('/');
            return Some(match *key == format!("{file}.md") {
                true => format!("did you mean `{plain}.md`?"),
                false => format!("did you mean `@/{key}`?"),
            });
        }
        if !file_name(path).contains('.')
            && let Some(key) = self.namesakes(&page.key, &format!("{file}.md")).first()
        {
            return Some(format!("did you mean `@/{key}`?"));
        }
        let folder = match page.name.own_folder() {
            "" => String::new(),
            folder => format!("{folder}/"),
        };
        let beside = self.assets.keys().filter_map(|asset| asset.strip_prefix(folder.as_str()));
        let near = nearest(path, beside).map(str::to_owned);
        let name = file_name(path);
        let elsewhere =
            || self.assets.keys().find(|asset| file_name(asset) == name).map(|asset| format!("@/{asset}"));
        near.or_else(elsewhere).map(|near| format!("did you mean `{near}`?"))
    }
}

impl Library {
    /// The path below `content/` of a relative link, for messages.
    #[must_use]
    pub fn below_content(page: &Name, path: &str) -> String {
        join(page.own_folder(), path).unwrap_or_else(|| path.to_owned())
    }

    /// What the author of a link such as `/about.md`, which no address answers, may have meant.
    #[must_use]
    pub fn near_rooted(&self, path: &str) -> Option<String> {
        let key = path.trim_start_matches('/');
        let key = key.strip_prefix("content/").unwrap_or(key);
        let is_there = self.keys.contains_key(key) || self.assets.contains_key(key);
        is_there.then(|| format!("did you mean `@/{key}`?"))
    }
}

/// Whether a path begins with the name of a host rather than of a file.
fn is_host(path: &str) -> bool {
    const ENDINGS: &[&str] = &["kz", "қаз", "ru", "рф", "com", "org", "net", "int", "info", "eu", "uz", "kg"];
    let first = path.split('/').next().unwrap_or_default();
    first.starts_with("www.")
        || first.rsplit_once('.').is_some_and(|(name, ending)| !name.is_empty() && ENDINGS.contains(&ending))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The name of a page's file, without `.md` and date; for `x/index.md` and `x/_index.md` it is `x`.
fn plain_name(path: &str) -> &str {
    let stem = path.strip_suffix(".md").unwrap_or(path);
    let stem = match stem.rsplit_once('/') {
        Some((folder, "index" | "_index")) => folder,
        _ => stem,
    };
    let name = file_name(stem);
    match name.split_at_checked(10) {
        Some((day, rest)) if day.bytes().all(|b| b.is_ascii_digit() || b == b'-') => {
            rest.strip_prefix(['-', '_']).filter(|rest| !rest.is_empty()).unwrap_or(name)
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_date_and_ending() {
        assert_eq!(plain_name("news/2026-11-23-welcome.md"), "welcome");
        assert_eq!(plain_name("news/_index.md"), "news");
        assert_eq!(plain_name("visit/index.md"), "visit");
        assert_eq!(plain_name("2026-11-23.md"), "2026-11-23");
    }

    #[test]
    fn hosts_are_told_from_files() {
        assert!(is_host("www.example.xyz") && is_host("gov.kz/about"));
        assert!(!is_host("photo.jpg") && !is_host("../about") && !is_host("report.pdf"));
    }
}
