// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { saidWords, whenWords } from "./words.ts";

const t = (key: string) => key;
const phrase = (p: string | [string, object]) => (typeof p === "string" ? p : p[0]);

test("what is no text is called by its kind", () => {
  expect(saidWords("[voice]", t)).toBe("kind.voice");
  expect(saidWords("[miniprogrampage]", t)).toBe("kind.mini");
  expect(saidWords("[ok] then", t)).toBe("[ok] then");
  expect(saidWords("[text]", t)).toBe("[text]");
  expect(saidWords("", t)).toBe("");
});

test("a time has its day", () => {
  const at = new Date(2027, 2, 12, 14, 2).getTime();
  expect(whenWords(at, at + 1000, t, phrase)).toBe("records.today 14:02");
  expect(whenWords(at, at + 86_400_000, t, phrase)).toBe("time.yesterday 14:02");
  expect(whenWords(at, at + 3 * 86_400_000, t, phrase)).toBe("time.monthDay 14:02");
});
