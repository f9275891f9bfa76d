// Faults as switches. Of the faults that could meet a push only the first does, so the
// switches that are on are written as one; what somebody set by a call is left alone.
import type { APIFault, FaultSet, PushFault } from "@kefu/wire";

export type Switch = "slow" | "fail" | "duplicate" | "reorder" | "errcode";
export const switches: readonly Switch[] = ["slow", "fail", "duplicate", "reorder", "errcode"];

const slowness = "6s";
const failure = 502;
/** How many pushes fail: as many as one is tried. */
const failures = 3;
const api: Readonly<APIFault> = { path: "*", errcode: 45047, probability: 0.1 };

export interface Standing {
  on: ReadonlySet<Switch>;
  /** How many attempts still fail. */
  failing: number;
  /** How many faults are none of the switches. */
  others: number;
}

/** The members that a fault has; those that say nothing are absent or zero. */
const said = (f: object): string[] => Object.entries(f).filter(([, value]) => value !== undefined && value !== "" && value !== 0 && value !== false).map(([name]) => name);

function isOurAPI(f: APIFault): boolean {
  return f.path === api.path && f.errcode === api.errcode && f.probability === api.probability && said(f).length === 3;
}

/** The switches that a fault stands for, or null when it is somebody else's. */
function ours(f: PushFault): Switch[] | null {
  const names = said(f);
  const all: Switch[] = [];
  if (f.delay) {
    if (f.delay !== slowness) return null;
    all.push("slow");
  }
  if (names.includes("status")) {
    if (f.status !== failure || !f.times || f.times > failures || names.some((n) => !["status", "times", "delay"].includes(n))) return null;
    return [...all, "fail"];
  }
  if (names.some((n) => !["delay", "duplicate", "reorder"].includes(n))) return null;
  if (f.duplicate) all.push("duplicate");
  if (f.reorder) all.push("reorder");
  return all;
}

/** How the switches stand. */
export function standing(set: FaultSet): Standing {
  const on = new Set<Switch>();
  let failing = 0;
  let others = 0;
  for (const f of set.push) {
    const met = ours(f);
    if (met === null) others++;
    else for (const s of met) on.add(s);
    if (met?.includes("fail")) failing = f.times ?? 0;
  }
  for (const f of set.api) {
    if (isOurAPI(f)) on.add("errcode");
    else others++;
  }
  return { on, failing, others };
}

/** The faults with one switch turned. */
export function turned(set: FaultSet, which: Switch, to: boolean): FaultSet {
  const now = standing(set);
  const on = new Set(now.on);
  if (to) on.add(which);
  else on.delete(which);
  const slow: PushFault = on.has("slow") ? { delay: slowness } : {};
  const push = set.push.filter((f) => ours(f) === null);
  if (on.has("fail")) push.push({ status: failure, times: which === "fail" ? failures : now.failing || failures, ...slow });
  const rest: PushFault = { ...slow, ...(on.has("duplicate") ? { duplicate: true } : {}), ...(on.has("reorder") ? { reorder: true } : {}) };
  if (said(rest).length > 0) push.push(rest);
  return { push, api: [...set.api.filter((f) => !isOurAPI(f)), ...(on.has("errcode") ? [{ ...api }] : [])] };
}

/** The faults without those that are none of the switches. */
export function onlySwitches(set: FaultSet): FaultSet {
  return { push: set.push.filter((f) => ours(f) !== null), api: set.api.filter(isOurAPI) };
}
