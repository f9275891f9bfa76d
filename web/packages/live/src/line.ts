import { closing, subprotocol, type Frame, type HelloFrame } from "@kefu/wire";
import { overloadPause, pause } from "./backoff.ts";

/** What a line needs of a WebSocket. */
export interface Socket {
  readonly readyState: number;
  onopen: ((e: unknown) => void) | null;
  onmessage: ((e: { data: unknown }) => void) | null;
  onclose: ((e: { code: number }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export type LineState =
  | { is: "connecting"; attempt: number }
  | { is: "open" }
  /** at is by this machine's clock. */
  | { is: "broken"; attempt: number; at: number }
  | { is: "ended"; why: "signed_out" | "elsewhere" | "not_allowed" | "fresh" | "left" };

export interface LineParts<F> {
  /** The socket's address, without what tells where to go on. */
  url: string;
  /** Everything up to here is known already. */
  from: { epoch: string; offset: number };
  state(state: LineState): void;
  /** resumed false: everything shown may be old; read it again and call restart. */
  hello(hello: HelloFrame): void;
  fact(fact: F): void;
  /** From now on facts of these customers come; what happened before is read by asking. */
  watching?(openids: string[]): void;

  open?(url: string, protocol: string): Socket;
  random?(): number;
}

/** A socket that says no hello for this long is given up. */
const helloWithin = 10_000;

/**
 * A line to the house: one socket after the other. It comes back by itself unless it
 * was told not to, and goes on after the last fact it handed over.
 */
export class Line<F extends { t: "fact"; id: number }> {
  private socket: Socket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private epoch: string;
  private offset: number;
  private watched: string[] = [];
  private ended = false;
  private said = false;

  constructor(private readonly parts: LineParts<F>) {
    this.epoch = parts.from.epoch;
    this.offset = parts.from.offset;
  }

  /** Opens the line, or opens it anew at once when it is broken. */
  connect(): void {
    if (this.socket !== null) return;
    clearTimeout(this.timer);
    this.ended = false;
    this.attempt++;
    this.said = false;
    this.parts.state({ is: "connecting", attempt: this.attempt });
    const url = `${this.parts.url}?epoch=${encodeURIComponent(this.epoch)}&offset=${this.offset}`;
    const open = this.parts.open ?? ((u: string, p: string) => new WebSocket(u, p) as unknown as Socket);
    const socket = open(url, subprotocol);
    this.socket = socket;
    socket.onmessage = (e) => {
      if (this.socket === socket && typeof e.data === "string") this.read(e.data);
    };
    socket.onclose = (e) => this.closed(socket, e.code);
    this.timer = setTimeout(() => {
      // A network that swallows packets does not close sockets: give it up ourselves.
      socket.close();
      this.closed(socket, 1006);
    }, helloWithin);
  }

  /** Gives up a socket that may be dead without knowing, and opens another at once. */
  suspect(): void {
    const socket = this.socket;
    if (socket !== null) {
      this.socket = null;
      socket.close();
    }
    if (!this.ended) this.connect();
  }

  /** Ends the line for good, unless connect is called. */
  leave(): void {
    this.end("left");
  }

  /** Goes on from a state that was just read. */
  restart(from: { epoch: string; offset: number }): void {
    this.epoch = from.epoch;
    this.offset = from.offset;
  }

  /** Asks for facts of these customers too, now and after every return. */
  watch(openids: string[]): void {
    this.watched = openids;
    if (this.said) this.send({ t: "watch", openids });
  }

  private send(frame: unknown): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  private read(text: string): void {
    let frame: Frame<F>;
    try {
      frame = JSON.parse(text) as Frame<F>;
    } catch {
      return; // A newer house may say what this page does not know.
    }
    switch (frame.t) {
      case "hello":
        clearTimeout(this.timer);
        this.attempt = 0;
        this.said = true;
        if (frame.resumed) this.epoch = frame.epoch;
        else this.restart(frame);
        this.parts.state({ is: "open" });
        this.parts.hello(frame);
        this.watch(this.watched);
        break;
      case "watching":
        this.parts.watching?.(frame.openids);
        break;
      case "fact":
        // Several frames may be of one fact, so an equal id is no repetition.
        if (frame.id < this.offset) break;
        this.parts.fact(frame);
        this.offset = frame.id;
        break;
    }
  }

  private closed(socket: Socket, code: number): void {
    if (this.socket !== socket) return;
    this.socket = null;
    clearTimeout(this.timer);
    switch (code) {
      case closing.signedOut:
        return this.end("signed_out");
      case closing.openElsewhere:
        return this.end("elsewhere");
      case closing.policy:
        return this.end("not_allowed");
      case closing.freshWorld:
        return this.end("fresh");
      case closing.tooSlow:
        if (this.said) return this.connect();
        break;
    }
    const random = this.parts.random ?? Math.random;
    let wait = pause(this.attempt + 1, random);
    if (code === closing.tryAgainLater) wait = Math.max(wait, overloadPause + Math.round(overloadPause * random()));
    this.parts.state({ is: "broken", attempt: this.attempt + 1, at: Date.now() + wait });
    this.timer = setTimeout(() => this.connect(), wait);
  }

  private end(why: Extract<LineState, { is: "ended" }>["why"]): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
    this.parts.state({ is: "ended", why });
  }
}
