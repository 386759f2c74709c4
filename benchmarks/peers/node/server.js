// A chat server as one writes it with Socket.IO on Node: token, membership, a durable message, its ack, its broadcast.
//
// PORT; WORLD: a JSON file {users: {id: name}, conversations: {id: [userId]}}; ACCESS_KEY: hexadecimal;
// DATABASE: a path; SYNCHRONOUS: FULL or NORMAL.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import { Server } from "socket.io";

import { Store } from "./store.js";
import { userOf } from "./tokens.js";

const MAX_CONTENT_CHARS = 5000;

const { PORT, WORLD, ACCESS_KEY, DATABASE, SYNCHRONOUS } = process.env;
const world = JSON.parse(readFileSync(WORLD, "utf8"));
const accessKey = Buffer.from(ACCESS_KEY, "hex");
const members = new Map(Object.entries(world.conversations).map(([id, ids]) => [id, new Set(ids)]));
const conversationsOf = new Map();
for (const [id, ids] of members) {
  for (const userId of ids) {
    if (!conversationsOf.has(userId)) conversationsOf.set(userId, []);
    conversationsOf.get(userId).push(id);
  }
}
const store = new Store(DATABASE, SYNCHRONOUS, [...members.keys()]);

const http = createServer((request, response) => {
  response.writeHead(request.url === "/healthz" ? 200 : 404, { "Content-Length": 0 }).end();
});
const io = new Server(http);

io.use((socket, next) => {
  try {
    const id = userOf(socket.handshake.auth.token, accessKey);
    socket.data.user = { _id: id, name: world.users[id], avatar: null };
    next();
  } catch (error) {
    next(error);
  }
});

io.on("connection", (socket) => {
  const { user } = socket.data;
  socket.join(conversationsOf.get(user._id) ?? []);
  socket.emit("session-started", { userId: user._id });
  socket.on("send-message", (command, acknowledge) => acknowledge(answer(user, command)));
});

function answer(user, command) {
  try {
    return send(user, command);
  } catch (error) {
    console.error(error);
    return { success: false, code: "internal" };
  }
}

function send(user, command) {
  const { conversationId, content, clientMessageId } = command;
  if (typeof content !== "string" || content.length === 0 || content.length > MAX_CONTENT_CHARS) {
    return { success: false, code: "bad_request" };
  }
  if (!members.get(conversationId)?.has(user._id)) return { success: false, code: "not_found" };
  const { id, seq, createdAt, duplicate } = store.keep(user._id, command);
  if (!duplicate) {
    io.to(conversationId).emit("receive-message", {
      _id: id,
      conversationId,
      seq,
      clientMessageId,
      sender: user,
      content,
      type: "text",
      attachments: [],
      reactions: [],
      status: "sent",
      deliveredCount: 0,
      readCount: 0,
      recipientCount: members.get(conversationId).size - 1,
      edited: false,
      editedAt: null,
      deleted: false,
      deletedAt: null,
      createdAt,
      timestamp: new Date().toISOString(),
    });
  }
  return { success: true, messageId: id, conversationId, seq, status: "sent", createdAt };
}

http.listen({ port: Number(PORT), host: "127.0.0.1", backlog: 2048 });
