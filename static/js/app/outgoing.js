/** Opens a person's outbox and keeps what the page shows of it right, also when another tab changed it. */

import { newUuid } from "../lib/ids.js";
import { createLock } from "../net/lock.js";
import { memoryStorage, openOutboxStorage } from "../net/outbox-storage.js";
import { Outbox } from "../net/outbox.js";
import {
  outgoingAcked,
  outgoingDiscarded,
  outgoingLoaded,
  outgoingPictured,
  outgoingProgressed,
  outgoingQueued,
} from "../store/outgoing.js";
import { seqSeen } from "../store/sequence.js";

/** The broadcast of a message comes with its ack, or it was lost and its place has to be asked for. */
const BROADCAST_EXPECTED_MS = 2000;

/**
 * @param {object} parts
 * @param {import("./model.js").Model} parts.model With `me` loaded.
 * @param {import("../net/api.js").Api} parts.api
 * @param {import("../net/socket.js").Connection} parts.connection
 * @param {() => void} parts.onSeqSeen There may be a gap to heal.
 * @returns {Promise<Outbox>}
 */
export async function openOutbox({ model, api, connection, onSeqSeen }) {
  const name = `outbox-${model.state.me._id}`;
  const storage = await openOutboxStorage(model.state.me._id).catch(memoryStorage);
  const tabs = new BroadcastChannel(name);
  const outbox = new Outbox({
    storage,
    send: ({ clientMessageId, conversationId, content, replyTo }, attachments) =>
      connection.request("send-message", { clientMessageId, conversationId, content, replyTo, attachments }),
    files: {
      upload: (blob, how) => api.upload("attachments", blob, how),
      discard: (attachmentId) => api.delete(`attachments/${attachmentId}`),
    },
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

  const shown = {
    queued: ({ entry }) => {
      model.apply(outgoingQueued, entry);
      picture(entry);
    },
    failed: ({ entry }) => model.apply(outgoingQueued, entry),
    progressed: ({ entry, percent }) => model.apply(outgoingProgressed, entry, percent),
    discarded: ({ entry }) => model.apply(outgoingDiscarded, entry),
    acked: ({ entry, ack }) => {
      model.apply(outgoingAcked, entry, ack);
      setTimeout(() => {
        model.apply(seqSeen, entry.conversationId, ack.seq);
        onSeqSeen();
      }, BROADCAST_EXPECTED_MS);
    },
  };

  function show(change) {
    shown[change.type](change);
  }

  async function picture(entry) {
    for (const { id, type } of entry.files) {
      const blob = type.startsWith("image/") && (await outbox.blob(id));
      if (blob) model.apply(outgoingPictured, entry, id, blob);
    }
  }

  tabs.onmessage = ({ data }) => {
    show(data);
    if (data.type === "discarded") outbox.givenUp(data.entry.clientMessageId);
    // Behind the lock of the tab that sends: should it be closed, this one goes on.
    if (data.type === "queued" && navigator.locks) outbox.flush();
  };
  const entries = await outbox.entries();
  model.apply(outgoingLoaded, entries);
  for (const entry of entries) picture(entry);
  return outbox;
}
