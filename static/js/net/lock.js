/**
 * Makes a lock that lets one piece of work at a time happen under a name, across all tabs of this browser. On plain
 * HTTP beyond this machine browsers offer no `navigator.locks`: then it holds for this tab, and two tabs that send the
 * same message are told apart by the server, by its `clientMessageId`.
 *
 * @param {string} prefix
 * @returns {(name: string, work: () => Promise<void>) => Promise<void>}
 */
export function createLock(prefix) {
  if (navigator.locks) return (name, work) => navigator.locks.request(`${prefix}:${name}`, work);
  const tails = new Map();
  return (name, work) => {
    const tail = (tails.get(name) ?? Promise.resolve()).then(work, work);
    tails.set(name, tail);
    return tail;
  };
}
