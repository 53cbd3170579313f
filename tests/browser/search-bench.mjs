// How long a query takes and what it transfers: node search-bench.mjs FOLDER
//
// Each query is asked by a browser that has nothing in its cache, on the page it has just opened. The time
// is from the last key to the first result on the screen, over the loopback; bytes are what a host would send with brotli,
// from the script that reads the index to the pages whose passages are shown.

import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { launch } from "./browser.mjs";
import { serve } from "./serve.mjs";

const folder = resolve(process.argv[2] ?? ".");
const server = await serve(folder);
const browser = await launch();
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/** Words of the index: one that most pages have, one of the middle, and both. */
function queriesFor(search) {
  const lines = readdirSync(join(folder, search))
    .filter((name) => name.startsWith("words-"))
    .flatMap((name) => readFileSync(join(folder, search, name), "utf8").trimEnd().split("\n"))
    .map((line) => line.split("\t"))
    .filter(([stem, most]) => /^\p{L}{4,}$/u.test(stem) && most !== "=");
  lines.sort((one, other) => other[2].length - one[2].length);
  const [common, middle] = [lines[0][0], lines[lines.length >> 1][0]];
  return [common, middle, `${middle} ${common}`];
}

async function measure(path, query) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const tab = await context.newPage();
  const fetched = [];
  await tab.goto(server.origin + path);
  await tab.waitForLoadState("networkidle");
  // What the page itself needs is counted with pages; what it loads on focus belongs to the search.
  await tab.evaluate(() => document.getElementById("query").focus());
  await tab.waitForLoadState("networkidle");
  const early = await tab.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  fetched.push(...early.filter((name) => /\/index\.json|\/search-[a-z]+\./.test(name)));
  tab.on("request", (request) => fetched.push(request.url()));
  const times = await tab.evaluate(async (text) => {
    const input = document.getElementById("query");
    const list = document.getElementById("k_results");
    const first = new Promise((resolve) => {
      new MutationObserver((_, observer) => {
        if (list.children.length === 0) return;
        observer.disconnect();
        requestAnimationFrame(() => resolve(performance.now()));
      }).observe(list, { childList: true });
    });
    input.value = text;
    const start = performance.now();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    return (await first) - start;
  }, query);
  await tab.waitForLoadState("networkidle");
  await tab.waitForTimeout(300);
  const said = await tab.locator("#k_search-status").textContent();
  await context.close();
  let bytes = 0;
  for (const url of new Set(fetched)) {
    const name = decodeURIComponent(new URL(url).pathname).slice(1);
    bytes += brotliCompressSync(readFileSync(join(folder, name.endsWith("/") ? `${name}index.html` : name))).length;
  }
  return { times, bytes, files: new Set(fetched).size, said };
}

try {
  for (const search of ["search", "ru/search", "kk/search"]) {
    let queries;
    try {
      queries = queriesFor(search);
    } catch {
      continue;
    }
    for (const query of queries) {
      const runs = [];
      for (let run = 0; run < 5; run++) runs.push(await measure(`/${search}/`, query));
      runs.sort((one, other) => one.times - other.times);
      const { bytes, files, said } = runs[2];
      console.log(`/${search}/ “${query}”: ${said}; first result after ${runs[2].times.toFixed(0)} ms (${runs[0].times.toFixed(0)}–${runs[4].times.toFixed(0)}), ${files} files, ${kilobytes(bytes)}`);
    }
  }
} finally {
  await browser.close();
  await server.close();
}
