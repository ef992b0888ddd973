import {
  PROBLEM_CONTENT_TYPE,
  type ProblemCode,
  type ProblemDetails,
  problemDocument,
  PROBLEMS,
  retryAfterSeconds,
} from '../domain/problems';
import { headers } from './response-headers';
import { schemaReference } from './schemas';

const REQUEST_ID = 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef';

/** What an example says besides its code. */
const DETAILS: Partial<Record<ProblemCode, ProblemDetails>> = {
  'invalid-body': { errors: [{ path: 'size', message: 'Too big: expected number to be <=15728640' }] },
  'invalid-query': { errors: [{ path: 'limit', message: 'Too big: expected number to be <=100' }] },
  'invalid-path': { errors: [{ path: 'id', message: 'Invalid UUID' }] },
  'invalid-header': { errors: [{ path: 'Idempotency-Key', message: '1 to 128 visible ASCII characters' }] },
  'picture-rejected': { reason: 'truncated', detail: 'the compressed data does not end' },
};

/** What every operation can answer, whoever asks: from the firewall, the gateway and our own faults. */
const EVERYWHERE: readonly ProblemCode[] = [
  'invalid-request',
  'unauthenticated',
  'access-denied',
  'request-blocked',
  'not-found',
  'method-not-allowed',
  'too-many-requests',
  'internal-error',
  'service-unavailable',
  'gateway-timeout',
];

const example = (code: ProblemCode) => ({
  summary: PROBLEMS[code].title,
  value: problemDocument(code, REQUEST_ID, DETAILS[code]),
});

/** One response for each status among the codes, with an example for each code. */
export function problemResponses(...codes: readonly ProblemCode[]): Record<string, object> {
  const possible = [...EVERYWHERE, ...codes];
  const statuses = new Set(possible.map((code) => PROBLEMS[code].status).sort((one, other) => one - other));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const group = possible.filter((code) => PROBLEMS[code].status === status);
      return [
        String(status),
        {
          description: group.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
          headers: {
            ...headers(),
            ...(group.some((code) => retryAfterSeconds(code) !== undefined) ? headers('Retry-After') : {}),
            ...(status === 401 ? headers('WWW-Authenticate') : {}),
            ...(status === 405 ? headers('Allow') : {}),
          },
          content: {
            [PROBLEM_CONTENT_TYPE]: {
              schema: schemaReference('Problem'),
              examples: Object.fromEntries(group.map((code) => [code, example(code)])),
            },
          },
        },
      ];
    }),
  );
}
