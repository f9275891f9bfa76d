import type { Socket } from "./line.ts";

/** The house's end of sockets, for tests: every socket that is opened stands in opened. */
export class FakeHouse {
  readonly opened: FakeSocket[] = [];

  readonly open = (url: string, protocol: string): Socket => {
    const socket = new FakeSocket(url, protocol);
    this.opened.push(socket);
    return socket;
  };

  /** The newest. */
  get last(): FakeSocket {
    const socket = this.opened[this.opened.length - 1];
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }
}

export class FakeSocket implements Socket {
  readyState = 0;
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  /** What the page sent. */
  readonly heard: unknown[] = [];
  /** With what code the page closed it. */
  closedBy: number | null = null;

  constructor(readonly url: string, readonly protocol: string) {}

  /** What the page asked to go on after. */
  get from(): { epoch: string; offset: number } {
    const query = new URL(this.url).searchParams;
    return { epoch: query.get("epoch") ?? "", offset: Number(query.get("offset")) };
  }
  send(text: string): void {
    this.heard.push(JSON.parse(text));
  }
  close(code = 1005): void {
    this.readyState = 3;
    this.closedBy = code;
  }
  say(frame: unknown): void {
    this.readyState = 1;
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
  hello(resumed: boolean, epoch = "e1", offset = 10): void {
    this.say({ t: "hello", epoch, offset, now: 0, resumed });
  }
  fact(id: number): void {
    this.say({ t: "fact", id, what: "reply" });
  }
  drop(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}
