import { computed, ref } from "vue";

// The address says which official account and which section are shown:
// /admin/<appid>/<section>. What a section keeps of its filters stands in the query.

export const sections = ["overview", "board", "records", "agents", "people", "replies", "accounts", "pushes", "calls", "settings", "audit"] as const;
export type Section = (typeof sections)[number];

/** Sections that supervisors have too; the others are for administrators. */
export const overseen: readonly Section[] = ["overview", "board", "records"];

export interface Place {
  appid: string;
  section: Section;
}

export function readPlace(path: string): Place {
  const [, , appid = "", section = ""] = path.split("/").map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return "";
    }
  });
  return { appid, section: sections.includes(section as Section) ? (section as Section) : "overview" };
}

export const writePlace = (p: Place): string => `/admin/${encodeURIComponent(p.appid)}/${p.section}`;

const address = ref(location.pathname);
const searched = ref(location.search);
/** Asked before a place is left; false stays. */
let mayLeave: (() => boolean) | null = null;

window.addEventListener("popstate", () => {
  if (mayLeave !== null && !mayLeave()) {
    history.pushState(null, "", address.value + searched.value);
    return;
  }
  address.value = location.pathname;
  searched.value = location.search;
});
window.addEventListener("beforeunload", (e) => {
  if (mayLeave !== null && guarded()) e.preventDefault();
});
let guarded = (): boolean => false;

/** Where the console is. */
export const place = computed(() => readPlace(address.value));
export const query = computed(() => new URLSearchParams(searched.value));

export function go(to: Partial<Place>, filters: Record<string, string> = {}, replace = false): void {
  const next = writePlace({ ...place.value, ...to });
  const search = new URLSearchParams(Object.entries(filters).filter(([, v]) => v !== "")).toString();
  const full = next + (search === "" ? "" : `?${search}`);
  if (next !== address.value && mayLeave !== null && !mayLeave()) return;
  if (full === address.value + searched.value) return;
  history[replace ? "replaceState" : "pushState"](null, "", full);
  address.value = next;
  searched.value = search === "" ? "" : `?${search}`;
}

/** Guards what is not saved: changed tells whether there is something, ask whether to
 * leave it. The answer takes the guard away. */
export function guard(changed: () => boolean, ask: () => boolean): () => void {
  guarded = changed;
  mayLeave = () => !changed() || ask();
  return () => {
    mayLeave = null;
    guarded = () => false;
  };
}
