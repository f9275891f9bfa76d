import type { FaultSet } from "@kefu/wire";
import { describe, expect, it } from "vitest";
import { onlySwitches, standing, switches, turned } from "./switches.ts";

const none: FaultSet = { api: [], push: [] };
// What somebody set by a call, each of them near to a switch.
const others: FaultSet = {
  api: [{ path: "/cgi-bin/token", errcode: 45047, probability: 0.1 }, { path: "*", errcode: 45047 }],
  push: [{ openid: "o1", duplicate: true }, { dead: true }, { delay: "200ms" }, { status: 500, times: 3 }, { status: 502 }, { reorder: true, times: 2 }],
};

describe("a switch", () => {
  it.each(switches)("%s goes on, off, and leaves what others set", (s) => {
    const on = turned(others, s, true);
    expect([...standing(on).on]).toEqual([s]);
    expect(standing(on).others).toBe(8);
    expect(turned(on, s, false)).toEqual(others);
    expect(standing(onlySwitches(on))).toMatchObject({ others: 0 });
  });
  it("that is on goes with the others: only the first fault that could meet a push does", () => {
    const all = switches.reduce((set, s) => turned(set, s, true), none);
    expect(all.push).toEqual([{ status: 502, times: 3, delay: "6s" }, { delay: "6s", duplicate: true, reorder: true }]);
    expect([...standing(all).on].sort()).toEqual([...switches].sort());
  });
  it("of failing pushes counts down, and another leaves its count alone", () => {
    const left: FaultSet = { api: [], push: [{ status: 502, times: 1 }] };
    expect(standing(left).failing).toBe(1);
    expect(turned(left, "slow", true).push[0]).toEqual({ status: 502, times: 1, delay: "6s" });
    expect(turned(left, "fail", true).push[0]).toEqual({ status: 502, times: 3 });
  });
});
