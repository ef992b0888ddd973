/**
 * C0 and C1 control characters, which a terminal obeys, and what changes the direction or the lines of a text: nothing
 * that a file's name or a server's answer holds may move the cursor, change colours or make one name look like another.
 */
const UNSAFE = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** A text from elsewhere as one line that is safe to print: what would act on the terminal is shown as its code. */
export const printable = (text: string): string => text.replace(UNSAFE, escaped);
