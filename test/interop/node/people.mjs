// The people of the conversation stories, and what becomes of what they say.

import assert from 'node:assert/strict';

export const anna = 'oDemoKfCustomer_0000000000A1';
export const boris = 'oDemoKfCustomer_0000000000B2';
export const chloe = 'oDemoKfCustomer_0000000000C3';

export const alice = 'alice@demo_shop';
export const bob = 'bob_02@demo_shop';
export const nobody = 'nobody@demo_shop';

// A message of words.
export const text = (content) => ({ msgtype: 'text', text: { content } });

// How a phone shows words of the official account itself, and of an agent.
export const said = (content) => ({ from: 'account', ...text(content) });
export const saidBy = (account, nickname, content) => (
  { from: 'agent', kf_account: account, nickname, ...text(content) });

// Customers and agents of a running kefu.
export class People {
  constructor(kefu) {
    this.kefu = kefu;
  }

  // Has somebody follow the official account.
  async follow(openid, more) {
    assert.deepEqual(await this.kefu.control('/sandbox/v1/followers', { openid, ...more }), { openid });
  }

  // Has a customer write, and waits until the developer's server has answered,
  // if it is told at all.
  write(openid, message) {
    return this.kefu.control(`/sandbox/v1/followers/${openid}/messages?wait=1`, message);
  }

  // The same without the wait.
  writeOn(openid, message) {
    return this.kefu.control(`/sandbox/v1/followers/${openid}/messages`, message);
  }

  // What a customer's phone shows, the oldest message first.
  async phone(openid) {
    return (await this.kefu.control(`/sandbox/v1/followers/${openid}/messages?limit=1000`)).messages;
  }

  // Tells whether a customer's phone shows that somebody is typing.
  async typing(openid) {
    return (await this.kefu.control(`/sandbox/v1/followers/${openid}/messages`)).typing;
  }

  // Checks what a customer's phone shows last, but for its id and time.
  async assertShown(openid, want) {
    const { id, time, ...shown } = (await this.phone(openid)).at(-1);
    assert.ok(Number.isSafeInteger(id) && Number.isSafeInteger(time), `got id ${id} and time ${time}`);
    assert.deepEqual(shown, want);
  }

  // Checks how the push of what a customer did ended.
  async assertPush(written, outcome, attempts = 1) {
    assert.deepEqual((await written).push, { outcome, attempts });
  }

  // Brings an agent online, to take so many customers by itself.
  online(account, autoAccept) {
    return this.kefu.control('/sandbox/v1/agents/online', { kf_account: account, online: true, auto_accept: autoAccept });
  }

  takeOn(account, openid) {
    return this.kefu.control('/sandbox/v1/agents/accept', { kf_account: account, openid });
  }

  closeSession(account, openid) {
    return this.kefu.control('/sandbox/v1/agents/close', { kf_account: account, openid });
  }

  handOver(account, openid, to) {
    return this.kefu.control('/sandbox/v1/agents/transfer', { kf_account: account, openid, to });
  }

  agentWrites(account, openid, content) {
    return this.kefu.control('/sandbox/v1/agents/send', { kf_account: account, openid, ...text(content) });
  }

  // Sets the sandbox's clock to the next noon in Beijing, so that a story of some
  // hours lies within one of WeChat's days whenever it is told.
  async setNoon() {
    const day = 24 * 60 * 60;
    const noon = (Math.floor((await this.kefu.now()) / day) + 1) * day + 4 * 60 * 60;
    await this.kefu.control('/sandbox/v1/clock', { set: noon });
    return noon;
  }
}

// Adds two agents to a new official account, and lets the people whom it invites
// accept.
export async function hire(kefu, api) {
  for (const [account, nickname, worker] of [[alice, 'Alice', 'alice_wx'], [bob, 'Bob', 'bob_wx']]) {
    await api.addKfAccount(account, nickname);
    await api.inviteworker(account, worker);
    await kefu.accept(account);
  }
}
