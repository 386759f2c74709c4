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
  const { read, delivered } = reachOf(conversation, message.sender?._id);
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
  let [read, delivered, count] = [Infinity, Infinity, 0];
  for (const { _id, lastReadSeq = 0, lastDeliveredSeq = 0 } of participants) {
    if (_id === senderId) continue;
    count += 1;
    read = Math.min(read, lastReadSeq);
    delivered = Math.min(delivered, Math.max(lastDeliveredSeq, lastReadSeq));
  }
  return count > 0 ? { read, delivered } : { read: 0, delivered: 0 };
}
