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
