// A static file server for a built site, on 127.0.0.1 and a free port. It does
// what a static host does: /path/ is index.html, /path goes to /path/, a missing
// page is the nearest 404.html with status 404, and the rules of a `_headers`
// file are sent, so that the pages run under their real Content-Security-Policy.

import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createSecureServer } from "node:http2";
import { dirname, extname, join, normalize } from "node:path";
import { brotliCompressSync } from "node:zlib";

const TYPES = {
  ".atom": "application/atom+xml",
  ".avif": "image/avif",
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
};

// What hosts compress; fonts and pictures are compressed already.
const TEXT = /\.(html|css|m?js|json|svg|xml|txt|webmanifest)$/;

/**
 * Serves `folder`; gives its `origin` and a function to `close` it. With `compress` texts are sent in Brotli to browsers that
 * take it, the file of that name beside it where there is one. With `secure` it is HTTP/2 over TLS, with a certificate that no
 * browser trusts. `change(path, bytes)` may send other bytes than the file has.
 */
export async function serve(folder, { compress = false, secure = false, change = (path, bytes) => bytes } = {}) {
  const rules = readHeaderRules(join(folder, "_headers"));
  const answerTo = (request, response) => {
    const path = decodePath(request.url);
    for (const { pattern, name, value } of rules) {
      if (pattern.test(path)) response.setHeader(name, value);
    }
    const answer = find(folder, path);
    if (answer.location) response.setHeader("Location", answer.location);
    if (answer.file) response.setHeader("Content-Type", TYPES[extname(answer.file)] ?? "application/octet-stream");
    let bytes = answer.file && change(path, readFileSync(answer.file));
    if (compress && bytes && TEXT.test(answer.file) && /\bbr\b/.test(request.headers["accept-encoding"])) {
      const beside = `${answer.file}.br`;
      bytes = statSync(beside, { throwIfNoEntry: false }) ? readFileSync(beside) : brotliCompressSync(bytes);
      response.setHeader("Content-Encoding", "br");
      response.setHeader("Vary", "Accept-Encoding");
    }
    response.writeHead(answer.status);
    response.end(bytes);
  };
  const server = secure ? createSecureServer(certificate(), answerTo) : createServer(answerTo);
  // A server of HTTP/2 does not close what is open.
  const sockets = new Set();
  server.on("connection", (socket) => sockets.add(socket.on("close", () => sockets.delete(socket))));
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    origin: `${secure ? "https" : "http"}://127.0.0.1:${server.address().port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A key and a certificate for 127.0.0.1, made for this run. */
function certificate() {
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const pem = execFileSync("openssl", ["req", "-x509", ...kind, ...names, "-days", "2", "-keyout", "-", "-out", "-"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return { key: pem, cert: pem };
}

function decodePath(url) {
  try {
    // Normalising an absolute path also keeps `..` from leaving the folder.
    return normalize(decodeURIComponent(new URL(url, "http://host").pathname));
  } catch {
    return "/";
  }
}

function find(folder, path) {
  const file = join(folder, path.endsWith("/") ? join(path, "index.html") : path);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile()) return { status: 200, file };
  if (stat?.isDirectory()) return { status: 301, location: `${encodeURI(path)}/` };
  return { status: 404, file: nearestNotFound(folder, path) };
}

function nearestNotFound(folder, path) {
  for (let at = path; ; at = dirname(at)) {
    const file = join(folder, at, "404.html");
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
    if (at === "/") return undefined;
  }
}

/** Reads the `_headers` format of static hosts: a path pattern, then indented headers. */
function readHeaderRules(file) {
  if (!statSync(file, { throwIfNoEntry: false })) return [];
  const rules = [];
  let pattern;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    if (!/^\s/.test(line)) {
      const literal = line.trim().split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
      pattern = new RegExp(`^${literal.join(".*")}$`);
    } else if (pattern) {
      const [, name, value] = line.match(/^\s+([^:]+):\s*(.*?)\s*$/) ?? [];
      if (name) rules.push({ pattern, name, value });
    }
  }
  return rules;
}
