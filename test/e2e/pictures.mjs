// Pictures that stories send: drawn here, so that none has to be kept.
import { crc32, deflateSync } from "node:zlib";

/**
 * A PNG of a colour for each pixel.
 * @param {(x: number, y: number) => [number, number, number]} colour
 */
export function png(width, height, colour) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, at = 0; y < height; y++) {
    at++; // no filter
    for (let x = 0; x < width; x++) for (const c of colour(x, y)) rows[at++] = c;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return assemble([["IHDR", head], ["IDAT", deflateSync(rows)], ["IEND", Buffer.alloc(0)]]);
}

/** @param {[string, Buffer][]} chunks */
export function assemble(chunks) {
  const parts = [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])];
  for (const [name, data] of chunks) {
    const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(checksum(body) >>> 0);
    parts.push(size, body, sum);
  }
  return Buffer.concat(parts);
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

// Node's own came with 20.15.
function checksum(/** @type {Buffer} */ body) {
  if (crc32 !== undefined) return crc32(body);
  let c = 0xffffffff;
  for (const b of body) c = table[(c ^ b) & 0xff] ^ (c >>> 8);
  return c ^ 0xffffffff;
}

export const tinWidth = 240;

/** A tea tin on a table, more or less. */
export const tin = () =>
  png(tinWidth, 152, (x, y) => {
    if (x > 68 && x < 132 && y > 46 && y < 128) return y < 66 ? [94, 146, 112] : x > 84 && x < 116 && y > 74 && y < 112 ? [243, 233, 212] : [46, 107, 71];
    return y > 116 ? [176, 138, 96] : [206, 180, 146];
  });
