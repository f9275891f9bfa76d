import { call } from "@kefu/live";
import type { AgentsSet } from "@kefu/wire";
import { computed, onUnmounted, ref, type Ref } from "vue";
import { useEvery } from "./load.ts";

// The clock of the house. A sandbox's may be months ahead of the browser's, so what is
// today is said by it.

/** For how long what was heard is good enough: a sandbox's clock may be moved again. */
const fresh = 60_000;
const ahead = ref(0);
let heardAt = -Infinity;

/** An answer told the time. */
export function heard(now: number): void {
  ahead.value = now - Date.now();
  heardAt = performance.now();
}

/** An answer spoke of something that has happened, so it is that late at least. */
export function happened(at: number): void {
  if (at > Date.now() + ahead.value) heard(at);
}

/** The time of the house, every second. */
export function useNow(): { now: Readonly<Ref<number>>; set(at: number): void } {
  const here = ref(Date.now());
  const timer = setInterval(() => (here.value = Date.now()), 1_000);
  onUnmounted(() => clearInterval(timer));
  return {
    now: computed(() => here.value + ahead.value),
    set(at: number): void {
      heard(at);
      here.value = Date.now();
    },
  };
}

/** The same for a page whose own answers do not tell the time: it is asked for. door is
 * that of an official account. */
export function useAskedNow(door: string): { now: Readonly<Ref<number>> } {
  const { now, set } = useNow();
  async function ask(): Promise<void> {
    if (door.endsWith("/") || performance.now() - heardAt < fresh) return;
    try {
      set((await call<AgentsSet>("GET", `${door}/agents`)).now);
    } catch {
      // Then the browser's clock has to do; what the page shows is read by itself.
    }
  }
  void ask();
  useEvery(fresh, () => void ask());
  return { now };
}
