import type { OpenSpan } from "@kefu/wire";

// Opening hours as they are written on a page: parts of a day from 09:00 to 18:00. The
// end of a day is 00:00 there, and the last minute of it in the house.

/** Monday first, as people read a week. */
export const week = [1, 2, 3, 4, 5, 6, 0] as const;
const dayMinutes = 24 * 60;
const two = (n: number): string => String(n).padStart(2, "0");

export const clockOf = (minutes: number): string => `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;

export function minutesOf(clock: string, end: boolean): number | null {
  const found = /^(\d\d):(\d\d)/.exec(clock);
  if (!found) return null;
  const n = Number(found[1]) * 60 + Number(found[2]);
  return end && n === 0 ? dayMinutes : n;
}

/** What is wrong with them; null when nothing is. */
export function wrongHours(spans: readonly OpenSpan[]): "backwards" | "overlap" | null {
  for (const s of spans) if (s.from >= s.until) return "backwards";
  for (const day of week) {
    const of = spans.filter((s) => s.day === day).sort((a, b) => a.from - b.from);
    if (of.some((s, i) => i > 0 && s.from < of[i - 1]!.until)) return "overlap";
  }
  return null;
}

/** Working days from nine to six: what most begin with. */
export const usualSpans = (): OpenSpan[] => [1, 2, 3, 4, 5].map((day) => ({ day, from: 540, until: 1080 }));
