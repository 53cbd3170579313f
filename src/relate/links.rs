//! Where the links of a page lead.

use std::sync::Arc;

use rayon::prelude::*;

use super::near::Explainer;
use super::{ItemId, Library, comparisons};
use crate::base::chunks::Chunks;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::path::{SourcePath, UrlPath, encode_path};
use crate::base::span::Span;
use crate::base::suggest::nearest_many;
use crate::content::markdown::{Body, Link, OF_THEME, Target};
use crate::content::{FOLDER, Name};
use crate::policy::publication::Publication;

/// Where a link leads, as far as the content alone can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// To a page or section, and an id on it.
    Item(ItemId, Option<String>),
    /// To a file below `content/` that is not Markdown, by its path below it, and what stands behind
    /// it: `#page=3`.
    Asset(String, String),
    /// To an address of the site, which the plan knows or not: path, query, id.
    Address(UrlPath, String, Option<String>),
    /// By a citation to a page, a document or a version of it, and the id of a clause.
    Cited(ItemId, Option<String>),
    /// To an id on the same page.
    Here,
    /// Out of the site.
    External,
    /// Nowhere; reported.
    Broken,
}

impl Resolved {
    /// The item and the clause that it cites.
    #[must_use]
    pub fn cited(&self) -> Option<(ItemId, Option<&str>)> {
        match self {
            Self::Cited(id, clause) => Some((*id, clause.as_deref())),
            _ => None,
        }
    }

    /// The item that it links to: those who cite one are listed by themselves.
    #[must_use]
    pub fn item(&self) -> Option<ItemId> {
        match self {
            Self::Item(id, _) => Some(*id),
            _ => None,
        }
    }
}

/// What a text names and that is not there.
#[derive(Clone, Debug)]
pub(super) enum Absent {
    /// A file, by its path below `content/`.
    File(String),
    /// A document, by its number or path.
    Document(String),
    /// A source, by its key.
    Source(String),
}

/// What is wrong with a link, and what is not there: what is near to it is looked up later, in the order of
/// the pages, by an [`Explainer`].
pub(super) type Broken = (Diagnostic, Option<Absent>);

/// Resolves the links of some pages, and says what is wrong with them.
pub(super) fn resolve(library: &Library, ids: &[ItemId]) -> Vec<(Vec<Resolved>, Vec<Broken>)> {
    let one = |id: &ItemId| {
        let mut linker = Linker { library, problems: Vec::new() };
        let item = library.item(*id);
        let links = linker.resolve(*id, &item.parsed.body.links);
        linker.problems.extend(library.unknown_sources(item, &item.parsed.body));
        (links, linker.problems)
    };
    // A single page is not worth waking other threads for.
    if ids.len() < 16 { ids.iter().map(one).collect() } else { ids.par_iter().map(one).collect() }
}

/// Resolves the links of one page, whose body the library may not have.
pub(super) fn resolve_late(library: &Library, from: ItemId, body: &Body) -> (Vec<Resolved>, Vec<Broken>) {
    let mut linker = Linker { library, problems: Vec::new() };
    let links = linker.resolve(from, &body.links);
    linker.problems.extend(library.unknown_sources(library.item(from), body));
    (links, linker.problems)
}

/// Reports the broken links of all pages, in the order of the pages.
pub(super) fn report(library: &Library, problems: &mut Vec<Diagnostic>) {
    let mut explainer = Explainer::new(library);
    for (id, broken) in &library.broken_links {
        problems.extend(broken.iter().map(|broken| explainer.explained(*id, broken)));
    }
}

/// Who links to each item, in the order of the pages.
pub(super) fn backlinks(links: &Chunks<Arc<[Resolved]>>) -> Vec<Vec<ItemId>> {
    let mut backlinks: Vec<Vec<ItemId>> = vec![Vec::new(); links.len()];
    for (from, links) in (0..).map(ItemId).zip(links.iter()) {
        for to in links.iter().filter_map(Resolved::item).filter(|&to| to != from) {
            let known = &mut backlinks[to.index()];
            // Pages come in order: a page that is known already came last.
            if known.last() != Some(&from) {
                known.push(from);
            }
        }
    }
    backlinks
}

struct Linker<'a> {
    library: &'a Library,
    problems: Vec<Broken>,
}

impl Linker<'_> {
    fn resolve(&mut self, from: ItemId, links: &[Link]) -> Vec<Resolved> {
        links.iter().map(|link| self.target(from, &link.target, link.span)).collect()
    }

    fn target(&mut self, from: ItemId, target: &Target, span: Span) -> Resolved {
        let item = self.library.item(from);
        match target {
            Target::External { url } => match of_a_computer(url) {
                Some((message, help)) => {
                    self.report(from, span, Diagnostic::error(codes::BROKEN_LINK, message).help(help))
                }
                None => Resolved::External,
            },
            Target::Citation(cited) => match self.library.cited(from, cited) {
                Ok((id, clause)) => Resolved::Cited(id, clause),
                Err(Some(broken)) => self.report_missing(from, span, *broken),
                Err(None) => Resolved::Broken,
            },
            Target::Empty => {
                let problem =
                    Diagnostic::error(codes::BROKEN_LINK, "the address between `(` and `)` is empty");
                let help =
                    "write where it leads, as in (@/about.md), or take the brackets and parentheses away";
                self.report(from, span, problem.help(help))
            }
            Target::Here { fragment } => {
                self.check_fragment(from, from, fragment, span);
                Resolved::Here
            }
            Target::Content { path, fragment } => self.file(from, path, fragment.as_deref(), span, "@/"),
            Target::Relative { path, query, fragment, .. } => {
                let joined = join(item.parsed.name.own_folder(), path);
                if path.ends_with(".md") || comparisons::parts(path).is_some() {
                    return match joined {
                        Some(joined) => self.file(from, &joined, fragment.as_deref(), span, ""),
                        None => self.broken(from, path, span, "leads out of the content"),
                    };
                }
                let rest = behind(query, fragment.as_deref());
                if let Some(resolved) = joined.and_then(|joined| self.asset(from, joined, rest, span)) {
                    return resolved;
                }
                match join(item.url.as_str().trim_matches('/'), path) {
                    Some(joined) => {
                        let slash = if joined.is_empty() || !path.ends_with('/') { "" } else { "/" };
                        let url = UrlPath::new(&format!("/{joined}{slash}"));
                        Resolved::Address(url, query.clone(), fragment.clone())
                    }
                    None => self.broken(from, path, span, "leads out of the site"),
                }
            }
            Target::Rooted { path, query, fragment } => {
                // An author thinks of the site's root, whether or not it lies in a folder of its host.
                let below = self.library.config.below_base(path);
                Resolved::Address(UrlPath::new(below.unwrap_or(path)), query.clone(), fragment.clone())
            }
        }
    }

    /// A file below `content/`: a page in the reader's language if there is one, else in the default
    /// one; or a file that is no page.
    fn file(
        &mut self,
        from: ItemId,
        path: &str,
        fragment: Option<&str>,
        span: Span,
        prefix: &str,
    ) -> Resolved {
        let Some(path) = join("", path) else {
            return self.broken(from, &format!("{prefix}{path}"), span, "leads out of the content");
        };
        if let Some((page, versions)) = comparisons::parts(&path) {
            return match self.file(from, page, None, span, prefix) {
                Resolved::Item(document, _) => {
                    let language = self.library.item(from).language();
                    match self.library.comparison(document, versions, language) {
                        Ok(url) => Resolved::Address(url, String::new(), fragment.map(str::to_owned)),
                        // What is wrong with the document's file is said there.
                        Err(_) if self.library.item(document).broken => Resolved::Broken,
                        Err(problem) => self.report(from, span, *problem),
                    }
                }
                other => other,
            };
        }
        if !path.ends_with(".md") {
            return match self.asset(from, path.clone(), behind("", fragment), span) {
                Some(resolved) => resolved,
                None => self.no_file(from, &path, span),
            };
        }
        let source = SourcePath::new(&[FOLDER, "/", &path].concat());
        let (name, wrong) = Name::read(&source, &self.library.config);
        if let Some(wrong) = wrong {
            return self.report(from, span, wrong);
        }
        let own = self.library.item(from).language();
        let found = match name.language {
            0 => self.library.find_or_default(&name.key, own),
            explicit => self.library.find(&name.key, explicit),
        };
        match found {
            Some(id) => {
                if let Some(fragment) = fragment {
                    self.check_fragment(from, id, fragment, span);
                }
                Resolved::Item(id, fragment.map(str::to_owned))
            }
            None => match self.library.unpublished.get(source.as_str()).and_then(|state| state.reason()) {
                Some(reason) => {
                    let message = format!("the link leads to content/{path}, and that page {reason}");
                    let expired = self.library.unpublished.get(source.as_str());
                    let help = match expired {
                        Some(Publication::Expired(_)) => "remove the link, or the page's `expires`",
                        _ => "remove the link until then, or build with --drafts",
                    };
                    self.report(from, span, Diagnostic::error(codes::BROKEN_LINK, message).help(help))
                }
                None => self.no_file(from, &path, span),
            },
        }
    }

    /// A file below `content/` that is no page, if there is one; it is shown if its page is.
    fn asset(&mut self, from: ItemId, path: String, rest: String, span: Span) -> Option<Resolved> {
        if self.library.assets.contains_key(&path) {
            return Some(Resolved::Asset(path, rest));
        }
        let state = self.library.unpublished_asset(&path)?;
        let reason = state.reason()?;
        let message =
            format!("the link leads to content/{path}, which belongs to a page, and that page {reason}");
        let help = match state {
            Publication::Expired(_) => "remove the link, or the page's `expires`",
            _ => "remove the link until then, or build with --drafts",
        };
        Some(self.report(from, span, Diagnostic::error(codes::BROKEN_LINK, message).help(help)))
    }

    fn no_file(&mut self, from: ItemId, path: &str, span: Span) -> Resolved {
        let message = format!("the link leads to content/{path}, which does not exist");
        let problem = Diagnostic::error(codes::BROKEN_LINK, message);
        self.report_missing(from, span, (problem, Some(Absent::File(path.to_owned()))))
    }

    fn broken(&mut self, from: ItemId, path: &str, span: Span, why: &str) -> Resolved {
        let problem = Diagnostic::error(codes::BROKEN_LINK, format!("the link `{path}` {why}"));
        self.report(from, span, problem.help("remove some of the `..`"))
    }

    fn report(&mut self, from: ItemId, span: Span, problem: Diagnostic) -> Resolved {
        self.report_missing(from, span, (problem, None))
    }

    fn report_missing(&mut self, from: ItemId, span: Span, (problem, missing): Broken) -> Resolved {
        let file = self.library.item(from).parsed.path.as_str();
        self.problems.push((problem.at(Location::later(file, span)), missing));
        Resolved::Broken
    }

    fn check_fragment(&mut self, from: ItemId, to: ItemId, fragment: &str, span: Span) {
        if let Some(problem) = self.library.broken_anchor(from, to, fragment) {
            self.report(from, span, problem);
        }
    }
}

impl Library {
    /// What is wrong with a link to an id of a page or section, if anything is.
    #[must_use]
    pub fn broken_anchor(&self, from: ItemId, to: ItemId, fragment: &str) -> Option<Diagnostic> {
        let target = self.item(to);
        // Without bodies nobody knows; whether the id is there changes nothing about where the link leads.
        if self.late || target.broken {
            return None;
        }
        // The top of a page needs no id (HTML, section 7.4.6.4), and what ids a theme has the text does not know.
        if matches!(fragment, "" | "top") || fragment.starts_with(OF_THEME) {
            return None;
        }
        if target.parsed.body.has_id(fragment) || self.shows_id(to, fragment) {
            return None;
        }
        let shown = self.lineages.shown(to).map(|text| self.item(text).parsed.body.ids());
        let mut ids = target.parsed.body.ids().chain(shown.into_iter().flatten());
        let near = nearest_many(fragment, ids.clone(), 3);
        let help = match near.as_slice() {
            [] if ids.clone().next().is_none() => "that page has no headings".to_owned(),
            [] => format!(
                "it has: {}",
                ids.by_ref().take(8).map(|id| format!("#{id}")).collect::<Vec<_>>().join(", ")
            ),
            near => format!(
                "did you mean {}?",
                near.iter().map(|n| format!("`#{n}`")).collect::<Vec<_>>().join(" or ")
            ),
        };
        let whose = if from == to { "this page".to_owned() } else { target.parsed.path.to_string() };
        let message = format!("there is no heading with the id `{fragment}` on {whose}");
        Some(Diagnostic::error(codes::BROKEN_ANCHOR, message).help(help))
    }
}

/// What is wrong with an address that only the author's own computer knows, such as a word processor
/// writes, and what to do.
fn of_a_computer(url: &str) -> Option<(String, String)> {
    let scheme = url.split(':').next().unwrap_or_default();
    // No scheme has one letter; a drive of Windows has.
    if scheme.len() != 1 && !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let name = url.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()).unwrap_or("report.pdf");
    Some((
        format!("`{url}` is a file of your computer, which no reader has"),
        format!(
            "copy the file into the page's folder and write `{name}`, or into static/ and write `/{name}`"
        ),
    ))
}

/// What stands behind a path, as an address has it.
fn behind(query: &str, fragment: Option<&str>) -> String {
    match fragment {
        Some(fragment) => format!("{query}#{}", encode_path(fragment)),
        None => query.to_owned(),
    }
}

/// Joins a path to a folder and resolves `.` and `..`; `None` if it leads out of the topmost one.
pub(super) fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        assert_eq!(join("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(join("a", "./x//y").as_deref(), Some("a/x/y"));
        assert_eq!(join("a", "../../x"), None);
    }

    #[test]
    fn files_of_a_computer_are_no_addresses() {
        for url in ["file:///C:/x.pdf", "FILE://server/x.pdf", "C:\\pic.jpg", "d:/pic.jpg"] {
            assert!(of_a_computer(url).is_some(), "{url}");
        }
        assert!(of_a_computer("https://example.kz/C:/x").is_none());
    }
}
