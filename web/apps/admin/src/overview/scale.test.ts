import { describe, expect, it } from "vitest";
import { ticksOf } from "./scale.ts";

describe("ticksOf", () => {
  it.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [5, [0, 1, 2, 3, 4, 5]],
    [40, [0, 10, 20, 30, 40]],
    [41, [0, 10, 20, 30, 40, 50]],
    [66, [0, 20, 40, 60, 80]],
    [1234, [0, 500, 1000, 1500]],
  ])("covers %d in round steps", (greatest, ticks) => expect(ticksOf(greatest)).toEqual(ticks));

  it("never has more than six", () => {
    for (let n = 0; n < 5000; n += 7) expect(ticksOf(n).length).toBeLessThanOrEqual(6);
  });
});
