// AMR narrow band is what voices in WeChat are, and what no browser plays or records. The
// codec is loaded when the first voice needs it.
import { wav } from "./wav.ts";

/** Samples a second, of one channel. */
export const amrRate = 8_000;

type Asked = { command: "encode"; samples: Float32Array; sampleRate: number } | { command: "decode"; buffer: Uint8Array };

function ask<T>(what: Asked): Promise<T> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  return new Promise<T>((resolve, reject) => {
    worker.onmessage = (e: MessageEvent<{ amr: T | null }>) => (e.data.amr === null ? reject(new Error("not AMR")) : resolve(e.data.amr));
    worker.onerror = (e) => reject(new Error(e.message || "the codec did not load"));
    worker.postMessage(what);
  }).finally(() => worker.terminate());
}

/** Makes an AMR file of samples between -1 and 1 at amrRate. */
export async function encodeAmr(samples: Float32Array): Promise<Uint8Array<ArrayBuffer>> {
  return ask({ command: "encode", samples: samples.map((s) => Math.max(-1, Math.min(1, s))), sampleRate: amrRate });
}

/** Tells an AMR file from others. */
export function isAmr(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(0, 6)) === "#!AMR\n";
}

/** How many bytes the frames of each type have with their first one, by RFC 4867; 0 for none. */
const frames = [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1];

/** How long an AMR file plays: each frame is 20 ms. */
export function amrSeconds(bytes: Uint8Array): number {
  let n = 0;
  for (let at = 6; at < bytes.length; n++) {
    const size = frames[(bytes[at]! >> 3) & 15]!;
    if (size === 0 || at + size > bytes.length) break;
    at += size;
  }
  return n / 50;
}

/** Makes a file that every browser plays of an AMR file. */
export async function playable(bytes: Uint8Array): Promise<Blob> {
  return new Blob([wav(await ask<Float32Array>({ command: "decode", buffer: bytes }), amrRate)], { type: "audio/wav" });
}
