// Where words that are sought stand in a text.

export interface Piece {
  words: string;
  hit: boolean;
}

/** Cuts a text into what was sought and what lies between; letters may be large or small. */
export function sought(text: string, words: readonly string[]): Piece[] {
  const small = text.toLowerCase();
  // A text of which the small form is longer cannot be cut by it.
  if (small.length !== text.length) return [{ words: text, hit: false }];
  const hit = new Uint8Array(text.length);
  for (const word of words) {
    const w = word.toLowerCase();
    if (w === "") continue;
    for (let at = small.indexOf(w); at >= 0; at = small.indexOf(w, at + w.length)) hit.fill(1, at, at + w.length);
  }
  const pieces: Piece[] = [];
  let from = 0;
  for (let i = 1; i <= text.length; i++) {
    if (i < text.length && hit[i] === hit[i - 1]) continue;
    pieces.push({ words: text.slice(from, i), hit: hit[from] === 1 });
    from = i;
  }
  return pieces;
}
