/** The value at a path of property names and indexes; undefined as soon as the path leads nowhere. */
export const dig = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, step) => (inner as Readonly<Record<string, unknown>> | null | undefined)?.[step],
    value,
  );

/** A list, or nothing when the value is none. */
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
