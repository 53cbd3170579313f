// Checks that need no rendering: links, aliases, the language switch, hreflang
// and canonical addresses, over the whole site at once.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { resolve } from "./site.mjs";

export async function checkLinks(site, report, workbench) {
  for (const document of site.html) {
    for (const href of new Set(document.links)) {
      // A bare fragment stays on the page, wherever that is shown.
      const base = href.startsWith("#") ? document.path : document.visit;
      checkLink(site, report, document.path, href, base);
    }
  }
  for (const file of site.files) {
    if (file.endsWith(".css")) checkStylesheet(site, report, file);
    if (/\.(xml|atom)$/.test(file)) await checkXml(site, report, file, workbench);
  }
  for (const alias of site.aliases) {
    report.checked("aliases");
    checkTarget(site, report, "aliases", alias.path, alias.refresh);
  }
}

function checkLink(site, report, where, href, base) {
  report.checked("links");
  checkTarget(site, report, "links", where, href, base);
}

function checkTarget(site, report, group, where, href, base = where) {
  const target = resolve(site, base, href);
  if (!target) return;
  if (!target.file) {
    report.fail(group, where, `"${href}" leads nowhere`);
  } else if (target.fragment && target.fragment !== "top") {
    const ids = site.byPath.get(target.path)?.ids;
    if (ids && !ids.includes(target.fragment)) {
      report.fail(group, where, `"${href}": no such id on ${target.path}`);
    }
  }
}

function checkStylesheet(site, report, file) {
  const css = readFileSync(join(site.folder, file), "utf8").replace(/\/\*.*?\*\//gs, "");
  for (const [, , url] of css.matchAll(/url\(\s*(["']?)(.*?)\1\s*\)/g)) {
    if (!/^(data:|#)/.test(url)) checkLink(site, report, `/${file}`, url);
  }
}

/** Feeds and the sitemap: well-formed, and their addresses lead to pages. */
async function checkXml(site, report, file, workbench) {
  const { error, links } = await workbench.evaluate((xml) => {
    const document = new DOMParser().parseFromString(xml, "application/xml");
    const error = document.querySelector("parsererror")?.textContent;
    const text = [...document.querySelectorAll("loc, channel > link, item > link")].map((each) => each.textContent.trim());
    const href = [...document.querySelectorAll("link[href]")].map((each) => each.getAttribute("href"));
    return { error, links: [...text, ...href] };
  }, readFileSync(join(site.folder, file), "utf8"));
  if (error) report.fail("links", `/${file}`, `not well-formed: ${error}`);
  for (const href of new Set(links)) checkLink(site, report, `/${file}`, href);
}

export function checkLanguages(site, report) {
  if (!site.defaultLanguage) report.fail("language switch", "/", "there is no home page, so no default language");
  for (const page of site.pages) {
    checkSwitch(site, report, page);
    // An error page stands for no address of its own.
    if (page.notFound) continue;
    checkAlternates(site, report, page);
    checkCanonical(site, report, page);
  }
}

function checkSwitch(site, report, page) {
  const fail = (message) => report.fail("language switch", page.path, message);
  const offered = page.languageSwitch.map(({ hreflang }) => hreflang).sort();
  if (offered.join() !== site.languages.join()) {
    fail(`offers [${offered.join(", ")}], not each of [${site.languages.join(", ")}] once`);
  }
  const current = page.languageSwitch.filter((link) => link.current).map(({ hreflang }) => hreflang);
  if (current.join() !== page.lang) fail(`marks [${current.join(", ")}] as current on a page in ${page.lang}`);
  for (const { lang, hreflang, href } of page.languageSwitch) {
    report.checked("language switch");
    if (lang !== hreflang) fail(`has lang="${lang}" on a link with hreflang="${hreflang}"`);
    const target = resolve(site, page.visit, href ?? "");
    const reached = target && site.byPath.get(target.path);
    if (!reached) {
      fail(`"${href}" leads to no page`);
      continue;
    }
    if (reached.lang !== hreflang) fail(`"${href}" says ${hreflang} but leads to a page in ${reached.lang}`);
    const translation = page.alternates.find((alternate) => alternate.lang === hreflang);
    if (translation && resolve(site, page.path, translation.href)?.path !== target.path) {
      fail(`"${href}" is not the translation that hreflang names, ${translation.href}`);
    }
  }
}

/**
 * Every page of a group must name the same, complete group: itself, its
 * translations, and as x-default the one in the site's default language, if any.
 */
function checkAlternates(site, report, page) {
  const fail = (message) => report.fail("hreflang", page.path, message);
  report.checked("hreflang");
  const group = groupOf(page);
  const languages = page.alternates.map(({ lang }) => lang);
  const repeated = languages.filter((lang, index) => languages.indexOf(lang) !== index);
  if (repeated.length > 0) fail(`names ${repeated.join(", ")} more than once`);
  const hrefOf = (wanted) => page.alternates.find(({ lang }) => lang === wanted)?.href;
  if (hrefOf("x-default") !== hrefOf(site.defaultLanguage)) {
    fail(`x-default is ${hrefOf("x-default")}, not the ${site.defaultLanguage} page`);
  }
  if (!isAddressOf(site, page, hrefOf(page.lang))) {
    fail("does not name itself by its absolute address");
  }
  for (const { lang, href } of page.alternates) {
    if (!href.startsWith(`${site.baseUrl}/`)) {
      fail(`"${href}" is not an absolute address of this site`);
      continue;
    }
    const target = site.byPath.get(resolve(site, page.path, href).path);
    if (!target) fail(`"${href}" leads to no page`);
    else if (lang !== "x-default" && target.lang !== lang) fail(`"${href}" says ${lang} but is in ${target.lang}`);
    else if (groupOf(target) !== group) fail(`"${href}" does not name the same translations in return`);
  }
}

function groupOf(page) {
  return page.alternates.map(({ lang, href }) => `${lang} ${href}`).sort().join("\n");
}

function checkCanonical(site, report, page) {
  report.checked("canonical");
  if (page.canonical.length !== 1 || !isAddressOf(site, page, page.canonical[0])) {
    report.fail("canonical", page.path, `the canonical address is [${page.canonical.join(", ")}], not its own`);
  }
}

/** Whether `href` is the absolute address of `page`; how it is percent-encoded does not matter. */
function isAddressOf(site, page, href) {
  return URL.canParse(href) && new URL(href).href === new URL(site.baseUrl + page.path).href;
}
