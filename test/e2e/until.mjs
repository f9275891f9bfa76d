// Waiting for what must come true, as long as it may take.

/** How long anything may take that somebody waits for, in milliseconds. */
export const patience = 10_000;

/** How long between two looks. */
const pause = 50;

/**
 * Asks again and again until the answer is true or a value, and gives it. An answer that
 * cannot be had counts as none; the last reason is told when time is up.
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} ask
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(what, ask, within = patience) {
  const end = Date.now() + within;
  let why;
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return /** @type {NonNullable<T>} */ (answer);
      why = undefined;
    } catch (e) {
      why = e;
    }
    if (Date.now() > end) throw new Error(`waited ${within} ms in vain: ${what}`, { cause: why });
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
