/** A message in one line, whatever it is: for the list, quotes, notices. */

import { commonKind } from "../lib/files.js";
import { html } from "../lib/html.js";
import { icon } from "../lib/icons.js";
import { t } from "../lib/i18n.js";
import { plainLine } from "../lib/markdown.js";

const SIGNS = { image: "image", video: "video", audio: "music", file: "file" };
const WORDS = { image: "attachment.pictures", video: "attachment.videos", audio: "attachment.sounds", file: "attachment.count" };

/** @returns {string} Its words; without any, what its files are. */
export function firstLine(message) {
  const { content, deleted } = message;
  if (deleted) return t("message.deleted");
  const attachments = filesOf(message);
  const words = plainLine(content ?? "");
  if (words || attachments.length === 0) return words;
  const kind = commonKind(attachments);
  if (attachments.length === 1 && kind === "file") return isolated(attachments[0].name);
  return t(WORDS[kind], { count: attachments.length });
}

/** The same with the sign of its files before it. */
export function firstLineMarkup(message) {
  const attachments = filesOf(message);
  if (message.deleted) return html`<em>${firstLine(message)}</em>`;
  return html`${attachments.length > 0 && icon(SIGNS[commonKind(attachments)])} ${firstLine(message)}`;
}

// What waits to be sent has its files as this device knows them.
function filesOf({ attachments = [], files = [] }) {
  return attachments.length > 0 ? attachments : files.map(({ name, type }) => ({ name, contentType: type }));
}

// A name in another direction does not turn what stands around it (Unicode's FSI and PDI).
function isolated(name) {
  return `\u2068${name}\u2069`;
}
