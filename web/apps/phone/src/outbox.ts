// What the customer wrote and the house has not taken yet: sent one after the other, in
// the order of writing, and kept over reloads as far as it is words.
import { Refusal, Unreachable } from "@kefu/live";
import type { Outgoing, PhoneMessage } from "@kefu/wire";

export type FileKind = "image" | "voice" | "video";

export interface Letter extends Outgoing {
  client_id: string;
  at: number;
  /** Still to be uploaded. */
  file?: File;
  kind?: FileKind;
  /** Uploaded, from 0 to 1. */
  progress?: number;
  state: "sending" | "held" | "failed";
  /** A code that has words, when it failed. */
  why?: string;
}

export interface OutboxParts {
  send(letter: Outgoing & { client_id: string }): Promise<PhoneMessage>;
  upload(kind: FileKind, file: File, progress: (part: number) => void): Promise<string>;
  /** Called after every change, with what is left. */
  changed(letters: readonly Letter[]): void;
  taken(message: PhoneMessage): void;
  keep(text: string | null): void;
}

/** How long until another try, when nothing says that the house is back. */
const again = 5_000;
/** More than this is not kept over a reload. */
const mostKept = 50;

export class Outbox {
  private letters: Letter[] = [];
  private working = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private gone = false;

  constructor(private readonly parts: OutboxParts, kept: string | null) {
    this.letters = read(kept);
    if (this.letters.length > 0) this.tell();
  }

  put(letter: Omit<Letter, "state">): void {
    this.letters.push({ ...letter, state: "sending" });
    this.tell();
    void this.work();
  }

  /** Tries a failed one again, with the same client_id, after those that wait. */
  retry(clientId: string): void {
    const letter = this.letters.find((l) => l.client_id === clientId);
    if (!letter) return;
    this.letters = [...this.letters.filter((l) => l !== letter), letter];
    letter.state = "sending";
    delete letter.why;
    this.tell();
    void this.work();
  }

  /** Forgets one that failed. */
  drop(clientId: string): void {
    this.letters = this.letters.filter((l) => l.client_id !== clientId);
    this.tell();
  }

  /** The house has this one, whoever said so. */
  settle(clientId: string): void {
    if (this.letters.some((l) => l.client_id === clientId)) this.drop(clientId);
  }

  /** The house can be reached again, it seems. */
  go(): void {
    clearTimeout(this.timer);
    void this.work();
  }

  /** Another customer uses the page. */
  close(): void {
    this.gone = true;
    clearTimeout(this.timer);
  }

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      for (let next = this.next(); next && !this.gone; next = this.next()) {
        if (!(await this.one(next))) break;
      }
    } finally {
      this.working = false;
    }
  }

  private next(): Letter | undefined {
    return this.letters.find((l) => l.state !== "failed");
  }

  /** Sends one; false: the others have to wait too. */
  private async one(letter: Letter): Promise<boolean> {
    letter.state = "sending";
    this.tell();
    try {
      if (letter.file && letter.kind) {
        const media = await this.parts.upload(letter.kind, letter.file, (part) => {
          letter.progress = part;
          this.tell();
        });
        letter[letter.kind] = { media_id: media };
        delete letter.file;
        delete letter.progress;
      }
      const message = await this.parts.send(plain(letter));
      if (this.gone) return false;
      this.letters = this.letters.filter((l) => l.client_id !== letter.client_id);
      this.parts.taken(message);
      this.tell();
      return true;
    } catch (e) {
      if (this.gone) return false;
      delete letter.progress;
      const wait = patience(e);
      if (wait === null) {
        letter.state = "failed";
        letter.why = e instanceof Refusal ? e.code : "internal";
        this.tell();
        return true;
      }
      for (const l of this.letters) if (l.state === "sending") l.state = "held";
      this.tell();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.work(), wait);
      return false;
    }
  }

  private tell(): void {
    if (this.gone) return;
    this.parts.changed(this.letters.map((l) => ({ ...l })));
    // A file does not outlive the page; what says it has to be chosen again.
    const kept = this.letters.filter((l) => !l.file).slice(-mostKept);
    this.parts.keep(kept.length > 0 ? JSON.stringify(kept) : null);
  }
}

/** How long to wait before the same is worth another try, or null when it is not. */
function patience(e: unknown): number | null {
  if (e instanceof Unreachable) return again;
  if (e instanceof Refusal && (e.status === 429 || e.status === 503)) return Math.max(1, e.retryAfter) * 1_000;
  if (e instanceof Refusal && (e.status === 502 || e.status === 504)) return again;
  return null;
}

/** What the letter says, without how it fares. */
export function plain(letter: Letter): Outgoing & { client_id: string } {
  const said: Partial<Letter> & Outgoing & { client_id: string } = { ...letter };
  for (const own of ["at", "file", "kind", "progress", "state", "why"] as const) delete said[own];
  return said;
}

function read(kept: string | null): Letter[] {
  if (kept === null) return [];
  try {
    const all = JSON.parse(kept) as Letter[];
    if (!Array.isArray(all)) return [];
    return all.filter((l) => typeof l.client_id === "string" && typeof l.msgtype === "string" && typeof l.at === "number").slice(-mostKept);
  } catch {
    return [];
  }
}
