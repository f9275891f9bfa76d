// A whole shift without a mouse.
import assert from "node:assert/strict";
import { Desk } from "./desk.mjs";
import { story } from "./story.mjs";
import { until } from "./until.mjs";

/** How many stops of the tab key a page may have on the way to what is wanted. */
const farthest = 40;

story("a shift by keyboard alone", async (s) => {
  const { house } = s;
  const helper = await house.person("alice_wx");
  await helper.bench("POST", "/replies", { code: "wl", title: "物流", text: "您好 {客户称呼}，今天发出。", shared: false });
  await helper.bench("POST", "/replies", { code: "fp", title: "发票", text: "电子发票三天内开好。", shared: false });

  await (await s.desk("Bob")).online(); // the colleague has a mouse

  const window = await s.window({ name: "keyboard" });
  const { page } = window;
  const { keyboard } = page;
  await page.addInitScript(() => {
    window.clicks = 0;
    window.addEventListener("pointerdown", () => window.clicks++, true);
  });
  const desk = new Desk(house, window);

  const focused = (locator) => locator.evaluate((e) => e === document.activeElement);
  /** A dialog that is closed is hidden a moment before the page knows. */
  const noDialog = () => until("the dialog is gone", () => page.evaluate(() => document.querySelector("dialog") === null));
  async function tabTo(locator) {
    await locator.waitFor();
    for (let i = 0; i < farthest; i++) {
      if (await focused(locator)) return;
      await keyboard.press("Tab");
    }
    throw new Error(`the tab key does not lead to ${locator}`);
  }
  const hasFocus = (what, locator) => until(`${what} has the focus`, () => focused(locator));

  await page.goto(`${house.url}/sign-in`);
  await tabTo(page.getByRole("button", { name: "Alice" }));
  await keyboard.press("Enter");
  await page.waitForURL("**/workbench/**");

  await tabTo(desk.status);
  await keyboard.press("Enter");
  await tabTo(page.getByRole("radio", { name: "在线" }));
  await keyboard.press("Enter");
  await page.getByRole("button", { name: "切换状态，现在在线" }).waitFor();

  // Take, answer.
  const first = await house.follow("oFirst", "豆豆妈");
  await first.says("明天能到吗");
  await desk.strip.getByText("1 人待接入").waitFor();
  await keyboard.press("Alt+KeyA");
  await desk.named("豆豆妈");
  await hasFocus("the composer", desk.composer);
  await keyboard.type("我看看");
  await keyboard.press("Shift+Enter");
  await keyboard.type("稍等");
  await keyboard.press("Enter");
  await first.seesSoon("both lines", (m) => m.text?.content === "我看看\n稍等");

  // A quick reply, found by its code and filled in.
  await keyboard.type("/wl");
  await page.getByRole("region", { name: "快捷回复" }).waitFor();
  await keyboard.press("Enter");
  await until("the reply is filled in", async () => (await desk.composer.inputValue()) === "您好 豆豆妈，今天发出。");
  await keyboard.press("Enter");
  await first.seesSoon("the quick reply", (m) => m.text?.content === "您好 豆豆妈，今天发出。");
  await keyboard.type("/");
  await page.getByRole("region", { name: "快捷回复" }).waitFor();
  await keyboard.press("Escape");
  await page.getByRole("region", { name: "快捷回复" }).waitFor({ state: "detached" });
  await keyboard.press("Backspace");

  // Help, from anywhere but a text; closing it leads back.
  await keyboard.press("F6");
  await until("the focus has left the composer", async () => !(await focused(desk.composer)));
  await keyboard.type("?");
  await desk.dialog("全部快捷键").waitFor();
  await keyboard.press("Escape");
  await noDialog();
  await keyboard.press("Escape");
  await hasFocus("the composer", desk.composer);

  // Between conversations.
  const second = await house.follow("oSecond", "江边的老陈");
  await second.says("发票开好了吗");
  await desk.strip.getByText("1 人待接入").waitFor();
  await keyboard.press("Alt+KeyA");
  await desk.named("江边的老陈");
  await keyboard.press("Alt+ArrowDown");
  await desk.named("豆豆妈");
  await keyboard.press("Alt+ArrowUp");
  await desk.named("江边的老陈");

  // Search, open.
  await keyboard.press("Control+KeyK");
  await hasFocus("the search", page.getByRole("dialog").getByRole("textbox", { name: "搜索客户与会话" }));
  await keyboard.type("豆豆");
  await page.getByRole("dialog").getByRole("option", { name: /豆豆妈/ }).waitFor();
  await keyboard.press("Enter");
  await desk.named("豆豆妈");

  // Hand over: the dialog holds the focus, Escape gives it up, Enter does it.
  const dialog = desk.dialog("转接「豆豆妈」");
  await keyboard.press("Alt+KeyZ");
  await hasFocus("the search for colleagues", dialog.getByRole("textbox", { name: "搜索客服" }));
  await keyboard.press("Escape");
  await noDialog();
  await keyboard.press("Alt+KeyZ");
  await hasFocus("the search for colleagues", dialog.getByRole("textbox", { name: "搜索客服" }));
  await keyboard.type("Bo");
  await keyboard.press("ArrowDown");
  await dialog.getByRole("radio", { name: "Bob", checked: true }).waitFor();
  await keyboard.press("Enter");
  await desk.toast.filter({ hasText: "已转接给Bob" }).waitFor();

  // End, although the customer still waits.
  await keyboard.press("Alt+ArrowDown");
  await desk.named("江边的老陈");
  await keyboard.press("Alt+KeyQ");
  const anyway = desk.dialog("客户还在等回复，仍要结束？");
  await anyway.waitFor();
  await hasFocus("the harmless answer", anyway.getByRole("button", { name: "继续接待" }));
  await tabTo(anyway.getByRole("button", { name: "结束", exact: true }));
  await keyboard.press("Enter");
  await desk.toast.filter({ hasText: "已结束与「江边的老陈」的会话" }).waitFor();

  // The other views.
  await keyboard.press("Alt+Digit2");
  await page.getByRole("heading", { name: "待接入" }).waitFor();
  await keyboard.press("Alt+Digit3");
  await page.getByRole("heading", { name: "历史" }).waitFor();
  await keyboard.press("Alt+Digit1");
  await desk.list.or(page.getByText("还没有接待中的会话")).first().waitFor();

  assert.equal(await page.evaluate(() => window.clicks), 0, "no mouse was used");
});
