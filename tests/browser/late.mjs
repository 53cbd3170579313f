// Slow networks: that nothing jumps while fonts and scripts arrive.

import { inParallel, settle } from "./browser.mjs";
import { openTab } from "./visit.mjs";

/** Nothing moves on any of `pages`, also where fonts and scripts come late. */
export async function checkShift({ browser, origin, pages, workers, report }) {
  const tabs = await Promise.all(Array.from({ length: workers }, () => openLate(browser, origin)));
  await inParallel(workers, pages, async (page, worker) => {
    const { tab, late } = tabs[worker];
    report.checked("layout shift");
    late.scripts = 0;
    await tab.goto(origin + encodeURI(page.visit), { waitUntil: "domcontentloaded" });
    await tab.evaluate(() => {
      globalThis.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) globalThis.shift += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    await tab.waitForTimeout(150);
    late.release();
    await settle(tab);
    const shift = await tab.evaluate(() => globalThis.shift);
    if (shift > 0) report.fail("layout shift", page.path, `things move by ${shift.toFixed(4)} when fonts and scripts come late`);
  });
  if (tabs.every(({ late }) => late.fonts === 0)) report.fail("layout shift", "all pages", "no page loads a font that could come late");
  await Promise.all(tabs.map(({ tab }) => tab.context().close()));
}

/** A tab where fonts wait for `late.release()`, and scripts come one after another: the first is the one that a page waits for. */
async function openLate(browser, origin) {
  const { tab } = await openTab(browser, origin, { viewport: { width: 390, height: 800 }, reducedMotion: "reduce" });
  let held = [];
  const late = {
    fonts: 0,
    scripts: 0,
    release() {
      for (const resolve of held) resolve();
      held = [];
    },
  };
  await tab.route("**/*.woff2", async (route) => {
    late.fonts++;
    await new Promise((resolve) => held.push(resolve));
    await route.continue();
  });
  await tab.route("**/*.js", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 150 * late.scripts++));
    await route.continue();
  });
  return { tab, late };
}
