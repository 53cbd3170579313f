// Style sheets as browsers read them: node styles.mjs FOLDER SOURCES…
//
// What is published must be, rule by rule and as Chromium writes it out again, what the author wrote. FOLDER is the built site,
// SOURCES are the folders `static/css` of its themes.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./browser.mjs";

const [folder, ...sources] = process.argv.slice(2);
if (sources.length === 0) {
  console.error("usage: node styles.mjs FOLDER SOURCES…");
  process.exit(2);
}
const published = readdirSync(join(folder, "assets/css"));
const browser = await launch();
let [rules, failures] = [0, 0];
try {
  const tab = await browser.newPage();
  for (const source of sources) {
    for (const name of readdirSync(source)) {
      const ours = published.find((file) => file.replace(/\.[0-9a-f]{10}\.css$/, ".css") === name);
      if (!ours) continue;
      const texts = [join(source, name), join(folder, "assets/css", ours)].map((file) => readFileSync(file, "utf8"));
      const [written, read] = await tab.evaluate(rulesOf, texts);
      rules += written.length;
      for (let at = 0; at < Math.max(written.length, read.length); at++) {
        if (written[at] === read[at]) continue;
        failures++;
        console.error(`${name}: ${written[at]}\n  is published as ${read[at]}`);
        break;
      }
    }
  }
} finally {
  await browser.close();
}
console.log(`${rules} rules; ${failures || "no"} sheets differ`);
process.exitCode = failures === 0 && rules > 0 ? 0 : 1;

/** Runs in the browser: the rules of each text, in one way of writing. */
function rulesOf(texts) {
  // What the shorter way of writing a shorthand leaves at its initial value.
  const INITIAL = {
    "background-color": "rgba(0, 0, 0, 0)",
    "background-image": "none",
    "background-position-x": "0px",
    "background-position-y": "0px",
    "border-image-outset": "0",
    "border-image-repeat": "stretch",
    "border-image-slice": "100%",
    "border-image-source": "none",
    "border-image-width": "1",
  };
  return texts.map((text) => {
    const sheet = new CSSStyleSheet();
    // Names of files are others, and a sheet made here loads none.
    sheet.replaceSync(text.replace(/url\((["']?)(?!data:)[^)]*\1\)/g, "url(x)"));
    const list = [];
    const walk = (rule, path) => {
      const ranges = (text) => text.replace(/\((max|min)-(width|height): /g, (_, end, side) => `(${side} ${end === "max" ? "<" : ">"}= `);
      const own = ranges(rule.cssText.split("{")[0].trim());
      if (rule.style) {
        for (const name of rule.style) {
          const value = plain(rule.style.getPropertyValue(name)) + (/^stroke-(width|dashoffset)$/.test(name) ? "px" : "");
          const same = value.replace(/pxpx$/, "px").replace(/^initial$/, INITIAL[name] ?? "initial");
          list.push(`${path} ${own} { ${name}: ${same} ${rule.style.getPropertyPriority(name)}`);
        }
      }
      if (rule.cssRules) for (const inner of rule.cssRules) walk(inner, `${path} ${own}`);
      else if (!rule.style) list.push(`${path} ${rule.cssText}`);
    };
    for (const rule of sheet.cssRules) walk(rule, "");
    return list;
  });
  // Values with custom properties in them, and of these, are kept as they are written: other spaces, zeros and
  // colours mean the same.
  function plain(value) {
    const element = document.createElement("p");
    const color = (text) => {
      element.style.color = "";
      element.style.color = text;
      return element.style.color || text;
    };
    return value
      .replace(/\s+/g, " ")
      .replace(/\s*([(),/])\s*/g, "$1")
      .replace(/(^|[^\d.])0+\./g, "$1.")
      .replace(/#[0-9a-f]+\b|\brgba?\([^()]*\)|\btransparent\b/gi, color)
      .replace(/\btransparent\b/g, "rgba(0, 0, 0, 0)")
      .replace(/\) (?=\d)/g, ")")
      .replace(/^center$/, "50%")
      .replace(/light-dark\((.+),\1\)/g, "$1")
      .trim();
  }
}
