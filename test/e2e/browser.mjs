// Chromium, and pages that are watched: an error on the console, an exception, a
// violation of the content policy or a dialog fails the story that it happens in.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { patience } from "./until.mjs";

// The packages are those of the pages.
const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
export const axeFile = require.resolve("axe-core/axe.min.js");

const places = [process.env.KEFU_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const desktop = { width: 1440, height: 900 };
export const handheld = { width: 390, height: 844 };

export function launch() {
  const found = places.find((p) => p !== undefined && existsSync(p));
  if (found === undefined) throw new Error("no Chromium: on Debian, apt-get install chromium fonts-wqy-microhei fonts-noto-color-emoji; elsewhere KEFU_CHROMIUM names it");
  return chromium.launch({
    executablePath: found,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--font-render-hinting=none", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
    ],
  });
}

// Runs in the page before anything else does.
function lookOut() {
  document.addEventListener("securitypolicyviolation", (e) => {
    console.error(`policy violated: ${e.violatedDirective} by ${e.blockedURI} in ${e.sourceFile}:${e.lineNumber}`);
  });
}

/** A window of a browser of its own, with cookies of its own. */
export class Window {
  /**
   * @param {import("playwright-core").Browser} browser
   * @param {{ language?: string, dark?: boolean, size?: { width: number, height: number }, touch?: boolean, name?: string, still?: boolean }} like
   */
  static async open(browser, like = {}) {
    const { language = "zh-CN", dark = false, size = desktop, touch = false, name = "window", still = false } = like;
    const context = await browser.newContext({
      locale: language, timezoneId: "Asia/Shanghai", colorScheme: dark ? "dark" : "light", viewport: size, hasTouch: touch, isMobile: touch,
      reducedMotion: still ? "reduce" : "no-preference",
    });
    context.setDefaultTimeout(patience);
    await context.addInitScript(lookOut);
    const window = new Window(context, name);
    window.page = await context.newPage();
    return window;
  }

  constructor(context, name) {
    this.context = context;
    this.name = name;
    /** What went wrong, in words. */
    this.troubles = [];
    /** @type {RegExp[]} */
    this.expected = [];
    context.on("page", (page) => this.watch(page));
    // A browser that nobody knows yet is told so when it asks who it is.
    this.expects(/status of 401 .*\/auth\/v1\/me/);
  }

  /** Says that an error belongs to the story. */
  expects(...patterns) {
    this.expected.push(...patterns);
  }

  trouble(words) {
    if (!this.expected.some((p) => p.test(words))) this.troubles.push(`${this.name}: ${words}`);
  }

  /** @param {import("playwright-core").Page} page */
  watch(page) {
    page.on("console", (m) => {
      if (m.type() === "error") this.trouble(`console: ${m.text()} (${m.location().url})`);
    });
    page.on("pageerror", (e) => this.trouble(`exception: ${e.stack ?? e}`));
    page.on("crash", () => this.trouble("the page crashed"));
    page.on("dialog", (d) => {
      this.trouble(`a dialog says ${d.message()}`);
      void d.dismiss().catch(() => undefined);
    });
  }

  /** Takes over a cookie that was got without a page. */
  carry(house, cookie) {
    const [name, value] = cookie.split("=");
    return this.context.addCookies([{ name, value, url: house.url }]);
  }

  async close() {
    await this.context.close();
  }
}
