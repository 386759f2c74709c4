/**
 * All emoji by group and by word, in the person's language: emoji-picker-element's database, which keeps them in the
 * browser after the first time. Only its database: the element brings style of its own, which our policy refuses, and
 * would not look like the rest.
 */

/** The newest emoji that systems of the last years can draw, by Unicode's version of emoji. */
const NEWEST_VERSION = 15;

const databases = new Map();

/**
 * @param {"fr"|"en"} locale
 * @param {number} group Unicode's number for a group.
 * @returns {Promise<Array<{emoji: string, name: string}>>}
 */
export async function emojiOfGroup(locale, group) {
  const database = await open(locale);
  return shown(await database.getEmojiByGroup(group));
}

/** @returns {Promise<Array<{emoji: string, name: string}>>} Those that a word stands for. */
export async function findEmoji(locale, query) {
  const database = await open(locale);
  return shown(await database.getEmojiBySearchQuery(query));
}

async function open(locale) {
  if (!databases.has(locale)) {
    const { default: Database } = await import("../../vendor/emoji-database.js");
    const dataSource = new URL(`../../vendor/emoji/${locale}.json`, import.meta.url).href;
    databases.set(locale, new Database({ locale, dataSource }));
  }
  return databases.get(locale);
}

function shown(found) {
  return found
    .filter(({ version }) => version <= NEWEST_VERSION)
    .map(({ unicode, annotation }) => ({ emoji: unicode, name: annotation }));
}
