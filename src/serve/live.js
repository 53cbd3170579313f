// Kenes, preview only: reloads the page when the site was built again, and shows what is wrong
// with it when it could not be. Nothing of this is in a published site.
(() => {
  "use strict";
  const TOKEN = "{{token}}";
  const KEEP = "kenes:scroll";
  const SOON = 1000;
  const LATER = 5000;
  const etag = document.currentScript.dataset.etag;

  // ---- the place on the page, kept over a reload

  function reload() {
    try {
      sessionStorage.setItem(KEEP, JSON.stringify({ path: location.pathname, x: scrollX, y: scrollY }));
    } catch { /* without storage the reload begins at the top */ }
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

  // ---- the overlay: only ever textContent, since it shows what authors wrote

  const STYLE = `
    :host { all: initial; position: fixed; inset: 0; z-index: 2147483647; }
    .back { position: absolute; inset: 0; overflow: auto; background: rgb(8 14 22 / .72); color-scheme: dark;
      padding: max(1rem, 4vh) 1rem; font: 15px/1.5 system-ui, sans-serif; color: #e8eef5; }
    .box { max-width: 60rem; margin: 0 auto; background: #141c26; border-radius: 10px; border-top: 4px solid #e5484d;
      box-shadow: 0 12px 48px rgb(0 0 0 / .5); padding: 1rem 1.25rem 1.25rem; }
    header { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; }
    h2 { font-size: 1.1rem; margin: 0; }
    button { font: inherit; color: inherit; background: #263241; border: 1px solid #3c4c60; border-radius: 6px;
      padding: .15rem .7rem; cursor: pointer; }
    button:focus-visible { outline: 2px solid #6cb8ff; outline-offset: 2px; }
    article { border-top: 1px solid #2b3848; margin-top: 1rem; padding-top: .9rem; }
    .code { font-family: ui-monospace, monospace; font-size: .85em; color: #ff8b8f; margin-right: .6em; }
    .warning .code { color: #f3c969; }
    .place { font: .85em ui-monospace, monospace; color: #9fb4cb; margin-top: .25rem; overflow-wrap: anywhere; }
    pre { font: .85em/1.6 ui-monospace, monospace; background: #0c121a; border-radius: 6px; margin: .5rem 0 0;
      padding: .5rem .75rem; overflow-x: auto; tab-size: 4; }
    .line { color: #6b8099; user-select: none; margin-right: 1em; }
    mark { background: none; color: #fff; text-decoration: underline wavy #e5484d; text-underline-offset: .25em;
      text-decoration-skip-ink: none; }
    .help { margin-top: .5rem; color: #a8dab5; }
    .more { margin-top: 1rem; color: #9fb4cb; }
    p { margin: 0; }`;

  let overlay = null;

  function el(tag, className, ...children) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children.filter((child) => child !== null).map((child) =>
      typeof child === "object" ? child : document.createTextNode(String(child))));
    return element;
  }

  function place(at) {
    if (!at.file) return null;
    return el("p", "place", at.line ? `${at.file}:${at.line}:${at.column}` : at.file);
  }

  function excerpt(at) {
    if (!at.excerpt) return null;
    const chars = Array.from(at.excerpt.line);
    const end = at.excerpt.start + at.excerpt.length;
    // An underline past the end of the line still shows where.
    const marked = chars.slice(at.excerpt.start, end).join("") || "\u00a0";
    return el("pre", "", el("span", "line", at.line ?? ""), chars.slice(0, at.excerpt.start).join(""),
      el("mark", "", marked), chars.slice(end).join(""));
  }

  function problem(one) {
    const related = one.related.map((at) =>
      el("div", "", el("p", "help", at.message), place(at), excerpt(at)));
    return el("article", one.severity === "warning" ? "warning" : "",
      el("p", "", el("span", "code", one.code), one.message), place(one), excerpt(one), ...related,
      one.help ? el("p", "help", one.help) : null);
  }

  function show(report) {
    hide();
    overlay = document.createElement("kenes-overlay");
    const root = overlay.attachShadow({ mode: "open" });
    // A made sheet, not a <style>: a site's content security policy may forbid that.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const close = el("button", "", "Close");
    close.type = "button";
    close.addEventListener("click", hide);
    const count = report.errors === 1 ? "One error" : `${report.errors} errors`;
    const left = report.errors + report.warnings - report.diagnostics.length;
    const box = el("div", "box",
      el("header", "", el("h2", "", `${count}: this page is from the last good build`), close),
      ...report.diagnostics.map(problem), left > 0 ? el("p", "more", `and ${left} more, in the terminal`) : null);
    if (!etag) box.querySelector("h2").textContent = `${count}: the site cannot be built`;
    if (!etag) close.remove();
    box.setAttribute("role", "alertdialog");
    box.setAttribute("aria-label", count);
    root.append(el("div", "back", box));
    document.documentElement.append(overlay);
  }

  function hide() {
    overlay?.remove();
    overlay = null;
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && etag) hide();
  });

  // ---- the connection

  let source = null;

  function connect() {
    if (source || document.hidden) return;
    const query = new URLSearchParams({ token: TOKEN, page: location.pathname, etag });
    source = new EventSource(`/__kenes/events?${query}`);
    source.addEventListener("change", reload);
    source.addEventListener("clear", hide);
    source.addEventListener("errors", (event) => show(JSON.parse(event.data)));
    source.addEventListener("error", () => {
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

  async function greet() {
    try {
      const answer = await fetch("/__kenes/live.js", { cache: "no-store" });
      if (answer.ok && !(await answer.text()).includes(TOKEN)) return reload();
    } catch { /* still down */ }
    setTimeout(connect, LATER);
  }

  // A browser opens six connections to a server: pages in the background give theirs back, and
  // hear on their return whether they are still up to date.
  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", connect);

  restore();
  connect();
})();
