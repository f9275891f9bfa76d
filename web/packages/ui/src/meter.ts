import type { Allowance } from "@kefu/wire";

/** What stands left of the send button. The place never changes, only this. */
export interface Meter {
  /** How many of five pips are lit; null: none are shown. */
  pips: number | null;
  tone: "fine" | "low" | "out";
  says:
    | { is: "left"; n: number; time: Remaining }
    | { is: "last"; time: Remaining }
    | { is: "unlimited"; time: Remaining }
    | { is: "offline"; n: number }
    | { is: "used_up" | "expired" | "unfollowed" | "blocked" };
  /** Nothing can be sent. */
  shut: boolean;
}

/** How long is left, in the unit that it is told in. */
export type Remaining = { unit: "hours" | "minutes"; n: number } | { unit: "seconds"; clock: string };

const pips = 5;
const hour = 3_600_000;
const minute = 60_000;
/** From here on time is running out. */
const lowTime = 2 * hour;
/** From here on replies are. */
const lowCount = 2;

export function remaining(ms: number): Remaining {
  if (ms >= hour) return { unit: "hours", n: Math.floor(ms / hour) };
  if (ms >= 2 * minute) return { unit: "minutes", n: Math.floor(ms / minute) };
  const s = Math.max(0, Math.floor(ms / 1000));
  return { unit: "seconds", clock: `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}` };
}

/**
 * The meter of an allowance. now is by the house's clock; underway is how many messages
 * are on their way that the allowance does not know of yet.
 */
export function meter(a: Allowance, now: number, underway: number, online: boolean): Meter {
  const shut = (is: "used_up" | "expired" | "unfollowed" | "blocked"): Meter => ({ pips: 0, tone: "out", says: { is }, shut: true });
  if (a.reason) return shut(a.reason);
  const grant = nextGrant(a, now);
  if (grant === null) return shut(a.grants.length > 0 || a.left !== 0 ? "expired" : "used_up");
  // The grant that is used next is told. When it runs out while another has more, such
  // as that of a follow beside that of a message, all of them are: nobody is to hurry
  // for a last reply that is none.
  const ends = grant.left - underway <= lowCount || grant.until - now < lowTime;
  const told = ends ? together(a, grant, now) : grant;
  const time = remaining(told.until - now);
  if (told.left < 0) return { pips: null, tone: "fine", says: { is: "unlimited", time }, shut: false };
  const shown = told.left - underway;
  if (shown <= 0) return shut("used_up");
  const tone = shown <= lowCount || told.until - now < lowTime ? "low" : "fine";
  const lit = Math.min(shown, pips);
  if (!online) return { pips: lit, tone, says: { is: "offline", n: shown }, shut: false };
  if (shown === 1) return { pips: lit, tone, says: { is: "last", time }, shut: false };
  return { pips: lit, tone, says: { is: "left", n: shown, time }, shut: false };
}

/** The grant that is used next: the house named it, until it ends. */
function nextGrant(a: Allowance, now: number): { left: number; until: number } | null {
  if (a.until > now && a.left !== 0) return { left: a.left, until: a.until };
  const alive = a.grants.filter((g) => g.until > now && g.left !== 0).sort((x, y) => x.until - y.until);
  return alive[0] ?? null;
}

/** All that is alive as if it were one grant, which lasts as long as the longest. */
function together(a: Allowance, next: { left: number; until: number }, now: number): { left: number; until: number } {
  const alive = a.grants.filter((g) => g.until > now && g.left !== 0);
  if (alive.length === 0) return next;
  const endless = alive.filter((g) => g.left < 0);
  const of = endless.length > 0 ? endless : alive;
  return { left: endless.length > 0 ? -1 : alive.reduce((n, g) => n + g.left, 0), until: Math.max(...of.map((g) => g.until)) };
}

/** The longest text that WeChat takes, in bytes of UTF-8. */
export const longestText = 2048;

/** How many bytes of a text are too many. */
export function tooLong(text: string): number {
  return Math.max(0, new TextEncoder().encode(text).length - longestText);
}
