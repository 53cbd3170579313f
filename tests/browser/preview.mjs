// Tries the preview as an author does, with a file on one side and a browser on the other:
// node preview.mjs PROGRAM [FOLDER for pictures]

import { spawn, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { launch, listen } from "./browser.mjs";

/** Longer than any of this takes, even on a busy machine. */
const PATIENCE = 20_000;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const [program, pictures] = process.argv.slice(2).map((path) => resolve(path));
if (!program) {
  console.error("usage: node preview.mjs PROGRAM [FOLDER]");
  process.exit(2);
}
if (pictures) mkdirSync(pictures, { recursive: true });

const folder = mkdtempSync(join(tmpdir(), "kenes-preview-"));
const site = join(folder, "site");
const read = (path) => readFileSync(join(site, path), "utf8");
const write = (path, text) => {
  mkdirSync(dirname(join(site, path)), { recursive: true });
  writeFileSync(join(site, path), text);
};
const replace = (path, from, to) => {
  const text = read(path);
  if (!text.includes(from)) throw new Error(`no ${from} in ${path}`);
  write(path, text.replace(from, to));
};

const paragraphs = (count) => Array.from({ length: count }, (_, i) => `Paragraph ${i} of a long text.\n`).join("\n");

const LONG = `+++
title = "A long page"
+++
First words.

<details id="more"><summary>More</summary>

Hidden words.

</details>

<p><label>Name <input id="name" value="" size="20"></label> <input type="checkbox" id="tick" aria-label="Tick"></p>

${paragraphs(80)}
Marked words.

${paragraphs(40)}
`;

const PLAIN = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ page.title }}</title>
<link rel="stylesheet" href="{{ get_url(path="plain.css") }}">
<link rel="stylesheet" href="{{ get_url(path="css/named.css") }}"></head>
<body><main><h1>{{ page.title }}</h1>{{ page.content | safe }}</main>
<script>document.body.dataset.runs = 1; document.querySelector("main").append(Object.assign(document.createElement("i"), { id: "made", textContent: "made" }));</script>
</body></html>
`;

class Preview {
  #child;
  #said = "";
  url = "";

  async start(...options) {
    this.#said = "";
    this.#child = spawn(program, ["--root", site, "serve", ...options], { env: { ...process.env, ...this.env } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (this.#said += text));
    }
    this.url = (await this.says(/Serving (http:\S+)\//))[1];
    await this.says(/uilt/);
  }

  /** Waits until this is said, after what was waited for before. */
  async says(pattern) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const found = pattern.exec(this.#said);
      if (found) {
        this.#said = this.#said.slice(found.index + found[0].length);
        return found;
      }
      if (Date.now() > end || this.#child.exitCode !== null) throw new Error(`never said ${pattern}: ${this.#said}`);
      await new Promise((done) => setTimeout(done, 10));
    }
  }

  async stop() {
    const ended = new Promise((done) => this.#child.once("exit", done));
    this.#child.kill();
    await ended;
  }
}

const failures = [];
const check = (what, is, expected = true) => {
  const ok = JSON.stringify(is) === JSON.stringify(expected);
  console.log(`${ok ? "ok  " : "FAIL"}  ${what}${ok ? "" : `: ${JSON.stringify(is)} and not ${JSON.stringify(expected)}`}`);
  if (!ok) failures.push(what);
};

execFileSync(program, ["init", site]);
replace("kenes.toml", 'languages = ["en"]', 'languages = ["en", "ru", "kk"]');
write("content/long.md", LONG);
write("content/plain.md", '+++\ntitle = "Plain"\ntemplate = "plain.html"\n+++\nPlain words.\n');
write("templates/plain.html", PLAIN);
write("static/plain.css", "h1 { color: rgb(1, 2, 3); }\n");
write("static/css/named.css", "h1 { background: rgb(1, 1, 1); }\n");
write("content/draft.md", '+++\ntitle = "A draft"\ndraft = true\n+++\nNot yet.\n');
write("content/later.ru.md", '+++\ntitle = "Позже"\npublish = 2041-01-01\n+++\nПотом.\n');

const preview = new Preview();
preview.env = { VISUAL: "vim" };
const browser = await launch();
try {
  await preview.start("--port", "0");
  const port = new URL(preview.url).port;
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const problems = listen(page, preview.url);
  const open = async (path) => {
    await page.goto(preview.url + path);
    await page.waitForFunction(() => document.querySelector("kenes-preview"));
    // A reload would forget it.
    await page.evaluate(() => (window.stays = true));
  };
  const stays = () => page.evaluate(() => window.stays === true);
  const shows = (text) => page.getByText(text).first().waitFor();
  const inShadow = (selector) => page.locator(`kenes-preview ${selector}`);
  const overlay = inShadow(".over");
  const axe = async (what) => {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => axe.run("kenes-preview", { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag22aa", "best-practice"] } }));
    check(`${what} is accessible`, violations.map(({ id, nodes }) => [id, nodes[0].html]), []);
  };
  const picture = async (name) => {
    if (!pictures) return;
    for (const width of [390, 1280]) {
      for (const colorScheme of ["light", "dark"]) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: join(pictures, `${name}.${width}.${colorScheme}.png`) });
      }
    }
    await page.setViewportSize({ width: 1100, height: 800 });
    await page.emulateMedia({ colorScheme: null });
  };

  // ---- a word is typed into the file

  await open("/long/");
  await page.locator("#more summary").click();
  await page.locator("#tick").check();
  await page.locator("#name").fill("half typ");
  await page.evaluate(() => document.getElementById("name").setSelectionRange(2, 4));
  await page.evaluate(() => {
    const marked = [...document.querySelectorAll("p")].find((p) => p.textContent === "Marked words.");
    marked.scrollIntoView({ block: "center", behavior: "instant" });
    window.element = marked;
    window.top = marked.getBoundingClientRect().top;
  });
  const before = await page.evaluate(() => ({ y: scrollY, top: window.element.getBoundingClientRect().top }));
  replace("content/long.md", "Marked words.", "Marked and changed words.");
  await shows("Marked and changed words.");
  const after = await page.evaluate(() => ({
    y: scrollY,
    top: window.element.getBoundingClientRect().top,
    same: window.element.isConnected && window.element.textContent,
    open: document.getElementById("more").open,
    focus: document.activeElement.id,
    selected: [document.activeElement.selectionStart, document.activeElement.selectionEnd],
    typed: document.getElementById("name").value,
    ticked: document.getElementById("tick").checked,
  }));
  check("an edit changes the page in place", await stays());
  check("the paragraph is the same element", after.same, "Marked and changed words.");
  check("the page does not scroll", after.y, before.y);
  check("details stay open", after.open);
  check("the focus stays", after.focus, "name");
  check("the selection stays", after.selected, [2, 4]);
  check("what was typed stays", [after.typed, after.ticked], ["half typ", true]);

  replace("content/long.md", "First words.", "New words.\n\nFirst words.\n\n## A heading\n\nMore words.");
  await shows("More words.");
  const moved = await page.evaluate(() => window.element.getBoundingClientRect().top);
  check("new text above does not move what is read", Math.abs(moved - before.top) < 3);
  check("details stay open when the text around them changes", await page.evaluate(() => document.getElementById("more").open));
  replace("content/long.md", "## A heading", "## Another heading");
  await page.locator("h2#another-heading").waitFor({ state: "attached" });
  replace("content/long.md", 'title = "A long page"', 'title = "Another title"');
  await page.waitForFunction(() => document.title.includes("Another title"));
  check("titles change in place", await stays());
  check("nothing was complained of", problems.take(), []);

  // ---- a mistake, and its mending

  replace("content/long.md", "Marked and changed words.", "[Marked](@/none.md) <b>words</b>.");
  await overlay.waitFor();
  const said = await inShadow(".box").innerText();
  check("the overlay names the file, line and column", /content\/long\.md:\d+:\d+/.test(said));
  check("it shows the line and the help", said.includes("[Marked](@/none.md)") && said.includes("K0501"));
  check("authors' text is text", await inShadow(".box b").count(), 0);
  check("the page below is as it was", await page.getByText("Marked and changed words.").count(), 1);
  check("the focus is not taken", await page.evaluate(() => document.activeElement.id), "name");
  const link = await inShadow("article .at").first().getAttribute("href");
  check("a terminal editor is not used", /^vscode:\/\/file\/.*\/site\/content\/long\.md:\d+:\d+$/.test(link));
  await axe("the overlay");
  await picture("overlay");
  await page.keyboard.press("Escape");
  await overlay.waitFor({ state: "hidden" });
  check("Escape closes it, and the count stays", await inShadow(".knob").innerText(), "1");
  await inShadow(".knob").click();
  await overlay.waitFor();
  replace("content/long.md", "[Marked](@/none.md) <b>words</b>.", "Mended words.");
  await overlay.waitFor({ state: "hidden" });
  await shows("Mended words.");
  check("mended in place", await stays());
  await preview.says(/Serving http/);

  // ---- the panel

  await inShadow(".knob").click();
  const panel = inShadow(".panel");
  await panel.getByText("content/long.md").first().waitFor();
  const facts = await panel.innerText();
  check("the panel says where the page comes from", /content\/long\.md/.test(facts) && /words/.test(facts));
  check("it says what is missing", facts.includes("missing, content/long.kk.md"));
  check("it lists what is not public", facts.includes("A draft") && facts.includes("from 2041-01-01"));
  await axe("the panel");
  await picture("panel");
  await panel.locator("#day").fill("2042-02-02");
  await panel.locator("#show").press("Enter");
  await panel.getByText("from 2041-01-01").waitFor({ state: "hidden" });
  await page.goto(`${preview.url}/ru/later/`);
  check("the site can be seen as on another day", await page.locator("h1").first().innerText(), "Позже");
  await page.waitForFunction(() => document.querySelector("kenes-preview"));
  await inShadow(".knob").press("Enter");
  await panel.locator("#today").press("Enter");
  await page.waitForFunction(() => !document.body.innerText.includes("Потом"));
  await page.keyboard.press("Escape");
  problems.take();

  // ---- styles, scripts and templates

  await open("/plain/");
  const colours = () => page.evaluate(() => {
    const { color, backgroundColor } = getComputedStyle(document.querySelector("h1"));
    return [color, backgroundColor];
  });
  const become = async (name, value) => {
    await page.waitForFunction(([name, value]) => getComputedStyle(document.querySelector("h1"))[name] === value, [name, value]);
    await page.waitForFunction(() => document.querySelectorAll("link[rel=stylesheet]").length === 2);
  };
  check("the styles are there", await colours(), ["rgb(1, 2, 3)", "rgb(1, 1, 1)"]);
  await page.evaluate(() => {
    window.bare = 0;
    const look = () => {
      const { color, backgroundColor } = getComputedStyle(document.querySelector("h1"));
      if (color === "rgb(0, 0, 0)" || backgroundColor === "rgba(0, 0, 0, 0)") window.bare++;
      requestAnimationFrame(look);
    };
    look();
  });
  write("static/css/named.css", "h1 { background: rgb(2, 2, 2); }\n");
  await become("backgroundColor", "rgb(2, 2, 2)");
  write("static/plain.css", "h1 { color: rgb(4, 5, 6); }\n");
  await become("color", "rgb(4, 5, 6)");
  write("static/css/named.css", "h1 { background: rgb(3, 3, 3); }\n");
  await become("backgroundColor", "rgb(3, 3, 3)");
  check("styles are exchanged without a reload", await stays());
  check("the page is never bare", await page.evaluate(() => window.bare), 0);
  replace("content/plain.md", "Plain words.", "Plainer words.");
  await shows("Plainer words.");
  check("what a script made stays", await page.locator("#made").count(), 1);
  check("what a script set stays", await page.evaluate(() => document.body.dataset.runs), "1");
  check("no reload for text", await stays());
  replace("templates/plain.html", "dataset.runs = 1", "dataset.runs = 2");
  await page.waitForFunction(() => document.body.dataset.runs === "2");
  check("a changed script reloads the page", !(await stays()));
  // A page that is left breaks off its connection.
  check("and nothing was complained of", problems.take().filter((each) => !each.includes("ERR_ABORTED")), []);

  // ---- mistakes in a template, and in the pages that nobody looks at

  await open("/plain/");
  const template = read("templates/plain.html");
  write("templates/plain.html", template.replace("page.content | safe", "page.contents.none | safe"));
  await overlay.waitFor();
  check("a template's mistake is shown", /templates\/plain\.html:\d+:\d+/.test(await inShadow(".box").innerText()));
  check("and the page stays", await page.getByText("Plainer words.").count(), 1);
  const failed = await page.request.get(`${preview.url}/plain/`);
  const named = /templates\/plain\.html:\d+:\d+/.test(await failed.text());
  check("loaded anew, the page says it too", [failed.status(), named], [500, true]);
  write("templates/plain.html", template);
  await overlay.waitFor({ state: "hidden" });
  check("mended in place as well", await stays());
  await open("/long/");
  write("templates/plain.html", template.replace("page.content | safe", "page.contents.none | safe"));
  await overlay.waitFor();
  check("mistakes of other pages are shown too", /plain\.html/.test(await inShadow(".box").innerText()));
  replace("content/long.md", "Mended words.", "Words, mended.");
  await page.getByText("Words, mended.").waitFor({ state: "attached" });
  check("and do not keep this page from changing", await overlay.isVisible());
  write("templates/plain.html", template);
  await overlay.waitFor({ state: "hidden" });
  replace("content/long.md", "Words, mended.", "Mended words.");
  await page.getByText("Mended words.").waitFor({ state: "attached" });
  problems.take();

  // ---- other pages are left alone; pages come and go

  await open("/plain/");
  await page.evaluate(() => {
    window.mutations = 0;
    new MutationObserver(() => window.mutations++).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  replace("content/draft.md", "Not yet.", "Not yet, no.");
  await preview.says(/Changed[^]*Built/);
  await page.waitForTimeout(200);
  check("a page that did not change is left alone", await page.evaluate(() => window.mutations), 0);
  rmSync(join(site, "content/plain.md"));
  await page.waitForFunction(() => !document.body.innerText.includes("Plainer words."));
  const response = await page.goto(`${preview.url}/plain/`);
  check("a deleted page is 404", response.status(), 404);
  problems.take();
  write("content/plain.md", '+++\ntitle = "Plain"\ntemplate = "plain.html"\n+++\nBack again.\n');
  await shows("Back again.");
  check("and it comes back by itself", await page.locator("h1").innerText(), "Plain");
  write("content/кеңес.kk.md", '+++\ntitle = "Кеңес"\n+++\nБірінші.\n');
  await preview.says(/Built/);
  await page.waitForTimeout(100);
  await open("/kk/kenes/");
  replace("content/кеңес.kk.md", "Бірінші.", "Екінші.");
  await shows("Екінші.");
  check("other alphabets", await stays());

  // ---- the server goes and comes back

  await open("/long/");
  await preview.stop();
  await page.locator("kenes-preview .knob.off").waitFor();
  replace("content/long.md", "Mended words.", "Words of the night.");
  await preview.start("--port", port);
  await shows("Words of the night.");
  check("a restart of the server is survived in place", await stays());
  replace("content/long.md", "Words of the night.", "Words of the day.");
  await shows("Words of the day.");
  check("and the page goes on living", await stays());

  // ---- the editor, and following

  await preview.stop();
  const notes = join(folder, "opened.txt");
  const editor = join(folder, "editor.sh");
  writeFileSync(editor, `#!/bin/sh\necho "$@" >> '${notes}'\n`, { mode: 0o755 });
  await preview.start("--port", port, "--follow", "--editor", `'${editor}' --flag`);
  await open("/long/");
  replace("content/about.md", "Say here", "Say there");
  await page.waitForURL("**/about/");
  await shows("Say there");
  check("the browser follows the page that is edited", new URL(page.url()).pathname, "/about/");
  await page.waitForFunction(() => document.querySelector("kenes-preview"));
  await inShadow(".knob").click();
  await inShadow("#edit").click();
  for (let i = 0; i < 200 && !existsSync(notes); i++) await page.waitForTimeout(50);
  const opened = existsSync(notes) ? readFileSync(notes, "utf8") : "";
  check("a click opens the editor", /^--flag \/.*\/site\/content\/about\.md\n$/.test(opened));

  // ---- a site that cannot be built at all

  await preview.stop();
  const settings = read("kenes.toml");
  write("kenes.toml", "base_url = ");
  await preview.start("--port", port);
  await page.goto(`${preview.url}/about/`);
  await overlay.waitFor();
  check("the first build's mistakes are shown", (await inShadow(".box").innerText()).includes("K0101"));
  write("kenes.toml", settings);
  await shows("Say there");
  check("and the page comes by itself", page.url(), `${preview.url}/about/`);
} catch (error) {
  console.log(`FAIL  ${error.stack}`);
  failures.push(error.message);
} finally {
  await browser.close();
  await preview.stop().catch(() => {});
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures.length ? `${failures.length} failed` : "All of the preview works");
process.exitCode = failures.length ? 1 : 0;
