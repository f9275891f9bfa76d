import { Refusal, Unreachable } from "@kefu/live";
import type { PhoneMessage } from "@kefu/wire";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Outbox, type Letter } from "./outbox.ts";

function begin(kept: string | null = null) {
  const house = { sent: [] as string[], fails: [] as unknown[], left: [] as readonly Letter[], taken: [] as string[], kept: null as string | null };
  const box = new Outbox(
    {
      async send(l) {
        const failure = house.fails.shift();
        if (failure) throw failure;
        house.sent.push(l.client_id);
        return { id: house.sent.length, from: "me", msgtype: l.msgtype, at: 1, client_id: l.client_id } as PhoneMessage;
      },
      upload: async () => "M1",
      changed: (letters) => (house.left = letters),
      taken: (m) => house.taken.push(m.client_id!),
      keep: (text) => (house.kept = text),
    },
    kept,
  );
  const write = (id: string) => box.put({ client_id: id, msgtype: "text", text: { content: id }, at: 1 });
  return { house, box, write };
}
const settled = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("an outbox", () => {
  it("holds everything while the house is away, and sends it in order afterwards", async () => {
    const { house, box, write } = begin();
    house.fails.push(new Unreachable("away"));
    write("a");
    write("b");
    await settled();
    expect(house.left.map((l) => [l.client_id, l.state])).toEqual([["a", "held"], ["b", "held"]]);
    box.go();
    await settled();
    expect(house.sent).toEqual(["a", "b"]);
    expect(house.left).toEqual([]);
    expect(house.kept).toBeNull();
  });
  it("marks what was refused and goes on; a retry is the same message", async () => {
    const { house, box, write } = begin();
    house.fails.push(new Refusal(409, "not_following", "", 0, "", {}));
    write("a");
    write("b");
    await settled();
    expect(house.sent).toEqual(["b"]);
    expect(house.left).toMatchObject([{ client_id: "a", state: "failed", why: "not_following" }]);
    box.retry("a");
    await settled();
    expect(house.sent).toEqual(["b", "a"]);
  });
  it("waits as long as the house asks", async () => {
    const { house, write } = begin();
    house.fails.push(new Refusal(429, "too_many_tries", "", 3, "", {}));
    write("a");
    await vi.advanceTimersByTimeAsync(2_900);
    expect(house.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(house.sent).toEqual(["a"]);
  });
  it("goes on after a reload", async () => {
    const before = begin();
    before.house.fails.push(new Unreachable("away"));
    before.write("a");
    await settled();
    const after = begin(before.house.kept);
    after.box.go();
    await settled();
    expect(after.house.sent).toEqual(["a"]);
  });
  it("uploads a file before it says it", async () => {
    const { house, box } = begin();
    box.put({ client_id: "p", msgtype: "image", kind: "image", file: new File(["x"], "x.png"), at: 1 });
    expect(house.kept).toBeNull();
    await settled();
    expect(house.taken).toEqual(["p"]);
  });
});
