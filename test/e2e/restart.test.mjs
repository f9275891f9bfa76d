// The house goes down in mid-conversation, and nobody at the desk loses anything.
import assert from "node:assert/strict";
import { story } from "./story.mjs";

const broken = [/WebSocket connection to .* failed/, /ERR_CONNECTION_(REFUSED|RESET)/, /ERR_EMPTY_RESPONSE/, /ERR_INCOMPLETE_CHUNKED_ENCODING/];

for (const [how, end] of /** @type {const} */ ([["is restarted", "SIGTERM"], ["is killed", "SIGKILL"]])) {
  story(`the house ${how} in mid-conversation: what was said meanwhile arrives once, in order`, async (s) => {
    const customer = await s.house.follow("oPatient", "豆豆妈");
    const phone = await s.phone(customer.openid);
    const alice = await s.desk("Alice");
    for (const w of [alice.window, phone.window]) w.expects(...broken);
    await alice.online();
    await phone.says("明天能到吗");
    await alice.takeNext();
    await alice.says("我查一下");
    await phone.sees("我查一下");

    await s.house.stop(end);
    await alice.page.getByRole("alert").filter({ hasText: "连接已断开" }).waitFor();
    await phone.reads(/连接已断开/);
    const later = alice.page.getByRole("button", { name: "稍后发送" });
    for (const words of ["今天 17:00 前发出", "正常明天下午能到"]) {
      await alice.composer.fill(words);
      await later.waitFor();
      await alice.composer.press("Enter");
      await alice.said(words);
    }
    await alice.composer.fill("还没写完的话");
    await phone.writes("想赶在周末");
    await phone.writes("送长辈");

    await s.house.start();
    // It comes back by itself; whoever does not want to wait says so.
    await alice.page.getByRole("button", { name: "立即重连" }).click({ timeout: 1_000 }).catch(() => undefined);
    await alice.said("送长辈");
    await phone.sees("正常明天下午能到");
    const all = await customer.sees();
    const said = (who) => all.filter((m) => m.from === who).map((m) => m.text.content);
    assert.deepEqual(said("agent"), ["我查一下", "今天 17:00 前发出", "正常明天下午能到"]);
    assert.deepEqual(said("customer"), ["明天能到吗", "想赶在周末", "送长辈"]);
    assert.equal(await alice.composer.inputValue(), "还没写完的话", "the draft is kept");

    // What arrived is shown once, on both sides.
    for (const { text } of all) {
      assert.equal(await alice.bubble(text.content).count(), 1, `${text.content} at the desk`);
      assert.equal(await phone.bubble(text.content).count(), 1, `${text.content} on the phone`);
    }
    await alice.composer.press("Enter");
    await phone.sees("还没写完的话");
  });
}
