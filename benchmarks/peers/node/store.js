// What is stored before it is acknowledged: the message, numbered within its conversation, once per client's id.
import { randomUUID } from "node:crypto";

import Database from "better-sqlite3";

const TABLES = `
  CREATE TABLE conversations (id TEXT PRIMARY KEY, last_seq INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
  CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    seq INTEGER NOT NULL,
    sender_id TEXT NOT NULL,
    client_message_id TEXT,
    content TEXT NOT NULL,
    created_at TEXT NOT NULL
  );
  CREATE UNIQUE INDEX messages_place ON messages (conversation_id, seq);
  CREATE UNIQUE INDEX messages_once ON messages (client_message_id, sender_id);
`;

export class Store {
  #keep;

  /** `synchronous` is FULL (a power cut loses nothing acknowledged) or NORMAL. */
  constructor(path, synchronous, conversationIds) {
    const database = new Database(path);
    database.pragma("journal_mode = WAL");
    database.pragma(`synchronous = ${synchronous}`);
    database.pragma("foreign_keys = ON");
    database.exec(TABLES);
    const addConversation = database.prepare("INSERT INTO conversations (id) VALUES (?)");
    database.transaction(() => conversationIds.forEach((id) => addConversation.run(id)))();

    const find = database.prepare(
      "SELECT id, seq, created_at AS createdAt FROM messages WHERE client_message_id = ? AND sender_id = ?",
    );
    const next = database
      .prepare("UPDATE conversations SET last_seq = last_seq + 1 WHERE id = ? RETURNING last_seq")
      .pluck();
    const add = database.prepare("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)");
    this.#keep = database.transaction((senderId, { conversationId, clientMessageId, content }) => {
      const earlier = clientMessageId && find.get(clientMessageId, senderId);
      if (earlier) return { ...earlier, duplicate: true };
      const id = randomUUID();
      const seq = next.get(conversationId);
      const createdAt = new Date().toISOString();
      add.run(id, conversationId, seq, senderId, clientMessageId, content, createdAt);
      return { id, seq, createdAt, duplicate: false };
    });
  }

  /** Stores a message; on return it is on disk, as far as `synchronous` promises. */
  keep(senderId, message) {
    return this.#keep.immediate(senderId, message);
  }
}
