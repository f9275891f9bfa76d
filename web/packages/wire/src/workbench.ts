// The workbench's door: /workbench/v1/{appid}/.
import type { Message } from "./message.ts";

export interface Happening {
  id: number;
  what: "queued" | "accepted" | "started" | "transferred" | "closed";
  kf_account?: string;
  nickname?: string;
  from?: string;
  why?: string;
  note?: string;
  at: number;
}

export interface Grant {
  kind: string;
  left: number;
  until: number;
}

export interface Allowance {
  /** -1: as many as wanted. */
  left: number;
  until: number;
  reason?: "used_up" | "expired" | "unfollowed" | "blocked";
  grants: Grant[];
}

export interface Customer {
  openid: string;
  nickname: string;
  remark: string;
  subscribed: boolean;
  subscribed_at: number;
  scene: string;
  qr_scene?: string | number;
  avatar?: string;
  blocked: boolean;
}

export type Standing = "mine" | "served" | "waiting" | "none";

/** How the customer came, where the house knows it. */
export interface Origin {
  kind: "menu" | "message" | "api" | "transfer" | "developer" | "agent_gone";
  words?: string;
}

export interface Conversation {
  customer: Customer;
  standing: Standing;
  kf_account?: string;
  opened_at?: number;
  last: Message | null;
  /** Customer's messages after the read mark. */
  unread: number;
  /** Since when the customer, who spoke last, has no answer; 0: answered. */
  waiting_since: number;
  active_at: number;
  silent: boolean;
  allowance: Allowance;
  origin?: Origin;
}

export interface Waiting {
  customer: Customer;
  since: number;
  /** The only agent it is offered to. */
  named?: string;
  last: Message | null;
  visits: number;
  origin?: Origin;
}

export type Status = "online" | "away" | "offline";

export interface Agent {
  kf_account?: string;
  kf_id?: number | string;
  nickname: string;
  avatar?: string;
  status: Status | "unbound";
  auto_accept: number;
  serving: number;
}

export interface QueueLength {
  total: number;
  longest_since: number;
}

export interface Limits {
  session_patience_ms: number;
  warn_wait_ms: number;
  late_wait_ms: number;
}

export interface State {
  epoch: string;
  offset: number;
  now: number;
  me: Agent;
  max: number;
  sessions: Conversation[];
  queue: QueueLength & { waiting: Waiting[] };
  agents: Agent[];
  limits: Limits;
  /** Customers that this agent has served today, where the house counts them. */
  served_today?: number;
}

export interface ConversationPage {
  conversations: Conversation[];
  more: boolean;
  /** What to say as before for the next page. */
  next?: number;
}

export interface MessagePage {
  messages: Message[];
  happenings: Happening[];
  more: boolean;
}

export interface Tag {
  id: number;
  name: string;
}

export interface Note {
  id: number;
  text: string;
  author: string;
  own?: boolean;
  at: number;
}

export interface Visit {
  opened_at: number;
  closed_at: number;
  kf_account: string;
  nickname?: string;
  messages: number;
  first: string;
}

export interface CustomerPanel {
  conversation: Conversation;
  tags: Tag[];
  notes: Note[];
  visits: Visit[];
  visits_total: number;
}

export interface QuickReply {
  id: number;
  code: string;
  title: string;
  text: string;
  shared: boolean;
  used: number;
}
