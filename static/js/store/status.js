/** The walk of a message: pending → sent → delivered → read, and never back. */

const WALK = ["pending", "sent", "delivered", "read"];

/** The later one of two statuses; either may be missing. */
export function furthest(one, other) {
  return WALK.indexOf(other) > WALK.indexOf(one) ? other : one;
}

/**
 * How far a message has come, from what its own events said and from the cursors of those who should read it.
 * In a group it is the least of all of them; who joined later has a cursor beyond it. What was for nobody stays sent.
 *
 * @returns {"pending"|"sent"|"delivered"|"read"}
 */
export function statusOf(message, conversation) {
  const { since, read, delivered } = reachOf(conversation, message.sender?._id);
  if (message.seq < since) return message.status ?? "sent";
  const told = message.seq <= read ? "read" : message.seq <= delivered ? "delivered" : "sent";
  return furthest(message.status ?? "sent", told);
}

const reaches = new WeakMap();

// The same for all messages of one sender; walking through the members for each of them would not be.
function reachOf(conversation, senderId) {
  if (!reaches.has(conversation)) reaches.set(conversation, new Map());
  const known = reaches.get(conversation);
  if (!known.has(senderId)) known.set(senderId, leastCursors(conversation.participants, senderId));
  return known.get(senderId);
}

function leastCursors(participants, senderId) {
  let [since, read, delivered] = [Infinity, Infinity, Infinity];
  for (const { _id, joinedSeq = 0, lastReadSeq = 0, lastDeliveredSeq = 0 } of participants) {
    if (_id === senderId) continue;
    since = Math.min(since, joinedSeq);
    read = Math.min(read, lastReadSeq);
    delivered = Math.min(delivered, Math.max(lastDeliveredSeq, lastReadSeq));
  }
  return { since, read, delivered };
}
