import { expect, it } from "vitest";
import { sought } from "./sought.ts";

it.each([
  ["昨天收到龙井，压扁了", ["龙井", "压扁"], "昨天收到[龙井]，[压扁]了"],
  ["Tea TEA", ["tea"], "[Tea] [TEA]"],
  ["aaa", ["aa", "a"], "[aaa]"],
  ["nothing", [], "nothing"],
  ["", ["x"], ""],
])("marks words in %j", (text, words, want) =>
  expect(
    sought(text, words)
      .map((p) => (p.hit ? `[${p.words}]` : p.words))
      .join(""),
  ).toBe(want));
