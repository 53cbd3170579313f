//! `sitemap.xml` (<https://www.sitemaps.org/protocol.html>), each page with its translations.

use std::fmt::Write as _;

use super::Renderer;
use super::feeds::escape;
use crate::plan::Target;
use crate::relate::ItemId;

pub(super) fn render(renderer: &Renderer) -> String {
    let (reader, config) = (&renderer.reader, renderer.reader.config());
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    xml.push_str("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n");
    for route in &renderer.plan.routes {
        let (item, more) = match &route.target {
            Target::Item { id, pager } => (Some(*id), *pager > 1),
            Target::Taxonomy { .. } => (None, false),
            Target::Term { pager, .. } => (None, *pager > 1),
            _ => continue,
        };
        // Further parts of lists hold nothing that is not listed here itself.
        if more || item.is_some_and(|id| reader.item(id).parsed.meta().hidden || reader.item(id).draft) {
            continue;
        }
        let _ = write!(xml, "<url><loc>{}</loc>", escape(&config.permalink(route.url.as_str())));
        if let Some(id) = item {
            let item = reader.item(id);
            if let Some(date) = item.parsed.page().and_then(|page| page.updated).or(item.date) {
                let _ = write!(xml, "<lastmod>{date}</lastmod>");
            }
            alternates(renderer, id, &mut xml);
        }
        xml.push_str("</url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
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
