/** Every key of every object within a value, with what stands there. */
export function* keysWithin(value: unknown): Generator<readonly [string, unknown]> {
  if (Array.isArray(value)) for (const item of value) yield* keysWithin(item);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield [key, inner];
      yield* keysWithin(inner);
    }
  }
}
