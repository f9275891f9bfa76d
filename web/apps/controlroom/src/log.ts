// The log of pushes and calls: what is kept of it, and how a line is shown.
import type { Activity, ActivityLine } from "@kefu/wire";

/** How many of the newest are kept, as many as the house keeps. */
export const kept = 1_000;

export type Filter = "all" | "push" | "call";

/** Which row a line is: a push has one, however often it is tried. */
export const rowOf = (line: ActivityLine): string => (line.kind === "push" ? `p${line.push}` : `c${line.seq}`);

/** The lines with what came, the newest first. A push that was there moves up. */
export function merged(lines: readonly ActivityLine[], came: Pick<Activity, "whole" | "lines">): ActivityLine[] {
  const rows = new Set<string>();
  const all: ActivityLine[] = [];
  for (const line of [...[...came.lines].sort((a, b) => b.seq - a.seq), ...(came.whole ? [] : lines)]) {
    const row = rowOf(line);
    if (rows.has(row)) continue;
    rows.add(row);
    all.push(line);
    if (all.length === kept) break;
  }
  return all;
}

/** Lines of one official account, and calls that did not say of which. */
export const ofAccount = (lines: readonly ActivityLine[], appid: string): ActivityLine[] => lines.filter((l) => !l.appid || l.appid === appid);

/** A path without what all of them begin with. */
export function shortPath(path: string): string {
  for (const before of ["/cgi-bin/customservice/", "/customservice/", "/cgi-bin/"]) {
    if (!path.startsWith(before)) continue;
    const rest = path.slice(before.length);
    // One word says little by itself: cgi-bin/token.
    return before === "/cgi-bin/" && !rest.includes("/") ? path.slice(1) : rest;
  }
  return path.replace(/^\//, "");
}

/** How long something took: 0.4 ms, 96 ms, 15.0 s. */
export function tookWords(us: number): string {
  if (us < 50) return "0 ms";
  if (us < 1_000) return `${(us / 1_000).toFixed(1)} ms`;
  if (us < 1_000_000) return `${Math.round(us / 1_000)} ms`;
  return `${(us / 1_000_000).toFixed(1)} s`;
}

/** Whether an outcome is good, bad, or neither. */
export function toneOf(line: ActivityLine): "good" | "bad" | "due" | "plain" {
  if (line.kind === "call") return line.errcode ? "bad" : "plain";
  switch (line.outcome) {
    case "failed":
      return "bad";
    case "due":
      return "due";
    case "none":
      return "plain";
    default:
      return "good";
  }
}

/** The path of a callback URL. */
export function pathOf(url: string): string {
  try {
    return new URL(url).pathname;
  } catch {
    return "";
  }
}
