import { describe, expect, it } from "vitest";
import { squaresOf } from "./qr.ts";

describe("a QR code", () => {
  it("has its three corners and grows with its text", () => {
    const short = squaresOf("https://kefu.example/invitation/a");
    const long = squaresOf(`https://kefu.example/invitation/${"a".repeat(90)}`);
    // Rows of a corner: seven dark, one and one, at both ends of the first rows.
    expect(short.path.startsWith("M0 0h7v1h-7z")).toBe(true);
    expect(short.path).toContain(`M${short.size - 7} 0h7v1h-7z`);
    expect(short.path).toContain(`M0 ${short.size - 1}h7v1h-7z`);
    expect((short.size - 17) % 4).toBe(0);
    expect(long.size).toBeGreaterThan(short.size);
  });
  it("is another for another text", () => {
    expect(squaresOf("a").path).not.toBe(squaresOf("b").path);
  });
});
