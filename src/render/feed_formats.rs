//! How feeds are written: Atom (RFC 4287), and JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::feeds::{Entry, Feed, escape};
use crate::base::clock::Moment;

/// A feed as Atom.
pub(super) fn atom(feed: &Feed) -> String {
    let updated = feed.entries.iter().filter_map(|entry| entry.updated).max_by_key(Moment::instant);
    let updated = updated.map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |moment| moment.rfc3339());
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let _ = writeln!(xml, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">", feed.lang);
    element(&mut xml, "  ", "title", &feed.title);
    if let Some(description) = &feed.description {
        element(&mut xml, "  ", "subtitle", description);
    }
    let own = escape(&feed.own);
    let _ = writeln!(xml, "  <link rel=\"self\" type=\"application/atom+xml\" href=\"{own}\"/>");
    let home = escape(&feed.home);
    let _ = writeln!(xml, "  <link rel=\"alternate\" type=\"text/html\" href=\"{home}\"/>");
    xml.push_str("  <generator>Kenes</generator>\n");
    element(&mut xml, "  ", "updated", &updated);
    element(&mut xml, "  ", "id", &feed.own);
    // RFC 4287, section 4.1.1: a feed names its author, unless every entry does.
    let _ = writeln!(xml, "  <author><name>{}</name></author>", escape(&feed.author));
    for entry in &feed.entries {
        atom_entry(entry, &mut xml);
    }
    xml.push_str("</feed>\n");
    xml
}

fn atom_entry(entry: &Entry, xml: &mut String) {
    let lang = &entry.lang;
    let _ = writeln!(xml, "  <entry xml:lang=\"{lang}\">");
    element(xml, "    ", "title", &entry.title);
    if let Some(date) = entry.published {
        element(xml, "    ", "published", &date.rfc3339());
    }
    if let Some(date) = entry.updated {
        element(xml, "    ", "updated", &date.rfc3339());
    }
    for author in &entry.authors {
        let _ = writeln!(xml, "    <author><name>{}</name></author>", escape(author));
    }
    let url = escape(&entry.url);
    let _ =
        writeln!(xml, "    <link rel=\"alternate\" type=\"text/html\" hreflang=\"{lang}\" href=\"{url}\"/>");
    element(xml, "    ", "id", &entry.id);
    for tag in &entry.tags {
        let _ = writeln!(xml, "    <category term=\"{}\"/>", escape(tag));
    }
    if let Some(summary) = &entry.summary {
        element(xml, "    ", "summary", summary);
    }
    // Many readers of feeds ignore `xml:base`, which is for addresses that raw HTML and directives of a theme's
    // own may leave relative.
    if let Some(content) = &entry.content {
        let content = escape(content);
        let _ = writeln!(xml, "    <content type=\"html\" xml:base=\"{url}\">{content}</content>");
    } else if entry.summary.is_none() {
        // Section 4.1.2: without a content there is a summary.
        element(xml, "    ", "summary", &entry.title);
    }
    xml.push_str("  </entry>\n");
}

fn element(xml: &mut String, indent: &str, name: &str, text: &str) {
    let _ = writeln!(xml, "{indent}<{name}>{}</{name}>", escape(text));
}

/// A feed as JSON Feed.
pub(super) fn json_feed(feed: &Feed) -> String {
    let mut own = Map::new();
    let mut set = |name: &str, value: Value| drop(own.insert(name.to_owned(), value));
    set("version", json!("https://jsonfeed.org/version/1.1"));
    set("title", json!(feed.title));
    set("home_page_url", json!(feed.home));
    set("feed_url", json!(feed.own));
    if let Some(description) = &feed.description {
        set("description", json!(description));
    }
    set("language", json!(feed.lang));
    set("authors", json!([{ "name": feed.author }]));
    set("items", feed.entries.iter().map(json_item).collect());
    format!("{}\n", Value::Object(own))
}

fn json_item(entry: &Entry) -> Value {
    let mut own = Map::new();
    let mut set = |name: &str, value: Value| drop(own.insert(name.to_owned(), value));
    set("id", json!(entry.id));
    set("url", json!(entry.url));
    set("title", json!(entry.title));
    // An item has a content, if only a sentence.
    match &entry.content {
        Some(html) => set("content_html", json!(html)),
        None => set("content_text", json!(entry.summary.as_ref().unwrap_or(&entry.title))),
    }
    if let Some(summary) = entry.summary.as_ref().filter(|_| entry.content.is_some()) {
        set("summary", json!(summary));
    }
    if let Some(date) = entry.published {
        set("date_published", json!(date.rfc3339()));
    }
    if let Some(date) = entry.updated {
        set("date_modified", json!(date.rfc3339()));
    }
    if !entry.authors.is_empty() {
        set("authors", entry.authors.iter().map(|name| json!({ "name": name })).collect());
    }
    if !entry.tags.is_empty() {
        set("tags", json!(entry.tags));
    }
    set("language", json!(entry.lang));
    Value::Object(own)
}
