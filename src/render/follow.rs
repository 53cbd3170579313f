//! From one state of a site to the next: what stays, and how to tell.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::open_data::Memo;
use super::{Failures, Rendered, Renderer};
use crate::base::digest::fingerprint;
use crate::base::path::UrlPath;
use crate::plan::{Asset, AssetBody, DataFile, FeedOf, Plan, Route, Target};
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
            Target::Item { id, pager } => fingerprint(&(1u8, item(*id), pager)),
            Target::Taxonomy { language, taxonomy } => fingerprint(&(2u8, language, taxonomy)),
            Target::Term { language, taxonomy, term: index, pager } => {
                fingerprint(&(3u8, term(*language, *taxonomy, *index), pager))
            }
            Target::Feed { of, format } => {
                let of = match of {
                    FeedOf::Site(language) => fingerprint(&(4u8, language)),
                    FeedOf::Section(id) => fingerprint(&(5u8, item(*id))),
                    FeedOf::Term { language, taxonomy, term: index } => {
                        fingerprint(&(6u8, term(*language, *taxonomy, *index)))
                    }
                    FeedOf::Document(id) => fingerprint(&(20u8, item(*id))),
                    FeedOf::Kind { language, kind } => fingerprint(&(21u8, language, kind)),
                };
                fingerprint(&(of, format))
            }
            Target::Comparison { text, before } => fingerprint(&(17u8, item(*text), item(*before))),
            Target::Calendar(language) => fingerprint(&(18u8, language)),
            Target::Cite { id, format } => fingerprint(&(19u8, item(*id), format.file())),
            Target::Alias(to) => fingerprint(&(7u8, to)),
            Target::NotFound(language) => fingerprint(&(8u8, language)),
            Target::Sitemap { part, parts } => fingerprint(&(9u8, part, parts)),
            Target::Data(DataFile::Records(kind)) => fingerprint(&(18u8, kind)),
            Target::Data(DataFile::Table(kind)) => fingerprint(&(19u8, kind)),
            Target::Data(DataFile::Schema(kind)) => fingerprint(&(20u8, kind)),
            Target::Data(DataFile::Package) => 21,
            Target::Data(DataFile::Catalog) => 22,
            Target::Robots => 10,
            Target::Headers => 11,
            Target::Redirects => 12,
            Target::Manifest => 13,
            Target::Card(id) => fingerprint(&(32u8, item(*id))),
            Target::WebManifest(language) => fingerprint(&(33u8, language)),
            Target::Search(language) => fingerprint(&(30u8, language)),
            Target::SearchIndex { language, part } => {
                fingerprint(&(31u8, language, crate::plan::search::file_name(*part)))
            }
            Target::Asset(index) => match &self.plan.assets.get(*index).body {
                AssetBody::File(file) | AssetBody::Stripped(file) => fingerprint(&(14u8, file.path.as_str())),
                AssetBody::Icon(icon, file) => fingerprint(&(34u8, icon.file(), file.path.as_str())),
                AssetBody::Text(text) => fingerprint(&(15u8, text)),
                AssetBody::Same => 16,
            },
        };
        fingerprint(&(&route.url, target))
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
