import { expect, it } from "vitest";
import { changesOf } from "./changes.ts";

const before = { name: "a", callback: { url: "", token: "t" }, addresses: ["1.1.1.1"], limits: { calls: { x: 1, y: 2 } as Record<string, number>, agents: 3 } };

it("tells nothing of what stayed", () => {
  expect(changesOf(before, structuredClone(before))).toEqual({});
});

it("tells of a member without its neighbours", () => {
  expect(changesOf(before, { ...before, callback: { url: "", token: "u" } })).toEqual({ callback: { token: "u" } });
});

it("tells lists whole, and tables whose entries may go", () => {
  const now = { ...before, addresses: [] as string[], limits: { calls: { x: 1 }, agents: 3 } };
  expect(changesOf(before, now, ["calls"])).toEqual({ addresses: [], limits: { calls: { x: 1 } } });
});
