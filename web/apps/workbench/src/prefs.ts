import { keep, kept } from "@kefu/desk";
import { computed, reactive, ref, watch } from "vue";

/** What an agent likes, on this machine. */
export interface Prefs {
  sound: boolean;
  notify: boolean;
  enterSends: boolean;
  panel: boolean;
  /** How many customers at most are accepted by themselves, when that is on. */
  most: number;
}

const key = "kefu.prefs";

export const prefs = reactive<Prefs>({ sound: true, notify: false, enterSends: true, panel: true, most: 10, ...kept<Partial<Prefs>>(key) });
watch(prefs, () => keep(key, prefs));

/** Notifications are shown only where the browser was told that they may be. */
export const notifies = (): boolean => prefs.notify && "Notification" in window && Notification.permission === "granted";

// On a narrow screen the customer panel is a drawer, which begins closed every time.
const narrow = window.matchMedia("(max-width: 1279px)");
const isNarrow = ref(narrow.matches);
const drawer = ref(false);
narrow.addEventListener("change", () => (isNarrow.value = narrow.matches));

/** Whether the customer panel is shown. */
export const panelShown = computed({
  get: () => (isNarrow.value ? drawer.value : prefs.panel),
  set: (on) => {
    if (isNarrow.value) drawer.value = on;
    else prefs.panel = on;
  },
});
