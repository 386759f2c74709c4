/** The language of the page: sentences, plurals, and the name that Intl knows it by. */

const LANGUAGES = {
  fr: () => import("../locales/fr.js"),
  en: () => import("../locales/en.js"),
};

let current = { name: "fr", messages: {}, plurals: new Intl.PluralRules("fr") };

/** Fetches a language and makes it the page's; unknown ones become French. */
export async function useLanguage(name) {
  const known = name in LANGUAGES ? name : "fr";
  const { messages } = await LANGUAGES[known]();
  current = { name: known, messages, plurals: new Intl.PluralRules(known) };
  document.documentElement.lang = known;
}

/** @returns {"fr"|"en"} */
export function language() {
  return current.name;
}

/** The page's language in the person's own region, as far as the browser tells: en-GB writes times otherwise than en-US. */
export function region() {
  return navigator.languages.find((name) => name.split("-")[0] === current.name) ?? current.name;
}

/**
 * The sentence for a key, in the page's language. One with plurals is chosen by `values.count`.
 *
 * @param {string} key
 * @param {Object<string, string|number>} [values] Put in place of `{name}`.
 */
export function t(key, values = {}) {
  const entry = current.messages[key] ?? key;
  const sentence =
    typeof entry === "string" ? entry : (entry[current.plurals.select(values.count ?? 0)] ?? entry.other);
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
