// Reads a built site: which pages there are and what each one says about itself.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

// The language switch is the list that marks one of its languages as the current
// one; its class is the theme's own business.
export const SWITCH = ":is(ul, ol):has(a[hreflang][aria-current])";

/**
 * Reads the site in `folder`. `workbench` is a blank browser page whose
 * DOMParser reads the HTML: a real parser that runs no script.
 */
export async function readSite(folder, baseUrl, workbench) {
  const files = walk(folder).sort();
  const site = { folder, baseUrl: baseUrl.replace(/\/$/, ""), files: new Set(files), pages: [], aliases: [], html: [] };
  for (const file of files.filter((name) => name.endsWith(".html"))) {
    const facts = await workbench.evaluate(readFacts, [readFileSync(join(folder, file), "utf8"), SWITCH]);
    const document = { file, path: `/${file}`.replace(/\/index\.html$/, "/"), ...facts };
    site.html.push(document);
    if (document.refresh !== null) site.aliases.push(document);
    else if (/(^|\/)(index|404)\.html$/.test(file)) site.pages.push(document);
  }
  site.byPath = new Map(site.html.map((document) => [document.path, document]));
  site.languages = [...new Set(site.pages.map((page) => page.lang))].sort();
  site.defaultLanguage = site.byPath.get("/")?.lang;
  for (const page of site.pages) {
    page.notFound = page.file.endsWith("404.html");
    page.kind = kindOf(page, site.languages);
    // Where to visit it: the 404 page answers at any depth, so a relative link in it breaks.
    page.visit = page.notFound ? page.path.replace("404.html", "no-such-page/at/all/") : page.path;
  }
  return site;
}

function walk(folder, prefix = "") {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const name = prefix ? `${prefix}/${entry.name}` : entry.name;
    return entry.isDirectory() ? walk(folder, name) : [name];
  });
}

/**
 * The kind of a page: `home`, `404`, or its first folder and depth (`council/*`).
 * Sections choose templates, so one page of each kind covers every template.
 */
function kindOf({ path }, languages) {
  const parts = path.split("/").filter(Boolean);
  if (languages.includes(parts[0])) parts.shift();
  if (parts.length === 0) return "home";
  if (parts.at(-1) === "404.html") return "404";
  return [parts[0], ...parts.slice(1).map(() => "*")].join("/");
}

/** One page of each kind, in each of `languages`. */
export function sampleOf(site, languages = site.languages) {
  const sample = new Map();
  for (const page of site.pages.filter(({ lang }) => languages.includes(lang))) {
    const key = `${page.lang} ${page.kind}`;
    if (!sample.has(key)) sample.set(key, page);
  }
  return [...sample.values()];
}

/**
 * Where `href` on the page at `from` leads: nothing when out of the site,
 * otherwise the path, the fragment, and the file (none when it is missing).
 */
export function resolve(site, from, href) {
  let url;
  try {
    url = new URL(href, `${site.baseUrl}${from}`);
  } catch {
    return { path: href, fragment: "" };
  }
  const base = new URL(`${site.baseUrl}/`);
  if (!/^https?:$/.test(url.protocol) || url.host !== base.host) return undefined;
  if (!url.pathname.startsWith(base.pathname)) return { path: url.pathname, fragment: "" };
  const path = decodeURIComponent(url.pathname.slice(base.pathname.length - 1));
  const file = path.slice(1) + (path.endsWith("/") ? "index.html" : "");
  return {
    path,
    fragment: decodeURIComponent(url.hash.slice(1).replace(/:~:.*$/, "")),
    file: site.files.has(file) ? file : undefined,
  };
}

/** Runs in the browser: what the audits need to know of one HTML document. */
function readFacts([html, languageSwitch]) {
  const document = new DOMParser().parseFromString(html, "text/html");
  const all = (selector) => [...document.querySelectorAll(selector)];
  const links = [];
  for (const name of ["href", "src", "poster", "data", "action", "xlink:href"]) {
    const selector = `[${name.replace(":", "\\:")}]`;
    for (const element of all(selector)) {
      links.push(element.getAttribute(name));
    }
  }
  for (const element of all("[srcset]")) {
    links.push(...element.getAttribute("srcset").split(",").map((part) => part.trim().split(/\s+/)[0]));
  }
  for (const element of all("meta[content]")) {
    if (/^https?:/.test(element.content)) links.push(element.content);
  }
  const refresh = document.querySelector('meta[http-equiv="refresh" i]');
  return {
    lang: document.documentElement.lang,
    refresh: refresh && refresh.content.replace(/^.*?url\s*=\s*/i, ""),
    links,
    ids: all("[id], a[name]").map((element) => element.id || element.name),
    canonical: all('link[rel~="canonical"]').map((link) => link.getAttribute("href")),
    // A feed is an alternate too, but of another type.
    alternates: all('link[rel~="alternate"][hreflang]:not([type])').map((link) => ({
      lang: link.getAttribute("hreflang"),
      href: link.getAttribute("href"),
    })),
    languageSwitch: all(`${languageSwitch} a[hreflang]`).map((link) => ({
      lang: link.getAttribute("lang"),
      hreflang: link.getAttribute("hreflang"),
      href: link.getAttribute("href"),
      current: link.hasAttribute("aria-current"),
    })),
  };
}

