// @vitest-environment happy-dom
import type { Agent } from "@kefu/wire";
import { describe, expect, it } from "vitest";
import { byFitness, fitness } from "./fitness.ts";
import { actOf } from "./keys.ts";
import { readPlace, writePlace } from "./place.ts";

const agent = (kf_account: string, status: Agent["status"], serving: number, auto_accept = 10): Agent => ({ kf_account, nickname: kf_account, status, serving, auto_accept });

it("offers who knows the customer first, the least busy next, and who cannot last", () => {
  const all = [agent("offline", "offline", 0), agent("full", "online", 10), agent("away", "away", 1), agent("idle", "online", 1), agent("busy", "online", 7), agent("knows", "online", 4), agent("unbound", "unbound", 0)];
  expect(all.sort(byFitness(new Set(["knows"]), 10)).map((a) => a.kf_account)).toEqual(["knows", "idle", "busy", "full", "away", "offline", "unbound"]);
  expect(fitness(agent("a", "online", 5, 5), 10)).toBe("full");
  expect(fitness(agent("a", "online", 5, 0), 10)).toBe("can");
  expect(fitness(agent("a", "away", 0), 10)).toBe("cannot");
});

describe("the address", () => {
  it.each([["chats", "o/1"], ["history", null], ["queue", null]] as const)("of %s and %s comes back", (view, openid) => {
    const place = { appid: "wx1", view, openid };
    expect(readPlace(writePlace(place))).toEqual(place);
  });
  it.each([["", { appid: "", view: "chats", openid: null }], ["#/wx1/nonsense", { appid: "wx1", view: "chats", openid: null }], ["#/%E0%A4%A/chats", { appid: "", view: "chats", openid: null }]])("%s is understood", (hash, want) => {
    expect(readPlace(hash)).toEqual(want);
  });
});

describe("keys", () => {
  const press = (init: KeyboardEventInit, on: HTMLElement = document.body) => {
    let act: ReturnType<typeof actOf> = null;
    if (on !== document.body) document.body.append(on);
    const listen = (e: KeyboardEvent) => (act = actOf(e));
    window.addEventListener("keydown", listen);
    on.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, ...init }));
    window.removeEventListener("keydown", listen);
    return act;
  };
  const field = () => document.createElement("textarea");
  it("are where they are on the keyboard, whatever Alt makes of them", () => {
    expect(press({ altKey: true, code: "KeyA", key: "å" })).toBe("takeNext");
    expect(press({ altKey: true, code: "KeyA", key: "å" }, field())).toBe("takeNext");
    expect(press({ ctrlKey: true, code: "KeyK", key: "k" }, field())).toBe("search");
  });
  it("that write do so in a field", () => {
    expect(press({ key: "?", code: "Slash" }, field())).toBe(null);
    expect(press({ key: "r", code: "KeyR" }, field())).toBe(null);
    expect(press({ key: "?", code: "Slash" }, document.createElement("button"))).toBe("help");
  });
  it("do nothing while a word is being composed", () => {
    expect(press({ altKey: true, code: "KeyQ", key: "q", isComposing: true }, field())).toBe(null);
  });
});
