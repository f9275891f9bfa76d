// The state of the control room.
import { call, codeOf, Refusal } from "@kefu/live";
import type { Activity, ActivityLine, FaultSet, Me, Room, SandboxFollower, Stranger } from "@kefu/wire";
import { computed, onUnmounted, ref, shallowRef, watch } from "vue";
import { merged, ofAccount } from "./log.ts";
import { watchActivity, type Line } from "./watch.ts";

/** Names of new followers, one after the other. */
const names = ["豆豆妈", "南风知我意", "阿泽", "小米粒", "江边的老陈", "晴天", "Lucas Wang", "栗子", "周末去爬山", "林间"];
/** How many followers have a phone here. */
const places = 2;
/** The clock was moved by somebody else when it differs by more than this from what is shown. */
const clockSlack = 2_000;
/** An official account that is not there yet is looked for again after this. */
const emptyPause = 1_500;
/** Several pushes in a row ask once for what they changed. */
const settle = 300;

const read = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const write = (key: string, text: string): void => {
  try {
    localStorage.setItem(key, text);
  } catch {
    // Until the next visit, then.
  }
};
const accountKey = "kefu.room.account";
const phonesKey = (appid: string) => `kefu.room.phones.${appid}`;

function keptPhones(appid: string): string[] {
  try {
    const all: unknown = JSON.parse(read(phonesKey(appid)) ?? "[]");
    return Array.isArray(all) ? all.filter((o): o is string => typeof o === "string").slice(0, places) : [];
  } catch {
    return [];
  }
}

/** A name that nobody has yet. */
export function freshName(taken: readonly SandboxFollower[]): string {
  const free = names.find((n) => !taken.some((f) => f.nickname === n));
  return free ?? `${names[0]!} ${taken.length + 1}`;
}

/** Who has the phones: who had them last, as far as they are there, and others. */
export function seated(followers: readonly SandboxFollower[], last: readonly string[]): string[] {
  const following = followers.filter((f) => f.subscribed_at > 0).map((f) => f.openid);
  const there = last.filter((o, i) => last.indexOf(o) === i && following.includes(o));
  return [...there, ...following.filter((o) => !there.includes(o))].slice(0, places);
}

export function useRoom(failed: (why: string) => void) {
  const room = shallowRef<Room | null>(null);
  const failure = ref("");
  const appid = ref("");
  const followers = shallowRef<SandboxFollower[]>([]);
  /** Whom each phone was opened for; the phone itself may go on to another. */
  const phones = shallowRef<string[]>([]);
  const me = shallowRef<Me | null>(null);
  const signIn = ref("");
  /** Counts fresh worlds, so that frames of an old one are thrown away. */
  const world = ref(0);
  const lines = shallowRef<ActivityLine[]>([]);
  const line = ref<Line>("connecting");
  const faults = shallowRef<FaultSet>({ api: [], push: [] });
  /** How far the sandbox's clock is from this browser's. */
  const offset = ref(0);
  const busy = ref(false);

  const account = computed(() => room.value?.accounts.find((a) => a.appid === appid.value) ?? null);
  const shown = computed(() => ofAccount(lines.value, appid.value));
  const nickname = (openid: string): string => followers.value.find((f) => f.openid === openid)?.nickname || openid;
  const of = (path: string, query = "") => `/sandbox/v1${path}?appid=${encodeURIComponent(appid.value)}${query}`;

  async function readRoom(): Promise<void> {
    const answer = await call<Room>("GET", "/sandbox/v1/room");
    room.value = answer;
    offset.value = answer.now - Date.now();
    if (answer.accounts.some((a) => a.appid === appid.value)) return;
    const last = read(accountKey);
    appid.value = answer.accounts.find((a) => a.appid === last)?.appid ?? answer.accounts.find((a) => a.secret)?.appid ?? answer.accounts[0]?.appid ?? "";
  }
  async function readFollowers(): Promise<void> {
    const asked = appid.value;
    const answer = await call<{ followers: SandboxFollower[] }>("GET", of("/followers", "&limit=200"));
    if (asked === appid.value) followers.value = answer.followers;
  }
  async function readFaults(): Promise<void> {
    faults.value = await call<FaultSet>("GET", "/sandbox/v1/faults");
  }
  async function follow(): Promise<string> {
    const { openid } = await call<{ openid: string }>("POST", of("/followers"), { nickname: freshName(followers.value) });
    await readFollowers();
    return openid;
  }
  async function seat(): Promise<void> {
    await readFollowers();
    // A world without customers has nothing to show.
    if (followers.value.length === 0) {
      const first: string[] = [];
      for (let i = 0; i < places; i++) first.push(await follow());
      write(phonesKey(appid.value), JSON.stringify(first));
    }
    phones.value = seated(followers.value, keptPhones(appid.value));
  }
  /** The workbench needs somebody; who is signed in stays it. */
  async function enter(): Promise<void> {
    signIn.value = "";
    try {
      me.value = await call<Me>("GET", "/auth/v1/me");
    } catch (e) {
      const demo = e instanceof Refusal && e.status === 401 ? (e.body as Stranger).demo : undefined;
      const who = demo?.find((p) => p.role === "agent") ?? demo?.[0];
      try {
        if (!who) throw e;
        me.value = await call<Me>("POST", "/auth/v1/demo", { wechat_id: who.wechat_id });
      } catch (again) {
        signIn.value = codeOf(again);
      }
    }
  }
  async function openOnce(): Promise<void> {
    failure.value = "";
    try {
      await readRoom();
      await Promise.all([appid.value === "" ? undefined : seat(), readFaults(), enter()]);
      // A world that is being laid out has its account in a moment.
      clearTimeout(emptyTimer);
      if (appid.value === "") emptyTimer = setTimeout(() => void open(), emptyPause);
    } catch (e) {
      failure.value = codeOf(e);
    }
  }
  let emptyTimer: ReturnType<typeof setTimeout> | undefined;
  let opening: Promise<void> | null = null;
  /** Reads everything; who asks while it is read gets what is read next. */
  function open(): Promise<void> {
    const next = (opening ?? Promise.resolve()).then(openOnce);
    opening = next;
    void next.finally(() => {
      if (opening === next) opening = null;
    });
    return next;
  }

  /** Does something and tells what went wrong. */
  async function act(what: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      await what();
      return true;
    } catch (e) {
      failed(codeOf(e));
      return false;
    } finally {
      busy.value = false;
    }
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  function refresh(): void {
    clearTimeout(timer);
    // What cannot be read now is read with the next line.
    timer = setTimeout(() => void Promise.all([readFaults(), readFollowers()]).catch(() => {}), settle);
  }
  let epoch = "";
  let resetting = false;
  /** What was shown was of another world. */
  function begin(): void {
    world.value++;
    me.value = null;
    [phones.value, followers.value] = [[], []];
  }
  function came(a: Activity): void {
    const fresh = epoch !== "" && a.epoch !== epoch;
    epoch = a.epoch;
    lines.value = merged(lines.value, a);
    if (Math.abs(a.now - Date.now() - offset.value) > clockSlack) void readRoom().catch(() => {});
    if (fresh) begin();
    // Nothing could be read, and now the house answers.
    if (!resetting && (fresh || failure.value !== "")) void open();
    else if (a.lines.length > 0 && appid.value !== "") refresh();
  }
  const stop = watchActivity(came, (s) => (line.value = s));
  onUnmounted(() => {
    stop();
    clearTimeout(timer);
    clearTimeout(emptyTimer);
  });
  watch(appid, (now, before) => {
    if (now === "") return;
    write(accountKey, now);
    if (before !== "") {
      phones.value = [];
      void seat().catch((e: unknown) => failed(codeOf(e)));
    }
  });

  return {
    room, failure, appid, account, followers, phones, me, signIn, world, lines: shown, line, faults, offset, busy,
    nickname, open, enter,
    /** Somebody new at the last phone. */
    newFollower: (at = places - 1) => act(async () => {
      const openid = await follow();
      const now = [...phones.value];
      now[Math.min(at, now.length)] = openid;
      phones.value = now;
      write(phonesKey(appid.value), JSON.stringify(now));
    }),
    /** A phone went on to another follower by itself. */
    switched(at: number, openid: string): void {
      const now = seated(followers.value, keptPhones(appid.value));
      now[at] = openid;
      write(phonesKey(appid.value), JSON.stringify(now));
      if (!followers.value.some((f) => f.openid === openid)) refresh();
    },
    forward: (by: string) => act(async () => {
      await call("POST", "/sandbox/v1/clock", { advance: by });
      await readRoom();
    }),
    reset: () => act(async () => {
      resetting = true;
      try {
        await call("POST", "/sandbox/v1/reset", {});
      } finally {
        resetting = false;
      }
      await open();
    }),
    setFaults: (change: (now: FaultSet) => FaultSet) => act(async () => {
      await readFaults();
      faults.value = await call<FaultSet>("PUT", "/sandbox/v1/faults", change(faults.value));
    }),
    pushes: (after: number) => of("/pushes", `&after=${after}&limit=1`),
    repeat: (id: number) => act(() => call("POST", of(`/pushes/${id}/repeat`))),
  };
}

export type RoomState = ReturnType<typeof useRoom>;
