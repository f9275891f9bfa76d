import { clock, dayWords, type Phrase } from "@kefu/i18n";
import { summary } from "@kefu/ui";
import type { Message } from "@kefu/wire";

type T = (key: string, named?: Record<string, unknown>) => string;

const midnight = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** A day and a time: 今天 14:02, 3 月 9 日 10:31. */
export function whenWords(at: number, now: number, t: T, phrase: (p: Phrase | string) => string): string {
  const apart = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  const day = apart === 0 ? t("records.today") : apart === 1 ? t("time.yesterday") : phrase(dayWords(at, now));
  return `${day} ${clock(at)}`;
}

/** What was said, as a list has it: of what is no text the house tells only the kind, in
 * brackets. */
export function saidWords(said: string, t: T): string {
  const kind = /^\[([a-z]+)\]$/.exec(said)?.[1];
  return (kind === undefined ? "" : summary({ msgtype: kind, from: "customer" } as Message, t)) || said;
}
