// @vitest-environment happy-dom
import { beforeEach, expect, it } from "vitest";
import { Drafts } from "./drafts.ts";

beforeEach(() => localStorage.clear());

it("keeps what was written through a reload, for each customer and seat", () => {
  new Drafts("seat1").set("a", "hello", 1);
  expect(new Drafts("seat1").of("a")).toBe("hello");
  expect(new Drafts("seat1").of("b")).toBe("");
  expect(new Drafts("seat2").of("a")).toBe("");
});

it("forgets a draft that was emptied", () => {
  const drafts = new Drafts("k");
  drafts.set("a", "hello", 1);
  drafts.set("a", "  \n", 2);
  expect(drafts.texts()).toEqual({});
});

it("keeps two hundred and lets the oldest go", () => {
  const drafts = new Drafts("k");
  for (let i = 0; i < 201; i++) drafts.set(`o${i}`, "x", i);
  expect(Object.keys(drafts.texts())).toHaveLength(200);
  expect(drafts.of("o0")).toBe("");
  expect(drafts.of("o200")).toBe("x");
});

it("works on when the shelf is broken", () => {
  localStorage.setItem("k", "{no json");
  const drafts = new Drafts("k");
  drafts.set("a", "hello", 1);
  expect(drafts.of("a")).toBe("hello");
});
