/** Where I am signed in, and the way to end that. */

import { html, renderAgain } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { dateTime } from "../lib/time.js";
import { confirmFirst } from "./confirm-dialog.js";
import { openDialog } from "./dialog.js";

const SKELETONS = 2;

/** @returns {{dialog: HTMLDialogElement}} */
export function openWindow({ actions }) {
  const { dialog, body, report } = openDialog(
    t("sessions.title"),
    html`<p class="dialog__text">${t("sessions.text")}</p>
      <div data-list tabindex="-1"></div>`,
  );
  const list = body.querySelector("[data-list]");
  renderAgain(list, html`<div class="skeletons">${Array.from({ length: SKELETONS }, () => SKELETON)}</div>`);

  const refresh = async () => renderAgain(list, listMarkup(await actions.listSessions()));
  const run = (work) => work.then(refresh).catch(report);
  list.addEventListener("click", ({ target }) => {
    const { end, endOthers } = target.closest("button")?.dataset ?? {};
    if (end) run(actions.endSession(end));
    if (endOthers === undefined) return;
    confirmFirst({
      title: t("sessions.endOthersTitle"),
      text: t("sessions.endOthersText"),
      confirm: t("sessions.endOthers"),
      run: async () => {
        await actions.endOtherSessions();
        await refresh();
      },
    });
  });
  run(Promise.resolve());
  return { dialog };
}

const SKELETON = html`<div class="skeleton skeleton--item"><span></span><span></span></div>`;

function listMarkup(sessions) {
  const others = sessions.filter(({ current }) => !current);
  const ordered = [...sessions.filter(({ current }) => current), ...others];
  return html`<ul class="people-rows">
      ${ordered.map(sessionRow)}
    </ul>
    ${
      others.length > 1 &&
      html`<footer class="dialog__foot">
        <button class="button button--quiet-danger" type="button" data-end-others>${t("sessions.endOthers")}</button>
      </footer>`
    }`;
}

function sessionRow({ _id, deviceName, ip, lastActivity, current }) {
  const when = current ? t("sessions.current") : t("sessions.active", { time: dateTime(lastActivity) });
  return html`<li class="person-row" data-session="${_id}">
    <span class="person-row__sign">${icon("monitor-smartphone")}</span>
    <span class="person-row__words"
      ><span class="person-row__name">${deviceName}</span>
      <span class="person-row__below person-row__below--long ${current && "person-row__below--accent"}">${when} · ${ip}</span></span
    >
    ${
      !current &&
      html`<button
        class="button button--small"
        type="button"
        data-end="${_id}"
        data-focus="${_id}"
        aria-label="${t("sessions.endNamed", { name: deviceName })}"
      >
        ${t("sessions.end")}
      </button>`
    }
  </li>`;
}
