import { expect, it } from "vitest";
import { afterwards } from "./afterwards.ts";

it.each([
  ["/workbench/#/wx1/chats/o1", "/workbench/#/wx1/chats/o1"], ["/admin/agents", "/admin/agents"], ["/invitation/abc", "/invitation/abc"], ["/", "/"], [null, null], ["", null],
  ["https://evil.example/", null], ["//evil.example/workbench/", null], ["/\\evil.example/", null], ["javascript:alert(1)", null], ["/auth/v1/logout", null], ["/workbench/../auth/v1/me", null],
])("after %s comes %s", (to, want) => {
  expect(afterwards(to, "https://kefu.example")).toBe(want);
});
