// What stands on the phone, from top to bottom.
import type { PhoneMessage } from "@kefu/wire";
import { plain, type Letter } from "./outbox.ts";

/** Between messages that are further apart than this stands a time. */
export const pauseShown = 5 * 60_000;

/** A line of the page's own: who came, and that it is over. */
export interface Notice {
  key: string;
  at: number;
  what: "served" | "ended" | "followed";
  name?: string;
}

export type Row =
  | { is: "time"; key: string; at: number }
  | { is: "notice"; key: string; notice: Notice }
  | { is: "said"; key: string; message: PhoneMessage; letter?: Letter };

/** Puts messages among those that are there, each once, in the order of their ids. */
export function merge(known: readonly PhoneMessage[], more: readonly PhoneMessage[]): PhoneMessage[] {
  const all = new Map(known.map((m) => [m.id, m]));
  for (const m of more) all.set(m.id, m);
  return [...all.values()].sort((a, b) => a.id - b.id);
}

/** The rows of a phone: messages with notices among them, then what is still on its way. */
export function rows(said: readonly PhoneMessage[], notices: readonly Notice[], letters: readonly Letter[]): Row[] {
  const out: Row[] = [];
  let last = 0;
  let n = 0;
  const time = (at: number, key: string) => {
    if (at - last > pauseShown) out.push({ is: "time", key: `t${key}`, at });
    last = Math.max(last, at);
  };
  const note = (until: number) => {
    for (; n < notices.length && notices[n]!.at < until; n++) {
      time(notices[n]!.at, notices[n]!.key);
      out.push({ is: "notice", key: notices[n]!.key, notice: notices[n]! });
    }
  };
  const taken = new Set<string>();
  for (const m of said) {
    note(m.at);
    const key = m.client_id ?? String(m.id);
    if (m.client_id) taken.add(m.client_id);
    time(m.at, key);
    out.push({ is: "said", key, message: m });
  }
  note(Infinity);
  for (const l of letters) {
    if (taken.has(l.client_id)) continue;
    time(l.at, l.client_id);
    out.push({ is: "said", key: l.client_id, message: { ...plain(l), id: 0, from: "me", at: l.at }, letter: l });
  }
  return out;
}
