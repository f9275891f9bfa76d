import { expect, it } from "vitest";
import { amrSeconds, isAmr } from "./amr.ts";
import { wav } from "./wav.ts";

it("has a head that says what follows, and samples that do not run over", () => {
  const file = new DataView(wav(new Float32Array([0, 0.5, 2, -2]), 8_000));
  const text = (at: number, n: number) => new TextDecoder().decode(new Uint8Array(file.buffer, at, n));
  expect([text(0, 4), text(8, 8), text(36, 4)]).toEqual(["RIFF", "WAVEfmt ", "data"]);
  expect([file.byteLength, file.getUint32(4, true), file.getUint32(40, true)]).toEqual([52, 44, 8]);
  expect([file.getUint32(24, true), file.getUint32(28, true)]).toEqual([8_000, 16_000]);
  expect([0, 1, 2, 3].map((i) => file.getInt16(44 + i * 2, true))).toEqual([0, 16384, 32767, -32767]);
});

it("knows an AMR file by its first line", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(isAmr(bytes("#!AMR\n\x04"))).toBe(true);
  for (const other of ["#!AMR-WB\n", "#!AMR", "ID3", ""]) expect(isAmr(bytes(other))).toBe(false);
});

it("counts the frames of an AMR file", () => {
  const file = (...first: number[]) => {
    const sizes = new Map([[0x3c, 32], [0x04, 13], [0x7c, 1]]);
    return new Uint8Array([...new TextEncoder().encode("#!AMR\n"), ...first.flatMap((f) => [f, ...new Array<number>((sizes.get(f) ?? 2) - 1).fill(7)])]);
  };
  expect(amrSeconds(file(...new Array<number>(150).fill(0x3c)))).toBe(3);
  expect(amrSeconds(file(0x3c, 0x04, 0x7c))).toBe(0.06);
  expect(amrSeconds(file(0x3c, 0x4c, 0x3c))).toBe(0.02); // what is no frame ends it
  expect(amrSeconds(file(0x3c).subarray(0, 20))).toBe(0);
  expect(amrSeconds(file())).toBe(0);
});
