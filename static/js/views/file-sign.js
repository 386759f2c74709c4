/** What stands for a file that is not sent yet: the picture itself, or a sign of its kind. */

import { signOf } from "../lib/files.js";
import { element, html } from "../lib/html.js";
import { icon } from "../lib/icons.js";

/**
 * @param {{name: string}} file
 * @param {Blob} [picture] To be shown in place of a sign; what the browser cannot draw gets its sign after all.
 * @returns {Element}
 */
export function fileSign(file, picture) {
  const sign = element(html`<span class="file-sign">${icon(signOf(file))}</span>`);
  if (!picture) return sign;
  const image = new Image();
  image.alt = "";
  image.className = "file-sign__picture";
  image.onload = () => {
    sign.replaceChildren(image);
    URL.revokeObjectURL(image.src);
  };
  image.onerror = () => URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(picture);
  return sign;
}
