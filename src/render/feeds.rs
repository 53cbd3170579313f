//! Atom feeds (RFC 4287).

use std::fmt::Write as _;
use std::sync::Arc;

use super::Renderer;
use super::errors::Failures;
use crate::content::SortBy;
use crate::plan::{FeedOf, Route};
use crate::relate::{ItemId, Query};

impl Renderer {
    pub(super) fn render_feed(self: &Arc<Self>, route: &Route, of: &FeedOf) -> Result<String, Failures> {
        let (reader, config) = (&self.reader, self.reader.config());
        // A feed is a list of dated things, and shows nobody a draft.
        let limit = Some(config.feed_limit);
        let query = Query { sort: SortBy::Date, recursive: true, dated: true, limit, ..Query::default() };
        let (language, title, home, pages) = match of {
            FeedOf::Site(language) => {
                let home = reader.home(*language);
                let pages =
                    home.map(|home| reader.query_section(home, &query, *language)).unwrap_or_default();
                let url = home.map(|home| reader.url(home).clone());
                (*language, config.languages[*language].title.clone(), url, pages)
            }
            FeedOf::Section(id) => {
                let item = reader.named(*id);
                let title = format!("{} – {}", item.title, config.languages[item.language].title);
                let pages = reader.query_section(*id, &query, item.language);
                (item.language, title, Some(item.url.clone()), pages)
            }
            FeedOf::Term { language, taxonomy, term } => {
                let term = reader.term_at(*language, *taxonomy, *term);
                let title = format!("{} – {}", term.name, config.languages[*language].title);
                let pages = reader.query_pages(term.pages.clone(), &query, *language);
                (*language, title, Some(term.url.clone()), pages)
            }
        };
        let permalink = config.permalink(route.url.as_str());
        let home = home.map_or_else(|| permalink.clone(), |url| config.permalink(url.as_str()));
        let lang = &config.languages[language].lang;
        let changed = pages.iter().filter_map(|&id| self.changed(id)).max_by_key(|(instant, _)| *instant);
        let updated = changed.map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |(_, text)| text);
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        let _ = writeln!(xml, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{lang}\">");
        element(&mut xml, "  ", "title", &title);
        if let Some(description) = &config.languages[language].description {
            element(&mut xml, "  ", "subtitle", description);
        }
        let _ = writeln!(
            xml,
            "  <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>",
            escape(&permalink)
        );
        let _ = writeln!(xml, "  <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>", escape(&home));
        xml.push_str("  <generator>Kenes</generator>\n");
        element(&mut xml, "  ", "updated", &updated);
        element(&mut xml, "  ", "id", &permalink);
        // RFC 4287, section 4.1.1: a feed names its author, unless every entry does.
        let author = config.author.as_deref().unwrap_or(&config.languages[language].title);
        let _ = writeln!(xml, "  <author><name>{}</name></author>", escape(author));
        for id in pages {
            self.entry(id, &mut xml)?;
        }
        xml.push_str("</feed>\n");
        Ok(xml)
    }

    fn changed(&self, id: ItemId) -> Option<(jiff::Timestamp, String)> {
        let item = self.reader.item(id);
        let moment = item.parsed.page().and_then(|page| page.updated).or(item.date)?;
        Some((moment.instant(), moment.rfc3339()))
    }

    fn entry(self: &Arc<Self>, id: ItemId, xml: &mut String) -> Result<(), Failures> {
        let config = self.reader.config();
        let item = self.reader.item(id);
        let lang = &config.languages[item.language()].lang;
        let permalink = config.permalink(item.url.as_str());
        let _ = writeln!(xml, "  <entry xml:lang=\"{lang}\">");
        element(xml, "    ", "title", &item.title);
        if let Some(date) = item.date {
            element(xml, "    ", "published", &date.rfc3339());
        }
        if let Some((_, updated)) = self.changed(id) {
            element(xml, "    ", "updated", &updated);
        }
        let page = item.parsed.page();
        for author in page.map_or(&[][..], |page| &page.authors) {
            let _ = writeln!(xml, "    <author><name>{}</name></author>", escape(author));
        }
        let _ = writeln!(
            xml,
            "    <link rel=\"alternate\" type=\"text/html\" hreflang=\"{lang}\" href=\"{}\"/>",
            escape(&permalink)
        );
        element(xml, "    ", "id", &permalink);
        for (taxonomy, terms) in page.map_or(&[][..], |page| &page.taxonomies) {
            for (term, _) in terms {
                let known = self.reader.term_named(taxonomy, term, item.language());
                let _ = writeln!(
                    xml,
                    "    <category term=\"{}\"/>",
                    escape(known.map_or(term.as_str(), |(name, _)| name))
                );
            }
        }
        if let Some(description) = &item.parsed.meta().description {
            element(xml, "    ", "summary", description);
        }
        // Many readers of feeds ignore `xml:base`, which is for addresses that raw HTML and
        // directives of a theme's own may leave relative.
        let content = self.pieces_for_elsewhere(id, self.reader.text(id).pieces())?;
        let _ = writeln!(
            xml,
            "    <content type=\"html\" xml:base=\"{}\">{}</content>",
            escape(&permalink),
            escape(&content)
        );
        xml.push_str("  </entry>\n");
        Ok(())
    }
}

fn element(xml: &mut String, indent: &str, name: &str, text: &str) {
    let _ = writeln!(xml, "{indent}<{name}>{}</{name}>", escape(text));
}

/// Text for XML 1.0: references for its signs, and nothing for characters that it does not know
/// (section 2.2).
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(c),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}
