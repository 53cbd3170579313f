// Audits a built site: node audit.mjs FOLDER [BASE_URL]
//
// Reads every page, checks links and languages offline, opens every page in
// Chromium at every width and colour scheme, and runs the validators. Prints
// one line per group of checks; exits with 1 when anything failed.

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inParallel, launch } from "./browser.mjs";
import { checkComforts } from "./comforts.mjs";
import { EXPLAINED } from "./explained.mjs";
import { checkShift } from "./late.mjs";
import { checkLanguages, checkLinks } from "./links.mjs";
import { checkFocus, checkOtherMedia } from "./modes.mjs";
import { Report } from "./report.mjs";
import { serve } from "./serve.mjs";
import { readSite, sampleOf } from "./site.mjs";
import { runHtmlValidate, runNuChecker } from "./validators.mjs";
import { SCHEMES, WIDTHS, checkWithoutScript, openTab, visit } from "./visit.mjs";
import { reportWeight } from "./weight.mjs";

// Beyond this many pages, axe runs at all widths and schemes on a sample only.
const FULL_AXE_PAGES = 150;

/** Audits the site in `folder` and gives the report; `log` is told of the progress. */
export async function audit(folder, baseUrl, log = () => {}) {
  const report = new Report();
  const workers = Math.min(availableParallelism(), 4);
  const server = await serve(folder);
  const browser = await launch();
  try {
    const workbench = await browser.newPage();
    const site = await readSite(folder, baseUrl, workbench);
    const { origin } = server;
    if (site.pages.length === 0) report.fail("load", folder, "there are no pages");
    const phases = {
      "links and languages": async () => {
        await checkLinks(site, report, workbench);
        checkLanguages(site, report);
      },
      "every page": () => visitPages({ site, browser, origin, workers, report, log }),
      "no JavaScript": () => withoutScript({ site, browser, origin, workers, report }),
      "other media": () => otherMedia({ site, browser, origin, workers, report, workbench }),
      "what scripts add": () => checkComforts({ browser, origin, pages: sampleOf(site), report }),
      "what comes late": () => checkShift({ browser, origin, pages: sampleOf(site), workers, report }),
      validators: async () => {
        runNuChecker(site, report);
        await runHtmlValidate(site, report);
      },
    };
    for (const [name, run] of Object.entries(phases)) {
      const start = performance.now();
      await run();
      log(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return report;
}

/** Loads each page once per scheme and resizes it through the widths. */
async function visitPages({ site, browser, origin, workers, report, log }) {
  const everywhere = site.pages.length <= FULL_AXE_PAGES ? site.pages : sampleOf(site);
  log(`${site.pages.length} pages in ${site.languages.join(", ")}; ${workers} at a time`);
  log(
    everywhere === site.pages
      ? "axe: every page at every width in both schemes"
      : "axe: every page at 320 light and 1280 dark; " +
          `${everywhere.length} pages, one per kind and language, at every width in both schemes`,
  );
  const thorough = new Set(everywhere);
  const axeWidths = (page, scheme) => {
    if (thorough.has(page)) return WIDTHS;
    return scheme === "light" ? [320] : [1280];
  };
  const tabs = await openTabs(workers, () =>
    Promise.all(SCHEMES.map((colorScheme) => openTab(browser, origin, { colorScheme }))),
  );
  const resources = new Map();
  await inParallel(workers, site.pages, async (page, worker) => {
    for (const [index, scheme] of SCHEMES.entries()) {
      await guarded(report, "load", page, async () => {
        const loaded = await visit(tabs[worker][index], page, scheme, axeWidths(page, scheme), report);
        if (scheme === "light" && loaded) resources.set(page, loaded);
      });
    }
  });
  for (const { rule, key, used } of EXPLAINED) {
    if (!used) report.note("axe", `explained but not met any more: ${rule} [${key}]`);
  }
  reportWeight(site, resources, origin, report);
  await closeTabs(tabs);
}

async function withoutScript({ site, browser, origin, workers, report }) {
  const tabs = await openTabs(workers, async () => [await openTab(browser, origin, { javaScriptEnabled: false })]);
  await inParallel(workers, site.pages, (page, worker) =>
    guarded(report, "no JavaScript", page, () => checkWithoutScript(tabs[worker][0], page, report)),
  );
  await closeTabs(tabs);
}

async function otherMedia({ site, browser, origin, workers, report, workbench }) {
  const tabs = await openTabs(workers, async () => [
    await openTab(browser, origin, { reducedMotion: "reduce", bypassCSP: true }),
  ]);
  await inParallel(workers, sampleOf(site), (page, worker) =>
    guarded(report, "other media", page, () => checkOtherMedia(tabs[worker][0], page, report)),
  );
  await closeTabs(tabs);

  // Focus does not depend on the language. Reduced motion here too, so that no
  // picture is taken halfway through a transition.
  const looks = {
    light: { colorScheme: "light" },
    dark: { colorScheme: "dark" },
    "forced colours": { forcedColors: "active" },
  };
  await inParallel(workers, Object.entries(looks), async ([name, look]) => {
    const viewport = { width: 1280, height: 900 };
    const opened = await openTab(browser, origin, { ...look, reducedMotion: "reduce", viewport });
    const seen = new Set();
    for (const page of sampleOf(site, [site.defaultLanguage])) {
      await guarded(report, "focus", page, () => checkFocus(opened, page, name, seen, workbench, report));
    }
    await opened.tab.context().close();
  });
}

async function openTabs(workers, open) {
  return Promise.all(Array.from({ length: workers }, open));
}

async function closeTabs(tabs) {
  await Promise.all(tabs.flat().map(({ tab }) => tab.context().close()));
}

/** Turns an exception into a failure of `page`, so that the other pages are still checked. */
async function guarded(report, group, page, run) {
  try {
    await run();
  } catch (error) {
    report.fail(group, page.path, `the check broke off: ${error.message.split("\n")[0]}`);
  }
}

async function main([folder, baseUrl = "https://kenes.example"]) {
  if (!folder) {
    console.error("usage: node audit.mjs FOLDER [BASE_URL]");
    process.exit(2);
  }
  const start = performance.now();
  const report = await audit(resolve(folder), baseUrl, console.log);
  report.print();
  const failed = report.failures.length;
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${failed === 0 ? "no" : failed} failures, ${seconds} s`);
  process.exitCode = failed === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.slice(2));
