interface Known<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

/** What is known by a key; found and kept where nothing is. */
export function foundOnce<Key, Value extends object | boolean>(
  known: Known<Key, Value>,
  key: Key,
  find: (key: Key) => Value,
): Value {
  const value = known.get(key);
  if (value !== undefined) return value;
  const found = find(key);
  known.set(key, found);
  return found;
}
