// Whether the stemmers that browsers run say the same as those of the program: node tests/stem/agree.mjs
//
// The lists of words and stems are written by a test of the program (src/base/stem/tests.rs).

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const source = (name) => readFileSync(join(here, "../../src/base/stem", name), "utf8");

/** The function `stem` of a language, as the program puts it together. */
function stemmer(lang) {
  const lines = source("kk.txt").split("\n").filter((line) => line && !line.startsWith("#"));
  const table = lang === "kk" ? `const TABLE = ${JSON.stringify(lines.join("\n"))};\n` : "";
  return new Function(`${table}${source(`${lang}.js`)}\nreturn stem;`)();
}

let failed = 0;
for (const lang of ["en", "ru", "kk"]) {
  const stem = stemmer(lang);
  const pairs = readFileSync(join(here, `agree-${lang}.tsv`), "utf8").trimEnd().split("\n").map((line) => line.split("\t"));
  const others = pairs.filter(([word, expected]) => stem(word) !== expected);
  for (const [word, expected] of others.slice(0, 20)) console.log(`${lang}: ${word} is ${stem(word)}, not ${expected}`);
  console.log(`${lang}: ${pairs.length - others.length} of ${pairs.length} words have the same stem`);
  failed += others.length;
}
process.exitCode = failed === 0 ? 0 : 1;
