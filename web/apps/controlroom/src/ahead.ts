import type { Phrase } from "@kefu/i18n";

const minute = 60_000;

/** How far the clock was moved, in its days, hours and minutes; none when not at all. */
export function distance(ms: number): Phrase[] {
  const all = Math.round(Math.abs(ms) / minute);
  const [days, hours, minutes] = [Math.floor(all / 1440), Math.floor(all / 60) % 24, all % 60];
  const parts: [string, number][] = [["room.day", days], ["room.hour", hours], ["room.minute", minutes]];
  // The largest two say enough.
  return parts.filter(([, n]) => n > 0).slice(0, 2).map(([key, n]) => [key, { n }]);
}
