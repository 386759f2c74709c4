/** The pictures of a conversation, as far as its messages are held. */

import { threadOf } from "./state.js";

/**
 * @param {object} state
 * @param {string} conversationId
 * @param {(attachment: object) => boolean} isPicture
 * @returns {Array<{message: object, attachment: object}>} From the oldest to the newest.
 */
export function picturesOf(state, conversationId, isPicture) {
  return threadOf(state, conversationId).messages.flatMap((message) =>
    (message.attachments ?? []).filter(isPicture).map((attachment) => ({ message, attachment })),
  );
}
