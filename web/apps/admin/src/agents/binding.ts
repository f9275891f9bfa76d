import type { AgentSet, Binding } from "@kefu/wire";

/** How the chips of bindings look. */
export const kinds: Record<Binding, "good" | "warn" | "bad" | "plain" | "outline"> = { bound: "good", waiting: "warn", rejected: "bad", expired: "plain", none: "outline" };

/** In the order of the filter. */
export const bindings: readonly Binding[] = ["bound", "waiting", "rejected", "expired", "none"];

/** How many agents there are of each binding. */
export function countsOf(agents: readonly AgentSet[]): Record<Binding, number> {
  const n: Record<Binding, number> = { bound: 0, waiting: 0, rejected: 0, expired: 0, none: 0 };
  for (const a of agents) n[a.binding]++;
  return n;
}

/** Those with a binding, empty for any, and with words in their name, account or WeChat id. */
export function chosen(agents: readonly AgentSet[], binding: string, words: string): AgentSet[] {
  const sought = words.trim().toLowerCase();
  return agents.filter((a) => (binding === "" || a.binding === binding) && [a.nickname, a.kf_account, a.wechat_id ?? ""].some((text) => text.toLowerCase().includes(sought)));
}
