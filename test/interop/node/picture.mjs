// A picture to upload, made without a library, and a look at what comes back.

import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';

// The edge of the uploaded picture: what WeChat recommends.
const side = 640;
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

// A square PNG whose colour runs from corner to corner.
export function png() {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8); // 8 bits a channel, RGB, not interlaced
  const rows = Buffer.alloc(side * (1 + 3 * side));
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      rows.set([(x * 255) / side, (y * 255) / side, 0x60], y * (1 + 3 * side) + 1 + 3 * x);
    }
  }
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(name, data) {
  const content = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(content.length + 8);
  framed.writeUInt32BE(data.length, 0);
  content.copy(framed, 4);
  framed.writeUInt32BE(crc32(content), content.length + 4);
  return framed;
}

// The CRC of the PNG format; node:zlib has it only in newer releases.
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

// Fetches the URL that the list names, and the other sizes beside it.
export async function assertPicture(kefu, address) {
  assert.match(address, /\/mmbiz_png\/[^/?]+\/300\?wx_fmt=png$/);
  assert.ok(address.startsWith(`${kefu.base}/`), `got kf_headimgurl ${address}, want it under ${kefu.base}`);
  for (const [size, want] of [['300', 300], ['0', side], ['132', 132], ['64', 64]]) {
    const at = address.replace('/300?', `/${size}?`);
    const response = await fetch(at);
    assert.equal(response.status, 200, at);
    assert.equal(response.headers.get('content-type'), 'image/png', at);
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.deepEqual(bytes.subarray(0, 8), signature, at);
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [want, want], at);
  }
}
