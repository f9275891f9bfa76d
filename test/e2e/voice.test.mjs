// A customer speaks, and an agent hears it: a voice is AMR on the way, as in WeChat, and
// no browser records or plays that by itself.
import assert from "node:assert/strict";
import { story } from "./story.mjs";
import { until } from "./until.mjs";

story("a voice is recorded on the phone, and played at the workbench", async (s) => {
  await s.house.follow("oVoiceCustomer", "会说话的人");
  const phone = await s.phone("oVoiceCustomer");
  const alice = await s.desk("Alice");
  await alice.online();

  await phone.page.getByRole("button", { name: "切换到语音" }).click();
  const hold = phone.page.getByRole("button", { name: "按住说话" });
  const box = await hold.boundingBox();
  await phone.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  // Slid upward, it is not sent; let go at once, it was no voice.
  await phone.page.mouse.down();
  await phone.page.getByRole("button", { name: "松开发送，上滑取消" }).waitFor();
  await phone.page.waitForTimeout(1_200);
  await phone.page.mouse.move(box.x + box.width / 2, box.y - 120);
  await phone.page.getByRole("button", { name: "松开取消" }).waitFor();
  await phone.page.mouse.up();
  await phone.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await phone.page.mouse.down();
  await phone.page.getByRole("button", { name: "松开发送，上滑取消" }).waitFor();
  await phone.page.mouse.up();
  await phone.page.getByText("说话时间太短").waitFor();
  await phone.page.mouse.down();
  await phone.page.getByRole("button", { name: "松开发送，上滑取消" }).waitFor();
  await phone.page.waitForTimeout(2_500);
  await phone.page.mouse.up();
  const balloon = phone.log.getByRole("button", { name: /语音 [23]″/ });
  await balloon.waitFor();
  const balloons = phone.log.getByRole("button", { name: /语音/ });
  assert.equal(await balloons.count(), 1);

  // Who cannot hold presses a key to begin, and again to send.
  await hold.press("Enter");
  const again = phone.page.getByRole("button", { name: "再按一次发送" });
  await again.waitFor();
  await phone.page.waitForTimeout(1_500);
  await again.press("Enter");
  await balloons.nth(1).waitFor();
  // One voice at a time.
  await balloons.nth(0).click();
  await until("the first plays", () => balloons.nth(0).evaluate((e) => e.matches(".playing")));
  await balloons.nth(1).click();
  await until("the second plays instead", () => balloons.nth(1).evaluate((e) => e.matches(".playing")));
  assert.equal(await phone.log.locator("button.playing").count(), 1);

  // What the developer gets is what WeChat would give.
  const { voice } = (await s.house.sandbox("GET", "/followers/oVoiceCustomer/messages")).messages.filter((m) => m.voice)[0];
  assert.equal(voice.format, "amr");
  await s.house.api("/cgi-bin/customservice/getkflist");
  const file = new Uint8Array(await (await fetch(`${s.house.url}/cgi-bin/media/get?access_token=${s.house.token}&media_id=${voice.media_id}`)).arrayBuffer());
  assert.equal(new TextDecoder().decode(file.subarray(0, 6)), "#!AMR\n");
  assert.ok(file.length > 2_500, `${file.length} bytes`);

  await alice.takeNext();
  const bubble = alice.log.locator(".voice").first();
  await bubble.getByText(/0:0[23]/).waitFor();
  await bubble.getByRole("button", { name: "播放" }).click();
  await bubble.getByRole("button", { name: "暂停" }).waitFor();
  await until("the bars fill up", async () => (await bubble.locator(".wave i.on").count()) > 12);
  await bubble.getByRole("button", { name: "播放" }).waitFor(); // it came to its end
  assert.equal(await bubble.locator(".broken").count(), 0);
});
