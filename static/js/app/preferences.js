/**
 * Theme and language: shown at once, kept in a cookie for the next page, told to the profile for the next device.
 * Whether the details stand beside the messages is a matter of the screen: this device remembers it.
 */

import { deviceStorage } from "../lib/device-storage.js";
import { useLanguage } from "../lib/i18n.js";

const DETAILS = "details";
const YEAR_S = 365 * 24 * 60 * 60;

/** @param {"system"|"light"|"dark"} theme */
export function showTheme(theme) {
  document.documentElement.dataset.theme = theme;
  keep("theme", theme);
}

/** @param {"fr"|"en"} locale */
export async function showLanguage(locale) {
  await useLanguage(locale);
  keep("lang", locale);
}

export function areDetailsWanted() {
  return deviceStorage.get(DETAILS) !== null;
}

/** @param {boolean} isWanted */
export function wantDetails(isWanted) {
  deviceStorage.set(DETAILS, isWanted ? "open" : null);
}

function keep(name, value) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;
}
