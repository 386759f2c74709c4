/** Who belongs to a group and what it is called: conversation and event in, conversation out. */

import { furthestCursors } from "./state.js";

/** Adds the new member, whose cursors stand where they joined. Without a name the conversation is fetched. */
export function addParticipant(conversation, { newUserId, newUser, seq, message }) {
  if (conversation.participants.some((each) => each._id === newUserId)) return conversation;
  const { name = "", role = "member" } = message?.system ?? {};
  const cursors = { joinedSeq: seq, lastReadSeq: seq, lastDeliveredSeq: seq };
  const joined = { name, avatar: null, ...newUser, _id: newUserId, role, ...cursors };
  return {
    ...conversation,
    participants: [...conversation.participants, furthestCursors(joined, conversation.earlyCursors?.[newUserId])],
    isIncomplete: conversation.isIncomplete || !joined.name,
  };
}

export function removeParticipant(conversation, { removedUserId }) {
  const { participants, earlyCursors } = conversation;
  const removed = participants.find((each) => each._id === removedUserId);
  return {
    ...conversation,
    participants: participants.filter((each) => each !== removed),
    // What is known of their cursors may already speak of a time after their return.
    earlyCursors: { ...earlyCursors, [removedUserId]: removed },
  };
}

/** Takes over a new name, picture, description, or a member's new role. */
export function changeGroup(conversation, { updates, message }) {
  const { kind, userId, role } = message?.system ?? {};
  const participants =
    kind === "role_changed"
      ? conversation.participants.map((each) => (each._id === userId ? { ...each, role } : each))
      : conversation.participants;
  const { name, avatar, description } = { ...conversation, ...updates };
  return { ...conversation, name, avatar, description, participants };
}

/** Conversations of which an event told less than a snapshot does. */
export function incompleteConversations(state) {
  return Object.values(state.conversations)
    .filter((conversation) => conversation.isIncomplete)
    .map((conversation) => conversation._id);
}
