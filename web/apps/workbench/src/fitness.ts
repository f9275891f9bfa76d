import type { Agent } from "@kefu/wire";

/** Whether an agent can be handed a customer. One who is full can, but should not lightly. */
export function fitness(a: Agent, max: number): "can" | "full" | "cannot" {
  if (a.status !== "online") return "cannot";
  return a.serving >= (a.auto_accept || max) ? "full" : "can";
}

const ranks = { online: 0, away: 1, offline: 2, unbound: 3 };

/** Who can comes first, of these who knows the customer, then who has least to do. */
export function byFitness(knows: ReadonlySet<string>, max: number): (a: Agent, b: Agent) => number {
  const full = (a: Agent) => (fitness(a, max) === "full" ? 1 : 0);
  const knowing = (a: Agent) => (knows.has(a.kf_account ?? "") ? 0 : 1);
  return (a, b) =>
    ranks[a.status] - ranks[b.status] || full(a) - full(b) || knowing(a) - knowing(b) || a.serving - b.serving || a.nickname.localeCompare(b.nickname);
}
