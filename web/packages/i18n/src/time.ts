// Words for times. Each answers a key and what stands in it, so that it needs neither
// Vue nor a language; only the forms of dates differ.

/** A key of the words with what is put into it. */
export type Phrase = [key: string, named: Record<string, string | number>];

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long somebody has waited, for lists: rounded down. */
export function waitWords(ms: number): Phrase {
  if (ms < minute) return ["time.waitNow", {}];
  if (ms < hour) return ["time.waitMin", { n: Math.floor(ms / minute) }];
  if (ms < day) return ["time.waitHour", { n: Math.floor(ms / hour) }];
  return ["time.waitDay", { n: Math.floor(ms / day) }];
}

/** How long exactly, where seconds count. */
export function exactWords(ms: number): Phrase {
  const whole = Math.max(0, Math.floor(ms / second));
  const s = whole % 60;
  const m = Math.floor(whole / 60) % 60;
  const h = Math.floor(whole / 3600);
  if (h > 0) return ["time.hourMinute", { h, m }];
  if (m > 0) return ["time.minuteSecond", { m, s: String(s).padStart(2, "0") }];
  return ["time.second", { s }];
}

/** How long something lasts, in its largest unit. */
export function spanWords(ms: number): Phrase {
  if (ms < minute) return ["time.now", {}];
  if (ms < hour) return ["time.minutes", { n: Math.floor(ms / minute) }];
  if (ms < day) return ["time.hours", { n: Math.floor(ms / hour) }];
  if (ms < 31 * day) return ["time.days", { n: Math.floor(ms / day) }];
  // A year that is nearly over is called twelve months, never none.
  if (ms < 366 * day) return ["time.months", { n: Math.max(1, Math.round(ms / (30.44 * day))) }];
  return ["time.years", { n: Math.max(1, Math.floor(ms / (365.25 * day))) }];
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number) => String(n).padStart(2, "0");

/** 14:20 */
export function clock(at: number): string {
  const d = new Date(at);
  return `${two(d.getHours())}:${two(d.getMinutes())}`;
}

/** 2023-09-14 */
export function date(at: number): string {
  const d = new Date(at);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

/** The whole of it, for who wants to know exactly. */
export function stamp(at: number): string {
  return `${date(at)} ${clock(at)}:${two(new Date(at).getSeconds())}`;
}

const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** Days between two times as the calendar counts them. A day of 23 or 25 hours is one. */
function daysApart(at: number, now: number): number {
  return Math.round((midnight(now) - midnight(at)) / day);
}

/** A time in a list: shorter the nearer it is. */
export function listWords(at: number, now: number): Phrase | string {
  const apart = daysApart(at, now);
  if (apart <= 0) return clock(at);
  if (apart === 1) return ["time.yesterday", {}];
  if (apart < 7) return [`time.weekday.${new Date(at).getDay()}`, {}];
  return dayWords(at, now);
}

/** A day: 3 月 2 日, or with its year when that is another. */
export function dayWords(at: number, now: number): Phrase | string {
  const d = new Date(at);
  if (d.getFullYear() !== new Date(now).getFullYear()) return date(at);
  return ["time.monthDay", { m: d.getMonth() + 1, d: d.getDate(), mon: months[d.getMonth()]! }];
}

/** The part of the day, for a greeting. */
export function partOfDay(at: number): "morning" | "noon" | "afternoon" | "evening" | "night" {
  const h = new Date(at).getHours();
  if (h < 5) return "night";
  if (h < 11) return "morning";
  if (h < 13) return "noon";
  if (h < 18) return "afternoon";
  return "evening";
}
