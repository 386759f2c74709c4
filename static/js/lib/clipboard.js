/** The clipboard. On plain HTTP beyond this machine browsers offer no `navigator.clipboard`: then by way of a field. */

/**
 * Copies what stands in a field.
 *
 * @param {HTMLInputElement|HTMLTextAreaElement} field
 * @returns {Promise<boolean>} Whether it is in the clipboard now.
 */
export async function copyField(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select();
    return document.execCommand("copy");
  }
}

/** Copies a text that stands in no field. @returns {Promise<boolean>} */
export async function copyText(text) {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  const isCopied = await copyField(field);
  field.remove();
  focused?.focus({ preventScroll: true });
  return isCopied;
}
