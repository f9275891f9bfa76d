// An invitation travels as a link, and whoever follows it becomes an agent.
import assert from "node:assert/strict";
import { handheld } from "./browser.mjs";
import { appid } from "./house.mjs";
import { story } from "./story.mjs";

const like = { name: "invited", size: handheld, touch: true };

/** Invites somebody whom the house knows, and gives the link. */
async function invite(house, account, nickname, person) {
  await house.api("/customservice/kfaccount/add", { kf_account: account, nickname });
  await house.api("/customservice/kfaccount/inviteworker", { kf_account: account, invite_wx: person });
  const me = await (await house.person(person)).ask("GET", "/auth/v1/me");
  return `${house.url}/invitation/${me.invitations[0].token}`;
}

const bound = async (house, account) => (await house.api("/cgi-bin/customservice/getkflist")).kf_list.find((a) => a.kf_account === account).kf_wx;

story("an invitation by link is accepted by the right person, who can then answer customers", async (s) => {
  const link = await invite(s.house, "lin@demo_shop", "小林", "demo_admin");

  // Whoever finds the link is told to sign in, and nobody else can accept it.
  const { page } = await s.window(like);
  await page.goto(link);
  await page.getByRole("heading", { name: /邀请您成为客服/ }).waitFor();
  await page.getByText("lin@demo_shop").waitFor();
  await page.getByText("剩").first().waitFor();
  await page.getByRole("link", { name: "登录" }).click();
  await page.getByRole("button", { name: "Bob" }).click();
  await page.getByText("这份邀请是给 demo_admin 的，请换一个账号登录。").waitFor();
  assert.equal(await page.getByRole("button", { name: "接受邀请" }).count(), 0);

  await page.getByRole("button", { name: "换一个账号" }).click();
  await page.getByRole("button", { name: "Admin" }).click();
  await page.getByRole("button", { name: "接受邀请" }).click();
  await page.getByRole("heading", { name: "已接受邀请" }).waitFor();
  assert.equal(await bound(s.house, "lin@demo_shop"), "demo_admin");
  await page.getByRole("link", { name: "打开工作台" }).click();
  await page.waitForURL("**/workbench/**");
  await page.getByRole("button", { name: "切换状态" }).waitFor();

  // The link has done its work, and a changed one never did any.
  const again = await s.window({ ...like, name: "again" });
  again.expects(/status of 404 .*\/auth\/v1\/invitations/);
  await again.page.goto(link);
  await again.page.getByRole("heading", { name: "已接受邀请" }).waitFor();
  await again.page.goto(link.slice(0, -2));
  await again.page.getByText("邀请链接无效").waitFor();
});

story("an administrator adds an agent, and a stranger becomes it through the link", async (s) => {
  const admin = await s.window({ name: "admin" });
  await admin.carry(s.house, (await s.house.person("demo_admin")).cookie);
  const { page } = admin;
  await page.goto(`${s.house.url}/admin/${appid}/agents`);
  await page.getByRole("row", { name: /Alice/ }).waitFor();
  await page.getByRole("button", { name: "添加客服" }).click();
  await page.getByLabel("账号前缀").fill("lin");
  await page.getByLabel("昵称", { exact: true }).fill("小林");
  await page.getByRole("dialog").getByRole("button", { name: "添加", exact: true }).click();
  const row = page.getByRole("row", { name: /小林/ });
  await row.getByRole("button", { name: "邀请", exact: true }).click();
  await page.getByRole("dialog").getByLabel("微信号").fill("lin_wx");
  await page.getByRole("dialog").getByRole("button", { name: "生成邀请" }).click();
  await page.getByRole("img", { name: /二维码/ }).waitFor();
  const link = await page.locator("#link").inputValue();
  assert.match(link, new RegExp(`^${s.house.url}/invitation/`));

  const stranger = (await s.window(like)).page;
  await stranger.goto(link);
  await stranger.getByRole("textbox", { name: "姓名" }).fill("林小满");
  await stranger.getByLabel("设置密码").fill("correct horse 7");
  await stranger.getByRole("button", { name: "创建账号" }).click();
  await stranger.getByRole("button", { name: "接受邀请" }).click();
  await stranger.getByRole("heading", { name: "已接受邀请" }).waitFor();
  await stranger.getByRole("link", { name: "打开工作台" }).click();
  await stranger.getByRole("button", { name: "切换状态" }).waitFor();

  await page.reload();
  await row.getByText("已绑定").waitFor();
  await row.getByText("lin_wx").waitFor();

  // The password opens the door on another machine, and a wrong one does not.
  const other = await s.window({ name: "other" });
  other.expects(/status of 40[13] .*\/auth\/v1\/login/);
  await other.page.goto(`${s.house.url}/sign-in`);
  await other.page.getByLabel("微信号").fill("lin_wx");
  await other.page.getByLabel("密码", { exact: true }).fill("wrong horse");
  await other.page.getByRole("button", { name: "登录", exact: true }).click();
  await other.page.getByRole("alert").filter({ hasText: "微信号或密码不正确" }).waitFor();
  await other.page.getByLabel("密码", { exact: true }).fill("correct horse 7");
  await other.page.getByRole("button", { name: "登录", exact: true }).click();
  await other.page.getByRole("button", { name: "切换状态" }).waitFor();
});

story("an invitation that is declined or has run out stays so", async (s) => {
  const link = await invite(s.house, "he@demo_shop", "何苗", "demo_admin");
  const { page } = await s.window(like);
  await page.goto(link);
  await page.getByRole("link", { name: "登录" }).click();
  await page.getByRole("button", { name: "Admin" }).click();
  await page.getByRole("button", { name: "拒绝" }).click();
  await page.getByRole("heading", { name: "您已拒绝这份邀请" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "您已拒绝这份邀请" }).waitFor();
  assert.equal(await bound(s.house, "he@demo_shop"), undefined);

  const late = await invite(s.house, "mo@demo_shop", "阿墨", "demo_admin");
  await s.house.advance("25h");
  await page.goto(late);
  await page.getByRole("heading", { name: "邀请已过期" }).waitFor();
  assert.equal(await bound(s.house, "mo@demo_shop"), undefined);
});
