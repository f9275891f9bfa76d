import type { ActivityLine } from "@kefu/wire";
import { describe, expect, it } from "vitest";
import { kept, merged, ofAccount, pathOf, shortPath, toneOf, tookWords } from "./log.ts";

const called = (seq: number, more: Partial<ActivityLine> = {}): ActivityLine => ({ seq, at: seq, kind: "call", title: "/cgi-bin/token", took_us: 1, errcode: 0, ...more });
const pushed = (seq: number, push: number, more: Partial<ActivityLine> = {}): ActivityLine => ({ seq, at: seq, kind: "push", title: "text", took_us: 1, push, outcome: "due", attempts: 1, ...more });
const seqs = (lines: ActivityLine[]) => lines.map((l) => l.seq);

describe("lines", () => {
  it("are the newest first, and a push that is tried again moves up", () => {
    const first = merged([], { whole: true, lines: [called(1), pushed(2, 7), called(3)] });
    expect(seqs(first)).toEqual([3, 2, 1]);
    const then = merged(first, { whole: false, lines: [pushed(4, 7), called(5), pushed(6, 7, { outcome: "replied" })] });
    expect(seqs(then)).toEqual([6, 5, 3, 1]);
    expect(then[0]!.outcome).toBe("replied");
  });
  it("of another world take the place of all", () => {
    expect(seqs(merged([called(9)], { whole: true, lines: [called(1)] }))).toEqual([1]);
  });
  it("are bounded", () => {
    const many = Array.from({ length: kept }, (_, i) => called(i + 1));
    const all = merged(merged([], { whole: true, lines: many }), { whole: false, lines: [called(kept + 1)] });
    expect(all.length).toBe(kept);
    expect(all.at(-1)!.seq).toBe(2);
  });
  it("of an account are its own and those of nobody", () => {
    expect(seqs(ofAccount([called(3, { appid: "a" }), called(2, { appid: "b" }), called(1)], "a"))).toEqual([3, 1]);
  });
});

it.each([
  ["/cgi-bin/customservice/getonlinekflist", "getonlinekflist"], ["/cgi-bin/message/custom/send", "message/custom/send"], ["/customservice/kfaccount/add", "kfaccount/add"], ["/cgi-bin/token", "cgi-bin/token"], ["/other", "other"],
])("%s is called %s", (path, want) => {
  expect(shortPath(path)).toBe(want);
});
it.each([[10, "0 ms"], [400, "0.4 ms"], [96_000, "96 ms"], [999_400, "999 ms"], [15_000_000, "15.0 s"]])("%i µs is %s", (us, want) => {
  expect(tookWords(us)).toBe(want);
});
it("tells good from bad", () => {
  expect([called(1), called(1, { errcode: 40001 }), pushed(1, 1), pushed(1, 1, { outcome: "failed" }), pushed(1, 1, { outcome: "replied" })].map(toneOf)).toEqual(["plain", "bad", "due", "bad", "good"]);
});
it("a callback URL has a path, when it is one", () => {
  expect([pathOf("http://127.0.0.1:9000/wechat?x=1"), pathOf("")]).toEqual(["/wechat", ""]);
});
