import type { AgentSet } from "@kefu/wire";
import { describe, expect, it } from "vitest";
import { chosen, countsOf } from "./binding.ts";
import { fitted, moved, zoomed } from "./crop.ts";

const agent = (kf_account: string, nickname: string, binding: AgentSet["binding"], wechat_id = ""): AgentSet => ({ kf_account, nickname, status: "offline", since: 0, serving: 0, max: 0, kf_id: 1001, binding, wechat_id, expires_at: 0 });
const all = [agent("xiaolin@qinghe_tea", "林晓禾", "bound", "lin_xiaohe"), agent("yinuo@qinghe_tea", "程一诺", "waiting", "yinuo_cheng"), agent("night09@qinghe_tea", "夜班 09", "none")];

describe("agents", () => {
  it("are counted by binding", () => {
    expect(countsOf(all)).toEqual({ bound: 1, waiting: 1, rejected: 0, expired: 0, none: 1 });
  });
  it.each([["", "", 3], ["waiting", "", 1], ["", "晓禾", 1], ["", "YINUO", 1], ["", "lin_", 1], ["bound", "夜班", 0]])("of %j with %j are found", (binding, words, n) => {
    expect(chosen(all, binding, words)).toHaveLength(n);
  });
});

describe("a cut", () => {
  it("begins in the middle", () => {
    expect(fitted(400, 200)).toEqual({ x: 100, y: 0, side: 200 });
  });
  it("stays inside the picture", () => {
    expect(moved({ x: 100, y: 0, side: 200 }, -500, 40, 400, 200)).toEqual({ x: 0, y: 0, side: 200 });
    expect(moved({ x: 100, y: 0, side: 200 }, 500, 0, 400, 200)).toEqual({ x: 200, y: 0, side: 200 });
  });
  it("grows and shrinks around its middle", () => {
    const near = zoomed({ x: 100, y: 0, side: 200 }, 2, 400, 200);
    expect(near).toEqual({ x: 150, y: 50, side: 100 });
    expect(zoomed({ x: 300, y: 100, side: 100 }, 1, 400, 200)).toEqual({ x: 200, y: 0, side: 200 });
  });
});
