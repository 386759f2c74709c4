/** The walk of a message: pending → sent → delivered → read, and never back. */

const WALK = ["pending", "sent", "delivered", "read"];

/** The later one of two statuses; either may be missing. */
export function furthest(one, other) {
  return WALK.indexOf(other) > WALK.indexOf(one) ? other : one;
}

/**
 * How far a message has come, from what its own events said and from the cursors of those who should read it.
 * In a group it is the least of all of them.
 *
 * @returns {"pending"|"sent"|"delivered"|"read"}
 */
export function statusOf(message, conversation) {
  const others = conversation.participants.filter((each) => each._id !== message.sender?._id);
  if (others.length === 0) return message.status ?? "sent";
  const isReadByAll = others.every((each) => (each.lastReadSeq ?? 0) >= message.seq);
  const isDeliveredToAll = others.every(
    (each) => Math.max(each.lastDeliveredSeq ?? 0, each.lastReadSeq ?? 0) >= message.seq,
  );
  const told = isReadByAll ? "read" : isDeliveredToAll ? "delivered" : "sent";
  return furthest(message.status ?? "sent", told);
}
