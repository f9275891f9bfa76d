// An official account, its followers and its agents, told through
// co-wechat-api. There is no developer's server in the story: whoever writes
// waits for an agent. What the SDK has no function for is asked for with its
// request function.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { startKefu } from './kefu.mjs';
import { amr, jpeg, mp4 } from './media.mjs';
import { alice, anna, bob, boris, chloe, hire, nobody, People, said, saidBy, text } from './people.mjs';
import { png } from './picture.mjs';
import { assertRefused, newClient } from './wire.mjs';

const ok = { errcode: 0, errmsg: 'ok' };

test('conversation story', { timeout: 120_000 }, async (t) => {
  const kefu = await startKefu(t);
  const people = new People(kefu);
  const began = await people.setNoon();
  const { api, wire } = newClient(kefu);
  const files = await mkdtemp(join(tmpdir(), 'kefu-media-'));
  t.after(() => rm(files, { recursive: true }));
  const media = {};

  // Calls the API with the SDK's token and its reading of answers.
  const call = async (path, request) => {
    const { accessToken } = await api.ensureAccessToken();
    const url = `https://api.weixin.qq.com${path}${path.includes('?') ? '&' : '?'}access_token=${accessToken}`;
    return api.request(url, request && {
      dataType: 'json', method: 'POST', data: JSON.stringify(request), headers: { 'Content-Type': 'application/json' },
    });
  };
  const assertNow = async (time, from) => {
    const to = await kefu.now();
    assert.ok(Number.isInteger(time) && time >= from && time <= to, `got the time ${time}, want ${from} to ${to}`);
  };

  // What follows a broken chapter would only repeat its failure.
  let broken = false;
  const chapter = (name, tell) => t.test(name, async (c) => {
    assert.ok(!broken, 'an earlier chapter failed');
    broken = true;
    await tell(c);
    broken = false;
  });

  await chapter('agents', () => hire(kefu, api));

  await chapter('followers', async () => {
    await people.follow(anna, { nickname: 'Anna', scene: 'ADD_SCENE_SEARCH' });
    await people.follow(boris, { qr_scene: 7, ticket: 'gQH' });
    await people.follow(chloe, { qr_scene: 'window' });
    const openid = [anna, boris, chloe];
    assert.deepEqual(await api.getFollowers(), { total: 3, count: 3, data: { openid }, next_openid: chloe });
    assert.deepEqual(await api.getFollowers(anna), { total: 3, count: 2, data: { openid: [boris, chloe] }, next_openid: chloe });
    assert.deepEqual(await api.getFollowers(chloe), { total: 3, count: 0, next_openid: '' });

    const { user_info_list: users } = await api.batchGetUsers([chloe, anna], 'en');
    assert.deepEqual(users.map((user) => [user.openid, user.qr_scene_str, user.tagid_list]), [[chloe, 'window', []], [anna, '', []]]);
    const user = await api.getUser(boris);
    assert.deepEqual([user.subscribe, user.openid, user.subscribe_scene, user.qr_scene], [1, boris, 'ADD_SCENE_QR_CODE', 7]);
    await assertNow(user.subscribe_time, began);
    await assertRefused(api.getUser('oNobody'), 40003);
    await assertRefused(api.batchGetUsers(Array.from({ length: 101 }, () => anna)), 40032);

    await kefu.control(`/sandbox/v1/followers/${chloe}/messages`, { msgtype: 'event', event: 'unsubscribe' });
    assert.deepEqual(await api.getUser(chloe), { subscribe: 0, openid: chloe });
  });

  await chapter('remarks', async () => {
    assert.deepEqual(await api.updateRemark(anna, '常客 & 朋友'), ok);
    assert.equal((await api.getUser({ openid: anna, lang: 'zh_CN' })).remark, '常客 & 朋友');
    await assertRefused(api.updateRemark(anna, '长'.repeat(10)), 40092);
    await assertRefused(api.updateRemark(chloe, 'gone'), 43004);
  });

  await chapter('tags', async () => {
    const { tag } = await api.createTags('VIP');
    assert.ok(tag.id >= 100, `got the tag id ${tag.id}, want one from 100`);
    assert.equal(tag.name, 'VIP');
    await assertRefused(api.createTags('VIP'), 45157);
    assert.deepEqual(await api.updateTag(tag.id, '贵宾'), ok);
    assert.deepEqual(await api.batchTagging([anna, boris], tag.id), ok);
    assert.deepEqual(await api.getTags(), { tags: [{ id: 2, name: '星标组', count: 0 }, { id: tag.id, name: '贵宾', count: 2 }] });
    assert.deepEqual(await api.getUsersFromTag(tag.id), { count: 2, data: { openid: [anna, boris] }, next_openid: boris });
    assert.deepEqual(await api.getUsersFromTag(tag.id, boris), { count: 0, next_openid: '' });
    assert.deepEqual(await api.getIdList(anna), { tagid_list: [tag.id] });
    assert.deepEqual(await api.batchUnTagging([boris], tag.id), ok);
    assert.deepEqual((await api.getUsersFromTag(tag.id)).data, { openid: [anna] });
    assert.deepEqual(await api.deleteTag(tag.id), ok);
    await assertRefused(api.batchTagging([anna], tag.id), 45159);
    await assertRefused(api.deleteTag(2), 45058);
    assert.deepEqual(await api.getIdList(anna), { tagid_list: [] });
  });

  await chapter('media', async (c) => {
    const picture = png();
    for (const [type, name, bytes, id] of [
      ['image', 'a.png', picture, 'media_id'],
      ['voice', '录音.amr', amr, 'media_id'],
      ['video', 'tour.mp4', mp4, 'media_id'],
      ['thumb', 'tour.jpg', jpeg, 'thumb_media_id'],
    ]) {
      await c.test(type, async () => {
        const from = await kefu.now();
        const file = join(files, name);
        await writeFile(file, bytes);
        const uploaded = await api.uploadMedia(file, type);
        assert.equal(uploaded.type, type);
        await assertNow(uploaded.created_at, from);
        media[type] = uploaded[id];
        const got = await api.getMedia(media[type]);
        if (type !== 'video') {
          assert.ok(Buffer.isBuffer(got) && got.equals(bytes), `got ${got.length} other bytes than the ${bytes.length} uploaded ones`);
          return;
        }
        // A video is not downloaded but has an address.
        assert.deepEqual(Object.keys(got), ['video_url']);
        assert.ok(got.video_url.startsWith(`${kefu.base}/`), `got ${got.video_url}`);
        const response = await fetch(got.video_url);
        assert.equal(response.status, 200);
        assert.ok(Buffer.from(await response.arrayBuffer()).equals(bytes));
      });
    }
    // From memory, as SDKs also do.
    const again = await api.uploadMedia(picture, 'image', 'again.png', 'image/png');
    assert.ok(picture.equals(await api.getMedia(again.media_id)));
    const file = join(files, 'article.png');
    await writeFile(file, picture);
    const { url } = await api.uploadImage(file);
    assert.ok(picture.equals(Buffer.from(await (await fetch(url)).arrayBuffer())), url);

    const words = Buffer.from('neither a picture nor a sound');
    await assertRefused(api.uploadMedia(words, 'image', 'a.png', 'image/png'), 40005);
    await assertRefused(api.uploadMedia(picture, 'film', 'a.png', 'image/png'), 40004);
    await assertRefused(api.getMedia('MEDIA_nobody_uploaded'), 40007);
  });

  await chapter('replies', async () => {
    const send = () => api.sendText(anna, '一 <b>&amp;</b> 二');
    // Following allowed three, for a minute.
    await kefu.advance('61s', 61);
    await assertRefused(send(), 45015);
    await people.write(anna, text('Are you there?'));
    for (let i = 0; i < 5; i += 1) assert.deepEqual(await send(), ok);
    await people.assertShown(anna, said('一 <b>&amp;</b> 二'));
    await assertRefused(send(), 45047);
    // A tap on a menu allows three more.
    await people.write(anna, { msgtype: 'event', event: 'CLICK', event_key: 'HELP' });
    for (let i = 0; i < 3; i += 1) assert.deepEqual(await send(), ok);
    await assertRefused(send(), 45047);
  });

  await chapter('messages', async (c) => {
    const article = { title: 'Opening hours', description: '9 to 5', url: 'https://shop.example/hours', picurl: 'https://shop.example/h.png' };
    const music = {
      title: 'Jingle', description: 'Ours', musicurl: 'https://shop.example/a.mp3', hqmusicurl: 'https://shop.example/a.flac', thumb_media_id: media.thumb,
    };
    const page = { title: 'Shop', appid: 'wx5d3c0ffee1234568', pagepath: 'pages/index?a=1', thumb_media_id: media.image };
    const menu = { head_content: 'How was it?', list: [{ id: '101', content: '满意' }, { id: '102', content: '不满意' }], tail_content: 'Thank you' };
    const shown = (msgtype, content) => ({ from: 'account', msgtype, [msgtype]: content });
    for (const [name, send, want] of [
      ['text', () => api.sendText(anna, '第一行\n第二行'), said('第一行\n第二行')],
      ['image', () => api.sendImage(anna, media.image), shown('image', { media_id: media.image })],
      ['voice', () => api.sendVoice(anna, media.voice), shown('voice', { media_id: media.voice })],
      ['video', () => api.sendVideo(anna, media.video, media.thumb), shown('video', { media_id: media.video, thumb_media_id: media.thumb })],
      ['music', () => api.sendMusic(anna, music), shown('music', music)],
      ['news', () => api.sendNews(anna, [article]), shown('news', { articles: [article] })],
      ['mpnews', () => api.sendMpNews(anna, 'MPNEWS-7'), shown('mpnews', { media_id: 'MPNEWS-7' })],
      ['card', () => api.sendCard(anna, 'pCard-7'), shown('wxcard', { card_id: 'pCard-7' })],
      ['mini program', () => api.sendMiniProgram(anna, page), shown('miniprogrampage', page)],
      ['menu of an agent', () => call('/cgi-bin/message/custom/send',
        { touser: anna, msgtype: 'msgmenu', msgmenu: menu, customservice: { kf_account: bob } }),
      { from: 'agent', kf_account: bob, nickname: 'Bob', msgtype: 'msgmenu', msgmenu: menu }],
    ]) {
      await c.test(name, async () => {
        await people.write(anna, text('more, please'));
        assert.deepEqual(await send(), ok);
        await people.assertShown(anna, want);
      });
    }
    await people.write(anna, text('and more'));
    const before = (await people.phone(anna)).length;
    for (const [name, send, errcode] of [
      ['customer unknown', () => api.sendText('oNobody', 'hello'), 40003],
      ['not following', () => api.sendText(chloe, 'hello'), 45015],
      ['empty text', () => api.sendText(anna, ''), 44004],
      ['media unknown', () => api.sendImage(anna, 'MEDIA_nobody_uploaded'), 40007],
      ['two articles', () => api.sendNews(anna, [article, article]), 45008],
    ]) {
      await c.test(name, () => assertRefused(send(), errcode));
    }
    assert.equal((await people.phone(anna)).length, before);
  });

  await chapter('typing', async () => {
    const typing = (command) => call('/cgi-bin/message/custom/typing', { touser: anna, command });
    await people.write(anna, text('Hello?'));
    assert.deepEqual(await typing('Typing'), ok);
    assert.equal(await people.typing(anna), true);
    await assertRefused(typing('Typing'), 45081);
    assert.deepEqual(await typing('CancelTyping'), ok);
    assert.equal(await people.typing(anna), false);
    await assertRefused(typing('typing'), 45072);
    await kefu.advance('31s', 31);
    await assertRefused(typing('Typing'), 45080);
  });

  await chapter('sessions', async () => {
    const closing = (account, openid) => call('/customservice/kfsession/close', { kf_account: account, openid });
    const session = (openid) => call(`/customservice/kfsession/getsession?openid=${openid}`);
    const served = async (account) => (await call(`/customservice/kfsession/getsessionlist?kf_account=${account}`)).sessionlist;
    const waiting = async () => {
      const { count, waitcaselist } = await call('/customservice/kfsession/getwaitcase');
      assert.equal(count, waitcaselist.length);
      for (const { latest_time: latest } of waitcaselist) await assertNow(latest, began);
      return waitcaselist.map((one) => one.openid);
    };

    // Anna wrote in the chapters before, and has waited since.
    await people.write(boris, text('Is there anybody?'));
    assert.deepEqual(await waiting(), [anna, boris]);
    assert.deepEqual(await session(anna), { createtime: 0, kf_account: '' });
    await assertRefused(api.createKfSession(alice, anna), 65415);
    await people.online(alice, 0);
    await people.online(bob, 0);
    const from = await kefu.now();
    // The same once more changes nothing.
    assert.deepEqual(await api.createKfSession(alice, anna), ok);
    assert.deepEqual(await api.createKfSession(alice, anna), ok);
    await people.takeOn(alice, boris);
    assert.deepEqual(await waiting(), []);

    const { createtime, kf_account: account } = await session(anna);
    assert.equal(account, alice);
    await assertNow(createtime, from);
    const list = await served(alice);
    assert.deepEqual(list.map((one) => one.openid), [anna, boris]);
    assert.equal(list[0].createtime, createtime);
    assert.deepEqual(await served(bob), []);
    const { kf_online_list: online } = await api.getOnlineCustomServiceList();
    assert.deepEqual(online.map((agent) => agent.accepted_case), [2, 0]);

    await assertRefused(api.createKfSession(bob, anna), 65414);
    await assertRefused(api.createKfSession(nobody, anna), 65401);
    await assertRefused(api.createKfSession(alice, 'oNobody'), 40003);
    await assertRefused(closing(bob, anna), 65414);
    await assertRefused(session('oNobody'), 40003);
    await assertRefused(served(nobody), 65401);

    await people.write(anna, text('Hello Alice'));
    await people.agentWrites(alice, anna, 'Hello Anna');
    await people.assertShown(anna, saidBy(alice, 'Alice', 'Hello Anna'));
    await people.write(anna, { msgtype: 'image', image: { media_id: media.image } });
    await people.handOver(alice, anna, bob);
    await people.agentWrites(bob, anna, 'Bob here');
    assert.deepEqual(await closing(bob, anna), ok);
    assert.deepEqual(await session(anna), { createtime: 0, kf_account: '' });
    await assertRefused(closing(bob, anna), 65413);
  });

  const spoken = [
    [bob, anna, 2002, '[msgmenu]'],
    [alice, anna, 2003, 'Hello Alice'],
    [alice, anna, 2002, 'Hello Anna'],
    [alice, anna, 2003, '[image]'],
    [bob, anna, 2002, 'Bob here'],
  ];
  const assertRecords = async (records, want) => {
    assert.deepEqual(records.map((r) => [r.worker, r.openid, r.opercode, r.text]), want);
    for (const [i, r] of records.entries()) await assertNow(r.time, i === 0 ? began : records[i - 1].time);
  };

  await chapter('records', async (c) => {
    const day = 24 * 60 * 60;
    const page = (more) => call('/customservice/msgrecord/getmsglist', { starttime: began, endtime: began + day, msgid: 1, number: 10, ...more });
    for (const number of [1, 2, spoken.length, 10_000]) {
      await c.test(`${number} a page`, async () => {
        const all = [];
        let msgid = 1;
        // One page more than there are records would be an endless loop.
        for (let i = 0; i <= spoken.length; i += 1) {
          const got = await page({ msgid, number });
          assert.equal(got.number, got.recordlist.length);
          all.push(...got.recordlist);
          // The SDK reads numbers of this length as objects, which turn into
          // strings when they are sent again.
          assert.match(String(got.msgid), /^[1-9][0-9]*$/);
          msgid = got.msgid;
          if (got.number < number) break;
        }
        await assertRecords(all, spoken);
      });
    }
    await assertRefused(page({ endtime: began + day + 1 }), 65417);
    await assertRefused(page({ number: 10_001 }), 65416);
    await assertRefused(page({ msgid: 0 }), 65416);
  });

  // The call of before 2016, which the SDK knows, tells of sessions as well.
  await chapter('old records', async () => {
    wire.take();
    const all = [];
    for (let pageindex = 1; pageindex < 10; pageindex += 1) {
      const { recordlist, retcode } = await api.getRecords(
        { starttime: began, endtime: await kefu.now(), openid: anna, pagesize: 4, pageindex });
      assert.ok(retcode === undefined || retcode === 0, `got retcode ${retcode}`);
      all.push(...recordlist);
      if (recordlist.length < 4) break;
    }
    assert.ok(wire.take().every((one) => one === 'POST /customservice/msgrecord/getrecord'));
    await assertRecords(all.filter((r) => r.opercode >= 2000), spoken);
    // Waits, is given to Alice by the API, handed over to Bob, closed.
    assert.deepEqual(all.filter((r) => r.opercode < 2000).map((r) => r.opercode), [1000, 1002, 1003, 1004]);
  });
});
