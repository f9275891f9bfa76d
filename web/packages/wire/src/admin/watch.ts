// What those who oversee look at: overview, live board, conversations, audit. Times are
// Unix milliseconds, 0 for never.
import type { Message } from "../message.ts";
import type { Happening } from "../workbench.ts";

export interface Who {
  openid: string;
  nickname: string;
  remark: string;
}

export interface AgentNow {
  kf_account: string;
  nickname: string;
  avatar?: string;
  status: "online" | "away" | "offline" | "unbound";
  /** Since when it has the status. */
  since: number;
  serving: number;
  /** How many it takes by itself; 0 when it takes none. */
  max: number;
}

export interface AgentDid extends AgentNow {
  sessions: number;
  median_ms: number | null;
  ended: number;
}

export interface Overview {
  now: number;
  /** over: how many wait longer than three minutes. */
  waiting: { total: number; over: number; longest_since: number; longest: Who | null };
  serving: { sessions: number; online: number; away: number };
  /** before: in the period before, up to the same hour. */
  sessions: { count: number; before: number };
  messages: { customers: number; agents: number };
  first_reply: { median_ms: number | null; before_ms: number | null };
  slots: { at: number; count: number; before: number }[];
  days: { at: number; median_ms: number | null }[];
  agents: AgentDid[];
  /** There was more than is looked at: the oldest is missing. */
  bounded: boolean;
}

export interface BoardWaiting {
  customer: Who;
  since: number;
  /** The name of the only agent it is offered to. */
  named?: string;
  last: Message | null;
}

export interface BoardSession {
  customer: Who;
  opened_at: number;
  unread: number;
  last: Message | null;
  /** Since when the customer has no answer; 0 when it has. */
  waiting_since: number;
}

export interface BoardAgent extends AgentNow {
  sessions: BoardSession[];
}

export interface Board {
  now: number;
  queue: { total: number; longest_since: number; waiting: BoardWaiting[] };
  agents: BoardAgent[];
}

/** What the socket of the console tells: what kinds of things are different now. */
export interface WatchFact {
  t: "fact";
  id: number;
  what: "changed";
  kinds: ("queue" | "agents" | "messages")[];
}

/** One time that a customer was received. */
export interface Reception {
  id: number;
  customer: Who;
  standing: "waiting" | "open" | "ended" | "missed";
  waited_since: number;
  opened_at: number;
  first_reply_at: number;
  ended_at: number;
  /** The names of those who had the customer, in their order. */
  agents: string[];
  messages: number;
  said: string;
  how?: string;
}

export interface Receptions {
  items: Reception[];
  next: string;
  /** Words were not looked for in all that was said. */
  bounded: boolean;
}

export interface ReceptionTalk extends Reception {
  talk: Message[];
  happenings: Happening[];
  more: boolean;
}

export interface Act {
  id: number;
  at: number;
  /** A WeChat id, or a name that begins with $. */
  who: string;
  name: string;
  what: string;
  object: string;
  before?: string;
  after?: string;
  ip?: string;
  rid?: string;
}

export interface Acts {
  items: Act[];
  next: string;
}
