// Pictures of pages are large and have few colours: with a palette they weigh a third.
import { deflateSync, inflateSync } from "node:zlib";
import { assemble } from "./pictures.mjs";

const most = 256;

/** The same picture, a PNG without transparency as browsers make it, with a palette of
 * at most 256 colours: the most frequent, as far apart as need be. */
export function withPalette(/** @type {Buffer} */ file) {
  const { width, height, pixels } = read(file);
  const count = new Map();
  for (let i = 0; i < pixels.length; i += 3) {
    const c = (pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2];
    count.set(c, (count.get(c) ?? 0) + 1);
  }
  const palette = choose(count);
  const near = new Map();
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    rows[to++] = 0;
    for (let x = 0; x < width; x++, from += 3) {
      const c = (pixels[from] << 16) | (pixels[from + 1] << 8) | pixels[from + 2];
      let index = near.get(c);
      if (index === undefined) near.set(c, (index = nearest(palette, c)));
      rows[to++] = index;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]));
  return assemble([["IHDR", head], ["PLTE", colours], ["IDAT", deflateSync(rows, { level: 9 })], ["IEND", Buffer.alloc(0)]]);
}

const distance = (a, b) => {
  const [r, g, u] = [(a >> 16) - (b >> 16), ((a >> 8) & 255) - ((b >> 8) & 255), (a & 255) - (b & 255)];
  return 3 * r * r + 4 * g * g + 2 * u * u;
};

function nearest(palette, colour) {
  let best = 0;
  for (let i = 1, least = distance(palette[0], colour); i < palette.length && least > 0; i++) {
    const d = distance(palette[i], colour);
    if (d < least) [best, least] = [i, d];
  }
  return best;
}

// The most frequent colours first; one that is as good as there already does not take
// the place of another. What may differ grows until all fit.
function choose(count) {
  const all = [...count].sort((a, b) => b[1] - a[1]).map(([c]) => c);
  if (all.length <= most) return all;
  const chosen = [];
  for (let apart = 1200; chosen.length < most && apart >= 0; apart = apart === 0 ? -1 : Math.floor(apart / 4)) {
    for (const c of all) {
      if (chosen.length === most) break;
      if (chosen.every((p) => distance(p, c) > apart)) chosen.push(c);
    }
  }
  return chosen;
}

function read(file) {
  let at = 8;
  let width = 0;
  let height = 0;
  let channels = 3;
  const parts = [];
  while (at < file.length) {
    const size = file.readUInt32BE(at);
    const name = file.toString("latin1", at + 4, at + 8);
    const data = file.subarray(at + 8, at + 8 + size);
    if (name === "IHDR") {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      channels = data[9] === 6 ? 4 : 3;
      if (data[8] !== 8 || (data[9] !== 2 && data[9] !== 6) || data[12] !== 0) throw new Error("not a picture as browsers make it");
    }
    if (name === "IDAT") parts.push(data);
    at += 12 + size;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const line = width * channels;
  const pixels = new Uint8Array(width * height * 3);
  let before = new Uint8Array(line);
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    const filter = raw[from++];
    const row = new Uint8Array(raw.subarray(from, from + line));
    from += line;
    for (let i = 0; i < line; i++) {
      const left = i < channels ? 0 : row[i - channels];
      const up = before[i];
      const corner = i < channels ? 0 : before[i - channels];
      row[i] += [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
    }
    for (let x = 0; x < line; x += channels) {
      pixels[to++] = row[x];
      pixels[to++] = row[x + 1];
      pixels[to++] = row[x + 2];
    }
    before = row;
  }
  return { width, height, pixels };
}

function paeth(a, b, c) {
  const p = a + b - c;
  const [da, db, dc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  if (da <= db && da <= dc) return a;
  return db <= dc ? b : c;
}
