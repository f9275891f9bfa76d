import type { Conversation, Happening, Message, Waiting, WorkbenchFact } from "@kefu/wire";
import { emptyThread, waitingKnown, type DeskEvent, type DeskState, type Thread } from "./state.ts";

/**
 * What an event makes of a state. The state that is given stays as it is; what did not
 * change is shared with it.
 */
export function apply(s: DeskState, e: DeskEvent): DeskState {
  switch (e.is) {
    case "loaded":
      return loaded(s, e.state);
    case "fact":
      // What the loaded state had in it already is not new.
      return e.fact.id <= s.offset ? s : fact(s, e.fact);
    case "page":
      return thread(s, e.openid, (t) => paged(t, e.page.messages, e.page.happenings, e.where, e.page.more));
    case "rows":
      return { ...s, rows: { ...s.rows, ...Object.fromEntries(e.rows.map((r) => [r.customer.openid, r])) } };
    case "me":
      return { ...s, me: { ...s.me, ...e.agent }, agents: upsert(s.agents, e.agent) };
    case "sending":
      return thread(s, e.openid, (t) => ({ ...t, pending: [...t.pending.filter((p) => p.clientId !== e.pending.clientId), e.pending] }));
    case "pending":
      return thread(s, e.openid, (t) => ({ ...t, pending: t.pending.map((p) => (p.clientId === e.clientId ? { ...p, ...e.change } : p)) }));
    case "dropped":
      return thread(s, e.openid, (t) => ({ ...t, pending: t.pending.filter((p) => p.clientId !== e.clientId) }));
    case "sent": {
      const after = said(s, e.openid, e.message);
      const row = after.rows[e.openid];
      return row ? withRow(after, { ...row, allowance: e.allowance }) : after;
    }
    case "read": {
      const row = s.rows[e.openid];
      return row && row.unread !== 0 ? withRow(s, { ...row, unread: 0 }) : s;
    }
    case "forgotten": {
      const threads = { ...s.threads };
      for (const id of e.openids) {
        // What waits to be sent is never forgotten.
        if (threads[id]?.pending.length === 0) delete threads[id];
      }
      return { ...s, threads };
    }
  }
}

function loaded(s: DeskState, w: Extract<DeskEvent, { is: "loaded" }>["state"]): DeskState {
  // Rows that were mine and are not in the answer are mine no more.
  const rows: Record<string, Conversation> = {};
  for (const [id, row] of Object.entries(s.rows)) rows[id] = row.standing === "mine" ? { ...row, standing: "none", unread: 0, waiting_since: 0 } : row;
  for (const row of w.sessions) rows[row.customer.openid] = row;
  return {
    ...s,
    loaded: true,
    offset: w.offset,
    me: w.me,
    max: w.max,
    limits: w.limits,
    servedToday: w.served_today ?? null,
    rows,
    queue: { total: w.queue.total, longest_since: w.queue.longest_since },
    waiting: w.queue.waiting,
    agents: w.agents,
  };
}

function fact(s: DeskState, f: WorkbenchFact): DeskState {
  switch (f.what) {
    case "said": {
      let next = said(s, f.openid, f.message);
      if (f.conversation) next = withRow(next, f.conversation);
      return next;
    }
    case "delivery": {
      const next = thread(s, f.openid, (t) => ({
        ...t,
        messages: t.messages.map((m) => (m.id === f.message_id ? { ...m, state: f.state, ...(f.refused ? { refused: f.refused } : {}) } : m)),
      }), true);
      const row = next.rows[f.openid];
      return row?.last?.id === f.message_id ? withRow(next, { ...row, last: { ...row.last, state: f.state } }) : next;
    }
    case "standing": {
      let next: DeskState = { ...s, waiting: stand(s.waiting, f.openid, f.waiting), ...(f.queue ? { queue: f.queue } : {}) };
      if (f.conversation) {
        const before = s.rows[f.openid];
        // A colleague's conversations are kept only where this page has met them.
        if (f.conversation.standing !== "served" || before || s.threads[f.openid]) next = withRow(next, f.conversation);
      } else {
        const row = s.rows[f.openid];
        if (row) next = withRow(next, ended(row, f.waiting));
      }
      const happening = f.happening;
      return happening ? thread(next, f.openid, (t) => ({ ...t, happenings: merge(t.happenings, [happening]) }), true) : next;
    }
    case "customer": {
      if (f.conversation && (s.rows[f.openid] || f.conversation.standing === "mine")) return renamed(withRow(s, f.conversation), f.openid, f.conversation.customer);
      const row = s.rows[f.openid];
      const next = row ? withRow(s, { ...row, customer: f.customer, allowance: f.allowance }) : s;
      return renamed(next, f.openid, f.customer);
    }
    case "agent":
      return {
        ...s,
        agents: upsert(s.agents, f.agent),
        me: f.agent.kf_account !== undefined && f.agent.kf_account === s.me.kf_account ? f.agent : s.me,
      };
    case "agent_gone":
      return { ...s, agents: s.agents.filter((a) => a.kf_account !== f.kf_account) };
    case "note":
      return { ...s, notesRevision: { ...s.notesRevision, [f.openid]: (s.notesRevision[f.openid] ?? 0) + 1 } };
    case "reply":
      return { ...s, repliesRevision: s.repliesRevision + 1 };
    default:
      // A newer house may tell what this page does not know.
      return s;
  }
}

/** A message that was said: once in its thread, however often it is told. */
function said(s: DeskState, openid: string, m: Message): DeskState {
  let next = thread(s, openid, (t) => ({
    ...t,
    messages: merge(t.messages, [m]),
    pending: m.client_id ? t.pending.filter((p) => p.clientId !== m.client_id) : t.pending,
  }), true);
  const row = next.rows[openid];
  if (row && (row.last === null || row.last.id <= m.id)) {
    next = withRow(next, {
      ...row,
      last: m,
      active_at: Math.max(row.active_at, m.at),
      waiting_since: m.from === "customer" ? row.waiting_since || m.at : m.from === "agent" ? 0 : row.waiting_since,
    });
  }
  if (m.from === "customer") {
    next = { ...next, waiting: next.waiting.map((w) => (w.customer.openid === openid ? { ...w, last: m } : w)) };
  }
  return next;
}

function ended(row: Conversation, waiting: Waiting | null): Conversation {
  const rest: Conversation = { ...row, standing: waiting ? "waiting" : "none", silent: false };
  delete rest.kf_account;
  delete rest.opened_at;
  return rest;
}

function renamed(s: DeskState, openid: string, customer: Conversation["customer"]): DeskState {
  return { ...s, waiting: s.waiting.map((w) => (w.customer.openid === openid ? { ...w, customer } : w)) };
}

function withRow(s: DeskState, row: Conversation): DeskState {
  return { ...s, rows: { ...s.rows, [row.customer.openid]: row } };
}

/** Changes a thread; onlyKnown leaves alone what nobody has opened. */
function thread(s: DeskState, openid: string, change: (t: Thread) => Thread, onlyKnown = false): DeskState {
  const before = s.threads[openid];
  if (!before && onlyKnown) return s;
  return { ...s, threads: { ...s.threads, [openid]: change(before ?? emptyThread) } };
}

function paged(t: Thread, messages: Message[], happenings: Happening[], where: "newest" | "before" | "after", more: boolean): Thread {
  const arrived = new Set(messages.map((m) => m.client_id).filter((id) => id !== undefined));
  return {
    messages: merge(t.messages, messages),
    happenings: merge(t.happenings, happenings),
    pending: t.pending.filter((p) => !arrived.has(p.clientId)),
    loaded: true,
    // What comes after says nothing about what was before.
    more: where === "after" ? t.more : more,
  };
}

function stand(waiting: readonly Waiting[], openid: string, now: Waiting | null): readonly Waiting[] {
  const others = waiting.filter((w) => w.customer.openid !== openid);
  if (now === null) return others.length === waiting.length ? waiting : others;
  const at = others.findIndex((w) => w.since > now.since);
  return (at < 0 ? [...others, now] : [...others.slice(0, at), now, ...others.slice(at)]).slice(0, waitingKnown);
}

/** Two lists in order of id, each thing once; the later one knows better. */
export function merge<X extends { id: number }>(known: readonly X[], more: readonly X[]): X[] {
  const last = known[known.length - 1];
  const first = more[0];
  if (first === undefined) return known as X[];
  if (last === undefined || last.id < first.id) return [...known, ...more];
  const all = new Map<number, X>();
  for (const x of known) all.set(x.id, x);
  for (const x of more) all.set(x.id, x);
  return [...all.values()].sort((a, b) => a.id - b.id);
}

function upsert(agents: DeskState["agents"], agent: DeskState["me"]): DeskState["agents"] {
  if (agent.kf_account === undefined) return agents;
  const i = agents.findIndex((a) => a.kf_account === agent.kf_account);
  return i < 0 ? [...agents, agent] : agents.with(i, { ...agents[i], ...agent });
}
