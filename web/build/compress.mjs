// Puts assets into the forms in which they travel, .br and .gz, in place of the plain
// ones: the program embeds what browsers ask for and nothing twice.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const assets = fileURLToPath(new URL("../dist/assets", import.meta.url));
const text = /\.(js|css|svg|json)$/;
let plain = 0;
let small = 0;
for (const name of readdirSync(assets)) {
  if (!text.test(name)) continue;
  const path = join(assets, name);
  const bytes = readFileSync(path);
  const br = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  writeFileSync(path + ".br", br);
  writeFileSync(path + ".gz", gzipSync(bytes, { level: 9 }));
  rmSync(path);
  plain += bytes.length;
  small += br.length;
}
console.log(`compressed: ${(plain / 1000).toFixed(0)} kB to ${(small / 1000).toFixed(0)} kB`);
