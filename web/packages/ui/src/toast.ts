import { readonly, shallowRef } from "vue";

export interface Toast {
  kind: "done" | "warn" | "error";
  words: string;
  act?: { words: string; run(): void };
}

/** How long one is shown. Errors stay until they are closed. */
const shownFor = 4_000;

const current = shallowRef<Toast | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** The one that is shown. */
export const shownToast = readonly(current);

export function toast(t: Toast): void {
  clearTimeout(timer);
  current.value = t;
  if (t.kind !== "error") timer = setTimeout(() => (current.value = null), shownFor);
}

export function closeToast(): void {
  clearTimeout(timer);
  current.value = null;
}
