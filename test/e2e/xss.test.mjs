// Strangers' words stay words. Every field that a customer, an agent or a developer
// fills is filled with what would run, were it taken for more, and all pages are looked
// at in a browser that tells when anything does.
import assert from "node:assert/strict";
import { handheld } from "./browser.mjs";
import { appid } from "./house.mjs";
import { story } from "./story.mjs";
import { tin } from "./pictures.mjs";
import { sections } from "./tour.mjs";
import { until } from "./until.mjs";

// Elements made of these words would carry data-xss, scripts would call __xss, handlers
// would be a violation of the policy: each alone gives it away.
const corpus = [
  `<img data-xss src=x onerror="__xss('img')">`,
  `<script data-xss>__xss('script')</script>`,
  `"><svg data-xss onload="__xss('svg')">`,
  `'"--></style></title></textarea></template><iframe data-xss srcdoc="<script>parent.__xss('iframe')</script>"></iframe>`,
  `<a data-xss href="javascript:__xss('a')">点这里</a>`,
  `<a href="javascript:__xss('bare a')">点这里</a>`,
  `<a href=" java\tscript:__xss('tab')" data-miniprogram-appid="wx1234567890abcdef" data-miniprogram-path="pages">点这里</a>`,
  `<a href='http://127.0.0.1/"onmouseover="__xss(1)'>点这里</a>`,
  `{{constructor.constructor("__xss('mustache')")()}}`,
  "${__xss('literal')} `${__xss('literal')}`",
  `@:act.send {'{__xss}'} {0} %{n} | a | b`,
  `<math data-xss><mtext><mglyph><style><img src=x onerror=__xss('math')>`,
  `<details data-xss open ontoggle=__xss('details')>`,
  `<style data-xss>*{background:url(javascript:__xss('css'))}</style>`,
  `<base data-xss href="javascript:/a/-__xss('base')//">`,
  `<form data-xss action="javascript:__xss('form')"><button>发送</button></form>`,
  `\u202e<b data-xss>\u2066\u0301</b>\u{1f469}\u200d\u{1f4bb}`,
  `&lt;img data-xss src=x onerror=__xss('entity')&gt;&#x3c;b data-xss&#x3e;`,
  `https://example.com/"onmouseover=__xss('url')//<b data-xss>`,
  `javascript:__xss('address')`,
];
/** For fields that hold no more than 16 or 20 characters. */
const short = `<b data-xss>"'{{1`;
const brief = `<svg data-xss onload=__xss(1)>`;
const addresses = [`javascript:__xss('url')`, `data:text/html,<script data-xss>__xss('data')</script>`, `https://example.com/"><b data-xss>`, `//example.com/\u0022onload=__xss(1)`];

story("nothing that strangers write runs or becomes a part of a page", async (s) => {
  const { house } = s;
  let tried = 0;
  const fill = async (what) => {
    tried++;
    await what;
  };

  // What developers and colleagues call things.
  await house.api("/customservice/kfaccount/update", { kf_account: "bob_02@demo_shop", nickname: short.slice(0, 16) });
  await house.api("/customservice/kfaccount/add", { kf_account: "eve@demo_shop", nickname: `<i data-xss>'"\``.slice(0, 16) });
  await house.api("/customservice/kfaccount/inviteworker", { kf_account: "eve@demo_shop", invite_wx: "demo_admin" });
  const invited = (await (await house.person("demo_admin")).ask("GET", "/auth/v1/me")).invitations[0].token;

  // What customers say.
  const customer = await house.follow("oEvil", `${corpus[0]}`.slice(0, 64), { scene: "ADD_SCENE_QR_CODE", qr_scene: brief });
  for (const text of corpus) await fill(customer.says(text));
  const waiting = await house.follow("oEvilWaiting", corpus[2].slice(0, 64));
  await fill(waiting.says(corpus[0]));
  for (const [i, url] of addresses.entries()) {
    await fill(customer.send("link", { title: corpus[i], description: corpus[i + 4], url }));
    await fill(customer.send("miniprogrampage", { title: corpus[i + 2], appid: "wx1234567890abcdef", pagepath: `pages/${brief}`, thumb_url: url }));
    await fill(customer.send("location", { latitude: 30.27, longitude: 120.15, scale: 16, label: corpus[i + 1] }));
  }
  const picture = await house.media("image", tin(), "tin.png");
  await fill(customer.send("image", { media_id: picture, picurl: addresses[0] }));
  await fill(customer.send("event", undefined, { event: "CLICK", event_key: corpus[1] }));
  await fill(customer.says("菜单", { bizmsgmenuid: brief.replaceAll('"', "") }));

  // What agents write, at the doors of the pages.
  const alice = await s.desk("Alice");
  await alice.online();
  const bench = await house.person("alice_wx");
  await bench.bench("POST", "/customers/oEvil/accept", {});
  let sent = 0;
  const say = async (content) => {
    if (sent % 4 === 0) await customer.says("嗯");
    await fill(bench.bench("POST", "/customers/oEvil/messages", { client_id: `c${sent++}`, ...content }));
  };
  for (const text of corpus) await say({ msgtype: "text", text: { content: text } });
  await say({ msgtype: "msgmenu", msgmenu: { head_content: corpus[0], list: corpus.slice(0, 5).map((content, i) => ({ id: `i${i}`, content })), tail_content: corpus[2] } });
  for (const url of addresses.slice(2)) {
    await say({ msgtype: "news", news: { articles: [{ title: corpus[0], description: corpus[1], url, picurl: url }] } });
    await say({ msgtype: "music", music: { title: corpus[0], description: corpus[1], musicurl: url, hqmusicurl: url, thumb_media_id: picture } });
  }
  await say({ msgtype: "miniprogrampage", miniprogrampage: { title: corpus[0], appid: "wx1234567890abcdef", pagepath: brief, thumb_media_id: picture } });
  await fill(bench.bench("PUT", "/customers/oEvil/remark", { remark: short }));
  const tags = [];
  for (const name of [`<b data-xss onclick=__xss(1)>`, short]) tags.push((await bench.bench("POST", "/tags", { name })).id);
  await fill(bench.bench("PUT", "/customers/oEvil/tags", { tags }));
  for (const text of corpus.slice(0, 6)) await fill(bench.bench("POST", "/customers/oEvil/notes", { text }));
  for (const [i, text] of corpus.slice(0, 6).entries()) {
    // Who oversees others shares them.
    const author = i % 2 === 0 ? await house.person("bob_wx") : bench;
    await fill(author.bench("POST", "/replies", { code: `${i}${short}`.slice(0, 20), title: text.slice(0, 40), text: `${text}{客户称呼}`, shared: i % 2 === 0 }));
  }
  assert.ok(tried > 70, `only ${tried} fields were filled`);

  /** Nothing was made of it on a page. */
  const hits = [];
  for (const w of s.windows) await w.context.exposeFunction("__xss", (what) => hits.push(what));
  const innocent = async (page, where) => {
    const found = await page.evaluate(() => {
      const bad = [...document.querySelectorAll("[data-xss], base, [srcdoc], script:not([src])")].map((e) => e.outerHTML.slice(0, 200));
      for (const e of document.querySelectorAll("*")) {
        for (const a of e.attributes) {
          if (/^on/i.test(a.name)) bad.push(`${e.tagName} ${a.name}=${a.value}`);
          if (/^(href|src|action|formaction|data|poster|xlink:href)$/i.test(a.name) && /^\s*(javascript|vbscript|data:text)/i.test(a.value)) bad.push(`${e.tagName} ${a.name}=${a.value}`);
        }
      }
      // Handlers run late when at all, so whatever is there is touched.
      for (const e of document.querySelectorAll("img, svg, details, .bubble, .balloon")) e.dispatchEvent(new Event("mouseover", { bubbles: true }));
      return bad;
    });
    assert.deepEqual(found, [], where);
    assert.deepEqual(hits, [], where);
  };

  const { page } = alice;
  await page.goto(alice.address("chats/oEvil"));
  await page.reload();
  await alice.composer.waitFor();
  await alice.said("__xss('address')");
  await alice.panel.getByText("__xss").first().waitFor();
  await innocent(page, "the conversation");
  // All of it is there as words.
  await alice.log.hover();
  const shown = [];
  await until("the whole conversation was seen", async () => {
    shown.push(await alice.log.innerText());
    await page.mouse.wheel(0, -4000);
    return shown.some((words) => words.includes(corpus[0]));
  });
  await innocent(page, "the conversation from its beginning");
  for (const text of ["<script data-xss>", "{{constructor", "${__xss"]) assert.ok(shown.some((words) => words.includes(text)), `${text} stands there as it was written`);

  // Words that wait to be sent, files that have names.
  await alice.composer.fill(corpus[3]);
  await alice.composer.press("Enter");
  await page.locator("input[type=file]").first().setInputFiles({ name: `${brief}.png`, mimeType: "image/png", buffer: tin() });
  await page.getByRole("button", { name: /^移除 / }).waitFor();
  await innocent(page, "a picture with such a name");
  await page.getByRole("button", { name: /^移除 / }).click();
  await alice.composer.fill(`\n/`);
  await alice.composer.fill(`/`);
  await page.getByRole("region", { name: "快捷回复" }).waitFor();
  for (let i = 0; i < 5; i++) {
    await innocent(page, "quick replies");
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Escape");
  await alice.composer.fill(corpus[1]);
  await page.getByRole("button", { name: "转接", exact: true }).click();
  await page.getByRole("radio").first().waitFor();
  await innocent(page, "transfer");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+KeyK");
  for (const words of [brief, corpus[0], "data-xss"]) {
    await page.getByRole("textbox", { name: "搜索客户与会话" }).fill(words);
    await page.getByRole("dialog").getByRole("option").or(page.getByText("没有找到，换个词试试")).first().waitFor();
    await innocent(page, `search for ${words}`);
  }
  await page.keyboard.press("Escape");
  await alice.view("待接入");
  await page.getByRole("row").filter({ hasText: "svg" }).click();
  await innocent(page, "the queue");
  await alice.view("历史");
  await page.getByRole("button", { name: /svg|img/ }).first().click();
  await innocent(page, "the history");
  await page.getByRole("searchbox").fill(corpus[0]);
  await innocent(page, "search in the history");
  await alice.view("快捷回复");
  await page.getByRole("listitem").getByRole("button").first().click();
  await page.getByText("发送内容预览").waitFor();
  await innocent(page, "the quick replies");

  // What the customer sees of all that.
  const phone = await s.phone("oEvil");
  await phone.window.context.exposeFunction("__xss", (what) => hits.push(what));
  await phone.page.reload();
  await phone.sees("__xss('address')");
  await innocent(phone.page, "the phone");
  await until("the phone was looked through", async () => {
    await phone.log.locator(".balloon").first().scrollIntoViewIfNeeded();
    return (await phone.bubble("<script data-xss>").count()) > 1;
  });
  await innocent(phone.page, "the phone from its beginning");

  // What those see of it who look after the house and who build against it.
  const watch = await s.window({ name: "watch" });
  await watch.context.exposeFunction("__xss", (what) => hits.push(what));
  await watch.carry(house, (await house.person("demo_admin")).cookie);
  await watch.page.goto(`${house.url}/`);
  await watch.page.frameLocator("iframe[src*='/phone/']").first().getByRole("log").waitFor();
  for (const frame of watch.page.frames()) await innocent(frame, `the control room: ${frame.url()}`);
  const sought = `?q=${encodeURIComponent(corpus[0])}&words=${encodeURIComponent(corpus[2])}`;
  for (const section of [...sections, `records${sought}`, `pushes${sought}`]) {
    await watch.page.goto(`${house.url}/admin/${appid}/${section}`);
    await watch.page.locator("main.main h1").first().waitFor();
    await watch.page.waitForLoadState("networkidle");
    await innocent(watch.page, `the console: ${section}`);
  }

  // Who is called so, and at what address.
  const other = await s.window({ name: "other", size: handheld, touch: true });
  await other.context.exposeFunction("__xss", (what) => hits.push(what));
  other.expects(/status of 40[0-9] /);
  await other.page.goto(`${house.url}/invitation/${invited}`);
  await other.page.getByText("data-xss").first().waitFor();
  await innocent(other.page, "the invitation");
  for (const path of [
    `/sign-in?to=javascript:__xss('to')&as=${encodeURIComponent(corpus[0])}`,
    `/sign-in?setup=${encodeURIComponent(corpus[2])}`,
    `/invitation/${encodeURIComponent(corpus[0])}`,
    `/workbench/#/${encodeURIComponent(corpus[0])}/chats/${encodeURIComponent(corpus[2])}`,
    `/phone/${encodeURIComponent(brief)}`,
    `/phone/${appid}?as=${encodeURIComponent(brief)}`,
  ]) {
    await other.page.goto(house.url + path);
    await other.page.waitForLoadState("networkidle");
    await innocent(other.page, path);
  }
});
