/** The live line: socket.io-client with our rules for coming back. */

import { io } from "../../vendor/socket.io-client.js";
import { Failure } from "./failure.js";

const ATTEMPTS = 5;
const DELAY_MS = 1000;
const DELAY_MAX_MS = 5000;
// Some spread, or a thousand clients come back in the same moment after a restart.
const SPREAD = 0.25;
const ACK_TIMEOUT_MS = 10 * 1000;
/** After the attempts are used up, a quiet one from time to time: nobody may be there to press Retry. */
const QUIET_RETRY_MS = 30 * 1000;

/** Refusals of a token that a new one may mend. */
const RENEWABLE = new Set(["token_expired", "token_missing", "token_invalid"]);
/** The refusal after which only signing in again helps. Any other one (too many, a fault) may pass. */
const FINAL = "session_revoked";

export class Connection {
  #socket;
  #token;
  #onPhase;
  #onRefused;
  #hasGivenUp = false;
  #quietTimer = null;
  #listeners = new AbortController();

  /**
   * @param {object} parts
   * @param {import("./access-token.js").AccessToken} parts.token
   * @param {() => string} parts.locale
   * @param {() => object} parts.cursors Sent along so that the server knows this client catches up by itself.
   * @param {(event: string, data: object) => void} parts.onEvent
   * @param {string[]} parts.events The names to listen for.
   * @param {(phase: string, attempt?: number) => void} parts.onPhase
   * @param {() => void} parts.onRefused The session is over: sign in again.
   */
  constructor({ token, locale, cursors, onEvent, events, onPhase, onRefused }) {
    this.#token = token;
    this.#onPhase = onPhase;
    this.#onRefused = onRefused;
    this.#socket = io({
      path: "/socket.io",
      transports: ["websocket", "polling"],
      // Without it, where a proxy lets no websocket through, polling is never tried.
      tryAllTransports: true,
      autoConnect: false,
      reconnection: true,
      reconnectionDelay: DELAY_MS,
      reconnectionDelayMax: DELAY_MAX_MS,
      reconnectionAttempts: ATTEMPTS,
      randomizationFactor: SPREAD,
      auth: async (give) => give({ token: await this.#freshToken(), locale: locale(), cursors: cursors() }),
    });
    for (const event of events) this.#socket.on(event, (data) => onEvent(event, data));
    this.#watchSocket();
    this.#watchPage();
  }

  open() {
    this.#socket.connect();
  }

  /** Lets the line down; `open` takes it up again. */
  rest() {
    clearTimeout(this.#quietTimer);
    this.#socket.disconnect();
  }

  /** Ends the line for good and lets go of the page's events. */
  close() {
    this.#listeners.abort();
    this.rest();
  }

  /** Tries at once, with a new round of attempts. */
  retry() {
    if (this.#socket.connected) return;
    clearTimeout(this.#quietTimer);
    if (this.#hasGivenUp) this.#onPhase("connecting");
    this.#hasGivenUp = false;
    this.#socket.connect();
  }

  get isOpen() {
    return this.#socket.connected;
  }

  /**
   * Sends an event and waits for its answer.
   *
   * @returns {Promise<object>} The answer when it says `success`; otherwise rejects with a Failure.
   */
  async request(event, data) {
    if (!this.#socket.connected) throw new Failure({ code: "offline" });
    let answer;
    try {
      answer = await this.#socket.timeout(ACK_TIMEOUT_MS).emitWithAck(event, data);
    } catch {
      throw new Failure({ code: "timeout" });
    }
    if (!answer.success) throw new Failure(answer);
    return answer;
  }

  /** Sends an event nobody waits for; through a cut line it is lost. */
  tell(event, data) {
    if (this.#socket.connected) this.#socket.emit(event, data);
  }

  #watchSocket() {
    const { io: manager } = this.#socket;
    this.#socket.on("connect", () => {
      clearTimeout(this.#quietTimer);
      this.#onPhase("online");
    });
    this.#socket.on("disconnect", (reason) => {
      if (reason === "io client disconnect") return;
      this.#onPhase("reconnecting", 1);
      // Closed by the server on purpose: the client library does not come back from that by itself.
      if (reason === "io server disconnect") this.#retryLater(DELAY_MS);
    });
    this.#socket.on("connect_error", (error) => this.#connectFailed(error));
    let attempts = 0;
    manager.on("reconnect_attempt", (attempt) => {
      attempts = attempt;
      this.#onPhase("reconnecting", attempt);
    });
    // From here on it is the next one that is waited for. socket.io-client 4.8 says this of the last one too, after
    // `reconnect_failed`.
    manager.on("reconnect_error", () => this.#hasGivenUp || this.#onPhase("reconnecting", attempts + 1));
    manager.on("reconnect_failed", () => {
      this.#hasGivenUp = true;
      this.#onPhase("failed");
      this.#retryLater(QUIET_RETRY_MS);
    });
  }

  #watchPage() {
    const { signal } = this.#listeners;
    window.addEventListener("online", () => this.retry(), { signal });
    document.addEventListener("visibilitychange", () => !document.hidden && this.retry(), { signal });
  }

  async #connectFailed(error) {
    // The manager goes on by itself after a broken line, not after a refusal.
    if (this.#socket.active) return;
    const code = error.data?.code;
    if (code === FINAL) return this.#onRefused();
    if (!RENEWABLE.has(code)) return this.#retryLater(DELAY_MAX_MS);
    try {
      await this.#token.renew();
      this.#retryLater(DELAY_MS);
    } catch (failure) {
      if (failure.code === "unauthenticated") this.#onRefused();
      else this.#retryLater(DELAY_MAX_MS);
    }
  }

  #retryLater(delayMs) {
    clearTimeout(this.#quietTimer);
    this.#quietTimer = setTimeout(() => this.retry(), delayMs * (1 + SPREAD * Math.random()));
  }

  // Without a token the server refuses with `token_missing`, which leads back here by way of #connectFailed.
  async #freshToken() {
    try {
      return await this.#token.get();
    } catch {
      return "";
    }
  }
}
