// A body in pieces, so that its tags can be told from what stands in them without
// making HTML of it.

export interface Piece {
  mark: boolean;
  text: string;
}

/** XML with one element a line; what is not XML stays as it is. */
export function laidOut(body: string): string {
  if (!body.startsWith("<")) {
    try {
      return JSON.stringify(JSON.parse(body), null, 2);
    } catch {
      return body;
    }
  }
  let depth = 0;
  const lines: string[] = [];
  // Elements that hold text only stay on one line, and so does what is quoted.
  for (const [part] of body.matchAll(/<([\w:]+)>(?:<!\[CDATA\[[\s\S]*?\]\]>|[^<]*)<\/\1>|<\/[\w:]+>|<[\w:]+>|[^<]+/g)) {
    const text = part.trim();
    if (text === "") continue;
    const closes = /^<\/[\w:]+>$/.test(text);
    if (closes) depth = Math.max(0, depth - 1);
    lines.push("  ".repeat(depth) + text);
    if (/^<[\w:]+>$/.test(text)) depth++;
  }
  return lines.join("\n");
}

/** XML without the marks of quotation, where it reads the same without them. */
export const unquoted = (body: string): string => body.replace(/<!\[CDATA\[([^<&]*?)\]\]>/g, "$1");

export function pieces(body: string): Piece[] {
  const form = body.trimStart().startsWith("<") ? /<\/?[\w:]+>/g : /"[^"\\]*"(?=\s*:)/g;
  const all: Piece[] = [];
  let at = 0;
  for (const found of body.matchAll(form)) {
    if (found.index > at) all.push({ mark: false, text: body.slice(at, found.index) });
    all.push({ mark: true, text: found[0] });
    at = found.index + found[0].length;
  }
  if (at < body.length) all.push({ mark: false, text: body.slice(at) });
  return all;
}
