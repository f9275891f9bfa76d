import { existsSync, readdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import VueI18nPlugin from "@intlify/unplugin-vue-i18n/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const apps = resolve(here, "apps");

// A page is a folder of apps with an index.html; the server finds them by that name.
const pages = Object.fromEntries(
  readdirSync(apps)
    .filter((name) => existsSync(resolve(apps, name, "index.html")))
    .map((name) => [name, resolve(apps, name, "index.html")]),
);

// Where `npm run dev` sends what is not a page: the mock, or a house that runs.
const house = process.env.KEFU_URL ?? "http://127.0.0.1:5180";
const doors = ["/auth/v1", "/workbench/v1", "/phone/v1", "/admin/v1", "/sandbox", "/mmbiz"];

export default defineConfig({
  root: apps,
  plugins: [
    vue(),
    VueI18nPlugin({
      // Messages are compiled here, so that the page needs no compiler, which a strict
      // policy would not let run anyway.
      include: [resolve(here, "packages/i18n/src/words/**/*.json")],
      runtimeOnly: true,
      compositionOnly: true,
      fullInstall: false,
      strictMessage: true,
    }),
  ],
  define: { __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false" },
  build: {
    outDir: resolve(here, "dist"),
    // The placeholder stays; build/clean.mjs removes the rest.
    emptyOutDir: false,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      input: pages,
      // The codec of voices has ways with eval that nothing takes, and that the policy
      // would refuse.
      onwarn: (warning, warn) => void (warning.code === "EVAL" || warn(warning)),
    },
    // The charts and the codec of voices, each fetched only where it is needed.
    chunkSizeWarningLimit: 600,
  },
  worker: { format: "es" },
  server: {
    host: "127.0.0.1",
    proxy: Object.fromEntries(doors.map((door) => [door, { target: house, ws: true }])),
  },
});
