//! Pictures for link previews, and what systems that put sites onto home screens are told.

use crate::base::lang::Lang;
use crate::base::path::UrlPath;
use crate::config::Config;

/// The card of a page, in the page's folder.
pub const CARD: &str = "social-card.png";

/// As wide and high as previews are shown at their largest; the size that those who made Open Graph recommend
/// (<https://developers.facebook.com/docs/sharing/webmasters/images/>).
pub const CARD_SIZE: (u32, u32) = (1200, 630);

/// The address of the web app manifest of a language (<https://www.w3.org/TR/appmanifest/>).
#[must_use]
pub fn web_manifest(config: &Config, language: usize) -> UrlPath {
    UrlPath::folder(config.url_prefix(language).map(Lang::as_str)).join("manifest.webmanifest")
}
