/** The square that is cut out of a picture, in its pixels. */
export interface Frame {
  x: number;
  y: number;
  side: number;
}

const clamp = (n: number, most: number) => Math.min(Math.max(n, 0), Math.max(most, 0));

/** The largest square, in the middle. */
export function fitted(width: number, height: number): Frame {
  const side = Math.min(width, height);
  return { x: (width - side) / 2, y: (height - side) / 2, side };
}

/** A square moved, as far as the picture goes. */
export function moved(f: Frame, dx: number, dy: number, width: number, height: number): Frame {
  return { x: clamp(f.x + dx, width - f.side), y: clamp(f.y + dy, height - f.side), side: f.side };
}

/** A square that many times smaller than the largest, around the same middle. */
export function zoomed(f: Frame, by: number, width: number, height: number): Frame {
  const side = Math.min(width, height) / by;
  const grown = (f.side - side) / 2;
  return { x: clamp(f.x + grown, width - side), y: clamp(f.y + grown, height - side), side };
}
