// How many bytes a first visit to each page transfers, with brotli.

import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync } from "node:zlib";

// What a first visit may weigh, in bytes: to the home page, to the page of the search, and to any other.
const LIMITS = { home: 60_000, search: 60_000, other: 50_000 };
const SCRIPT_LIMIT = 10_000;

/** `resources` maps each page to the addresses of what it loaded. */
export function reportWeight(site, resources, origin, report) {
  const weights = [];
  for (const [page, addresses] of resources) {
    const files = new Set([page.file]);
    for (const address of addresses) {
      const { pathname, origin: from } = new URL(address);
      const file = decodeURIComponent(pathname).slice(1);
      if (from === origin && site.files.has(file)) files.add(file);
    }
    const sizes = [...files].map((file) => ({ file, size: transferred(site, file) }));
    const sum = (of) => of.reduce((total, { size }) => total + size, 0);
    weights.push({ page, total: sum(sizes), script: sum(sizes.filter(({ file }) => /\.m?js$/.test(file))) });
  }
  report.checked("weight", weights.length);
  for (const { page, total, script } of weights) {
    const limit = LIMITS[page.kind] ?? (/\/search\/$/.test(page.path) ? LIMITS.search : LIMITS.other);
    if (total > limit) report.fail("weight", page.path, `${kilobytes(total)} of at most ${kilobytes(limit)}`);
    if (script > SCRIPT_LIMIT) report.fail("weight", page.path, `${kilobytes(script)} of JavaScript`);
  }
  const heaviest = weights.sort((one, other) => other.total - one.total)[0];
  if (!heaviest) return;
  const median = weights[weights.length >> 1];
  const script = Math.max(...weights.map((weight) => weight.script));
  report.note("weight", `heaviest ${kilobytes(heaviest.total)} (${heaviest.page.path})`);
  report.note("weight", `median ${kilobytes(median.total)} (${median.page.path})`);
  report.note("weight", `most JavaScript ${kilobytes(script)}`);
}

const cache = new Map();

function transferred(site, file) {
  const path = join(site.folder, file);
  if (!cache.has(path)) {
    const bytes = readFileSync(path);
    // Fonts and pictures are compressed already; hosts send them as they are.
    const compressible = /^\.(html|css|m?js|json|svg|xml|txt|webmanifest)$/.test(extname(file));
    cache.set(path, compressible ? brotliCompressSync(bytes).length : bytes.length);
  }
  return cache.get(path);
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
