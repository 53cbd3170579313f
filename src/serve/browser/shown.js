// ---- what is shown over the page: only ever as text, since authors wrote it

const host = document.createElement("kenes-preview");
const root = host.attachShadow({ mode: "open" });
// A made sheet, not a <style>: a site's content security policy may forbid that.
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);
root.adoptedStyleSheets = [sheet];

/** An element, as in `el("p.dim", { id: "x" }, "text", child)`. */
function el(what, ...children) {
  const [tag, name] = what.split(".");
  const element = document.createElement(tag);
  if (name) element.className = name;
  const given = children[0]?.constructor === Object ? children.shift() : {};
  for (const [key, value] of Object.entries(given)) {
    if (typeof value === "function") element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.flat(2).filter((child) => child || child === 0));
  return element;
}

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

// How files are opened: { link }, { name }, or not at all.
let editor = null;

/** A place in a file, to be clicked on. */
function place({ file, line, column }, label) {
  if (!file) return null;
  const words = label ?? (line ? `${file}:${line}:${column}` : file);
  if (!editor) return el("span.at", words);
  if (editor.link) {
    const path = file.split("/").map(encodeURIComponent).join("/");
    return el("a.at", { href: `${editor.link}/${path}:${line ?? 1}:${column ?? 1}` }, words);
  }
  const open = async ({ target: element }) => {
    const answer = await post("open", { page: location.pathname, file, line, column });
    if (!answer?.ok) element.after(el("p.code", answer ? await answer.text() : "The preview has stopped."));
  };
  return el("button.at", { title: `Open in ${editor.name}`, onclick: open }, words);
}

function excerpt({ excerpt: it, line }) {
  if (!it) return null;
  const characters = Array.from(it.line);
  const end = it.start + it.length;
  // An underline past the end of the line still shows where.
  const marked = characters.slice(it.start, end).join("") || "\u00a0";
  return el("pre", { tabindex: 0 }, el("span.line", line), characters.slice(0, it.start).join(""),
    el("mark", marked), characters.slice(end).join(""));
}

function problem(one) {
  const related = one.related.map((at) => [el("p.help", at.message), place(at), excerpt(at)]);
  return el(`article.${one.severity}`,
    el("p", el("span.code", one.code), one.message), place(one), excerpt(one), related,
    one.help && el("p.help", one.help));
}

// ---- the overlay

const box = el("div.box", { tabindex: -1, role: "alertdialog", "aria-labelledby": "errors" });
const over = el("div.over", { popover: "manual" }, box);
let errors = null;
// Closed by the reader, who does not want to see it again until all is well.
let waved = false;

function show(report) {
  errors = report;
  const count = plural(report.errors, "error");
  const left = report.errors + report.warnings - report.diagnostics.length;
  const state = !etag ? "There is nothing to show until that is mended."
    : report.old ? "What you see below is the page as it was before." : "The page below is as it should be, others are not.";
  const close = etag && el("button", { onclick: () => wave(true) }, "Close");
  box.replaceChildren(
    el("div.top", el("div", el("h2", { id: "errors" }, count), el("p", state)), close),
    ...report.diagnostics.map(problem), left > 0 ? el("p.dim", `and ${left} more, in the terminal`) : "");
  mark();
  if (!waved) wave(false);
}

function wave(away) {
  waved = away;
  const inside = over.matches(":popover-open");
  if (away && inside) over.hidePopover();
  if (away || inside || !errors || !host.isConnected) return;
  // Only who is doing nothing on the page is taken there.
  const idle = !document.activeElement || document.activeElement === document.body;
  over.showPopover();
  if (idle) box.focus({ preventScroll: true });
}

function clear() {
  errors = null;
  wave(true);
  waved = false;
  mark();
}

// ---- the author's panel

const panel = el("div.panel", { popover: "auto", id: "panel", role: "dialog", "aria-label": "About this page" });
const knob = el("button.knob", { popover: "manual" });
knob.popoverTargetElement = panel;
knob.addEventListener("click", (event) => {
  if (!errors) return;
  event.preventDefault();
  wave(over.matches(":popover-open"));
});
panel.addEventListener("toggle", (event) => event.newState === "open" && refresh());

function mark() {
  knob.textContent = errors ? errors.errors : "K";
  knob.classList.toggle("bad", Boolean(errors));
  knob.setAttribute("aria-label", errors ? plural(errors.errors, "error") : "About this page");
  knob.title = errors ? "Show what is wrong" : "About this page (preview only)";
}

const chip = (state, date) => {
  const words = { "in draft": "in a draft section", scheduled: `from ${date}`, expired: `until ${date}` };
  return el("span.state " + state, words[state] ?? state);
};

async function refresh() {
  const answer = await post("panel", { page: location.pathname });
  if (!answer?.ok) {
    panel.replaceChildren(el("p", "The preview has stopped, start it again with ", el("code", "kenes serve"), "."));
    return;
  }
  const { page, site, problems, elsewhere } = await answer.json();
  const day = panel.querySelector("input") === root.activeElement && root.activeElement?.value;
  const from = document.activeElement === host ? root.activeElement?.id : "";
  const scroll = panel.scrollTop;
  panel.replaceChildren(...facts(page), ...mistakes(problems, elsewhere), ...others(site, day));
  panel.scrollTop = scroll;
  if (from) root.getElementById(from)?.focus();
}

function facts(page) {
  if (!page) return [el("h2", "The theme makes this page"), el("p.dim", "It has no file of its own.")];
  const row = (name, ...value) => (value.some(Boolean) ? [el("dt", name), el("dd", value)] : []);
  const listed = (one) => el("li", `${one.language}: `, one.url
    ? el("a", { href: one.url }, one.title)
    : el("span.dim", `${one.state}, ${one.source}`),
    one.url && one.state !== "public" ? [" ", chip(one.state)] : "");
  return [
    el("div.top", el("h2", page.title), chip(page.state, page.from)),
    el("dl", row("File", place({ file: page.source })), row("Kind", `${page.kind}, ${page.language}`),
      row("Text", `${plural(page.words, "word")}, ${plural(page.minutes, "minute")}`),
      row("Date", page.date, page.updated && `, changed ${page.updated}`),
      row("Shown", page.publish && `from ${page.publish} `, page.expires && `until ${page.expires}`),
      row("Links", `${page.links} in the site, ${page.links_out} to others`),
      row("Linked from", plural(page.linked_from, "page"))),
    page.source && editor ? el("div.row", edit(page.source)) : "",
    page.translations.length ? [el("h3", "In other languages"), el("ul", page.translations.map(listed))] : "",
  ].flat();
}

function edit(file) {
  const element = place({ file }, "Edit this page");
  element.className = "do";
  element.id = "edit";
  return element;
}

function mistakes(report, elsewhere) {
  const here = report.diagnostics.length;
  const rest = elsewhere ? [el("p.dim", `${plural(elsewhere, "problem")} in other files, in the terminal`)] : [];
  if (!here) return rest;
  return [el("h3", "To be mended here"), el("ul", report.diagnostics.map((one) => el("li", problem(one)))), ...rest];
}

function others(site, kept) {
  if (!site) return [];
  const day = el("input", { type: "date", id: "day", value: kept || site.as_of, "aria-label": "Show the site as on" });
  const travel = (as_of) => post("travel", { as_of });
  const shown = (one) => el("li", chip(one.state, one.date), " ",
    one.url ? el("a", { href: one.url }, one.title) : one.title, ` (${one.language}) `, el("br"), place({ file: one.source }));
  const list = site.pages.length
    ? [el("h3", "Not public on that day"), el("ul.pages", site.pages.map(shown)),
      site.more ? el("p.dim", `and ${site.more} more`) : ""] : [];
  return [el("h3", "The site as on"), !editor ? el("p", site.as_of) : el("div.row", day,
    el("button", { id: "show", onclick: () => day.value && travel(day.value) }, "Show"),
    el("button", { id: "today", onclick: () => travel(null) }, "Today")), ...list];
}

function place_over() {
  root.append(over, panel, knob);
  document.documentElement.append(host);
  knob.showPopover();
  mark();
}
