/** A file on its way up. By XMLHttpRequest: fetch does not tell how much of a body has gone. */

import { Failure } from "./failure.js";

/** A line on which nothing moves for this long is taken for broken. */
const STILL_MS = 30 * 1000;
/** When all has gone up, the server still looks into it, one after the other. */
const ANSWER_MS = 120 * 1000;

/**
 * @param {string} url
 * @param {Blob} blob
 * @param {object} how
 * @param {string} how.name What the file is called.
 * @param {Object<string, string>} how.headers
 * @param {AbortSignal} how.signal
 * @param {(bytes: number) => void} how.onProgress How much of the file has gone up.
 * @returns {Promise<Response>} The server's answer, also a refusal. Rejects with a Failure: `offline`, `timeout`, or
 *   `cancelled` when the signal gave it up.
 */
export function sendFile(url, blob, { name, headers, signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (code) => reject(new Failure({ code }));
    const cancel = () => {
      fail("cancelled");
      request.abort();
    };
    let timer;
    const expectWithin = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        fail("timeout");
        request.abort();
      }, ms);
    };

    request.upload.onprogress = ({ loaded }) => {
      expectWithin(STILL_MS);
      onProgress(Math.min(loaded, blob.size));
    };
    request.upload.onload = () => expectWithin(ANSWER_MS);
    request.onload = () => resolve(new Response(request.responseText, { status: request.status }));
    request.onerror = () => fail("offline");
    request.onloadend = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    };
    if (signal.aborted) return fail("cancelled");
    signal.addEventListener("abort", cancel);

    request.open("POST", url);
    for (const [header, value] of Object.entries(headers)) request.setRequestHeader(header, value);
    const form = new FormData();
    form.append("file", blob, name);
    expectWithin(STILL_MS);
    request.send(form);
  });
}
