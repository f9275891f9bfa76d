// The workbench is light: all that it needs comes over the wire in 350 kB.
import assert from "node:assert/strict";
import { story } from "./story.mjs";

const most = 350_000;

story("the first load of the workbench is at most 350 kB over the wire", async (s) => {
  const customer = await s.house.follow("oFirst", "豆豆妈");
  await customer.says("在吗");
  const window = await s.window({ name: "fresh" });
  const { page } = window;
  // Signed in, with nothing kept of the pages yet.
  await window.carry(s.house, (await s.house.person("alice_wx")).cookie);

  const wire = await window.context.newCDPSession(page);
  await wire.send("Network.enable");
  let bytes = 0;
  let requests = 0;
  wire.on("Network.loadingFinished", (e) => {
    bytes += e.encodedDataLength;
    requests++;
  });
  const begun = performance.now();
  await page.goto(`${s.house.url}/workbench/`);
  await page.getByRole("button", { name: "切换状态" }).click();
  await page.getByRole("radio", { name: "在线" }).waitFor();
  const interactive = performance.now() - begun;
  await page.waitForLoadState("networkidle");
  console.log(`first load of the workbench: ${(bytes / 1000).toFixed(1)} kB in ${requests} requests, answers a click after ${interactive.toFixed(0)} ms`);
  assert.ok(bytes > 10_000, "the bytes were counted");
  assert.ok(bytes <= most, `${bytes} bytes`);
});
