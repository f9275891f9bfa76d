// A house for pages that are being built: plays the doors of people and of the
// workbench with the demo data, in memory. It is for development and tests, binds to
// this machine only, and is no part of the program.
//
//   npm run mock            serves web/dist and the doors at http://127.0.0.1:5180
//
// POST /mock/hear {"openid","text"} lets a customer say something; /mock/drop closes all
// sockets; /mock/deaf {"on":true} refuses new ones; /mock/silence empties the desk.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { extname, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { WebSocketServer } from "ws";
import { agents, appid, customers, me, nextId, people, replies, startsAt, tags } from "./demo.mjs";

const port = Number(process.env.PORT ?? 5180);
const started = Date.now();
const now = () => startsAt + (Date.now() - started);
const dist = fileURLToPath(new URL("../dist", import.meta.url));
const epoch = createHash("sha256").update(String(started)).digest("hex").slice(0, 12);
const facts = [];
let signedIn = true;
let deaf = false;
const sent = new Map();

class No extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

const last = (c) => c.messages[c.messages.length - 1] ?? null;
const row = (c) => ({
  customer: c.customer, standing: c.standing, ...(c.standing === "mine" || c.standing === "served" ? { kf_account: c.standing === "mine" ? me.kf_account : "zhouyian@qinghe_tea", opened_at: c.opened_at } : {}),
  last: last(c), unread: c.unread, waiting_since: c.waiting_since, active_at: last(c)?.at ?? 0, silent: c.silent ?? false, allowance: c.allowance, ...(c.origin ? { origin: c.origin } : {}),
});
const waitingRow = (c) => ({ customer: c.customer, since: c.since, ...(c.named ? { named: c.named } : {}), last: last(c), visits: c.visitsBefore ?? 0, ...(c.origin ? { origin: c.origin } : {}) });
const queue = () => [...customers.values()].filter((c) => c.standing === "waiting").sort((a, b) => a.since - b.since);
const length = () => ({ total: queue().length, longest_since: queue()[0]?.since ?? 0 });
const mine = () => [...customers.values()].filter((c) => c.standing === "mine");
const find = (openid) => customers.get(openid) ?? no(404, "customer_unknown");
const no = (status, code) => {
  throw new No(status, code);
};

const sockets = new Set();
function tell(what, members) {
  const frame = { t: "fact", id: nextId(), what, ...members };
  facts.push(frame);
  for (const s of sockets) s.send(JSON.stringify(frame));
}
function standing(c, happening) {
  me.serving = mine().length;
  tell("standing", { openid: c.customer.openid, conversation: ["mine", "served"].includes(c.standing) ? row(c) : null, waiting: c.standing === "waiting" ? waitingRow(c) : null, happening, queue: length() });
  tell("agent", { agent: me });
}
function happen(c, what, more = {}) {
  const h = { id: nextId(), what, kf_account: me.kf_account, nickname: me.nickname, at: now(), ...more };
  c.happenings.push(h);
  standing(c, h);
}
function accept(c) {
  if (c.standing !== "waiting") no(409, "not_waiting");
  if (c.named && c.named !== me.kf_account) no(409, "waiting_for_another");
  c.standing = "mine";
  c.opened_at = now();
  c.waiting_since = c.since;
  happen(c, "accepted");
}
function hear(c, says) {
  const m = { id: nextId(), from: "customer", state: "delivered", at: now(), ...says };
  c.messages.push(m);
  c.unread++;
  c.waiting_since ||= now();
  c.allowance = { left: 5, until: now() + 48 * 3_600_000, grants: [{ kind: "message", left: 5, until: now() + 48 * 3_600_000 }] };
  tell("said", { openid: c.customer.openid, message: m, conversation: row(c) });
}

async function say(c, body) {
  if (c.standing !== "mine") no(409, "session_none");
  if (sent.has(body.client_id)) return { message: sent.get(body.client_id), allowance: c.allowance };
  // One sentence never arrives: it shows how a failure looks.
  if (body.text?.content.startsWith("补发的一罐")) no(504, "timeout");
  if (c.allowance.left === 0) no(409, "reply_count_reached");
  const { client_id, ...says } = body;
  const m = { id: nextId(), from: "agent", kf_account: me.kf_account, nickname: me.nickname, at: now(), state: "delivered", client_id, ...says };
  c.messages.push(m);
  sent.set(client_id, m);
  c.waiting_since = 0;
  c.unread = 0;
  if (c.allowance.left > 0) c.allowance = { ...c.allowance, left: c.allowance.left - 1, grants: c.allowance.grants.map((g, i) => (i ? g : { ...g, left: g.left - 1 })).filter((g) => g.left !== 0) };
  if (c.allowance.left === 0) c.allowance = { left: 0, until: 0, reason: "used_up", grants: [] };
  tell("said", { openid: c.customer.openid, message: m, conversation: row(c) });
  return { message: m, allowance: c.allowance };
}

const Me = () => ({ person: people[0], seats: [{ appid, account_name: "青禾茶铺", kf_account: me.kf_account, kf_id: me.kf_id, nickname: me.nickname }], sandbox: true });
const invitation = { account_name: "青禾茶铺", kf_account: "yinuo@qinghe_tea", nickname: "程一诺", wechat_id: "lin_xiaohe", status: "waiting", expires_at: Date.now() + (18 * 60 + 40.5) * 60_000, known: true, bindings: 0, binding_limit: 5 };
const base = `/workbench/v1/${appid}`;
const C = `${base}/customers/:openid`;

// One line a call, as in the contract.
const calls = {
  "GET /auth/v1/me": () => (signedIn ? Me() : no(401, "not_signed_in")),
  "POST /auth/v1/login": (p, b) => (b.password === "wrong" ? no(401, "wrong_credentials") : ((signedIn = true), Me())),
  "POST /auth/v1/demo": () => ((signedIn = true), Me()),
  "POST /auth/v1/logout": () => ((signedIn = false), {}),
  "POST /auth/v1/logout-everywhere": () => ((signedIn = false), {}),
  "POST /auth/v1/password": () => ({}),
  "GET /auth/v1/invitations/:token": (p) => (p.token === "gone" ? no(404, "invitation_unknown") : { ...invitation, ...(p.token === "new" ? { known: false, wechat_id: "yinuo_cheng" } : {}) }),
  "POST /auth/v1/invitations/:token/accept": () => ((invitation.status = "bound"), {}),
  "POST /auth/v1/invitations/:token/reject": () => ((invitation.status = "rejected"), {}),
  "POST /auth/v1/invitations/:token/register": () => ((signedIn = true), Me()),
  [`GET ${base}/state`]: () => ({
    epoch, offset: nextId(), now: now(), me, max: 10, sessions: mine().map(row), queue: { ...length(), waiting: queue().slice(0, 100).map(waitingRow) }, agents,
    limits: { session_patience_ms: 1_800_000, warn_wait_ms: 180_000, late_wait_ms: 600_000 }, served_today: 61,
  }),
  [`GET ${base}/conversations`]: (p, b, q) => {
    const words = q.get("q") ?? "";
    const all = [...customers.values()].filter((c) => words === "" || JSON.stringify([c.customer, c.messages]).includes(words)).map(row).sort((a, b2) => b2.active_at - a.active_at);
    return { conversations: all.slice(0, Number(q.get("limit") ?? 50)), more: false };
  },
  [`GET ${C}`]: (p) => {
    const c = find(p.openid);
    return { conversation: row(c), tags: c.tags, notes: c.notes, visits: c.visits, visits_total: c.visits.length ? 6 : 0 };
  },
  [`GET ${C}/messages`]: (p, b, q) => {
    const c = find(p.openid);
    const limit = Number(q.get("limit") ?? 50);
    const before = Number(q.get("before") ?? 0) || Infinity;
    const after = Number(q.get("after") ?? 0);
    const fitting = c.messages.filter((m) => m.id > after && m.id < before);
    const page = after ? fitting.slice(0, limit) : fitting.slice(-limit);
    const low = after || (page.length < fitting.length ? page[0].id : 0);
    return { messages: page, happenings: c.happenings.filter((h) => h.id > low && h.id < before), more: page.length < fitting.length };
  },
  [`POST ${C}/messages`]: (p, b) => say(find(p.openid), b),
  [`POST ${C}/accept`]: (p) => (accept(find(p.openid)), {}),
  [`POST ${base}/accept-next`]: () => {
    const c = queue()[0] ?? no(409, "not_waiting");
    accept(c);
    return { openid: c.customer.openid };
  },
  [`POST ${C}/close`]: (p) => {
    const c = find(p.openid);
    c.standing = "none";
    c.waiting_since = 0;
    happen(c, "closed");
    return {};
  },
  [`POST ${C}/transfer`]: (p, b) => {
    const c = find(p.openid);
    const to = agents.find((a) => a.kf_account === b.to) ?? no(404, "agent_unknown");
    c.standing = "served";
    happen(c, "transferred", { kf_account: to.kf_account, nickname: to.nickname, from: me.kf_account, note: b.note });
    return {};
  },
  [`POST ${C}/take`]: (p) => {
    const c = find(p.openid);
    c.standing = "mine";
    happen(c, "transferred", { from: "zhouyian@qinghe_tea", why: "taken" });
    return {};
  },
  [`POST ${C}/typing`]: () => ({}),
  [`POST ${C}/read`]: (p) => ((find(p.openid).unread = 0), {}),
  [`PUT ${C}/remark`]: (p, b) => {
    const c = find(p.openid);
    c.customer = { ...c.customer, remark: b.remark };
    tell("customer", { openid: p.openid, customer: c.customer, allowance: c.allowance });
    return {};
  },
  [`PUT ${C}/tags`]: (p, b) => ((find(p.openid).tags = tags.filter((t) => b.tags.includes(t.id))), {}),
  [`GET ${base}/tags`]: () => ({ tags }),
  [`POST ${base}/tags`]: (p, b) => (tags.push({ id: nextId(), name: b.name }), tags.at(-1)),
  [`POST ${C}/notes`]: (p, b) => {
    const n = { id: nextId(), text: b.text, author: people[0].name, own: true, at: now() };
    find(p.openid).notes.unshift(n);
    return n;
  },
  [`DELETE ${base}/notes/:id`]: (p) => {
    for (const c of customers.values()) c.notes = c.notes.filter((n) => n.id !== Number(p.id));
    return {};
  },
  [`PUT ${base}/presence`]: (p, b) => (Object.assign(me, b), tell("agent", { agent: me }), me),
  [`GET ${base}/replies`]: () => ({ replies }),
  [`POST ${base}/replies`]: (p, b) => (replies.push({ ...b, id: nextId(), used: 0 }), replies.at(-1)),
  [`PUT ${base}/replies/:id`]: (p, b) => Object.assign(replies.find((r) => r.id === Number(p.id)), b, { id: Number(p.id) }),
  [`DELETE ${base}/replies/:id`]: (p) => (replies.splice(replies.findIndex((r) => r.id === Number(p.id)), 1), {}),
  [`POST ${base}/replies/:id/used`]: () => ({}),
  [`POST ${base}/media`]: (p, b, q) => ({ media_id: "tea", type: q.get("type") }),
  "POST /mock/hear": (p, b) => (hear(find(b.openid), { msgtype: "text", text: { content: b.text } }), {}),
  "POST /mock/drop": () => (sockets.forEach((s) => s.terminate()), {}),
  "POST /mock/deaf": (p, b) => ((deaf = b.on), {}),
  "POST /mock/sign-out": () => ((signedIn = false), {}),
  "POST /mock/allowance": (p, b) => ((find(b.openid).allowance = b.allowance), tell("customer", { openid: b.openid, customer: find(b.openid).customer, allowance: b.allowance }), {}),
  "POST /mock/silent": (p, b) => {
    const c = find(b.openid);
    c.silent = true;
    tell("customer", { openid: b.openid, customer: c.customer, allowance: c.allowance, conversation: row(c) });
    return {};
  },
  "POST /mock/silence": () => {
    for (const c of customers.values()) c.standing = "none";
    me.serving = 0;
    return {};
  },
};
const routes = Object.entries(calls).map(([pattern, does]) => {
  const [method, path] = pattern.split(" ");
  return { method, parts: path.split("/"), does };
});

function route(method, path) {
  const parts = path.split("/").map(decodeURIComponent);
  for (const r of routes) {
    if (r.method !== method || r.parts.length !== parts.length) continue;
    const params = {};
    if (r.parts.every((p, i) => (p.startsWith(":") ? ((params[p.slice(1)] = parts[i]), true) : p === parts[i]))) return { does: r.does, params };
  }
  return null;
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'self'";
const types = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8" };
function page(path) {
  if (path.startsWith("/sign-in")) return "signin/index.html";
  if (path.startsWith("/invitation/")) return "invitation/index.html";
  if (path.startsWith("/workbench")) return "workbench/index.html";
  return null;
}

const server = createServer(async (q, w) => {
  const url = new URL(q.url, "http://mock");
  const json = (status, body) => {
    w.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
    w.end(JSON.stringify(body));
  };
  try {
    const chunks = [];
    for await (const chunk of q) chunks.push(chunk);
    const found = route(q.method, url.pathname);
    if (found) {
      if (!signedIn && url.pathname.startsWith("/workbench/")) no(401, "not_signed_in");
      const body = (q.headers["content-type"] ?? "").startsWith("application/json") ? JSON.parse(Buffer.concat(chunks).toString() || "{}") : {};
      return json(200, await found.does(found.params, body, url.searchParams));
    }
    if (url.pathname.startsWith(`${base}/media/`)) {
      const id = url.pathname.split("/").pop();
      if (id !== "tea") no(404, "not_found");
      w.writeHead(200, { "content-type": "image/svg+xml", "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox" });
      return w.end(readFileSync(new URL("./tea.svg", import.meta.url)));
    }
    if (url.pathname === "/") return w.writeHead(302, { location: "/workbench/" }).end();
    const file = url.pathname.startsWith("/assets/") ? url.pathname.slice(1) : page(url.pathname);
    if (file === null || file.includes("..")) no(404, "not_found");
    const path = join(dist, file);
    const headers = { "content-type": types[extname(file)] ?? "application/octet-stream", "content-security-policy": policy, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" };
    if (existsSync(path)) {
      w.writeHead(200, headers);
      return w.end(readFileSync(path));
    }
    const packed = readFileSync(`${path}.br`);
    const br = (q.headers["accept-encoding"] ?? "").includes("br");
    w.writeHead(200, { ...headers, ...(br ? { "content-encoding": "br" } : {}) });
    w.end(br ? packed : brotliDecompressSync(packed));
  } catch (e) {
    const status = e instanceof No ? e.status : 500;
    if (status === 500) console.error(q.method, q.url, e);
    json(status, { error: { code: e.code ?? "internal", message: String(e.message), rid: "mock-1" }, ...(status === 401 ? { sandbox: true, demo: people } : {}) });
  }
});

const wss = new WebSocketServer({ noServer: true, handleProtocols: (offered) => (offered.has("kefu.v1") ? "kefu.v1" : false) });
server.on("upgrade", (q, socket, head) => {
  const url = new URL(q.url, "http://mock");
  if (deaf || !signedIn || url.pathname !== `${base}/socket`) return socket.destroy();
  wss.handleUpgrade(q, socket, head, (s) => {
    const resumed = url.searchParams.get("epoch") === epoch;
    const offset = Number(url.searchParams.get("offset"));
    s.send(JSON.stringify({ t: "hello", epoch, offset: nextId(), now: now(), resumed }));
    if (resumed) for (const f of facts) if (f.id > offset) s.send(JSON.stringify(f));
    sockets.add(s);
    s.on("close", () => sockets.delete(s));
    s.on("message", (data) => {
      const frame = JSON.parse(data);
      if (frame.t === "watch") s.send(JSON.stringify({ t: "watching", openids: frame.openids }));
    });
  });
});
server.listen(port, "127.0.0.1", () => console.log(`mock: http://127.0.0.1:${port}/workbench/`));
