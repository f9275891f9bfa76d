import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [vue()],
  test: {
    include: ["packages/**/*.test.ts", "apps/**/*.test.ts", "build/**/*.test.ts"],
    testTimeout: 5000,
    // Two workers leave a small machine usable.
    maxWorkers: 2,
  },
});
