// Takes pictures to look at: node screenshots.mjs FOLDER OUT_DIR [URL_PATH …]
//
// One page of each kind (or the named pages) in every language, at two widths,
// light, dark and as printed. The pictures are named KIND.LANG.WIDTH.LOOK.png.

import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { inParallel, launch, settle } from "./browser.mjs";
import { serve } from "./serve.mjs";
import { readSite, sampleOf } from "./site.mjs";

const LOOKS = [
  ...[390, 1280].flatMap((width) =>
    ["light", "dark"].map((colorScheme) => ({ name: `${width}.${colorScheme}`, width, media: { colorScheme } })),
  ),
  // About the width of A4 paper in CSS pixels.
  { name: "print", width: 794, media: { media: "print" } },
];

const [folder, out, ...paths] = process.argv.slice(2);
if (!out) {
  console.error("usage: node screenshots.mjs FOLDER OUT_DIR [URL_PATH …]");
  process.exit(2);
}

const server = await serve(resolve(folder));
const browser = await launch();
try {
  const site = await readSite(resolve(folder), "https://kenes.example", await browser.newPage());
  const pages = paths.length > 0 ? site.pages.filter(({ path }) => paths.includes(path)) : sampleOf(site);
  for (const path of paths.filter((path) => !site.byPath.has(path))) console.error(`no page at ${path}`);
  mkdirSync(out, { recursive: true });
  const workers = Math.min(availableParallelism(), 4);
  const tabs = await Promise.all(Array.from({ length: workers }, () => browser.newPage()));
  await inParallel(workers, pages, async (page, worker) => {
    const tab = tabs[worker];
    await tab.goto(server.origin + encodeURI(page.visit));
    for (const { name, width, media } of LOOKS) {
      await tab.setViewportSize({ width, height: 900 });
      await tab.emulateMedia({ media: null, colorScheme: "light", ...media });
      await settle(tab);
      await tab.screenshot({ path: join(out, `${nameOf(page, paths)}.${page.lang}.${name}.png`), fullPage: true });
    }
  });
  console.log(`${pages.length * LOOKS.length} pictures of ${pages.length} pages in ${out}`);
} finally {
  await browser.close();
  await server.close();
}

function nameOf(page, named) {
  const name = named.length > 0 ? page.path : page.kind.replaceAll("*", "page");
  return name.split("/").filter(Boolean).join("--") || "home";
}
