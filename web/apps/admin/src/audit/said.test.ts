import { describe, expect, it } from "vitest";
import en from "../../../../packages/i18n/src/words/adminwatch/en.json";
import work from "../../../../packages/i18n/src/words/adminwork/en.json";
import admin from "../../../../packages/i18n/src/words/admin/en.json";
import common from "../../../../packages/i18n/src/words/en.json";
import { groups, kindsOf } from "./kinds.ts";
import { objectWords, valueWords } from "./said.ts";

const all = { ...common, ...admin, ...en, ...work } as Record<string, unknown>;
function t(key: string, named: Record<string, unknown> = {}): string {
  const found = key.split(".").reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], all);
  return typeof found === "string" ? found.replace(/\{(\w+)\}/g, (_, name: string) => String(named[name])) : key;
}
const one = new Map([["wx1", "Tea"]]);

it("every kind has words", () => {
  for (const kind of groups.flatMap((g) => [...kindsOf(g)])) expect(t(`audit.kind.${kind}`)).not.toContain("audit.kind");
});

describe("objects", () => {
  it.each(["name", "wechat_id", "original_id", "kf_id_form", "callback_url", "callback_token", "callback_encoding_aes_key", "callback_mode", "callback_format", "standing_verified", "standing_service_enabled", "standing_frozen", "standing_secret_frozen", "allowed_addresses"])("the field %s of an official account has a name", (field) => {
    const stored = field.replace(/^(callback|standing)_/, "$1.");
    const words = objectWords("official_account_changed", stored, one, t);
    expect(words).toMatch(/^Tea · /);
    expect(words).not.toContain(stored);
    expect(words).not.toContain("audit.");
  });
  it.each(["agents", "bindings_per_worker", "invitation_life", "session_patience", "offline_grace", "sends_per_minute", "daily_calls", "warn_wait", "late_wait", "welcome", "busy", "nobody", "closed", "hours"])("the setting %s has a name", (setting) => {
    expect(objectWords("settings_changed", setting, one, t)).not.toBe(setting);
  });
  it("an appid is called by its account", () => {
    expect(objectWords("secret_rotated", "wx1", one, t)).toBe("Tea");
    expect(objectWords("conversations_exported", "wx1 2027-01-01–2027-03-12", one, t)).toBe("Tea 2027-01-01–2027-03-12");
    expect(objectWords("official_account_added", "wx2", one, t)).toBe("wx2");
  });
  it("names of people stay as they are", () => {
    expect(objectWords("agent_renamed", "name", one, t)).toBe("name");
    expect(valueWords("person_renamed", "x", "agent", t)).toBe("agent");
    expect(valueWords("official_account_changed", "name", "safe", t)).toBe("safe");
  });
});

describe("values", () => {
  it.each([
    ["role_changed", "", "supervisor", "Supervisor"],
    ["invitation_accepted", "", "bound", "Bound"],
    ["official_account_changed", "callback.mode", "safe", "Safe"],
    ["official_account_changed", "standing.frozen", "on", "On"],
    ["official_account_changed", "callback.url", "https://dev.example/wx", "https://dev.example/wx"],
    ["settings_changed", "warn_wait", "3m0s", "3 min"],
    ["settings_changed", "invitation_life", "1h30m5s", "1 h 30 min 5 s"],
    ["settings_changed", "offline_grace", "0s", "0 s"],
    ["settings_changed", "welcome", "on: Hello: you", "On · Hello: you"],
    ["settings_changed", "welcome", "off", "Off"],
    ["settings_changed", "daily_calls", "{}", "Default"],
    ["settings_changed", "daily_calls", '{"/cgi-bin/token":5}', "/cgi-bin/token 5"],
    ["settings_changed", "hours", "Asia/Shanghai: always", "Always open (Asia/Shanghai)"],
    ["settings_changed", "agents", "100", "100"],
  ])("%s %s %s", (what, object, text, want) => {
    expect(valueWords(what, object, text, t)).toBe(want);
  });
  it("hours have days in words", () => {
    expect(valueWords("settings_changed", "hours", "Asia/Shanghai: Mon 09:00–18:00, Tue 09:00–12:00", t)).toBe(`${t("time.weekday.1")} 09:00–18:00 · ${t("time.weekday.2")} 09:00–12:00 (Asia/Shanghai)`);
  });
});
