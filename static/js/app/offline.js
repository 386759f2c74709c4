/** Lets the browser open this page without a line. On plain HTTP beyond this machine browsers offer no way to. */

/** The first view comes first. */
const AFTER_MS = 2000;

export function prepareForOffline() {
  setTimeout(() => navigator.serviceWorker?.register("/service-worker.js").catch(() => {}), AFTER_MS);
}
