// Removes what an earlier build left in dist; the placeholder stays, it is committed.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) {
  if (name !== "placeholder.html") rmSync(join(dist, name), { recursive: true });
}
