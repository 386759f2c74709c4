/** What I may do with a message, a group and its members: the server's own rules, so that nothing is offered in vain. */

import { findParticipant } from "./state.js";

const RANKS = { owner: 3, admin: 2, moderator: 1, member: 0 };
const ADMIN = RANKS.admin;
const MODERATOR = RANKS.moderator;

/**
 * What can be done with a message, in the order in which it is offered.
 *
 * @returns {Array<"reply"|"copy"|"edit"|"info"|"delete">} Empty for one that was deleted; a copy only of one that has
 *   not reached the server. Without words there is nothing to copy or to edit.
 */
export function messageActions(state, message) {
  const conversation = state.conversations[message.conversationId];
  if (!conversation || message.deleted || message.type === "system") return [];
  if (!message._id) return message.content ? ["copy"] : [];
  const isOwn = message.sender?._id === state.me?._id;
  const isModerated = conversation.isGroup && myRank(state, conversation) >= MODERATOR;
  return [
    "reply",
    message.content && "copy",
    isOwn && message.content && "edit",
    "info",
    (isOwn || isModerated) && "delete",
  ].filter(Boolean);
}

/** My last message that can still be edited; undefined when none is held. */
export function lastEditable(state, conversationId) {
  return state.threads[conversationId]?.messages.findLast((message) => messageActions(state, message).includes("edit"));
}

/** Whether I may change a group's name and description. */
export function mayChangeGroup(state, conversation) {
  return conversation.isGroup && myRank(state, conversation) >= ADMIN;
}

/** Whether I may take people into a group. */
export function mayAddMembers(state, conversation) {
  return conversation.isGroup && myRank(state, conversation) >= MODERATOR;
}

/** Whether I may take a member out of a group. */
export function mayRemoveMember(state, conversation, member) {
  if (member._id === state.me?._id || !mayAddMembers(state, conversation)) return false;
  return RANKS[member.role] <= reach(state, conversation);
}

/** The roles I may give to a member, the present one among them; empty when I may not change it. */
export function rolesFor(state, conversation, member) {
  if (member._id === state.me?._id || !mayChangeGroup(state, conversation)) return [];
  const most = reach(state, conversation);
  if (RANKS[member.role] > most) return [];
  return Object.keys(RANKS).filter((role) => RANKS[role] <= most);
}

/** Whether somebody else has to become admin before I leave. */
export function needsSuccessor(state, conversation) {
  const isAdmin = ({ role }) => RANKS[role] >= ADMIN;
  const others = conversation.participants.filter(({ _id }) => _id !== state.me?._id);
  return others.length > 0 && myRank(state, conversation) >= ADMIN && !others.some(isAdmin);
}

/** Members by rank, then by name. */
export function membersByRank(conversation) {
  return conversation.participants.toSorted(
    (one, other) => RANKS[other.role] - RANKS[one.role] || one.name.localeCompare(other.name),
  );
}

// Admins and owners reach up to their own rank, moderators only to those below them.
function reach(state, conversation) {
  const rank = myRank(state, conversation);
  return rank >= ADMIN ? rank : rank - 1;
}

function myRank(state, conversation) {
  return RANKS[findParticipant(conversation, state.me?._id)?.role] ?? RANKS.member;
}
