/** What a terminal, or a log that reads lines as commands, would follow instead of showing: controls, marks, line ends. */
const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text of others as one line of a terminal: what would steer it, or begin another line, is shown by its number.
 * Names and times from a pack are whatever its writer put there.
 */
export const printable = (text: string): string =>
  text.replace(STEERING, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** All texts of a value that was read as JSON, each as one line; keys stay, for nobody prints them. */
export function printableTexts<T>(value: T): T {
  if (typeof value === 'string') return printable(value) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => printableTexts(each)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]: [string, unknown]) => [key, printableTexts(each)]),
  ) as T;
}
