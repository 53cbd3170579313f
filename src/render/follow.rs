//! From one state of a site to the next: what stays, and how to tell.

use std::collections::BTreeSet;
use std::mem::discriminant;
use std::sync::Arc;

use super::open_data::Memo;
use super::terms::Glossaries;
use super::{Failures, Rendered, Renderer};
use crate::base::digest::fingerprint;
use crate::base::path::UrlPath;
use crate::plan::{Asset, AssetBody, FeedOf, Plan, Route, Target};
use crate::relate::record::{Reads, during};
use crate::relate::{ItemId, Key, Reader};

/// Gives the number that an item has in the next state; `None` if it is gone.
pub type Moved<'a> = &'a dyn Fn(ItemId) -> Option<ItemId>;

impl Renderer {
    /// The renderer of the next state of a site with the same settings and theme. It takes over the
    /// views that are not in `stale`; `moved` gives the new number of an item, where others came or
    /// went; `changed` picks the data files that are no longer what they were.
    #[must_use]
    pub fn following(
        &self,
        reader: Reader,
        plan: Arc<Plan>,
        changed: impl Fn(&str) -> bool,
        stale: &BTreeSet<Key>,
        moved: Option<Moved<'_>>,
    ) -> Arc<Self> {
        let views = self.views.carried(stale, moved.map(|moved| (reader.count(), moved)));
        Arc::new(Self {
            reader,
            plan,
            theme: self.theme.clone(),
            source: self.source.clone(),
            views,
            open_data: Memo::default(),
            drawings: self.drawings.clone(),
            fonts: self.fonts.clone(),
            indexes: self.indexes.carried(|key| stale.contains(key)),
            glossaries: Glossaries::new(self.reader.config().languages.len()),
            data: if self.data.has(&changed) {
                Arc::new(self.data.without(changed))
            } else {
                self.data.clone()
            },
        })
    }

    /// As [`Renderer::render`], and what was read for it.
    pub fn render_noting(self: &Arc<Self>, route: &Route) -> (Result<Rendered, Failures>, Reads) {
        during(|| self.render(route))
    }

    /// What was read for something that was made once for many; `None` if it was not made.
    #[must_use]
    pub fn reads(&self, made: &Key) -> Option<Reads> {
        match made {
            Key::Index(language) => self.indexes.reads(*language),
            _ => self.views.reads(made),
        }
    }

    /// The fingerprint of what a file of the plan is to hold, in words that mean the same in every
    /// state of the site. Texts are no part of it.
    #[must_use]
    pub fn print_route(&self, route: &Route) -> u64 {
        let item = |id: ItemId| self.reader.print_item(id);
        let term = |language: usize, taxonomy: usize, term: usize| {
            fingerprint(&(language, taxonomy, &self.reader.term_at(language, taxonomy, term).slug))
        };
        let target = match &route.target {
            Target::Item { id, pager } => fingerprint(&(item(*id), pager)),
            Target::Taxonomy { language, taxonomy } => fingerprint(&(language, taxonomy)),
            Target::Term { language, taxonomy, term: index, pager } => {
                fingerprint(&(term(*language, *taxonomy, *index), pager))
            }
            Target::Feed { of, format } => {
                let about = match of {
                    FeedOf::Site(language) => fingerprint(language),
                    FeedOf::Section(id) | FeedOf::Document(id) => item(*id),
                    FeedOf::Term { language, taxonomy, term: index } => term(*language, *taxonomy, *index),
                    FeedOf::Kind { language, kind } => fingerprint(&(language, kind)),
                };
                fingerprint(&(discriminant(of), about, format))
            }
            Target::Comparison { text, before } => fingerprint(&(item(*text), item(*before))),
            Target::Cite { id, format } => fingerprint(&(item(*id), format.file())),
            Target::Alias(to) => fingerprint(to),
            Target::Calendar(language)
            | Target::NotFound(language)
            | Target::Search(language)
            | Target::WebManifest(language) => fingerprint(language),
            Target::Card(id) => item(*id),
            Target::Sitemap { part, parts } => fingerprint(&(part, parts)),
            Target::Data(file) => fingerprint(file),
            Target::SearchIndex { language, part } => {
                fingerprint(&(language, crate::plan::search::file_name(*part)))
            }
            Target::Asset(index) => {
                let body = &self.plan.assets.get(*index).body;
                let about = match body {
                    AssetBody::File(file) | AssetBody::Stripped(file) => fingerprint(file.path.as_str()),
                    AssetBody::Icon(icon, file) => fingerprint(&(icon.file(), file.path.as_str())),
                    AssetBody::Text(text) => fingerprint(text),
                    AssetBody::Same => 0,
                };
                fingerprint(&(discriminant(body), about))
            }
            Target::Robots | Target::Headers | Target::Redirects | Target::Manifest => 0,
            Target::Picture { asset, copy } => fingerprint(&(&self.plan.assets.get(*asset).source, copy)),
        };
        fingerprint(&(&route.url, discriminant(&route.target), target))
    }

    /// Whether a template that many pages share gives now what it gave in `old`.
    #[must_use]
    pub fn is_same(self: &Arc<Self>, fragment: &str, old: &Self) -> bool {
        self.is_same_fragment(fragment, old)
    }
}

/// The fingerprint of the answer to a key of the model or of the plan; `None` where only what happened
/// can tell.
#[must_use]
pub fn print(reader: &Reader, plan: &Plan, key: &Key) -> Option<u64> {
    // The size of a picture whose name has no digest is known by nothing else.
    let asset = |asset: Option<&Asset>| fingerprint(&asset.map(|asset| (&asset.output, asset.picture)));
    match key {
        Key::Answer(url) => Some(u64::from(plan.answer(&UrlPath::new(url)).is_some())),
        Key::Static(path) => Some(asset(plan.assets.find(path))),
        Key::Beside(path) => Some(asset(plan.assets.find_content(path))),
        _ => reader.print(key),
    }
}
