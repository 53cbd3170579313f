//! Files for those who find the site and those who serve it: `robots.txt`, alias pages, `_headers`
//! and `_redirects` (which Netlify, Cloudflare Pages and others read).

use std::fmt::Write as _;

use super::Renderer;
use super::feeds::escape;
use crate::base::path::encode_path;
use crate::plan::{DataFile, Target, data_url};
use crate::relate::record::note;
use crate::relate::{Key, Reader};

/// A page that sends its reader on, for hosts without redirects.
pub(super) fn alias(reader: &Reader, to: &str) -> String {
    let config = reader.config();
    let lang = &config.default_language().lang;
    // Search engines want the canonical address whole.
    let host = if to.starts_with('/') {
        config.base_url.strip_suffix(config.base_path.as_str()).unwrap_or_default()
    } else {
        ""
    };
    let to = escape(to);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{to}</title>\n\
         <link rel=\"canonical\" href=\"{host}{to}\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={to}\">\n</head>\n<body>\n<p><a href=\"{to}\">{to}</a></p>\n</body>\n</html>\n"
    )
}

pub(super) fn robots(reader: &Reader) -> String {
    let config = reader.config();
    let mut text = String::from("User-agent: *\nAllow: /\n");
    if config.generate_sitemap {
        let _ = writeln!(text, "Sitemap: {}", config.permalink("/sitemap.xml"));
    }
    text
}

/// Long caching for what has its digest in its name, and none said for the rest: hosts have it asked
/// for again by themselves, and join the values of all rules that hold for a file. For all, rules that let a page load
/// nothing but the site's own files (and pictures from elsewhere, which authors may name).
pub(super) fn headers(renderer: &Renderer) -> String {
    let config = renderer.reader.config();
    let base = &config.base_path;
    let mut text = format!(
        "{base}/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n\n{base}/*\n  \
         X-Content-Type-Options: nosniff\n  Referrer-Policy: strict-origin-when-cross-origin\n  \
         Content-Security-Policy: default-src 'self'; img-src 'self' https: data:; media-src 'self' https:; \
         object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'\n"
    );
    if renderer.has_data(DataFile::Catalog) {
        // Pages of other sites may read it. Hosts do not know what ends in `.jsonld`.
        let catalog = config.href(data_url(config, DataFile::Catalog).as_str());
        let folder = config.href(&format!("/{}/", config.open_data.path));
        let _ = write!(
            text,
            "\n{folder}*\n  Access-Control-Allow-Origin: *\n\n{catalog}\n  Content-Type: application/ld+json\n"
        );
    }
    text
}

pub(super) fn redirects(renderer: &Renderer) -> String {
    let config = renderer.reader.config();
    note(|| Key::Everything);
    let mut text = String::new();
    for route in &renderer.plan.routes {
        if let Target::Alias(to) = &route.target {
            // `*` and `:name` would stand for anything.
            let from = config.href(route.url.as_str()).replace('*', "%2A").replace("/:", "/%3A");
            let _ = writeln!(text, "{from} {} 301", in_one_word(to));
        }
    }
    text
}

/// An address as its author wrote it, without what would end it in a line of words.
fn in_one_word(address: &str) -> String {
    let breaks = |c: char| c.is_whitespace() || c.is_control();
    if !address.contains(breaks) {
        return address.to_owned();
    }
    address
        .chars()
        .map(|c| if breaks(c) { encode_path(c.encode_utf8(&mut [0; 4])) } else { c.into() })
        .collect()
}
