/** Whether a message is but a few emoji: then they can be seen from afar. */

const MOST = 3;
const ONE = String.raw`(?:\p{Regional_Indicator}{2}|\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier}|\u200D\p{Extended_Pictographic})*)`;
const FEW = new RegExp(String.raw`^(?:${ONE}\s*){1,${MOST}}$`, "u");
/** Longer than three of the longest. */
const LONGEST = 60;

/** @param {string} text */
export function isEmojiOnly(text) {
  return text.length <= LONGEST && FEW.test(text);
}
