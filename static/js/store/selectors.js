/** Questions to the state, answered for the views. */

import { statusOf } from "./status.js";

const COUNT_MOST = 99;

/** The participants of a conversation besides me. */
export function othersOf(state, conversation) {
  return conversation.participants.filter((each) => each._id !== state.me?._id);
}

/** The name a conversation goes by for me; empty when nobody else is left in it. */
export function titleOf(state, conversation) {
  if (conversation.name) return conversation.name;
  return othersOf(state, conversation)
    .map((each) => each.name)
    .join(", ");
}

/**
 * What a conversation is told by at a glance: the group's picture, or the other one's face.
 *
 * @returns {{id: string, picture: string|null}}
 */
export function faceOf(state, conversation) {
  const { _id, avatar } = (!conversation.isGroup && othersOf(state, conversation)[0]) || conversation;
  return { id: _id, picture: avatar ?? null };
}

/** The other one's presence in a direct conversation; null in a group. */
export function presenceOf(state, conversation) {
  if (conversation.isGroup) return null;
  const [other] = othersOf(state, conversation);
  return other ? (state.presence[other._id] ?? { isOnline: false, lastSeen: other.lastSeen ?? null }) : null;
}

/** How many of the others in a conversation are there now. */
export function onlineCount(state, conversation) {
  return othersOf(state, conversation).filter((each) => state.presence[each._id]?.isOnline).length;
}

/** Names of those who are writing in a conversation. */
export function typingNames(state, conversationId) {
  return Object.values(state.typing[conversationId] ?? {}).map(({ name }) => name);
}

const KINDS = {
  all: ({ archived }) => !archived,
  unread: ({ archived, unreadCount }) => !archived && unreadCount > 0,
  groups: ({ archived, isGroup }) => !archived && isGroup,
  archived: ({ archived }) => archived,
};

/** The parts of the list that can be looked at alone. */
export const LIST_KINDS = Object.keys(KINDS);

/**
 * The rows that a search and a kind leave; a search finds what is archived too. The open one stays, though it is read.
 *
 * @param {ReturnType<typeof conversationRows>} rows
 * @param {{query: string, kind: keyof typeof KINDS, openId: string|null}} filter
 */
export function filteredRows(rows, { query, kind, openId }) {
  const wanted = folded(query.trim());
  if (wanted) return rows.filter(({ title }) => folded(title).includes(wanted));
  return rows.filter((row) => KINDS[kind](row) || (kind === "unread" && row.id === openId));
}

/** "Élodie" is found by "elo". */
export function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

/** What the list shows of each conversation, the latest first. */
export function conversationRows(state) {
  return Object.values(state.conversations)
    .map((conversation) => rowOf(state, conversation))
    .sort((one, other) => other.at.localeCompare(one.at) || one.id.localeCompare(other.id));
}

/** Whether a conversation may call for attention: it is neither muted nor archived. */
export function isHeard({ muted, archived }) {
  return !muted && !archived;
}

/** How many messages are unread in what may call for attention, the conversation in view left out. */
export function unreadTotal(state, inViewId = null) {
  return Object.values(state.conversations)
    .filter((conversation) => isHeard(conversation) && conversation._id !== inViewId)
    .reduce((total, conversation) => total + conversation.unreadCount, 0);
}

/** A number of unread messages as it is shown. The server counts no further than a hundred. */
export function shownCount(count) {
  return count > COUNT_MOST ? `${COUNT_MOST}+` : String(count);
}

/** Whether I may invite people to this place. */
export function mayInvite(state) {
  return ["owner", "admin"].includes(state.me?.role);
}

function rowOf(state, conversation) {
  const written = state.outgoing[conversation._id]?.at(-1);
  const last = written ? { ...written, sender: state.me, type: "text" } : lastStored(state, conversation);
  return {
    id: conversation._id,
    isGroup: conversation.isGroup,
    title: titleOf(state, conversation),
    face: faceOf(state, conversation),
    isOnline: presenceOf(state, conversation)?.isOnline ?? false,
    last,
    isLastOwn: Boolean(last) && last.sender?._id === state.me?._id,
    at: last?.createdAt ?? conversation.createdAt ?? "",
    unreadCount: conversation.unreadCount,
    muted: conversation.muted,
    archived: conversation.archived,
    typing: typingNames(state, conversation._id),
  };
}

function lastStored(state, conversation) {
  const { lastMessage } = conversation;
  if (!lastMessage || lastMessage.sender?._id !== state.me?._id) return lastMessage;
  const held = state.threads[conversation._id]?.messages.findLast((each) => each._id === lastMessage._id);
  return {
    ...lastMessage,
    status: statusOf({ ...lastMessage, status: held?.status ?? lastMessage.status }, conversation),
  };
}
