/** Where rows of unlike heights stand one below the other. A height that was never measured is guessed. */

const GUESSED_PX = 48;

export class RowPlaces {
  #keys = [];
  #indices = new Map();
  #heights = new Map();
  #tops = [0];

  /** @param {string[]} keys From top to bottom. Heights measured before are remembered by key. */
  setKeys(keys) {
    this.#keys = keys;
    this.#indices = new Map(keys.map((key, index) => [key, index]));
    this.#settle();
  }

  /** @param {Iterable<[string, number]>} heights In pixels. */
  measured(heights) {
    let isNew = false;
    for (const [key, height] of heights) {
      if (this.#heights.get(key) === height) continue;
      this.#heights.set(key, height);
      isNew = true;
    }
    if (isNew) this.#settle();
  }

  /** Every height is void: the width has changed. */
  forget() {
    this.#heights.clear();
    this.#settle();
  }

  /** @returns {number} -1 for an unknown row. */
  indexOf(key) {
    return this.#indices.get(key) ?? -1;
  }

  /** The top of a row, and for the number of rows the end of them all. */
  topOf(index) {
    return this.#tops[index];
  }

  get total() {
    return this.#tops.at(-1);
  }

  /** The row that covers a place, or the first or last one when it lies beyond. */
  indexAt(top) {
    let low = 0;
    let high = this.#keys.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#tops[middle] <= top) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  #settle() {
    const tops = new Array(this.#keys.length + 1);
    tops[0] = 0;
    this.#keys.forEach((key, index) => {
      tops[index + 1] = tops[index] + (this.#heights.get(key) ?? GUESSED_PX);
    });
    this.#tops = tops;
  }
}
