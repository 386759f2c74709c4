/** A refusal or a break, in the shape both transports share: a code for programs, a sentence for people. */
export class Failure extends Error {
  /**
   * @param {object} body
   * @param {string} body.code `bad_request`, `forbidden`, … from the server; `offline`, `timeout` from here.
   * @param {string} [body.error] The server's sentence, in the person's language.
   * @param {number} [body.retryAfter] In seconds.
   */
  constructor({ code, error = "", retryAfter }) {
    super(error || code);
    this.name = "Failure";
    this.code = code;
    this.sentence = error;
    this.retryAfter = retryAfter;
  }
}
