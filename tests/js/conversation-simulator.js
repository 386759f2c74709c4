/**
 * A conversation as the server keeps it: makes changes, the events that tell of them, and snapshots to compare with.
 * Random, but the same for the same seed.
 */

export const ME = "u-me";
export const OTHERS = ["u-ada", "u-bob", "u-eve"];
const PEOPLE = [ME, ...OTHERS];
const EMOJIS = ["👍", "❤️", "🎉"];

export function randomFrom(seed) {
  let value = seed >>> 0 || 1;
  return () => {
    value ^= value << 13;
    value ^= value >>> 17;
    value ^= value << 5;
    return (value >>> 0) / 2 ** 32;
  };
}

export function shuffled(items, random) {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [result[index], result[other]] = [result[other], result[index]];
  }
  return result;
}

export class ConversationSimulator {
  #random;
  #messages = [];
  #participants = [ME, "u-ada", "u-bob"].map((id) => participant(id));
  #name = "Group";
  #lastSeq = 0;
  events = [];

  constructor({ id = "c-1", random = randomFrom(1) } = {}) {
    this.id = id;
    this.#random = random;
  }

  send(senderId, content = `text ${this.#lastSeq + 1}`, clientMessageId) {
    const message = this.#newMessage(senderId, { content, clientMessageId });
    return this.#tell("receive-message", message);
  }

  /** Does something at random that a conversation may go through. */
  step() {
    const acts = [
      () => this.send(this.#pick(PEOPLE)),
      () => this.send(this.#pick(PEOPLE)),
      () => this.#edit(),
      () => this.#delete(),
      () => this.#react(),
      () => this.#unreact(),
      () => this.#member(),
      () => this.#rename(),
      () => this.#read(),
    ];
    this.#pick(acts)();
  }

  /** The whole conversation, as a list or `conversation-created` carries it. */
  snapshot() {
    const mine = this.#participants.find(({ _id }) => _id === ME);
    return structuredClone({
      _id: this.id,
      isGroup: true,
      name: this.#name,
      avatar: null,
      description: null,
      participants: this.#participants,
      lastMessage: this.#messages.at(-1) ?? null,
      lastSeq: this.#lastSeq,
      unreadCount: this.#messages.filter(
        ({ seq, sender, type, deleted }) => seq > mine.lastReadSeq && sender._id !== ME && type === "text" && !deleted,
      ).length,
      muted: false,
      archived: false,
      createdAt: "2026-01-01T00:00:00.000Z",
    });
  }

  /** A page of history. */
  page({ beforeSeq = Infinity, limit = 10_000 } = {}) {
    const before = this.#messages.filter(({ seq }) => seq < beforeSeq);
    return structuredClone({ messages: before.slice(-limit), hasMore: before.length > limit });
  }

  /** The answer of `get-changes`. */
  changes(afterSeq, limit = 200) {
    const all = this.events.filter(({ data }) => data.seq > afterSeq);
    const changes = all
      .slice(0, limit)
      .map(({ event, data }) => ({ seq: data.seq, event, data: this.#asOfNow(event, data) }));
    return structuredClone({ changes, hasMore: all.length > limit, lastSeq: this.#lastSeq });
  }

  #edit() {
    const message = this.#anyMessage();
    if (!message) return;
    Object.assign(message, { content: `edited ${this.#lastSeq + 1}`, edited: true, editedAt: this.#time() });
    const { _id: messageId, content, editedAt, sender } = message;
    this.#tell("message-edited", { messageId, content, editedAt, sender });
  }

  #delete() {
    const message = this.#anyMessage();
    if (!message || this.#random() < 0.5) return;
    const deletedAt = this.#time();
    const nothing = { content: "", attachments: [], reactions: [], edited: false, editedAt: null };
    Object.assign(message, { ...nothing, deleted: true, deletedAt });
    this.#tell("message-deleted", { messageId: message._id, messageSeq: message.seq, deletedAt });
  }

  #react() {
    const message = this.#anyMessage();
    const userId = this.#pick(PEOPLE);
    const emoji = this.#pick(EMOJIS);
    if (!message || message.reactions.some((each) => each.emoji === emoji && each.userIds.includes(userId))) return;
    const known = message.reactions.find((each) => each.emoji === emoji);
    if (known) known.userIds.push(userId);
    else message.reactions.push({ emoji, userIds: [userId] });
    this.#tell("reaction-added", { messageId: message._id, userId, emoji });
  }

  #unreact() {
    const message = this.#messages.findLast(({ reactions }) => reactions.length > 0);
    if (!message) return;
    const [{ emoji, userIds }] = message.reactions;
    const userId = userIds.shift();
    message.reactions = message.reactions.filter((each) => each.userIds.length > 0);
    this.#tell("reaction-removed", { messageId: message._id, userId, emoji });
  }

  #member() {
    const eve = this.#participants.find(({ _id }) => _id === "u-eve");
    if (eve) {
      this.#participants = this.#participants.filter((each) => each !== eve);
      const message = this.#newMessage(ME, {
        type: "system",
        system: { kind: "member_removed", userId: "u-eve", name: "u-eve" },
      });
      this.#tell("group-user-removed", { removedUserId: "u-eve", message });
    } else {
      // A cursor never stands before the place where its owner joined.
      const joined = participant("u-eve", this.#lastSeq + 1);
      this.#participants.push(joined);
      const message = this.#newMessage(ME, {
        type: "system",
        system: { kind: "member_added", userId: "u-eve", name: "u-eve" },
      });
      const newUser = { _id: "u-eve", name: "u-eve", avatar: null };
      this.#tell("group-user-added", { newUserId: "u-eve", newUser, addedBy: ME, message });
    }
  }

  #rename() {
    this.#name = `Group ${this.#lastSeq + 1}`;
    const updates = { name: this.#name };
    const message = this.#newMessage("u-ada", { type: "system", system: { kind: "info_changed", updates } });
    this.#tell("group-updated", { updates, message });
  }

  // Takes no seq: a cursor, and later ones hold the earlier ones.
  #read() {
    const reader = this.#pick(this.#participants);
    reader.lastReadSeq = reader.lastDeliveredSeq = this.#lastSeq;
    const data = { conversationId: this.id, readerId: reader._id, lastReadSeq: this.#lastSeq };
    this.receipts = [...(this.receipts ?? []), { event: "messages-read", data }];
  }

  #newMessage(senderId, fields) {
    const message = {
      _id: `m-${this.id}-${this.#lastSeq + 1}`,
      conversationId: this.id,
      seq: this.#lastSeq + 1,
      sender: { _id: senderId, name: senderId, avatar: null },
      content: "",
      type: "text",
      attachments: [],
      reactions: [],
      status: "sent",
      edited: false,
      editedAt: null,
      deleted: false,
      deletedAt: null,
      createdAt: this.#time(),
      ...fields,
    };
    this.#messages.push(message);
    return message;
  }

  #tell(event, data) {
    this.#lastSeq += 1;
    const told = { event, data: structuredClone({ conversationId: this.id, ...data, seq: this.#lastSeq }) };
    this.events.push(told);
    return told;
  }

  #asOfNow(event, data) {
    if (event !== "receive-message") return data;
    const current = this.#messages.find(({ _id }) => _id === data._id);
    return current.deleted ? current : data;
  }

  #anyMessage() {
    return this.#pick(this.#messages.filter(({ type, deleted }) => type === "text" && !deleted));
  }

  #pick(items) {
    return items[Math.floor(this.#random() * items.length)];
  }

  #time() {
    return new Date(Date.UTC(2026, 0, 1) + this.#lastSeq * 1000).toISOString();
  }
}

function participant(_id, joinedSeq = 0) {
  const cursors = { joinedSeq, lastReadSeq: joinedSeq, lastDeliveredSeq: joinedSeq };
  return { _id, name: _id, avatar: null, role: "member", ...cursors };
}
