/** What there is to know and to do about a conversation: a group with its members, or one person. */

import { GroupDetails } from "./group-details.js";
import { PersonDetails } from "./person-details.js";

/** @returns {{dialog: HTMLDialogElement, render: (state: object) => void}} */
export function openWindow(parts) {
  const conversation = parts.state.conversations[parts.conversationId];
  return conversation.isGroup ? new GroupDetails(parts) : new PersonDetails(parts);
}
