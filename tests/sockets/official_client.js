// Lets a Python test drive the official client, the very file that browsers get. One JSON object a line:
// in {id, do: "connect" | "emit" | "disconnect", …}, out {id, result | error} and {kind, name, args} as things arrive.
//
// Node has a WebSocket but no XMLHttpRequest, so polling goes through the client's own transport over fetch; and no
// FileReader, by which the client puts binary attachments into a polling payload.

import { createInterface } from "node:readline";
import { Fetch, WebSocket, io } from "../../static/vendor/socket.io-client.js";

const TRANSPORTS = { polling: Fetch, websocket: WebSocket };

globalThis.FileReader ??= class {
  async readAsDataURL(blob) {
    this.result = `data:;base64,${toBase64(await blob.arrayBuffer())}`;
    this.onload();
  }
};

let socket = null;

const commands = {
  connect({ url, options }, answer) {
    const transports = options.transports.map((name) => TRANSPORTS[name]);
    socket = io(url, { ...options, transports, forceNew: true });
    socket.on("connect", () => tell("connect", socket.id, [{ recovered: socket.recovered }]));
    socket.on("connect_error", (error) => tell("connect_error", error.message, [error.data ?? null]));
    socket.on("disconnect", (reason) => tell("disconnect", reason, [{ willReconnect: socket.active }]));
    socket.onAny((name, ...args) => tell("event", name, args));
    // A reconnection brings a new engine.
    socket.io.on("open", () => {
      socket.io.engine.on("upgrade", (transport) => tell("upgrade", transport.name, []));
    });
    answer(null);
  },

  emit({ name, args, wantsAck }, answer) {
    if (!wantsAck) {
      socket.emit(name, ...args);
      answer(null);
      return;
    }
    socket.emit(name, ...args, (...answers) => {
      tell("ack", name, answers);
      answer(answers[0] ?? null);
    });
  },

  disconnect(_, answer) {
    socket.disconnect();
    answer(null);
  },
};

const encode = (value) =>
  JSON.stringify(value, (_, inner) => (inner instanceof ArrayBuffer ? { $bytes: toBase64(inner) } : inner));
const decode = (line) =>
  JSON.parse(line, (_, inner) => (inner?.$bytes === undefined ? inner : Buffer.from(inner.$bytes, "base64")));
const toBase64 = (buffer) => Buffer.from(buffer).toString("base64");

function write(object) {
  process.stdout.write(encode(object) + "\n");
}

function tell(kind, name, args) {
  write({ kind, name, args });
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { id, do: command, ...rest } = decode(line);
    try {
      commands[command](rest, (result) => write({ id, result }));
    } catch (error) {
      write({ id, error: error.message });
    }
  })
  .on("close", () => {
    socket?.disconnect();
    process.exit();
  });
