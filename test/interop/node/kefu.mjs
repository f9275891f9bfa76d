// A running `kefu dev`, and the sandbox's control API in its hands.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

// The official account that kefu dev is started with.
export const appid = 'wx5d3c0ffee1234567';
export const secret = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
export const wechatID = 'demo_shop';

// The program needs a few tens of milliseconds to start; the rest is for a busy
// machine. Ten seconds is what it promises for its own shutdown.
const readyPatience = 20_000;
const stopPatience = 10_000;

export const program = process.env.KEFU_BIN ?? fileURLToPath(new URL('../../../bin/kefu', import.meta.url));

// The environment without the settings of whoever runs the tests.
export function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('KEFU_')));
}

// Starts `kefu dev` on a free port over an empty data folder, until the end of
// the test t, and checks that it then ends by itself, in time and with status 0.
export async function startKefu(t, ...flags) {
  await access(program).catch(() => {
    throw new Error(`the program to test is missing at ${program}, make build makes it`);
  });
  const data = await mkdtemp(join(tmpdir(), 'kefu-interop-'));
  const child = spawn(program, [
    'dev', '--addr', '127.0.0.1:0', '--data', data,
    '--appid', appid, '--secret', secret, '--wechat-id', wechatID, ...flags,
  ], { cwd: data, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');

  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { said += text; });
  const ready = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said += `${line}\n`;
      const found = /^ready (http:\/\/[^\s/]+)\/?$/.exec(line);
      if (found) resolve(found[1]);
    });
  });

  t.after(async () => {
    child.kill('SIGTERM');
    const overdue = new AbortController();
    const result = await Promise.race([
      ended,
      delay(stopPatience, undefined, { signal: overdue.signal }),
    ]);
    overdue.abort();
    if (!result) {
      child.kill('SIGKILL');
      await ended;
    }
    await rm(data, { recursive: true });
    assert.deepEqual(result, [0, null], `kefu dev must end with status 0 on SIGTERM; it wrote:\n${said}`);
  });

  const waiting = new AbortController();
  const base = await Promise.race([
    ready,
    ended.then(([code]) => { throw new Error(`kefu dev ended with ${code} before it was ready:\n${said}`); }),
    delay(readyPatience, undefined, { signal: waiting.signal }).then(() => {
      throw new Error(`kefu dev was not ready within ${readyPatience} ms:\n${said}`);
    }),
  ]);
  waiting.abort();
  return new Kefu(base);
}

class Kefu {
  constructor(base) {
    this.base = base;
  }

  // Calls the sandbox's control API; without a request it is a GET.
  async control(path, request) {
    const response = await fetch(this.base + path, request && {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(request),
    });
    const answer = await response.text();
    assert.ok(response.ok, `${path} ${JSON.stringify(request)}: got status ${response.status} and ${answer}, want 2xx`);
    return answer === '' ? undefined : JSON.parse(answer);
  }

  accept(account) {
    return this.control('/sandbox/v1/invitations/accept', { kf_account: account });
  }

  reject(account) {
    return this.control('/sandbox/v1/invitations/reject', { kf_account: account });
  }

  comeOnline(account) {
    return this.control('/sandbox/v1/agents/online', { kf_account: account, online: true, auto_accept: 5 });
  }

  // The sandbox's time in Unix seconds.
  async now() {
    return (await this.control('/sandbox/v1/clock')).now;
  }

  // Moves the sandbox's clock, and checks that it went as far as asked: it also
  // runs while it is being moved.
  async advance(duration, seconds) {
    const before = await this.now();
    const { now } = await this.control('/sandbox/v1/clock', { advance: duration });
    const moved = now - before;
    assert.ok(moved >= seconds && moved <= seconds + 60, `clock advanced by ${moved} s, want ${seconds}`);
  }
}
