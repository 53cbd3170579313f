// Reads what a built site says to machines, each format with somebody else's parser: node machine.mjs FOLDER…
//
// JSON-LD against schema.org's vocabulary; calendars with ical.js; citations with citation-js; feeds with feedsmith.

import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { checkCalendar } from "./calendars.mjs";
import { checkCitation } from "./citations.mjs";
import { checkFeeds } from "./feeds.mjs";
import { Report } from "./report.mjs";
import { checkJsonLd, readVocabulary } from "./vocabulary.mjs";

/** Checks the site in `folder`, and gives the report. */
export function checkMachine(folder, base = "https://kenes.example", report = new Report()) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const read = (file) => readFileSync(join(folder, file), "utf8");
  const vocabulary = readVocabulary();
  const classes = new Set();
  for (const file of files.filter((name) => /(^|\/)index\.html$/.test(name))) {
    const html = read(file);
    if (/<meta http-equiv="refresh"/.test(html)) continue;
    report.checked("JSON-LD");
    for (const wrong of readJsonLd(html, vocabulary, classes)) report.fail("JSON-LD", file, wrong);
    for (const download of downloads(html)) {
      report.checked("downloads");
      if (!files.includes(download)) report.fail("downloads", file, `there is no ${download}`);
    }
  }
  report.note("JSON-LD", [...classes].sort().join(", "));
  let events = 0;
  for (const file of files.filter((name) => name.endsWith(".ics"))) {
    report.checked("calendars");
    const { wrong, count } = checkCalendar(readFileSync(join(folder, file)));
    for (const message of wrong) report.fail("calendars", file, message);
    events += count;
  }
  report.note("calendars", `${events} entries`);
  const keys = new Map();
  for (const file of files.filter((name) => /(^|\/)cite\.bib$/.test(name))) {
    report.checked("citations");
    const key = /^@\w+\{([^,]*),/.exec(read(file))?.[1];
    if (keys.has(key)) report.fail("citations", file, `its key ${key} is that of ${keys.get(key)} too`);
    keys.set(key, file);
    const wrong = checkCitation(read(file), read(file.replace(/bib$/, "json")));
    for (const message of wrong) report.fail("citations", file, message);
  }
  let entries = 0;
  for (const file of files.filter((name) => /(^|\/)(atom\.xml|feeds\/\w+\.xml)$/.test(name))) {
    report.checked("feeds");
    const json = file.replace(/atom\.xml$/, "feed.json").replace(/xml$/, "json");
    const address = (path) => `${base}/${path.split("/").map(encodeURIComponent).join("/")}`;
    const { wrong, count } = checkFeeds(read(file), read(json), address(file), address(json));
    for (const message of wrong) report.fail("feeds", file, message);
    entries += count;
  }
  report.note("feeds", `${entries} entries`);
  return report;
}

/** The files that the data of a page are said to be in. */
export function downloads(html) {
  const found = html.match(/<script type="application\/ld\+json">([^]*?)<\/script>/);
  const description = found ? JSON.parse(found[1]) : {};
  const data = (description["@graph"] ?? [description]).filter((thing) => thing["@type"] === "Dataset");
  return data.flatMap((one) => one.distribution).map((one) => new URL(one.contentUrl).pathname.slice(1));
}

function readJsonLd(html, vocabulary, classes) {
  const blocks = [...html.matchAll(/<script type="application\/ld\+json">([^]*?)<\/script>/g)];
  if (blocks.length !== 1) return [`the page has ${blocks.length} descriptions`];
  try {
    const description = JSON.parse(blocks[0][1]);
    for (const thing of description["@graph"] ?? [description]) classes.add(thing["@type"]);
    return checkJsonLd(description, vocabulary);
  } catch (error) {
    return [`not JSON: ${error.message}`];
  }
}

function main(folders) {
  if (folders.length === 0) {
    console.error("usage: node machine.mjs FOLDER…");
    process.exit(2);
  }
  for (const folder of folders) {
    console.log(folder);
    const report = checkMachine(resolve(folder));
    report.print();
    if (report.failures.length > 0) process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
