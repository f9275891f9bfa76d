// Every page of the house, one after the other, as somebody would come to it. Keys are
// used rather than words, so that the tour goes in any language.
import { desktop, handheld, Window } from "./browser.mjs";
import { appid } from "./house.mjs";
import { doudou, nanfeng } from "./stage.mjs";
import { until } from "./until.mjs";

/** A screen between a phone and a desk. */
const tablet = { width: 834, height: 1112 };

/**
 * @typedef {{ house: import("./house.mjs").House, stage: { invitation: string } }} Place
 * @typedef {{ name: string, who?: string, size?: { width: number, height: number }, touch?: boolean, go: (page: import("playwright-core").Page, at: Place) => Promise<void> }} Stop
 */

const bench = (house, rest) => `${house.url}/workbench/#/${appid}/${rest}`;
const composer = ".composer textarea";

async function atTheDesk(page, { house }) {
  await page.goto(bench(house, `chats/${doudou}`));
  await page.reload(); // the address alone may have been there before
  await page.locator(composer).waitFor();
  await page.locator(".messages .bubble").last().waitFor();
}

/** The pages of the console. */
export const sections = ["overview", "board", "records", "agents", "people", "replies", "accounts", "pushes", "calls", "settings", "audit"];

/** @type {Stop[]} */
export const stops = [
  { name: "sign-in", go: async (page, { house }) => {
    await page.goto(`${house.url}/sign-in`);
    await page.locator(".demo button").first().waitFor();
  } },
  { name: "invitation", size: handheld, touch: true, who: "demo_admin", go: async (page, { house, stage }) => {
    await page.goto(house.url + stage.invitation);
    await page.locator("dl").waitFor();
  } },
  { name: "workbench-empty", who: "bob_wx", go: async (page, { house }) => {
    await page.goto(bench(house, "chats"));
    await page.locator(".welcome").waitFor();
  } },
  { name: "workbench", who: "alice_wx", go: async (page, at) => {
    await atTheDesk(page, at);
    await page.locator(composer).fill("今天 17:00 前由顺丰发出，正常明天下午能到");
  } },
  { name: "workbench-quick-reply", who: "alice_wx", go: async (page, at) => {
    await atTheDesk(page, at);
    await page.locator(composer).fill(""); // a draft is kept
    await page.locator(composer).pressSequentially("/wl");
    await page.locator("section.box").waitFor();
  } },
  { name: "workbench-transfer", who: "alice_wx", go: async (page, at) => {
    await atTheDesk(page, at);
    await page.keyboard.press("Alt+KeyZ");
    await page.locator("dialog[open] [role=radio][aria-checked=true]").waitFor();
  } },
  { name: "workbench-search", who: "alice_wx", go: async (page, at) => {
    await atTheDesk(page, at);
    await page.keyboard.press("Control+KeyK");
    await page.locator("dialog[open] input").fill("发票");
    await page.locator("dialog[open] [role=option]").first().waitFor();
  } },
  { name: "workbench-keys", who: "alice_wx", go: async (page, at) => {
    await atTheDesk(page, at);
    await page.locator(".messages").focus();
    await page.keyboard.press("?");
    await page.locator("dialog[open] kbd").first().waitFor();
  } },
  { name: "workbench-settings", who: "alice_wx", go: async (page, at) => {
    await atTheDesk(page, at);
    await page.locator(".rail .me").click();
    await page.locator("dialog[open] dl").waitFor();
  } },
  { name: "workbench-queue", who: "alice_wx", go: async (page, { house }) => {
    await page.goto(bench(house, "queue"));
    await page.reload();
    await page.locator(".preview .bubble").first().waitFor();
  } },
  { name: "workbench-history", who: "alice_wx", go: async (page, { house }) => {
    await page.goto(bench(house, "history"));
    await page.locator("section.list .row[role=button]").first().click();
    await page.locator(".messages .bubble").first().waitFor();
  } },
  { name: "workbench-replies", who: "alice_wx", go: async (page, { house }) => {
    await page.goto(bench(house, "replies"));
    await page.locator("section.list li button").first().click();
    await page.locator("form .sample").waitFor();
  } },
  { name: "workbench-tablet", who: "alice_wx", size: tablet, touch: true, go: atTheDesk },
  { name: "workbench-handheld", who: "alice_wx", size: handheld, touch: true, go: atTheDesk },
  { name: "phone", size: handheld, touch: true, go: (page, at) => onThePhone(page, at, doudou) },
  { name: "phone-waiting", size: handheld, touch: true, go: (page, at) => onThePhone(page, at, nanfeng) },
  { name: "control-room", go: async (page, { house }) => {
    await page.goto(`${house.url}/`);
    for (const frame of ["iframe[src*='/phone/']", "iframe[src*='/workbench/']"]) await page.locator(frame).first().waitFor();
    await until("what is in the frames has come", async () => {
      for (const f of page.frames()) if ((await f.locator("textarea, .welcome, .strip, .menubar").count()) === 0 && f !== page.mainFrame()) return false;
      return true;
    });
  } },
  ...sections.map((section) => ({
    name: `admin-${section}`, who: "demo_admin", go: async (page, { house }) => {
      await page.goto(`${house.url}/admin/${appid}/${section}`);
      await page.locator("main.main h1").first().waitFor();
      await settled(page);
    },
  })),
];

async function onThePhone(page, { house }, openid) {
  await page.goto(`${house.url}/phone/${appid}?as=${openid}`);
  await page.getByRole("log").waitFor();
  await settled(page);
}

/** What was asked for has come. */
async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.locator(".skeleton").first().waitFor({ state: "detached" });
}

/**
 * Goes from stop to stop in windows of one language and one theme.
 * @param {import("playwright-core").Browser} browser
 * @param {Place} at
 * @param {{ language: string, dark: boolean }} like
 * @param {(stop: Stop, window: Window) => Promise<void>} look
 */
export async function tour(browser, at, like, look) {
  /** @type {Window | null} */
  let window = null;
  let before = "";
  for (const stop of stops) {
    const { who = "", size = desktop, touch = false } = stop;
    const key = JSON.stringify([who, size, touch]);
    if (window === null || key !== before) {
      await window?.close();
      window = await Window.open(browser, { ...like, size, touch, name: stop.name, still: true });
      before = key;
      if (who !== "") await enter(window, at.house, who);
    }
    await stop.go(window.page, at);
    // Nothing is half way between two looks.
    await until("all is still", () => window.page.evaluate(() => document.getAnimations().every((a) => a.playState !== "running" || a.effect?.getTiming().iterations === Infinity)));
    await spoken(window.page, stop.name);
    await look(stop, window);
    if (window.troubles.length > 0) throw new Error(`at ${stop.name}: ${window.troubles.join("\n")}`);
  }
  await window?.close();
}

/** No page shows the name of words in place of the words. */
async function spoken(page, name) {
  const unsaid = await page.evaluate(() => {
    const found = [];
    const looks = /^[a-z][a-zA-Z0-9]*(\.[a-z][a-zA-Z0-9]*){1,3}$/;
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) if (looks.test(walk.currentNode.data.trim()) && !walk.currentNode.parentElement?.closest(".kf-code, code, pre, textarea")) found.push(walk.currentNode.data.trim());
    for (const e of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
      for (const a of ["aria-label", "title", "placeholder"]) if (looks.test(e.getAttribute(a) ?? "")) found.push(e.getAttribute(a));
    }
    return found;
  });
  if (unsaid.length > 0) throw new Error(`at ${name} there are no words for ${[...new Set(unsaid)].join(", ")}`);
}

/** Signs in without a click, and comes online where there is a seat. */
async function enter(window, house, who) {
  const worker = await house.person(who);
  await window.carry(house, worker.cookie);
  if (who === "demo_admin") return;
  // Whoever is here is online only while a page is.
  await window.page.goto(bench(house, "chats"));
  await window.page.locator(".strip").waitFor();
  await until(`${who} is online`, async () => (await worker.online()).status === "online");
}
