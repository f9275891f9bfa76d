// The control room of the sandbox: phones, a workbench and the log beside each other.
import assert from "node:assert/strict";
import { story } from "./story.mjs";

story("in the control room one person plays both sides", async (s) => {
  const customer = await s.house.follow("oDoudou", "豆豆妈");
  const window = await s.window({ name: "control-room" });
  const { page } = window;
  await page.goto(`${s.house.url}/`);
  const phone = page.frameLocator("iframe[src*='/phone/']").first();
  const desk = page.frameLocator("iframe[src*='/workbench/']");
  await phone.getByRole("button", { name: "切换到键盘" }).click();
  await phone.getByRole("textbox", { name: "消息" }).fill("有人在吗");
  await phone.getByRole("button", { name: "发送", exact: true }).click();

  const status = desk.getByRole("button", { name: "切换状态" });
  await status.waitFor();
  if (!(await status.innerText()).includes("在线")) {
    await status.click();
    await desk.getByRole("radio", { name: "在线" }).click();
  }
  await desk.getByRole("region", { name: "待接入" }).getByRole("button", { name: /^接入/ }).click();
  await desk.getByRole("textbox", { name: "回复内容" }).fill("在的，您请说");
  await desk.getByRole("textbox", { name: "回复内容" }).press("Enter");
  await phone.getByRole("log").getByText("在的，您请说").waitFor();
  assert.ok((await customer.sees()).some((m) => m.text?.content === "在的，您请说"));

  // Time goes on at a click.
  const before = (await s.house.sandbox("GET", "/clock")).now;
  await page.getByRole("button", { name: "快进 48 小时" }).click();
  await page.getByText("已快进 2 天").waitFor();
  assert.ok((await s.house.sandbox("GET", "/clock")).now - before >= 48 * 3600);
});
