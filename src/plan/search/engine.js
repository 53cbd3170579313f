// Reads a search index (render::search) in a browser: a module for a theme's own script to import.
// What stands before it is the function `stem` of the language.

const SIGNS = " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
const VALUES = new Map([...SIGNS].map((sign, value) => [sign, value]));
const LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё";
const DIGITS = "23456789-=0";
const KAZAKH = "әіңғ  үұөһқ";
const SOUNDS = { shch: "щ", sh: "ш", ch: "ч", zh: "ж", kh: "х", ts: "ц", ya: "я", yu: "ю", yo: "е", gh: "г", ng: "н", a: "а", b: "б", c: "ц", d: "д", e: "е", f: "ф", g: "г", h: "х", i: "и", j: "ж", k: "к", l: "л", m: "м", n: "н", o: "о", p: "п", q: "к", r: "р", s: "с", t: "т", u: "у", v: "в", w: "у", x: "кс", y: "ы", z: "з" };
// Prefixes of words that are being typed stand for at most so many words.
const MOST = 40;

let folder;
let head;
let firsts;
const loading = new Map();

/** The words of a text, as the index has them. */
export function words(text) {
  const plain = text.normalize("NFC").toLowerCase().replaceAll("ё", "е").replace(/[\u00ad\u200d\u2060]/g, "");
  return plain.match(/[\p{Alphabetic}\p{N}]+/gu) ?? [];
}

/** Opens the index whose `index.json` is at this address. */
export async function open(address) {
  folder = address.slice(0, address.lastIndexOf("/") + 1);
  head = await (await fetch(address, { cache: "no-cache" })).json();
  firsts = head.words.flatMap(([first], file) => (first === null ? [] : [[first, file]]));
  return head;
}

function load(name, digest, read) {
  if (!loading.has(name)) {
    const file = fetch(`${folder}${name}?${digest}`).then((response) => {
      if (!response.ok) throw new Error(`${name}: ${response.status}`);
      return response[read]();
    });
    file.catch(() => loading.delete(name));
    loading.set(name, read === "text" ? file.then((text) => text.split("\n")) : file);
  }
  return loading.get(name);
}

// The place among the files of words where a stem is, if it is anywhere.
function placeOf(stem) {
  let place = 0;
  while (place + 1 < firsts.length && firsts[place + 1][0] <= stem) place++;
  return place;
}

async function linesFrom(place) {
  const file = firsts[place]?.[1];
  return file === undefined ? [] : load(`words-${file}.txt`, head.words[file][1], "text");
}

// The lines of stems that begin so; of a whole stem, that one.
async function linesOf(start, isWhole) {
  const sought = isWhole ? `${start}\t` : start;
  const found = [];
  const place = placeOf(start);
  for (let at = place; at < Math.min(place + 2, firsts.length) && (at === place || firsts[at][0].startsWith(start)); at++) {
    const lines = await linesFrom(at);
    let low = 0;
    let high = lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lines[middle].split("\t", 1)[0] < start && lines[middle] !== "") low = middle + 1;
      else high = middle;
    }
    for (; low < lines.length && lines[low].startsWith(sought) && found.length < MOST; low++) found.push(lines[low]);
    if (isWhole) break;
  }
  // A spelling with Russian letters leads to the word itself.
  const whole = found.map((line) => {
    const [own, most, list] = line.split("\t");
    return most === "=" ? linesOf(list, true) : [line];
  });
  return (await Promise.all(whole)).flat();
}

// Calls `each` with the pages of a line, and what the word says about each.
function decode(line, each) {
  const [, most, list] = line.split("\t");
  let page = 0;
  for (let at = 0; at < list.length; ) {
    let number = 0;
    let value;
    do {
      value = VALUES.get(list[at++]);
      number = number * 46 + (value % 46);
    } while (value >= 46);
    page += number;
    each(page, most === "0" ? 0 : (most * VALUES.get(list[at++])) / 92);
  }
}

// The lines for a word: of its stem; while it is being typed, of what begins so as well.
async function linesFor(word, isTyped) {
  const whole = await linesOf(stem(word), true);
  const rest = isTyped && word.length > 1 ? (await linesOf(word, false)).filter((line) => !whole.includes(line)) : [];
  if (whole.length + rest.length === 0 && isTyped) {
    // An ending that is not whole yet.
    for (let length = word.length - 1; length >= Math.max(4, word.length - 4); length--) {
      const found = await linesOf(word.slice(0, length), true);
      if (found.length > 0) return [found, []];
    }
  }
  return [whole, rest];
}

async function search(query) {
  const all = words(query);
  const isOpen = !/[\s.,;:!?»”)]$/.test(query);
  const scores = new Float64Array(head.pages);
  const hits = new Uint8Array(head.pages);
  const stems = new Set();
  const found = await Promise.all(all.map((word, at) => linesFor(word, isOpen && at === all.length - 1)));
  let count = 0;
  for (const [whole, rest] of found) {
    if (whole.length + rest.length === 0) continue;
    count++;
    const own = new Float64Array(head.pages);
    for (const [lines, factor] of [[whole, 1], [rest, 0.7]]) {
      for (const line of lines) {
        stems.add(line.slice(0, line.indexOf("\t")));
        decode(line, (page, says) => (own[page] = Math.max(own[page], says * factor)));
      }
    }
    own.forEach((says, page) => {
      if (says > 0) hits[page]++;
      scores[page] += says;
    });
  }
  const pages = [];
  for (let page = 0; page < head.pages; page++) {
    // A page that has all the words comes before one that has some of them often.
    if (hits[page] > 0) {
      scores[page] *= (hits[page] / count) ** 3;
      pages.push(page);
    }
  }
  return { pages, scores, stems, full: count > 0 && count === all.length };
}

const swap = (from, to) => (text) => [...text.toLowerCase()].map((letter) => to[from.indexOf(letter)]?.trim() ?? letter).join("");
const sounds = (text) => text.toLowerCase().replace(/shch|sh|ch|zh|kh|ts|ya|yu|yo|gh|ng|[a-z]/g, (letters) => SOUNDS[letters]);

/** What was meant if the keyboard was set to other letters. */
function readings(query) {
  if (/[\u0400-\u052f]/.test(query)) return [swap(RUSSIAN + KAZAKH, LATIN + DIGITS)(query)];
  return [swap(LATIN, RUSSIAN)(query), swap(LATIN + DIGITS, RUSSIAN + KAZAKH)(query), sounds(query)];
}

const COLUMNS = { kind: "kind", state: "stage", year: "year" };

function values(name) {
  if (name === "kind") return head.kinds.map(([kind]) => kind);
  return name === "state" ? head.stages : ["", ...head.years.map(String)];
}

/**
 * The pages for a query, the best first. `filters` gives for `kind`, `state`, `year` and the numbers of
 * taxonomies what they must be. With it come how many pages there would be for each value of these three, the stems that were
 * found, and what was read for a query with the keyboard set to other letters.
 */
export async function find(query, filters = {}) {
  let result = await search(query);
  let read;
  if (result.pages.length === 0 && words(query).length > 0) {
    for (const other of readings(query)) {
      const attempt = await search(other);
      if (attempt.full || (attempt.pages.length > 0 && result.pages.length === 0)) [result, read] = [attempt, other];
      if (attempt.full) break;
    }
  }
  const { scores, stems } = result;
  let { pages } = result;
  for (const [name, wanted] of Object.entries(filters)) {
    if (!wanted || COLUMNS[name]) continue;
    const having = new Set();
    for (const line of await linesOf(`#${name}:${wanted}`, true)) decode(line, (page) => having.add(page));
    pages = pages.filter((page) => having.has(page));
  }
  const columns = Object.entries(COLUMNS).map(([name, column]) => {
    const wanted = filters[name] ? SIGNS[values(name).indexOf(filters[name])] ?? "" : undefined;
    return { name, signs: head[column], wanted, counts: {} };
  });
  const good = [];
  for (const page of pages) {
    const failing = columns.filter(({ signs, wanted }) => wanted !== undefined && signs[page] !== wanted);
    if (failing.length === 0) good.push(page);
    for (const column of failing.length === 0 ? columns : failing.length === 1 ? failing : []) {
      const sign = column.signs[page];
      column.counts[sign] = (column.counts[sign] ?? 0) + 1;
    }
  }
  good.sort((one, other) => scores[other] - scores[one] || one - other);
  const counts = {};
  for (const { name, counts: own } of columns) {
    counts[name] = values(name).map((value, at) => [value, own[SIGNS[at]] ?? 0]).filter(([value]) => value !== "");
  }
  return { pages: good, counts, stems, read };
}

/** What there is to show of a page. */
export async function entry(page) {
  const file = Math.floor(page / 50);
  const all = await load(`pages-${file}.json`, head.files.slice(file * 6, file * 6 + 6), "json");
  const [path, title, description, date, dateText, kind, state] = all[page % 50];
  const stage = head.stages[VALUES.get(head.stage[page])];
  return { path, title, description, date, dateText, kind, state, stage };
}

/** A text in parts, and of each part whether it is a word that was found. */
export function marked(text, stems) {
  const parts = [];
  for (const part of text.split(/([\p{Alphabetic}\p{N}\u00ad]+)/u)) {
    const is = words(part).some((word) => stems.has(stem(word)));
    if (parts.length > 0 && parts.at(-1)[1] === is) parts.at(-1)[0] += part;
    else if (part) parts.push([part, is]);
  }
  return parts;
}

const BLOCKS = "p, li, dd, dt, td, h2, h3, h4, blockquote, figcaption";

/**
 * The passage of a page that has the most of the words, in parts as `marked` gives them, and the id of the place; none
 * if the page says them nowhere but in its title.
 */
export async function passage(path, stems, length = 220) {
  const response = await fetch(path);
  if (!response.ok) return undefined;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  let best;
  let most = 0;
  let heading = "";
  for (const block of page.querySelectorAll(`main :is(${BLOCKS})`)) {
    if (block.closest("header, nav, aside, form, [hidden], [data-search-skip]") || block.querySelector(BLOCKS)) continue;
    if (/^H/.test(block.tagName)) heading = block.id;
    const found = new Set(words(block.textContent).map(stem).filter((word) => stems.has(word)));
    if (found.size > most) {
      most = found.size;
      best = { text: block.textContent.replace(/\s+/g, " ").trim(), id: block.closest("main [id]")?.id ?? heading };
      if (most === stems.size) break;
    }
  }
  if (!best) return undefined;
  const { text, id } = best;
  const first = marked(text, stems)[0];
  const at = first[1] ? 0 : first[0].length;
  let from = Math.max(0, Math.min(at - 60, text.length - length));
  if (from > 0) from = text.indexOf(" ", from) + 1;
  let to = from + length < text.length ? text.lastIndexOf(" ", from + length) : text.length;
  if (to <= at) to = text.length;
  const shown = `${from > 0 ? "… " : ""}${text.slice(from, to)}${to < text.length ? " …" : ""}`;
  return { parts: marked(shown, stems), id: id ?? heading };
}
