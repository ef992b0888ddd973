/** Tells those of a list that another has as often from those that it has not: what stands twice where it stood once is a change. */
export function apart<T>(
  items: readonly T[],
  others: readonly T[],
  textOf: (item: T) => string,
): { readonly common: T[]; readonly surplus: T[] } {
  const left = new Map<string, number>();
  for (const other of others) left.set(textOf(other), (left.get(textOf(other)) ?? 0) + 1);
  const [common, surplus]: [T[], T[]] = [[], []];
  for (const item of items) {
    const count = left.get(textOf(item)) ?? 0;
    left.set(textOf(item), count - 1);
    (count > 0 ? common : surplus).push(item);
  }
  return { common, surplus };
}

/** Lines that another list has not, or not as often. */
export const surplus = (lines: readonly string[], others: readonly string[]): string[] =>
  apart(lines, others, (each) => each).surplus;
