import { describe, expect, it } from "vitest";
import { cell, Counter, csvOf } from "./saving.ts";

describe("cell", () => {
  it.each([
    ["=1+1", "'=1+1"],
    ["+86", "'+86"],
    ["-x", "'-x"],
    ["@a", "'@a"],
    ["\tx", "'\tx"],
    ['say "hi", you', '"say ""hi"", you"'],
    ["林晓禾", "林晓禾"],
    [-5, "-5"],
  ])("makes %j harmless", (from, to) => expect(cell(from)).toBe(to));

  it("begins a file with the mark of UTF-8", () => expect(csvOf([["a", 1], ["b", 2]])).toBe("\ufeffa,1\r\nb,2\r\n"));
});

describe("Counter", () => {
  const csv = '\ufeffconversation,text\r\n7,"one\r\nline, ""two"""\r\n7,more\r\n9,x\r\n';
  it("counts conversations in CSV however the parts are cut", () => {
    for (let size = 1; size < csv.length; size++) {
      const counter = new Counter("csv");
      for (let i = 0; i < csv.length; i += size) counter.take(csv.slice(i, i + size));
      expect(counter.count).toBe(2);
    }
  });
  it("counts lines", () => {
    const counter = new Counter("jsonl");
    counter.take('{"id":1}\n{"id"');
    counter.take(":2}\n");
    expect(counter.count).toBe(2);
  });
});
