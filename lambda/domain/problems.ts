import * as z from 'zod';
import { BOUNDS } from './bounds';
import { rejectionReasonSchema, type RejectionReason } from './category';
import { ApplicationError } from './errors';

/** Every problem that the API answers: code → HTTP status and title. Codes are stable; clients branch on them. */
export const PROBLEMS = {
  'invalid-json': { status: 400, title: 'The body is not JSON' },
  'invalid-body': { status: 400, title: 'The body does not have the required shape' },
  'invalid-query': { status: 400, title: 'A query parameter is unknown or has a bad value' },
  'invalid-path': { status: 400, title: 'The path holds a bad value' },
  'invalid-header': { status: 400, title: 'A header is missing or has a bad value' },
  'invalid-request': { status: 400, title: 'The request is malformed' },
  'invalid-cursor': { status: 400, title: 'The cursor is damaged, too old, or belongs to another list' },
  unauthenticated: { status: 401, title: 'The credentials are missing or wrong' },
  'access-denied': { status: 403, title: 'The credentials do not allow this' },
  'unknown-client': { status: 403, title: 'The API key belongs to no client' },
  'request-blocked': { status: 403, title: 'The firewall refused the request' },
  'not-found': { status: 404, title: 'There is no such resource' },
  'method-not-allowed': { status: 405, title: 'The resource does not have this method' },
  'review-decided': { status: 409, title: 'Others have decided this review' },
  'review-own-decision': { status: 409, title: 'You have decided this review, otherwise' },
  'review-outdated': { status: 409, title: 'The review has changed since it was read' },
  'review-expired': { status: 410, title: 'The time to decide this review is over' },
  'image-erased': { status: 410, title: 'The image was erased' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json' },
  'picture-rejected': { status: 422, title: 'The picture cannot be accepted' },
  'idempotency-key-reused': { status: 422, title: 'This Idempotency-Key was used with another request' },
  'too-many-requests': { status: 429, title: 'Too many requests; slow down' },
  'quota-exceeded': { status: 429, title: "The client's quota is used up" },
  'internal-error': { status: 500, title: 'Something went wrong on our side' },
  'service-unavailable': { status: 503, title: 'A service we depend on is not available; try again' },
  'gateway-timeout': { status: 504, title: 'The request took too long; try again' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;
export const PROBLEM_CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** Seconds after which to try again; undefined for what repeating does not fix. RFC 9110 section 10.2.3. */
export function retryAfterSeconds(code: ProblemCode): number | undefined {
  if (code === 'quota-exceeded') return BOUNDS.quotaRetryAfterSeconds;
  const { status } = PROBLEMS[code];
  return status === 429 || status >= 500 ? BOUNDS.retryAfterSeconds : undefined;
}

/** RFC 9457. Codes name the type: nothing stands at the URN, so nobody comes to depend on a page. */
const problemType = (code: ProblemCode): string => `urn:problem-type:serverlessapp:${code}`;

const fieldErrorSchema = z.object({
  path: z
    .string()
    .max(BOUNDS.fieldPathLength)
    .describe('dotted path of the field; `body`, `query` or `path` for the whole'),
  message: z.string().max(BOUNDS.textLength),
});
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** Problem document, RFC 9457, with our extension members. */
export const problemSchema = z
  .object({
    type: z.string().max(BOUNDS.identifierLength).describe('URN that names the problem; holds the code'),
    title: z.string().max(BOUNDS.titleLength).describe('what the code means; the same for every occurrence'),
    status: z.int().min(400).max(599),
    detail: z.string().max(BOUNDS.textLength).optional().describe('what is wrong with this request'),
    code: z.enum(PROBLEM_CODES).describe('stable; branch on this'),
    requestId: z
      .string()
      .max(BOUNDS.identifierLength)
      .optional()
      .describe('quote it to support; absent when the firewall refused before there was one'),
    errors: z.array(fieldErrorSchema).max(BOUNDS.fieldErrors).optional().describe('one for each bad field'),
    reason: rejectionReasonSchema.optional().describe('with picture-rejected: why'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;

export interface ProblemDetails {
  /** For people; holds nothing secret and nothing of another client. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly reason?: RejectionReason;
  /** For the header Retry-After, where it is known better than by the code. */
  readonly retryAfterSeconds?: number;
}

/** Ends a request with a problem document; everything else that is thrown answers `internal-error`. */
export class ProblemError extends ApplicationError {
  override readonly name = 'ProblemError';
  readonly status: number;
  constructor(
    readonly code: ProblemCode,
    readonly details: ProblemDetails = {},
  ) {
    super(details.detail === undefined ? code : `${code}: ${details.detail}`);
    this.status = PROBLEMS[code].status;
  }
}

/** The document of a problem; undefined members are left out. */
export const problemDocument = (
  code: ProblemCode,
  requestId: string | undefined,
  { detail, errors, reason }: ProblemDetails = {},
): Problem => ({
  type: problemType(code),
  ...PROBLEMS[code],
  ...(detail === undefined ? {} : { detail }),
  code,
  ...(requestId === undefined ? {} : { requestId }),
  ...(errors === undefined ? {} : { errors: [...errors] }),
  ...(reason === undefined ? {} : { reason }),
});
