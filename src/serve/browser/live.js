// ---- the connection to the server

const VERSION = "{{version}}";
let TOKEN = "{{token}}";
const KEEP = "kenes:scroll";
const SOON = 500;
const own = document.currentScript.dataset;
let etag = own.etag;
let source = null;

async function post(what, body) {
  const headers = { "Content-Type": "application/json", "X-Kenes-Token": TOKEN };
  return fetch(`/__kenes/${what}`, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
}

// ---- the whole page anew, at the same place

function reload() {
  try {
    sessionStorage.setItem(KEEP, JSON.stringify({ path: location.pathname, x: scrollX, y: scrollY }));
  } catch { /* without storage it begins at the top */ }
  location.reload();
}

function restore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEEP));
    sessionStorage.removeItem(KEEP);
    if (kept?.path !== location.pathname) return;
    const go = () => scrollTo({ left: kept.x, top: kept.y, behavior: "instant" });
    go();
    // Pictures and fonts that come later move the text once more.
    if (document.readyState !== "complete") addEventListener("load", go, { once: true });
  } catch { /* as above */ }
}

// ---- the page as it is now, in place

const here = () => location.pathname + location.search;
const tagOf = (page) => page.querySelector('script[src="/__kenes/live.js"]')?.dataset ?? {};

/** What the page was made of, so that later only what is different need be done to it. */
async function begin() {
  const answer = etag && (await fetch(here(), { cache: "force-cache" }).catch(() => null));
  const html = answer?.ok && (await answer.text());
  if (html && tagOf(parse(html)).etag === etag) learn(html);
}

let begun = null;
let busy = false;
let again = false;

async function change() {
  if (busy) { again = true; return; }
  busy = true;
  await begun;
  // Without a server there is no answer, and the page is compared again when it is back.
  const answer = await fetch(here(), { cache: "no-cache" }).catch(() => null);
  const sent = await answer?.text().catch(() => null);
  // A page that cannot be rendered: what is wrong is on its way.
  if (sent != null && answer.status < 500) {
    try {
      const html = answer.ok && !answer.redirected && known && parse(sent);
      const tag = html && tagOf(html);
      // Scripts run once, and a page that leads elsewhere must lead there.
      if (!tag?.etag || tag.scripts !== own.scripts || html.querySelector("meta[http-equiv=refresh i]")) reload();
      else if (tag.etag !== etag) {
        etag = tag.etag;
        morph(html);
      }
    } catch (error) {
      console.error(error);
      reload();
    }
  }
  busy = false;
  if (again) { again = false; change(); }
}

/** Files whose addresses say nothing of their contents are asked for anew. */
function files({ data }) {
  const names = JSON.parse(data);
  const isOne = (url) => url.startsWith(location.origin) && names.includes(decodeURI(new URL(url).pathname.split("/").pop()));
  if ([...document.scripts].some(({ src }) => isOne(src))) return reload();
  for (const old of document.querySelectorAll("link[rel~=stylesheet], img")) {
    const key = old.href ? "href" : "src";
    if (!isOne(old[key])) continue;
    const url = new URL(old[key]);
    url.searchParams.set("kenes", Date.now());
    if (key === "src") { old.src = url; continue; }
    const copy = old.cloneNode();
    copy.onload = copy.onerror = () => old.remove();
    copy.href = url;
    for (const link of known?.querySelectorAll("link") ?? []) if (shownAs.get(link) === old) shownAs.set(link, copy);
    old.after(copy);
  }
}

function follow({ data }) {
  if (decodeURI(location.pathname) !== data) location.assign(encodeURI(data));
}

function connect() {
  if (source || document.hidden) return;
  source = new EventSource(`/__kenes/events?${new URLSearchParams({ token: TOKEN, page: location.pathname, etag })}`);
  const on = (name, action) => source.addEventListener(name, action);
  on("hello", ({ data }) => { editor = JSON.parse(data); });
  on("change", ({ data }) => data !== etag && change());
  on("clear", clear);
  on("errors", ({ data }) => show(JSON.parse(data)));
  on("files", files);
  on("follow", follow);
  on("built", () => panel.matches(":popover-open") && refresh());
  on("open", () => knob.classList.remove("off"));
  on("error", () => {
    knob.classList.add("off");
    // The browser itself tries again, unless it was refused: by a new server, that is.
    if (source?.readyState !== EventSource.CLOSED) return;
    disconnect();
    setTimeout(greet, SOON);
  });
}

function disconnect() {
  source?.close();
  source = null;
}

/** Learns the secret of a new server; another version of the program needs another script. */
async function greet() {
  try {
    const script = await (await fetch("/__kenes/live.js", { cache: "no-store" })).text();
    const [, version, token] = /VERSION = "(\w+)";\s*let TOKEN = "(\w+)"/.exec(script) ?? [];
    if (version && version !== VERSION) return reload();
    TOKEN = token ?? TOKEN;
  } catch { /* still down */ }
  setTimeout(connect, SOON);
}

// A browser opens six connections to a server: pages in the background give theirs back, and
// hear on their return whether they are still up to date.
document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
addEventListener("pagehide", disconnect);
addEventListener("pageshow", connect);
addEventListener("keydown", ({ key, defaultPrevented }) => {
  if (key === "Escape" && !defaultPrevented && etag) wave(true);
});

restore();
begun = begin();
connect();
// A frame in a page of the same site needs no button of its own.
if (self === top) place_over();
