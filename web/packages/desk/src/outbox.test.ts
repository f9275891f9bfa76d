import { Refusal, Unreachable } from "@kefu/live";
import type { Message, Outgoing } from "@kefu/wire";
import { describe, expect, it } from "vitest";
import { Outbox } from "./outbox.ts";
import { message } from "./samples.ts";
import type { DeskEvent, Pending } from "./state.ts";

type Answer = () => Promise<{ message: Message; allowance: { left: number; until: number; grants: [] } }>;
const yes: Answer = async () => ({ message: message(1), allowance: { left: 1, until: 1, grants: [] } });
const no = (status: number, code: string): Answer => () => Promise.reject(new Refusal(status, code, "", 0, "", {}));
const silence: Answer = () => Promise.reject(new Unreachable("nothing"));

function begin(answers: Answer[], online = true) {
  const events: DeskEvent[] = [];
  const sent: string[] = [];
  const house = { online, doubts: 0 };
  const outbox = new Outbox({
    send: (_, clientId) => {
      sent.push(clientId);
      return (answers.shift() ?? yes)();
    },
    prepare: async (p) => p.says,
    tell: (e) => events.push(e),
    online: () => house.online,
    doubt: () => house.doubts++,
    now: () => 0,
    wait: async () => undefined,
  });
  const last = () => events[events.length - 1];
  const quiet = () => new Promise((done) => setTimeout(done, 0));
  return { outbox, events, sent, house, last, quiet };
}
const says: Outgoing = { msgtype: "text", text: { content: "hi" } };
const pending = (clientId: string): Pending => ({ clientId, says, at: 0, state: "sending" });

describe("an outbox", () => {
  it("sends one after the other", async () => {
    const { outbox, sent, quiet } = begin([]);
    outbox.put("a", pending("1"));
    outbox.put("a", pending("2"));
    await quiet();
    expect(sent).toEqual(["1", "2"]);
  });
  it("tries the same id again when nobody answered", async () => {
    const { outbox, sent, last, house, quiet } = begin([silence, silence]);
    outbox.put("a", pending("1"));
    await quiet();
    expect(sent).toEqual(["1", "1", "1"]);
    expect(last()).toMatchObject({ is: "sent" });
    expect(house.doubts).toBe(2);
  });
  it("does not say that nothing was used up when it does not know", async () => {
    const { outbox, last, quiet } = begin([silence, silence, silence]);
    outbox.put("a", pending("1"));
    await quiet();
    expect(last()).toMatchObject({ is: "pending", change: { state: "failed", why: "unreachable", untaken: false } });
  });
  it("does not try again what was refused, and goes on with the next", async () => {
    const { outbox, events, sent, quiet } = begin([no(409, "reply_count_reached")]);
    outbox.put("a", pending("1"));
    outbox.put("a", pending("2"));
    await quiet();
    expect(sent).toEqual(["1", "2"]);
    expect(events).toContainEqual({ is: "pending", openid: "a", clientId: "1", change: { state: "failed", why: "reply_count_reached", untaken: true } });
  });
  it("comes again when it was asked to", async () => {
    const { outbox, sent, last, quiet } = begin([no(503, "busy")]);
    outbox.put("a", pending("1"));
    await quiet();
    expect(sent).toEqual(["1", "1"]);
    expect(last()).toMatchObject({ is: "sent" });
  });
  it("holds everything in its order while the line is broken", async () => {
    const { outbox, events, sent, house, quiet } = begin([], false);
    outbox.put("a", pending("1"));
    outbox.put("a", pending("2"));
    await quiet();
    expect(sent).toEqual([]);
    expect(events).toMatchObject([{ pending: { state: "held" } }, { pending: { state: "held" } }]);
    house.online = true;
    outbox.resume();
    await quiet();
    expect(sent).toEqual(["1", "2"]);
  });
  it("takes back what has not gone", async () => {
    const { outbox, sent, house, quiet } = begin([], false);
    outbox.put("a", pending("1"));
    outbox.drop("a", "1");
    house.online = true;
    outbox.resume();
    await quiet();
    expect(sent).toEqual([]);
  });
  it("sends a failed one again under its own id", async () => {
    const { outbox, sent, quiet } = begin([no(409, "session_none")]);
    outbox.put("a", pending("1"));
    await quiet();
    outbox.retry("a", { ...pending("1"), state: "failed", why: "session_none" });
    await quiet();
    expect(sent).toEqual(["1", "1"]);
  });
});
