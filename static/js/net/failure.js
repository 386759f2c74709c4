/** A refusal or a break, in the shape both transports share: a code for programs, a sentence for people. */
export class Failure extends Error {
  /**
   * @param {object} body
   * @param {string} body.code `bad_request`, `forbidden`, … from the server; `offline`, `timeout` from here.
   * @param {string} [body.error] The server's sentence, in the person's language.
   * @param {number} [body.retryAfter] In seconds.
   * @param {{field?: string}} [body.details] What it is about.
   */
  constructor({ code, error = "", retryAfter, details = {} }) {
    super(error || code);
    this.name = "Failure";
    this.code = code;
    this.sentence = error;
    this.retryAfter = retryAfter;
    this.details = details;
  }
}

/** The Failure that a refusing answer stands for. @param {object} body Empty when it is not the server's own. */
export function refusal(status, body) {
  return new Failure({ code: codeOf(status), ...body });
}

// For answers that are not the server's own, such as a proxy's.
function codeOf(status) {
  const codes = { 401: "unauthenticated", 413: "too_large", 429: "rate_limited" };
  return codes[status] ?? (status >= 500 ? "unavailable" : "bad_request");
}
