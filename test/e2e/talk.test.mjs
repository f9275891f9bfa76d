// What a customer-service desk is for: somebody writes, somebody answers, somebody else
// goes on, and it comes to an end that stands in the records.
import assert from "node:assert/strict";
import { appid } from "./house.mjs";
import { tin, tinWidth } from "./pictures.mjs";
import { story } from "./story.mjs";
import { until } from "./until.mjs";

const width = (img) => img.evaluate((e) => e.naturalWidth);

story("a customer writes, an agent takes it, a colleague goes on and ends it", async (s) => {
  const customer = await s.house.follow("oDoudouMama", "豆豆妈");
  const phone = await s.phone(customer.openid);
  const alice = await s.desk("Alice");
  await alice.online();
  const bob = await s.desk("Bob");
  await bob.online();

  await phone.says("昨天收到两罐明前龙井，有一罐盖子压扁了");
  await phone.reads(/您是下一位/);
  await alice.strip.getByText("1 人待接入").waitFor();
  await alice.takeNext();
  await alice.named("豆豆妈");
  await alice.said("有一罐盖子压扁了");
  await phone.reads(/Alice 已为您服务/);
  await bob.strip.getByText("暂无客户待接入").waitFor();

  await alice.says("非常抱歉，马上为您补发一罐。");
  await phone.sees("非常抱歉，马上为您补发一罐。");
  await alice.sendsPicture({ name: "补发.png", mimeType: "image/png", buffer: tin() });
  // Both see the picture itself, not a hole.
  await until("the agent sees the picture", async () => (await width(alice.log.locator(".image img").last())) === tinWidth);
  await until("the customer sees the picture", async () => (await width(phone.pictures.last())) === tinWidth);

  // Who writes is seen to write.
  await phone.box.fill("");
  await alice.composer.pressSequentially("顺丰");
  await phone.page.getByText("对方正在输入").filter({ visible: true }).waitFor();
  await alice.composer.fill("");

  await alice.transfers("豆豆妈", "Bob", "已经答应补发一罐");
  await bob.open("豆豆妈");
  await bob.log.getByText("已经答应补发一罐").waitFor();
  await phone.reads(/Bob 已为您服务/);
  assert.equal(await phone.page.getByText("已经答应补发一罐").count(), 0, "what colleagues tell each other is theirs");
  await phone.says("好的，明天能到吗");
  await bob.said("明天能到吗");
  await bob.says("明天下午送到。");
  await phone.sees("明天下午送到。");
  await bob.ends("豆豆妈");
  await phone.reads("会话已结束");

  await bob.view("历史");
  await bob.page.getByRole("button", { name: "豆豆妈" }).first().click();
  await bob.log.getByText("您结束了会话").waitFor();
  await bob.log.getByText("Alice 把会话转接给您").waitFor();
  await bob.said("有一罐盖子压扁了");

  // Who oversees the desk finds it in the records, by what was said.
  const { page } = bob;
  await page.goto(`${s.house.url}/admin/${appid}/records`);
  await page.getByRole("textbox").or(page.getByRole("searchbox")).first().fill("压扁");
  const found = page.getByText("找到").filter({ hasText: /找到\s*1\s*个会话/ });
  await found.waitFor();
  await page.getByText("已结束").filter({ visible: true }).first().waitFor();
  const record = page.getByRole("log").or(page.locator("aside, section")).filter({ hasText: "明天下午送到。" }).last();
  await record.waitFor();
  for (const words of ["有一罐盖子压扁了", "非常抱歉，马上为您补发一罐。", "好的，明天能到吗"]) await record.getByText(words).first().waitFor();
});

story("two agents race for one customer, and one of them is told who has it", async (s) => {
  const alice = await s.desk("Alice");
  const bob = await s.desk("Bob");
  for (const d of [alice, bob]) {
    await d.online();
    await d.view("待接入");
    d.window.expects(/status of 409/);
  }

  // Both click in the same moment.
  for (const [n, name] of ["阿泽", "江边的老陈", "一颗小番茄"].entries()) {
    const customer = await s.house.follow(`oRacer${n}`, name);
    await customer.says("在吗");
    const buttons = await Promise.all([alice, bob].map((d) => d.page.getByRole("row", { name }).getByRole("button", { name: "接入" }).elementHandle()));
    await Promise.all(buttons.map((b) => b.evaluate((x) => /** @type {HTMLElement} */ (x).click())));
    const winner = await until("one of them has the customer", async () => {
      for (const d of [alice, bob]) if (await d.composer.isVisible()) return d;
      return null;
    });
    const loser = winner === alice ? bob : alice;
    await loser.page.getByText("暂无客户待接入").filter({ visible: true }).first().waitFor();
    assert.equal(await loser.composer.isVisible(), false, "only one has the customer");
    await winner.says(`${name}，在的`);
    await customer.seesSoon("the answer", (m) => m.text?.content === `${name}，在的`);
    await winner.view("待接入");
  }

  // What one of them asks is on its way for longer, so that it comes second for sure.
  const customer = await s.house.follow("oRacer", "豆豆妈");
  await customer.says("在吗");
  let arrived = () => {};
  const held = new Promise((resolve) => (arrived = resolve));
  let release = () => {};
  const released = new Promise((resolve) => (release = resolve));
  await bob.page.route("**/accept", async (route) => {
    arrived();
    await released;
    await route.continue();
  });
  await bob.page.getByRole("row", { name: "豆豆妈" }).getByRole("button", { name: "接入" }).click();
  await held;
  await alice.page.getByRole("row", { name: "豆豆妈" }).getByRole("button", { name: "接入" }).click();
  await alice.named("豆豆妈");
  release();
  await bob.toast.filter({ hasText: /「豆豆妈」已(被Alice接入|不在等待)/ }).waitFor();
  assert.equal(await bob.composer.isVisible(), false);
});

story("the allowance runs out, and comes back when the customer writes", async (s) => {
  const customer = await s.house.follow("oChatty", "王小满");
  // What following allows ends after a minute; what is left is that of one message.
  await s.house.advance("2m");
  const alice = await s.desk("Alice");
  await alice.online();
  await customer.says("有白茶吗");
  await alice.takeNext();
  await alice.meters("还可回复 5 条");
  for (const n of [1, 2, 3]) await alice.says(`白茶第 ${n} 款`);
  await alice.meters("还可回复 2 条");
  await alice.says("白茶第 4 款");
  await alice.meters("最后 1 条");
  await alice.says("白茶第 5 款");
  await alice.meters("条数已用完");

  await alice.composer.fill("还有一款");
  assert.equal(await alice.send.isDisabled(), true, "nothing can be sent");
  await alice.composer.press("Enter");
  assert.equal(await alice.composer.inputValue(), "还有一款", "the draft is kept");
  assert.equal((await customer.sees()).filter((m) => m.from === "agent").length, 5);

  await customer.says("再看看");
  await alice.meters("还可回复 5 条");
  await alice.composer.press("Enter");
  await customer.seesSoon("the draft, sent", (m) => m.text?.content === "还有一款");

  // Two days without a word.
  await s.house.advance("49h");
  await alice.page.reload();
  await alice.open("王小满");
  await alice.meters("已超过 48 小时");
});
