import js from "@eslint/js";
import vue from "eslint-plugin-vue";
import ts from "typescript-eslint";

// What a package may import of the workspace: arrows point down only.
const may = {
  wire: [],
  live: ["wire"],
  i18n: [],
  desk: ["wire", "live"],
  ui: ["wire", "i18n"],
};
const all = Object.keys(may);
const walls = all.map((name) => ({
  files: [`packages/${name}/**/*.{ts,vue}`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          ...(["wire", "live"].includes(name) ? [{ group: ["vue", "vue-*", "pinia"], message: "This package knows no Vue." }] : []),
          {
            group: [...all.filter((o) => o !== name && !may[name].includes(o)).map((o) => `@kefu/${o}`), "**/apps/**"],
            message: "wire ← live ← desk ← apps; ui knows wire and i18n.",
          },
        ],
      },
    ],
  },
}));

export default ts.config(
  { ignores: ["dist/**", "**/node_modules/**"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...vue.configs["flat/recommended"],
  {
    files: ["**/*.vue"],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    files: ["**/*.{ts,vue}"],
    rules: {
      "no-undef": "off", // The types know better.
      "no-eval": "error",
      "no-implied-eval": "error",
      "vue/no-v-html": "error",
      "vue/no-v-text-v-html-on-component": "error",
      "vue/multi-word-component-names": "off",
      "vue/require-default-prop": "off",
      "vue/max-attributes-per-line": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/html-self-closing": "off",
      "vue/html-closing-bracket-newline": "off",
      "vue/html-indent": "off",
      "vue/multiline-html-element-content-newline": "off",
      "vue/attributes-order": "off",
      "vue/first-attribute-linebreak": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-dynamic-delete": "off",
    },
  },
  {
    files: ["mock/**", "build/**", "*.config.*"],
    languageOptions: { globals: { process: "readonly", console: "readonly", Buffer: "readonly", URL: "readonly", setTimeout: "readonly", setInterval: "readonly", clearTimeout: "readonly", clearInterval: "readonly" } },
  },
  ...walls,
);
