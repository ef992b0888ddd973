import { BOUNDS } from '../domain/bounds';
import { retryAfterSeconds } from '../domain/problems';

/** The document's headers, by the names that stand on the wire: `components.headers`. */
export const RESPONSE_HEADERS = {
  'x-amzn-RequestId': {
    description: 'The request id, also in problem documents; quote it to support.',
    schema: { type: 'string', maxLength: BOUNDS.identifierLength },
  },
  'Retry-After': {
    description: 'Seconds to wait before asking again.',
    schema: { type: 'integer', format: 'int32', minimum: 0, maximum: 86_400 },
    example: retryAfterSeconds('too-many-requests'),
  },
  ETag: {
    description:
      'A strong tag of exactly this answer. Send it as `If-None-Match` to be told by 304 that nothing changed.',
    schema: { type: 'string', maxLength: BOUNDS.identifierLength },
  },
  'Cache-Control': {
    description: 'The client alone may keep the answer, and asks before it uses it again.',
    schema: { type: 'string', maxLength: BOUNDS.identifierLength },
  },
  Location: {
    description: 'Where the record stands, relative to the host.',
    schema: { type: 'string', format: 'uri-reference', maxLength: BOUNDS.referenceLength },
  },
  'WWW-Authenticate': {
    description: 'Which credentials would do.',
    schema: { type: 'string', maxLength: BOUNDS.titleLength },
  },
  Allow: {
    description: 'The methods that the resource has.',
    schema: { type: 'string', maxLength: 64 },
  },
  'Access-Control-Allow-Origin': {
    description: 'The origin of the page that asked, when it is one of those configured; never `*`.',
    schema: { type: 'string', maxLength: BOUNDS.titleLength },
  },
} as const;
export type HeaderName = keyof typeof RESPONSE_HEADERS;

/** What every answer carries. */
const EVERYWHERE: readonly HeaderName[] = ['x-amzn-RequestId', 'Access-Control-Allow-Origin'];

/** References to the headers of an answer: those named, and those that every answer carries. */
export const headers = (...names: readonly HeaderName[]): Record<string, { $ref: string }> =>
  Object.fromEntries(
    [...EVERYWHERE, ...names].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
