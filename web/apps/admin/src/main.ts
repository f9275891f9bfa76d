import { makeWords } from "@kefu/i18n";
import { beginTheme } from "@kefu/ui";
import "@kefu/ui/tokens.css";
import "@kefu/ui/base.css";
import { createApp } from "vue";
import Begin from "./Begin.vue";
import "./admin.css";

beginTheme();
const words = await makeWords("admin", "adminwatch", "adminwork");
createApp(Begin).use(words).mount("#app");
