//! Links to addresses of the site: whether anything answers them, and how they are written.

use std::cell::LazyCell;
use std::collections::HashSet;

use foldhash::fast::FixedState;

use super::Plan;
use super::targets::Target;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::path::{UrlPath, encode_path};
use crate::base::suggest::did_you_mean;
use crate::content::markdown;
use crate::relate::{Item, ItemId, Library, Reader, Resolved, SUGGESTIONS};

/// Reports links to addresses that nothing answers, and to ids that their pages do not have.
pub(super) fn check(
    plan: &Plan,
    library: &Library,
    ids: impl Iterator<Item = ItemId>,
    problems: &mut Vec<Diagnostic>,
) {
    let mut suggestions = 0..SUGGESTIONS;
    // A page with mistakes has no route; its address is there once they are mended.
    let broken = LazyCell::new(|| broken_addresses(library));
    for id in ids {
        let item = library.item(id);
        for (link, resolved) in item.parsed.body.links.iter().zip(library.links(id)) {
            let Resolved::Address(url, _, fragment) = resolved else { continue };
            let place = Location::later(item.parsed.path.as_str(), link.span);
            let Some(route) = plan.answer(url) else {
                let is_asset = plan.assets.find(url.as_str().trim_start_matches('/')).is_some();
                if !is_asset && !broken.contains(url.as_str().trim_end_matches('/')) {
                    let suggest = suggestions.next().is_some();
                    let problem = match &link.target {
                        markdown::Target::Relative { path, .. } => no_file(library, item, path, url, suggest),
                        _ => match library.near_rooted(url.as_str()) {
                            Some(help) => no_address(plan, "the link", url, false).help(help),
                            None => no_address(plan, "the link", url, suggest),
                        },
                    };
                    problems.push(problem.at(place));
                }
                continue;
            };
            if let (Target::Item { id: to, .. }, Some(fragment)) = (&route.target, fragment) {
                problems.extend(library.broken_anchor(id, *to, fragment).map(|problem| problem.at(place)));
            }
        }
    }
}

/// Reports sections that send their readers to an address that nothing answers.
pub(super) fn check_redirects(plan: &Plan, library: &Library, problems: &mut Vec<Diagnostic>) {
    let mut suggestions = 0..SUGGESTIONS;
    for id in library.ids() {
        let item = library.item(id);
        let Some((to, span)) = item.parsed.section().and_then(|section| section.redirect_to.as_ref()) else {
            continue;
        };
        if item.broken || to.starts_with("@/") || to.starts_with("https://") || to.starts_with("http://") {
            continue;
        }
        let path = to.split(['#', '?']).next().unwrap_or_default();
        let url = UrlPath::new(&format!("/{}", path.trim_start_matches('/')));
        if plan.answer(&url).is_none() {
            let place = Location::later(item.parsed.path.as_str(), *span);
            problems.push(no_address(plan, "`redirect_to`", &url, suggestions.next().is_some()).at(place));
        }
    }
}

fn no_address(plan: &Plan, what: &str, url: &UrlPath, suggest: bool) -> Diagnostic {
    let message = format!("{what} leads to {url}, and nothing has that address");
    let outside = url.as_str().strip_prefix("/static/").filter(|path| plan.assets.find(path).is_some());
    if let Some(path) = outside {
        let help = format!("did you mean `/{path}`? What lies in static/ is published without that folder");
        return Diagnostic::error(codes::BROKEN_LINK, message).help(help);
    }
    let known = || plan.routes.iter().take(20_000).map(|route| route.url.as_str());
    let near = suggest.then(|| did_you_mean(url.as_str(), known())).flatten();
    let help = near.unwrap_or_else(|| "name a page by its file, as in @/council/founding.md".into());
    Diagnostic::error(codes::BROKEN_LINK, message).help(help)
}

/// A link such as `photo.jpg` that is neither a file beside the page nor an address.
fn no_file(library: &Library, item: &Item, path: &str, url: &UrlPath, suggest: bool) -> Diagnostic {
    let file = Library::below_content(&item.parsed.name, path);
    let message = format!("there is no file content/{file}, and nothing has the address {url}");
    let near = suggest.then(|| library.near_relative(&item.parsed, path)).flatten();
    let help = near.unwrap_or_else(|| {
        "put the file there, or name a page by its file, as in @/council/founding.md".to_owned()
    });
    Diagnostic::error(codes::BROKEN_LINK, message).help(help)
}

/// The addresses of pages with mistakes, without the slash at their ends.
fn broken_addresses(library: &Library) -> HashSet<&str, FixedState> {
    let broken = library.ids().map(|id| library.item(id)).filter(|item| item.broken);
    broken.map(|item| item.url.as_str().trim_end_matches('/')).collect()
}

impl Plan {
    /// The value of `href` or `src` for a link of a page; `None` for those that were written
    /// already, because they lead out of the site or to their own page.
    #[must_use]
    pub fn href(&self, reader: &Reader, resolved: &Resolved) -> Option<String> {
        let config = reader.config();
        let with = |mut href: String, query: &str, fragment: Option<&str>| {
            href.push_str(query);
            if let Some(fragment) = fragment {
                href.push('#');
                href.push_str(&encode_path(fragment));
            }
            href
        };
        match resolved {
            Resolved::Item(id, fragment) | Resolved::Cited(id, fragment) => {
                Some(with(config.href(reader.url(*id).as_str()), "", fragment.as_deref()))
            }
            Resolved::Asset(path, rest) => {
                let asset = self.assets.find_content(path)?;
                Some(format!("{}{rest}", config.href(asset.url().as_str())))
            }
            Resolved::Address(url, query, fragment) => {
                let asset = self.assets.find(url.as_str().trim_start_matches('/'));
                let path = asset.map_or_else(|| url.clone(), super::Asset::url);
                Some(with(config.href(path.as_str()), query, fragment.as_deref()))
            }
            Resolved::Here | Resolved::External | Resolved::Broken => None,
        }
    }

    /// The address that a static file is published at, by the name that themes use: `css/site.css`.
    #[must_use]
    pub fn asset_url(&self, name: &str) -> Option<UrlPath> {
        self.assets.find(name.trim_start_matches('/')).map(super::Asset::url)
    }
}
