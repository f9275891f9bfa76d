// Hears what happens as it happens: asks for what came after, and the house answers when
// something does.
import type { Activity } from "@kefu/wire";
import { pause } from "@kefu/live";

export type Line = "connecting" | "live" | "again";

/** Longer than the house keeps somebody waiting. */
const patience = 45_000;
/** An answer that comes at once with nothing means that too many wait already. */
const breath = 2_000;

export function watchActivity(came: (a: Activity) => void, state: (s: Line) => void): () => void {
  const over = new AbortController();
  let failures = 0;
  let wake = () => {};
  const rest = (ms: number) => new Promise<void>((go) => {
    const timer = setTimeout(go, ms);
    wake = () => {
      clearTimeout(timer);
      go();
    };
  });
  const online = () => wake();
  window.addEventListener("online", online);
  void (async () => {
    let [epoch, after] = ["", 0];
    while (!over.signal.aborted) {
      try {
        const began = Date.now();
        const wait = failures === 0 && epoch !== "" ? "1" : "0";
        const response = await fetch(`/sandbox/v1/activity?wait=${wait}&after=${after}&epoch=${encodeURIComponent(epoch)}`, {
          credentials: "same-origin", cache: "no-store", redirect: "error", signal: AbortSignal.any([over.signal, AbortSignal.timeout(patience)]),
        });
        if (!response.ok) throw new Error(`status ${response.status}`);
        const answer = (await response.json()) as Activity;
        failures = 0;
        ({ epoch, last: after } = answer);
        state("live");
        came(answer);
        if (wait === "1" && !answer.whole && answer.lines.length === 0 && Date.now() - began < 1_000) await rest(breath);
      } catch {
        if (over.signal.aborted) return;
        failures++;
        state("again");
        await rest(pause(failures, Math.random));
      }
    }
  })();
  return () => {
    over.abort();
    wake();
    window.removeEventListener("online", online);
  };
}
