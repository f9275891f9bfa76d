// What the audit keeps as the house wrote it, in words of who reads it.

import { shortOpenid } from "@kefu/i18n";

type T = (key: string, named?: Record<string, unknown>) => string;

/** The words of a key; the text itself where there are none. */
function worded(key: string, text: string, t: T): string {
  const words = t(key);
  return words === key ? text : words;
}

/** What was acted upon. accounts are the names of the official accounts by appid. */
export function objectWords(what: string, object: string, accounts: ReadonlyMap<string, string>, t: T): string {
  switch (what) {
    case "settings_changed":
      return worded(`setup.changed.${object}`, object, t);
    case "official_account_changed": {
      const field = worded(`audit.field.${object}`, object, t);
      // The entry does not tell of which account; where there is one, it is that.
      const only = accounts.size === 1 ? [...accounts.values()][0]! : "";
      return only === "" ? field : `${only} · ${field}`;
    }
    case "push_repeated":
      return t("audit.push", { id: object });
    case "audit_exported":
    case "conversations_exported":
    case "secret_rotated":
    case "official_account_added": {
      // What comes first may be an appid, days may come after it.
      const [first = "", ...rest] = object.split(" ");
      return [accounts.get(first) ?? first, ...rest].join(" ");
    }
    case "customer_assigned":
    case "session_transferred":
    case "session_closed":
      // Who it was comes with the openid.
      return object.split(" ").map((part) => (/^o[-_A-Za-z0-9]{20,}$/.test(part) ? shortOpenid(part) : part)).join(" ");
    default:
      return object;
  }
}

/** What was before or is after. */
export function valueWords(what: string, object: string, text: string, t: T): string {
  switch (what) {
    case "role_changed":
    case "person_added":
    case "person_registered":
      return worded(`console.role.${text}`, text, t);
    case "invitation_accepted":
    case "invitation_rejected":
      return worded(`audit.value.${text}`, text, t);
    case "official_account_changed":
      return object === "name" || object === "wechat_id" ? text : worded(`audit.value.${text}`, text, t);
    case "settings_changed":
      return settingWords(object, text, t);
    default:
      return text;
  }
}

function settingWords(name: string, text: string, t: T): string {
  switch (name) {
    case "invitation_life":
    case "session_patience":
    case "offline_grace":
    case "warn_wait":
    case "late_wait":
      return spanOf(text, t);
    case "welcome":
    case "busy":
    case "nobody":
    case "closed": {
      const [, on, said] = /^(on|off)(?:: ([\s\S]*))?$/.exec(text) ?? [];
      return on === undefined ? text : [t(`audit.value.${on}`), said].filter((part) => part).join(" · ");
    }
    case "daily_calls":
      return callsOf(text, t);
    case "hours":
      return hoursOf(text, t);
    default:
      return text;
  }
}

/** 72h0m0s as hours, minutes and seconds in words. */
function spanOf(text: string, t: T): string {
  const [, h, m, s] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(text) ?? [];
  if (h === undefined && m === undefined && s === undefined) return text;
  const parts = ([["hours", h], ["minutes", m], ["seconds", s]] as const).filter(([, n]) => Number(n ?? 0) > 0).map(([unit, n]) => t(`audit.${unit}`, { n: Number(n) }));
  return parts.join(" ") || t("audit.seconds", { n: 0 });
}

/** Quotas by their paths, one after the other. */
function callsOf(text: string, t: T): string {
  let quotas: [string, unknown][];
  try {
    quotas = Object.entries((JSON.parse(text) ?? {}) as Record<string, unknown>);
  } catch {
    return text;
  }
  return quotas.length === 0 ? t("audit.usual") : quotas.map(([path, n]) => `${path} ${String(n)}`).join(" · ");
}

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** Asia/Shanghai: Mon 09:00–18:00 */
function hoursOf(text: string, t: T): string {
  const [, zone, spans] = /^([^:]+): (.+)$/.exec(text) ?? [];
  if (zone === undefined || spans === undefined) return text;
  const said = spans.split(", ").map((span) => {
    const [day = "", ...rest] = span.split(" ");
    return day === "always" ? t("audit.always") : days.includes(day) ? [t(`time.weekday.${days.indexOf(day)}`), ...rest].join(" ") : span;
  });
  return `${said.join(" · ")} (${zone})`;
}
