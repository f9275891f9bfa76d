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

// WeChat's own texts of the refusals in the stories.
const texts = {
  40003: 'invalid openid',
  40004: 'invalid media type',
  40005: 'invalid file type',
  40007: 'invalid media_id',
  40013: 'invalid appid',
  40032: 'invalid openid list size',
  40092: 'invalid remark name',
  40125: 'invalid appsecret',
  43004: 'require subscribe',
  44004: 'empty content',
  45008: 'article size out of limit',
  45015: 'response out of time limit or subscription is canceled',
  45047: 'out of response count limit',
  45058: "can't modify sys tag",
  45072: 'invalid command',
  45080: 'need sending message to user, or recving message from user in the last 30 seconds before typing',
  45081: 'you are already typing',
  45157: 'invalid tag name',
  45159: 'invalid tag id',
  65401: 'invalid custom service account',
  65403: 'illegal nickname',
  65404: 'illegal custom service account',
  65406: 'custom service account exists',
  65407: 'the wechat user have been one of your workers',
  65408: 'you have already invited the wechat user',
  65409: 'wechat account invalid',
  65411: 'a effective invitation to bind the custom service account exists',
  65412: 'the custom service account have been bound by a wechat user',
  65413: 'no effective session for the customer',
  65414: 'another worker is serving the customer',
  65415: 'the worker is not online',
  65416: 'param invalid, please check',
  65417: 'it is too long from the starttime to endtime',
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
