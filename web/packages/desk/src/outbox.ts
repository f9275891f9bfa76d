import type { Allowance, Message, Outgoing } from "@kefu/wire";
import { Refusal } from "@kefu/live";
import type { DeskEvent, Pending } from "./state.ts";

export interface OutboxParts {
  send(openid: string, clientId: string, says: Outgoing): Promise<{ message: Message; allowance: Allowance }>;
  /** Uploads the file of a message, if it has one, and answers what to say. */
  prepare(pending: Pending): Promise<Outgoing>;
  tell(event: DeskEvent): void;
  online(): boolean;
  /** Nothing was answered, though the line seems to be open. */
  doubt(): void;
  now(): number;
  wait?(ms: number): Promise<void>;
}

/** How often a message is tried that nobody answered, while the line is open. */
const tries = 3;
const betweenTries = 1_500;

/**
 * Sends what an agent says, for every customer one message after the other. A message
 * keeps its client id through all tries, so the house takes it once.
 */
export class Outbox {
  private readonly queues = new Map<string, Pending[]>();
  private readonly busy = new Set<string>();

  constructor(private readonly parts: OutboxParts) {}

  /** Puts a message at the end of the customer's queue. */
  put(openid: string, pending: Pending): void {
    this.queue(openid).push(pending);
    this.parts.tell({ is: "sending", openid, pending: this.parts.online() ? pending : { ...pending, state: "held" } });
    void this.work(openid);
  }

  /** Tries a failed message again, at the end of the queue: it is what was said last. */
  retry(openid: string, pending: Pending): void {
    if (this.queue(openid).some((p) => p.clientId === pending.clientId)) return;
    const again: Pending = { ...pending, state: "sending", at: this.parts.now() };
    delete again.why;
    this.put(openid, again);
  }

  /** Takes a message back that has not gone. */
  drop(openid: string, clientId: string): void {
    this.queues.set(openid, this.queue(openid).filter((p) => p.clientId !== clientId));
    this.parts.tell({ is: "dropped", openid, clientId });
  }

  /** The line is back. */
  resume(): void {
    for (const openid of this.queues.keys()) void this.work(openid);
  }

  private queue(openid: string): Pending[] {
    let q = this.queues.get(openid);
    if (!q) this.queues.set(openid, (q = []));
    return q;
  }

  private async work(openid: string): Promise<void> {
    if (this.busy.has(openid)) return;
    this.busy.add(openid);
    try {
      for (let next = this.queue(openid)[0]; next && this.parts.online(); next = this.queue(openid)[0]) {
        const settled = await this.one(openid, next);
        if (!settled) break;
        this.queues.set(openid, this.queue(openid).filter((p) => p !== next));
      }
    } finally {
      this.busy.delete(openid);
    }
  }

  /** Sends one; false when it waits for the line. */
  private async one(openid: string, p: Pending): Promise<boolean> {
    const { tell } = this.parts;
    const change = (c: Partial<Pending>) => tell({ is: "pending", openid, clientId: p.clientId, change: c });
    for (let k = 1; ; k++) {
      try {
        change({ state: "sending" });
        p.says = await this.parts.prepare(p);
        change({ state: "sending", says: p.says });
        const { message, allowance } = await this.parts.send(openid, p.clientId, p.says);
        tell({ is: "sent", openid, message, allowance });
        return true;
      } catch (e) {
        if (e instanceof Refusal && e.status !== 503 && e.status !== 429) {
          change({ state: "failed", why: e.code, untaken: e.status < 500 || e.code === "timeout" });
          return true;
        }
        // Not answered, or asked to come again: nobody knows whether it was taken, so it
        // is tried with the same id.
        if (!(e instanceof Refusal)) this.parts.doubt();
        if (!this.parts.online()) {
          change({ state: "held" });
          return false;
        }
        if (k === tries) {
          change(e instanceof Refusal ? { state: "failed", why: e.code, untaken: true } : { state: "failed", why: "unreachable", untaken: false });
          return true;
        }
        const wait = e instanceof Refusal && e.retryAfter > 0 ? Math.min(e.retryAfter, 10) * 1000 : betweenTries * k;
        await (this.parts.wait ?? ((ms: number) => new Promise((done) => setTimeout(done, ms))))(wait);
      }
    }
  }
}
