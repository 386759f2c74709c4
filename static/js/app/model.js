/** Holds the one state of the page: changed only by the store's functions, watched by whoever shows or acts on it. */
export class Model {
  #state;
  #watchers = [];

  constructor(state) {
    this.#state = state;
  }

  get state() {
    return this.#state;
  }

  /**
   * Replaces the state by what a function of the store makes of it.
   *
   * @param {(state: object, ...values: any[]) => object} change
   */
  apply(change, ...values) {
    const before = this.#state;
    this.#state = change(before, ...values);
    if (this.#state !== before) for (const watcher of this.#watchers) watcher(this.#state, before);
  }

  /** @param {(state: object, before: object) => void} watcher */
  watch(watcher) {
    this.#watchers.push(watcher);
  }
}
