interface Named {
  openid: string;
  nickname: string;
  remark: string;
}

type T = (key: string, named: Record<string, unknown>) => string;

/** What a customer is called: the remark, the nickname, or the end of the openid. */
export function nameOf(c: Named, t: T): string {
  return c.remark || c.nickname || t("name.nobody", { last: c.openid.slice(-4) });
}

/** An openid with its middle left out. */
export function shortOpenid(openid: string): string {
  return openid.length > 18 ? `${openid.slice(0, 12)}…${openid.slice(-2)}` : openid;
}

/**
 * The letter on an avatar without a picture. A customer's is the last of the name,
 * which in Chinese says more; an agent's the first, which is the family's.
 */
export function letterOf(name: string, which: "first" | "last"): string {
  const letters = [...name.trim()].filter((c) => /[\p{L}\p{N}]/u.test(c));
  if (letters.length === 0) return "·";
  const first = letters[0]!;
  if (which === "first" || /\p{Script=Latin}/u.test(first)) return first.toUpperCase();
  return letters[letters.length - 1]!;
}

/** One of six hues, the same for the same openid everywhere. */
export function hueOf(id: string): number {
  let h = 2166136261;
  for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 16777619);
  return (h >>> 0) % 6;
}
