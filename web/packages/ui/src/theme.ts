import { readonly, ref } from "vue";

export type Theme = "light" | "dark" | "system";

const key = "kefu.theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const chosen = ref<Theme>("system");
const isDark = ref(false);

export const theme = readonly(chosen);
export const darkNow = readonly(isDark);

function wear(): void {
  isDark.value = chosen.value === "dark" || (chosen.value === "system" && dark.matches);
  document.documentElement.setAttribute("theme-mode", isDark.value ? "dark" : "light");
}

/** Puts on what was chosen before, as early as a page can. */
export function beginTheme(): void {
  try {
    const kept = localStorage.getItem(key);
    if (kept === "light" || kept === "dark") chosen.value = kept;
  } catch {
    // The system's, then.
  }
  dark.addEventListener("change", wear);
  // Another window, or the page around this one, has changed.
  window.addEventListener("storage", (e) => {
    if (e.key !== key && e.key !== null) return;
    chosen.value = e.newValue === "light" || e.newValue === "dark" ? e.newValue : "system";
    wear();
  });
  wear();
}

export function setTheme(to: Theme): void {
  chosen.value = to;
  wear();
  try {
    if (to === "system") localStorage.removeItem(key);
    else localStorage.setItem(key, to);
  } catch {
    // Until the next visit, then.
  }
}
