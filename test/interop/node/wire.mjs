// What lies between the SDK and kefu: a connection that leads elsewhere.

import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import { connect } from 'node:net';
import WechatAPI from 'co-wechat-api';

import { appid, secret } from './kefu.mjs';

// Half of the SDK's calls name https://api.weixin.qq.com whatever its prefixes
// say, so the SDK is left as it is and the connection is given another end: an
// agent that opens plain TCP to kefu where TLS to WeChat was asked for.
class AgentToKefu extends Agent {
  constructor(base) {
    super({ keepAlive: false });
    const { hostname, port } = new URL(base);
    this.end = { host: hostname, port: Number(port) };
  }

  createConnection() {
    return connect(this.end);
  }
}

// Makes the SDK's client of kefu's official account. Its calls are kept in
// calls, as "METHOD /path", to be taken with take().
export function newClient(kefu) {
  const api = new WechatAPI(appid, secret);
  const wire = {
    calls: [],
    take() {
      return this.calls.splice(0);
    },
  };
  // Both options are handed on by the SDK to httpx, its HTTP client.
  api.setOpts({
    agent: new AgentToKefu(kefu.base),
    beforeRequest(options) {
      assert.equal(options.host, 'api.weixin.qq.com');
      wire.calls.push(`${options.method} ${options.path.split('?')[0]}`);
      return { ...options, headers: { ...options.headers, Host: new URL(kefu.base).host } };
    },
  });
  return { api, wire };
}

// WeChat's own texts of the refusals in the account story.
const texts = {
  40005: 'invalid file type',
  40013: 'invalid appid',
  40125: 'invalid appsecret',
  65401: 'invalid custom service account',
  65403: 'illegal nickname',
  65404: 'illegal custom service account',
  65406: 'custom service account exists',
  65407: 'the wechat user have been one of your workers',
  65408: 'you have already invited the wechat user',
  65409: 'wechat account invalid',
  65411: 'a effective invitation to bind the custom service account exists',
  65412: 'the custom service account have been bound by a wechat user',
};

// Checks that a call of the SDK fails with the errcode, its text and a rid.
export async function assertRefused(call, errcode) {
  await assert.rejects(call, (error) => {
    assert.equal(error.name, 'WeChatAPIError', `got ${error}`);
    assert.equal(error.code, errcode, `got errmsg ${error.message}`);
    assert.match(error.message, / rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
    assert.equal(error.message.replace(/ rid: \S+$/, ''), texts[errcode]);
    return true;
  });
}
