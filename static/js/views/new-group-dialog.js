/** The window in which a group begins: its name, and who is in it. */

import { html } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { openDialog } from "./dialog.js";
import { FaceField } from "./face-field.js";
import { PeoplePicker } from "./people-picker.js";

/** @returns {{dialog: HTMLDialogElement}} */
export function openWindow({ actions, page, state }) {
  const { dialog, body, report } = openDialog(
    t("new-group.title"),
    html`<form class="new-conversation" method="dialog">
      <label class="field"
        >${t("group.name")}
        <input class="field__input" name="name" maxlength="80" autocomplete="off" required autofocus />
      </label>
      <footer class="dialog__foot">
        <button class="button" type="button" data-close>${t("cancel")}</button>
        <button class="button button--primary" type="submit" disabled>${t("new.startGroup")}</button>
      </footer>
    </form>`,
  );
  const form = body.querySelector("form");
  const submit = form.querySelector("[type=submit]");
  const check = () => {
    submit.disabled = picker.picked.size === 0 || !form.elements.name.value.trim();
  };
  const picker = new PeoplePicker({ actions, report, isLeftOut: (id) => id === state.me._id, onChange: check });
  form.querySelector(".dialog__foot").before(picker.element);
  const face = new ChosenFace(report);
  form.prepend(face.element);
  dialog.addEventListener("close", () => face.forget());
  form.elements.name.addEventListener("input", check);
  picker.search();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      const name = form.elements.name.value.trim();
      const id = await actions.createConversation({ participantIds: [...picker.picked.keys()], name });
      dialog.close();
      // The group is there, with or without.
      if (face.picture) actions.setGroupFace(id, face.picture).catch(page.report);
    } catch (failure) {
      submit.disabled = false;
      report(failure);
    }
  });
  return { dialog };
}

/** The picture for a group that is not there yet. */
class ChosenFace {
  /** @type {Blob|null} */
  picture = null;
  #url = null;
  #field;

  constructor(report) {
    this.#field = new FaceField({
      save: async (picture) => this.#choose(picture),
      remove: async () => this.#choose(null),
      report,
    });
    this.element = this.#field.element;
    this.#render();
  }

  forget() {
    if (this.#url) URL.revokeObjectURL(this.#url);
  }

  #choose(picture) {
    this.forget();
    this.picture = picture;
    this.#url = picture && URL.createObjectURL(picture);
    this.#render();
  }

  #render() {
    this.#field.render({ id: "new", name: "", picture: this.#url, isGroup: true });
  }
}
