/** What there is to know and to do about a conversation: a group with its members, or one person. */

import { t } from "../lib/i18n.js";
import { GroupDetails } from "./group-details.js";
import { PersonDetails } from "./person-details.js";

/**
 * @param {object} parts
 * @param {object} parts.actions
 * @param {object} parts.page
 * @param {object} parts.state
 * @param {string} parts.conversationId
 * @param {(failure: object) => void} parts.report
 * @param {() => void} parts.close There is nothing left to show here, or one goes elsewhere.
 * @returns {{element: Element, render: (state: object) => void}}
 */
export function createDetails(parts) {
  return isGroup(parts) ? new GroupDetails(parts) : new PersonDetails(parts);
}

/** @param {{state: object, conversationId: string}} of */
export function detailsTitle(of) {
  return t(isGroup(of) ? "details.group" : "details.title");
}

function isGroup({ state, conversationId }) {
  return state.conversations[conversationId].isGroup;
}
