import { makeWords } from "@kefu/i18n";
import { beginTheme } from "@kefu/ui";
import "@kefu/ui/tokens.css";
import "@kefu/ui/base.css";
import { createPinia } from "pinia";
import { createApp } from "vue";
import Begin from "./Begin.vue";

beginTheme();
const words = await makeWords();
createApp(Begin).use(createPinia()).use(words).mount("#app");
