// The door of a sandbox: /sandbox/v1/. What the control room reads of it.
import type { PushOutcome } from "./admin/work.ts";

/** One API call, or a push as it stood after an attempt. */
export interface ActivityLine {
  seq: number;
  at: number;
  kind: "call" | "push";
  /** Absent for a call that did not say who calls. */
  appid?: string;
  /** The type of what was pushed, or the path of a call. */
  title: string;
  method?: string;
  /** A customer, a kf account or an appid. */
  about?: string;
  took_us: number;
  errcode?: number;
  rid?: string;
  push?: number;
  outcome?: PushOutcome;
  attempts?: number;
}

export interface Activity {
  /** Another one after a restart or a reset. */
  epoch: string;
  now: number;
  last: number;
  /** The lines are all there are, not what came after. */
  whole: boolean;
  lines: ActivityLine[];
}

export interface RoomAccount {
  appid: string;
  name: string;
  wechat_id: string;
  original_id: string;
  /** Absent when the house has only a digest of it. */
  secret?: string;
  callback: { url: string; token: string; encoding_aes_key: string; mode: string };
}

export interface Room {
  accounts: RoomAccount[];
  now: number;
  /** How far the clock is from the machine's, in milliseconds. */
  ahead: number;
}

export interface APIFault {
  path: string;
  errcode: number;
  times?: number;
  probability?: number;
  delay?: string;
}

export interface PushFault {
  openid?: string;
  event?: string;
  delay?: string;
  dead?: boolean;
  status?: number;
  duplicate?: boolean;
  reorder?: boolean;
  times?: number;
  probability?: number;
}

export interface FaultSet {
  api: APIFault[];
  push: PushFault[];
}

export interface SandboxFollower {
  openid: string;
  nickname: string;
  subscribed_at: number;
  state: "idle" | "waiting" | "served";
}

export interface SandboxPush {
  id: number;
  openid: string;
  kind: string;
  url: string;
  /** The push before it is encrypted. */
  body: string;
  outcome: PushOutcome;
  attempts: { at: number; took_ms: number; url: string; status: number; answer: string; failure: string }[];
}
