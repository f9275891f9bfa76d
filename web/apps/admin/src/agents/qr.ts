import qrcode from "qrcode-generator";

/** The dark squares of a QR code: how many there are in a row, and a path over them. */
export interface Squares {
  size: number;
  path: string;
}

/** A QR code of a text, which may be damaged by 15 per cent and still be read. */
export function squaresOf(text: string): Squares {
  const code = qrcode(0, "M");
  code.addData(text, "Byte");
  code.make();
  const size = code.getModuleCount();
  let path = "";
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (!code.isDark(y, x)) continue;
      let end = x + 1;
      while (end < size && code.isDark(y, end)) end++;
      path += `M${x} ${y}h${end - x}v1h${x - end}z`;
      x = end;
    }
  }
  return { size, path };
}

/** How many squares around a code stay white. */
const quiet = 4;

/** The code as a picture that can be printed. */
export function pictureOf(code: Squares, square = 12): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = (code.size + 2 * quiet) * square;
  const c = canvas.getContext("2d");
  if (c === null) return Promise.resolve(null);
  c.fillStyle = "#fff";
  c.fillRect(0, 0, canvas.width, canvas.height);
  c.fillStyle = "#000";
  c.scale(square, square);
  c.translate(quiet, quiet);
  c.fill(new Path2D(code.path));
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
