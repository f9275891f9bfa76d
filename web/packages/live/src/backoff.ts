/** The first pause after a socket broke: a network that changes is back within it. */
export const firstPause = 1_000;
/** The longest: what somebody waits in front of a page before reloading it. */
export const longestPause = 30_000;
/** After an overload at least this long, so that those who left do not all come back at once. */
export const overloadPause = 5_000;

/**
 * How long to wait before the attempt, which counts from 1. Half of it is chance, so
 * that pages that broke together do not come back together.
 */
export function pause(attempt: number, random: () => number): number {
  const most = Math.min(longestPause, firstPause * 2 ** Math.min(attempt - 1, 10));
  return Math.round(most / 2 + (most / 2) * random());
}
