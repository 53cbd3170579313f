// What `precompress` makes, read by decoders of others: node compressed.mjs FOLDER
//
// Every .br and .gz beside a file must hold that file, to the byte, and be smaller.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

const DECODERS = { br: brotliDecompressSync, gz: gunzipSync };

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node compressed.mjs FOLDER");
  process.exit(2);
}
let failed = 0;
for (const [ending, decode] of Object.entries(DECODERS)) {
  const sum = { files: 0, plain: 0, packed: 0 };
  for (const name of readdirSync(folder, { recursive: true })) {
    if (!name.endsWith(`.${ending}`)) continue;
    const original = join(folder, name.slice(0, -3));
    const packed = readFileSync(join(folder, name));
    const plain = existsSync(original) ? readFileSync(original) : undefined;
    let found;
    try {
      found = decode(packed);
    } catch (error) {
      console.error(`${name}: ${error.message}`);
    }
    if (!plain || !found?.equals(plain) || packed.length >= plain.length) {
      console.error(`${name} is not a smaller form of the file beside it`);
      failed++;
      continue;
    }
    sum.files++;
    sum.plain += plain.length;
    sum.packed += packed.length;
  }
  const part = ((100 * sum.packed) / sum.plain).toFixed(1);
  console.log(`.${ending}: ${sum.files} files, ${sum.plain} bytes as ${sum.packed} (${part} %)`);
  if (sum.files === 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
