/** The windows of the page, fetched when the first view is done; those that are open are kept up to date. */

const MODULES = {
  "message-info": () => import("./message-info-dialog.js"),
  profile: () => import("./profile-dialog.js"),
  sessions: () => import("./sessions-dialog.js"),
  contacts: () => import("./contacts-dialog.js"),
  "new-conversation": () => import("./new-conversation-dialog.js"),
  "new-group": () => import("./new-group-dialog.js"),
  details: () => import("./details-dialog.js"),
  "add-members": () => import("./add-members-dialog.js"),
  gallery: () => import("./gallery.js"),
  jump: () => import("./jump-dialog.js"),
  keys: () => import("./keys-dialog.js"),
};

const fetched = new Map();

export class Dialogs {
  #actions;
  #page;
  #state = null;
  #open = new Map();

  /**
   * @param {object} parts
   * @param {object} parts.actions
   * @param {object} parts.page `report` and `say` of the page, and these dialogs.
   */
  constructor({ actions, page }) {
    this.#actions = actions;
    this.#page = page;
  }

  /**
   * Opens a window; a second press while it is open changes nothing.
   *
   * @param {keyof typeof MODULES} name
   * @param {object} [about] What it is about: `conversationId`, `message`, `attachmentId`.
   */
  async open(name, about = {}) {
    if (this.#isOpen(name)) return;
    this.#open.set(name, null);
    try {
      // Without a wait where it can be: whoever goes on typing means the window.
      const { openWindow } = fetched.get(name) ?? (await fetchModule(name));
      const opened = openWindow({ ...about, actions: this.#actions, page: this.#page, state: this.#state });
      this.#open.set(name, opened);
      opened.dialog.addEventListener("close", () => {
        if (this.#open.get(name) === opened) this.#open.delete(name);
      });
      opened.render?.(this.#state);
    } catch (failure) {
      this.#open.delete(name);
      // The line is down, and the window was never fetched before.
      this.#page.report(failure.code ? failure : { code: "offline" });
    }
  }

  /** Whether a window is there or on its way. One that has closed tells so a moment later, which a fast hand is in. */
  #isOpen(name) {
    const opened = this.#open.get(name);
    return opened === null || Boolean(opened?.dialog.open);
  }

  /** Fetches what is not there yet, for the first press, and for the time without a line. */
  async prepare() {
    for (const name of Object.keys(MODULES)) await fetchModule(name).catch(() => {});
  }

  render(state) {
    this.#state = state;
    for (const opened of this.#open.values()) opened?.render?.(state);
  }

  /** Closes every window there is, those of one question or one menu too: what they are about has gone from view. */
  close() {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  }
}

async function fetchModule(name) {
  if (!fetched.has(name)) fetched.set(name, await MODULES[name]());
  return fetched.get(name);
}
