/** The short-lived token every request carries, made from the HttpOnly cookie that script never sees. */

import { Failure } from "./failure.js";

/** A token is renewed this long before it ends. */
const RENEW_AHEAD_MS = 60 * 1000;

export class AccessToken {
  #fetch;
  #clock;
  #token = null;
  #endsAt = 0;
  #renewal = null;

  /**
   * @param {object} parts
   * @param {typeof fetch} parts.fetch
   * @param {() => number} [parts.clock] Milliseconds that never jump.
   */
  constructor({ fetch, clock = () => performance.now() }) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** @returns {Promise<string>} A token with time left. Rejects with `unauthenticated` when signed out. */
  async get() {
    return this.#token && this.#clock() < this.#endsAt - RENEW_AHEAD_MS ? this.#token : this.renew();
  }

  /** Fetches a new token; whoever asks meanwhile gets the same one. */
  renew() {
    this.#renewal ??= this.#request().finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #request() {
    let response;
    try {
      response = await this.#fetch("/api/auth/refresh-token", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: "{}",
      });
    } catch {
      throw new Failure({ code: "offline" });
    }
    const body = await response.json().catch(() => ({}));
    if (response.status === 401) throw new Failure({ code: "unauthenticated", error: body.error });
    if (!response.ok) throw new Failure({ code: "unavailable", ...body });
    this.#token = body.accessToken;
    this.#endsAt = this.#clock() + lifetimeMs(body.accessToken);
    return this.#token;
  }
}

// From the token's own two times, not from this device's clock, which may be wrong by years.
function lifetimeMs(token) {
  const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const { iat, exp } = JSON.parse(atob(payload));
  return (exp - iat) * 1000;
}
