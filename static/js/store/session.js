/** Who I am, and the connection this page lives on. */

import { initialState } from "./state.js";

/** The signed-in person, from `users/me` or a change of it. */
export function meLoaded(state, me) {
  return { ...state, me: { ...state.me, ...me } };
}

/** `session-started`. Another epoch is another history (a restored backup): all cursors are void. */
export function sessionStarted(state, { sessionId, epoch }) {
  if (state.epoch === null || state.epoch === epoch) return { ...state, sessionId, epoch, endedBy: null };
  const { me, connection, outgoing } = state;
  const stillToSend = Object.entries(outgoing).map(([id, entries]) => [
    id,
    entries.filter((entry) => entry.status !== "sent"),
  ]);
  return { ...initialState(), me, connection, sessionId, epoch, outgoing: Object.fromEntries(stillToSend) };
}

/** `session-ended`: this device was signed out. */
export function sessionEnded(state, { code }) {
  return { ...state, endedBy: code };
}

/**
 * @param {object} state
 * @param {{phase: "connecting"|"online"|"reconnecting"|"failed", attempt?: number}} connection
 */
export function connectionChanged(state, { phase, attempt = 0 }) {
  const next = { ...state, connection: { phase, attempt } };
  // Nobody can be heard typing or looking through a cut line.
  return phase === "online" ? next : { ...next, typing: {}, viewers: {} };
}
