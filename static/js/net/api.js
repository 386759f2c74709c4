/** The REST side: JSON in, or a form with a file, JSON out, a Failure for everything else. */

import { Failure } from "./failure.js";

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

  async #request(method, path, body) {
    const first = await this.#send(method, path, body, await this.#token.get());
    // A token may end between its check here and its check there, or while the machine slept: once more with a new one.
    const response = first.status === 401 ? await this.#send(method, path, body, await this.#token.renew()) : first;
    if (response.status === 204) return null;
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Failure({ code: codeOf(response.status), ...answer });
    return answer;
  }

  async #send(method, path, body, token) {
    const isForm = body instanceof FormData;
    try {
      return await this.#fetch(`/api/${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${token}`,
          "Accept-Language": this.#locale(),
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
}

// For answers that are not the server's own, such as a proxy's.
function codeOf(status) {
  return status === 401 ? "unauthenticated" : status >= 500 ? "unavailable" : "bad_request";
}
