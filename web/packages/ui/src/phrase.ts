import type { Phrase } from "@kefu/i18n";
import { useI18n } from "vue-i18n";

/** Says phrases: keys of the words with what stands in them. */
export function useWords() {
  const { t } = useI18n({ useScope: "global" });
  const plain = (key: string, named?: Record<string, unknown>, count?: number): string =>
    count === undefined ? t(key, named ?? {}) : t(key, named ?? {}, count);
  const phrase = (p: Phrase | string): string => (typeof p === "string" ? p : plain(p[0], p[1]));
  return { t: plain, phrase };
}

/** The words of a failure, by its code; those without words of their own share some. */
export function whyWords(code: string, t: (key: string, named?: Record<string, unknown>) => string, seconds = 0): string {
  const words = t(`why.${code}`, { n: seconds });
  return words === `why.${code}` ? t("why.internal") : words;
}
