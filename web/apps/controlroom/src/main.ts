import { makeWords } from "@kefu/i18n";
import { beginTheme } from "@kefu/ui";
import "@kefu/ui/tokens.css";
import "@kefu/ui/base.css";
import { createApp } from "vue";
import Page from "./Page.vue";

beginTheme();
const words = await makeWords("controlroom");
createApp(Page).use(words).mount("#app");
