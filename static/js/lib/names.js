/** What stands for a person or a group where there is no picture: one or two letters, one of eight colours. */

const COLOURS = 8;

/** "Ada Lovelace" → "AL" */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters
    .map((word) => [...word][0])
    .join("")
    .toLocaleUpperCase();
}

/** The same number from 1 to 8 for the same id, always. */
export function colourOf(id) {
  let sum = 0;
  for (const character of String(id)) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return (sum % COLOURS) + 1;
}
