/** How large a file is, for people. */

import { region } from "./i18n.js";

const KILOBYTE = 1024;
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/** 1536 → "1.5 kB", in the words of the page's language. */
export function fileSize(bytes) {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const size = bytes / KILOBYTE ** power;
  return new Intl.NumberFormat(region(), {
    style: "unit",
    unit: UNITS[power],
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power === 0 || size >= 10 ? 0 : 1,
  }).format(size);
}
