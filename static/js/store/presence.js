/** Who is there, who writes, who looks. Nothing here is kept by the server's database. */

import { without } from "./state.js";

/** How long "is typing" stands without being said again. */
export const TYPING_EXPIRES_MS = 6000;

/** `user-status`: somebody came or went. One that is older than the last one told is dropped. */
export function userStatus(state, { userId, isOnline, lastSeen, timestamp }) {
  const known = state.presence[userId];
  if (known?.toldAt && timestamp && timestamp < known.toldAt) return state;
  const revision = state.presenceRevision + 1;
  return {
    ...state,
    presenceRevision: revision,
    presence: { ...state.presence, [userId]: { isOnline, lastSeen, toldAt: timestamp, revision } },
  };
}

/** `user-typing`; `now` in milliseconds, for expiry. */
export function userTyping(state, { conversationId, senderId, userId = senderId, userName, isTyping }, now) {
  const typing = state.typing[conversationId] ?? {};
  if (userId === state.me?._id) return state;
  const changed = isTyping
    ? { ...typing, [userId]: { name: userName, until: now + TYPING_EXPIRES_MS } }
    : without(typing, userId);
  return { ...state, typing: { ...state.typing, [conversationId]: changed } };
}

/** Drops those who have not been heard typing for too long. */
export function expireTyping(state, now) {
  const isOver = ({ until }) => until <= now;
  const hasExpired = Object.values(state.typing).some((typing) => Object.values(typing).some(isOver));
  if (!hasExpired) return state;
  const typing = Object.entries(state.typing).map(([id, users]) => [
    id,
    Object.fromEntries(Object.entries(users).filter(([, user]) => !isOver(user))),
  ]);
  return { ...state, typing: Object.fromEntries(typing) };
}

/** `user-joined-conversation` */
export function viewerJoined(state, { conversationId, userId, userName }) {
  const viewers = { ...state.viewers[conversationId], [userId]: { name: userName } };
  return { ...state, viewers: { ...state.viewers, [conversationId]: viewers } };
}

/** `user-left-conversation` */
export function viewerLeft(state, { conversationId, userId }) {
  const viewers = without(state.viewers[conversationId] ?? {}, userId);
  return { ...state, viewers: { ...state.viewers, [conversationId]: viewers } };
}
