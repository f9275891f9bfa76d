// Takes a picture of every page, in both languages and both themes, into
// docs/screenshots, or into the folder that is named; a second word takes only the
// pages whose names begin so.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { withPalette } from "./palette.mjs";
import { openShop } from "./stage.mjs";
import { tour } from "./tour.mjs";

const [folder = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url))] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const old of readdirSync(folder)) if (old.endsWith(".png")) rmSync(`${folder}/${old}`);

const browser = await launch();
let shop;
let bytes = 0;
let pictures = 0;
try {
  shop = await openShop();
  for (const language of ["zh-CN", "en"]) {
    for (const dark of [false, true]) {
      await tour(browser, shop, { language, dark }, async ({ name }, { page }) => {
        const picture = withPalette(await page.screenshot({ caret: "hide" }));
        writeFileSync(`${folder}/${name}-${language}-${dark ? "dark" : "light"}.png`, picture);
        bytes += picture.length;
        pictures++;
      });
    }
  }
} finally {
  await browser.close();
  await shop?.close();
}
console.log(`${pictures} pictures, ${(bytes / 1e6).toFixed(1)} MB`);
