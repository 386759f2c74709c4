/** Which conversation is open stands in the address, so that reload, back and bookmarks work. */

const PATTERN = /^#\/c\/([^/]+)$/;

/** @returns {string|null} The id in the address. */
export function openConversationId() {
  const match = PATTERN.exec(location.hash);
  return match ? decodeURIComponent(match[1]) : null;
}

/** Opens a conversation, or the list for null. */
export function goTo(conversationId) {
  location.hash = conversationId ? `#/c/${encodeURIComponent(conversationId)}` : "#/";
}

/** The address is wrong: correct it without leaving a step for the back button. */
export function replaceWithList() {
  history.replaceState(null, "", "#/");
}

/** @returns {() => void} Ends the watch. */
export function watchRoute(onChange) {
  window.addEventListener("hashchange", onChange);
  return () => window.removeEventListener("hashchange", onChange);
}
