//! What the files of the output will hold.

use super::DataFile;
use crate::base::path::{OutputPath, SourcePath, UrlPath};
use crate::base::span::Span;
use crate::config::FeedFormat;
use crate::relate::ItemId;

/// A file of the output and what answers it.
#[derive(Debug)]
pub struct Route {
    /// The address.
    pub url: UrlPath,
    /// The file.
    pub output: OutputPath,
    /// What it will hold.
    pub target: Target,
    /// Who wants it: the file, and the place in it, if any.
    pub origin: Origin,
}

/// The file of the site that wants a route, and the place in it, if any.
pub type Origin = (SourcePath, Option<Span>);

/// What a file will hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A page or section; `pager` counts from 1.
    Item {
        /// Which.
        id: ItemId,
        /// Which part of its list.
        pager: usize,
    },
    /// What a version of a document changed.
    Comparison {
        /// Its text.
        text: ItemId,
        /// The text of the version before it.
        before: ItemId,
    },
    /// The terms of a taxonomy.
    Taxonomy {
        /// The language.
        language: usize,
        /// Which taxonomy.
        taxonomy: usize,
    },
    /// The pages of a term.
    Term {
        /// The language.
        language: usize,
        /// Which taxonomy.
        taxonomy: usize,
        /// Which of its terms.
        term: usize,
        /// Which part of its list.
        pager: usize,
    },
    /// A file of the open data.
    Data(DataFile),
    /// A feed.
    Feed {
        /// What about.
        of: FeedOf,
        /// In which format.
        format: FeedFormat,
    },
    /// The calendar of a language.
    Calendar(usize),
    /// How a document or a version is cited, for reference managers.
    Cite {
        /// Which.
        id: ItemId,
        /// In which format.
        format: CiteFormat,
    },
    /// The card of a page or section.
    Card(ItemId),
    /// The web app manifest of a language.
    WebManifest(usize),
    /// The search page of a language.
    Search(usize),
    /// A file of the search index of a language.
    SearchIndex {
        /// The language.
        language: usize,
        /// Which file.
        part: SearchPart,
    },
    /// A page that sends the reader on.
    Alias(String),
    /// What is shown for an address that nothing answers.
    NotFound(usize),
    /// `sitemap.xml`; of a large site, the list of its parts, and the parts.
    Sitemap {
        /// Which part, from 1; 0 is `sitemap.xml` itself.
        part: usize,
        /// How many parts there are.
        parts: usize,
    },
    /// `robots.txt`.
    Robots,
    /// `_headers`.
    Headers,
    /// `_redirects`.
    Redirects,
    /// The file of this number in [`Assets`].
    Asset(usize),
    /// A smaller copy of a picture.
    Picture {
        /// The number of its file in [`super::Assets`].
        asset: usize,
        /// Which of its copies.
        copy: usize,
    },
    /// `manifest.json`, which is written last of all.
    Manifest,
}

/// A file of a search index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchPart {
    /// What browsers read first.
    Head,
    /// The words from one to another, with the pages that have them.
    Words(usize),
    /// What is shown of some pages.
    Pages(usize),
}

/// What a feed is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedOf {
    /// All pages of a language.
    Site(usize),
    /// The pages of a section and of those below it.
    Section(ItemId),
    /// The pages of a term.
    Term {
        /// The language.
        language: usize,
        /// Which taxonomy.
        taxonomy: usize,
        /// Which of its terms.
        term: usize,
    },
    /// What becomes of a document.
    Document(ItemId),
    /// What becomes of the documents of a kind.
    Kind {
        /// The language.
        language: usize,
        /// Which of the site's kinds.
        kind: usize,
    },
}

/// The file of a kind's feed, below the home of a language.
#[must_use]
pub fn kind_feed_file(kind: &str, format: FeedFormat) -> String {
    let ending = match format {
        FeedFormat::Atom => "xml",
        FeedFormat::Json => "json",
    };
    format!("feeds/{kind}.{ending}")
}

/// A format of reference managers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CiteFormat {
    /// BibTeX.
    Bibtex,
    /// CSL-JSON.
    Csl,
}

impl CiteFormat {
    /// All formats.
    pub const ALL: [Self; 2] = [Self::Bibtex, Self::Csl];

    /// The name of the file beside a page.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Bibtex => "cite.bib",
            Self::Csl => "cite.json",
        }
    }
}

/// The name of each calendar.
pub const CALENDAR: &str = "calendar.ics";

/// A site map has at most 50,000 addresses and 50 MB (<https://www.sitemaps.org/protocol.html>);
/// with the translations of each page, the bytes are what runs out.
pub const LARGEST_SITEMAP: usize = 30_000;

/// The file of a part of the site map.
#[must_use]
pub fn sitemap_part(part: usize) -> String {
    format!("sitemap{part}.xml")
}

/// Whether the site map names it: further parts of lists hold nothing that is not named itself.
#[must_use]
pub fn is_mapped(target: &Target) -> bool {
    match target {
        Target::Item { pager, .. } | Target::Term { pager, .. } => *pager == 1,
        Target::Taxonomy { .. } | Target::Comparison { .. } => true,
        _ => false,
    }
}
