//! Which files there will be.

use super::assets::{AssetBody, Assets};
use super::targets::{
    CALENDAR, CiteFormat, FeedOf, LARGEST_SITEMAP, Origin, Route, Target, is_mapped, kind_feed_file,
    sitemap_part,
};
use super::{MANIFEST, Offers, cards, open_data, search, versions};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostic, Location};
use crate::base::lang::Lang;
use crate::base::path::{OutputPath, SourcePath, UrlPath};
use crate::base::span::Span;
use crate::base::suggest::did_you_mean;
use crate::relate::{ItemId, Library, SUGGESTIONS};

struct Collector<'a> {
    library: &'a Library,
    routes: Vec<Route>,
    /// How many more sections that lead nowhere get a suggestion.
    suggestions: std::ops::Range<usize>,
    problems: &'a mut Vec<Diagnostic>,
}

/// Everything that the site will have.
pub(super) fn collect(
    library: &Library,
    assets: &Assets,
    offers: Offers,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Route> {
    let mut collector = Collector { library, routes: Vec::new(), suggestions: 0..SUGGESTIONS, problems };
    collector.items(offers.cards);
    for (url, text, before) in versions::comparisons(library) {
        let file = library.item(text).parsed.path.clone();
        collector.add(url, Target::Comparison { text, before }, (file, None));
    }
    for language in 0..library.config().languages.len() {
        collector.language(language);
        if offers.search {
            collector.search(language);
        }
        if offers.web_manifest {
            let settings = (SourcePath::new(crate::config::FILE_NAME), None);
            let url = cards::web_manifest(library.config(), language);
            collector.add(url, Target::WebManifest(language), settings);
        }
    }
    collector.whole_site(assets);
    collector.routes
}

/// How many parts a list of `count` entries has.
#[must_use]
pub fn pagers(count: usize, by: Option<usize>) -> usize {
    by.map_or(1, |by| count.div_ceil(by.max(1)).max(1))
}

impl Collector<'_> {
    fn add(&mut self, url: UrlPath, target: Target, origin: Origin) {
        match OutputPath::for_url(&url) {
            Ok(output) => self.routes.push(Route { url, output, target, origin }),
            Err(bad) => {
                let shown = url.as_str().replace(char::is_control, "\u{fffd}");
                let message = format!("the address `{shown}` is not allowed: {}", bad.0);
                let location = match origin.1 {
                    Some(span) => Location::later(origin.0.as_str(), span),
                    None => Location::file(origin.0.as_str()),
                };
                let help = "use letters, digits and hyphens, with `/` between the parts of a path";
                self.problems.push(Diagnostic::error(codes::BAD_PATH, message).at(location).help(help));
            }
        }
    }

    fn items(&mut self, cards: bool) {
        let library = self.library;
        for id in library.ids() {
            let item = library.item(id);
            // What is broken may have lost its `slug` or `path`: it would collide for no reason.
            if item.broken {
                continue;
            }
            let file = match item.parsed.implicit && !item.is_section() {
                // A register that nobody wrote: the settings can take it away.
                true => SourcePath::new(crate::config::FILE_NAME),
                false => item.parsed.path.clone(),
            };
            for (alias, span) in &item.parsed.meta().aliases {
                self.alias(id, alias, (file.clone(), Some(*span)));
            }
            let section = item.parsed.section();
            if let Some((to, span)) = section.and_then(|section| section.redirect_to.as_ref()) {
                if let Some(to) = self.redirect(id, to, *span) {
                    self.add(item.url.clone(), Target::Alias(to), (file, None));
                }
                continue;
            }
            self.add(item.url.clone(), Target::Item { id, pager: 1 }, (file.clone(), None));
            if cards && library.has_card(id) {
                self.add(item.url.join(cards::CARD), Target::Card(id), (file.clone(), None));
            }
            if library.is_cited_in_files(id) {
                for format in CiteFormat::ALL {
                    let url = item.url.join(format.file());
                    self.add(url, Target::Cite { id, format }, (file.clone(), None));
                }
            }
            if library.has_feed(id) {
                self.feeds(&item.url, &FeedOf::Document(id), &(file.clone(), None));
            }
            let Some(section) = section else { continue };
            let path = section.paginate_path.as_ref().map_or("page", |(path, _)| path.trim_matches('/'));
            let span = section.paginate_path.as_ref().map(|(_, span)| *span);
            for pager in 2..=pagers(library.pages(id).len(), section.paginate_by) {
                let url = item.url.join(&format!("{path}/{pager}/"));
                self.add(url, Target::Item { id, pager }, (file.clone(), span));
            }
            let is_home = &*item.parsed.key == "_index.md";
            if section.generate_feeds
                && !(is_home && library.config().languages[item.language()].generate_feeds)
            {
                self.feeds(&item.url, &FeedOf::Section(id), &(file, None));
            }
        }
    }

    /// Feeds beside a page, in all formats.
    fn feeds(&mut self, folder: &UrlPath, of: &FeedOf, origin: &Origin) {
        for (format, file) in self.library.config().feed_files() {
            self.add(folder.join(file), Target::Feed { of: of.clone(), format }, origin.clone());
        }
    }

    fn alias(&mut self, id: ItemId, alias: &str, origin: Origin) {
        // In `_redirects`, `*` and `:name` stand for anything.
        if alias.contains('*') || alias.split('/').any(|part| part.starts_with(':')) {
            let shown = alias.replace(char::is_control, "\u{fffd}");
            let message =
                format!("the alias `{shown}` is not allowed: web servers take `*` and `:` for any address");
            let location = match origin.1 {
                Some(span) => Location::later(origin.0.as_str(), span),
                None => Location::file(origin.0.as_str()),
            };
            let help = "list each old address by itself";
            self.problems.push(Diagnostic::error(codes::BAD_PATH, message).at(location).help(help));
            return;
        }
        let path = alias.trim_matches('/');
        let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.')) && !alias.ends_with('/');
        let url = UrlPath::new(&format!("/{path}{}", if is_file || path.is_empty() { "" } else { "/" }));
        let to = self.library.config().href(self.library.item(id).url.as_str());
        self.add(url, Target::Alias(to), origin);
    }

    /// The address that a section sends its readers to.
    fn redirect(&mut self, from: ItemId, to: &str, span: Span) -> Option<String> {
        let config = self.library.config();
        if to.starts_with("https://") || to.starts_with("http://") {
            return Some(to.to_owned());
        }
        let item = self.library.item(from);
        let (to, rest) = to.split_at(to.find(['?', '#']).unwrap_or(to.len()));
        if let Some(key) = to.strip_prefix("@/") {
            let Some(target) = self.library.find_or_default(key, item.language()) else {
                let message = format!("`redirect_to` names content/{key}, which does not exist");
                let place = Location::later(item.parsed.path.as_str(), span);
                let keys = self.library.ids().map(|id| &*self.library.item(id).parsed.key);
                let suggest = self.suggestions.next().is_some();
                let near = suggest.then(|| did_you_mean(key, keys)).flatten();
                let help = near
                    .unwrap_or_else(|| "name a file below content/, as in @/council/_index.md".to_owned());
                self.problems.push(Diagnostic::error(codes::BROKEN_LINK, message).at(place).help(help));
                return None;
            };
            return Some(config.href(self.library.item(target).url.as_str()) + rest);
        }
        Some(config.href(&format!("/{}", to.trim_start_matches('/'))) + rest)
    }

    fn language(&mut self, language: usize) {
        let library = self.library;
        let config = library.config();
        let settings = || (SourcePath::new(crate::config::FILE_NAME), None);
        let prefix = config.url_prefix(language).map(Lang::as_str);
        let home = UrlPath::folder(prefix);
        self.add(home.join("404.html"), Target::NotFound(language), settings());
        if config.languages[language].generate_feeds {
            self.feeds(&home, &FeedOf::Site(language), &settings());
        }
        for (kind, own) in config.kinds.iter().enumerate().filter(|(_, kind)| kind.feeds) {
            if library.of_kind(&own.name, language).is_empty() {
                continue;
            }
            for (format, _) in config.feed_files() {
                let url = home.join(&kind_feed_file(&own.name, format));
                self.add(url, Target::Feed { of: FeedOf::Kind { language, kind }, format }, settings());
            }
        }
        if !library.calendar(language).is_empty() {
            self.add(home.join(CALENDAR), Target::Calendar(language), settings());
        }
        for (index, taxonomy) in library.taxonomies(language).iter().enumerate() {
            let configured = &config.taxonomies[taxonomy.index];
            if !configured.render || taxonomy.terms.is_empty() {
                continue;
            }
            self.add(taxonomy.url.clone(), Target::Taxonomy { language, taxonomy: index }, settings());
            for (number, term) in taxonomy.terms.iter().enumerate() {
                let first = term.pages.first().map(|&id| library.item(id).parsed.path.clone());
                let origin = (first.unwrap_or_else(|| settings().0), None);
                for pager in 1..=pagers(term.pages.len(), configured.paginate_by) {
                    let target = Target::Term { language, taxonomy: index, term: number, pager };
                    let url = match pager {
                        1 => term.url.clone(),
                        _ => {
                            term.url.join(&format!("{}/{pager}/", configured.paginate_path.trim_matches('/')))
                        }
                    };
                    self.add(url, target, origin.clone());
                }
                if configured.feed {
                    let of = FeedOf::Term { language, taxonomy: index, term: number };
                    self.feeds(&term.url, &of, &origin);
                }
            }
        }
    }

    fn search(&mut self, language: usize) {
        let settings = || (SourcePath::new(crate::config::FILE_NAME), None);
        let page = search::page(self.library.config(), language);
        for part in search::parts(self.library.searched(language).len()) {
            let target = Target::SearchIndex { language, part };
            self.add(page.join(&search::file_name(part)), target, settings());
        }
        self.add(page, Target::Search(language), settings());
    }

    fn whole_site(&mut self, assets: &Assets) {
        let config = self.library.config();
        let own = |path: &str| assets.find(path).is_some();
        let settings = || (SourcePath::new(crate::config::FILE_NAME), None);
        for (url, file) in open_data::files(self.library) {
            self.add(url, Target::Data(file), settings());
        }
        let mapped = self.routes.iter().filter(|route| is_mapped(&route.target)).count();
        let parts = mapped.div_ceil(LARGEST_SITEMAP);
        if config.generate_sitemap && parts > 1 && !own("sitemap.xml") {
            for part in 1..=parts {
                let url = UrlPath::new(&format!("/{}", sitemap_part(part)));
                self.add(url, Target::Sitemap { part, parts }, settings());
            }
        }
        let files = [
            ("sitemap.xml", Target::Sitemap { part: 0, parts }, config.generate_sitemap),
            ("robots.txt", Target::Robots, config.generate_robots_txt),
            ("_headers", Target::Headers, true),
            ("_redirects", Target::Redirects, true),
        ];
        for (name, target, wanted) in files {
            // A static file of that name is the site's own word on it.
            if wanted && !own(name) {
                self.add(UrlPath::new(&format!("/{name}")), target, settings());
            }
        }
        self.add(UrlPath::new(&format!("/{MANIFEST}")), Target::Manifest, settings());
        for (index, asset) in assets.iter().enumerate() {
            // Equal files of one name, from content/ and static/, are one file.
            if matches!(asset.body, AssetBody::Same) {
                continue;
            }
            let url = UrlPath::new(&format!("/{}", asset.output));
            let origin = || (SourcePath::new(&asset.source), None);
            self.add(url, Target::Asset(index), origin());
            for (copy, own) in asset.copies.iter().enumerate() {
                let url = UrlPath::new(&format!("/{}", own.output));
                self.add(url, Target::Picture { asset: index, copy }, origin());
            }
        }
    }
}
