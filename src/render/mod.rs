//! Layer 7, RENDER: from the model and the theme to the bytes of each file of the plan.
//!
//! Rendering returns bytes and touches no disk. Views (what templates are given) are typed structs
//! built in Rust; template functions reach the model through [`crate::relate::Reader`] alone.

/// The names of all filters that Kenes adds to Tera's.
pub use filters::NAMES as FILTERS;
/// The names of all template functions that Kenes adds to Tera's.
pub use functions::NAMES as FUNCTIONS;

mod allowed;
mod asked;
mod body;
mod calendar;
mod cards;
mod charts;
mod choice;
mod circles;
mod citations;
mod cite;
mod collapse;
mod comparison;
mod csl;
mod data;
mod drawings;
mod errors;
mod facts;
mod feed_formats;
mod feeds;
mod filters;
mod follow;
mod functions;
mod hosting;
mod item;
mod json_ld;
mod lists;
mod open_data;
mod parents;
mod pictures;
mod register;
mod scope;
mod search;
mod sitemap;
mod sources;
mod strings;
mod terms;
mod theme;
mod versions;
pub mod views;

pub use drawings::{Drawings, PREFIX as DRAWN};
pub use errors::{Failure, Failures};
pub use follow::{Moved, print};
pub use theme::{Theme, load as load_theme};

use std::cell::Cell;
use std::sync::Arc;

use tera::{Context, Value};

use crate::base::diagnostic::Diagnostic;
use crate::base::path::UrlPath;
use crate::plan::{AssetBody, CiteFormat, Copied, Plan, Route, Target};
use crate::relate::{ItemId, Reader};
use crate::source::{File, Source};
use scope::{About, Here};
use views::cache::Views;

thread_local! {
    /// How long the page was that this thread rendered last: for reserving space, and nothing else.
    static LENGTH: Cell<usize> = const { Cell::new(0) };
}

/// What the rendering is for; templates see it as `config.mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A site to publish.
    Build,
    /// A preview.
    Serve,
}

/// What a file of the output holds.
pub enum Rendered {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A copy of this file.
    Copy(File),
    /// A smaller copy of the picture in this file, which is still to be made: that takes seconds, and may have
    /// been done before.
    Picture(File, Copied),
}

/// All that rendering needs, shared by its threads.
pub struct Renderer {
    pub(crate) reader: Reader,
    pub(crate) plan: Arc<Plan>,
    pub(crate) theme: Arc<Theme>,
    pub(crate) source: Source,
    pub(crate) views: Views,
    pub(crate) data: Arc<data::Cache>,
    pub(crate) open_data: open_data::Memo,
    pub(crate) indexes: search::Indexes,
    glossaries: terms::Glossaries,
    pub(crate) drawings: Arc<Drawings>,
    pub(crate) fonts: cards::Fonts,
}

/// A page in another language.
pub(crate) struct Alternate {
    pub url: UrlPath,
    pub title: String,
    /// Whether it is the same page, and not only the nearest thing to it.
    pub exact: bool,
}

/// A page of the site while it is rendered: what all templates are told.
pub(crate) struct Frame<'a> {
    pub language: usize,
    pub url: &'a UrlPath,
    /// What the page is about.
    pub about: About,
    /// The page in each language; `None` where it is missing.
    pub alternates: Vec<Option<Alternate>>,
    /// The feeds that the page announces.
    pub feeds: Vec<(UrlPath, String)>,
}

impl Renderer {
    /// Prepares to render.
    #[must_use]
    pub fn new(
        reader: Reader,
        plan: Arc<Plan>,
        theme: Arc<Theme>,
        source: Source,
        mode: Mode,
        drawings: Arc<Drawings>,
    ) -> Arc<Self> {
        let views = Views::new(&reader, &plan, &theme, mode);
        let indexes = search::Indexes::new(reader.config().languages.len());
        let glossaries = terms::Glossaries::new(reader.config().languages.len());
        Arc::new(Self {
            reader,
            plan,
            theme,
            source,
            views,
            data: Arc::default(),
            open_data: open_data::Memo::default(),
            indexes,
            glossaries,
            drawings,
            fonts: cards::Fonts::default(),
        })
    }

    /// The pictures that were drawn.
    #[must_use]
    pub fn drawings(&self) -> &Drawings {
        &self.drawings
    }

    /// The plan that is rendered.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What was wrong with the data files that templates asked for, of those whose paths `wanted` picks.
    #[must_use]
    pub fn data_problems(&self, wanted: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
        self.data.problems(wanted)
    }

    /// Whether a data file that `changed` picks has been read.
    #[must_use]
    pub fn has_read_data(&self, changed: impl Fn(&str) -> bool) -> bool {
        self.data.has(changed)
    }

    /// Fills in the lines and columns of places that were noted as byte ranges.
    pub fn locate(&self, diagnostics: &mut [Diagnostic]) {
        self.source.locate(diagnostics);
    }

    /// The model.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Renders one file of the plan.
    ///
    /// # Errors
    /// What the templates, the directives and the data of this file made wrong.
    pub fn render(self: &Arc<Self>, route: &Route) -> Result<Rendered, Failures> {
        let page = |html| Rendered::Bytes(self.published(html));
        let text = match &route.target {
            Target::Item { id, pager } => return self.render_item(route, *id, *pager).map(page),
            Target::Comparison { text, before } => {
                return self.render_comparison(route, *text, *before).map(page);
            }
            Target::Taxonomy { language, taxonomy } => {
                return self.render_taxonomy(route, *language, *taxonomy).map(page);
            }
            Target::Term { language, taxonomy, term, pager } => {
                return self.render_term(route, *language, *taxonomy, *term, *pager).map(page);
            }
            Target::NotFound(language) => {
                return self.render_not_found(route, *language).map(page);
            }
            Target::Data(file) => self.render_data(*file),
            Target::Feed { of, format } => self.render_feed(route, of, *format)?,
            Target::Calendar(language) => self.render_calendar(*language, route.url.as_str()),
            Target::Cite { id, format: CiteFormat::Bibtex } => self.render_bibtex(*id),
            Target::Cite { id, format: CiteFormat::Csl } => self.render_csl(*id),
            Target::Card(id) => return self.render_card(*id).map(Rendered::Bytes),
            Target::WebManifest(language) => self.render_web_manifest(route, *language)?,
            Target::Search(language) => return self.render_search(route, *language).map(page),
            Target::SearchIndex { language, part } => {
                return Ok(Rendered::Bytes(self.render_search_index(*language, *part)));
            }
            Target::Alias(to) => return Ok(page(hosting::alias(&self.reader, to).into_bytes())),
            Target::Sitemap { part, parts } => sitemap::render(self, *part, *parts),
            Target::Robots => hosting::robots(&self.reader),
            Target::Headers => hosting::headers(self),
            Target::Redirects => hosting::redirects(self),
            Target::Asset(index) => match &self.plan.assets.get(*index).body {
                AssetBody::File(file) => return Ok(Rendered::Copy(file.clone())),
                AssetBody::Icon(icon, file) => {
                    return self.icon(*icon, file).map(Rendered::Bytes).map_err(|p| Failures::from(*p));
                }
                AssetBody::Stripped(_) => {
                    let bytes = self.plan.assets.get(*index).bytes();
                    return bytes.map(Rendered::Bytes).map_err(|problem| Failures::from(*problem));
                }
                AssetBody::Text(text) => text.clone(),
                AssetBody::Same => return Ok(Rendered::Bytes(Vec::new())),
            },
            Target::Picture { asset, copy } => {
                let asset = self.plan.assets.get(*asset);
                return Ok(match (&asset.body, asset.copies.get(*copy)) {
                    (AssetBody::File(file) | AssetBody::Stripped(file), Some(copy)) => {
                        Rendered::Picture(file.clone(), copy.clone())
                    }
                    _ => Rendered::Bytes(Vec::new()),
                });
            }
            // Written by the output folder itself, after everything else.
            Target::Manifest => return Ok(Rendered::Bytes(Vec::new())),
        };
        Ok(Rendered::Bytes(text.into_bytes()))
    }

    /// A page as it is published: without needless white space where the settings want that.
    fn published(&self, html: Vec<u8>) -> Vec<u8> {
        if !self.reader.config().minify_html {
            return html;
        }
        // Tera writes nothing but UTF-8.
        match String::from_utf8(html) {
            Ok(text) => collapse::collapsed(&text).into_bytes(),
            Err(other) => other.into_bytes(),
        }
    }

    /// The address of the topmost section that an item lies in, or is, below the home; none for the
    /// home itself and for what lies in no section.
    fn current_section(&self, item: Option<ItemId>) -> Value {
        let Some(id) = item else { return Value::none() };
        let above = self.reader.ancestors(id);
        let top = above.get(1).copied().or((above.len() == 1).then_some(id));
        Value::from(top.map(|top| self.reader.config().href(self.reader.url(top).as_str())))
    }

    /// Renders a template with what every page is told and `own`.
    pub(crate) fn template(
        self: &Arc<Self>,
        template: &str,
        frame: &Frame<'_>,
        item: Option<ItemId>,
        own: Vec<(&'static str, Value)>,
    ) -> Result<Vec<u8>, Failures> {
        let mut context = Context::new();
        let config = self.reader.config();
        let shared = self.views.language(frame.language);
        context.insert_value("config", shared.config.clone());
        context.insert_value("lang", shared.lang.clone());
        context.insert_value("kenes_version", Value::from(env!("CARGO_PKG_VERSION")));
        context.insert_value("current_path", Value::from(config.href(frame.url.as_str())));
        context.insert_value("current_url", Value::from(config.permalink(frame.url.as_str())));
        let asked = &self.theme.asked;
        if asked.has("current_section") {
            context.insert_value("current_section", self.current_section(item));
        }
        if asked.has("alternates") {
            context.insert_value("alternates", views::alternates(&self.reader, frame));
        }
        if asked.has("feeds") {
            context.insert_value("feeds", views::feeds(&self.reader, frame));
        }
        for (name, value) in own {
            context.insert_value(name, value);
        }
        let origin = item.map_or_else(|| frame.url.to_string(), |id| self.reader.path(id).to_string());
        let here = Here { language: frame.language, url: frame.url.clone(), about: frame.about };
        // Pages are of like length: what the one before needed is a good guess.
        let mut out = Vec::with_capacity(LENGTH.get() + LENGTH.get() / 8);
        let rendered =
            scope::enter_page(self, here, || self.theme.tera.render_to(template, &context, &mut out));
        LENGTH.set(out.len());
        rendered.map(|()| out).map_err(|error| {
            Failures::from(errors::template_failure(&self.theme, template, &error, Some(&origin)))
        })
    }
}
