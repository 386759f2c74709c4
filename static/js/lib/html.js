/** The only way to make HTML from values: everything put into the template is escaped. */

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Markup that has been through `html`, and so may stand in another template unescaped. */
export class Markup {
  #text;

  constructor(text) {
    this.#text = text;
  }

  toString() {
    return this.#text;
  }
}

/**
 * Builds markup: values are escaped, lists are joined, `null`, `undefined` and `false` leave nothing.
 *
 * @returns {Markup}
 */
export function html(strings, ...values) {
  const parts = strings.map((string, index) => string + (index < values.length ? escaped(values[index]) : ""));
  return new Markup(parts.join(""));
}

/** The first element of a piece of markup. */
export function element(markup) {
  return fragment(markup).firstElementChild;
}

/** Replaces what stands in `parent`. */
export function render(parent, markup) {
  parent.replaceChildren(fragment(markup));
}

const drawn = new WeakMap();

/**
 * The same for what is drawn again and again: nothing happens while the markup stays the same, and the focus goes back
 * to the element of the same `data-focus`, or to `parent` when that one is gone.
 */
export function renderAgain(parent, markup) {
  const text = markup.toString();
  if (drawn.get(parent) === text) return;
  drawn.set(parent, text);
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  render(parent, markup);
  if (!focused || focused === parent) return;
  const again = focused.dataset.focus && parent.querySelector(`[data-focus="${CSS.escape(focused.dataset.focus)}"]`);
  (again || parent).focus({ preventScroll: true });
}

function fragment(markup) {
  if (!(markup instanceof Markup)) throw new TypeError("only markup made by html`…` becomes elements");
  const template = document.createElement("template");
  template.innerHTML = markup.toString().trim();
  return template.content;
}

function escaped(value) {
  if (value instanceof Markup) return value.toString();
  if (Array.isArray(value)) return value.map(escaped).join("");
  if (value === null || value === undefined || value === false) return "";
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character]);
}
