import { keep, kept } from "./shelf.ts";

/** Drafts of this many conversations are kept; the oldest go first. */
const mostDrafts = 200;
/** A draft longer than this is not kept: nobody types it, and the shelf is small. */
const longestDraft = 20_000;

interface Draft {
  text: string;
  at: number;
}

/** What was written and not sent, for each customer, kept through reloads. */
export class Drafts {
  private readonly all: Map<string, Draft>;

  constructor(private readonly key: string) {
    this.all = new Map(Object.entries(kept<Record<string, Draft>>(key) ?? {}));
  }

  of(openid: string): string {
    return this.all.get(openid)?.text ?? "";
  }

  set(openid: string, text: string, now: number): void {
    if (text.trim() === "") this.all.delete(openid);
    else this.all.set(openid, { text: text.slice(0, longestDraft), at: now });
    if (this.all.size > mostDrafts) {
      const oldest = [...this.all].sort((a, b) => a[1].at - b[1].at)[0];
      if (oldest) this.all.delete(oldest[0]);
    }
    keep(this.key, Object.fromEntries(this.all));
  }

  texts(): Record<string, string> {
    return Object.fromEntries([...this.all].map(([id, d]) => [id, d.text]));
  }
}
