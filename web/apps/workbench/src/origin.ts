import type { Origin } from "@kefu/wire";

/** How a customer came, in words; empty where the house does not know. */
export function originWords(o: Origin | undefined, t: (key: string, named?: Record<string, unknown>) => string): string {
  if (!o) return "";
  if (o.kind === "menu") return o.words ? t("origin.menu", { words: o.words }) : t("origin.menuPlain");
  return t(`origin.${o.kind}`);
}
