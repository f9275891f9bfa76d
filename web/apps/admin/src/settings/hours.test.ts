import { expect, test } from "vitest";
import { clockOf, minutesOf, usualSpans, wrongHours } from "./hours.ts";

test("the end of a day is midnight on the page", () => {
  expect(minutesOf("00:00", false)).toBe(0);
  expect(minutesOf("00:00", true)).toBe(1440);
  expect(clockOf(1440)).toBe("00:00");
  expect(minutesOf(clockOf(545), true)).toBe(545);
  expect(minutesOf("", true)).toBe(null);
});

test("hours that run backwards or overlap are wrong, those that touch are not", () => {
  expect(wrongHours(usualSpans())).toBe(null);
  expect(wrongHours([{ day: 1, from: 600, until: 600 }])).toBe("backwards");
  expect(wrongHours([{ day: 1, from: 780, until: 1080 }, { day: 1, from: 540, until: 720 }])).toBe(null);
  expect(wrongHours([{ day: 1, from: 700, until: 1080 }, { day: 1, from: 540, until: 720 }])).toBe("overlap");
  expect(wrongHours([{ day: 1, from: 540, until: 720 }, { day: 1, from: 720, until: 800 }])).toBe(null);
  expect(wrongHours([{ day: 1, from: 540, until: 720 }, { day: 2, from: 540, until: 720 }])).toBe(null);
});
