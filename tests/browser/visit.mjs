// What is checked by opening every page: it loads clean, fits, satisfies
// axe-core, its skip link works, and it does without JavaScript.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { explanationOf } from "./explained.mjs";
import { listen, settle } from "./browser.mjs";
import { SWITCH } from "./site.mjs";

export const WIDTHS = [320, 768, 1280];
export const SCHEMES = ["light", "dark"];
const HEIGHT = 900;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_OPTIONS = {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
  // Part of wcag22aa, but axe leaves it off unless asked.
  rules: { "target-size": { enabled: true } },
  resultTypes: ["violations", "incomplete"],
};

/** A tab in one colour scheme in which pages are visited one after another. */
export async function openTab(browser, origin, options) {
  const context = await browser.newContext({ viewport: { width: WIDTHS[0], height: HEIGHT }, ...options });
  await context.addInitScript(() => {
    globalThis.policyViolations = [];
    addEventListener("securitypolicyviolation", (event) => {
      globalThis.policyViolations.push(`${event.effectiveDirective} forbids ${event.blockedURI || "inline"}`);
    });
  });
  const tab = await context.newPage();
  return { tab, problems: listen(tab, origin), origin };
}

/** Opens `page`; false when that failed. */
export async function open({ tab, origin, problems }, page, report) {
  problems.take();
  const response = await tab.goto(origin + encodeURI(page.visit));
  const expected = page.notFound ? 404 : 200;
  if (response.status() === expected) return true;
  report.fail("load", page.path, `status ${response.status()} instead of ${expected}`);
  return false;
}

/** Visits `page` in one scheme at all widths; axe runs at the widths in `axeWidths`. */
export async function visit(opened, page, scheme, axeWidths, report) {
  const { tab, problems } = opened;
  await tab.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
  if (!(await open(opened, page, report))) return;
  for (const width of WIDTHS) {
    await tab.setViewportSize({ width, height: HEIGHT });
    await settle(tab);
    await checkOverflow(tab, `${page.path} at ${width} ${scheme}`, width, report, "overflow");
    if (axeWidths.includes(width)) await checkAxe(tab, `${page.path} at ${width} ${scheme}`, report);
  }
  const { resources, violations } = await tab.evaluate(() => ({
    resources: performance.getEntriesByType("resource").map((entry) => entry.name),
    violations: globalThis.policyViolations,
  }));
  if (scheme === "light") await checkSkipLink(tab, page, report);
  if (page.kind === "home") await checkMenu(opened, page, scheme, report);
  report.checked("load");
  for (const problem of problems.take()) report.fail("load", page.path, problem);
  for (const violation of violations) report.fail("load", page.path, `Content-Security-Policy: ${violation}`);
  return resources;
}

export async function checkOverflow(tab, where, width, report, group) {
  report.checked(group);
  const { scrollWidth, culprits } = await tab.evaluate(() => {
    const { scrollWidth } = document.scrollingElement;
    if (scrollWidth <= innerWidth) return { scrollWidth };
    const scrolls = (element) =>
      element !== document.body && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
    const wide = [...document.body.querySelectorAll("*")].filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return Math.max(right, left + element.scrollWidth) > innerWidth + 0.5;
    });
    // The innermost ones say the most.
    const culprits = wide
      .filter((element) => !scrolls(element.parentElement))
      .filter((element) => !wide.some((other) => other !== element && element.contains(other)))
      .slice(0, 3)
      .map((element) => element.outerHTML.slice(0, 80));
    return { scrollWidth, culprits };
  });
  if (culprits) report.fail(group, where, `${scrollWidth} px of content in ${width} px: ${culprits.join(" ")}`);
}

export async function checkAxe(tab, where, report) {
  report.checked("axe");
  if (!(await tab.evaluate(() => "axe" in globalThis))) await tab.evaluate(AXE);
  const { violations, incomplete } = await tab.evaluate(runAxe, AXE_OPTIONS);
  for (const each of violations) {
    report.fail("axe", where, `${each.rule}: ${each.help}: ${each.html} (${each.message})`);
  }
  for (const each of incomplete) {
    const explanation = explanationOf(each);
    if (explanation) explanation.used = true;
    else report.fail("axe", where, `${each.rule} undecided [${each.key}]: ${each.target}: ${each.html} (${each.message})`);
  }
}

/** Runs in the browser: what axe finds, flat, one entry per rule and element. */
async function runAxe(options) {
  const flatten = (list) =>
    list.flatMap(({ id, help, nodes }) =>
      nodes.map(({ any, all, none, target, html, element }) => {
        const checks = [...any, ...all, ...none];
        return {
          rule: id,
          help,
          element,
          target: target.join(" "),
          html: html.slice(0, 120),
          key: checks.map(({ data }) => data?.messageKey).find(Boolean) ?? "",
          message: checks.map(({ message }) => message).join("; "),
        };
      }),
    );
  const run = async (context, options) => {
    const results = await axe.run(context, { ...options, elementRef: true });
    return { violations: flatten(results.violations), incomplete: flatten(results.incomplete) };
  };
  const { violations, incomplete } = await run(document, options);

  // Axe cannot tell the contrast of what is scrolled out of sight, as the cells of
  // a wide table are. Scroll there and ask again, rather than explain it away.
  const isScrolledAway = ({ rule, key }) => rule === "color-contrast" && key === "elmPartiallyObscured";
  const undecided = incomplete.filter((each) => !isScrolledAway(each));
  let hidden = incomplete.filter(isScrolledAway);
  for (let turns = 0; hidden.length > 0 && turns < 40; turns++) {
    const [{ element: first }] = hidden;
    first.scrollIntoView({ behavior: "instant", block: "center", inline: "center" });
    const include = hidden.map(({ element }) => element);
    const again = await run({ include }, { runOnly: ["color-contrast"], resultTypes: options.resultTypes });
    violations.push(...again.violations);
    // What is undecided even in sight is undecided for good.
    undecided.push(...again.incomplete.filter((each) => each.element === first || !isScrolledAway(each)));
    hidden = again.incomplete.filter((each) => each.element !== first && isScrolledAway(each));
  }
  undecided.push(...hidden);
  const bare = ({ element, ...rest }) => rest;
  return { violations: violations.map(bare), incomplete: undecided.map(bare) };
}

/** On a narrow screen the navigation may be a popover: opened, it must satisfy axe too. */
async function checkMenu(opened, page, scheme, report) {
  const { tab } = opened;
  await tab.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
  if (!(await open(opened, page, report))) return;
  const button = tab.locator("button[popovertarget]:visible").first();
  if ((await button.count()) === 0) return;
  const where = `${page.path} with its menu open, at ${WIDTHS[0]} ${scheme}`;
  await button.click();
  await settle(tab);
  if (!(await tab.evaluate(() => document.querySelector(":popover-open")))) {
    report.fail("menu", where, "the button opens nothing");
  }
  await checkOverflow(tab, where, WIDTHS[0], report, "menu");
  await checkAxe(tab, where, report);
}

/** The first Tab must reach a link into the page, and Enter must take the focus there. */
async function checkSkipLink(tab, page, report) {
  report.checked("skip link");
  await tab.keyboard.press("Tab");
  const target = await tab.evaluate(() => {
    const href = document.activeElement?.getAttribute("href");
    return href?.startsWith("#") ? decodeURIComponent(href.slice(1)) : undefined;
  });
  if (!target) return report.fail("skip link", page.path, "the first Tab reaches no link into the page");
  await tab.keyboard.press("Enter");
  // Where the target takes no focus itself, the browser goes on from it: the next Tab tells.
  const reached = (id) => {
    const target = document.getElementById(id);
    const active = document.activeElement;
    if (!target || !active || active === document.body) return false;
    return target.contains(active) || Boolean(target.compareDocumentPosition(active) & Node.DOCUMENT_POSITION_FOLLOWING);
  };
  if (await tab.evaluate(reached, target)) return;
  await tab.keyboard.press("Tab");
  if (!(await tab.evaluate(reached, target))) {
    report.fail("skip link", page.path, `Enter on the skip link does not move the focus to #${target}`);
  }
}

/** `opened` has JavaScript off: the text and the language switch must be there all the same. */
export async function checkWithoutScript(opened, page, report) {
  report.checked("no JavaScript");
  if (!(await open(opened, page, report))) return;
  const { heading, text, hidden } = await opened.tab.evaluate((languageSwitch) => {
    const visible = (element) => element?.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ?? false;
    // What opens without a script may be closed.
    const reachable = (link) => visible(link) || link.closest("details, [popover]") !== null;
    const main = document.querySelector("main");
    return {
      heading: visible(main?.querySelector("h1")),
      text: visible(main) ? main.innerText.trim() : "",
      hidden: [...document.querySelectorAll(`${languageSwitch} a`)].filter((link) => !reachable(link)).length,
    };
  }, SWITCH);
  if (!heading) report.fail("no JavaScript", page.path, "main has no visible first heading");
  if (text === "") report.fail("no JavaScript", page.path, "main shows no text");
  if (hidden > 0) report.fail("no JavaScript", page.path, "the language switch is hidden");
  for (const problem of opened.problems.take()) report.fail("no JavaScript", page.path, problem);
}
