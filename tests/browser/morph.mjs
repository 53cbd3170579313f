// Changes a page in place many times at random, and compares it each time with what was sent:
// node morph.mjs [STEPS [SEED]]
//
// The page must become what the server sent, and what was put into it by scripts must stay.

import { readFileSync } from "node:fs";
import { launch } from "./browser.mjs";

const SOURCE = readFileSync(new URL("../../src/serve/browser/morph.js", import.meta.url), "utf8");
const [steps = 2000, seed = 1] = process.argv.slice(2).map(Number);

/** Runs in the browser. */
function tryOut({ source, steps, seed }) {
  // Numbers that are the same each time (mulberry32).
  const random = (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
  const pick = (list) => list[random(list.length)];
  const words = () => Array.from({ length: 1 + random(4) }, () => pick(["кеңес", "a", "b", "long", "&amp;", "x"])).join(" ");
  const attributes = () => pick(["", "", ` class="${pick(["a", "b", "a b"])}"`, ` id="i${random(6)}"`, ` data-n=${random(3)} @odd=1`, " hidden"]);
  const tree = (depth) => {
    const kinds = depth > 3 ? ["text"] : ["p", "div", "ul", "details", "text", "text", "input", "svg", "noscript", "template", "table", "comment"];
    const inside = () => Array.from({ length: random(4) }, () => tree(depth + 1)).join(pick(["", "\n"]));
    switch (pick(kinds)) {
      case "text": return words();
      case "comment": return `<!--${random(3)}-->`;
      case "input": return `<input value="${random(3)}">`;
      case "p": return `<p${attributes()}>${words()} <b${attributes()}>${words()}</b></p>`;
      case "ul": return `<ul${attributes()}>${Array.from({ length: random(5) }, () => `<li>${tree(depth + 1)}</li>`).join("")}</ul>`;
      case "details": return `<details${pick(["", " open"])}><summary>${words()}</summary>${inside()}</details>`;
      case "svg": return `<svg viewBox="0 0 ${random(3)} 1"><path d="M0 ${random(3)}"/></svg>`;
      case "noscript": return `<noscript><p>${random(3)}</p></noscript>`;
      case "template": return `<template><p>${random(3)}</p></template>`;
      case "table": return `<table><tr><td>${words()}</td></tr></table>`;
      default: return `<div${attributes()}>${inside()}</div>`;
    }
  };
  // The parts of the page; a step changes a few of them.
  let parts = Array.from({ length: 8 }, () => tree(0));
  let title = "T";
  const page = () => `<!doctype html><html lang="${pick(["en", "en", "kk"])}"><head><title>${title}</title>` +
    `<script type="application/ld+json">{"a":${random(2)}}</script></head><body${attributes()}>${parts.join("\n")}</body></html>`;
  const change = () => {
    for (let times = 1 + random(3); times > 0; times--) {
      const at = random(parts.length + 1);
      switch (random(5)) {
        case 0: parts.splice(at, 0, tree(0)); break;
        case 1: if (parts.length > 3) parts.splice(at, 1); break;
        case 2: parts[Math.min(at, parts.length - 1)] = tree(0); break;
        case 3: parts.push(parts.shift()); break;
        default: title = words();
      }
    }
    if (parts.length > 12) parts.length = 8;
  };

  const { learn, morph, parse } = new Function(`${source}; return { learn, morph, parse };`)();
  const first = page();
  document.replaceChild(document.importNode(parse(first).documentElement, true), document.documentElement);
  learn(first);
  // What scripts make: elements of their own, here and there, which are not what the server sent.
  const made = new Map();
  let kept = 0;
  const strip = () => {
    const copy = document.documentElement.cloneNode(true);
    copy.querySelectorAll("made-by-script").forEach((each) => each.remove());
    return copy;
  };
  for (let step = 1; step <= steps; step++) {
    if (step % 10 === 0) {
      const parents = [...document.body.querySelectorAll("p, div, li")];
      const parent = pick(parents.length ? parents : [document.body]);
      const own = document.createElement("made-by-script");
      parent.insertBefore(own, pick([null, parent.firstChild]));
      made.set(own, parent);
    }
    change();
    const html = page();
    morph(parse(html));
    const expected = parse(html).documentElement;
    // As a page with scripts has them: of <noscript> there is the text only.
    const plain = (root) => root.outerHTML.replace(/<noscript>.*?<\/noscript>/gs, "<noscript/>");
    if (plain(strip()) !== plain(expected)) {
      return { step, is: plain(strip()), expected: plain(expected) };
    }
    for (const [own, parent] of made) {
      if (own.isConnected) kept++;
      else if (parent.isConnected) return { step, is: "what a script made is gone, and its parent is there" };
      else made.delete(own);
    }
  }
  return { step: steps, kept };
}

const browser = await launch();
try {
  const page = await browser.newPage();
  await page.goto("about:blank");
  const { step, kept, is, expected } = await page.evaluate(tryOut, { source: SOURCE, steps, seed });
  if (is) {
    console.log(`FAIL  step ${step} of seed ${seed}\n--- is\n${is}\n--- should be\n${expected}`);
    process.exitCode = 1;
  } else {
    console.log(`ok    ${step} random changes in place; what scripts had made was there ${kept} times`);
  }
} finally {
  await browser.close();
}
