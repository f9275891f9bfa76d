// Words in Chinese and English, and the words for times.
import { createI18n, type I18n } from "vue-i18n";
import { readonly, ref } from "vue";
import type zh from "./words/zh-CN.json";

export * from "./names.ts";
export * from "./time.ts";

export type Language = "zh-CN" | "en";
export type Words = typeof zh;

type Source = () => Promise<{ default: unknown }>;

const common: Record<Language, Source> = {
  "zh-CN": () => import("./words/zh-CN.json"),
  en: () => import("./words/en.json"),
};

// What only one page says is loaded by that page: words/<area>/<language>.json.
const areas = import.meta.glob<{ default: unknown }>("./words/*/*.json");
let spoken: readonly string[] = [];

function sources(to: Language): Source[] {
  return [
    common[to],
    ...spoken.map((area) => {
      const source = areas[`./words/${area}/${to}.json`];
      if (source === undefined) throw new Error(`there are no words in ${to} of ${area}`);
      return source;
    }),
  ];
}

const kept = "kefu.language";

/** The language that somebody chose, or else what the browser asks for. */
export function preferredLanguage(): Language {
  const chosen = read(kept);
  if (chosen === "zh-CN" || chosen === "en") return chosen;
  return navigator.languages.some((l) => l.toLowerCase().startsWith("zh")) || navigator.languages.length === 0 ? "zh-CN" : "en";
}

const shown = ref<Language>("zh-CN");
export const language = readonly(shown);

// The messages have been compiled, so their type is the compiler's, not ours.
let i18n: I18n<Record<string, never>, Record<string, never>, Record<string, never>, string, false>;

/** Makes the words of a page, in the language that is preferred: the common ones and
 * those of the areas that it names, folders of `words`. */
export async function makeWords(...named: string[]): Promise<typeof i18n> {
  spoken = named;
  const first = preferredLanguage();
  i18n = createI18n({
    legacy: false,
    locale: first,
    fallbackLocale: first,
    messages: {},
    missingWarn: false,
    fallbackWarn: false,
  }) as unknown as typeof i18n;
  await speak(first);
  // Another window, or the page around this one, speaks another language now.
  window.addEventListener("storage", (e) => {
    if (e.key === kept && (e.newValue === "zh-CN" || e.newValue === "en")) void speak(e.newValue);
  });
  return i18n;
}

async function speak(to: Language): Promise<void> {
  const words = await Promise.all(sources(to).map((source) => source()));
  i18n.global.setLocaleMessage(to, Object.assign({}, ...words.map((w) => w.default)) as Record<string, never>);
  i18n.global.locale.value = to;
  shown.value = to;
  document.documentElement.lang = to;
}

/** Changes the language and remembers it. */
export async function setLanguage(to: Language): Promise<void> {
  await speak(to);
  try {
    localStorage.setItem(kept, to);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
