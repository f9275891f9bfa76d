import { describe, expect, it } from "vitest";
import { arrange, groups, unreadOf, type Groups } from "./lists.ts";
import { row } from "./samples.ts";

const rows = (...all: ReturnType<typeof row>[]) => Object.fromEntries(all.map((r) => [r.customer.openid, r]));

describe("groups", () => {
  it("have who waits longest on top, and the newest reply first below", () => {
    const g = groups(rows(
      row("a", { waiting_since: 30 }), row("b", { waiting_since: 10 }), row("c", { active_at: 5 }), row("d", { active_at: 9 }), row("e", { standing: "served", waiting_since: 1 }),
    ));
    expect(g).toEqual({ toAnswer: ["b", "a"], answered: ["d", "c"] });
  });
});

describe("arrange", () => {
  const shown: Groups = { toAnswer: ["a", "b"], answered: ["c", "d"] };
  it.each<[string, Groups, string | null, boolean, Groups]>([
    ["takes the new order", { toAnswer: ["b"], answered: ["a", "c", "d"] }, null, false, { toAnswer: ["b"], answered: ["a", "c", "d"] }],
    ["leaves the open row where it is", { toAnswer: ["b"], answered: ["a", "c", "d"] }, "a", false, { toAnswer: ["a", "b"], answered: ["c", "d"] }],
    ["leaves the open row in its place among others", { toAnswer: ["c", "a", "b"], answered: ["d"] }, "b", false, { toAnswer: ["c", "b", "a"], answered: ["d"] }],
    ["lets an open row go that is gone", { toAnswer: ["b"], answered: ["c", "d"] }, "a", false, { toAnswer: ["b"], answered: ["c", "d"] }],
    ["moves nothing while held", { toAnswer: ["c", "b", "a"], answered: ["d"] }, null, true, { toAnswer: ["a", "b"], answered: ["c", "d"] }],
    ["puts new rows at the end while held", { toAnswer: ["x", "a", "b"], answered: ["y", "c", "d"] }, null, true, { toAnswer: ["a", "b", "x"], answered: ["c", "d", "y"] }],
    ["lets rows go while held", { toAnswer: ["b"], answered: ["c"] }, null, true, { toAnswer: ["b"], answered: ["c"] }],
  ])("%s", (_, wanted, open, held, want) => {
    expect(arrange(shown, wanted, open, held)).toEqual(want);
  });
});

it("only mine are unread", () => {
  expect(unreadOf(rows(row("a", { unread: 2 }), row("b", { unread: 3, standing: "served" })))).toBe(2);
});
