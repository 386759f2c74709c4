/** Who belongs to a group and what it is called: conversation and event in, conversation out. */

/** Adds the new member; what the event does not tell of them is fetched (`isIncomplete`). */
export function addParticipant(conversation, { newUserId, participant, message }) {
  if (conversation.participants.some((each) => each._id === newUserId)) return conversation;
  const added = participant ?? {
    _id: newUserId,
    name: message?.system?.name ?? "",
    avatar: null,
    role: "member",
    lastReadSeq: 0,
    lastDeliveredSeq: 0,
  };
  return {
    ...conversation,
    participants: [...conversation.participants, added],
    isIncomplete: conversation.isIncomplete || !participant,
  };
}

export function removeParticipant(conversation, { removedUserId }) {
  return {
    ...conversation,
    participants: conversation.participants.filter((each) => each._id !== removedUserId),
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
