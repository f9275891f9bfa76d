import type { PhoneMessage } from "@kefu/wire";
import { describe, expect, it } from "vitest";
import { merge, pauseShown, rows } from "./timeline.ts";

const said = (id: number, at: number, more: Partial<PhoneMessage> = {}): PhoneMessage => ({ id, from: "them", msgtype: "text", text: { content: String(id) }, at, ...more });
const keys = (all: ReturnType<typeof rows>) => all.map((r) => r.key);
const base = 1_700_000_000_000;

describe("a timeline", () => {
  it("has every message once, in the order of ids, the newest form of it", () => {
    const all = merge([said(2, base), said(5, base)], [said(9, base), said(5, base, { name: "林" }), said(1, base)]);
    expect(all.map((m) => m.id)).toEqual([1, 2, 5, 9]);
    expect(all[2]!.name).toBe("林");
  });
  it("tells the time after a pause, and only then", () => {
    expect(keys(rows([said(1, base), said(2, base + pauseShown), said(3, base + 2 * pauseShown + 1)], [], []))).toEqual(["t1", "1", "2", "t3", "3"]);
  });
  it("puts notices where they happened", () => {
    expect(keys(rows([said(1, base), said(2, base + 10)], [{ key: "n", at: base + 5, what: "ended" }], []))).toEqual(["t1", "1", "n", "2"]);
  });
  it("shows what is on its way below, and not beside what came of it", () => {
    const letter = { client_id: "c1", msgtype: "text", text: { content: "x" }, at: base + 1, state: "sending" as const };
    expect(keys(rows([said(1, base)], [], [letter]))).toEqual(["t1", "1", "c1"]);
    expect(keys(rows([said(1, base), said(2, base + 2, { from: "me", client_id: "c1" })], [], [letter]))).toEqual(["t1", "1", "c1"]);
  });
});
