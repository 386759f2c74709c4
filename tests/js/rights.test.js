/** What the page offers is what the server allows. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { conversationReceived } from "../../static/js/store/conversations.js";
import {
  lastEditable,
  mayAddMembers,
  mayChangeGroup,
  mayRemoveMember,
  messageActions,
  needsSuccessor,
  rolesFor,
} from "../../static/js/store/rights.js";
import { signedIn } from "./store-helpers.js";
import { ME } from "./conversation-simulator.js";

function group(myRole, others = {}) {
  const participant = ([_id, role]) => ({ _id, name: _id, role, lastReadSeq: 0, lastDeliveredSeq: 0 });
  const participants = Object.entries({ [ME]: myRole, bob: "member", ...others }).map(participant);
  const conversation = { _id: "c", isGroup: true, participants, lastSeq: 0, unreadCount: 0, lastMessage: null };
  const state = conversationReceived(signedIn(), conversation);
  return { state, conversation: state.conversations.c, member: (id) => participants.find(({ _id }) => _id === id) };
}

const message = (more = {}) => ({
  _id: "m",
  conversationId: "c",
  seq: 1,
  type: "text",
  content: "Hello",
  sender: { _id: ME },
  ...more,
});

test("my own message can be edited and deleted, another's only deleted by who moderates", () => {
  const of = (role, more) => messageActions(group(role).state, message(more));
  assert.deepEqual(of("member"), ["reply", "copy", "edit", "info", "delete"]);
  assert.deepEqual(of("member", { sender: { _id: "bob" } }), ["reply", "copy", "info"]);
  assert.deepEqual(of("moderator", { sender: { _id: "bob" } }), ["reply", "copy", "info", "delete"]);
});

test("nothing is offered for what was deleted or said by the group itself, a copy for what waits", () => {
  const { state } = group("owner");
  assert.deepEqual(messageActions(state, message({ deleted: true })), []);
  assert.deepEqual(messageActions(state, message({ type: "system" })), []);
  assert.deepEqual(messageActions(state, message({ _id: undefined })), ["copy"]);
});

test("without words there is nothing to copy or to edit, whatever files there are", () => {
  const { state } = group("member");
  const photo = { type: "image", attachments: [{ _id: "a" }] };
  assert.deepEqual(messageActions(state, message({ ...photo, content: "" })), ["reply", "info", "delete"]);
  assert.deepEqual(messageActions(state, message(photo)), ["reply", "copy", "edit", "info", "delete"]);
});

test("the last message that can be edited is mine and stands", () => {
  const { state } = group("member");
  const messages = [
    message({ _id: "1" }),
    message({ _id: "2", deleted: true }),
    message({ _id: "3", sender: { _id: "bob" } }),
  ];
  const thread = { ...state.threads.c, messages };
  assert.equal(lastEditable({ ...state, threads: { c: thread } }, "c")._id, "1");
  assert.equal(lastEditable(state, "c"), undefined);
});

test("members are added from moderator up, the group changed from admin up", () => {
  const may = (role) => {
    const { state, conversation } = group(role);
    return [mayAddMembers(state, conversation), mayChangeGroup(state, conversation)];
  };
  assert.deepEqual(
    ["member", "moderator", "admin", "owner"].map(may),
    [
      [false, false],
      [true, false],
      [true, true],
      [true, true],
    ],
  );
});

test("one removes those below, admins each other too, and nobody oneself", () => {
  const removable = (role) => {
    const { state, conversation, member } = group(role, { mo: "moderator", ad: "admin", ow: "owner" });
    return ["bob", "mo", "ad", "ow", ME].filter((id) => mayRemoveMember(state, conversation, member(id)));
  };
  assert.deepEqual(removable("member"), []);
  assert.deepEqual(removable("moderator"), ["bob"]);
  assert.deepEqual(removable("admin"), ["bob", "mo", "ad"]);
  assert.deepEqual(removable("owner"), ["bob", "mo", "ad", "ow"]);
});

test("roles are given up to one's own, to those who do not stand above", () => {
  const { state, conversation, member } = group("admin", { ow: "owner" });
  assert.deepEqual(rolesFor(state, conversation, member("bob")), ["admin", "moderator", "member"]);
  assert.deepEqual(rolesFor(state, conversation, member("ow")), []);
  assert.deepEqual(rolesFor(state, conversation, member(ME)), []);
});

test("the last admin needs a successor unless nobody is left", () => {
  const needs = (role, others) => {
    const { state, conversation } = group(role, others);
    return needsSuccessor(state, conversation);
  };
  assert.equal(needs("owner"), true);
  assert.equal(needs("owner", { ad: "admin" }), false);
  assert.equal(needs("member"), false);
});
