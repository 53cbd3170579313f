//! The tables of `kenes.toml` that are the same for every language.

use std::collections::BTreeMap;

use super::languages::Language;
use crate::base::codes;
use crate::base::data::{Fields, Value};
use crate::base::diagnostic::Diagnostic;
use crate::base::path::check_component;
use crate::base::slug::SlugMode;
use crate::base::suggest::did_you_mean;

/// Where a heading gets a link to itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AnchorLinks {
    /// Nowhere.
    #[default]
    None,
    /// Before the heading's text.
    Left,
    /// After it.
    Right,
    /// The heading's text is the link.
    Heading,
}

/// The words for [`AnchorLinks`] in `kenes.toml` and in front matter.
pub const ANCHOR_LINKS: &[(&str, AnchorLinks)] = &[
    ("none", AnchorLinks::None),
    ("left", AnchorLinks::Left),
    ("right", AnchorLinks::Right),
    ("heading", AnchorLinks::Heading),
];

/// What happens to raw HTML in Markdown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RawHtml {
    /// It passes as it is.
    #[default]
    Allow,
    /// Harmless elements and attributes pass, everything else is shown as text.
    Sanitise,
    /// It is an error.
    Deny,
}

/// The words for [`RawHtml`].
pub(super) const RAW_HTML: &[(&str, RawHtml)] =
    &[("allow", RawHtml::Allow), ("sanitise", RawHtml::Sanitise), ("deny", RawHtml::Deny)];

/// The words for whether lists show pages of the default language where their own lacks them.
pub(super) const MISSING_TRANSLATIONS: &[(&str, bool)] = &[("fallback", true), ("hide", false)];

/// `[markdown]`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that the site's owner sets")]
pub struct Markdown {
    /// Turn straight quotes and hyphens into typographic ones.
    pub smart_punctuation: bool,
    /// Read definition lists.
    pub definition_list: bool,
    /// Colour code blocks.
    pub highlight_code: bool,
    /// Open outside links in a new tab.
    pub external_links_target_blank: bool,
    /// `rel="nofollow"` on outside links.
    pub external_links_no_follow: bool,
    /// `rel="noreferrer"` on outside links.
    pub external_links_no_referrer: bool,
    /// `rel="external"` on outside links.
    pub external_links_external: bool,
    /// A class for outside links.
    pub external_links_class: Option<String>,
    /// Load pictures when they come into view.
    pub lazy_async_image: bool,
    /// Links on headings, where the section says nothing.
    pub insert_anchor_links: AnchorLinks,
}

impl Default for Markdown {
    fn default() -> Self {
        Self {
            smart_punctuation: false,
            definition_list: true,
            highlight_code: true,
            external_links_target_blank: false,
            external_links_no_follow: false,
            external_links_no_referrer: false,
            external_links_external: true,
            external_links_class: Some("external".to_owned()),
            lazy_async_image: true,
            insert_anchor_links: AnchorLinks::None,
        }
    }
}

impl Markdown {
    pub(super) fn read(mut fields: Fields<'_>) -> Self {
        let plain = Self::default();
        let class = fields.spanned_string("external_links_class");
        if let Some((class, span)) = &class
            && class.contains(['"', '<', '>', '&'])
        {
            let message = "`external_links_class` must be class names only";
            let help = "write letters, digits and hyphens, with spaces between names";
            fields.problem(*span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
        }
        let own = Self {
            smart_punctuation: fields.bool("smart_punctuation").unwrap_or(plain.smart_punctuation),
            definition_list: fields.bool("definition_list").unwrap_or(plain.definition_list),
            highlight_code: fields.bool("highlight_code").unwrap_or(plain.highlight_code),
            external_links_target_blank: fields
                .bool("external_links_target_blank")
                .unwrap_or(plain.external_links_target_blank),
            external_links_no_follow: fields
                .bool("external_links_no_follow")
                .unwrap_or(plain.external_links_no_follow),
            external_links_no_referrer: fields
                .bool("external_links_no_referrer")
                .unwrap_or(plain.external_links_no_referrer),
            external_links_external: fields
                .bool("external_links_external")
                .unwrap_or(plain.external_links_external),
            external_links_class: class.map(|(class, _)| class).or(plain.external_links_class),
            lazy_async_image: fields.bool("lazy_async_image").unwrap_or(plain.lazy_async_image),
            insert_anchor_links: fields.choice("insert_anchor_links", ANCHOR_LINKS).unwrap_or_default(),
        };
        fields.finish("[markdown]");
        own
    }
}

/// How files are compressed for browsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Brotli (RFC 7932).
    Brotli,
    /// gzip (RFC 1952).
    Gzip,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// The word for it in `kenes.toml`, which is what the names of such files end with.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    pub(super) fn read(fields: &mut Fields<'_>, key: &'static str) -> Vec<Self> {
        let mut wanted = Vec::new();
        for (word, span) in fields.spanned_strings(key).unwrap_or_default() {
            match Self::ALL.into_iter().find(|encoding| encoding.word() == word) {
                Some(encoding) if wanted.contains(&encoding) => {
                    let message = format!("`{word}` is listed twice");
                    fields.problem(
                        span,
                        Diagnostic::error(codes::BAD_VALUE, message).help("remove one of them"),
                    );
                }
                Some(encoding) => wanted.push(encoding),
                None => {
                    let message = format!("files cannot be compressed as `{word}`");
                    let help = "write \"br\" for Brotli, \"gz\" for gzip, or both";
                    fields.problem(span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
                }
            }
        }
        wanted
    }
}

/// `[search]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Whether there is a search page, where the theme has one.
    pub enabled: bool,
    /// Its address below the home of each language.
    pub path: String,
}

impl Default for Search {
    fn default() -> Self {
        Self { enabled: true, path: "search".to_owned() }
    }
}

impl Search {
    pub(super) fn read(mut fields: Fields<'_>) -> Self {
        let plain = Self::default();
        let own = Self {
            enabled: fields.bool("enabled").unwrap_or(plain.enabled),
            path: address_part(&mut fields, "path").unwrap_or(plain.path),
        };
        fields.finish("[search]");
        own
    }
}

/// Which pages have a card of their own: a picture for link previews (`[social_cards]`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SocialCards {
    /// None at all.
    None,
    /// Those that ask for one.
    #[default]
    Asked,
    /// All but those that do without.
    All,
}

/// The words for [`SocialCards`].
pub(super) const SOCIAL_CARDS: &[(&str, SocialCards)] =
    &[("none", SocialCards::None), ("asked", SocialCards::Asked), ("all", SocialCards::All)];

impl SocialCards {
    pub(super) fn read(mut fields: Fields<'_>) -> Self {
        let own = fields.choice("pages", SOCIAL_CARDS).unwrap_or_default();
        fields.finish("[social_cards]");
        own
    }
}

/// `[slugify]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slugify {
    /// For the parts of addresses.
    pub paths: SlugMode,
    /// For the terms of taxonomies.
    pub taxonomies: SlugMode,
    /// For the ids of headings.
    pub anchors: SlugMode,
    /// Keep the date of a file name in the address.
    pub paths_keep_dates: bool,
}

impl Default for Slugify {
    fn default() -> Self {
        Self {
            paths: SlugMode::Ascii,
            taxonomies: SlugMode::Ascii,
            anchors: SlugMode::Ascii,
            paths_keep_dates: false,
        }
    }
}

pub(super) const SLUG_MODES: &[(&str, SlugMode)] =
    &[("on", SlugMode::Ascii), ("safe", SlugMode::Unicode), ("off", SlugMode::Keep)];

impl Slugify {
    pub(super) fn read(mut fields: Fields<'_>) -> Self {
        let plain = Self::default();
        let own = Self {
            paths: fields.choice("paths", SLUG_MODES).unwrap_or(plain.paths),
            taxonomies: fields.choice("taxonomies", SLUG_MODES).unwrap_or(plain.taxonomies),
            anchors: fields.choice("anchors", SLUG_MODES).unwrap_or(plain.anchors),
            paths_keep_dates: fields.bool("paths_keep_dates").unwrap_or(plain.paths_keep_dates),
        };
        fields.finish("[slugify]");
        own
    }
}

/// One of `[[taxonomies]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaxonomyConfig {
    /// The name, as pages use it.
    pub name: String,
    /// The part of the address; the name's slug unless given.
    pub slug: Option<String>,
    /// Pages of a term on one page.
    pub paginate_by: Option<usize>,
    /// The part of the address before the number.
    pub paginate_path: String,
    /// Whether each term has a feed.
    pub feed: bool,
    /// Whether there are pages at all.
    pub render: bool,
    /// Terms with their names by language. A page may use any of them; the address is made of the
    /// name in the default language, and the language switch knows that they are one.
    pub terms: Vec<BTreeMap<String, String>>,
}

impl TaxonomyConfig {
    pub(super) fn read(mut fields: Fields<'_>, languages: &[Language]) -> Option<Self> {
        let name = fields.string("name");
        let own = Self {
            name: name.clone().unwrap_or_default(),
            slug: address_part(&mut fields, "slug"),
            paginate_by: fields.count("paginate_by", 1),
            paginate_path: address_part(&mut fields, "paginate_path").unwrap_or_else(|| "page".to_owned()),
            feed: fields.bool("feed").unwrap_or(false),
            render: fields.bool("render").unwrap_or(true),
            terms: terms(&mut fields, languages),
        };
        if name.is_none() && !fields.entries().iter().any(|entry| entry.key == "name") {
            let span = fields.entries().first().map(|entry| entry.key_span).unwrap_or_default();
            let problem = Diagnostic::error(codes::MISSING_KEY, "a taxonomy has no `name`");
            fields.problem(span, problem.help("add name = \"topics\", the key that pages use"));
        }
        fields.finish("[[taxonomies]]");
        name.map(|_| own)
    }
}

/// Some parts of an address, without slashes around them.
pub(super) fn address_part(fields: &mut Fields<'_>, key: &'static str) -> Option<String> {
    let (text, span) = fields.spanned_string(key)?;
    let path = text.trim_matches('/');
    match path.split('/').try_for_each(check_component) {
        Ok(()) => Some(path.to_owned()),
        Err(bad) => {
            let message = format!("`{key}` is not a part of an address: {}", bad.0);
            let help = "use letters, digits and hyphens";
            fields.problem(span, Diagnostic::error(codes::BAD_PATH, message).help(help));
            None
        }
    }
}

fn terms(fields: &mut Fields<'_>, languages: &[Language]) -> Vec<BTreeMap<String, String>> {
    let mut terms = Vec::new();
    for (table, _) in fields.tables("terms") {
        let mut names = BTreeMap::new();
        for entry in &table.entries {
            if languages.iter().all(|language| language.lang.as_str() != entry.key) {
                let message = format!("`{}` is not one of the site's languages", entry.key);
                let known = languages.iter().map(|language| language.lang.as_str());
                let help = did_you_mean(&entry.key, known)
                    .unwrap_or_else(|| "add it to `languages`, or remove the name".to_owned());
                fields.problem(entry.key_span, Diagnostic::error(codes::BAD_VALUE, message).help(help));
            } else if let Value::String(name) = &entry.node.value {
                names.insert(entry.key.clone(), name.clone());
            } else {
                let message = format!("a term's name must be a text, and is {}", entry.node.value.kind());
                let help = "write { en = \"law\", ru = \"право\" }";
                fields.problem(entry.node.span, Diagnostic::error(codes::WRONG_TYPE, message).help(help));
            }
        }
        terms.push(names);
    }
    terms
}
