import { webAddress } from "./address.ts";

/** A piece of a text. Everything is shown as words; a link also leads somewhere. */
export type TextPiece =
  | { is: "words"; words: string }
  | { is: "link"; words: string; href: string }
  /** Acts like an item of a menu on the phone; on the desk it only looks like one. */
  | { is: "tap"; words: string };

// The one form of a link that WeChat knows: <a href="…">words</a>, attributes in double
// or single quotes, nothing inside but words.
const anchor = /<a((?:\s+[a-z-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))+)\s*>([^<>]*)<\/a>/gi;
const attribute = /([a-z-]+)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')/gi;
// An address that stands in a text by itself ends where words go on.
const bare = /https?:\/\/[a-z0-9.-]+(?::\d{1,5})?(?:[/?#][\w\-.~:/?#[\]@!$&'()*+,;=%]*)?/gi;

/** Longer texts are shown without links: looking for them would take too long. */
const longestLooked = 20_000;

/** The pieces of a text. anchors: links in the form of WeChat count, which customers cannot send. */
export function pieces(text: string, anchors: boolean): TextPiece[] {
  if (text.length > longestLooked) return [{ is: "words", words: text }];
  const out: TextPiece[] = [];
  let from = 0;
  if (anchors) {
    for (const m of text.matchAll(anchor)) {
      addresses(text.slice(from, m.index), out);
      out.push(link(m[1]!, m[2]!));
      from = m.index + m[0].length;
    }
  }
  addresses(text.slice(from), out);
  return out;
}

function link(attributes: string, words: string): TextPiece {
  let href = "";
  let mini = false;
  for (const m of attributes.matchAll(attribute)) {
    const value = (m[2] ?? m[3] ?? "").replaceAll("&amp;", "&");
    if (m[1]!.toLowerCase() === "href") href = value;
    if (m[1]!.toLowerCase() === "data-miniprogram-appid") mini = true;
  }
  if (/^weixin:\/\/bizmsgmenu\?/i.test(href) || (mini && webAddress(href) === null)) return { is: "tap", words };
  const address = webAddress(href);
  return address === null ? { is: "words", words } : { is: "link", words: words === "" ? address : words, href: address };
}

function addresses(text: string, out: TextPiece[]): void {
  let from = 0;
  for (const m of text.matchAll(bare)) {
    // Marks at the end belong to the sentence.
    const words = m[0].replace(/[.,;:!?'")\]]+$/, "");
    const href = webAddress(words);
    if (href === null) continue;
    if (m.index > from) out.push({ is: "words", words: text.slice(from, m.index) });
    out.push({ is: "link", words, href });
    from = m.index + words.length;
  }
  if (from < text.length) out.push({ is: "words", words: text.slice(from) });
}
