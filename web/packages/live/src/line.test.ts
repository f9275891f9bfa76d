import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { longestPause, overloadPause, pause } from "./backoff.ts";
import { FakeHouse } from "./fakehouse.ts";
import { Line, type LineState } from "./line.ts";

interface Fact { t: "fact"; id: number }

function begin() {
  const house = new FakeHouse();
  const states: LineState[] = [];
  const facts: number[] = [];
  const hellos: boolean[] = [];
  const line = new Line<Fact>({
    url: "wss://house/socket",
    from: { epoch: "e1", offset: 5 },
    state: (s) => states.push(s),
    hello: (h) => hellos.push(h.resumed),
    fact: (f) => facts.push(f.id),
    open: house.open,
    random: () => 0.5,
  });
  line.connect();
  const is = () => states[states.length - 1]!;
  /** Waits until the line tries again. */
  const again = () => {
    const s = is();
    if (s.is !== "broken") throw new Error(`got ${s.is}, want broken`);
    vi.advanceTimersByTime(s.at - Date.now());
    return s;
  };
  return { house, line, states, facts, hellos, is, again };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a line", () => {
  it("goes on after the last fact it handed over", () => {
    const { house, facts, again } = begin();
    expect(house.last.protocol).toBe("kefu.v1");
    expect(house.last.from).toEqual({ epoch: "e1", offset: 5 });
    house.last.hello(true);
    house.last.fact(7);
    house.last.fact(9);
    house.last.drop(1006);
    again();
    expect(house.last.from).toEqual({ epoch: "e1", offset: 9 });
    house.last.hello(true);
    house.last.fact(8); // It was before what is known.
    house.last.fact(12);
    expect(facts).toEqual([7, 9, 12]);
  });

  it("begins at the hello's offset when nothing can be resumed", () => {
    const { house, hellos, again } = begin();
    house.last.hello(false, "e2", 40);
    expect(hellos).toEqual([false]);
    house.last.drop(1006);
    again();
    expect(house.last.from).toEqual({ epoch: "e2", offset: 40 });
  });

  it("waits longer and longer, never longer than the longest pause", () => {
    const { house, again } = begin();
    const waits: number[] = [];
    for (let k = 0; k < 9; k++) {
      house.last.drop(1006);
      const began = Date.now();
      waits.push(again().at - began);
    }
    expect(waits).toEqual([1500, 3000, 6000, 12000, 22500, 22500, 22500, 22500, 22500]);
    expect(house.opened).toHaveLength(10);
  });

  it("counts from one again after a hello", () => {
    const { house, is, again } = begin();
    house.last.drop(1006);
    again();
    house.last.hello(true);
    house.last.drop(1001);
    expect(is()).toMatchObject({ is: "broken", attempt: 1 });
  });

  it("comes back at once when it was too slow", () => {
    const { house } = begin();
    house.last.hello(true);
    house.last.drop(4003);
    expect(house.opened).toHaveLength(2);
  });

  it("does not come back in a circle when it is too slow before the hello", () => {
    const { house } = begin();
    house.last.drop(4003);
    expect(house.opened).toHaveLength(1);
  });

  it("keeps away for a while after an overload", () => {
    const { house } = begin();
    house.last.drop(1013);
    vi.advanceTimersByTime(overloadPause);
    expect(house.opened).toHaveLength(1);
    vi.advanceTimersByTime(2 * overloadPause);
    expect(house.opened).toHaveLength(2);
  });

  it.each([[1008, "not_allowed"], [4001, "signed_out"], [4002, "elsewhere"], [4004, "fresh"]] as const)("does not come back after %i", (code, why) => {
    const { house, is } = begin();
    house.last.hello(true);
    house.last.drop(code);
    vi.advanceTimersByTime(10 * longestPause);
    expect(is()).toEqual({ is: "ended", why });
    expect(house.opened).toHaveLength(1);
  });

  it("comes back after its end when somebody asks", () => {
    const { house, line } = begin();
    house.last.drop(4002);
    line.connect();
    expect(house.opened).toHaveLength(2);
  });

  it("gives up a socket that says no hello", () => {
    const { house, is, again } = begin();
    vi.advanceTimersByTime(10_000);
    expect(is().is).toBe("broken");
    expect(house.last.closedBy).not.toBeNull();
    const first = house.last;
    again();
    expect(house.opened).toHaveLength(2);
    first.fact(99); // It is not listened to any more.
    first.drop(1006);
    house.last.hello(true);
    expect(is().is).toBe("open");
  });

  it("opens another at once when it is doubted", () => {
    const { house, line } = begin();
    house.last.hello(true);
    line.suspect();
    expect(house.opened).toHaveLength(2);
  });

  it("asks for what it watches after every hello, not before", () => {
    const { house, line, again } = begin();
    line.watch(["o1"]);
    expect(house.last.heard).toEqual([]);
    house.last.hello(true);
    line.watch(["o2"]);
    expect(house.last.heard).toEqual([{ t: "watch", openids: ["o1"] }, { t: "watch", openids: ["o2"] }]);
    house.last.drop(1006);
    again();
    house.last.hello(true);
    expect(house.last.heard).toEqual([{ t: "watch", openids: ["o2"] }]);
  });

  it("is not disturbed by what it does not know", () => {
    const { house, facts, is } = begin();
    house.last.hello(true);
    house.last.say("no json");
    house.last.say({ t: "news" });
    house.last.fact(6);
    expect(facts).toEqual([6]);
    expect(is().is).toBe("open");
  });
});

it("pauses between half and the whole of what they may be", () => {
  expect(pause(1, () => 0)).toBe(500);
  expect(pause(1, () => 1)).toBe(1000);
  expect(pause(100, () => 1)).toBe(longestPause);
});
