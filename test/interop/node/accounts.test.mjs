// The life of one official account's agents, told through co-wechat-api.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { startKefu } from './kefu.mjs';
import { assertPicture, png } from './picture.mjs';
import { assertRefused, newClient } from './wire.mjs';

const alice = 'alice@demo_shop';
const bob = 'bob_02@demo_shop';
const carol = 'carol@demo_shop';
const dave = 'dave@demo_shop';
const nobody = 'nobody@demo_shop';

// How long an invitation can be answered, in seconds.
const invitationLife = 24 * 60 * 60;

for (const [form, id] of [['string', String], ['number', Number]]) {
  test(`account story, kf_id=${form}`, { timeout: 120_000 }, async (t) => {
    const kefu = await startKefu(t, '--kf-id', form);
    const { api, wire } = newClient(kefu);
    const files = await mkdtemp(join(tmpdir(), 'kefu-pictures-'));
    t.after(() => rm(files, { recursive: true }));

    // The whole answers: one member, and rows with nothing too much.
    const assertList = async (rows) => assert.deepEqual(await api.getCustomServiceList(), { kf_list: rows });
    const assertOnline = async (rows) => assert.deepEqual(await api.getOnlineCustomServiceList(), { kf_online_list: rows });
    const list = async () => (await api.getCustomServiceList()).kf_list;
    const row = (account, number, nickname) => (
      { kf_account: account, kf_headimgurl: '', kf_id: id(number), kf_nick: nickname });
    const ok = { errcode: 0, errmsg: 'ok' };

    // What follows a broken chapter would only repeat its failure.
    let broken = false;
    const chapter = (name, tell) => t.test(name, async (c) => {
      assert.ok(!broken, 'an earlier chapter failed');
      broken = true;
      await tell(c);
      broken = false;
    });

    await chapter('empty', async () => {
      await assertList([]);
      await assertOnline([]);
      assert.deepEqual(wire.take(), [
        'GET /cgi-bin/token',
        'GET /cgi-bin/customservice/getkflist',
        'GET /cgi-bin/customservice/getonlinekflist',
      ]);
    });

    await chapter('add', async () => {
      assert.deepEqual(await api.addKfAccount(alice, 'Alice'), ok);
      assert.deepEqual(await api.addKfAccount(bob, '小波'), ok);
      assert.deepEqual(await api.addKfAccount(carol, 'Carol <&> "C"'), ok);
      await assertList([row(alice, 1001, 'Alice'), row(bob, 1002, '小波'), row(carol, 1003, 'Carol <&> "C"')]);
    });

    await chapter('refuse names', async (c) => {
      const before = await list();
      for (const [name, account, nickname, errcode] of [
        ['duplicate', alice, 'Alice', 65406],
        ['duplicate with another nickname', bob, 'Robert', 65406],
        ['hyphen in the prefix', 'ali-ce@demo_shop', 'Alice', 65404],
        ['no prefix', '@demo_shop', 'Alice', 65404],
        ['prefix of 11', 'elevenchars@demo_shop', 'Alice', 65404],
        ['Chinese prefix', '小波@demo_shop', 'Alice', 65404],
        ['no suffix', 'dave', 'Dave', 65404],
        ['empty suffix', 'dave@', 'Dave', 65404],
        ['suffix of another account', 'dave@other_shop', 'Dave', 65404],
        ['suffix in other case', 'dave@Demo_Shop', 'Dave', 65404],
        ['two separators', 'dave@x@demo_shop', 'Dave', 65404],
        ['empty account', '', 'Dave', 65404],
        ['empty nickname', dave, '', 65403],
        ['nickname of 17', dave, '长'.repeat(17), 65403],
      ]) {
        await c.test(name, () => assertRefused(api.addKfAccount(account, nickname), errcode));
      }
      await assertList(before);
    });

    const expiry = (agent, from, to) => {
      const expires = agent.invite_expire_time;
      assert.equal(typeof expires, 'number');
      assert.ok(expires >= from + invitationLife && expires <= to + invitationLife,
        `got invite_expire_time ${expires}, want ${from + invitationLife} to ${to + invitationLife}`);
      return expires;
    };
    let carolExpires;

    await chapter('invite', async () => {
      const from = await kefu.now();
      assert.deepEqual(await api.inviteworker(alice, 'alice_wx'), ok);
      assert.deepEqual(await api.inviteworker(bob, 'bob_wx'), ok);
      assert.deepEqual(await api.inviteworker(carol, 'carol_wx'), ok);
      const to = await kefu.now();
      const waiting = await list();
      const expires = waiting.map((agent) => expiry(agent, from, to));
      assert.deepEqual(waiting, [
        { ...row(alice, 1001, 'Alice'), invite_wx: 'alice_wx', invite_expire_time: expires[0], invite_status: 'waiting' },
        { ...row(bob, 1002, '小波'), invite_wx: 'bob_wx', invite_expire_time: expires[1], invite_status: 'waiting' },
        { ...row(carol, 1003, 'Carol <&> "C"'), invite_wx: 'carol_wx', invite_expire_time: expires[2], invite_status: 'waiting' },
      ]);
      carolExpires = expires[2];

      await kefu.accept(alice);
      await kefu.accept(bob);
      await assertList([
        { ...row(alice, 1001, 'Alice'), kf_wx: 'alice_wx' },
        { ...row(bob, 1002, '小波'), kf_wx: 'bob_wx' },
        { ...row(carol, 1003, 'Carol <&> "C"'), invite_wx: 'carol_wx', invite_expire_time: carolExpires, invite_status: 'waiting' },
      ]);
    });

    await chapter('refuse invitations', async (c) => {
      const before = await list();
      await api.addKfAccount(dave, 'Dave');
      for (const [name, account, worker, errcode] of [
        ['agent is bound', alice, 'dave_wx', 65412],
        ['agent has a waiting invitation', carol, 'dave_wx', 65411],
        ['not a WeChat id', dave, '1x', 65409],
        ['person is bound here', dave, 'alice_wx', 65407],
        ['person is invited here', dave, 'carol_wx', 65408],
        ['agent unknown', nobody, 'dave_wx', 65401],
        ['agent malformed', 'no-body@demo_shop', 'dave_wx', 65404],
      ]) {
        await c.test(name, () => assertRefused(api.inviteworker(account, worker), errcode));
      }
      assert.deepEqual(await api.deleteKfAccount(dave), ok);
      await assertList(before);
    });

    await chapter('picture', async (c) => {
      const picture = join(files, 'alice.png');
      await writeFile(picture, png());
      assert.deepEqual(await api.setKfAccountAvatar(alice, picture), ok);
      const before = await list();
      await assertPicture(kefu, before[0].kf_headimgurl);
      assert.deepEqual(before.slice(1).map((agent) => agent.kf_headimgurl), ['', '']);

      const noPicture = join(files, 'alice.txt');
      await writeFile(noPicture, 'GIF89a is neither JPEG nor PNG');
      const half = join(files, 'half.png');
      await writeFile(half, png().subarray(0, 200));
      for (const [name, account, file, errcode] of [
        ['not a picture', alice, noPicture, 40005],
        ['half a picture', alice, half, 40005],
        ['agent unknown', nobody, picture, 65401],
      ]) {
        await c.test(name, () => assertRefused(api.setKfAccountAvatar(account, file), errcode));
      }
      await assertList(before);
    });

    await chapter('online', async () => {
      await kefu.comeOnline(alice);
      await kefu.comeOnline(bob);
      await assertOnline([
        { accepted_case: 0, kf_account: alice, kf_id: id(1001), status: 1 },
        { accepted_case: 0, kf_account: bob, kf_id: id(1002), status: 1 },
      ]);
    });

    await chapter('rename', async (c) => {
      const want = await list();
      want[0].kf_nick = '爱丽丝 👩‍💼';
      assert.deepEqual(await api.updateKfAccount(alice, '爱丽丝 👩‍💼'), ok);
      await assertList(want);
      for (const [name, account, nickname, errcode] of [
        ['nickname of 17', alice, 'x'.repeat(17), 65403],
        ['blank nickname', alice, ' ', 65403],
        ['agent unknown', nobody, 'Nobody', 65401],
      ]) {
        await c.test(name, () => assertRefused(api.updateKfAccount(account, nickname), errcode));
      }
      await assertList(want);
    });

    // An hour more than a day: carol's invitation is over, and so is the access
    // token, which the SDK finds out and mends by itself.
    await chapter('expire', async () => {
      const want = await list();
      assert.equal(want[2].invite_expire_time, carolExpires);
      want[2].invite_status = 'expired';
      wire.take();
      await kefu.advance('25h', 25 * 60 * 60);
      await assertList(want);
      assert.deepEqual(wire.take(), [
        'GET /cgi-bin/customservice/getkflist',
        'GET /cgi-bin/token',
        'GET /cgi-bin/customservice/getkflist',
      ]);
    });

    await chapter('invite again', async () => {
      const from = await kefu.now();
      assert.deepEqual(await api.inviteworker(carol, 'carol_wx'), ok);
      const want = await list();
      expiry(want[2], from, await kefu.now());
      assert.equal(want[2].invite_status, 'waiting');
      want[2].invite_status = 'rejected';
      await kefu.reject(carol);
      await assertList(want);
    });

    // The SDK deletes with a GET and the account in the query.
    await chapter('delete', async () => {
      const want = await list();
      wire.take();
      assert.deepEqual(await api.deleteKfAccount(alice), ok);
      assert.deepEqual(wire.take(), ['GET /customservice/kfaccount/del']);
      await assertList(want.slice(1));
      await assertOnline([{ accepted_case: 0, kf_account: bob, kf_id: id(1002), status: 1 }]);
      await assertRefused(api.deleteKfAccount(alice), 65401);
      await api.deleteKfAccount(bob);
      await api.deleteKfAccount(carol);
      await assertList([]);
      await assertOnline([]);

      // A name can be used again, a number cannot: 1004 was dave's.
      await api.addKfAccount(alice, 'Alice');
      await assertList([row(alice, 1005, 'Alice')]);
    });
  });
}
