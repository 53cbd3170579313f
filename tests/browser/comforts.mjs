// What scripts add to the pages of the theme: the switch for light and dark, which is remembered, the
// contents that follow the reader, the buttons that copy, the filters of registers.

import { settle } from "./browser.mjs";
import { openTab } from "./visit.mjs";

/** What is looked for on a page, and found on some page at least: a part that is gone must not pass. */
const PARTS = {
  "switch for light and dark": checkSwitch,
  "contents that follow the reader": checkContents,
  "button that copies": checkCopying,
  "register with filters": checkRegister,
};

/** Tries them on `pages`, one of each kind. Not every page has every part. */
export async function checkComforts({ browser, origin, pages, report }) {
  const opened = await openTab(browser, origin, {
    viewport: { width: 1280, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    reducedMotion: "reduce",
  });
  const { tab } = opened;
  const missing = new Set(Object.keys(PARTS));
  for (const page of pages) {
    const fail = (message) => report.fail("comforts", page.path, message);
    report.checked("comforts");
    await tab.goto(origin + encodeURI(page.visit));
    await settle(tab);
    for (const [part, check] of Object.entries(PARTS)) {
      // The page that says that there is none is not found again when it is loaded anew.
      if (check === checkSwitch && page.notFound) continue;
      if (await check(tab, fail)) missing.delete(part);
    }
  }
  for (const part of missing) report.fail("comforts", "all pages", `no page has a ${part}`);
  await tab.context().close();
}

// Each of these says whether the page has the part.

async function checkSwitch(tab, fail) {
  const select = tab.locator(".theme-switch select");
  if ((await select.count()) === 0) return false;
  if (!(await select.isVisible())) {
    fail("the switch for light and dark is not shown");
    return true;
  }
  const ground = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await select.selectOption("dark");
  const dark = await ground();
  if (light === dark) fail("the switch changes nothing");
  await tab.reload();
  await settle(tab);
  if ((await ground()) !== dark) fail("the chosen colours are forgotten");
  if ((await select.inputValue()) !== "dark") fail("the switch does not show what was chosen");
  await select.selectOption("auto");
  if ((await ground()) !== light) fail("the device's own colours do not come back");
  return true;
}

async function checkContents(tab, fail) {
  const links = tab.locator(".toc a");
  const count = await links.count();
  if (count === 0) return false;
  await tab.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await settle(tab);
  const current = await tab.locator(".toc a[aria-current]").evaluateAll((found) => found.map((each) => each.hash));
  if (current.length !== 1) fail(`at the end of the page the contents mark [${current.join(", ")}]`);
  await tab.evaluate(() => scrollTo(0, 0));
  await settle(tab);
  return true;
}

async function checkCopying(tab, fail) {
  const button = tab.locator("button[data-copy]").first();
  if ((await button.count()) === 0) return false;
  const wanted = await tab.evaluate((id) => document.getElementById(id)?.textContent.trim(), await button.getAttribute("data-copy"));
  await button.click();
  await settle(tab);
  const copied = await tab.evaluate(() => navigator.clipboard.readText());
  if (copied !== wanted) fail(`copied “${copied}”, not “${wanted}”`);
  const said = await tab.evaluate(() => document.querySelector("[role=status]")?.textContent);
  if (!said) fail("nothing says that it was copied");
  return true;
}

/** Filters hide rows and say how many are left; what is chosen stands in the address and is found there again. */
async function checkRegister(tab, fail) {
  const form = tab.locator(".filters");
  if ((await form.count()) === 0) return false;
  if (!(await form.isVisible())) {
    fail("the filters of the register are not shown");
    return true;
  }
  const rows = tab.locator(".register tbody tr");
  const visible = () => rows.evaluateAll((all) => all.filter((row) => row.checkVisibility()).length);
  const all = await rows.count();
  const said = () => tab.locator(".register-count").textContent();
  const total = await said();
  const search = form.locator("[name=q]");
  await search.fill("no register has these words");
  if ((await visible()) > 0) fail("what is searched for hides nothing");
  const nothing = await said();
  if (nothing === total) fail("nothing says that nothing was found");
  await form.locator("button").click();
  await tab.waitForFunction((count) => [...document.querySelectorAll(".register tbody tr")].filter((row) => !row.hidden).length === count, all).catch(() => fail("clearing the filters does not show all rows"));
  for (const select of await form.locator("select").all()) {
    const name = await select.getAttribute("name");
    const value = await select.locator("option").last().getAttribute("value");
    await select.selectOption(value);
    const left = await visible();
    if (left === 0 || left > all) fail(`by ${name} = ${value} there are ${left} rows of ${all}`);
    const numbers = (await said()).match(/\d+/g) ?? [];
    if (!numbers.includes(String(left))) fail(`${left} rows are shown, and said is “${await said()}”`);
    await tab.waitForFunction(([name, value]) => new URLSearchParams(location.search).get(name) === value, [name, value], { timeout: 3000 }).catch(() => fail(`the address does not say ${name} = ${value}`));
    await tab.reload();
    await settle(tab);
    if ((await select.inputValue()) !== value || (await visible()) !== left) fail(`${name} = ${value} in the address is not followed`);
    const switched = await tab.locator(".languages a").last().evaluate((link) => link.search).catch(() => "");
    if (!switched.includes(`${name}=`)) fail("the language switch forgets the filters");
    await form.locator("button").click();
    await tab.waitForFunction(() => location.search === "", undefined, { timeout: 3000 }).catch(() => fail("clearing leaves the address as it was"));
  }
  return true;
}
