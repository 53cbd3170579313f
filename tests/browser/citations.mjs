// Citations of documents, read with citation-js: both formats must say the same.

import { isDeepStrictEqual } from "node:util";
import "@citation-js/plugin-bibtex";
import { plugins } from "@citation-js/core";

/** What is wrong with the two files about one document, given as texts. */
export function checkCitation(bibtex, csl) {
  const wrong = [];
  let items;
  try {
    items = JSON.parse(csl);
  } catch (error) {
    return [`CSL-JSON: ${error.message}`];
  }
  if (!Array.isArray(items) || items.length !== 1) return ["CSL-JSON: it does not hold one document"];
  const [item] = items;
  for (const key of ["id", "type", "title", "language", "URL"]) {
    if (typeof item[key] !== "string" || !item[key]) wrong.push(`CSL-JSON: no ${key}`);
  }
  for (const key of Object.keys(item)) if (!VARIABLES.has(key)) wrong.push(`CSL-JSON: CSL has no ${key}`);
  // Without guesses the reader drops what is not of the type that CSL-JSON wants.
  const [read] = plugins.input.util.clean(items, false);
  for (const key of Object.keys(item)) {
    if (!isDeepStrictEqual(read[key], item[key])) wrong.push(`CSL-JSON: ${key} cannot be ${JSON.stringify(item[key])}`);
  }
  const [parts] = item.issued?.["date-parts"] ?? [[]];
  if (parts.some((part) => !Number.isInteger(part)) || parts.length > 3) wrong.push(`CSL-JSON: no date: ${parts}`);
  if (!TYPES.has(item.type)) wrong.push(`CSL-JSON: no such type: ${item.type}`);
  return [...wrong, ...checkBibtex(bibtex, item, parts)];
}

// CSL 1.0.2, appendix III.
const TYPES = new Set(
  (
    "article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset " +
    "document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation " +
    "manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical " +
    "personal_communication post post-weblog regulation report review review-book software song speech standard thesis " +
    "treaty webpage"
  ).split(" "),
);

const VARIABLES = new Set(
  "id type title author issued number version publisher language URL abstract note".split(" "),
);

function checkBibtex(bibtex, item, parts) {
  let entries;
  try {
    entries = plugins.input.chain(bibtex, { forceType: "@biblatex/text" });
  } catch (error) {
    return [`BibTeX: ${error.message}`];
  }
  if (entries.length !== 1) return [`BibTeX: it holds ${entries.length} entries`];
  const [entry] = entries;
  const wrong = [];
  const plain = (text) => String(text ?? "").replace(/<span class="nocase">|<\/span>/g, "").replace(/\s+/g, " ").trim();
  const same = (what, own, other) => {
    if (plain(own) !== plain(other)) wrong.push(`BibTeX: ${what} is "${own}", and "${other}" in CSL-JSON`);
  };
  same("title", entry.title, item.title);
  same("id", entry["citation-key"] ?? entry.id, item.id);
  same("URL", entry.URL, item.URL);
  // The reader leaves out the numbers of what is of no type that it knows.
  const number = /\n  number = \{(.*)\},\n/.exec(bibtex)?.[1];
  same("number", number?.replace(/\\([%#$&_])/g, "$1"), item.number);
  same("language", entry.language, item.language);
  same("note", entry.note, item.note);
  same("publisher", entry.publisher, item.publisher);
  same("date", entry.issued?.["date-parts"]?.[0]?.slice(0, 2).join("-"), parts.slice(0, 2).join("-"));
  const names = (authors) => (authors ?? []).map((name) => name.literal ?? name.family).join("; ");
  same("author", names(entry.author), names(item.author));
  return wrong;
}
