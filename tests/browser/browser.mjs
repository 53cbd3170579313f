// Chromium, found on the machine and never downloaded, and small helpers for it.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Starts Chromium; `args` are further arguments for it. */
export async function launch(...args) {
  return chromium.launch({
    executablePath: findChromium(),
    args: ["--disable-gpu", "--disable-quic", "--disable-sync", ...args],
  });
}

function findChromium() {
  if (process.env.KENES_CHROMIUM) return process.env.KENES_CHROMIUM;
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of NAMES) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not here; look on.
      }
    }
  }
  throw new Error("no Chromium found: install it, or name it in KENES_CHROMIUM");
}

/** Runs `job(item, worker)` over all items, `workers` of them at a time. */
export async function inParallel(workers, items, job) {
  const queue = items[Symbol.iterator]();
  const work = async (worker) => {
    for (let next = queue.next(); !next.done; next = queue.next()) await job(next.value, worker);
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));
}

/**
 * Listens to everything a page may complain about. `take()` gives the
 * complaints since the last call.
 */
export function listen(page, origin) {
  let problems = [];
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    // A failed response is reported below, with its status and address.
    if (message.text().startsWith("Failed to load resource")) return;
    problems.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught ${error}`));
  page.on("request", (request) => {
    if (!/^(data|blob|about):/.test(request.url()) && new URL(request.url()).origin !== origin) {
      problems.push(`request to another origin: ${request.url()}`);
    }
  });
  page.on("requestfailed", (request) => {
    // Stopped by the browser itself: it fetches the icon and a style's pictures when it likes, and going
    // on to the next page ends that. A server that fails has other errors than this one, and what is not
    // there answers 404, which is reported below.
    if (request.failure()?.errorText === "net::ERR_ABORTED") return;
    problems.push(`request failed: ${strip(request.url())} (${request.failure()?.errorText})`);
  });
  page.on("response", (response) => {
    if (response.status() < 400 || response.request().isNavigationRequest()) return;
    problems.push(`${response.status()} for ${strip(response.url())}`);
  });
  const strip = (url) => (url.startsWith(origin) ? url.slice(origin.length) : url);
  return {
    take() {
      const taken = problems.map((problem) => problem.replaceAll(origin, ""));
      problems = [];
      return taken;
    },
  };
}

/** Waits until fonts are there, finite animations are over and a frame is drawn. */
export async function settle(page) {
  await page.evaluate(async () => {
    const finite = (animation) =>
      animation.timeline instanceof DocumentTimeline && animation.effect?.getComputedTiming().endTime !== Infinity;
    const quiet = Promise.allSettled([
      document.fonts.ready,
      ...document.getAnimations().filter(finite).map((animation) => animation.finished),
    ]);
    await Promise.race([quiet, new Promise((resolve) => setTimeout(resolve, 2000))]);
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}
