//! `sitemap.xml` (<https://www.sitemaps.org/protocol.html>), each page with its translations.

use std::fmt::Write as _;

use super::feeds::escape;
use super::{Alternate, Renderer};
use crate::plan::{LARGEST_SITEMAP, Route, Target, is_mapped, sitemap_part};
use crate::relate::Key;
use crate::relate::record::{apart, note};

const NAMESPACES: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

/// As [`write`]. It reads more of the site than is worth noting one by one.
pub(super) fn render(renderer: &Renderer, part: usize, parts: usize) -> String {
    note(|| Key::Everything);
    apart(|| write(renderer, part, parts)).0
}

/// The whole map, part `part` of it (from 1), or for a large site the list of its parts (0).
fn write(renderer: &Renderer, part: usize, parts: usize) -> String {
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
    // The parts before this one have theirs.
    for route in mapped.skip(part.saturating_sub(1) * LARGEST_SITEMAP).take(LARGEST_SITEMAP) {
        entry(renderer, route, &mut xml);
    }
    xml.push_str("</urlset>\n");
    xml
}

fn entry(renderer: &Renderer, route: &Route, xml: &mut String) {
    let (reader, config) = (&renderer.reader, renderer.reader.config());
    let item = if let Target::Item { id, .. } = &route.target { Some(*id) } else { None };
    let item = match &route.target {
        Target::Comparison { text, .. } if reader.named(*text).draft => return,
        _ => item,
    };
    if item.is_some_and(|id| reader.item(id).parsed.meta().hidden || reader.item(id).draft) {
        return;
    }
    let loc = config.permalink(route.url.as_str());
    xml.extend(["<url><loc>", &*escape(&loc), "</loc>"]);
    if let Some(item) = item.map(|id| reader.item(id))
        && let Some(date) = item.parsed.page().and_then(|page| page.updated).or(item.date)
    {
        let _ = write!(xml, "<lastmod>{date}</lastmod>");
    }
    let all = match &route.target {
        Target::Item { id, pager } if !reader.item(*id).parsed.is_placeholder() => {
            renderer.alternates(*id, *pager)
        }
        Target::Comparison { text, .. } => renderer.comparison_alternates(*text),
        Target::Taxonomy { taxonomy, .. } => renderer.taxonomy_alternates(*taxonomy),
        Target::Term { language, taxonomy, term, pager } => {
            let term = reader.term_at(*language, *taxonomy, *term);
            renderer.term_alternates(*language, *taxonomy, term, *pager)
        }
        _ => Vec::new(),
    };
    alternates(renderer, &all, xml);
    xml.push_str("</url>\n");
}

/// <https://developers.google.com/search/docs/specialty/international/localized-versions>: every
/// version names all versions, itself included.
fn alternates(renderer: &Renderer, all: &[Option<Alternate>], xml: &mut String) {
    let config = renderer.reader.config();
    let same = |alternate: &&Alternate| alternate.exact;
    if all.iter().flatten().filter(same).count() < 2 {
        return;
    }
    let mut link = |lang: &str, alternate: &Alternate| {
        let href = config.permalink(alternate.url.as_str());
        let _ = write!(xml, "<xhtml:link rel=\"alternate\" hreflang=\"{lang}\" href=\"{}\"/>", escape(&href));
    };
    for (language, alternate) in config.languages.iter().zip(all) {
        if let Some(alternate) = alternate.as_ref().filter(same) {
            link(language.lang.as_str(), alternate);
        }
    }
    if let Some(default) = all.first().and_then(Option::as_ref).filter(same) {
        link("x-default", default);
    }
}
