// What comes over sockets: one JSON object a text frame.
import type { Delivery, Message } from "./message.ts";
import type { PhoneMessage, Place } from "./phone.ts";
import type { Agent, Allowance, Conversation, Customer, Happening, QueueLength, Waiting } from "./workbench.ts";

/** The subprotocol that both sides name. */
export const subprotocol = "kefu.v1";

/** Why a socket was closed, and so whether to come back. */
export const closing = {
  goingAway: 1001,
  policy: 1008,
  tryAgainLater: 1013,
  signedOut: 4001,
  openElsewhere: 4002,
  tooSlow: 4003,
  freshWorld: 4004,
} as const;

export interface HelloFrame {
  t: "hello";
  epoch: string;
  offset: number;
  now: number;
  /** false: what was missed is not kept any more; read the state again. */
  resumed: boolean;
}

/** Answers a watch: from now on facts of these customers come. */
export interface WatchingFrame {
  t: "watching";
  openids: string[];
}

interface Fact<What extends string> {
  t: "fact";
  id: number;
  what: What;
}

export type WorkbenchFact =
  | (Fact<"said"> & { openid: string; message: Message; conversation?: Conversation })
  | (Fact<"delivery"> & { openid: string; message_id: number; state: Delivery; refused?: string })
  | (Fact<"standing"> & {
      openid: string;
      conversation: Conversation | null;
      waiting: Waiting | null;
      happening?: Happening;
      queue?: QueueLength;
    })
  | (Fact<"customer"> & { openid: string; customer: Customer; allowance: Allowance; conversation?: Conversation })
  | (Fact<"agent"> & { agent: Agent })
  | (Fact<"agent_gone"> & { kf_account: string })
  | (Fact<"note"> & { openid: string })
  | Fact<"reply">;

export type PhoneFact =
  | (Fact<"said"> & { message: PhoneMessage })
  | (Fact<"place"> & { place: Place })
  | (Fact<"typing"> & { on: boolean; until?: number });

export type Frame<F> = HelloFrame | WatchingFrame | F;

export interface WatchFrame {
  t: "watch";
  openids: string[];
}
