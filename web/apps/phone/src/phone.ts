// One phone: who it is, what was said, and the line that keeps it up to date.
import { call, codeOf, Line, Refusal, upload, type LineState } from "@kefu/live";
import type { Hello, Outgoing, PhoneFact, PhoneMessage, Place } from "@kefu/wire";
import { computed, reactive, ref, shallowRef } from "vue";
import { Outbox, type FileKind, type Letter } from "./outbox.ts";
import { merge, rows, type Notice } from "./timeline.ts";

/** How many messages are read at once. */
const page = 50;
/** The dots go by themselves when nobody says that they are over. */
const typingAtMost = 30_000;

export type PhoneState = "loading" | "ready" | "failed";

/** What somebody did on this phone, for who wants to see what came of it. */
export interface Act {
  kind: string;
  /** Everything up to here had happened before. */
  after: number;
  served: boolean;
}

export interface PhoneParts {
  appid: string;
  /** The follower to play, in a sandbox; empty for who the browser is. */
  as: string;
  acted?(act: Act): void;
}

const read = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const write = (key: string, text: string | null): void => {
  try {
    if (text === null || text === "") localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // It lasts as long as the page, then.
  }
};

export function makePhone(parts: PhoneParts) {
  const door = `/phone/v1/${encodeURIComponent(parts.appid)}`;
  const who = parts.as ? `as=${encodeURIComponent(parts.as)}` : "";
  const path = (rest: string, query = "") => {
    const all = [query, who].filter(Boolean).join("&");
    return `${door}${rest}${all ? `?${all}` : ""}`;
  };

  const state = ref<PhoneState>("loading");
  const failure = reactive({ code: "", retryAfter: 0, rid: "" });
  const hello = shallowRef<Hello | null>(null);
  const said = shallowRef<PhoneMessage[]>([]);
  const letters = shallowRef<readonly Letter[]>([]);
  const notices = shallowRef<Notice[]>([]);
  const place = shallowRef<Place | null>(null);
  const typing = ref(false);
  const line = shallowRef<LineState>({ is: "connecting", attempt: 1 });
  const more = ref(false);
  const older = ref<"idle" | "loading" | "failed">("idle");
  const draft = ref("");
  let ahead = 0;
  let seen = 0;
  let closed = false;
  let live: Line<PhoneFact> | null = null;
  let box: Outbox | null = null;
  let typingTimer: ReturnType<typeof setTimeout> | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;

  const now = () => Date.now() + ahead;
  const clock = (at: number) => (ahead = at - Date.now());

  function types(on: boolean, until?: number): void {
    clearTimeout(typingTimer);
    typing.value = on;
    if (on) typingTimer = setTimeout(() => (typing.value = false), Math.min(typingAtMost, Math.max(0, (until ?? now() + typingAtMost) - now())));
  }

  function stands(next: Place): void {
    const before = place.value;
    place.value = next;
    if (!before) return;
    const note = (what: Notice["what"], name?: string) =>
      (notices.value = [...notices.value, { key: `${what}-${now()}`, at: now(), what, ...(name === undefined ? {} : { name }) }]);
    const agent = next.agent?.nickname;
    if (next.standing === "served" && (before.standing !== "served" || before.agent?.nickname !== agent)) note("served", agent ?? "");
    if (before.standing === "served" && next.standing !== "served") {
      types(false);
      note("ended");
    }
  }

  function hears(f: PhoneFact): void {
    seen = Math.max(seen, f.id);
    switch (f.what) {
      case "said":
        said.value = merge(said.value, [f.message]);
        if (f.message.client_id) box?.settle(f.message.client_id);
        if (f.message.from === "them") types(false);
        break;
      case "place":
        stands(f.place);
        break;
      case "typing":
        types(f.on, f.until);
        break;
    }
  }

  /** Reads the newest messages. What was missed in between is read by scrolling upward. */
  async function newest(): Promise<void> {
    const got = await call<{ messages: PhoneMessage[]; more: boolean }>("GET", path("/messages", `limit=${page}`));
    const first = got.messages[0]?.id ?? 0;
    const joined = said.value.some((m) => m.id >= first);
    said.value = joined ? merge(said.value, got.messages) : got.messages;
    if (!joined || said.value[0]?.id === first) more.value = got.more;
    for (const m of got.messages) if (m.client_id) box?.settle(m.client_id);
  }

  async function begin(): Promise<void> {
    if (closed) return;
    try {
      const got = await call<Hello>("POST", path("/hello"), {});
      if (closed) return;
      clock(got.now);
      const same = hello.value?.openid === got.openid && hello.value.epoch === got.epoch;
      if (!same) {
        said.value = [];
        notices.value = [];
        place.value = null;
        box?.close();
        box = null;
      }
      hello.value = got;
      seen = Math.max(same ? seen : 0, got.offset);
      place.value = got.place;
      types(got.typing);
      if (!box) openBox(got);
      await newest();
      if (closed) return;
      if (!same && got.place.standing === "served") servedBefore(got.place.agent?.nickname ?? "");
      state.value = "ready";
      connect(got);
    } catch (e) {
      if (closed) return;
      failure.code = codeOf(e);
      failure.retryAfter = e instanceof Refusal ? e.retryAfter : 0;
      failure.rid = e instanceof Refusal ? e.rid : "";
      const nobody = e instanceof Refusal && e.status === 404;
      if (nobody) {
        live?.leave();
        hello.value = null;
      }
      if (nobody || state.value === "loading") state.value = "failed";
      clearTimeout(again);
      if (!(e instanceof Refusal && e.status < 429)) again = setTimeout(() => void begin(), Math.max(5, failure.retryAfter) * 1_000);
    }
  }

  /** Who came before the page did is told before its first words, or below everything. */
  function servedBefore(name: string): void {
    const all = said.value;
    let at = now();
    for (let n = all.length - 1; n >= 0; n--) {
      const m = all[n]!;
      if (m.from === "them" && m.name === name) at = m.at;
      else if (m.from !== "me") break;
    }
    notices.value = [{ key: `served-${at}`, at: at - 1, what: "served", name }];
  }

  function openBox(h: Hello): void {
    const kept = `kefu.phone.${parts.appid}.${h.openid}`;
    draft.value = read(`${kept}.draft`) ?? "";
    box = new Outbox(
      {
        send: async (l) => {
          const act: Act = { kind: l.msgtype, after: seen, served: place.value?.standing === "served" };
          const got = await call<{ message: PhoneMessage }>("POST", path("/messages"), l);
          parts.acted?.(act);
          return got.message;
        },
        upload: async (kind, file, progress) => (await upload<{ media_id: string }>(path("/media", `type=${kind}`), file, file.name, progress)).media_id,
        changed: (all) => (letters.value = all),
        taken: (m) => (said.value = merge(said.value, [m])),
        keep: (text) => write(`${kept}.outbox`, text),
      },
      read(`${kept}.outbox`),
    );
  }

  function connect(h: Hello): void {
    live?.leave();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    live = new Line<PhoneFact>({
      url: `${scheme}://${location.host}${door}/socket`,
      from: { epoch: h.epoch, offset: h.offset },
      open: (url, protocol) => new WebSocket(who ? `${url}&${who}` : url, protocol) as never,
      state: (s) => {
        line.value = s;
        // A fresh world: nothing here is true any more.
        if (s.is === "ended" && (s.why === "fresh" || s.why === "signed_out")) void begin();
      },
      hello: (f) => {
        clock(f.now);
        if (!f.resumed) void begin();
        else box?.go();
      },
      fact: hears,
    });
    live.connect();
    box?.go();
  }

  async function up(): Promise<void> {
    if (older.value === "loading" || !more.value) return;
    older.value = "loading";
    try {
      const first = said.value[0]?.id ?? 0;
      const got = await call<{ messages: PhoneMessage[]; more: boolean }>("GET", path("/messages", `limit=${page}&before=${first}`));
      said.value = merge(got.messages, said.value);
      more.value = got.more;
      older.value = "idle";
    } catch {
      older.value = "failed";
    }
  }

  const clientId = () => crypto.randomUUID?.() ?? `c${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;

  return {
    parts, state, failure, hello, said, place, typing, line, more, older, draft, now,
    rows: computed(() => rows(said.value, notices.value, letters.value)),
    file: (id: string) => letters.value.find((l) => l.client_id === id)?.file,
    seen: () => seen,
    begin, up,
    reconnect: () => live?.connect(),
    suspect: () => live?.suspect(),
    say: (out: Outgoing) => box?.put({ ...out, client_id: clientId(), at: now() }),
    sayFile: (kind: FileKind, file: File) => box?.put({ msgtype: kind, kind, file, client_id: clientId(), at: now() }),
    followed: () => (notices.value = [...notices.value, { key: `followed-${now()}`, at: now(), what: "followed" }]),
    retry: (id: string) => box?.retry(id),
    drop: (id: string) => box?.drop(id),
    media: (id: string) => path(`/media/${encodeURIComponent(id)}`),
    keepDraft(text: string): void {
      draft.value = text;
      if (hello.value) write(`kefu.phone.${parts.appid}.${hello.value.openid}.draft`, text);
    },
    close(): void {
      closed = true;
      clearTimeout(again);
      clearTimeout(typingTimer);
      box?.close();
      live?.leave();
    },
  };
}

export type Phone = ReturnType<typeof makePhone>;
