// Nobody is kept out: axe finds nothing serious on any page, light or dark.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { axeFile, launch } from "./browser.mjs";
import { openShop } from "./stage.mjs";
import { tour } from "./tour.mjs";

const axe = readFileSync(axeFile, "utf8");
const grave = new Set(["serious", "critical"]);

const violations = (page) =>
  page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.map((v) => ({ id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.slice(0, 5).map((n) => ({ target: n.target, why: n.any.concat(n.all, n.none)[0]?.message ?? "" })) }));
  });

test("axe finds no serious violation on any page, in either theme", { timeout: 240_000 }, async () => {
  const browser = await launch();
  let shop;
  const found = [];
  try {
    shop = await openShop();
    for (const dark of [false, true]) {
      await tour(browser, shop, { language: dark ? "en" : "zh-CN", dark }, async (stop, window) => {
        const { page } = window;
        // A script of the page's own would be against its policy; one of the debugger is not.
        if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
        for (const v of await violations(page)) {
          if (grave.has(v.impact)) found.push(`${stop.name}, ${dark ? "dark" : "light"}: ${v.impact} ${v.id}: ${v.help}\n${v.nodes.map((n) => `    ${n.target.join(" ")}  ${n.why}`).join("\n")}`);
        }
      });
    }
  } finally {
    await browser.close();
    await shop?.close();
  }
  assert.equal(found.length, 0, `\n${found.join("\n")}`);
});
