/** People as they are now: a new name or face is told of the person, not of the conversations they are in. */

/** `user-updated` */
export function userUpdated(state, { userId, name, avatar }) {
  const isThem = ({ _id }) => _id === userId;
  const renewed = (conversation) =>
    conversation.participants.some(isThem)
      ? {
          ...conversation,
          participants: conversation.participants.map((each) => (isThem(each) ? { ...each, name, avatar } : each)),
        }
      : conversation;
  const conversations = Object.entries(state.conversations).map(([id, each]) => [id, renewed(each)]);
  return {
    ...state,
    me: state.me && isThem(state.me) ? { ...state.me, name, avatar } : state.me,
    conversations: Object.fromEntries(conversations),
  };
}
