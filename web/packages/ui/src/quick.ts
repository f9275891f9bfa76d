import type { QuickReply } from "@kefu/wire";

// The first character of every initial in the order of pinyin. A character's initial is
// that of the last of these which is not after it.
const firsts: [string, string][] = [
  ["a", "阿"], ["b", "八"], ["c", "嚓"], ["d", "哒"], ["e", "妸"], ["f", "发"], ["g", "旮"], ["h", "哈"], ["j", "讥"], ["k", "咔"], ["l", "垃"], ["m", "妈"],
  ["n", "拏"], ["o", "噢"], ["p", "妑"], ["q", "七"], ["r", "呥"], ["s", "仨"], ["t", "他"], ["w", "穵"], ["x", "夕"], ["y", "丫"], ["z", "帀"],
];
const order = new Intl.Collator("zh-Hans-CN-u-co-pinyin");

/** The first letters of how a text is spoken: 物流单号 is wldh. Others stay as they are. */
export function initials(text: string): string {
  let out = "";
  for (const c of text) {
    if (!/\p{Script=Han}/u.test(c)) {
      if (/[\p{L}\p{N}]/u.test(c)) out += c.toLowerCase();
      continue;
    }
    let letter = "";
    for (const [l, first] of firsts) {
      if (order.compare(first, c) <= 0) letter = l;
      else break;
    }
    out += letter;
  }
  return out;
}

export interface Match {
  reply: QuickReply;
  /** Where in the title the words are; -1 when they are elsewhere. */
  at: number;
}

/** The replies that have the words in them: in the code, the title, its pinyin initials, the text. */
export function matches(replies: readonly QuickReply[], words: string): Match[] {
  const q = words.trim().toLowerCase();
  const found: (Match & { rank: number })[] = [];
  for (const reply of replies) {
    const title = reply.title.toLowerCase();
    const at = q === "" ? -1 : title.indexOf(q);
    let rank = -1;
    if (q === "") rank = 0;
    else if (reply.code.toLowerCase().startsWith(q)) rank = 0;
    else if (at === 0) rank = 1;
    else if (at > 0) rank = 2;
    else if (initials(title).includes(q)) rank = 3;
    else if (reply.text.toLowerCase().includes(q)) rank = 4;
    if (rank >= 0) found.push({ reply, at, rank });
  }
  return found.sort((a, b) => a.rank - b.rank || b.reply.used - a.reply.used || a.reply.id - b.reply.id);
}

/** What stands for a variable of quick replies. */
export interface Variable {
  name: string;
  value: string;
}

export type Piece = { text: string; from: string | null };

/** A reply's text in pieces, its variables filled in. */
export function filled(text: string, variables: readonly Variable[]): Piece[] {
  const pieces: Piece[] = [];
  let rest = text;
  while (rest !== "") {
    let first = -1;
    let which: Variable | undefined;
    for (const v of variables) {
      const i = rest.indexOf(v.name);
      if (i >= 0 && v.value !== "" && (first < 0 || i < first)) {
        first = i;
        which = v;
      }
    }
    if (which === undefined) {
      pieces.push({ text: rest, from: null });
      break;
    }
    if (first > 0) pieces.push({ text: rest.slice(0, first), from: null });
    pieces.push({ text: which.value, from: which.name });
    rest = rest.slice(first + which.name.length);
  }
  return pieces;
}

/** The words after the slash, when the text begins a quick reply at the start of its line. */
export function slashed(text: string, caret: number): { words: string; from: number } | null {
  const from = text.lastIndexOf("\n", caret - 1) + 1;
  if (text[from] !== "/") return null;
  const words = text.slice(from + 1, caret);
  return /\s/.test(words) || words.length > 20 ? null : { words, from };
}
