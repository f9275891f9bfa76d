// Official accounts, agents and people of the console. Times are Unix milliseconds, 0
// for never.
import type { Role } from "../people.ts";
import type { AgentNow } from "./watch.ts";

export interface OfficialAccountForm {
  name: string;
  wechat_id: string;
  original_id: string;
  kf_id_form: "string" | "number";
  callback: { url: string; token: string; encoding_aes_key: string; mode: "plain" | "compatible" | "safe"; format: "xml" | "json" };
  standing: { verified: boolean; service_enabled: boolean; frozen: boolean; secret_frozen: boolean };
  /** Addresses and ranges that may fetch access tokens; empty for all. */
  allowed_addresses: string[];
}

export interface OfficialAccountNow extends OfficialAccountForm {
  appid: string;
  created_at: number;
  /** How many agents it has: with any, the WeChat id cannot change. */
  agents: number;
}

/** An AppSecret that was just made; it is told only now. */
export interface NewSecret {
  secret: string;
}

export interface NewAccount extends NewSecret {
  appid: string;
}

/** How a developer's server stood the test of its callback URL. */
export interface HandshakeTried {
  at: number;
  passed: boolean;
  failed?: "connect" | "ask" | "answer" | "echo";
  fault?: string;
  /** The failure in English, for who looks closer. */
  story?: string;
  took_ms: number;
  connecting_ms: number;
  answering_ms: number;
  host: string;
  tls?: string;
  query: string;
  echo: string;
  status: number;
  content_type: string;
  body: string;
}

export type Binding = "none" | "waiting" | "bound" | "rejected" | "expired";

export interface AgentSet extends AgentNow {
  kf_id: number;
  binding: Binding;
  /** The person who is bound, or was invited last. */
  wechat_id?: string;
  expires_at: number;
}

export interface AgentsSet {
  now: number;
  limit: number;
  /** What kf accounts end in, such as @qinghe_tea. */
  suffix: string;
  items: AgentSet[];
}

export interface AgentInvitation {
  now: number;
  agent: AgentSet;
  /** Absent once it cannot be answered any more. */
  link?: string;
}

export interface PersonSet {
  wechat_id: string;
  name: string;
  role: Role;
  disabled: boolean;
  /** It can sign in with one. */
  password: boolean;
  created_at: number;
  seats: { account_name: string; kf_account: string; nickname: string }[];
}

export interface PeoplePage {
  items: PersonSet[];
  next: string;
}

/** A password that the house made up; it is told only now. */
export interface NewPassword {
  wechat_id: string;
  password: string;
}
