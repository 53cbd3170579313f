// Feeds, read with feedsmith: both formats must have the same entries.

import { parseAtomFeed, parseJsonFeed } from "feedsmith";

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/;

/** What is wrong with two feeds about one thing, given as texts and their addresses, and how many entries they have. */
export function checkFeeds(atomText, jsonText, atomUrl, jsonUrl) {
  const wrong = [];
  let atom, json;
  try {
    atom = parseAtomFeed(atomText);
  } catch (error) {
    return { wrong: [`Atom: ${error.message}`], count: 0 };
  }
  try {
    json = parseJsonFeed(jsonText);
  } catch (error) {
    return { wrong: [`JSON Feed: ${error.message}`], count: 0 };
  }
  const raw = JSON.parse(jsonText);
  for (const key of Object.keys(raw)) if (!FEED.has(key)) wrong.push(`JSON Feed: a feed has no ${key}`);
  if (raw.version !== "https://jsonfeed.org/version/1.1") wrong.push("JSON Feed: not of version 1.1");
  if (!json.title) wrong.push("JSON Feed: no title");
  if (json.feed_url !== jsonUrl) wrong.push(`JSON Feed: its address is ${json.feed_url}`);
  const self = atom.links?.find((link) => link.rel === "self")?.href;
  if (self !== atomUrl) wrong.push(`Atom: its address is ${self}`);
  if (!atom.id || !atom.title?.value || !RFC3339.test(atom.updated ?? "")) wrong.push("Atom: no id, title or day");
  const known = new Set();
  for (const item of raw.items ?? []) {
    const name = item.title ?? item.id;
    for (const key of Object.keys(item)) if (!ITEM.has(key)) wrong.push(`JSON Feed: an item has no ${key}`);
    if (typeof item.id !== "string" || known.has(item.id)) wrong.push(`JSON Feed: ${name}: no id of its own`);
    known.add(item.id);
    if (!item.content_html === !item.content_text) wrong.push(`JSON Feed: ${name}: no content, or two`);
    if (!URL.canParse(item.url)) wrong.push(`JSON Feed: ${name}: no address`);
    for (const key of ["date_published", "date_modified"]) {
      if (item[key] && !RFC3339.test(item[key])) wrong.push(`JSON Feed: ${name}: no time: ${item[key]}`);
    }
  }
  const entries = (atom.entries ?? []).map((entry) => [
    entry.id,
    entry.title?.value,
    entry.links?.[0]?.href,
    entry.published,
    entry.updated,
    (entry.content?.value ?? entry.summary?.value ?? "").trim(),
  ]);
  const items = (json.items ?? []).map((item) => [
    item.id,
    item.title,
    item.url,
    item.date_published,
    item.date_modified,
    (item.content_html ?? item.content_text ?? "").trim(),
  ]);
  if (JSON.stringify(entries) !== JSON.stringify(items)) {
    const at = entries.findIndex((entry, index) => JSON.stringify(entry) !== JSON.stringify(items[index]));
    wrong.push(`the formats differ: ${JSON.stringify(entries[at])} and ${JSON.stringify(items[at])}`);
  }
  return { wrong, count: entries.length };
}

const FEED = new Set("version title home_page_url feed_url description language authors items".split(" "));
const ITEM = new Set(
  "id url title content_html content_text summary date_published date_modified authors tags language".split(" "),
);
