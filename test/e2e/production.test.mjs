// A house of one's own, from the first start to the first answer, without a command
// line after it: what a sandbox has for the asking is not there.
import assert from "node:assert/strict";
import { handheld } from "./browser.mjs";
import { story } from "./story.mjs";

const password = "correct horse 7";

story("a new house is set up by its pages alone, and serves a customer nobody knows", async (s) => {
  const { house } = s;
  const link = /become the first at (\S+)/.exec(house.log)?.[1];
  assert.ok(link, `no link for the first administrator in:\n${house.log}`);

  // Whoever comes before is led to sign in, and nobody is anybody by one click.
  const admin = await s.window({ name: "admin" });
  const { page } = admin;
  await page.goto(`${house.url}/`);
  await page.waitForURL("**/sign-in?to=%2Fworkbench%2F");
  assert.equal((await fetch(`${house.url}/sandbox/v1/clock`)).status, 404);
  assert.equal((await fetch(`${house.url}/auth/v1/demo`, { method: "POST", headers: { "content-type": "application/json" }, body: '{"wechat_id":"demo_admin"}' })).status, 404);

  await page.goto(link);
  await page.getByLabel("微信号").fill("zhang_wei");
  await page.getByLabel("姓名").fill("张伟");
  await page.getByLabel("设置密码").fill(password);
  await page.getByRole("button", { name: "创建并登录" }).click();
  await page.waitForURL("**/admin/**");
  const again = await s.window({ name: "again" });
  again.expects(/status of 40\d .*\/auth\/v1\/setup/);
  await again.page.goto(link);
  await again.page.getByLabel("微信号").fill("li_na_2024");
  await again.page.getByLabel("姓名").fill("李娜");
  await again.page.getByLabel("设置密码").fill(password);
  await again.page.getByRole("button", { name: "创建并登录" }).click();
  await again.page.getByRole("alert").filter({ hasText: "已经有管理员了" }).waitFor();

  // The official account, whose secret is shown once and opens the API.
  await page.getByRole("button", { name: "添加公众号" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("名称").fill("青禾茶铺");
  await dialog.getByLabel("微信号").fill("qinghe_tea");
  await dialog.getByRole("button", { name: "添加", exact: true }).click();
  const secret = await page.getByRole("dialog").getByRole("textbox", { name: "AppSecret" }).inputValue();
  assert.match(secret, /^[0-9a-f]{32}$/);
  await page.getByRole("dialog").getByRole("button").last().click();
  await page.waitForURL(/\/admin\/wx[0-9a-f]{16}\/accounts/);
  const appid = /\/admin\/(wx[0-9a-f]{16})\//.exec(page.url())[1];
  const token = await (await fetch(`${house.url}/cgi-bin/token?grant_type=client_credential&appid=${appid}&secret=${secret}`)).json();
  assert.ok(token.access_token, JSON.stringify(token));
  await page.getByLabel("AppID").first().waitFor();
  assert.ok(!(await page.content()).includes(secret), "the secret is not shown again");

  // An agent, by invitation.
  await page.getByRole("link", { name: "客服账号" }).or(page.getByRole("button", { name: "客服账号" })).first().click();
  await page.getByRole("button", { name: "添加客服" }).first().click();
  await page.getByLabel("账号前缀").fill("lin");
  await page.getByLabel("昵称", { exact: true }).fill("小林");
  await page.getByRole("dialog").getByRole("button", { name: "添加", exact: true }).click();
  await page.getByRole("row", { name: /小林/ }).getByRole("button", { name: "邀请", exact: true }).click();
  await page.getByRole("dialog").getByLabel("微信号").fill("lin_wx");
  await page.getByRole("dialog").getByRole("button", { name: "生成邀请" }).click();
  await page.getByRole("img", { name: /二维码/ }).waitFor();
  const invitation = await page.locator("#link").inputValue();

  const agent = (await s.window({ name: "agent" })).page;
  await agent.goto(invitation);
  await agent.getByRole("textbox", { name: "姓名" }).fill("林小满");
  await agent.getByLabel("设置密码").fill(password);
  await agent.getByRole("button", { name: "创建账号" }).click();
  await agent.getByRole("button", { name: "接受邀请" }).click();
  await agent.getByRole("link", { name: "打开工作台" }).click();
  await agent.getByRole("button", { name: "切换状态" }).click();
  await agent.getByRole("radio", { name: "在线" }).click();

  // A customer nobody knows is the same one after a reload, and no page can read why.
  const phone = await s.window({ name: "customer", size: handheld, touch: true });
  await phone.page.goto(`${house.url}/phone/${appid}`);
  const box = phone.page.getByRole("textbox", { name: "消息" });
  await box.fill("你们几点开门");
  await phone.page.getByRole("button", { name: "发送", exact: true }).click();
  await agent.getByRole("region", { name: "待接入" }).getByText("1 人待接入").waitFor();
  await phone.page.reload();
  await phone.page.getByRole("log").getByText("你们几点开门").waitFor();
  const cookies = await phone.context.cookies(`${house.url}/phone/`);
  assert.ok(cookies.length > 0 && cookies.every((c) => c.httpOnly), JSON.stringify(cookies));
  await agent.getByRole("region", { name: "待接入" }).getByRole("button", { name: /^接入/ }).click();
  const composer = agent.getByRole("textbox", { name: "回复内容" });
  await composer.fill("早上九点，您随时来。");
  await composer.press("Enter");
  await phone.page.getByRole("log").getByText("早上九点，您随时来。").waitFor();

  // Neither may be shown in the frame of another site.
  for (const path of ["/workbench/", "/admin/", "/sign-in", `/phone/${appid}`]) {
    const policy = (await fetch(house.url + path)).headers.get("content-security-policy") ?? "";
    assert.match(policy, /frame-ancestors 'none'/, path);
    assert.ok(!policy.includes("unsafe-inline"), path);
  }

  // And all of it stands in the audit.
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "审计日志" }).or(page.getByRole("button", { name: "审计日志" })).first().click();
  for (const words of ["添加了公众号", "添加了人员"]) await page.getByText(words).first().waitFor();
}, { kind: "serve" });
