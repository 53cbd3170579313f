//! `sitemap.xml` (<https://www.sitemaps.org/protocol.html>), each page with its translations.

use std::fmt::Write as _;

use super::Renderer;
use super::feeds::escape;
use crate::plan::{LARGEST_SITEMAP, Route, Target, is_mapped, sitemap_part};
use crate::relate::ItemId;

const NAMESPACES: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

/// The whole map, part `part` of it (from 1), or for a large site the list of its parts (0).
pub(super) fn render(renderer: &Renderer, part: usize, parts: usize) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    if part == 0 && parts > 1 {
        let _ = writeln!(xml, "<sitemapindex {NAMESPACES}>");
        for part in 1..=parts {
            let url = renderer.reader.config().permalink(&format!("/{}", sitemap_part(part)));
            let _ = writeln!(xml, "<sitemap><loc>{}</loc></sitemap>", escape(&url));
        }
        xml.push_str("</sitemapindex>\n");
        return xml;
    }
    let _ = writeln!(xml, "<urlset {NAMESPACES} xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">");
    let mapped = renderer.plan.routes.iter().filter(|route| is_mapped(&route.target));
    for route in mapped.skip(part.saturating_sub(1) * LARGEST_SITEMAP).take(LARGEST_SITEMAP) {
        entry(renderer, route, &mut xml);
    }
    xml.push_str("</urlset>\n");
    xml
}

fn entry(renderer: &Renderer, route: &Route, xml: &mut String) {
    let (reader, config) = (&renderer.reader, renderer.reader.config());
    let item = if let Target::Item { id, .. } = &route.target { Some(*id) } else { None };
    if item.is_some_and(|id| reader.item(id).parsed.meta().hidden || reader.item(id).draft) {
        return;
    }
    let _ = write!(xml, "<url><loc>{}</loc>", escape(&config.permalink(route.url.as_str())));
    if let Some(id) = item {
        let item = reader.item(id);
        if let Some(date) = item.parsed.page().and_then(|page| page.updated).or(item.date) {
            let _ = write!(xml, "<lastmod>{date}</lastmod>");
        }
        alternates(renderer, id, xml);
    }
    xml.push_str("</url>\n");
}

/// <https://developers.google.com/search/docs/specialty/international/localized-versions>: every
/// version names all versions, itself included.
fn alternates(renderer: &Renderer, id: ItemId, xml: &mut String) {
    let (reader, config) = (&renderer.reader, renderer.reader.config());
    let all: Vec<ItemId> = reader.translations(id).iter().flatten().copied().collect();
    if all.len() < 2 {
        return;
    }
    let mut link = |lang: &str, id: ItemId| {
        let href = config.permalink(reader.item(id).url.as_str());
        let _ = write!(xml, "<xhtml:link rel=\"alternate\" hreflang=\"{lang}\" href=\"{}\"/>", escape(&href));
    };
    for &other in &all {
        link(config.languages[reader.item(other).language()].lang.as_str(), other);
    }
    if let Some(default) = all.iter().find(|&&other| reader.item(other).language() == 0) {
        link("x-default", *default);
    }
}
