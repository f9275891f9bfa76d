import type { RoomAccount, SandboxFollower } from "@kefu/wire";
import { describe, expect, it } from "vitest";
import { distance } from "./ahead.ts";
import { curlOf, envOf, shortSecret } from "./credentials.ts";
import { freshName, seated } from "./room.ts";

const follower = (openid: string, nickname = "", subscribed_at = 1): SandboxFollower => ({ openid, nickname, subscribed_at, state: "idle" });

describe("the phones", () => {
  it("go to who had them last and still follows, and to others", () => {
    const all = [follower("a"), follower("b"), follower("c"), follower("gone", "", -62135596800)];
    expect(seated(all, [])).toEqual(["a", "b"]);
    expect(seated(all, ["c", "gone"])).toEqual(["c", "a"]);
    expect(seated(all, ["c", "c"])).toEqual(["c", "a"]);
    expect(seated([], ["a"])).toEqual([]);
  });
  it("of somebody new show a name that nobody has", () => {
    expect(freshName([])).toBe("豆豆妈");
    expect(freshName([follower("a", "豆豆妈")])).toBe("南风知我意");
    const crowd = Array.from({ length: 30 }, (_, i) => follower(`o${i}`, freshName([])));
    expect(crowd.map((f) => f.nickname)).not.toContain(freshName([...crowd, ...["南风知我意", "阿泽", "小米粒", "江边的老陈", "晴天", "Lucas Wang", "栗子", "周末去爬山", "林间"].map((n) => follower(n, n))]));
  });
});

it.each([
  [20_000, []], [60_000, [["room.minute", { n: 1 }]]], [7_200_000, [["room.hour", { n: 2 }]]], [-5_400_000, [["room.hour", { n: 1 }], ["room.minute", { n: 30 }]]], [49 * 3_600_000 + 60_000, [["room.day", { n: 2 }], ["room.hour", { n: 1 }]]],
])("%i ms ahead", (ms, want) => {
  expect(distance(ms)).toEqual(want);
});

describe("credentials", () => {
  const account: RoomAccount = {
    appid: "wx1", name: "青禾茶铺", wechat_id: "qinghe_tea", original_id: "gh_1", secret: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    callback: { url: "http://127.0.0.1:9000/wx?a=b&c=d", token: "it's", encoding_aes_key: "", mode: "plain" },
  };
  it("paste into an .env file", () => {
    expect(envOf(account, "http://127.0.0.1:8080")).toBe(
      "KEFU_BASE_URL=http://127.0.0.1:8080\nKEFU_APPID=wx1\nKEFU_SECRET=0f1e2d3c4b5a69788796a5b4c3d2e1f0\nKEFU_WECHAT_ID=qinghe_tea\nKEFU_CALLBACK_URL='http://127.0.0.1:9000/wx?a=b&c=d'\nKEFU_CALLBACK_TOKEN='it'\\''s'\n",
    );
  });
  it("leave out what is not known", () => {
    const other = { ...account };
    delete other.secret;
    expect(envOf(other, "http://h")).not.toContain("SECRET");
    expect(curlOf(other, "http://h")).toContain("SECRET=\n");
  });
  it("are recognised without being read", () => {
    expect(shortSecret(account.secret!)).toBe("0f1e2d3c…e1f0");
    expect(shortSecret("short")).toBe("short");
  });
});
