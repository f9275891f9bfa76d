import type { Agent, Conversation, Customer, Message, State } from "@kefu/wire";

// What tests are played with.

export const customer = (openid: string, more: Partial<Customer> = {}): Customer => ({
  openid, nickname: openid.toUpperCase(), remark: "", subscribed: true, subscribed_at: 0, scene: "ADD_SCENE_SEARCH", blocked: false, ...more,
});

export const row = (openid: string, more: Partial<Conversation> = {}): Conversation => ({
  customer: customer(openid), standing: "mine", last: null, unread: 0, waiting_since: 0, active_at: 0, silent: false, allowance: { left: 5, until: 1000, grants: [] }, ...more,
});

export const message = (id: number, more: Partial<Message> = {}): Message => ({
  id, from: "customer", msgtype: "text", text: { content: `m${id}` }, at: id * 1000, state: "delivered", ...more,
});

export const agent = (kf_account: string, more: Partial<Agent> = {}): Agent => ({ kf_account, nickname: kf_account, status: "online", auto_accept: 5, serving: 0, ...more });

export const loaded = (more: Partial<State> = {}): State => ({
  epoch: "e", offset: 100, now: 0, me: agent("me@shop"), max: 10, sessions: [], queue: { total: 0, longest_since: 0, waiting: [] }, agents: [agent("me@shop")],
  limits: { session_patience_ms: 1, warn_wait_ms: 1, late_wait_ms: 1 }, ...more,
});
