import type { Customer, Message, Outgoing, QuickReply, Role, Seat, Status, WorkbenchFact } from "@kefu/wire";
import { Line, Refusal, type LineState } from "@kefu/live";
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import { WorkbenchDoor } from "./api.ts";
import { apply } from "./apply.ts";
import { Drafts } from "./drafts.ts";
import { groups, unreadOf } from "./lists.ts";
import { Outbox } from "./outbox.ts";
import { keep, kept } from "./shelf.ts";
import { emptyState, type DeskEvent, type Pending } from "./state.ts";

/** Threads of this many conversations stay in memory beside the open one. */
const threadsKept = 30;
/** What comes within this time after a return was missed before. */
const catchUp = 1_500;

/** What a page wants to hear of, beside what it shows. */
export interface Heard {
  message?(openid: string, message: Message): void;
  waiting?(customer: Customer, ahead: number): void;
  handedToMe?(openid: string): void;
  takenAway?(openid: string, by: string): void;
}

/** The desk of one seat: the state, the line that keeps it new, and what can be done. */
export const useDesk = defineStore("desk", () => {
  const seat = shallowRef<Seat | null>(null);
  const door = shallowRef<WorkbenchDoor | null>(null);
  const state = shallowRef(emptyState);
  const line = shallowRef<LineState>({ is: "connecting", attempt: 1 });
  const failure = shallowRef<unknown>(null);
  const signedOut = ref(false);
  const open = ref<string | null>(null);
  /** May take customers from colleagues. */
  const chief = ref(false);
  const newAfter = ref(0);
  const now = ref(Date.now());
  const draftTexts = ref<Record<string, string>>({});
  const replies = shallowRef<QuickReply[]>([]);
  /** Messages that were missed while the line was broken; null when it was not. */
  const caughtUp = ref<number | null>(null);
  let skew = 0;
  let wire: Line<WorkbenchFact> | null = null;
  let drafts = new Drafts("kefu.drafts");
  let heard: Heard = {};
  let catchingUntil = 0;
  let recent: string[] = [];

  const online = computed(() => line.value.is === "open");
  const mayWrite = computed(() => state.value.me.kf_account !== undefined);
  const total = computed(() => unreadOf(state.value.rows));

  function tell(e: DeskEvent): void {
    state.value = apply(state.value, e);
    if (e.is === "sending" || e.is === "pending" || e.is === "dropped" || e.is === "sent") keepUnsent();
  }

  const outbox = new Outbox({
    send: (openid, clientId, says) => door.value!.say(openid, clientId, says),
    prepare,
    tell,
    online: () => online.value,
    // A call that is not answered says that the socket may be dead too.
    doubt: () => wire?.suspect(),
    now: () => now.value,
  });

  // Files of messages that are on their way. They do not outlive the page.
  const files = new Map<string, { file: File; type: "image" | "video" }>();

  async function prepare(p: Pending): Promise<Outgoing> {
    const f = files.get(p.clientId);
    if (!f) return p.says;
    const openid = openidOf(p.clientId);
    const change = (c: Partial<Pending>) => openid && tell({ is: "pending", openid, clientId: p.clientId, change: c });
    change({ state: "uploading", progress: 0 });
    const { media_id } = await door.value!.upload(f.type, f.file, f.file.name, (part) => change({ progress: part }));
    files.delete(p.clientId);
    return f.type === "image" ? { msgtype: "image", image: { media_id } } : { msgtype: "video", video: { media_id } };
  }

  function openidOf(clientId: string): string | undefined {
    return Object.entries(state.value.threads).find(([, t]) => t.pending.some((p) => p.clientId === clientId))?.[0];
  }

  /** Sits down. */
  async function start(at: Seat, role: Role, listener: Heard): Promise<void> {
    seat.value = at;
    chief.value = role !== "agent";
    heard = listener;
    door.value = new WorkbenchDoor(at.appid);
    drafts = new Drafts(`kefu.drafts.${at.appid}.${at.kf_account ?? ""}`);
    draftTexts.value = drafts.texts();
    await load();
    takeUpUnsent();
    void loadReplies();
    wire = new Line<WorkbenchFact>({
      url: door.value.socketUrl(),
      from: epochs,
      state: (s) => {
        line.value = s;
        if (s.is === "open") outbox.resume();
        if (s.is === "ended" && s.why === "signed_out") signedOut.value = true;
        if (s.is === "ended" && s.why === "fresh") location.reload();
      },
      hello: (h) => {
        skew = h.now - Date.now();
        tick();
        if (everConnected) {
          caughtUp.value = 0;
          catchingUntil = Date.now() + catchUp;
        }
        everConnected = true;
        if (!h.resumed) void load();
      },
      fact: hear,
      watching: (openids) => openids.forEach((id) => void refresh(id)),
    });
    wire.connect();
  }

  const epochs = { epoch: "", offset: 0 };
  let everConnected = false;

  async function load(): Promise<void> {
    try {
      const s = await door.value!.state();
      skew = s.now - Date.now();
      tick();
      tell({ is: "loaded", state: s });
      epochs.epoch = s.epoch;
      epochs.offset = s.offset;
      wire?.restart(epochs);
      failure.value = null;
      if (open.value) void refresh(open.value);
    } catch (e) {
      noteSignedOut(e);
      failure.value = e;
      throw e;
    }
  }

  function hear(f: WorkbenchFact): void {
    if (f.id <= state.value.offset) return;
    const before = state.value;
    tell({ is: "fact", fact: f });
    switch (f.what) {
      case "said":
        if (f.message.from !== "customer") break;
        if (Date.now() < catchingUntil && caughtUp.value !== null && state.value.rows[f.openid]?.standing === "mine") caughtUp.value++;
        if (state.value.rows[f.openid]?.standing === "mine") heard.message?.(f.openid, f.message);
        break;
      case "standing": {
        const was = before.rows[f.openid]?.standing;
        const is = f.conversation?.standing;
        if (f.waiting && !before.waiting.some((w) => w.customer.openid === f.openid)) {
          heard.waiting?.(f.waiting.customer, Math.max(0, state.value.queue.total - 1));
        }
        if (is === "mine" && was !== "mine" && f.happening?.what === "transferred") heard.handedToMe?.(f.openid);
        if (is === "served" && f.conversation?.kf_account && was !== "mine") heard.takenAway?.(f.openid, f.conversation.kf_account);
        break;
      }
      case "reply":
        void loadReplies();
        break;
    }
  }

  /** Opens a conversation, or none. */
  function show(openid: string | null): void {
    if (open.value === openid) return;
    open.value = openid;
    wire?.watch(openid === null ? [] : [openid]);
    if (openid === null) return;
    const row = state.value.rows[openid];
    const thread = state.value.threads[openid];
    newAfter.value = row && row.unread > 0 && thread?.loaded ? lastRead(thread.messages, row.unread) : 0;
    recent = [openid, ...recent.filter((id) => id !== openid)];
    if (recent.length > threadsKept) tell({ is: "forgotten", openids: recent.splice(threadsKept) });
    void refresh(openid);
  }

  function lastRead(messages: readonly Message[], unread: number): number {
    const theirs = messages.filter((m) => m.from === "customer");
    return theirs[theirs.length - unread - 1]?.id ?? 0;
  }

  /** Reads what is new of a conversation, or its newest page. */
  async function refresh(openid: string): Promise<void> {
    const thread = state.value.threads[openid];
    const last = thread?.loaded ? thread.messages[thread.messages.length - 1]?.id : undefined;
    try {
      if (last === undefined) {
        const page = await door.value!.messages(openid, {});
        const unread = state.value.rows[openid]?.unread ?? 0;
        if (open.value === openid && unread > 0 && newAfter.value === 0) newAfter.value = lastRead(page.messages, unread);
        tell({ is: "page", openid, page, where: "newest" });
        return;
      }
      for (let after = last, more = true; more; ) {
        const page = await door.value!.messages(openid, { after }, 100);
        tell({ is: "page", openid, page, where: "after" });
        const newest = page.messages[page.messages.length - 1]?.id;
        more = page.more && newest !== undefined;
        after = newest ?? after;
      }
    } catch (e) {
      noteSignedOut(e);
      if (last === undefined) throw e;
    }
  }

  const loadingOlder = new Set<string>();
  /** Reads the page before the oldest message. */
  async function older(openid: string): Promise<void> {
    const t = state.value.threads[openid];
    if (!t?.loaded || !t.more || loadingOlder.has(openid)) return;
    loadingOlder.add(openid);
    try {
      const first = t.messages[0]?.id;
      if (first === undefined) return;
      tell({ is: "page", openid, page: await door.value!.messages(openid, { before: first }), where: "before" });
    } finally {
      loadingOlder.delete(openid);
    }
  }

  function send(openid: string, says: Outgoing, file?: { file: File; type: "image" | "video" }): void {
    const clientId = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    if (file) files.set(clientId, file);
    outbox.put(openid, { clientId, says, at: now.value, state: file ? "uploading" : "sending" });
  }
  const fileOf = (clientId: string): File | undefined => files.get(clientId)?.file;

  function draft(openid: string, text: string): void {
    drafts.set(openid, text, now.value);
    draftTexts.value = drafts.texts();
  }
  const draftOf = (openid: string): string => drafts.of(openid);

  /** Marks what is shown as read. */
  function read(openid: string): void {
    const row = state.value.rows[openid];
    const messages = state.value.threads[openid]?.messages;
    if (!row || row.standing !== "mine" || row.unread === 0 || !messages) return;
    const last = messages.findLast((m) => m.from === "customer")?.id;
    if (last === undefined) return;
    tell({ is: "read", openid });
    // A mark that is lost is set by the next.
    door.value!.read(openid, last).catch(noteSignedOut);
  }

  async function setPresence(status: Status, autoAccept: number): Promise<void> {
    tell({ is: "me", agent: await door.value!.presence(status, autoAccept) });
  }

  async function loadReplies(): Promise<void> {
    try {
      replies.value = (await door.value!.replies()).replies;
    } catch (e) {
      noteSignedOut(e); // What is there stays.
    }
  }

  function noteSignedOut(e: unknown): void {
    if (e instanceof Refusal && e.code === "not_signed_in") {
      signedOut.value = true;
      wire?.leave();
    }
  }

  function tick(): void {
    now.value = Date.now() + skew;
  }

  // Words that were not sent outlive the page; files do not.
  const unsentKey = () => `kefu.unsent.${seat.value?.appid}.${seat.value?.kf_account ?? ""}`;
  function keepUnsent(): void {
    const unsent: Record<string, Pending[]> = {};
    for (const [openid, t] of Object.entries(state.value.threads)) {
      const words = t.pending.filter((p) => !files.has(p.clientId));
      if (words.length > 0) unsent[openid] = words;
    }
    keep(unsentKey(), Object.keys(unsent).length > 0 ? unsent : undefined);
  }
  function takeUpUnsent(): void {
    for (const [openid, all] of Object.entries(kept<Record<string, Pending[]>>(unsentKey()) ?? {})) {
      for (const p of all) {
        if (p.state === "failed") tell({ is: "sending", openid, pending: p });
        else outbox.put(openid, p);
      }
    }
  }

  return {
    seat, door, state, line, failure, signedOut, open, chief, newAfter, now, draftTexts, replies, caughtUp, online, mayWrite, total,
    start, load, show, refresh, older, send, fileOf, draft, draftOf, read, setPresence, loadReplies, noteSignedOut, tick, tell,
    retry: outbox.retry.bind(outbox),
    drop: outbox.drop.bind(outbox),
    reconnect: () => wire?.connect(),
    suspect: () => wire?.suspect(),
    leave: () => wire?.leave(),
  };
});

/** The open conversations of this agent. */
export function useSessions() {
  const desk = useDesk();
  return { groups: computed(() => groups(desk.state.rows)), rows: computed(() => desk.state.rows) };
}

/** Who waits to be taken. */
export function useQueue() {
  const desk = useDesk();
  return {
    length: computed(() => desk.state.queue),
    waiting: computed(() => desk.state.waiting),
    /** Whom this agent may take, the first first. */
    next: computed(() => desk.state.waiting.find((w) => w.named === undefined || w.named === desk.state.me.kf_account)),
  };
}

/** One conversation. */
export function useConversation(openid: () => string | null) {
  const desk = useDesk();
  return {
    row: computed(() => (openid() === null ? undefined : desk.state.rows[openid()!])),
    thread: computed(() => (openid() === null ? undefined : desk.state.threads[openid()!])),
  };
}
