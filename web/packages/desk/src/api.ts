import type {
  Agent, Allowance, ConversationPage, CustomerPanel, Message, MessagePage, Note, Outgoing, QuickReply, State, Status, Tag,
} from "@kefu/wire";
import { call, upload } from "@kefu/live";

/** The workbench's door of one official account. */
export class WorkbenchDoor {
  readonly base: string;
  constructor(readonly appid: string) {
    this.base = `/workbench/v1/${encodeURIComponent(appid)}`;
  }
  private customer(openid: string): string {
    return `${this.base}/customers/${encodeURIComponent(openid)}`;
  }

  state = () => call<State>("GET", `${this.base}/state`);
  conversations(q: string, before = 0, limit = 50, signal?: AbortSignal) {
    const query = new URLSearchParams({ limit: String(limit) });
    if (before > 0) query.set("before", String(before));
    if (q !== "") query.set("q", q);
    return call<ConversationPage>("GET", `${this.base}/conversations?${query}`, undefined, signal);
  }
  panel = (openid: string) => call<CustomerPanel>("GET", this.customer(openid));
  messages(openid: string, where: { before?: number; after?: number }, limit = 50) {
    const query = new URLSearchParams({ limit: String(limit) });
    if (where.before) query.set("before", String(where.before));
    if (where.after) query.set("after", String(where.after));
    return call<MessagePage>("GET", `${this.customer(openid)}/messages?${query}`);
  }
  say = (openid: string, clientId: string, says: Outgoing) =>
    call<{ message: Message; allowance: Allowance }>("POST", `${this.customer(openid)}/messages`, { client_id: clientId, ...says });
  accept = (openid: string) => call("POST", `${this.customer(openid)}/accept`, {});
  acceptNext = () => call<{ openid: string }>("POST", `${this.base}/accept-next`, {});
  close = (openid: string) => call("POST", `${this.customer(openid)}/close`, {});
  take = (openid: string) => call("POST", `${this.customer(openid)}/take`, {});
  transfer = (openid: string, to: string, note: string) => call("POST", `${this.customer(openid)}/transfer`, { to, note });
  typing = (openid: string, on: boolean) => call("POST", `${this.customer(openid)}/typing`, { on });
  read = (openid: string, id: number) => call("POST", `${this.customer(openid)}/read`, { id });
  presence = (status: Status, autoAccept: number) => call<Agent>("PUT", `${this.base}/presence`, { status, auto_accept: autoAccept });
  remark = (openid: string, remark: string) => call("PUT", `${this.customer(openid)}/remark`, { remark });
  setTags = (openid: string, tags: number[]) => call("PUT", `${this.customer(openid)}/tags`, { tags });
  tags = () => call<{ tags: Tag[] }>("GET", `${this.base}/tags`);
  addTag = (name: string) => call<Tag>("POST", `${this.base}/tags`, { name });
  addNote = (openid: string, text: string) => call<Note>("POST", `${this.customer(openid)}/notes`, { text });
  removeNote = (id: number) => call("DELETE", `${this.base}/notes/${id}`);
  replies = () => call<{ replies: QuickReply[] }>("GET", `${this.base}/replies`);
  putReply = (r: Pick<QuickReply, "code" | "title" | "text" | "shared"> & { id?: number }) =>
    r.id ? call<QuickReply>("PUT", `${this.base}/replies/${r.id}`, r) : call<QuickReply>("POST", `${this.base}/replies`, r);
  removeReply = (id: number) => call("DELETE", `${this.base}/replies/${id}`);
  usedReply = (id: number) => call("POST", `${this.base}/replies/${id}/used`, {});
  upload = (type: "image" | "voice" | "video", file: Blob, name: string, progress: (part: number) => void) =>
    upload<{ media_id: string }>(`${this.base}/media?type=${type}`, file, name, progress);
  mediaUrl = (id: string) => `${this.base}/media/${encodeURIComponent(id)}`;
  /** Where the socket is: the same place, in the scheme of sockets. */
  socketUrl(): string {
    return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${this.base}/socket`;
  }
}
