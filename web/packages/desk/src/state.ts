import type {
  Agent, Allowance, Conversation, Happening, Limits, Message, MessagePage, Outgoing, QueueLength, State, Waiting, WorkbenchFact,
} from "@kefu/wire";

/** A message on its way to the house. */
export interface Pending {
  clientId: string;
  says: Outgoing;
  at: number;
  /** held: the line is broken, it goes out when it is back. */
  state: "uploading" | "sending" | "held" | "failed";
  /** How much of a file is uploaded, from 0 to 1. */
  progress?: number;
  /** Why it failed: a code that has words. */
  why?: string;
  /** The house said that it never took the message, so no reply was used up. */
  untaken?: boolean;
}

/** The messages of a customer, as far as they are loaded. */
export interface Thread {
  /** Oldest first. */
  messages: Message[];
  happenings: Happening[];
  pending: Pending[];
  loaded: boolean;
  /** Older ones are in the ledger. */
  more: boolean;
}

export interface DeskState {
  loaded: boolean;
  /** Facts up to here are in the state that was loaded. */
  offset: number;
  me: Agent;
  max: number;
  limits: Limits;
  servedToday: number | null;
  /** Everybody that this page knows of; mine are those whose standing says so. */
  rows: Readonly<Record<string, Conversation>>;
  queue: QueueLength;
  /** In order of arrival; the first of them when there are many. */
  waiting: readonly Waiting[];
  agents: readonly Agent[];
  threads: Readonly<Record<string, Thread>>;
  /** Grows with every change of quick replies, notes. */
  repliesRevision: number;
  notesRevision: Readonly<Record<string, number>>;
}

export type DeskEvent =
  | { is: "loaded"; state: State }
  | { is: "fact"; fact: WorkbenchFact }
  | { is: "page"; openid: string; page: MessagePage; where: "newest" | "before" | "after" }
  | { is: "rows"; rows: Conversation[] }
  | { is: "me"; agent: Agent }
  | { is: "sending"; openid: string; pending: Pending }
  | { is: "pending"; openid: string; clientId: string; change: Partial<Pending> }
  | { is: "dropped"; openid: string; clientId: string }
  | { is: "sent"; openid: string; message: Message; allowance: Allowance }
  | { is: "read"; openid: string }
  | { is: "forgotten"; openids: string[] };

/** How many waiting customers are known by name; of the others, how many they are. */
export const waitingKnown = 100;

export const emptyThread: Thread = { messages: [], happenings: [], pending: [], loaded: false, more: true };

export const emptyState: DeskState = {
  loaded: false,
  offset: 0,
  me: { nickname: "", status: "offline", auto_accept: 0, serving: 0 },
  max: 10,
  limits: { session_patience_ms: 1_800_000, warn_wait_ms: 180_000, late_wait_ms: 600_000 },
  servedToday: null,
  rows: {},
  queue: { total: 0, longest_since: 0 },
  waiting: [],
  agents: [],
  threads: {},
  repliesRevision: 0,
  notesRevision: {},
};
