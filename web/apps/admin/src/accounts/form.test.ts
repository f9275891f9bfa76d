import { describe, expect, it } from "vitest";
import { random, wrongOf } from "./form.ts";

const form = (callback: object, rest: object = {}) => ({
  name: "青禾茶铺", wechat_id: "qinghe_tea", original_id: "gh_7d3a91c0b2e4", kf_id_form: "string" as const, allowed_addresses: [],
  callback: { url: "", token: "", encoding_aes_key: "", mode: "plain" as const, format: "xml" as const, ...callback },
  standing: { verified: true, service_enabled: true, frozen: false, secret_frozen: false }, ...rest,
});

describe("an official account", () => {
  it.each([
    [{}, {}], [{ url: "https://shop.qinghe.example/wechat", token: "qh2024" }, {}],
    [{ url: "https://shop.qinghe.example/wechat" }, { token: "tokenNeeded" }], [{ url: "ftp://x", token: "abc" }, { url: "url" }],
    [{ url: "https://a:b@x.example/", token: "abc" }, { url: "url" }], [{ url: "https://x.example/#a", token: "abc" }, { url: "url" }],
    [{ token: "no spaces" }, { token: "token" }], [{ encoding_aes_key: "short" }, { key: "key" }],
    [{ url: "https://x.example/", token: "abc", mode: "safe" }, { key: "keyNeeded" }],
  ])("with %j is told %j", (callback, want) => {
    expect(wrongOf(form(callback))).toEqual(want);
  });
  it("has its names checked", () => {
    expect(wrongOf(form({}, { wechat_id: "a b", original_id: "gh_1", name: "长".repeat(65) }))).toEqual({ wechat: "wechat", original: "original", name: "name" });
  });
});

it("random texts are of letters and digits, and never the same", () => {
  expect(random(43)).toMatch(/^[0-9A-Za-z]{43}$/);
  expect(random(32)).not.toBe(random(32));
});
