import { Line, type LineState } from "@kefu/live";
import type { WatchFact } from "@kefu/wire";
import { onMounted, onUnmounted, ref, type Ref } from "vue";
import { heard } from "../parts/clock.ts";

/** How long news is gathered before the page asks again, at least. */
const gathered = 1_000;

/** Asks again when something of the given kinds has changed, at most once in a while;
 * and tells whether the page hears of changes. */
export function useLive(door: string, kinds: readonly WatchFact["kinds"][number][], again: () => void, pause = gathered): { live: Ref<boolean> } {
  const live = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let greeted = false;
  function news(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      // A page that nobody looks at asks when somebody does.
      if (document.visibilityState === "visible") again();
    }, pause);
  }
  const line = new Line<WatchFact>({
    url: `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${door}/socket`,
    from: { epoch: "", offset: 0 },
    state: (s: LineState) => {
      live.value = s.is === "open";
      // Whoever was signed out learns it from the answer.
      if (s.is === "ended" && s.why !== "left") news();
    },
    hello: (h) => {
      heard(h.now);
      // The first one follows what the page has just read.
      if (!h.resumed && greeted) news();
      greeted = true;
    },
    fact: (f) => {
      if (f.what === "changed" && f.kinds.some((k) => kinds.includes(k))) news();
    },
  });
  const shown = () => {
    if (document.visibilityState === "visible") news();
  };
  onMounted(() => {
    line.connect();
    document.addEventListener("visibilitychange", shown);
  });
  onUnmounted(() => {
    line.leave();
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", shown);
  });
  return { live };
}

/** The name of the time zone of this browser. */
export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** 4:12, or 1:04:12 */
export function ticking(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const m = Math.floor(s / 60);
  return m < 60 ? `${m}:${two(s % 60)}` : `${Math.floor(m / 60)}:${two(m % 60)}:${two(s % 60)}`;
}

/** After how long a wait is shown in amber, and in red. */
export const warnWait = 3 * 60_000;
export const lateWait = 10 * 60_000;
