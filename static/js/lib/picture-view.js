/**
 * Where a picture stands in a frame that shows a part of it. Distances are in pixels of the page.
 *
 * @typedef {{width: number, height: number}} Size
 * @typedef {object} View
 * @property {number} scale Pixels of the page for one of the picture.
 * @property {number} x How far the picture's middle stands to the right of the frame's.
 * @property {number} y How far below.
 */

/** The scale at which all of the picture is seen; it is not made larger than it is. @returns {number} */
export function scaleToFit(picture, frame) {
  return Math.min(frame.width / picture.width, frame.height / picture.height, 1);
}

/** The least scale at which nothing of the frame stays empty. @returns {number} */
export function scaleToCover(picture, frame) {
  return Math.max(frame.width / picture.width, frame.height / picture.height);
}

/** The view moved back so far that no more of the frame is empty than must be. @returns {View} */
export function heldIn(view, picture, frame) {
  return {
    scale: view.scale,
    x: within(view.x, (picture.width * view.scale - frame.width) / 2),
    y: within(view.y, (picture.height * view.scale - frame.height) / 2),
  };
}

/**
 * The view at another scale, with what lies under one point of the frame staying there.
 *
 * @param {View} view
 * @param {number} scale
 * @param {{x: number, y: number}} at Seen from the frame's middle.
 * @returns {View}
 */
export function zoomedTo(view, scale, at = { x: 0, y: 0 }) {
  const factor = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * factor, y: at.y - (at.y - view.y) * factor };
}

/**
 * What of the picture a frame shows that it covers, in the picture's own pixels.
 *
 * @returns {{x: number, y: number, width: number, height: number}}
 */
export function partShown({ scale, x, y }, picture, frame) {
  const [width, height] = [frame.width / scale, frame.height / scale];
  return { x: (picture.width - width) / 2 - x / scale, y: (picture.height - height) / 2 - y / scale, width, height };
}

function within(offset, room) {
  const most = Math.max(0, room);
  // Not -0, which compares as another number.
  return Math.min(most, Math.max(-most, offset)) + 0;
}
