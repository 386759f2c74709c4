/** What this device remembers. A browser may refuse to keep anything: then nothing is remembered. */

export const deviceStorage = {
  /** @returns {string|null} */
  get(name) {
    return storage()?.getItem(name) ?? null;
  },

  /** @param {string|null} value Null forgets it. */
  set(name, value) {
    if (value === null) storage()?.removeItem(name);
    else storage()?.setItem(name, value);
  },

  /** @returns {string[]} */
  names() {
    return Object.keys(storage() ?? {});
  },
};

function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
