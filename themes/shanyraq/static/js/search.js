// The search page: asks the index while the reader types, and shows what is found.

const form = document.querySelector("form[data-index]");
const { index, script, results: counted, none, read, failed } = form.dataset;
const input = form.elements.q;
const filters = form.querySelector("fieldset");
const selects = [...filters.querySelectorAll("select")];
const list = document.getElementById("k_results");
const status = document.getElementById("k_search-status");
const more = document.querySelector(".search-more");
const contents = document.querySelector(".search-contents");
const rules = new Intl.PluralRules(document.documentElement.lang);
const numbers = new Intl.NumberFormat(document.documentElement.lang);
const AT_ONCE = 10;

let engine;
let opening;
let asked = 0;
let found = { pages: [] };
let shown = 0;
let settling;

function open() {
  opening ??= import(script).then(async (module) => {
    const head = await module.open(index);
    for (const [taxonomy, names] of head.terms) fill(form.elements[taxonomy], names.map((name) => [name, name]));
    fill(form.elements.kind, head.kinds.filter(([name]) => name));
    fill(form.elements.year, head.years.map((year) => [String(year), String(year)]));
    for (const select of selects) select.value = new URL(location).searchParams.get(select.name) ?? "";
    engine = module;
  });
  return opening;
}

function fill(select, options) {
  for (const [value, text] of options) select?.append(new Option(text, value));
}

// How many there are, in the words of the language.
function count(number) {
  const forms = counted.split("|");
  const like = [1, 2, 5].find((example) => rules.select(example) === rules.select(number)) ?? 5;
  return forms[[1, 2, 5].indexOf(like)].replace(String(like), numbers.format(number));
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter(Boolean));
  return made;
}

function parts(text) {
  return text.map(([part, is]) => (is ? element("mark", "", part) : part));
}

const TONES = { open: "open", adopted: "good", in_force: "good", superseded: "ended", withdrawn: "ended" };

async function item(page, stems) {
  const entry = await engine.entry(page);
  const link = element("a", "", ...parts(engine.marked(entry.title, stems)));
  link.href = entry.path;
  const label = entry.state || [...form.elements.state.options].find(({ value }) => value && value === entry.stage)?.text;
  const state = label && element("span", `status${TONES[entry.stage] ? ` status-${TONES[entry.stage]}` : ""}`, label);
  const date = entry.date && element("time", "", entry.dateText);
  if (date) date.dateTime = entry.date;
  const about = (entry.kind || state || date) && element("p", "eyebrow", entry.kind && element("span", "", entry.kind), state, date);
  const description = entry.description && element("p", "", ...parts(engine.marked(entry.description, stems)));
  const passage = element("p", "passage");
  return { row: element("li", "result", about, element("h2", "", link), description, passage), entry, passage };
}

// Passages are looked for in the pages themselves, when a result comes into view.
const watching = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    watching.unobserve(target);
    target.look();
  }
});

async function look(path, passage, stems) {
  const place = await engine.passage(path, stems).catch(() => undefined);
  if (!place) return passage.remove();
  const text = parts(place.parts);
  if (!place.id) return passage.append(...text);
  const link = element("a", "", ...text);
  link.href = `${path}#${encodeURIComponent(place.id)}`;
  passage.append(link);
}

async function show(number) {
  const { stems, pages } = found;
  const mine = asked;
  const items = await Promise.all(pages.slice(shown, shown + AT_ONCE).map((page) => item(page, stems)));
  if (mine !== number) return;
  if (shown === 0) list.replaceChildren();
  shown += items.length;
  for (const { row, entry, passage } of items) {
    list.append(row);
    row.look = () => look(entry.path, passage, stems);
    watching.observe(row);
  }
  more.hidden = shown >= pages.length;
  return items[0]?.row;
}

function say(text) {
  status.textContent = text;
}

async function search() {
  const query = input.value.trim();
  const number = ++asked;
  clearTimeout(settling);
  settling = setTimeout(settle, 500);
  contents.hidden = query !== "";
  filters.hidden = list.hidden = query === "";
  if (!query) {
    say("");
    more.hidden = true;
    list.replaceChildren();
    return;
  }
  try {
    await open();
    const wanted = Object.fromEntries(selects.map(({ name, value }) => [name, value]));
    const next = await engine.find(input.value, wanted);
    if (number !== asked) return;
    found = next;
    shown = 0;
    for (const [name, values] of Object.entries(found.counts)) {
      for (const option of form.elements[name].options) {
        const [, many] = values.find(([value]) => value === option.value) ?? [, 0];
        option.hidden = option.value !== "" && !option.selected && many === 0;
      }
      form.elements[name].parentElement.hidden = !values.some(([value, many]) => value && many > 0);
    }
    await show(number);
    if (number !== asked) return;
    list.hidden = found.pages.length === 0;
    const note = found.read ? `${read.replace("{query}", found.read)} ` : "";
    say(found.pages.length > 0 ? note + count(found.pages.length) : none);
  } catch (error) {
    console.error(error);
    if (number === asked) say(failed);
  }
}

// The address says what was asked, so that it can be sent to others; not at every letter.
function settle() {
  const url = new URL(location);
  url.search = "";
  if (input.value.trim()) url.searchParams.set("q", input.value.trim());
  for (const { name, value } of selects) if (value) url.searchParams.set(name, value);
  if (url.href !== location.href) history.replaceState(null, "", url);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
input.addEventListener("input", search);
input.addEventListener("focus", () => open().catch(() => {}));
filters.addEventListener("change", search);
more.addEventListener("click", async () => (await show(asked))?.querySelector("a").focus());

input.value = new URL(location).searchParams.get("q") ?? "";
if (input.value) search();
