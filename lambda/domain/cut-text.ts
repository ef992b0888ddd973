/**
 * The nearest place at or before one that parts no character: two units of UTF-16 can be one, and half of it is no text. JSON
 * with half of one is refused by other readers (jq), and shown as a mark by the rest.
 * @param place - in units of UTF-16, as `slice` counts
 */
export const boundary = (text: string, place: number): number =>
  /[\ud800-\udbff]/.test(text[place - 1] ?? '') && /[\udc00-\udfff]/.test(text[place] ?? '')
    ? place - 1
    : place;

/** At most so many units from the beginning, in whole characters. */
export const beginningOf = (text: string, most: number): string => text.slice(0, boundary(text, most));

/** At most so many units from the end, in whole characters. */
export function endOf(text: string, most: number): string {
  const from = Math.max(0, text.length - most);
  return text.slice(boundary(text, from) === from ? from : from + 1);
}

/** As it is, or its beginning with a mark for what is left out. */
export const shortened = (text: string, most: number): string =>
  text.length > most ? `${beginningOf(text, most)}…` : text;
