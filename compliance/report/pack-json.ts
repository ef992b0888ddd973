/** In JSON, a backslash that stands for itself, or half a character; the first, so that no text that says so is the second. */
const BACKSLASH_OR_HALF = /\\\\|\\ud[89a-f][0-9a-f]{2}/g;

/**
 * A record of the pack. With a mark in the place of half a character, which a message may quote: jq, by which the builds that
 * sign read what a pack says, refuses a whole text for one.
 *
 * Read once from its beginning: texts come out of what is evaluated, and one of many backslashes must not hold up the gate.
 */
export const packJson = (value: unknown): string =>
  `${JSON.stringify(value, undefined, 1).replace(BACKSLASH_OR_HALF, (found) => (found === '\\\\' ? found : '\ufffd'))}\n`;
