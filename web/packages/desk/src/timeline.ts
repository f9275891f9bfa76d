import type { Happening, Message } from "@kefu/wire";
import type { Pending, Thread } from "./state.ts";

/** Messages of one speaker that follow each other are a group. */
export interface Group {
  is: "group";
  key: string;
  side: "left" | "right";
  /** customer, me, colleague, or a machine: the API, an automatic answer. */
  who: "customer" | "me" | "colleague" | "machine";
  kfAccount: string | undefined;
  nickname: string | undefined;
  messages: Bubble[];
}

export interface Bubble {
  key: string;
  message: Message;
  pending: Pending | null;
}

export type Item =
  | Group
  | { is: "happening"; key: string; happening: Happening; waited: number | null }
  | { is: "notice"; key: string; message: Message }
  | { is: "day"; key: string; at: number }
  | { is: "new"; key: string };

/** The same speaker after this long begins a new group. */
const groupWithin = 3 * 60_000;

/**
 * What is shown of a thread, from top to bottom. newAfter is the last message that had
 * been read when the conversation was opened.
 */
export function timeline(t: Thread, me: string | undefined, newAfter: number): Item[] {
  const items: Item[] = [];
  let group: Group | null = null;
  let lastAt = 0;
  let day = "";
  let marked = false;
  let queuedAt: number | null = null;
  const put = (item: Item) => {
    items.push(item);
    group = null;
  };
  const newDay = (at: number) => {
    const d = new Date(at).toDateString();
    if (day !== "" && d !== day) put({ is: "day", key: `day-${d}`, at });
    day = d;
  };

  let h = 0;
  const happen = (before: number) => {
    for (; h < t.happenings.length && t.happenings[h]!.id < before; h++) {
      const one = t.happenings[h]!;
      newDay(one.at);
      if (one.what === "queued") {
        queuedAt = one.at;
        continue; // Who took the customer says how long it waited.
      }
      put({ is: "happening", key: `h${one.id}`, happening: one, waited: queuedAt === null ? null : one.at - queuedAt });
      if (one.what === "closed" || one.what === "accepted" || one.what === "started") queuedAt = null;
    }
  };
  const say = (message: Message, pending: Pending | null) => {
    const who = message.from === "customer" ? "customer" : message.from === "agent" ? (message.kf_account === me ? "me" : "colleague") : "machine";
    const bubble: Bubble = { key: message.client_id ? `c${message.client_id}` : `m${message.id}`, message, pending };
    if (group && group.who === who && group.messages[0]?.message.from === message.from && group.kfAccount === message.kf_account && message.at - lastAt < groupWithin) {
      group.messages.push(bubble);
    } else {
      put({
        is: "group", key: `g${bubble.key}`, side: who === "customer" ? "left" : "right", who,
        kfAccount: message.kf_account, nickname: message.nickname, messages: [bubble],
      });
      group = items[items.length - 1] as Group;
    }
    lastAt = message.at;
  };

  for (const m of t.messages) {
    happen(m.id);
    newDay(m.at);
    if (!marked && newAfter > 0 && m.id > newAfter && m.from === "customer") {
      marked = true;
      put({ is: "new", key: "new" });
    }
    if (m.msgtype === "notice" || (m.from === "system" && m.msgtype !== "text")) put({ is: "notice", key: `m${m.id}`, message: m });
    else say(m, null);
  }
  happen(Number.MAX_SAFE_INTEGER);
  for (const p of t.pending) {
    say({ ...p.says, id: 0, from: "agent", ...(me === undefined ? {} : { kf_account: me }), at: p.at, state: "queued", client_id: p.clientId }, p);
  }
  return items;
}

/** The menu items that were tapped, by the message whose menu it was. */
export function taps(messages: readonly Message[]): Map<number, string> {
  const tapped = new Map<number, string>();
  const menus: Message[] = [];
  for (const m of messages) {
    if (m.msgmenu) menus.push(m);
    else if (m.from === "customer" && m.bizmsgmenuid !== undefined) {
      // The nearest menu above that has such an item.
      const menu = menus.findLast((x) => x.msgmenu?.list.some((i) => i.id === m.bizmsgmenuid));
      if (menu) tapped.set(menu.id, m.bizmsgmenuid);
    }
  }
  return tapped;
}
