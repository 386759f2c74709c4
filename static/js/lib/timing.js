/** Waiting, in the few ways this page waits. */

/** A function that runs once things have been quiet for `delayMs`; `.cancel()` forgets it. */
export function debounce(run, delayMs) {
  let timer;
  const debounced = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...values), delayMs);
  };
  debounced.cancel = () => clearTimeout(timer);
  return debounced;
}

/** A function that runs at most once per frame, with whatever is true by then. */
export function oncePerFrame(run) {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    // A hidden page draws no frames, yet its title must go on counting.
    const schedule = document.hidden ? (call) => setTimeout(call, 50) : requestAnimationFrame;
    schedule(() => {
      isAsked = false;
      run();
    });
  };
}

/** Resolves after some milliseconds. */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
