// Subresource integrity: node integrity.mjs FOLDER
//
// Each style sheet and script that a page names carries the digest of the file, and a browser refuses one that is not what was
// published. The digests are made anew here, with the library of Node.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./browser.mjs";
import { serve } from "./serve.mjs";
import { readSite, sampleOf } from "./site.mjs";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node integrity.mjs FOLDER");
  process.exit(2);
}
const failures = [];
const fail = (text) => failures.push(text);
let checked = 0;
const browser = await launch();
try {
  const site = await readSite(folder, "https://kenes.example", await browser.newPage());
  for (const { file } of site.pages) checkDigests(file, readFileSync(join(folder, file), "utf8"));
  // Every page type, with all files as they are.
  await look({}, async (tab, errors, origin) => {
    for (const page of sampleOf(site, [site.defaultLanguage])) {
      await tab.goto(origin + encodeURI(page.visit));
      if ((await sheets(tab)).includes(false)) fail(`${page.path}: a style sheet was refused`);
    }
    for (const error of errors) fail(`as published: ${error}`);
  });
  // Somebody on the way has put something in: a comment is enough.
  for (const [ending, put] of [[".css", "\n/* more */"], [".js", "\n// more"]]) {
    const change = (path, bytes) => (path.endsWith(ending) ? Buffer.concat([bytes, Buffer.from(put)]) : bytes);
    await look({ change }, async (tab, errors, origin) => {
      await tab.goto(`${origin}/`);
      await tab.waitForTimeout(500);
      const named = await tab.evaluate(
        (ending) => document.querySelectorAll(`[integrity]:is([href$="${ending}"], [src$="${ending}"])`).length,
        ending,
      );
      const refused = errors.filter((error) => error.includes(ending));
      if (named === 0 || refused.length !== named) fail(`${ending}: ${named} changed files, ${refused.length} refused`);
      if (ending === ".css" && (await sheets(tab)).includes(true)) fail("a changed style sheet is in use");
      checked += named;
    });
  }
} finally {
  await browser.close();
}
for (const failure of failures) console.error(failure);
console.log(`${checked} style sheets and scripts on pages; ${failures.length || "no"} failures`);
process.exitCode = failures.length === 0 && checked > 0 ? 0 : 1;

/** Whether each style sheet of the page is in use. */
function sheets(tab) {
  return tab.evaluate(() => [...document.querySelectorAll("link[rel=stylesheet]")].map((link) => link.sheet !== null));
}

async function look(options, then) {
  const server = await serve(folder, options);
  const tab = await browser.newPage();
  const errors = [];
  tab.on("console", (message) => /integrity/.test(message.text()) && errors.push(message.text()));
  try {
    await then(tab, errors, server.origin);
  } finally {
    await tab.close();
    await server.close();
  }
}

function checkDigests(file, html) {
  for (const [tag] of html.matchAll(/<(?:link rel="?stylesheet|script [^>]*src=)[^>]*>/g)) {
    checked++;
    const path = tag.match(/ (?:href|src)="([^"]+)"/)?.[1];
    const digest = tag.match(/ integrity="(sha256|sha384|sha512)-([^"]+)"/);
    if (!path || !digest) {
      fail(`${file}: no integrity in ${tag}`);
      continue;
    }
    const made = createHash(digest[1]).update(readFileSync(join(folder, path))).digest("base64");
    if (made !== digest[2]) fail(`${file}: the digest of ${path} is ${made}, and not ${digest[2]}`);
  }
}
