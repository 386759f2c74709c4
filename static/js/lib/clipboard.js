/**
 * Copies what stands in a field. On plain HTTP beyond this machine browsers offer no `navigator.clipboard`.
 *
 * @param {HTMLInputElement} field
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
