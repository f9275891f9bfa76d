// A developer's server: co-wechat in Koa, as its documentation has it.

import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import Koa from 'koa';
import wechat from 'co-wechat';
import WXBizMsgCrypt from 'wechat-crypto';

import { appid } from './kefu.mjs';

export const originalID = 'gh_a1b2c3d4e5f6';
const token = 'KfSpecToken2024';
const encodingAESKey = 'kfDeskSpecVector0123456789ABCDEFGHIJKLMNOPQ';

// How long a push may take to arrive. It needs a few milliseconds; the rest is
// for a busy machine.
const arrivalPatience = 10_000;

// Starts a developer's server for a callback mode until the end of the test t.
// What it answers is what answer(message, ctx, attempt) returns, in the forms
// that the SDK knows; attempt counts from 1 how often the message has arrived.
// A body in ctx.state.instead takes the place of what the SDK makes of it.
export async function startDeveloper(t, mode, answer) {
  const developer = new Developer(mode);
  const attempts = new Map();
  const app = new Koa();
  app.silent = true; // some handlers throw on purpose
  app.use(async (ctx, next) => {
    if (ctx.method === 'GET') developer.visits.push(ctx.query);
    await next();
    if (ctx.state.instead !== undefined) ctx.body = ctx.state.instead;
  });
  const config = mode === 'plain' ? { token } : { token, appid, encodingAESKey };
  app.use(wechat(config).middleware(async (message, ctx) => {
    const of = `${message.FromUserName} ${message.MsgId ?? message.Event + message.CreateTime}`;
    const attempt = (attempts.get(of) ?? 0) + 1;
    attempts.set(of, attempt);
    developer.arrive({ message, query: ctx.query, body: ctx.weixin_xml });
    return answer(message, ctx, attempt);
  }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  developer.url = `http://127.0.0.1:${server.address().port}/wechat?shop=1`;
  return developer;
}

class Developer {
  constructor(mode) {
    this.mode = mode;
    this.visits = [];
    this.arrived = [];
    this.wake = () => {};
  }

  // The flags of kefu dev that name this server.
  flags() {
    const flags = ['--original-id', originalID, '--callback-url', this.url, '--callback-token', token, '--callback-mode', this.mode];
    return this.mode === 'plain' ? flags : [...flags, '--encoding-aes-key', encodingAESKey];
  }

  arrive(push) {
    this.arrived.push(push);
    this.wake();
  }

  // The next push that arrives, as the SDK understood it.
  async next() {
    const overdue = new AbortController();
    const late = delay(arrivalPatience, true, { signal: overdue.signal }).catch(() => false);
    while (this.arrived.length === 0) {
      const arrival = new Promise((resolve) => { this.wake = () => resolve(false); });
      if (await Promise.race([arrival, late])) throw new Error(`no push arrived within ${arrivalPatience} ms`);
    }
    overdue.abort();
    return this.arrived.shift();
  }

  // Seals an answer in which there is nothing at all, with the SDK's own parts.
  sealNothing() {
    const crypt = new WXBizMsgCrypt(token, encodingAESKey, appid);
    const encrypt = crypt.encrypt('');
    const timestamp = Date.now();
    const nonce = 42;
    const signature = crypt.getSignature(timestamp, nonce, encrypt);
    return `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt><MsgSignature>${signature}</MsgSignature>`
      + `<TimeStamp>${timestamp}</TimeStamp><Nonce>${nonce}</Nonce></xml>`;
  }
}
