/** What a file is to people: its kind, its sign, its length, and the room that pictures take. */

/** What the server decodes and writes anew (chat/files/kinds.py); any other picture is a file to be saved. */
const PICTURES = new Set(["image/jpeg", "image/png", "image/gif", "image/webp"]);
const SOUNDS = new Set([
  "audio/mpeg",
  "audio/mp4",
  "audio/ogg",
  "audio/webm",
  "audio/wav",
  "audio/flac",
  "audio/aac",
]);
const VIDEOS = new Set(["video/mp4", "video/webm", "video/ogg", "video/quicktime"]);

const SIGNS = {
  "file-text": ["pdf", "txt", "md", "rtf", "doc", "docx", "odt", "epub", "tex", "ppt", "pptx", "odp", "log"],
  "file-spreadsheet": ["xls", "xlsx", "ods", "csv", "tsv"],
  "file-archive": ["zip", "7z", "rar", "tar", "gz", "tgz", "bz2", "xz", "zst"],
  "file-music": ["mp3", "m4a", "ogg", "opus", "wav", "flac", "aac", "mid", "midi", "amr", "aiff"],
  video: ["mp4", "m4v", "webm", "mov", "mkv", "avi", "wmv", "mpg", "3gp"],
  image: ["heic", "avif", "tif", "tiff", "bmp", "psd", "svg", "xcf", "ico"],
};
const LONGEST_ENDING = 5;
const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;

/** The side of the square into which one picture is fitted, and what it has at least of either side. */
const PICTURE_PX = 288;
const LEAST_PX = 96;
/** More pictures than this stand behind the last one shown. */
const SHOWN_PICTURES = 6;

/** @returns {"image"|"video"|"audio"|"file"} */
export function kindOf({ contentType }) {
  if (PICTURES.has(contentType)) return "image";
  if (VIDEOS.has(contentType)) return "video";
  return SOUNDS.has(contentType) ? "audio" : "file";
}

/** What all of a message's files are, or `file` when they differ. */
export function commonKind(attachments) {
  const kinds = new Set(attachments.map(kindOf));
  return kinds.size === 1 ? [...kinds][0] : "file";
}

/** "report.PDF" → "pdf"; empty when the name has no ending that could be one. */
export function endingOf(name) {
  const dot = name.lastIndexOf(".");
  const ending = name.slice(dot + 1).toLowerCase();
  return dot > 0 && ending.length <= LONGEST_ENDING && /^\w+$/.test(ending) ? ending : "";
}

/** The icon that stands for a file which is not shown itself. */
export function signOf({ name }) {
  const ending = endingOf(name);
  return Object.keys(SIGNS).find((sign) => SIGNS[sign].includes(ending)) ?? "file";
}

/** 75.4 → "1:15" */
export function durationWords(seconds) {
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / HOUR_S);
  const minutes = Math.floor((whole % HOUR_S) / MINUTE_S);
  const rest = String(whole % MINUTE_S).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** How large one picture is shown, in pixels, known before it comes: what is too long or too thin is cut. */
export function shownSize({ width, height }) {
  const scale = Math.min(PICTURE_PX / width, PICTURE_PX / height, 1);
  const side = (pixels) => Math.max(LEAST_PX, Math.round(pixels * scale));
  return { width: side(width), height: side(height) };
}

/**
 * How several pictures stand together.
 *
 * @param {number} count
 * @returns {{rows: number[], hidden: number}} How many stand in each row, and how many are behind the last one.
 */
export function pictureRows(count) {
  const shown = Math.min(count, SHOWN_PICTURES);
  const rows = { 1: [1], 2: [2], 3: [1, 2], 4: [2, 2], 5: [2, 3], 6: [3, 3] }[shown];
  return { rows, hidden: count - shown };
}
