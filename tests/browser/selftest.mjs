// Proves that every check of the audit can fail, and only where it should:
// audits a small site in which all but a few pages have one fault each, and
// compares what the audit says with what it ought to say.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { audit } from "./audit.mjs";

const BASE = "https://kenes.example";

// Each page: what is wrong with it, and the groups of checks that must say so.
const FAULTY = {
  "console-error": { fails: ["load"], body: "<script>console.error('oops')</script>" },
  "console-warning": { fails: ["load"], body: "<script>console.warn('hm')</script>" },
  "uncaught-exception": { fails: ["load"], body: "<script>undefined.oops</script>" },
  "missing-picture": {
    fails: ["load", "no JavaScript", "links"],
    body: '<p><img src="/none.png" alt="Nothing" width="40" height="30"></p>',
  },
  "foreign-picture": {
    fails: ["load", "no JavaScript"],
    body: '<p><img src="https://elsewhere.invalid/a.png" alt="Elsewhere" width="40" height="30"></p>',
  },
  "forbidden-script": {
    fails: ["load", "Nu Html Checker"],
    head: `<meta http-equiv="Content-Security-Policy" content="script-src 'none'">`,
    body: "<script>document.title = 'Changed'</script>",
  },
  "too-wide": { fails: ["overflow", "text spacing"], body: '<p class="wide">Much too wide.</p>' },
  "low-contrast": { fails: ["axe"], body: '<p class="pale">Hard to read.</p>' },
  "low-contrast-far-right": {
    fails: ["axe"],
    body: '<div class="scroll" tabindex="0"><p class="wide">Near <span class="pale far">and hard to read</span></p></div>',
  },
  undecidable: { fails: ["axe"], body: '<p class="gradient">Who knows.</p>' },
  "small-targets": { fails: ["axe"], body: '<p class="tight"><a href="/">a</a><a href="/#main">b</a></p>' },
  "broken-link": { fails: ["links"], body: '<p><a href="/nowhere/">Nowhere</a></p>' },
  "broken-fragment": { fails: ["links"], body: '<p><a href="/#nowhere">Nowhere</a></p>' },
  "wrong-switch": { fails: ["language switch"], russian: "/" },
  "no-switch-target": { fails: ["language switch", "links"], russian: "/ru/nowhere/" },
  "one-sided": { fails: ["hreflang"], alternates: [["en", "/one-sided/"], ["ru", "/ru/"], ["x-default", "/one-sided/"]] },
  "no-default": { fails: ["hreflang"], alternates: [["en", "/no-default/"]] },
  "relative-addresses": { fails: ["hreflang", "canonical"], base: "" },
  "wrong-default": { fails: ["hreflang"], alternates: [["en", "/wrong-default/"], ["x-default", "/"]] },
  "wrong-canonical": { fails: ["canonical"], canonical: `${BASE}/` },
  "no-skip-link": { fails: ["skip link"], skip: "" },
  "lame-skip-link": {
    fails: ["skip link"],
    body: "<script>document.querySelector('.skip').onclick = () => false</script>",
  },
  "script-only": {
    fails: ["no JavaScript"],
    style: "main { display: none }",
    body: "<script>document.querySelector('main').style.display = 'block'</script>",
  },
  "prints-navigation": { fails: ["print"], style: "@media print { nav { display: block !important } }" },
  "tight-line": { fails: ["text spacing"], body: '<p class="line">abcdefghijklmnopqrstuvwxyzab</p>' },
  "never-still": {
    fails: ["reduced motion"],
    style: "@keyframes wink { to { margin-left: 1px } } h1 { animation: wink 1s infinite }",
  },
  "invisible-focus": {
    fails: ["focus"],
    style: ".unseen:focus-visible { outline: none }",
    body: '<p><a class="unseen" href="/">Home</a></p>',
  },
  "dead-switch": {
    fails: ["comforts"],
    body: '<p class="theme-switch"><label>Colours <select><option value="auto">A</option><option value="dark">D</option></select></label></p>',
  },
  "dead-button": {
    fails: ["comforts"],
    body: '<p id="cite">Words</p><p><button type="button" data-copy="cite">Copy</button></p>',
  },
  "dead-contents": {
    fails: ["comforts"],
    body: '<nav class="toc" aria-label="Contents"><p><a href="#main">Everything</a></p></nav>',
  },
  "dead-filters": {
    fails: ["comforts"],
    body: `<p class="filters"><label>Search <input type="search" name="q"></label> <button type="button">Clear</button></p>
<p class="register-count" role="status">1</p><table class="register"><tbody><tr><td>One</td></tr></tbody></table>`,
  },
  jumps: {
    fails: ["layout shift"],
    body: "<p>A</p><script>setTimeout(() => { document.querySelector('h1').style.marginTop = '400px'; }, 100)</script>",
  },
  "invalid-markup": { fails: ["Nu Html Checker", "html-validate"], body: '<p align="center">Old.</p>' },
  "invalid-style": { fails: ["Nu Html Checker"], style: "h1 { colour: red }" },
};

const STYLE = `
  body { margin: 0 auto; max-width: 60rem; padding: 0 1rem; font: 1.25rem sans-serif; color: #111; background: #fff; }
  a { color: #0b4f9e; }
  :focus-visible { outline: 3px solid #0b4f9e; outline-offset: 2px; }
  li { margin: 0.5rem 0; }
  .wide { width: 1500px; }
  .scroll { overflow-x: auto; }
  .pale { color: #ccc; }
  .far { position: relative; left: 1000px; }
  .gradient { background: linear-gradient(#fff, #eee); }
  .tight { font-size: 8px; line-height: 1; }
  .tight a { display: inline-block; }
  .line { white-space: nowrap; font: 16px monospace; }
  select, button { font: inherit; }
  @media print { nav { display: none; } }
`;

const SKIP = '<p><a class="skip" href="#main">Skip</a></p>';
const POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src *";

// Its fault shows only when it is open.
const MENU = `<button type="button" popovertarget="menu">Меню</button>
<div id="menu" popover><p class="pale">Едва видно</p> <a href="/ru/жаңа/">Жаңа</a></div>`;

function page(path, { lang = "en", head = "", style, body = "", russian = "/ru/", base = BASE, ...rest }) {
  const { alternates = [[lang, path], ["x-default", path]], canonical = base + path, skip = SKIP } = rest;
  return `<!DOCTYPE html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${head}
<title>${lang === "en" ? "A page of the test" : "Страница проверки"} ${path}</title>
<link rel="stylesheet" href="/style.css">
${style ? `<style>${style}</style>` : ""}
<link rel="canonical" href="${canonical}">
${alternates.map(([hreflang, to]) => `<link rel="alternate" hreflang="${hreflang}" href="${base}${to}">`).join("\n")}
</head>
<body>
${skip}
<nav aria-label="Language"><ul>
${[["en", lang === "en" ? path : "/"], ["ru", lang === "ru" ? path : russian]]
  .map(([to, href]) => `<li><a href="${href}" lang="${to}" hreflang="${to}"${to === lang ? ' aria-current="true"' : ""}>${to}</a></li>`)
  .join("\n")}
</ul></nav>
<main id="main" tabindex="-1">
<h1>${path.replace(/[/-]/g, " ").trim() || "Home"}</h1>
${body}
</main>
</body>
</html>
`;
}

function writeSite(folder) {
  const write = (file, text) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const home = [["en", "/"], ["ru", "/ru/"], ["x-default", "/"]];
  write("style.css", STYLE);
  write("index.html", page("/", { alternates: home }));
  write("ru/index.html", page("/ru/", { lang: "ru", alternates: home, body: MENU }));
  write("ru/жаңа/index.html", page("/ru/жаңа/", { lang: "ru", alternates: [["ru", "/ru/жаңа/"]] }));
  write("404.html", page("/404.html", {}));
  write("_headers", `/*\n  Content-Security-Policy: ${POLICY}\n`);
  for (const [name, fault] of Object.entries(FAULTY)) write(`${name}/index.html`, page(`/${name}/`, fault));
  write("moved/index.html", alias("/"));
  write("moved-to-nowhere/index.html", alias("/nowhere/"));
  write("sitemap.xml", "<urlset>");
}

function alias(to) {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>This page has moved</title>
<meta http-equiv="refresh" content="0; url=${BASE}${to}"></head>
<body><p>This page has moved.</p></body></html>
`;
}

const expected = new Set([
  ...Object.entries(FAULTY).flatMap(([name, { fails }]) => fails.map((group) => `${group}: /${name}/`)),
  "axe: /ru/",
  "aliases: /moved-to-nowhere/",
  "links: /sitemap.xml",
  // It has no fonts, and so none that come late.
  "layout shift: all",
]);

const folder = mkdtempSync(join(tmpdir(), "kenes-selftest-"));
try {
  writeSite(folder);
  const report = await audit(folder, BASE);
  // "/a/ at 320 dark" and "/a/index.html:3" are both page /a/.
  const pageOf = (where) => where.split(/[ :]/)[0].replace(/index\.html$/, "");
  const found = new Map(report.failures.map((each) => [`${each.group}: ${pageOf(each.where)}`, each.message]));
  const missed = [...expected].filter((each) => !found.has(each));
  const extra = [...found].filter(([each]) => !expected.has(each));
  for (const each of missed) console.log(`MISSED  ${each}`);
  for (const [each, message] of extra) console.log(`EXTRA   ${each}: ${message}`);
  const proved = expected.size - missed.length;
  console.log(`${proved} of ${expected.size} faults found, ${extra.length} unexpected failures`);
  process.exitCode = missed.length + extra.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
