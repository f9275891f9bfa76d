import type { Me } from "@kefu/wire";

/**
 * Where to go after the sign-in: a path of the house that the address asks for, or
 * null. Whatever else stands there would lead people who just signed in to a stranger.
 */
export function afterwards(to: string | null, origin = location.origin): string | null {
  if (to === null || !to.startsWith("/")) return null;
  let url: URL;
  try {
    url = new URL(to, origin);
  } catch {
    return null;
  }
  if (url.origin !== origin) return null;
  return /^\/(workbench\/|admin\/|invitation\/|$)/.test(url.pathname) ? url.pathname + url.search + url.hash : null;
}

/**
 * Where somebody who is signed in goes, asked for or not; null when there is something
 * to choose first. Who serves nobody but oversees the others belongs to the console.
 */
export function whereTo(me: Me, to: string | null): string | null {
  if (to !== null && !to.startsWith("/workbench/")) return to;
  if (to !== null && me.seats.some((s) => to.includes(`#/${encodeURIComponent(s.appid)}/`))) return to;
  if (me.person.role !== "agent" && !me.seats.some((s) => s.kf_account) && !me.invitations?.length) return "/admin/";
  return me.seats.length === 1 ? (to ?? "/workbench/") : null;
}
