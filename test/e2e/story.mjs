// A story: one house, one browser, some windows, and a picture of each when it fails.
import { mkdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, Window } from "./browser.mjs";
import { Desk } from "./desk.mjs";
import { House } from "./house.mjs";
import { Phone } from "./phone.mjs";

const failures = fileURLToPath(new URL("failures/", import.meta.url));

/** How long a story may take before it counts as hanging, in milliseconds. */
const tooLong = 120_000;

/**
 * @param {string} name
 * @param {(s: Scene) => Promise<void>} play
 * @param {{ flags?: string[], kind?: "dev" | "serve" }} [options] further flags, and of which command
 */
export function story(name, play, options = {}) {
  test(name, { timeout: tooLong }, async () => {
    const scene = new Scene(new House(options.flags, options.kind));
    try {
      await scene.begin();
      await play(scene);
      scene.calm();
    } catch (e) {
      await scene.keep(name.replace(/[^\p{L}\p{N}]+/gu, "-"));
      throw e;
    } finally {
      await scene.end();
    }
  });
}

export class Scene {
  /** @param {House} house */
  constructor(house) {
    this.house = house;
    /** @type {Window[]} */
    this.windows = [];
  }

  async begin() {
    [this.browser] = await Promise.all([launch(), this.house.build()]);
  }

  /** @param {Parameters<typeof Window.open>[1]} [like] */
  async window(like) {
    const window = await Window.open(this.browser, like);
    this.windows.push(window);
    return window;
  }

  /** An agent at the workbench, signed in by one click. */
  async desk(person, like = {}) {
    const desk = new Desk(this.house, await this.window({ name: person, ...like }));
    await desk.signIn(person);
    return desk;
  }

  /** A customer's phone. */
  async phone(openid, like = {}) {
    const phone = new Phone(this.house, await this.window({ name: openid, touch: true, size: { width: 390, height: 844 }, ...like }), openid);
    await phone.open();
    return phone;
  }

  /** Fails when anything went wrong that no story is about. */
  calm() {
    const troubles = this.windows.flatMap((w) => w.troubles);
    if (troubles.length > 0) throw new Error(troubles.join("\n"));
  }

  async keep(name) {
    mkdirSync(failures, { recursive: true });
    writeFileSync(`${failures}${name}.log`, `${this.windows.flatMap((w) => w.troubles).join("\n")}\n\n${this.house.log}`);
    let n = 0;
    for (const w of this.windows) {
      for (const page of w.context.pages()) {
        await page.screenshot({ path: `${failures}${name}-${++n}-${w.name}.png`, timeout: 5_000 }).catch(() => undefined);
      }
    }
    console.error(`pictures and log of the house: ${failures}${name}*`);
  }

  async end() {
    await this.browser?.close();
    await this.house.clear();
  }
}
