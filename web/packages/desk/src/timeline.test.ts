import { describe, expect, it } from "vitest";
import { message } from "./samples.ts";
import { emptyThread, type Thread } from "./state.ts";
import { taps, timeline, type Item } from "./timeline.ts";

const noon = new Date(2024, 2, 12, 12).getTime();
const minute = 60_000;
const m = (id: number, minutes: number, more: Parameters<typeof message>[1] = {}) => message(id, { at: noon + minutes * minute, ...more });
const mine = { from: "agent" as const, kf_account: "me@shop" };
const thread = (more: Partial<Thread>): Thread => ({ ...emptyThread, loaded: true, ...more });
const shape = (items: Item[]) => items.map((i) => (i.is === "group" ? `${i.who}:${i.messages.map((b) => b.message.id).join()}` : i.is));

describe("a timeline", () => {
  it("groups what one speaker says within three minutes", () => {
    const t = thread({ messages: [m(1, 0), m(2, 2), m(3, 6), m(4, 6, mine), m(5, 7, { ...mine, kf_account: "other@shop" }), m(6, 7, { from: "account" })] });
    expect(shape(timeline(t, "me@shop", 0))).toEqual(["customer:1,2", "customer:3", "me:4", "colleague:5", "machine:6"]);
  });
  it("puts happenings between, and counts how long the customer waited", () => {
    const t = thread({
      messages: [m(1, 0), m(9, 5)],
      happenings: [{ id: 2, what: "queued", at: noon }, { id: 3, what: "accepted", kf_account: "me@shop", at: noon + 72_000 }],
    });
    const items = timeline(t, "me@shop", 0);
    expect(shape(items)).toEqual(["customer:1", "happening", "customer:9"]);
    expect(items[1]).toMatchObject({ waited: 72_000 });
  });
  it("marks where the unread begin, before the first of the customer", () => {
    const t = thread({ messages: [m(1, 0), m(2, 1, mine), m(3, 2), m(4, 2)] });
    expect(shape(timeline(t, "me@shop", 1))).toEqual(["customer:1", "me:2", "new", "customer:3,4"]);
  });
  it("says when another day begins", () => {
    expect(shape(timeline(thread({ messages: [m(1, 0), m(2, 24 * 60)] }), "me@shop", 0))).toEqual(["customer:1", "day", "customer:2"]);
  });
  it("has what is on its way at the end, under the key it keeps", () => {
    const pending = { clientId: "c1", says: { msgtype: "text", text: { content: "hi" } }, at: noon, state: "sending" as const };
    const [before] = timeline(thread({ pending: [pending] }), "me@shop", 0);
    const [after] = timeline(thread({ messages: [m(5, 0, { ...mine, client_id: "c1" })] }), "me@shop", 0);
    expect(before).toMatchObject({ is: "group", who: "me" });
    expect(after?.key).toBe(before?.key);
  });
});

it("ticks the item of the nearest menu that has it", () => {
  const menu = (id: number) => m(id, id, { from: "account", msgtype: "msgmenu", msgmenu: { list: [{ id: "1", content: "yes" }] } });
  const tap = (id: number, item: string) => m(id, id, { bizmsgmenuid: item });
  expect([...taps([menu(1), tap(2, "1"), menu(3), tap(4, "9"), tap(5, "1")])]).toEqual([[1, "1"], [3, "1"]]);
});
