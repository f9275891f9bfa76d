// The phone's door: /phone/v1/{appid}/.
import type { Delivery, MsgType, Said } from "./message.ts";

export interface PhoneMessage extends Said {
  id: number;
  from: "me" | "them" | "system";
  name?: string;
  avatar?: string;
  msgtype: MsgType;
  bizmsgmenuid?: string;
  at: number;
  state?: Delivery;
  client_id?: string;
}

export interface Place {
  standing: "none" | "waiting" | "served";
  ahead?: number;
  /** When it began to wait. */
  since?: number;
  agent?: { nickname: string; avatar?: string };
  service: "open" | "busy" | "nobody" | "unavailable";
}

export interface Hello {
  openid: string;
  /** What the customer calls itself; most say nothing. */
  nickname?: string;
  /** The page may play any follower. */
  sandbox?: boolean;
  account: { name: string; avatar?: string };
  epoch: string;
  offset: number;
  now: number;
  place: Place;
  typing: boolean;
}
