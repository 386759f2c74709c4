/** Opens a person's outbox and keeps what the page shows of it right, also when another tab changed it. */

import { newUuid } from "../lib/ids.js";
import { createLock } from "../net/lock.js";
import { memoryStorage, openOutboxStorage } from "../net/outbox-storage.js";
import { Outbox } from "../net/outbox.js";
import { outgoingAcked, outgoingDiscarded, outgoingLoaded, outgoingQueued } from "../store/outgoing.js";
import { seqSeen } from "../store/sequence.js";

/** The broadcast of a message comes with its ack, or it was lost and its place has to be asked for. */
const BROADCAST_EXPECTED_MS = 2000;

/**
 * @param {object} parts
 * @param {import("./model.js").Model} parts.model With `me` loaded.
 * @param {(entry: object) => Promise<object>} parts.send
 * @param {() => void} parts.onSeqSeen There may be a gap to heal.
 * @returns {Promise<Outbox>}
 */
export async function openOutbox({ model, send, onSeqSeen }) {
  const name = `outbox-${model.state.me._id}`;
  const storage = await openOutboxStorage(model.state.me._id).catch(memoryStorage);
  const tabs = new BroadcastChannel(name);
  const outbox = new Outbox({
    storage,
    send,
    clock: {
      now: () => Date.now(),
      setTimeout: (run, ms) => setTimeout(run, ms),
      clearTimeout: (timer) => clearTimeout(timer),
    },
    lock: createLock(name),
    newId: newUuid,
    onChange(change) {
      show(change);
      tabs.postMessage(change);
    },
  });

  function show({ type, entry, ack }) {
    if (type === "discarded") model.apply(outgoingDiscarded, entry);
    else if (type === "acked") model.apply(outgoingAcked, entry, ack);
    else model.apply(outgoingQueued, entry);
    if (type !== "acked") return;
    setTimeout(() => {
      model.apply(seqSeen, entry.conversationId, ack.seq);
      onSeqSeen();
    }, BROADCAST_EXPECTED_MS);
  }

  tabs.onmessage = ({ data }) => show(data);
  model.apply(outgoingLoaded, await outbox.entries());
  return outbox;
}
