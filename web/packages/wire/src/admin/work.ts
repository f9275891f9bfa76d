// Pushes, refused API calls, settings and shared quick replies of the console.

export interface WorkCustomer {
  openid: string;
  nickname: string;
  remark: string;
}

export interface WorkPage<T> {
  items: T[];
  /** What the next page is asked with; empty for the last. */
  next: string;
}

export type PushOutcome = "due" | "none" | "acknowledged" | "replied" | "transferred" | "failed";

export interface PushRow {
  id: number;
  at: number;
  /** The type of a message, or the name of an event. */
  kind: string;
  event: boolean;
  customer: WorkCustomer;
  msgid?: string;
  outcome: PushOutcome;
  /** Of each attempt of the last round, whether its answer was good. */
  good: boolean[];
  took_ms: number;
}

export interface PushAttempt {
  at: number;
  took_ms: number;
  /** 0 when no answer came. */
  status: number;
  answer: string;
  failure: string;
  sent: boolean;
  first: boolean;
}

export interface PushDetail extends PushRow {
  attempts: PushAttempt[];
  format: "xml" | "json";
  plain: string;
  /** Empty in plain mode. */
  sealed: string;
  query: string;
  headers: { name: string; value: string }[];
  mode: "plain" | "compatible" | "safe";
}

export interface PushFigures {
  since: number;
  total: number;
  first: number;
  retried: number;
  failed: number;
  p95_ms: number;
  complete: boolean;
}

export interface CallRow {
  rid: string;
  at: number;
  took_us: number;
  path: string;
  errcode: number;
  from: string;
}

export interface CallDetail extends CallRow {
  query: string;
  request: string;
  response: string;
}

export interface AutoText {
  on: boolean;
  text: string;
}

/** A part of a day, 0 for Sunday, in minutes from midnight. */
export interface OpenSpan {
  day: number;
  from: number;
  until: number;
}

export interface AccountSettings {
  limits: {
    agents: number;
    bindings_per_worker: number;
    invitation_life_ms: number;
    session_patience_ms: number;
    offline_grace_ms: number;
    sends_per_minute: number;
    daily_calls: Record<string, number>;
  };
  service: {
    warn_wait_ms: number;
    late_wait_ms: number;
    welcome: AutoText;
    busy: AutoText;
    nobody: AutoText;
    closed: AutoText;
    hours: { zone: string; spans: OpenSpan[] };
  };
}

export interface AccountSettingsAnswer extends AccountSettings {
  /** Whether customers are served at this moment. */
  open: boolean;
  quotas: Record<string, number>;
  usual: AccountSettings;
}

export interface SharedReply {
  id: number;
  code: string;
  title: string;
  text: string;
  used: number;
  author: string;
  /** 0 where that was not noted. */
  updated_at: number;
}
