/** The small menu behind one's own picture: theme, language, sign out. */

import { element, html, render } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { language, t } from "../lib/i18n.js";
import { avatar } from "./avatar.js";

const THEMES = { system: "monitor", light: "sun", dark: "moon" };
const LANGUAGES = { fr: "Français", en: "English" };

export class ProfileMenu {
  #actions;
  #report;
  #button;
  #panel;
  #shown = "";

  constructor({ actions, report }) {
    this.#actions = actions;
    this.#report = report;
    this.element = element(html`<div class="profile-menu">
      <button class="profile-menu__button" type="button" popovertarget="profile-menu-panel" data-testid="profile-menu"
        aria-label="${t("profile.open")}" title="${t("profile.open")}"></button>
      <div class="profile-menu__panel" id="profile-menu-panel" popover role="dialog"
        aria-label="${t("profile.open")}"></div>
    </div>`);
    [this.#button, this.#panel] = this.element.children;
    this.#panel.addEventListener("change", ({ target }) => this.#choose(target));
    this.#panel.addEventListener(
      "click",
      ({ target }) => target.closest("[data-sign-out]") && this.#run(this.#actions.signOut()),
    );
  }

  render({ me }) {
    if (!me) return;
    const shown = JSON.stringify([me.name, me.email]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    render(this.#button, avatar({ id: me._id, name: me.name }, "small"));
    render(
      this.#panel,
      html`<div class="profile-menu__who">${avatar({ id: me._id, name: me.name })}
          <div><strong>${me.name}</strong><span>${me.email}</span></div></div>
        ${choice(
          "theme",
          t("profile.theme"),
          me.theme ?? "system",
          Object.keys(THEMES),
          (theme) => html`${icon(THEMES[theme])}<span>${t(`theme.${theme}`)}</span>`,
        )}
        ${choice(
          "language",
          t("profile.language"),
          language(),
          Object.keys(LANGUAGES),
          (name) => html`<span lang="${name}">${LANGUAGES[name]}</span>`,
        )}
        <button class="button profile-menu__out" type="button" data-sign-out>
          ${icon("log-out")}${t("profile.signOut")}</button>`,
    );
  }

  focus() {
    this.#button.focus();
  }

  #choose({ name, value }) {
    if (name === "theme") this.#run(this.#actions.setTheme(value));
    if (name === "language") this.#run(this.#actions.setLanguage(value));
  }

  #run(work) {
    work.catch((failure) => this.#report(failure));
  }
}

function choice(name, legend, chosen, values, label) {
  return html`<fieldset class="segments"><legend class="segments__legend">${legend}</legend>
    <div class="segments__row">${values.map(
      (value) => html`<label class="segments__one">
        <input class="visually-hidden" type="radio" name="${name}" value="${value}" ${value === chosen && html`checked`}>
        ${label(value)}</label>`,
    )}</div></fieldset>`;
}
