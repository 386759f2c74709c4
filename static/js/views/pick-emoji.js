/** Opens the emoji picker, which is fetched when it is first asked for, as its tables are. */

/**
 * @param {object} parts
 * @param {(failure: object) => void} parts.report
 * @param {object} parts.actions
 * @param {DOMRect} parts.anchor
 * @param {(emoji: string) => void} parts.onPick
 */
export async function pickEmoji({ report, ...picker }) {
  const { EmojiPicker } = await import("./emoji-picker.js").catch(() => ({}));
  if (EmojiPicker) new EmojiPicker(picker);
  else report({ code: "offline" });
}
