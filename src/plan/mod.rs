//! Layer 6, PLAN: every file of the output, and what will answer it, before anything is rendered.
//!
//! Two sources that want one file are found here, both named; so are links to addresses that
//! nothing answers.

mod assets;
pub mod cards;
mod collisions;
mod css;
mod links;
mod open_data;
mod pictures;
mod routes;
pub mod search;
mod styles;
mod targets;
mod versions;

pub use assets::{Asset, AssetBody, Assets, drawing_failed};
pub use open_data::{DataFile, data_url};
pub use pictures::Copied;
pub use routes::pagers;
pub use targets::{
    CALENDAR, CiteFormat, FeedOf, LARGEST_SITEMAP, Origin, Route, SearchPart, Target, is_mapped,
    kind_feed_file, sitemap_part,
};

pub use crate::config::FeedFormat;

use std::collections::HashMap;

use foldhash::fast::FixedState;
use rayon::slice::ParallelSliceMut as _;

use crate::base::diagnostic::Diagnostic;
use crate::base::path::{OutputPath, UrlPath};
use crate::relate::record::note;
use crate::relate::{ItemId, Key, Library};
use crate::source::File;

/// The file that every build ends with: all files, with their digests.
pub const MANIFEST: &str = "manifest.json";

/// What a theme has templates for, of what not every theme has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// A search page.
    pub search: bool,
    /// Cards.
    pub cards: bool,
    /// A web app manifest.
    pub web_manifest: bool,
}

/// Every file of the output.
pub struct Plan {
    /// What answers each file, in the order of the files' paths.
    pub routes: Vec<Route>,
    /// Static files and files beside pages.
    pub assets: Assets,
    /// What there is in every language.
    offers: Offers,
    /// Routes by the path of their file.
    outputs: HashMap<OutputPath, usize, FixedState>,
}

impl Plan {
    /// Plans the output. `statics` are the static files of the site and its themes, by the path
    /// they are asked for, the site's own already before the theme's. `offers`: what the theme has templates for.
    #[must_use]
    pub fn new(
        library: &Library,
        statics: Vec<(String, File)>,
        mut offers: Offers,
    ) -> (Self, Vec<Diagnostic>) {
        let mut problems = Vec::new();
        offers.search &= library.config().search.enabled;
        // A static file of that name is the site's own word on it.
        offers.web_manifest &=
            !statics.iter().any(|(path, _)| *path == cards::web_manifest(library.config(), 0).as_str()[1..]);
        let scripts = if offers.search { search::scripts(library.config()) } else { Vec::new() };
        let assets = Assets::new(library, statics, scripts, &mut problems);
        let mut routes = routes::collect(library, &assets, offers, &mut problems);
        routes.par_sort_by(|a, b| a.output.cmp(&b.output));
        collisions::report(&mut routes, &mut problems);
        let outputs = routes.iter().enumerate().map(|(i, route)| (route.output.clone(), i)).collect();
        let plan = Self { routes, assets, offers, outputs };
        links::check_redirects(&plan, library, &mut problems);
        pictures::check(&plan, library, &mut problems);
        (plan, problems)
    }

    /// What is wrong with the links to addresses on some pages. Apart from the rest, because a plan
    /// serves a library that differs in texts only as well.
    #[must_use]
    pub fn check_links(&self, library: &Library, ids: impl Iterator<Item = ItemId>) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let ids: Vec<ItemId> = ids.collect();
        links::check(self, library, ids.iter().copied(), &mut problems);
        pictures::check_credits(self, library, ids, &mut problems);
        problems
    }

    /// What there is in every language.
    #[must_use]
    pub fn offers(&self) -> Offers {
        self.offers
    }

    /// The route of a file of the output.
    #[must_use]
    pub fn route(&self, output: &str) -> Option<&Route> {
        self.outputs.get(output).map(|&index| &self.routes[index])
    }

    /// The route that answers an address, as a web server would find it: the file, or the
    /// `index.html` of the folder.
    #[must_use]
    pub fn answer(&self, url: &UrlPath) -> Option<&Route> {
        note(|| Key::Answer(url.as_str().into()));
        let path = url.as_str().trim_start_matches('/');
        let folder = path.trim_end_matches('/');
        let index = [folder, if folder.is_empty() { "index.html" } else { "/index.html" }].concat();
        let exact = if path.is_empty() || path.ends_with('/') { None } else { self.outputs.get(path) };
        exact.or_else(|| self.outputs.get(index.as_str())).map(|&i| &self.routes[i])
    }
}
