/** A face as one sets it: how it is now, a way to choose a picture for it, and to go without. */

import { element, html, renderAgain } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { avatar } from "./avatar.js";

/** What the server takes for a picture (chat/files/kinds.py). */
const ACCEPTED = "image/jpeg,image/png,image/gif,image/webp";

export class FaceField {
  #save;
  #remove;
  #report;
  #shown;
  #controls;
  #input;

  /**
   * @param {object} parts
   * @param {(picture: Blob) => Promise<void>} parts.save Gets the square that was cut out.
   * @param {() => Promise<void>} parts.remove
   * @param {(failure: object) => void} parts.report
   */
  constructor({ save, remove, report }) {
    this.#save = save;
    this.#remove = remove;
    this.#report = report;
    this.element = element(
      html`<div class="face-field">
        <span class="face-field__shown"></span>
        <span class="face-field__controls" tabindex="-1"></span>
        <input type="file" accept="${ACCEPTED}" hidden />
      </div>`,
    );
    [this.#shown, this.#controls, this.#input] = this.element.children;
    this.#controls.addEventListener("click", ({ target }) => this.#onClick(target.closest("button")));
    this.#input.addEventListener("change", () => this.#chosen());
  }

  /**
   * @param {object} who What `avatar` takes.
   * @param {boolean} [mayChange]
   */
  render(who, mayChange = true) {
    renderAgain(this.#shown, avatar(who, "large"));
    renderAgain(this.#controls, mayChange ? controls(who) : html``);
  }

  #onClick(button) {
    if (button?.dataset.face === "choose") this.#input.click();
    if (button?.dataset.face === "remove") this.#remove().catch(this.#report);
  }

  async #chosen() {
    const [file] = this.#input.files;
    // The same file once more is a choice, too.
    this.#input.value = "";
    if (!file) return;
    try {
      const { openCrop } = await import("./crop-dialog.js");
      await openCrop(file, { save: this.#save, report: this.#report });
    } catch {
      // The line is down, and the window was never fetched before.
      this.#report({ code: "offline" });
    }
  }
}

function controls({ picture }) {
  return html`<button class="button button--small" type="button" data-face="choose" data-focus="choose">
      ${icon("camera")}${t(picture ? "face.change" : "face.choose")}
    </button>
    ${
      picture &&
      html`<button class="button button--small button--quiet" type="button" data-face="remove" data-focus="remove">
        ${t("face.remove")}
      </button>`
    }`;
}
