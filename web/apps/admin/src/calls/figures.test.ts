import { expect, test } from "vitest";
import { exactStamp, moment, took } from "./figures.ts";

const at = new Date(2027, 2, 12, 14, 20, 40, 7).getTime();

test("a time of today has no day, by the clock of the house", () => {
  expect(moment(at, at + 3_600_000)).toBe("14:20:40");
  expect(moment(at, at + 86_400_000)).toBe("03-12 14:20:40");
  expect(exactStamp(at)).toBe("2027-03-12 14:20:40.007");
});

test("how long something took", () => {
  expect(took(96.4)).toBe("96 ms");
  expect(took(5_012)).toBe("5.0 s");
});
