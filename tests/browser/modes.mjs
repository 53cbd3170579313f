// What is checked on one page of each kind: print, text spacing, reduced
// motion, and that keyboard focus shows in every colour scheme.

import { settle } from "./browser.mjs";
import { SWITCH } from "./site.mjs";
import { WIDTHS, checkOverflow, open } from "./visit.mjs";

// WCAG 1.4.12.
const TEXT_SPACING = `
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-block-end: 2em !important; }
`;

/**
 * `opened` asks for reduced motion, is 320 px wide, and bypasses the
 * Content-Security-Policy, which would forbid the reader's own text spacing.
 */
export async function checkOtherMedia(opened, page, report) {
  if (!(await open(opened, page, report))) return;
  await checkReducedMotion(opened, page, report);
  await checkPrint(opened, page, report);
  await checkTextSpacing(opened, page, report);
}

async function checkReducedMotion({ tab }, page, report) {
  report.checked("reduced motion");
  const moving = await tab.evaluate(() => document.getAnimations().length);
  if (moving > 0) report.fail("reduced motion", page.path, `${moving} animations run`);
}

/** In print, navigation and the language switch go; the text stays. */
async function checkPrint({ tab }, page, report) {
  report.checked("print");
  await tab.emulateMedia({ media: "print" });
  const { shown, text } = await tab.evaluate((languageSwitch) => {
    const visible = (element) => element?.checkVisibility({ visibilityProperty: true }) ?? false;
    const main = document.querySelector("main");
    return {
      shown: [...document.querySelectorAll(`nav, ${languageSwitch}`)]
        .filter(visible)
        .map((element) => element.outerHTML.slice(0, 80)),
      text: visible(main) ? main.innerText.trim() : "",
    };
  }, SWITCH);
  await tab.emulateMedia({ media: null });
  for (const element of shown) report.fail("print", page.path, `printed: ${element}`);
  if (text === "") report.fail("print", page.path, "main prints no text");
}

async function checkTextSpacing({ tab }, page, report) {
  await tab.addStyleTag({ content: TEXT_SPACING });
  await settle(tab);
  await checkOverflow(tab, page.path, WIDTHS[0], report, "text spacing");
}

const MAX_STOPS = 80;
const MARGIN = 8;

/**
 * Tabs through `page` and compares a picture of each stop with and without
 * focus. Stops that look alike (same landmark, tag and class) are looked at
 * once per colour scheme; `seen` remembers them.
 */
export async function checkFocus(opened, page, scheme, seen, workbench, report) {
  const { tab } = opened;
  if (!(await open(opened, page, report))) return;
  for (let stop = 0; stop < MAX_STOPS; stop++) {
    await tab.keyboard.press("Tab");
    const focused = await tab.evaluate(describeFocus);
    if (!focused) return;
    if (seen.has(focused.signature)) continue;
    seen.add(focused.signature);
    report.checked("focus");
    const where = `${page.path} in ${scheme}`;
    const clip = clipAround(focused.box, tab.viewportSize());
    if (!clip) {
      report.fail("focus", where, `out of sight when focused: ${focused.html}`);
      continue;
    }
    const picture = async () => (await tab.screenshot({ clip })).toString("base64");
    const withFocus = await picture();
    await tab.evaluate(() => document.activeElement.blur());
    const without = await picture();
    const changed = await workbench.evaluate(countContrastingPixels, [withFocus, without]);
    // A line one pixel thick around the element would change twice as many.
    if (changed < clip.visibleWidth + clip.visibleHeight) {
      report.fail("focus", where, `focus changes only ${changed} pixels by 3:1: ${focused.html}`);
    }
  }
}

function describeFocus() {
  const element = document.activeElement;
  if (!element || element === document.body) return undefined;
  const { x, y, width, height } = element.getBoundingClientRect();
  const landmark = element.closest("header, nav, main, aside, footer")?.tagName ?? "";
  return {
    signature: [landmark, element.parentElement.className, element.tagName, element.className].join("|"),
    box: { x, y, width, height },
    html: element.outerHTML.slice(0, 100),
  };
}

function clipAround({ x, y, width, height }, viewport) {
  const left = Math.max(0, x - MARGIN);
  const top = Math.max(0, y - MARGIN);
  const right = Math.min(viewport.width, x + width + MARGIN);
  const bottom = Math.min(viewport.height, y + height + MARGIN);
  if (right - left <= MARGIN || bottom - top <= MARGIN) return undefined;
  return {
    x: left,
    y: top,
    width: right - left,
    height: bottom - top,
    visibleWidth: Math.min(viewport.width, x + width) - Math.max(0, x),
    visibleHeight: Math.min(viewport.height, y + height) - Math.max(0, y),
  };
}

/** Runs in the browser: how many pixels of two pictures differ in contrast by 3:1 or more. */
async function countContrastingPixels(pictures) {
  const [one, other] = await Promise.all(
    pictures.map(async (picture) => {
      const image = new Image();
      image.src = `data:image/png;base64,${picture}`;
      await image.decode();
      const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, image.width, image.height).data;
    }),
  );
  const linear = (value) => (value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = (data, at) =>
    0.2126 * linear(data[at]) + 0.7152 * linear(data[at + 1]) + 0.0722 * linear(data[at + 2]) + 0.05;
  let count = 0;
  for (let at = 0; at < one.length; at += 4) {
    const ratio = luminance(one, at) / luminance(other, at);
    if (ratio >= 3 || ratio <= 1 / 3) count++;
  }
  return count;
}
