// A house for one story: `kefu dev`, or `kefu serve`, on a free port with a folder of
// its own, which can be stopped, killed and started again, and the doors that a story
// knocks at without a browser.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./until.mjs";

export const program = process.env.KEFU_BIN ?? fileURLToPath(new URL("../../bin/kefu", import.meta.url));

/** The official account that the sandbox begins with. */
export const appid = "wx5d3c0ffee1234567";
const secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/** How long a house may take to stop when it is asked to, in milliseconds. */
const stopsWithin = 15_000;

/** A port of the loopback that nobody listens on. A house that starts again needs the
 * same one, so it cannot take any. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}

export class House {
  /**
   * @param {string[]} flags further flags
   * @param {"dev" | "serve"} kind
   */
  constructor(flags = [], kind = "dev") {
    this.flags = flags;
    this.kind = kind;
    this.log = "";
    this.child = null;
  }

  async build() {
    if (!existsSync(program)) throw new Error(`there is no program at ${program}: make build makes it`);
    this.folder = await mkdtemp(join(tmpdir(), "kefu-e2e-"));
    this.port = await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    await this.start();
    if ((await fetch(`${this.url}/sign-in`)).status !== 200) throw new Error(`${program} is without pages: make pages build puts them in`);
    return this;
  }

  async start() {
    const child = spawn(program, [this.kind, "--addr", `127.0.0.1:${this.port}`, "--data", join(this.folder, "data"), ...this.flags], { stdio: ["ignore", "pipe", "pipe"] });
    this.child = child;
    this.ended = new Promise((resolve) => child.once("exit", resolve));
    const keep = (/** @type {Buffer} */ text) => (this.log += text);
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    await until("the house is ready", async () => {
      if (child.exitCode !== null) throw new Error(`kefu ${this.kind} ended with ${child.exitCode}:\n${this.log}`);
      return (await fetch(`${this.url}/readyz`)).ok;
    }, 20_000);
  }

  /** Ends the house, by default politely. */
  async stop(signal = "SIGTERM") {
    const child = this.child;
    if (child === null) return;
    this.child = null;
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const force = setTimeout(() => child.kill("SIGKILL"), stopsWithin);
    await this.ended;
    clearTimeout(force);
  }

  /** What a machine that loses its power does. */
  kill() {
    return this.stop("SIGKILL");
  }

  async clear() {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Asks a door, and refuses to go on when it refuses. */
  async ask(method, path, body, headers = {}) {
    const answer = await fetch(this.url + path, {
      method,
      headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return { body: text === "" ? null : JSON.parse(text), cookie: answer.headers.getSetCookie().map((c) => c.split(";")[0]).join("; ") };
  }

  async sandbox(method, path, body) {
    return (await this.ask(method, `/sandbox/v1${path}`, body)).body;
  }

  /** Somebody follows; what it is called is up to it. */
  async follow(openid, nickname, more = {}) {
    await this.sandbox("POST", "/followers", { openid, nickname, ...more });
    return new Customer(this, openid);
  }

  /** Calls the API as the developer does. */
  async api(path, body) {
    this.token ??= (await this.ask("GET", `/cgi-bin/token?grant_type=client_credential&appid=${appid}&secret=${secret}`)).body.access_token;
    const { body: answer } = await this.ask(body === undefined ? "GET" : "POST", `${path}?access_token=${this.token}`, body);
    if (answer.errcode) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** A person at a door of pages, without a page. */
  async person(wechatId) {
    const { cookie } = await this.ask("POST", "/auth/v1/demo", { wechat_id: wechatId });
    return new Worker(this, cookie);
  }

  /** Uploads bytes as the media of a customer. */
  async media(type, bytes, name) {
    const form = new FormData();
    form.set("media", new Blob([bytes]), name);
    const answer = await fetch(`${this.url}/sandbox/v1/media?type=${type}`, { method: "POST", body: form });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`upload of ${name}: ${answer.status} ${text}`);
    return JSON.parse(text).media_id;
  }

  /** Moves the clock of the house. */
  advance(by) {
    this.token = undefined; // it may have ended by then
    return this.sandbox("POST", "/clock", { advance: by });
  }
}

/** A customer that the sandbox plays. */
export class Customer {
  constructor(house, openid) {
    this.house = house;
    this.openid = openid;
  }

  get path() {
    return `/followers/${this.openid}`;
  }

  /** Sends a message of any type, and waits until the developer's server has heard of it. */
  send(msgtype, content, more = {}) {
    return this.house.sandbox("POST", `${this.path}/messages?wait=1`, { msgtype, [msgtype]: content, ...more });
  }

  says(words, more = {}) {
    return this.send("text", { content: words }, more);
  }

  /** What its phone shows. */
  async sees() {
    return (await this.house.sandbox("GET", `${this.path}/messages`)).messages;
  }

  /** Waits until the phone shows a message that fits. */
  seesSoon(what, fits) {
    return until(what, async () => (await this.sees()).find(fits));
  }

  unfollow() {
    return this.house.sandbox("DELETE", this.path);
  }
}

/** Somebody who works here, at the doors that pages use. */
export class Worker {
  constructor(house, cookie) {
    this.house = house;
    this.cookie = cookie;
  }

  async ask(method, path, body) {
    return (await this.house.ask(method, path, body, { cookie: this.cookie, origin: this.house.url })).body;
  }

  bench(method, path, body) {
    return this.ask(method, `/workbench/v1/${appid}${path}`, body);
  }

  /** Comes online; nobody is accepted unless asked for. */
  online(autoAccept = 0) {
    return this.bench("PUT", "/presence", { status: "online", auto_accept: autoAccept });
  }
}
