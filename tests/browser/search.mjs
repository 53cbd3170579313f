// Searches the built portal as readers do: node search.mjs FOLDER
//
// Ten queries and more a language with the page that must come first, among them inflected forms, words that are not
// finished, and keyboards set to other letters; then filters, the address, the keyboard, axe on the results,
// and the page without JavaScript.

import { resolve } from "node:path";
import { launch, settle } from "./browser.mjs";
import { Report } from "./report.mjs";
import { serve } from "./serve.mjs";
import { checkAxe, checkOverflow, openTab } from "./visit.mjs";

// What is typed, and the address of the first result; of two pages that say the same, either.
const QUERIES = {
  "/search/": [
    ["council", "/council/"],
    ["councils", "/council/"],
    ["first meeting of the council", ["/council/first-meeting/", "/news/council-first-meeting/"]],
    ["signing of the law", "/news/ai-law-signed/"],
    ["principles of the oecd", "/ethics/oecd-ai-principles/"],
    ["unesco recommendations", "/ethics/unesco-recommendation/"],
    ["AI-ES-01", "/standards/ai-in-public-services/"],
    ["risk managing", "/ethics/nist-ai-rmf/"],
    ["glossar", "/glossary/"],
    ["al sana", "/al-sana/"],
    ["accessible", "/accessibility/"],
    ["сщтмутешщт", "/glossary/framework-convention/"],
  ],
  "/ru/search/": [
    ["совет", "/ru/council/"],
    ["принципов ОЭСР", "/ru/ethics/oecd-ai-principles/"],
    ["рекомендацию юнеско", "/ru/ethics/unesco-recommendation/"],
    ["рамочной конвенцией", "/ru/glossary/framework-convention/"],
    ["регламенту европейского союза", "/ru/ethics/eu-ai-act/"],
    ["первом заседании совета", ["/ru/council/first-meeting/", "/ru/news/council-first-meeting/"]],
    ["закон подписан", "/ru/news/ai-law-signed/"],
    ["ИИ в государственных услугах", "/ru/standards/ai-in-public-services/"],
    ["доступност", "/ru/accessibility/"],
    ["глоссарий", "/ru/glossary/"],
    ["al sana", "/ru/al-sana/"],
    ["htukfvtyn", "/ru/ethics/eu-ai-act/"],
    ["reglament", "/ru/ethics/eu-ai-act/"],
  ],
  "/kk/search/": [
    ["кеңес", "/kk/council/"],
    ["кеңестің құрылатыны", "/kk/council/founding/"],
    ["қағидаттарының", "/kk/ethics/oecd-ai-principles/"],
    ["юнеско ұсынымдары", "/kk/ethics/unesco-recommendation/"],
    ["негіздемелік конвенцияға", "/kk/glossary/framework-convention/"],
    ["регламенттің", "/kk/ethics/eu-ai-act/"],
    ["тәуекелдермен басқару", "/kk/ethics/nist-ai-rmf/"],
    ["университеттердің бағдарламалары", "/kk/news/universities/"],
    ["сөздіктен", "/kk/glossary/"],
    ["қолжетімділікті", "/kk/accessibility/"],
    ["орталықты", "/kk/alemai/"],
    ["заңға қол қою", "/kk/news/ai-law-signed/"],
    ["кагидат", "/kk/ethics/oecd-ai-principles/"],
    ["reglament", "/kk/ethics/eu-ai-act/"],
  ],
};

// A search that is answered within this many milliseconds on an idle machine may take some more on a busy one.
const PATIENCE = 5000;

async function firstResult(tab) {
  return tab.locator("#k_results > li h2 a").first().getAttribute("href");
}

/** Types a query and waits until its results are said. */
export async function ask(tab, query) {
  await tab.locator("#k_query").fill("");
  await tab.waitForFunction(() => document.getElementById("k_search-status").textContent === "");
  await tab.locator("#k_query").fill(query);
  await tab.waitForFunction(() => document.getElementById("k_search-status").textContent !== "", null, { timeout: PATIENCE });
}

async function checkQueries(opened, report) {
  const { tab, origin } = opened;
  for (const [page, queries] of Object.entries(QUERIES)) {
    await tab.goto(origin + page);
    for (const [query, expected] of queries) {
      report.checked("queries");
      await ask(tab, query);
      const found = (await tab.locator("#k_results > li").count()) > 0 ? await firstResult(tab) : "nothing";
      if (![expected].flat().includes(found)) report.fail("queries", `${page} “${query}”`, `${found} comes first, not ${[expected].flat().join(" or ")}`);
    }
  }
}

async function checkPage(opened, report) {
  const { tab, origin } = opened;
  const fail = (where, what) => report.fail("search page", where, what);
  report.checked("search page", 7);
  // From the header of any page, by keyboard alone.
  await tab.setViewportSize({ width: 1280, height: 900 });
  await tab.goto(`${origin}/ru/about/`);
  await tab.locator(".site-search input").focus();
  await tab.keyboard.type("рекомендация");
  await tab.keyboard.press("Enter");
  await tab.waitForSelector("#k_results > li");
  if (new URL(tab.url()).pathname !== "/ru/search/") fail("header", `leads to ${tab.url()}`);
  if ((await tab.locator("#k_query").inputValue()) !== "рекомендация") fail("header", "the query is lost");
  // A filter narrows, and stands in the address with the query.
  const before = await tab.locator("#k_search-status").textContent();
  await tab.locator("select[name=kind]").selectOption({ index: 1 }).catch(() => {});
  const kinds = await tab.locator("select[name=kind] option:not([hidden])").evaluateAll((all) => all.map(({ value }) => value));
  await tab.locator("select[name=kind]").selectOption(kinds.at(-1));
  await tab.waitForTimeout(700);
  const after = await tab.locator("#k_search-status").textContent();
  if (before === after) fail("filters", `“${before}” before and after`);
  const url = new URL(tab.url());
  if (url.searchParams.get("kind") !== kinds.at(-1) || !url.searchParams.get("q")) fail("address", tab.url());
  await tab.reload();
  await tab.waitForFunction((text) => document.getElementById("k_search-status").textContent === text, after, { timeout: PATIENCE }).catch(() => fail("address", "what it says is not found again"));
  // Passages are marked, and lead to the heading or clause that they stand below.
  await tab.goto(`${origin}/search/?q=students`);
  await tab.waitForSelector("#k_results .passage mark");
  const place = tab.waitForSelector("#k_results .passage a[href*='#']", { timeout: PATIENCE });
  await place.catch(() => fail("passages", "none leads to a place"));
  // Each way to search for nothing.
  for (const [query, pattern] of [["ъыъыъыъ", /не найдено/], ["", /^$/]]) {
    await tab.goto(`${origin}/ru/search/?q=${encodeURIComponent(query)}`);
    await tab.waitForTimeout(600);
    const said = await tab.locator("#k_search-status").textContent();
    if (!pattern.test(said)) fail(`“${query}”`, `it says “${said}”`);
  }
  if (!(await tab.locator(".search-contents").isVisible())) fail("no query", "the contents of the site are not shown");
}

async function checkLooks(browser, origin, report) {
  for (const colorScheme of ["light", "dark"]) {
    const opened = await openTab(browser, origin, { colorScheme, reducedMotion: "reduce" });
    for (const [path, query] of [["/search/", "council"], ["/ru/search/", "принципы"], ["/kk/search/", "қағидат"]]) {
      for (const width of [320, 1280]) {
        await opened.tab.setViewportSize({ width, height: 900 });
        await opened.tab.goto(`${origin}${path}?q=${encodeURIComponent(query)}`);
        await opened.tab.waitForSelector("#k_results .passage mark");
        await settle(opened.tab);
        const where = `${path}?q=${query} at ${width} ${colorScheme}`;
        await checkOverflow(opened.tab, where, width, report, "overflow");
        await checkAxe(opened.tab, where, report);
      }
    }
    for (const problem of opened.problems.take()) report.fail("load", "search", problem);
    const violations = await opened.tab.evaluate(() => globalThis.policyViolations);
    for (const violation of violations) report.fail("load", "search", violation);
    await opened.tab.context().close();
  }
}

async function checkWithoutScript(browser, origin, report) {
  const { tab } = await openTab(browser, origin, { javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
  for (const path of ["/", "/ru/", "/kk/"]) {
    report.checked("no JavaScript");
    await tab.goto(origin + path);
    await tab.locator(".site-search input").fill("x");
    await tab.keyboard.press("Enter");
    await tab.waitForURL(/\/search\/\?q=x$/);
    const links = await tab.locator(".search-contents a").count();
    if (!(await tab.locator(".search-noscript").isVisible())) report.fail("no JavaScript", path, "the page does not say why it finds nothing");
    if (links < 10) report.fail("no JavaScript", path, `the search page offers ${links} links`);
  }
  await tab.context().close();
}

async function main([folder]) {
  if (!folder) {
    console.error("usage: node search.mjs FOLDER");
    process.exit(2);
  }
  const report = new Report();
  const server = await serve(resolve(folder));
  const browser = await launch();
  try {
    const opened = await openTab(browser, server.origin, { reducedMotion: "reduce" });
    await checkQueries(opened, report);
    await checkPage(opened, report);
    for (const problem of opened.problems.take()) report.fail("load", "search", problem);
    await checkLooks(browser, server.origin, report);
    await checkWithoutScript(browser, server.origin, report);
  } finally {
    await browser.close();
    await server.close();
  }
  report.print();
  const failed = report.failures.length;
  console.log(`${failed === 0 ? "no" : failed} failures`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main(process.argv.slice(2));
