// The developer's server behind an official account, which is co-wechat's, in
// the three modes of a callback.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { originalID, startDeveloper } from './developer.mjs';
import { environment, program, startKefu, wechatID } from './kefu.mjs';
import { amr, jpeg, mp4 } from './media.mjs';
import { alice, anna, bob, boris, hire, People, said, saidBy, text } from './people.mjs';
import { png } from './picture.mjs';
import { newClient } from './wire.mjs';

// What a customer reads when the developer's server failed.
const outOfService = { from: 'system', msgtype: 'notice', notice: { content: '该公众号提供的服务出现故障，请稍后再试' } };

const articles = [
  { title: 'Hours & days', description: '9 to 5', picurl: 'https://shop.example/h.png', url: 'https://shop.example/h' },
  { title: 'Prices', description: 'low', picurl: 'https://shop.example/p.png', url: 'https://shop.example/p' },
];

// The developer's own part: what is answered to what customers say and do.
async function answer(message, ctx, attempt) {
  switch (message.MsgType) {
    case 'image':
    case 'voice':
      return { type: message.MsgType, content: { mediaId: message.MediaId } };
    case 'video':
      return { type: 'video', content: { mediaId: message.MediaId, title: 'Yours', description: 'again' } };
    case 'location':
      return [message.Location_X, message.Location_Y, message.Scale, message.Label].join(' ');
    case 'link':
      return [message.Title, message.Description, message.Url].join('|');
    case 'event':
      if (message.Event === 'subscribe') return `Welcome from ${message.EventKey}`;
      if (message.Event === 'CLICK' && message.EventKey === 'NEWS') return articles;
      return message.Event === 'CLICK' ? `You tapped ${message.EventKey}` : '';
  }
  switch (message.Content) {
    case 'nothing': return '';
    case 'news': return articles;
    case 'music without a picture': return { title: 'Jingle', description: 'Ours', musicUrl: 'https://shop.example/a.mp3', hqMusicUrl: 'https://shop.example/b.mp3' };
    case 'transfer': return { type: 'customerService' };
    case 'transfer to Bob': return { type: 'customerService', kfAccount: bob };
    case 'fail twice':
      if (attempt <= 2) throw new Error("the server's own trouble");
      return `attempt ${attempt}`;
    case 'hang up twice':
      if (attempt <= 2) ctx.req.socket.destroy();
      return `attempt ${attempt}`;
  }
  if (message.bizmsgmenuid) return `You chose ${message.bizmsgmenuid}: ${message.Content}`;
  return `You said: ${message.Content}`;
}

// A reply that is not sealed, whatever the push was.
const inPlainWords = ({ FromUserName: openid }) => (
  `<xml><ToUserName>${openid}</ToUserName><FromUserName>${originalID}</FromUserName><CreateTime>${Date.now()}</CreateTime>`
  + '<MsgType>text</MsgType><Content>in plain words</Content></xml>');

for (const mode of ['plain', 'compatible', 'safe']) {
  test(`developer's server, ${mode}`, { timeout: 120_000 }, async (t) => {
    const developer = await startDeveloper(t, mode, async (message, ctx, attempt) => {
      // The SDK seals words, and all of them where pushes are sealed.
      if (message.Content === 'sealed nothing') ctx.state.instead = developer.sealNothing();
      if (message.Content === 'plain') ctx.state.instead = inPlainWords(message);
      return answer(message, ctx, attempt);
    });
    const kefu = await startKefu(t, ...developer.flags());
    const people = new People(kefu);
    const { api } = newClient(kefu);

    // Waits for the next push, which must be this event.
    const assertEvent = async (openid, event, more) => {
      const { message } = await developer.next();
      const { CreateTime: at, ...rest } = message;
      assert.match(at, /^[0-9]{10}$/);
      assert.deepEqual(rest, { ToUserName: originalID, FromUserName: openid, MsgType: 'event', Event: event, ...more });
    };
    // Waits until what somebody wrote has been answered or given up.
    const assertEnded = async (msgid, outcome, attempts) => {
      for (let tries = 0; ; tries += 1) {
        const { pushes } = await kefu.control('/sandbox/v1/pushes?limit=1000');
        const push = pushes.find((one) => one.body.includes(`<MsgId>${msgid}</MsgId>`));
        if (push.outcome !== 'due') {
          assert.deepEqual([push.outcome, push.attempts.length], [outcome, attempts], JSON.stringify(push.attempts));
          return;
        }
        assert.ok(tries < 1000, `the push of ${msgid} does not end`);
        await delay(5);
      }
    };

    // What follows a broken chapter would only repeat its failure.
    let broken = false;
    const chapter = (name, tell) => t.test(name, async (c) => {
      assert.ok(!broken, 'an earlier chapter failed');
      broken = true;
      await tell(c);
      assert.deepEqual(developer.arrived, [], 'pushes that nobody asked for');
      broken = false;
    });

    await chapter('subscribe', async () => {
      await hire(kefu, api);
      for (const openid of [anna, boris]) {
        await people.follow(openid);
        await assertEvent(openid, 'subscribe', { EventKey: '' });
      }
      await people.assertPush(people.write(boris, { msgtype: 'event', event: 'unsubscribe' }), 'acknowledged');
      await assertEvent(boris, 'unsubscribe', { EventKey: '' });
      await people.assertPush(people.write(boris, { msgtype: 'event', event: 'subscribe', event_key: 'qrscene_door', ticket: 'gQI' }), 'replied');
      await assertEvent(boris, 'subscribe', { EventKey: 'qrscene_door', Ticket: 'gQI' });
      await people.assertShown(boris, said('Welcome from qrscene_door'));
    });

    // One push as it comes over the wire. That its signatures and what is sealed
    // are right is for the SDK to check, but in compatible mode, where it opens
    // the seal, plain text stands beside it.
    await chapter('envelope', async () => {
      const { msgid, push } = await people.write(anna, text('<xml> & 你好 😀'));
      assert.deepEqual(push, { outcome: 'replied', attempts: 1 });
      await people.assertShown(anna, said('You said: <xml> & 你好 😀'));
      const { message, query, body } = await developer.next();
      const { CreateTime: at, ...rest } = message;
      assert.match(at, /^[0-9]{10}$/);
      assert.deepEqual(rest, { ToUserName: originalID, FromUserName: anna, MsgType: 'text', Content: '<xml> & 你好 😀', MsgId: msgid });
      const sealed = mode === 'plain' ? [] : ['encrypt_type', 'msg_signature'];
      assert.deepEqual(Object.keys(query).sort(), [...sealed, 'nonce', 'openid', 'shop', 'signature', 'timestamp'].sort());
      assert.equal(query.openid, anna);
      assert.equal(body.includes('<Encrypt>'), mode !== 'plain');
      assert.equal(body.includes('<Content>'), mode !== 'safe');
    });

    await chapter('messages', async (c) => {
      const upload = async (bytes, type, name) => {
        const uploaded = await api.uploadMedia(bytes, type, name, 'application/octet-stream');
        return uploaded.media_id ?? uploaded.thumb_media_id;
      };
      const image = await upload(png(), 'image', 'a.png');
      const voice = await upload(amr, 'voice', 'a.amr');
      const video = await upload(mp4, 'video', 'a.mp4');
      const thumb = await upload(jpeg, 'thumb', 'a.jpg');
      for (const [name, sent, got, shown] of [
        ['text', text('两行\n第二行'), { Content: '两行\n第二行' }, said('You said: 两行\n第二行')],
        ['tap on a menu', { ...text('满意'), bizmsgmenuid: '101' }, { Content: '满意', bizmsgmenuid: '101' }, said('You chose 101: 满意')],
        ['image', { msgtype: 'image', image: { media_id: image, picurl: 'https://shop.example/p?a=1&b=2' } },
          { MediaId: image, PicUrl: 'https://shop.example/p?a=1&b=2' }, { from: 'account', msgtype: 'image', image: { media_id: image } }],
        ['voice', { msgtype: 'voice', voice: { media_id: voice, format: 'amr', recognition: '你好' } },
          { MediaId: voice, Format: 'amr', Recognition: '你好' }, { from: 'account', msgtype: 'voice', voice: { media_id: voice } }],
        ['video', { msgtype: 'video', video: { media_id: video, thumb_media_id: thumb } }, { MediaId: video, ThumbMediaId: thumb },
          { from: 'account', msgtype: 'video', video: { media_id: video, title: 'Yours', description: 'again' } }],
        ['location', { msgtype: 'location', location: { latitude: 23.134521, longitude: 113.358803, scale: 20, label: '广州 <1> & 2' } },
          { Location_X: '23.134521', Location_Y: '113.358803', Scale: '20', Label: '广州 <1> & 2' }, said('23.134521 113.358803 20 广州 <1> & 2')],
        ['link', { msgtype: 'link', link: { title: '官网', description: 'a & b', url: 'https://shop.example/?a=1&b=2' } },
          { Title: '官网', Description: 'a & b', Url: 'https://shop.example/?a=1&b=2' }, said('官网|a & b|https://shop.example/?a=1&b=2')],
        ['text with a MsgId of its own', { ...text('large'), msgid: '9223372036854775807' }, { Content: 'large' }, said('You said: large')],
        // To a message, WeChat shows the first article alone.
        ['answered with news', text('news'), { Content: 'news' }, { from: 'account', msgtype: 'news', news: { articles: articles.slice(0, 1) } }],
      ]) {
        await c.test(name, async () => {
          const { msgid, push } = await people.write(anna, sent);
          assert.deepEqual(push, { outcome: 'replied', attempts: 1 });
          const { message: { CreateTime: at, ...rest } } = await developer.next();
          assert.match(at, /^[0-9]{10}$/);
          assert.deepEqual(rest, { ToUserName: originalID, FromUserName: anna, MsgType: sent.msgtype, MsgId: msgid, ...got });
          await people.assertShown(anna, shown);
        });
      }
    });

    await chapter('events', async () => {
      await people.assertPush(people.write(anna, { msgtype: 'event', event: 'CLICK', event_key: 'V1001 & more' }), 'replied');
      await assertEvent(anna, 'CLICK', { EventKey: 'V1001 & more' });
      await people.assertShown(anna, said('You tapped V1001 & more'));
      await people.assertPush(people.write(anna, { msgtype: 'event', event: 'CLICK', event_key: 'NEWS' }), 'replied');
      await assertEvent(anna, 'CLICK', { EventKey: 'NEWS' });
      await people.assertShown(anna, { from: 'account', msgtype: 'news', news: { articles } });
      for (const [sent, got] of [
        [{ event: 'VIEW', event_key: 'https://shop.example/?a=1&b=2', menu_id: 7 }, { EventKey: 'https://shop.example/?a=1&b=2', MenuId: '7' }],
        [{ event: 'SCAN', event_key: 'window', ticket: 'gQH' }, { EventKey: 'window', Ticket: 'gQH' }],
        [{ event: 'LOCATION', latitude: 23.137466, longitude: 113.352425, precision: 119.385 },
          { Latitude: '23.137466', Longitude: '113.352425', Precision: '119.385' }],
        [{ event: 'scancode_push', event_key: 'K', scan_type: 'qrcode', scan_result: '1' },
          { EventKey: 'K', ScanCodeInfo: { ScanType: 'qrcode', ScanResult: '1' } }],
      ]) {
        await people.assertPush(people.write(anna, { msgtype: 'event', ...sent }), 'acknowledged');
        await assertEvent(anna, sent.event, got);
      }
    });

    await chapter('acknowledgements', async () => {
      for (const content of mode === 'plain' ? ['nothing'] : ['nothing', 'sealed nothing']) {
        const before = (await people.phone(anna)).length;
        await people.assertPush(people.write(anna, text(content)), 'acknowledged');
        await developer.next();
        assert.equal((await people.phone(anna)).length, before + 1, 'the phone shows more than what the customer wrote');
      }
    });

    // The clock is moved from one attempt to the next.
    const attempts = async (content) => {
      const { msgid } = await people.writeOn(anna, text(content));
      const first = await developer.next();
      const nonces = new Set([first.query.nonce]);
      for (let i = 0; i < 2; i += 1) {
        await kefu.advance('5s', 5);
        const again = await developer.next();
        assert.deepEqual(again.message, first.message);
        assert.ok(again.query.timestamp > first.query.timestamp, 'the attempt is not signed anew');
        nonces.add(again.query.nonce);
      }
      assert.equal(nonces.size, 3);
      return msgid;
    };

    await chapter('attempts', async (c) => {
      for (const content of ['fail twice', 'hang up twice']) {
        await c.test(content, async () => {
          await assertEnded(await attempts(content), 'replied', 3);
          await people.assertShown(anna, said('attempt 3'));
        });
      }
      // The SDK leaves out the picture that music must have.
      const refused = ['music without a picture'];
      if (mode === 'safe') refused.push('plain');
      for (const content of refused) {
        await c.test(`refused: ${content}`, async () => {
          await assertEnded(await attempts(content), 'failed', 3);
          await people.assertShown(anna, outOfService);
        });
      }
      if (mode === 'compatible') {
        await people.assertPush(people.write(anna, text('plain')), 'replied');
        await developer.next();
        await people.assertShown(anna, said('in plain words'));
      }
    });

    await chapter('transfer', async () => {
      await people.online(alice, 0);
      await people.online(bob, 0);
      await people.assertPush(people.write(anna, text('transfer')), 'transferred');
      await developer.next();
      // Who waits still talks to the server.
      await people.assertPush(people.write(anna, text('Still there?')), 'replied');
      await developer.next();
      await people.takeOn(alice, anna);
      await assertEvent(anna, 'kf_create_session', { KfAccount: alice });
      // Who is served talks to the agent alone.
      await people.assertPush(people.write(anna, text('Hello Alice')), 'none', 0);
      await people.agentWrites(alice, anna, 'Hello Anna');
      await people.assertShown(anna, saidBy(alice, 'Alice', 'Hello Anna'));
      await people.handOver(alice, anna, bob);
      await assertEvent(anna, 'kf_switch_session', { FromKfAccount: alice, ToKfAccount: bob });
      await people.assertPush(people.write(anna, text('Hello Bob')), 'none', 0);
      await people.closeSession(bob, anna);
      await assertEvent(anna, 'kf_close_session', { KfAccount: bob });
      await people.assertPush(people.write(anna, text('Bye')), 'replied');
      await developer.next();
      await people.assertShown(anna, said('You said: Bye'));
    });

    // Bob is the one who is asked for, though Alice has room as well.
    await chapter('transfer by name', async () => {
      await people.online(alice, 5);
      await people.online(bob, 5);
      await people.assertPush(people.write(boris, text('transfer to Bob')), 'transferred');
      await developer.next();
      await assertEvent(boris, 'kf_create_session', { KfAccount: bob });
      await people.handOver(bob, boris, alice);
      await assertEvent(boris, 'kf_switch_session', { FromKfAccount: bob, ToKfAccount: alice });
      await people.closeSession(alice, boris);
      await assertEvent(boris, 'kf_close_session', { KfAccount: alice });
    });

    // Two customers write faster than the server answers.
    await chapter('order', async () => {
      const count = 20;
      for (let i = 0; i < count; i += 1) {
        for (const openid of [anna, boris]) await people.writeOn(openid, text(`number ${i}`));
      }
      const got = { [anna]: [], [boris]: [] };
      for (let i = 0; i < 2 * count; i += 1) {
        const { message } = await developer.next();
        got[message.FromUserName].push(message.Content);
      }
      const want = Array.from({ length: count }, (_, i) => `number ${i}`);
      assert.deepEqual(got, { [anna]: want, [boris]: want });
      for (const openid of [anna, boris]) {
        await people.assertPush(people.write(openid, text('That was all')), 'replied');
        await developer.next();
        const answers = (await people.phone(openid)).map((m) => m.text?.content ?? '').filter((words) => /^You said: number/.test(words));
        assert.deepEqual(answers, want.map((words) => `You said: ${words}`));
      }
    });

    await chapter('handshake', async () => {
      // kefu dev visits the server once, beside everything else.
      for (let tries = 0; developer.visits.length === 0 && tries < 1000; tries += 1) await delay(5);
      assert.equal(developer.visits.length, 1);
      assert.ok(developer.visits[0].echostr, 'got no echostr');
    });
  });
}

// The command line sets a callback URL when the SDK's server answers as it must.
test('handshake', { timeout: 60_000 }, async (t) => {
  const developer = await startDeveloper(t, 'safe', answer);
  const data = await mkdtemp(join(tmpdir(), 'kefu-handshake-'));
  t.after(() => rm(data, { recursive: true }));
  const settings = developer.flags();
  const add = (flags) => promisify(execFile)(
    program, ['official-account', 'add', '--data', data, '--allow-private-callbacks', ...flags], { cwd: data, env: environment() });
  const wrong = settings.map((one) => (one === 'KfSpecToken2024' ? 'AnotherToken' : one));
  await assert.rejects(add(['--wechat-id', 'other_shop', ...wrong]), /echostr/);
  await add(['--wechat-id', wechatID, ...settings]);
  assert.equal(developer.visits.length, 2);
});
