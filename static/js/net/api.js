/** The REST side: JSON in, or a form with a file, JSON out, a Failure for everything else. */

import { Failure, refusal } from "./failure.js";
import { sendFile } from "./upload.js";

const TIMEOUT_MS = 15 * 1000;

export class Api {
  #token;
  #fetch;
  #locale;

  /**
   * @param {object} parts
   * @param {import("./access-token.js").AccessToken} parts.token
   * @param {typeof fetch} parts.fetch
   * @param {() => string} parts.locale The language for the server's sentences.
   */
  constructor({ token, fetch, locale }) {
    this.#token = token;
    this.#fetch = fetch;
    this.#locale = locale;
  }

  /** @param {Object<string, string|number|undefined>} [query] What is undefined is left out. */
  get(path, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(given).toString();
    return this.#request("GET", search ? `${path}?${search}` : path);
  }

  post(path, body = {}) {
    return this.#request("POST", path, body);
  }

  patch(path, body) {
    return this.#request("PATCH", path, body);
  }

  put(path, body = {}) {
    return this.#request("PUT", path, body);
  }

  delete(path) {
    return this.#request("DELETE", path);
  }

  /**
   * Sends a file, as the one part of a form.
   *
   * @param {string} path
   * @param {Blob} blob
   * @param {object} how
   * @param {string} how.name
   * @param {AbortSignal} how.signal Gives it up: then it rejects with `cancelled`.
   * @param {(bytes: number) => void} how.onProgress How much has gone up.
   */
  upload(path, blob, how) {
    return this.#answerTo((token) => sendFile(`/api/${path}`, blob, { ...how, headers: this.#headers(token) }));
  }

  #request(method, path, body) {
    return this.#answerTo((token) => this.#send(method, path, body, token));
  }

  /** @param {(token: string) => Promise<Response>} send */
  async #answerTo(send) {
    const first = await send(await this.#token.get());
    // A token may end between its check here and its check there, or while the machine slept: once more with a new one.
    const response = first.status === 401 ? await send(await this.#token.renew()) : first;
    if (response.status === 204) return null;
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw refusal(response.status, answer);
    return answer;
  }

  async #send(method, path, body, token) {
    const isForm = body instanceof FormData;
    try {
      return await this.#fetch(`/api/${path}`, {
        method,
        headers: {
          ...this.#headers(token),
          // A form tells its own type, with the mark between its parts.
          ...(body && !isForm && { "Content-Type": "application/json" }),
        },
        body: isForm ? body : body && JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw new Failure({ code: error.name === "TimeoutError" ? "timeout" : "offline" });
    }
  }

  #headers(token) {
    return { Authorization: `Bearer ${token}`, "Accept-Language": this.#locale() };
  }
}
