import { clock, date } from "@kefu/i18n";

const two = (n: number): string => String(n).padStart(2, "0");

/** A time as a log shows it: with seconds, and with the day when that is not today. */
export function moment(at: number, now: number): string {
  const time = `${clock(at)}:${two(new Date(at).getSeconds())}`;
  return date(at) === date(now) ? time : `${date(at).slice(5)} ${time}`;
}

/** 14:17:31.204 */
export function exactTime(at: number): string {
  const d = new Date(at);
  return `${clock(at)}:${two(d.getSeconds())}.${String(d.getMilliseconds()).padStart(3, "0")}`;
}

/** All of a time: 2024-03-12 14:17:31.204 */
export const exactStamp = (at: number): string => `${date(at)} ${exactTime(at)}`;

/** How long something took: 96 ms, 5.0 s. */
export const took = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
