// What a sandbox lets a page do beside the phone: play followers, cause events, and see
// what was pushed.
import { call } from "@kefu/live";
import type { Act } from "./phone.ts";

export interface Follower {
  openid: string;
  nickname: string;
}

export type Outcome = "due" | "none" | "acknowledged" | "replied" | "transferred" | "failed";

/** The push that an act caused, as far as it is known. */
export interface PushSeen {
  kind: string;
  /** served: the agent has it, and nothing is pushed. quiet: nothing was pushed. */
  outcome: Outcome | "served" | "quiet";
  attempts: number;
  ms: number;
}

interface PushLine {
  id: number;
  openid: string;
  kind: string;
  outcome: Outcome;
  attempts: { took_ms: number }[];
}

const pause = (ms: number) => new Promise((go) => setTimeout(go, ms));
/** A push stands in the log with what caused it; looking more often is for slow houses. */
const looks = 4;
/** Three attempts with all their patience, and those of others before. */
const endsWithin = 35_000;

export function sandboxOf(appid: string) {
  const path = (rest: string, query = "") => `/sandbox/v1${rest}?appid=${encodeURIComponent(appid)}${query}`;
  const messages = (openid: string) => path(`/followers/${encodeURIComponent(openid)}/messages`);
  const pushes = (after: number) => call<{ pushes: PushLine[] }>("GET", path("/pushes", `&after=${after}&limit=200`));
  return {
    followers: async () => (await call<{ followers: Follower[] }>("GET", path("/followers", "&limit=200"))).followers,
    follow: async (who: { openid?: string; nickname?: string }) => (await call<{ openid: string }>("POST", path("/followers"), who)).openid,
    unfollow: (openid: string) => call("DELETE", path(`/followers/${encodeURIComponent(openid)}`)),
    event: (openid: string, event: Record<string, string>) => call("POST", messages(openid), { msgtype: "event", ...event }),

    /** Follows the push of an act until it has ended. shown is called at every change;
     * wanted tells whether anybody still looks. */
    async watch(openid: string, act: Act, shown: (p: PushSeen) => void, wanted: () => boolean): Promise<void> {
      const until = Date.now() + endsWithin;
      let found = false;
      for (let n = 0; wanted() && Date.now() < until; n++) {
        const line = (await pushes(act.after)).pushes.find((p) => p.openid === openid && p.kind === act.kind);
        if (line && wanted()) {
          found = true;
          shown({ kind: line.kind, outcome: line.outcome, attempts: line.attempts.length, ms: line.attempts.reduce((sum, a) => sum + a.took_ms, 0) });
          if (line.outcome !== "due") return;
        }
        if (!found && n >= looks) break;
        await pause(n < 5 ? 250 : 1_000);
      }
      if (!found && wanted()) shown({ kind: act.kind, outcome: act.served ? "served" : "quiet", attempts: 0, ms: 0 });
    },
  };
}

export type SandboxCalls = ReturnType<typeof sandboxOf>;

/** Names for new followers, one after the other. */
const names = ["豆豆妈", "南风知我意", "阿泽", "小米粒", "江边的老陈", "晴天", "Lucas Wang", "栗子", "周末去爬山", "林间"];

/** A name that nobody has yet. */
export function freshName(taken: readonly Follower[]): string {
  const free = names.find((n) => !taken.some((f) => f.nickname === n));
  return free ?? `粉丝 ${taken.length + 1}`;
}
