import type { Conversation } from "@kefu/wire";
import type { DeskState } from "./state.ts";

/** The open conversations of an agent by openid, in the order in which they are shown. */
export interface Groups {
  toAnswer: string[];
  answered: string[];
}

/** Who waits longest is on top; below, whoever was active last. */
export function groups(rows: DeskState["rows"]): Groups {
  const mine = Object.values(rows).filter((r) => r.standing === "mine");
  const by = (order: (a: Conversation, b: Conversation) => number) => (a: Conversation, b: Conversation) =>
    order(a, b) || (a.customer.openid < b.customer.openid ? -1 : 1);
  return {
    toAnswer: mine.filter((r) => r.waiting_since > 0).sort(by((a, b) => a.waiting_since - b.waiting_since)).map((r) => r.customer.openid),
    answered: mine.filter((r) => r.waiting_since === 0).sort(by((a, b) => b.active_at - a.active_at)).map((r) => r.customer.openid),
  };
}

/**
 * What to show, given what is shown: nothing moves under the hand. While held, rows
 * stay where they are, new ones come at the end, and those that are gone go. The open
 * row keeps its place also when nothing is held.
 */
export function arrange(shown: Groups, wanted: Groups, open: string | null, held: boolean): Groups {
  if (held) {
    const all = new Set([...wanted.toAnswer, ...wanted.answered]);
    const known = new Set([...shown.toAnswer, ...shown.answered]);
    const rest = (list: string[], fresh: string[]) => [...list.filter((id) => all.has(id)), ...fresh.filter((id) => !known.has(id))];
    return { toAnswer: rest(shown.toAnswer, wanted.toAnswer), answered: rest(shown.answered, wanted.answered) };
  }
  if (open === null) return wanted;
  const group = shown.toAnswer.includes(open) ? "toAnswer" : shown.answered.includes(open) ? "answered" : null;
  if (group === null || !(wanted.toAnswer.includes(open) || wanted.answered.includes(open))) return wanted;
  const place = shown[group].indexOf(open);
  const without: Groups = { toAnswer: wanted.toAnswer.filter((id) => id !== open), answered: wanted.answered.filter((id) => id !== open) };
  return { ...without, [group]: without[group].toSpliced(place, 0, open) };
}

/** How many messages nobody has read yet. */
export function unreadOf(rows: DeskState["rows"]): number {
  let n = 0;
  for (const r of Object.values(rows)) if (r.standing === "mine") n += r.unread;
  return n;
}
