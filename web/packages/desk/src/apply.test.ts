import type { Waiting, WorkbenchFact } from "@kefu/wire";
import { describe, expect, it } from "vitest";
import { apply, merge } from "./apply.ts";
import { agent, customer, loaded, message, row } from "./samples.ts";
import { emptyState, type DeskEvent, type DeskState } from "./state.ts";

const play = (events: DeskEvent[], from: DeskState = emptyState): DeskState => events.reduce(apply, from);
const sat = (...rows: ReturnType<typeof row>[]): DeskEvent => ({ is: "loaded", state: loaded({ sessions: rows }) });
const fact = (f: WorkbenchFact): DeskEvent => ({ is: "fact", fact: f });
const said = (id: number, openid: string, m = message(id)): DeskEvent => fact({ t: "fact", id, what: "said", openid, message: m });
const page = (openid: string, ids: number[], where: "newest" | "before" | "after" = "newest", more = false): DeskEvent => ({
  is: "page", openid, where, page: { messages: ids.map((id) => message(id)), happenings: [], more },
});
const waiting = (openid: string, since: number): Waiting => ({ customer: customer(openid), since, last: null, visits: 0 });
const ids = (s: DeskState, openid: string) => s.threads[openid]?.messages.map((m) => m.id);

describe("messages", () => {
  it("that the loaded state had already are not new", () => {
    const s = play([sat(row("a")), page("a", [90]), said(100, "a")]);
    expect(ids(s, "a")).toEqual([90]);
  });
  it("stand once in their order, however often and wherever they are told", () => {
    const s = play([sat(row("a")), page("a", [110, 120]), said(130, "a"), said(130, "a"), page("a", [120, 125, 130], "after"), page("a", [104, 107], "before", true)]);
    expect(ids(s, "a")).toEqual([104, 107, 110, 120, 125, 130]);
    expect(s.threads.a?.more).toBe(true);
  });
  it("say nothing about what was before when they came after", () => {
    const s = play([sat(row("a")), page("a", [110], "newest", true), page("a", [111], "after", false)]);
    expect(s.threads.a?.more).toBe(true);
  });
  it("of a customer nobody opened are not kept", () => {
    expect(play([sat(row("a")), said(101, "a")]).threads).toEqual({});
  });
  it("of a customer begin a wait that goes on until an agent answers", () => {
    let s = play([sat(row("a")), said(101, "a"), said(102, "a")]);
    expect(s.rows.a).toMatchObject({ waiting_since: 101_000, active_at: 102_000 });
    s = apply(s, said(103, "a", message(103, { from: "account" })));
    expect(s.rows.a?.waiting_since).toBe(101_000);
    s = apply(s, said(104, "a", message(104, { from: "agent" })));
    expect(s.rows.a).toMatchObject({ waiting_since: 0, last: { id: 104 } });
  });
  it("bring the row that the house knows", () => {
    const s = apply(play([sat(row("a"))]), fact({ t: "fact", id: 101, what: "said", openid: "a", message: message(101), conversation: row("a", { unread: 7 }) }));
    expect(s.rows.a?.unread).toBe(7);
  });
  it("change when they are refused later", () => {
    const s = play([sat(row("a", { last: message(90) })), page("a", [90]), fact({ t: "fact", id: 101, what: "delivery", openid: "a", message_id: 90, state: "refused", refused: "blocked" })]);
    expect(s.threads.a?.messages[0]).toMatchObject({ state: "refused", refused: "blocked" });
    expect(s.rows.a?.last?.state).toBe("refused");
  });
});

describe("what is sent", () => {
  const pending = { clientId: "c1", says: { msgtype: "text", text: { content: "hi" } }, at: 5, state: "sending" as const };
  const sending: DeskEvent = { is: "sending", openid: "a", pending };
  const echo = message(105, { from: "agent", client_id: "c1" });
  const answer: DeskEvent = { is: "sent", openid: "a", message: echo, allowance: { left: 3, until: 9, grants: [] } };

  it.each([
    ["the answer, then the echo", [answer, said(105, "a", echo)]],
    ["the echo, then the answer", [said(105, "a", echo), answer]],
    ["a page that has it, and the answer is lost", [{ is: "page", openid: "a", where: "after", page: { messages: [echo], happenings: [], more: false } } as DeskEvent]],
  ])("is settled once by %s", (_, events) => {
    const s = play([sat(row("a")), page("a", [90]), sending, ...events]);
    expect(s.threads.a?.pending).toEqual([]);
    expect(ids(s, "a")).toEqual([90, 105]);
  });
  it("tells what is left of the allowance", () => {
    expect(play([sat(row("a")), sending, answer]).rows.a?.allowance.left).toBe(3);
  });
  it("stays when it failed, and goes when it is dropped", () => {
    let s = play([sat(row("a")), sending, { is: "pending", openid: "a", clientId: "c1", change: { state: "failed", why: "busy" } }]);
    expect(s.threads.a?.pending).toMatchObject([{ state: "failed", why: "busy" }]);
    s = apply(s, { is: "forgotten", openids: ["a"] });
    expect(s.threads.a?.pending).toHaveLength(1);
    s = apply(s, { is: "dropped", openid: "a", clientId: "c1" });
    expect(s.threads.a?.pending).toEqual([]);
  });
  it("stands once when it is tried again", () => {
    expect(play([sat(row("a")), sending, sending]).threads.a?.pending).toHaveLength(1);
  });
});

describe("standings", () => {
  const standing = (id: number, openid: string, more: Partial<Extract<WorkbenchFact, { what: "standing" }>>): DeskEvent =>
    fact({ t: "fact", id, what: "standing", openid, conversation: null, waiting: null, ...more });

  it("put customers into the queue by when they came", () => {
    const s = play([sat(), standing(101, "b", { waiting: waiting("b", 20), queue: { total: 1, longest_since: 20 } }), standing(102, "a", { waiting: waiting("a", 10) }), standing(103, "c", { waiting: waiting("c", 30) })]);
    expect(s.waiting.map((w) => w.customer.openid)).toEqual(["a", "b", "c"]);
    expect(s.queue).toEqual({ total: 1, longest_since: 20 });
  });
  it("move a customer from the queue to me", () => {
    const s = play([sat(), standing(101, "a", { waiting: waiting("a", 10) }), standing(102, "a", { conversation: row("a") })]);
    expect(s.waiting).toEqual([]);
    expect(s.rows.a?.standing).toBe("mine");
  });
  it("end a conversation and leave it to be read", () => {
    const s = play([sat(row("a", { kf_account: "me@shop", opened_at: 1 })), page("a", [90]), standing(101, "a", { happening: { id: 101, what: "closed", at: 1 } })]);
    expect(s.rows.a).toMatchObject({ standing: "none" });
    expect(s.rows.a).not.toHaveProperty("opened_at");
    expect(s.threads.a?.happenings).toHaveLength(1);
  });
  it("of colleagues are not kept where nobody met the customer", () => {
    expect(play([sat(), standing(101, "x", { conversation: row("x", { standing: "served" }) })]).rows).toEqual({});
  });
});

describe("loading", () => {
  it("takes away what is mine no more", () => {
    const s = play([sat(row("a"), row("b")), { is: "loaded", state: loaded({ offset: 200, sessions: [row("b")] }) }]);
    expect(s.rows.a?.standing).toBe("none");
    expect(s.rows.b?.standing).toBe("mine");
    expect(s.offset).toBe(200);
  });
});

describe("agents", () => {
  it("come, change and go; I am one of them", () => {
    let s = play([sat(), fact({ t: "fact", id: 101, what: "agent", agent: agent("new@shop") }), fact({ t: "fact", id: 102, what: "agent", agent: agent("me@shop", { serving: 4, status: "away" }) })]);
    expect(s.agents.map((a) => a.kf_account)).toEqual(["me@shop", "new@shop"]);
    expect(s.me).toMatchObject({ serving: 4, status: "away" });
    s = apply(s, fact({ t: "fact", id: 103, what: "agent_gone", kf_account: "new@shop" }));
    expect(s.agents).toHaveLength(1);
  });
});

it("what a newer house tells changes nothing", () => {
  const s = play([sat(row("a"))]);
  expect(apply(s, fact({ t: "fact", id: 500, what: "weather" } as unknown as WorkbenchFact))).toBe(s);
});

it("leaves the state it was given as it is", () => {
  const s = play([sat(row("a")), page("a", [90])]);
  const before = structuredClone(s);
  apply(s, said(101, "a"));
  expect(s).toEqual(before);
});

it("merges lists in order of id, the later one knowing better", () => {
  const x = (id: number, of = 0) => ({ id, of });
  expect(merge([x(1), x(3)], [x(2), x(3, 1), x(4)])).toEqual([x(1), x(2), x(3, 1), x(4)]);
  expect(merge([], [x(1)])).toEqual([x(1)]);
});
