import { codeOf, Refusal } from "@kefu/live";
import { toast, useWords, whyWords } from "@kefu/ui";
import { onUnmounted, ref, shallowRef } from "vue";

/** Something that is read from the house: what it is, or why it is not there. What was
 * read stays while it is read again, and an older answer never replaces a newer one. */
export function useLoad<T>(read: (signal: AbortSignal) => Promise<T>) {
  const { t } = useWords();
  const data = shallowRef<T | null>(null);
  const failure = ref("");
  const loading = ref(false);
  let running: AbortController | null = null;
  onUnmounted(() => running?.abort());

  async function load(): Promise<void> {
    running?.abort();
    const mine = (running = new AbortController());
    loading.value = true;
    try {
      const got = await read(mine.signal);
      if (running !== mine) return;
      data.value = got;
      failure.value = "";
    } catch (e) {
      if (running !== mine || mine.signal.aborted) return;
      if (e instanceof Refusal && e.status === 401) {
        location.assign(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`);
        return;
      }
      failure.value = wordsOf(e, t);
    } finally {
      if (running === mine) loading.value = false;
    }
  }
  return { data, failure, loading, load };
}

/** A failure in words, with the rid when there is one. */
export function wordsOf(e: unknown, t: (key: string, named?: Record<string, unknown>) => string): string {
  // What only administrators hear has words of its own.
  const key = `houseWhy.${codeOf(e)}`;
  const own = t(key);
  const words = own === key ? whyWords(codeOf(e), t, e instanceof Refusal ? e.retryAfter : 0) : own;
  return e instanceof Refusal && e.rid !== "" ? `${words} · ${t("error.rid", { r: e.rid })}` : words;
}

/** An act that shows that it is under way and tells how it went. True when it was done. */
export function useAct() {
  const { t } = useWords();
  const busy = ref(false);
  async function act(what: () => Promise<unknown>, done?: string): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      await what();
      if (done !== undefined) toast({ kind: "done", words: done });
      return true;
    } catch (e) {
      toast({ kind: "error", words: wordsOf(e, t) });
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, act };
}

/** Calls again and again while the page is looked at. */
export function useEvery(ms: number, what: () => void): void {
  const timer = setInterval(() => {
    if (document.visibilityState === "visible") what();
  }, ms);
  onUnmounted(() => clearInterval(timer));
}

/** Copies a text and says so. */
export async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without leave of the browser the old way is left.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast({ kind: "done", words: done });
}
