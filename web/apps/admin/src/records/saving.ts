// Files that the page saves, and downloads that tell how far they are.
import { Refusal, Unreachable } from "@kefu/live";
import type { RefusalBody } from "@kefu/wire";

/** Saves bytes under a name, as a link that is clicked. */
export function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A cell that no spreadsheet takes for a formula, in quotes where it must be. */
export function cell(value: string | number): string {
  let text = String(value);
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table as CSV that spreadsheets read as UTF-8. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  return `\ufeff${rows.map((row) => row.map(cell).join(",") + "\r\n").join("")}`;
}

/** Counts the conversations in a file of which the parts arrive: lines of JSON Lines, or
 * rows of CSV whose first cell is another one than before. */
export class Counter {
  count = 0;
  private quoted = false;
  private first = "";
  private filling = true;
  private before: string | null = null;
  private heading = true;

  constructor(private readonly format: "csv" | "jsonl") {}

  take(text: string): void {
    for (const c of text) {
      if (this.format === "jsonl") {
        if (c === "\n") this.count++;
        continue;
      }
      if (c === '"') this.quoted = !this.quoted;
      else if (this.quoted) continue;
      else if (c === ",") this.filling = false;
      else if (c === "\n") this.row();
      else if (this.filling) this.first += c;
    }
  }

  private row(): void {
    if (this.heading) this.heading = false;
    else if (this.first !== this.before) {
      this.count++;
      this.before = this.first;
    }
    this.first = "";
    this.filling = true;
  }
}

/** Downloads a file whole and tells what arrived. What breaks off is no file. */
export async function fetchFile(path: string, arrived: (text: string) => void, signal: AbortSignal): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", cache: "no-store", redirect: "error", signal });
  } catch (cause) {
    throw new Unreachable("the download did not begin", { cause });
  }
  if (!response.ok || response.body === null) {
    const body = (await response.json().catch(() => ({}))) as Partial<RefusalBody>;
    throw new Refusal(response.status, body.error?.code ?? "internal", body.error?.message ?? "", body.error?.retry_after ?? 0, body.error?.rid ?? "", body);
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value as Uint8Array<ArrayBuffer>);
      arrived(decoder.decode(value, { stream: true }));
    }
  } catch (cause) {
    throw new Unreachable("the download broke off", { cause });
  }
  return new Blob(parts, { type: response.headers.get("content-type") ?? "" });
}
