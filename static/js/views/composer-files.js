/** The files that go with the next message: picked, pasted or dropped; shown with a way to take each out again. */

import { fileSize } from "../lib/file-size.js";
import { element, html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { reconcile } from "../lib/reconcile.js";
import { fileSign } from "./file-sign.js";

/** The server takes no more with one message. */
const MOST = 20;

export class ComposerFiles {
  #largest;
  #report;
  #onChange;
  #onEmptied;
  #list;
  #said;
  #chosen;
  #isSuspended = false;
  #keys = new WeakMap();
  #lastKey = 0;

  /**
   * @param {object} parts
   * @param {number} parts.largest In bytes: what the server takes of one file.
   * @param {File[]} parts.files Those chosen before.
   * @param {(failure: object) => void} parts.report
   * @param {(files: File[]) => void} parts.onChange
   * @param {() => void} parts.onEmptied The last one was taken out by hand.
   */
  constructor({ largest, files, report, onChange, onEmptied }) {
    this.#largest = largest;
    this.#report = report;
    this.#onChange = onChange;
    this.#onEmptied = onEmptied;
    this.element = element(html`<div class="composer-files">
      <ul class="composer-files__list" aria-label="${t("files.chosen")}"></ul>
      <p class="visually-hidden" role="status"></p>
    </div>`);
    [this.#list, this.#said] = this.element.children;
    this.button = element(html`<label class="composer__clip" title="${t("files.pick")}">
      <input class="composer__pick" type="file" multiple aria-label="${t("files.pick")}" data-testid="file-input" />
      ${icon("paperclip")}
    </label>`);
    const input = this.button.querySelector("input");
    input.addEventListener("change", () => {
      this.add([...input.files]);
      // Picked, taken out and picked again, the same file is a change as well.
      input.value = "";
    });
    this.#list.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button) this.#remove(button.closest("li"));
    });
    this.#chosen = files;
    this.#draw();
  }

  /** @returns {File[]} */
  get chosen() {
    return this.#chosen;
  }

  /** Takes in what was pasted or dropped. @param {DataTransfer} given */
  addFrom({ items }) {
    const entries = [...items].filter(({ kind }) => kind === "file");
    // A browser gives a folder as a file that cannot be read.
    const isFolder = (item) => item.webkitGetAsEntry()?.isDirectory;
    if (entries.some(isFolder)) this.#report({ sentence: t("files.folder") });
    this.add(entries.filter((item) => !isFolder(item)).map((item) => item.getAsFile()));
  }

  /** Takes in what can be sent, and says of the rest why it cannot. */
  add(files) {
    if (this.#isSuspended) {
      this.#report({ sentence: t("files.whileEditing") });
      return;
    }
    const fitting = files.filter(({ size }) => size <= this.#largest);
    const room = MOST - this.#chosen.length;
    if (fitting.length < files.length) this.#refuse(files.filter(({ size }) => size > this.#largest));
    if (fitting.length > room) this.#report({ sentence: t("files.tooMany", { count: MOST }) });
    if (fitting.length > 0 && room > 0) this.#change([...this.#chosen, ...fitting.slice(0, room)]);
  }

  /** @returns {File[]} What was chosen; nothing is from now on. */
  take() {
    const taken = this.#chosen;
    if (taken.length > 0) this.#change([]);
    return taken;
  }

  /** While a sent message is changed, files wait: they go with new ones only. */
  suspend(isSuspended) {
    this.#isSuspended = isSuspended;
    this.element.hidden = isSuspended;
    this.button.hidden = isSuspended;
  }

  #refuse(tooLarge) {
    const [{ name, size }] = tooLarge;
    const values = { name, size: fileSize(size), limit: fileSize(this.#largest), count: tooLarge.length };
    this.#report({ sentence: t(tooLarge.length > 1 ? "files.severalTooLarge" : "files.tooLarge", values) });
  }

  #remove(item) {
    const index = [...this.#list.children].indexOf(item);
    this.#change(this.#chosen.toSpliced(index, 1));
    const next = this.#list.children[index] ?? this.#list.lastElementChild;
    if (next) next.querySelector("button").focus();
    else this.#onEmptied();
  }

  #change(files) {
    this.#chosen = files;
    this.#draw();
    const size = fileSize(files.reduce((sum, file) => sum + file.size, 0));
    this.#said.textContent = files.length > 0 ? t("files.said", { count: files.length, size }) : "";
    this.#onChange(files);
  }

  #draw() {
    reconcile(this.#list, this.#chosen, { key: (file) => this.#keyOf(file), draw: drawFile, update() {} });
  }

  // Two files may be alike in all but what they hold.
  #keyOf(file) {
    if (!this.#keys.has(file)) this.#keys.set(file, String((this.#lastKey += 1)));
    return this.#keys.get(file);
  }
}

function drawFile(file) {
  const { name, size, type } = file;
  const item = element(html`<li class="composer-file" data-testid="chosen-file">
    <span class="composer-file__words">
      <span class="composer-file__name" title="${name}">${name}</span>
      <span class="composer-file__size">${fileSize(size)}</span>
    </span>
    <button
      class="button button--icon"
      type="button"
      aria-label="${t("files.remove", { name })}"
      title="${t("files.remove", { name })}"
    >
      ${icon("x")}
    </button>
  </li>`);
  item.prepend(fileSign(file, type.startsWith("image/") ? file : undefined));
  return item;
}
