import type { Me, Seat } from "@kefu/wire";
import { expect, it } from "vitest";
import { afterwards, whereTo } from "./afterwards.ts";

it.each([
  ["/workbench/#/wx1/chats/o1", "/workbench/#/wx1/chats/o1"], ["/admin/agents", "/admin/agents"], ["/invitation/abc", "/invitation/abc"], ["/", "/"], [null, null], ["", null],
  ["https://evil.example/", null], ["//evil.example/workbench/", null], ["/\\evil.example/", null], ["javascript:alert(1)", null], ["/auth/v1/logout", null], ["/workbench/../auth/v1/me", null],
])("after %s comes %s", (to, want) => {
  expect(afterwards(to, "https://kefu.example")).toBe(want);
});

const own = { appid: "wx1", account_name: "a", kf_account: "amy@a" } as Seat;
const looking = { appid: "wx2", account_name: "b" } as Seat;
const me = (role: Me["person"]["role"], ...seats: Seat[]) => ({ person: { wechat_id: "amy_wx", name: "Amy", role }, seats, sandbox: false }) as Me;

it.each<[string, Me, string | null, string | null]>([
  ["an agent with one seat", me("agent", own), null, "/workbench/"],
  ["an agent without a seat", me("agent"), null, null],
  ["an agent with two seats", me("agent", own, looking), "/workbench/", null],
  ["an agent with two seats who asks for one", me("agent", own, looking), "/workbench/#/wx2/chats", "/workbench/#/wx2/chats"],
  ["the first administrator of an empty house", me("administrator"), null, "/admin/"],
  ["an administrator who came for the workbench, and serves nobody", me("administrator", looking), "/workbench/", "/admin/"],
  ["an administrator who looks on", me("administrator", looking), "/workbench/#/wx2/chats", "/workbench/#/wx2/chats"],
  ["a supervisor who is an agent too", me("supervisor", own), null, "/workbench/"],
  ["a supervisor who asks for the console", me("supervisor", own), "/admin/wx1/board", "/admin/wx1/board"],
  ["an administrator who is invited", { ...me("administrator"), invitations: [{ token: "t", appid: "wx1", account_name: "a", kf_account: "amy@a", nickname: "Amy", expires_at: 0 }] }, null, null],
])("%s", (_, person, to, want) => {
  expect(whereTo(person, to)).toBe(want);
});
