// The Nu Html Checker over HTML, CSS and SVG, and html-validate over HTML.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { HtmlValidate } from "html-validate";

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));

export function runNuChecker(site, report) {
  const group = "Nu Html Checker";
  const files = [...site.files].filter((file) => /\.(html|css|svg)$/.test(file));
  const jar = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");
  const options = ["--Werror", "--also-check-css", "--also-check-svg", "--stdout", "--format", "json"];
  const { error, stdout, stderr } = spawnSync(
    "java",
    ["-jar", jar, ...options, "--filterfile", beside("vnu-filter.txt"), ...files.map((file) => join(site.folder, file))],
    // Without a UTF-8 locale, Java cannot open files with Kazakh or Russian names.
    { encoding: "utf8", maxBuffer: 1 << 30, env: { ...process.env, LC_ALL: "C.UTF-8" } },
  );
  if (error) return report.fail(group, "java", `cannot run: ${error.message}`);
  let messages;
  try {
    ({ messages } = JSON.parse(stdout));
  } catch {
    return report.fail(group, "java", `gave no result: ${stderr || stdout}`);
  }
  report.checked(group, files.length);
  const folder = pathToFileURL(`${site.folder}/`).pathname;
  for (const { url, lastLine, message, extract } of messages) {
    const file = decodeURIComponent(url ?? "").replace(/^file:(\/\/)?/, "").replace(decodeURIComponent(folder), "/");
    report.fail(group, `${file}:${lastLine}`, `${message} | ${extract?.trim().replace(/\s+/g, " ")}`);
  }
}

/**
 * The one setting beside the presets: subresource integrity is asked of other
 * origins only, since a host that could change our style sheet could change the
 * page that states its hash.
 */
export async function runHtmlValidate(site, report) {
  const group = "html-validate";
  const checker = new HtmlValidate(JSON.parse(readFileSync(beside(".htmlvalidate.json"), "utf8")));
  for (const { file } of site.html) {
    report.checked(group);
    const { results } = await checker.validateFile(join(site.folder, file));
    for (const { messages, filePath } of results) {
      for (const { ruleId, message, line, column, selector } of messages) {
        const where = `/${relative(site.folder, filePath)}:${line}:${column}`;
        report.fail(group, where, `${ruleId}: ${message}${selector ? ` | ${selector}` : ""}`);
      }
    }
  }
}
