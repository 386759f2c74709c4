/** Faces of those who have no picture. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { colourOf, initials } from "../../static/js/lib/names.js";

const LEAST_CONTRAST = 4.5;
const css = (name) => readFileSync(new URL(`../../static/css/${name}.css`, import.meta.url), "utf8");

test("initials are those of the first and the last word, in any script", () => {
  const expected = { "Ada Lovelace": "AL", "ada king of lovelace": "AL", Bob: "B", "🌻 Sun": "🌻S", "أحمد علي": "أع", " ": "" };
  for (const [name, letters] of Object.entries(expected)) assert.equal(initials(name), letters);
});

test("an id always has the same colour, and ids have them all", () => {
  const ids = Array.from({ length: 200 }, (_, index) => `person-${index}`);
  assert.deepEqual(ids.map(colourOf), ids.map(colourOf));
  assert.deepEqual([...new Set(ids.map(colourOf))].sort(), [1, 2, 3, 4, 5, 6, 7, 8]);
});

test("initials can be read on their colour, in both themes", () => {
  const [ground, ink] = [...css("avatar").matchAll(/color-mix\(in oklab, var\(--avatar-colour\) (\d+)%/g)].map(
    ([, percent]) => Number(percent) / 100,
  );
  const [light, dark] = css("tokens").split('[data-theme="dark"] {');
  for (const theme of [light, dark]) {
    const token = (name) => oklab(theme.match(new RegExp(`--${name}: (#\\w{6})`))[1]);
    for (let number = 1; number <= 8; number += 1) {
      const colour = token(`colour-${number}`);
      const contrast = contrastOf(mix(colour, token("page"), ground), mix(colour, token("text-colour"), ink));
      assert.ok(contrast >= LEAST_CONTRAST, `colour ${number}: ${contrast}`);
    }
  }
});

// As CSS Color 4 has it.
function oklab(hex) {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function mix(one, other, share) {
  return one.map((part, index) => part * share + other[index] * (1 - share));
}

function contrastOf(one, other) {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
  const green = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
  const blue = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
