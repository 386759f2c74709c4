/** A field that leads to any conversation or person by a few letters of the name. */

import { html, render } from "../lib/html.js";
import { t } from "../lib/i18n.js";
import { debounce } from "../lib/timing.js";
import { conversationRows, filteredRows } from "../store/selectors.js";
import { avatar, faced } from "./avatar.js";
import { openDialog } from "./dialog.js";

const MOST = 8;
const SEARCH_AFTER_MS = 150;

/** @returns {{dialog: HTMLDialogElement}} */
export function openWindow({ actions, state }) {
  const { dialog, body, report } = openDialog(
    t("jump.title"),
    html`<div class="jump">
      <input class="field__input" type="text" role="combobox" aria-expanded="true" aria-controls="jump-places"
        aria-autocomplete="list" autocomplete="off" autofocus placeholder="${t("jump.hint")}" aria-label="${t("jump.title")}">
      <ul class="jump__places" id="jump-places" role="listbox" aria-label="${t("jump.title")}"></ul>
      <p class="people__none" role="status"></p>
    </div>`,
  );
  const field = body.querySelector("input");
  const list = body.querySelector("ul");
  const note = body.querySelector("[role=status]");
  let places = [];
  let chosen = 0;
  let asked = 0;

  const show = (people = []) => {
    places = [...conversationsFor(state, field.value), ...people].slice(0, MOST);
    chosen = 0;
    render(list, html`${places.map(placeMarkup)}`);
    note.textContent = places.length === 0 ? t("list.none") : "";
    choose(0);
  };
  const choose = (index) => {
    chosen = places.length === 0 ? 0 : (index + places.length) % places.length;
    for (const [at, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(at === chosen));
      if (at === chosen) option.scrollIntoView({ block: "nearest" });
    }
    field.setAttribute("aria-activedescendant", places.length > 0 ? `jump-${chosen}` : "");
  };
  const go = async () => {
    const place = places[chosen];
    if (!place) return;
    try {
      if (place.userId) await actions.writeTo(place.userId);
      else actions.open(place.id);
      dialog.close();
    } catch (failure) {
      report(failure);
    }
  };
  const findPeople = debounce(async () => {
    asked += 1;
    const mine = asked;
    const found = await actions.findPeople(field.value.trim()).catch(() => []);
    if (mine === asked) show(peopleBeside(places, found));
  }, SEARCH_AFTER_MS);

  field.addEventListener("input", () => {
    asked += 1;
    show();
    if (field.value.trim()) findPeople();
    else findPeople.cancel();
  });
  field.addEventListener("keydown", (event) => {
    const does = { ArrowDown: () => choose(chosen + 1), ArrowUp: () => choose(chosen - 1), Enter: go }[event.key];
    if (!does || event.isComposing) return;
    event.preventDefault();
    does();
  });
  list.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (!option) return;
    choose([...list.children].indexOf(option));
    go();
  });
  dialog.addEventListener("close", findPeople.cancel);
  show();
  return { dialog };
}

function conversationsFor(state, query) {
  return filteredRows(conversationRows(state), { query, kind: "all", openId: null }).map((row) => ({
    id: row.id,
    name: row.title || t("conversation.alone"),
    face: row.face,
    isGroup: row.isGroup,
    isOnline: row.isGroup ? undefined : row.isOnline,
  }));
}

// Who has a direct conversation already stands there with it.
function peopleBeside(places, found) {
  const known = new Set(places.filter(({ isGroup }) => !isGroup).map(({ face }) => face.id));
  return found
    .filter(({ _id }) => !known.has(_id))
    .map((person) => ({
      userId: person._id,
      name: person.name,
      face: faced(person),
      isGroup: false,
      isOnline: person.isOnline,
    }));
}

function placeMarkup({ name, face, isGroup, isOnline }, index) {
  return html`<li class="jump__place" role="option" id="jump-${index}" aria-selected="false">
    ${avatar({ ...face, name, isGroup, isOnline }, "small")}<span class="person-row__name">${name}</span></li>`;
}
