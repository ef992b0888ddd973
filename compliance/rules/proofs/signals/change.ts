import { z } from 'zod';

/** Values by dotted path (`detail.state`); `null` stands for itself. */
export const changeSchema = z.record(z.string(), z.unknown());

/** Takes a field away. */
export const ABSENT = Symbol('absent');

/** A copy of a JSON value with other values at some paths. */
export function changed<T>(value: T, change: Readonly<Record<string, unknown>>): T {
  const copy = structuredClone(value);
  for (const [path, wanted] of Object.entries(change)) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let inner = copy as Record<string, unknown>;
    for (const step of steps) {
      const next = inner[step];
      if (typeof next !== 'object' || next === null) inner[step] = {};
      inner = inner[step] as Record<string, unknown>;
    }
    if (wanted === ABSENT) Reflect.deleteProperty(inner, last);
    else inner[last] = wanted;
  }
  return copy;
}
