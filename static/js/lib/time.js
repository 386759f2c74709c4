/** Times as people say them, in the page's language and their own time zone. */

import { language, region, t } from "./i18n.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const WEEK_DAYS = 6;

/** 14:32 */
export function clockTime(iso) {
  return format(iso, { timeStyle: "short" });
}

/** Today, yesterday, the weekday within a week, else the date: between the messages of two days. */
export function dayName(iso, now = new Date()) {
  const days = daysAgo(iso, now);
  if (days === 0) return t("time.today");
  if (days === 1) return t("time.yesterday");
  if (days < WEEK_DAYS) return capitalised(format(iso, { weekday: "long" }));
  const isThisYear = new Date(iso).getFullYear() === now.getFullYear();
  return format(iso, { weekday: "long", day: "numeric", month: "long", year: isThisYear ? undefined : "numeric" });
}

/** The time today, "yesterday", the weekday within a week, else a short date: in the list of conversations. */
export function shortTime(iso, now = new Date()) {
  const days = daysAgo(iso, now);
  if (days === 0) return clockTime(iso);
  if (days === 1) return t("time.yesterdayShort");
  if (days < WEEK_DAYS) return format(iso, { weekday: "short" });
  return format(iso, { day: "2-digit", month: "2-digit", year: "2-digit" });
}

/** Date and time in full, for hints. */
export function fullTime(iso) {
  return format(iso, { dateStyle: "full", timeStyle: "short" });
}

/** Date and time as short as they can be said: the time alone today. */
export function dateTime(iso, now = new Date()) {
  const days = daysAgo(iso, now);
  if (days === 0) return clockTime(iso);
  if (days === 1) return t("time.yesterdayAt", { time: clockTime(iso) });
  return format(iso, { dateStyle: "medium", timeStyle: "short" });
}

/** "vu à 14:32", "vu hier à 14:32", "vu le 3 mai" */
export function lastSeen(iso, now = new Date()) {
  const days = daysAgo(iso, now);
  if (days === 0) return t("presence.seenToday", { time: clockTime(iso) });
  if (days === 1) return t("presence.seenYesterday", { time: clockTime(iso) });
  return t("presence.seenOn", { date: format(iso, { day: "numeric", month: "long" }) });
}

function daysAgo(iso, now) {
  return Math.round((midnight(now) - midnight(new Date(iso))) / DAY_MS);
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

const formats = new Map();

// Making a formatter costs more than formatting a hundred messages.
function format(iso, options) {
  const key = region() + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(region(), options));
  return formats.get(key).format(new Date(iso));
}

function capitalised(word) {
  return word.charAt(0).toLocaleUpperCase(language()) + word.slice(1);
}
