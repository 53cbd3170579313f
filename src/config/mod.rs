//! Layer 2: `kenes.toml`, checked and with every default filled in.
//!
//! Key names are Zola's where Zola has the notion. Every unknown key is an error with a suggestion;
//! all mistakes of the file are reported at once.

mod citations;
mod languages;
mod open_data;
mod pictures;
mod read;
pub mod schema;
mod tables;

pub use citations::CitationStyle;
pub use languages::Language;
pub use open_data::{License, OpenData, Publisher};
pub use pictures::Pictures;
pub use read::read;
pub use tables::{
    ANCHOR_LINKS, AnchorLinks, Encoding, Markdown, RawHtml, Search, Slugify, SocialCards, TaxonomyConfig,
};

use crate::base::data::Table;
use crate::base::lang::Lang;
use crate::base::path::UrlPath;
use crate::base::span::Span;
use crate::policy::kind::Kinds;

/// The name of the file that makes a folder a site.
pub const FILE_NAME: &str = "kenes.toml";

/// The theme that is compiled into the program.
pub const DEFAULT_THEME: &str = "shanyraq";

/// How feeds are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FeedFormat {
    /// Atom (RFC 4287).
    Atom,
    /// JSON Feed 1.1.
    Json,
}

/// A site's settings.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that the site's owner sets")]
pub struct Config {
    /// The address that the site is published at, without a slash at the end.
    pub base_url: String,
    /// The path of that address, without a slash at the end: `""`, or `/portal`.
    pub base_path: String,
    /// The path of `base_url` as the settings have it, whatever address is built for.
    pub written_path: String,
    /// Where `kenes.toml` says it.
    pub base_url_span: Option<Span>,
    /// Whom to name as the author in feeds.
    pub author: Option<String>,
    /// The languages, the default one first; never empty.
    pub languages: Vec<Language>,
    /// The theme's name.
    pub theme: String,
    /// Where `kenes.toml` names it.
    pub theme_span: Option<Span>,
    /// Where the output goes, relative to the site's root.
    pub output_dir: String,
    /// The taxonomies.
    pub taxonomies: Vec<TaxonomyConfig>,
    /// What pages can be.
    pub kinds: Kinds,
    /// What the registers are published as.
    pub open_data: OpenData,
    /// A folder that all taxonomies lie in, if any.
    pub taxonomy_root: Option<String>,
    /// How many entries a feed has at most.
    pub feed_limit: usize,
    /// The file name of Atom feeds.
    pub feed_filename: String,
    /// The file name of JSON Feeds; none if there are none.
    pub json_feed_filename: Option<String>,
    /// Whether to make `sitemap.xml`.
    pub generate_sitemap: bool,
    /// Whether to make `robots.txt`.
    pub generate_robots_txt: bool,
    /// How files are compressed beside themselves.
    pub precompress: Vec<Encoding>,
    /// Whether pages are published without needless white space and comments.
    pub minify_html: bool,
    /// Whether style sheets are published as short as they can be, with those that they import.
    pub minify_css: bool,
    /// Names of files below `content/` to leave out, as patterns with `*`.
    pub ignored_content: Vec<String>,
    /// Names of files below `static/` to leave out, as patterns with `*`.
    pub ignored_static: Vec<String>,
    /// How Markdown is read and rendered.
    pub markdown: Markdown,
    /// How names become addresses.
    pub slugify: Slugify,
    /// In which style sources are named, one a language.
    pub citation_styles: Vec<CitationStyle>,
    /// Whether the site has a bibliography, so that `[@key]` is a citation: a file of its folder says so,
    /// and not `kenes.toml`.
    pub has_bibliography: bool,
    /// Whether the first use of a term on a page leads to its page, and carries its definition.
    pub mark_first_use: bool,
    /// What raw HTML may do in Markdown.
    pub raw_html: RawHtml,
    /// Whether and where readers can search.
    pub search: Search,
    /// The smaller copies of pictures.
    pub pictures: Pictures,
    /// Which pages have a picture for link previews.
    pub social_cards: SocialCards,
    /// Whether a page that a language lacks appears in its listings in the default language.
    pub fallback: bool,
    /// What the site wants to tell its templates.
    pub extra: Table,
}

/// Whether a site may be published at this address.
///
/// # Errors
/// Says why not.
pub fn check_base_url(url: &str) -> Result<(), String> {
    read::split_base_url(url).map(|_| ())
}

impl Config {
    /// The default language.
    #[must_use]
    pub fn default_language(&self) -> &Language {
        &self.languages[0]
    }

    /// The index of a language by its tag.
    #[must_use]
    pub fn language_index(&self, tag: &str) -> Option<usize> {
        self.languages.iter().position(|language| language.lang.as_str() == tag)
    }

    /// The first part of a language's addresses: none for the default language.
    #[must_use]
    pub fn url_prefix(&self, language: usize) -> Option<&Lang> {
        (language > 0).then(|| &self.languages[language].lang)
    }

    /// The file names of feeds, by their formats.
    pub fn feed_files(&self) -> impl Iterator<Item = (FeedFormat, &str)> {
        let atom = (FeedFormat::Atom, self.feed_filename.as_str());
        let json = self.json_feed_filename.as_deref().map(|file| (FeedFormat::Json, file));
        std::iter::once(atom).chain(json)
    }

    /// The home of a language.
    #[must_use]
    pub fn home_url(&self, language: usize) -> UrlPath {
        UrlPath::folder(self.url_prefix(language).map(Lang::as_str))
    }

    /// The absolute address of a path of the site.
    #[must_use]
    pub fn permalink(&self, path: &str) -> String {
        crate::base::path::encode_behind(&self.base_url, path)
    }

    /// The address of a path of the site relative to its host.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        crate::base::path::encode_behind(&self.base_path, path)
    }

    /// What comes after the site's own path in a path of its host, as it is read and not as it is
    /// written in addresses.
    #[must_use]
    pub fn below_base<'a>(&self, path: &'a str) -> Option<&'a str> {
        // Authors write addresses for the site as it is published, which a preview is not.
        [&self.base_path, &self.written_path].into_iter().filter(|base| !base.is_empty()).find_map(|base| {
            let base = crate::base::path::decode_path(base)?;
            path.strip_prefix(base.as_str()).filter(|rest| rest.starts_with('/'))
        })
    }

    /// The same settings, published at another address.
    ///
    /// # Errors
    /// The address is not an `http` or `https` URL.
    pub fn with_base_url(mut self, base_url: &str) -> Result<Self, String> {
        (self.base_url, self.base_path) = read::split_base_url(base_url)?;
        Ok(self)
    }
}
