// Access tokens, as co-wechat-api fetches, keeps and replaces them.

import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';

import { startKefu } from './kefu.mjs';
import { assertRefused, newClient } from './wire.mjs';

const list = 'GET /cgi-bin/customservice/getkflist';
const fetched = 'GET /cgi-bin/token';

test('token', { timeout: 60_000 }, async (t) => {
  const kefu = await startKefu(t);
  const { api } = newClient(kefu);
  const asked = Date.now();
  const token = await api.getAccessToken();
  assert.ok(token.accessToken.length > 100, `got a token of ${token.accessToken.length} characters, want more than 100`);
  // The SDK takes ten seconds off the 7200 that it was told.
  const life = token.expireTime - asked;
  assert.ok(life >= 7_190_000 && life <= 7_200_000, `got a life of ${life} ms, want 7190 s`);

  const { ip_list: addresses } = await api.getIp();
  assert.ok(addresses.length > 0, 'got no addresses that pushes come from, want some');
  for (const address of addresses) {
    assert.ok(isIP(address.split('/')[0]), `got ${address}, want an address or a CIDR block`);
  }
});

test('token refused', { timeout: 60_000 }, async (t) => {
  const kefu = await startKefu(t);
  for (const [name, change, errcode] of [
    ['unknown appid', { appid: 'wx0000000000000000' }, 40013],
    ['malformed appid', { appid: 'nonsense' }, 40013],
    ['wrong secret', { appsecret: '0'.repeat(32) }, 40125],
  ]) {
    await t.test(name, () => assertRefused(Object.assign(newClient(kefu).api, change).getAccessToken(), errcode));
  }
});

// Each way in which a token ends must be noticed by its errcode, which the SDK
// answers with one new token and the same call again.
for (const [name, end] of [
  ['another process fetched a token', async (kefu) => {
    await newClient(kefu).api.getAccessToken();
    await kefu.advance('5m1s', 301);
  }],
  ['its life is over', (kefu) => kefu.advance('2h', 7200)],
  ['it was never issued', async (kefu, api) => {
    const token = await api.getToken();
    await api.saveToken({ ...token, accessToken: `85_${'made-up_'.repeat(15)}` });
  }],
]) {
  test(`token refresh: ${name}`, { timeout: 60_000 }, async (t) => {
    const kefu = await startKefu(t);
    const { api, wire } = newClient(kefu);
    const before = await api.getAccessToken();
    await end(kefu, api);
    wire.take();
    assert.deepEqual(await api.getCustomServiceList(), { kf_list: [] });
    assert.deepEqual(wire.take(), [list, fetched, list]);
    assert.notEqual((await api.getToken()).accessToken, before.accessToken);
  });
}

test('token overlap', { timeout: 60_000 }, async (t) => {
  const kefu = await startKefu(t);
  const { api, wire } = newClient(kefu);
  await api.getAccessToken();
  await newClient(kefu).api.getAccessToken();
  await kefu.advance('4m', 240);
  wire.take();
  assert.deepEqual(await api.getCustomServiceList(), { kf_list: [] });
  assert.deepEqual(wire.take(), [list]);
});
