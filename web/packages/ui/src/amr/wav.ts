/** Makes a WAV file of 16 bit of samples of one channel, between -1 and 1. */
export function wav(samples: Float32Array, rate: number): ArrayBuffer {
  const head = 44;
  const file = new DataView(new ArrayBuffer(head + samples.length * 2));
  const words = (at: number, text: string) => [...text].forEach((c, i) => file.setUint8(at + i, c.charCodeAt(0)));
  words(0, "RIFF");
  file.setUint32(4, file.byteLength - 8, true);
  words(8, "WAVEfmt ");
  file.setUint32(16, 16, true);
  file.setUint16(20, 1, true); // PCM
  file.setUint16(22, 1, true); // channels
  file.setUint32(24, rate, true);
  file.setUint32(28, rate * 2, true);
  file.setUint16(32, 2, true);
  file.setUint16(34, 16, true);
  words(36, "data");
  file.setUint32(40, samples.length * 2, true);
  samples.forEach((s, i) => file.setInt16(head + i * 2, Math.round(Math.max(-1, Math.min(1, s)) * 0x7fff), true));
  return file.buffer;
}
