// Lighthouse, as on a telephone: node lighthouse.mjs FOLDER [PART OF AN ADDRESS]
//
// One page of each type, the languages in turn, served as hosts serve: over TLS and HTTP/2, with the headers of `_headers`, and
// compressed. 100 in all four categories, nothing moves (CLS), no script blocks (TBT), and the largest thing is there in 1.2 s
// (LCP), on the slow connection that Lighthouse simulates. Times depend on what else the machine does: where one is too long, the
// page is measured four times more, and the median counts. But of TBT the least counts, and the median is only shown: a script
// that blocks does so in every run, while a task of 13 ms, of which the machine took five for something else, does not.
// A browser that has just started is slower at everything: what it says of the first pages that it opens is not looked at.

import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import lighthouse from "lighthouse";
import { launch } from "./browser.mjs";
import { serve } from "./serve.mjs";

// How long the largest thing of a page may take, in milliseconds.
const LONGEST = 1200;

// How many pages are opened before the first one that counts.
const WARMING = 1;

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

// A page of each type. `skip`: audits that say of the page what is meant.
const PAGES = [
  { type: "home", path: "/kk/" },
  { type: "section", path: "/ru/council/" },
  { type: "page", path: "/about/" },
  { type: "news list", path: "/kk/news/" },
  { type: "news item", path: "/ru/news/ai-law-signed/" },
  { type: "meeting", path: "/ru/samples/meeting-1/" },
  { type: "standard", path: "/kk/standards/ai-in-public-services/" },
  { type: "comparison", path: "/ru/standards/ai-in-public-services/1.1/changes/" },
  { type: "consultation", path: "/consultations/procurement/" },
  { type: "register", path: "/kk/standards/" },
  { type: "publication", path: "/ru/ethics/oecd-ai-principles/" },
  { type: "terms", path: "/glossary/" },
  { type: "pages of a term", path: "/topics/law/" },
  { type: "search", path: "/kk/search/", skip: ["is-crawlable"] },
  { type: "site map", path: "/ru/sitemap/" },
];

const [folder, only = ""] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node lighthouse.mjs FOLDER [PART OF AN ADDRESS]");
  process.exit(2);
}
const start = performance.now();
const port = await freePort();
const server = await serve(folder, { compress: true, secure: true });
const browser = await launch(`--remote-debugging-port=${port}`, "--ignore-certificate-errors");
let failures = 0;
try {
  for (let run = 0; run < WARMING; run++) await measure(PAGES[0]);
  for (const page of PAGES.filter(({ path }) => path.includes(only))) {
    const runs = [await measure(page)];
    while (isSlow(runs[0]) && runs.length < 5) runs.push(await measure(page));
    const median = (of) => runs.map(of).sort((one, other) => one - other)[runs.length >> 1];
    const result = { performance: median((run) => run.performance), tbt: median((run) => run.tbt), lcp: median((run) => run.lcp) };
    const leastTbt = Math.min(...runs.map((run) => run.tbt));
    const problems = [...new Set(runs.flatMap((run) => run.problems))];
    if (result.performance < 1) problems.push(`performance is ${Math.round(100 * result.performance)}`);
    if (leastTbt > 0) problems.push(`scripts block for ${Math.ceil(leastTbt)} ms in every run (TBT)`);
    if (result.lcp > LONGEST) problems.push(`the largest thing comes after ${Math.round(result.lcp)} ms (LCP)`);
    failures += problems.length;
    const scores = [result.performance, ...CATEGORIES.slice(1).map((name) => runs[0].scores[name])];
    const shown = scores.map((score) => Math.round(100 * score)).join(" ");
    const times = `LCP ${Math.round(result.lcp)} ms, TBT ${Math.round(result.tbt)} ms, CLS ${Math.max(...runs.map((run) => run.cls))}`;
    const often = runs.length > 1 ? `, median of ${runs.length}` : "";
    console.log(`${problems.length > 0 ? "FAIL" : "ok  "}  ${page.type.padEnd(16)} ${shown}; ${times}${often} (${page.path})`);
    for (const problem of problems) console.log(`        ${problem}`);
  }
} finally {
  await browser.close();
  await server.close();
}
const seconds = ((performance.now() - start) / 1000).toFixed(0);
console.log(`${failures || "no"} failures, ${seconds} s (${availableParallelism()} processors)`);
process.exitCode = failures === 0 ? 0 : 1;

/** Opens a page once, with nothing kept from before. */
async function measure({ path, skip = [] }) {
  const flags = { port, output: "json", logLevel: "error", onlyCategories: CATEGORIES, skipAudits: skip };
  const { lhr } = await lighthouse(server.origin + path, flags);
  const problems = [];
  if (lhr.runtimeError) problems.push(`${lhr.runtimeError.code}: ${lhr.runtimeError.message}`);
  const scores = Object.fromEntries(CATEGORIES.map((name) => [name, lhr.categories[name].score ?? 0]));
  for (const name of CATEGORIES.slice(1)) {
    if (scores[name] === 1) continue;
    for (const { id } of lhr.categories[name].auditRefs.filter(({ weight }) => weight > 0)) {
      const { score, title, details } = lhr.audits[id];
      if (score === null || score === 1) continue;
      const where = details?.items?.map(({ node, url, description }) => node?.snippet ?? url ?? description).slice(0, 3);
      problems.push(`${name}: ${title} (${id}) ${(where ?? []).join("; ")}`);
    }
  }
  const cls = lhr.audits["cumulative-layout-shift"].numericValue;
  if (cls !== 0) problems.push(`things move (CLS ${cls})`);
  const value = (id) => lhr.audits[id].numericValue;
  return { scores, problems, cls, performance: scores.performance, tbt: value("total-blocking-time"), lcp: value("largest-contentful-paint") };
}

function isSlow({ performance, tbt, lcp }) {
  return performance < 1 || tbt > 0 || lcp > LONGEST;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
