import type { Me, Seat } from "@kefu/wire";
import { inject, type ComputedRef, type InjectionKey } from "vue";

/** What every page of the console knows. */
export interface Here {
  me: Me;
  /** The official account that is shown; null in a house that has none yet. */
  account: ComputedRef<Seat | null>;
  /** Reads anew who is signed in and which official accounts there are. */
  reload(): void;
}

export const consoleKey: InjectionKey<Here> = Symbol("console");

export function useHere(): Here & { door: string } {
  const here = inject(consoleKey);
  if (here === undefined) throw new Error("a page of the console stands outside of it");
  // A page is made anew for another official account, so its door stays the same.
  return { ...here, door: `/admin/v1/accounts/${encodeURIComponent(here.account.value?.appid ?? "")}` };
}
