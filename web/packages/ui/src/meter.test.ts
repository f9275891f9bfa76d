import type { Allowance } from "@kefu/wire";
import { describe, expect, it } from "vitest";
import { meter, remaining, tooLong } from "./meter.ts";

const hour = 3_600_000;
const of = (left: number, until: number, more: Partial<Allowance> = {}): Allowance => ({ left, until, grants: left === 0 ? [] : [{ kind: "message", left, until }], ...more });

describe("a meter", () => {
  it.each<[string, Allowance, number, boolean, object]>([
    ["plenty", of(5, 47.5 * hour), 0, true, { pips: 5, tone: "fine", says: { is: "left", n: 5, time: { unit: "hours", n: 47 } }, shut: false }],
    ["two left", of(2, 41 * hour), 0, true, { pips: 2, tone: "low", says: { is: "left", n: 2 } }],
    ["less than two hours", of(5, 1.9 * hour), 0, true, { pips: 5, tone: "low" }],
    ["the last", of(1, 41 * hour), 0, true, { pips: 1, tone: "low", says: { is: "last", time: { n: 41 } } }],
    ["seconds", of(3, 42_400), 0, true, { pips: 3, tone: "low", says: { is: "left", n: 3, time: { unit: "seconds", clock: "0:42" } } }],
    ["used up", of(0, 0, { reason: "used_up" }), 0, true, { pips: 0, tone: "out", says: { is: "used_up" }, shut: true }],
    ["over", of(5, -1), 0, true, { says: { is: "expired" }, shut: true }],
    ["unfollowed", of(5, hour, { reason: "unfollowed" }), 0, true, { says: { is: "unfollowed" }, shut: true }],
    ["refused", of(5, hour, { reason: "blocked" }), 0, true, { says: { is: "blocked" }, shut: true }],
    ["as many as wanted", of(-1, 20 * hour), 9, true, { pips: null, tone: "fine", says: { is: "unlimited", time: { unit: "hours", n: 20 } }, shut: false }],
    ["one on its way", of(2, 41 * hour), 1, true, { pips: 1, says: { is: "last" } }],
    ["all on their way", of(2, 41 * hour), 2, true, { says: { is: "used_up" }, shut: true }],
    ["before the break", of(2, 41 * hour), 0, false, { pips: 2, says: { is: "offline", n: 2 }, shut: false }],
    ["more than there are pips", of(20, 41 * hour), 0, true, { pips: 5, says: { n: 20 } }],
  ])("%s", (_, a, underway, online, want) => {
    expect(meter(a, 0, underway, online)).toMatchObject(want);
  });

  it("does not call a reply the last while another grant has more", () => {
    const grants = [{ kind: "follow", left: 1, until: 50_000 }, { kind: "message", left: 5, until: 48 * hour }];
    expect(meter({ left: 1, until: 50_000, grants }, 0, 0, true)).toMatchObject({ pips: 5, tone: "fine", says: { is: "left", n: 6, time: { unit: "hours", n: 48 } } });
    expect(meter({ left: 1, until: 50_000, grants }, 0, 5, true)).toMatchObject({ says: { is: "last" } });
    expect(meter({ left: 1, until: 50_000, grants }, 0, 6, true).shut).toBe(true);
  });
  it("goes on to the next grant by itself when the first has ended", () => {
    const a: Allowance = { left: 3, until: 60_000, grants: [{ kind: "menu", left: 3, until: 60_000 }, { kind: "message", left: 5, until: 40 * hour }] };
    expect(meter(a, 0, 0, true).says).toMatchObject({ is: "left", n: 8 });
    expect(meter(a, 61_000, 0, true).says).toMatchObject({ is: "left", n: 5 });
  });
});

it.each([[48 * hour, { unit: "hours", n: 48 }], [hour, { unit: "hours", n: 1 }], [hour - 1, { unit: "minutes", n: 59 }], [120_000, { unit: "minutes", n: 2 }], [119_999, { unit: "seconds", clock: "1:59" }], [-5, { unit: "seconds", clock: "0:00" }]])("%i ms are told in their unit", (ms, want) => {
  expect(remaining(ms)).toEqual(want);
});

it("counts bytes, not characters", () => {
  expect(tooLong("a".repeat(2048))).toBe(0);
  expect(tooLong("茶".repeat(683))).toBe(1);
  expect(tooLong("🙏".repeat(513))).toBe(4);
});
