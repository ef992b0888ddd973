import { appendFileSync } from 'node:fs';
import { isObject } from './is-object';

/** One sign of life of a function, for whoever watches; AWS has nothing of the kind. */
export interface Activity {
  /** Milliseconds since 1970. */
  at: number;
  /** The function's name. */
  functionName: string;
  phase: 'begun' | 'ended' | 'failed';
  /** The picture that it is about, where the event or the answer says so. */
  imageId?: string | undefined;
  /** Since it begun; absent then. */
  milliseconds?: number;
  /** The failure's own name, or the status that the API answers. */
  outcome?: string | undefined;
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const uuidIn = (value: unknown): string | undefined =>
  typeof value === 'string' ? UUID.exec(value)?.[0] : undefined;

/** The object's key in the event of a message: the event has an id of its own, which is a UUID too. */
function objectKeyIn(body: unknown): unknown {
  if (typeof body !== 'string') return undefined;
  try {
    const event = JSON.parse(body) as { detail?: { object?: { key?: unknown } } } | null;
    return event?.detail?.object?.key;
  } catch {
    return undefined;
  }
}

/** Of the workflow's state, a request's path, or the first message of a queue. */
export function imageIdOf(event: unknown): string | undefined {
  if (!isObject(event)) return undefined;
  const path = isObject(event['pathParameters']) ? event['pathParameters']['id'] : undefined;
  const [first] = Array.isArray(event['Records']) ? (event['Records'] as unknown[]) : [];
  return (
    uuidIn(event['imageId']) ??
    uuidIn(path) ??
    (isObject(first) ? uuidIn(objectKeyIn(first['body'])) : undefined)
  );
}

/** What an answer to API Gateway tells: its status, and the image that was made. */
export function outcomeOf(result: unknown): Pick<Activity, 'imageId' | 'outcome'> {
  if (!isObject(result)) return {};
  const { statusCode, body, imageId } = result;
  return {
    outcome: typeof statusCode === 'number' ? String(statusCode) : undefined,
    imageId:
      uuidIn(imageId) ?? (typeof body === 'string' ? uuidIn(/"imageId":"[^"]*/.exec(body)?.[0]) : undefined),
  };
}

/** Appends a line; a file that cannot be written disturbs no function. */
export function writeActivity(file: string, activity: Activity): void {
  try {
    appendFileSync(file, `${JSON.stringify(activity)}\n`);
  } catch {
    // Whoever watches sees less; the function does its work.
  }
}
