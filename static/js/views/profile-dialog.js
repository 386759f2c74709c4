/** Who I am here and how I want it: name, appearance, language, receipts, password. */

import { html, render } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { language, t } from "../lib/i18n.js";
import { faced } from "./avatar.js";
import { openDialog } from "./dialog.js";
import { FaceField } from "./face-field.js";
import { segments } from "./segments.js";
import { toggle } from "./toggle.js";

const THEMES = { system: "monitor", light: "sun", dark: "moon" };
const LANGUAGES = { fr: "Français", en: "English" };
/** The server's own rule, said before it is broken. */
const PASSWORD_CHARS = 10;

/**
 * @param {object} parts
 * @param {string} [parts.focused] `language` when it opens again after that was changed.
 * @returns {{dialog: HTMLDialogElement, render: (state: object) => void}}
 */
export function openWindow({ actions, state, focused }) {
  const { me } = state;
  const { dialog, body, report } = openDialog(
    t("profile.title"),
    html`<div class="settings">
      <div class="settings__who">
        <span class="settings__email">${me.email}</span>
      </div>
      <form class="settings__line" data-name-form>
        <label class="field"
          >${t("profile.name")}
          <input class="field__input" name="name" maxlength="80" autocomplete="name" required value="${me.name}"
        /></label>
        <button class="button" type="submit">${t("save")}</button>
      </form>
      ${segments({
        name: "theme",
        legend: t("profile.theme"),
        chosen: me.theme ?? "system",
        values: Object.keys(THEMES),
        label: (theme) => html`${icon(THEMES[theme])}<span>${t(`theme.${theme}`)}</span>`,
      })}
      ${segments({
        name: "language",
        legend: t("profile.language"),
        chosen: language(),
        values: Object.keys(LANGUAGES),
        label: (name) => html`<span lang="${name}">${LANGUAGES[name]}</span>`,
      })}
      ${toggle({
        name: "readReceipts",
        label: t("profile.readReceipts"),
        hint: t("profile.readReceiptsHint"),
        isOn: me.readReceipts,
      })}
      ${passwordForm(me)}
      <p class="settings__done" role="status"></p>
    </div>`,
  );
  const face = new FaceField({ save: actions.setFace, remove: actions.removeFace, report });
  body.querySelector(".settings__who").prepend(face.element);
  const done = body.querySelector(".settings__done");
  const run = async (work, sentence) => {
    render(done, html``);
    try {
      await work;
      if (sentence) render(done, html`${icon("check")}${sentence}`);
      return true;
    } catch (failure) {
      report(failure);
      return false;
    }
  };

  body.querySelector("[data-name-form]").addEventListener("submit", (event) => {
    event.preventDefault();
    run(actions.updateMe({ name: event.target.elements.name.value.trim() }), t("profile.nameSaved"));
  });
  body.querySelector("[data-password-form]").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { current, fresh } = event.target.elements;
    const passwords = { currentPassword: current.value, newPassword: fresh.value };
    if (await run(actions.changePassword(passwords), t("profile.passwordSaved"))) event.target.reset();
  });
  body.addEventListener("change", ({ target }) => {
    if (target.name === "theme") run(actions.setTheme(target.value));
    if (target.name === "readReceipts") run(actions.updateMe({ readReceipts: target.checked }));
    // The page is drawn anew in the other language, and this window with it.
    if (target.name === "language") run(actions.setLanguage(target.value));
  });
  if (focused) body.querySelector(`[name=${focused}]:checked`)?.focus();
  return { dialog, render: (state) => face.render(faced(state.me)) };
}

function passwordForm({ email }) {
  return html`<details class="settings__more">
    <summary>${t("profile.password")}</summary>
    <form class="settings__fields" data-password-form>
      <input
        class="visually-hidden"
        type="text"
        autocomplete="username"
        value="${email}"
        tabindex="-1"
        aria-hidden="true"
        readonly
      />
      <label class="field"
        >${t("profile.currentPassword")}
        <input class="field__input" name="current" type="password" autocomplete="current-password" required
      /></label>
      <label class="field"
        >${t("profile.newPassword")}
        <input
          class="field__input"
          name="fresh"
          type="password"
          autocomplete="new-password"
          required
          minlength="${PASSWORD_CHARS}"
        />
        <span class="field__hint">${t("profile.passwordHint", { count: PASSWORD_CHARS })}</span></label
      >
      <button class="button" type="submit">${t("profile.changePassword")}</button>
    </form>
  </details>`;
}
