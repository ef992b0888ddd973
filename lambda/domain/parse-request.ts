import type * as z from 'zod';
import {
  type ListQuery,
  type UploadRequest,
  batchQuerySchema,
  idempotencyKeySchema,
  imagePathSchema,
  inlineUploadSchema,
  listQuerySchema,
  readQuerySchema,
  presignedUploadSchema,
} from './api-schemas';
import { BOUNDS } from './bounds';
import {
  type ReviewDecisionRequest,
  reviewDecisionRequestSchema,
  type ReviewListQuery,
  reviewListQuerySchema,
} from './review-schemas';
import { type FieldError, type ProblemCode, ProblemError } from './problems';
import { beginningOf } from './cut-text';

/** What a fault is of when it is of no single field. */
type Whole = 'body' | 'query' | 'path';

/** A client's own names come back in answers, cut to what fits a line. */
const shown = (name: PropertyKey): string => beginningOf(String(name), 64);

function fieldErrors(error: z.ZodError, whole: Whole): FieldError[] {
  const all = error.issues.flatMap(({ path, message, ...issue }) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...path, key], message: 'is not known' }))
      : [{ path, message }],
  );
  return all.slice(0, BOUNDS.fieldErrors).map(({ path, message }) => ({
    path: path.length === 0 ? whole : path.map(shown).join('.'),
    message,
  }));
}

function parsed<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: ProblemCode,
  whole: Whole,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw new ProblemError(code, { errors: fieldErrors(result.error, whole) });
  return result.data;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const EITHER = `needs either image (up to ${BOUNDS.inlineBytes} bytes) or size (up to ${BOUNDS.pictureBytes}), not both`;

/** @throws ProblemError `invalid-json`, or `invalid-body` when it is no object */
function jsonObject(text: string | null | undefined): object {
  let body: unknown;
  try {
    body = JSON.parse(text ?? '');
  } catch {
    throw new ProblemError('invalid-json');
  }
  if (isObject(body)) return body;
  throw new ProblemError('invalid-body', { errors: [{ path: 'body', message: 'is no JSON object' }] });
}

/**
 * Body of `POST /upload`.
 * @param text the decoded body; null when there was none
 * @throws ProblemError `invalid-json` or `invalid-body`, which names each bad field
 */
export function parseUploadRequest(text: string | null | undefined): UploadRequest {
  const body = jsonObject(text);
  const isInline = 'image' in body;
  if (isInline === 'size' in body) {
    const errors = ['image', 'size'].map((path) => ({ path, message: EITHER }));
    throw new ProblemError('invalid-body', { errors });
  }
  return parsed(isInline ? inlineUploadSchema : presignedUploadSchema, body, 'invalid-body', 'body');
}

/**
 * The image id of the path.
 * @throws ProblemError `invalid-path`
 */
export const parseImageId = (pathParameters: object | null | undefined): string =>
  parsed(imagePathSchema, pathParameters ?? {}, 'invalid-path', 'path').id;

/** Each parameter's values. */
type Query = Readonly<Record<string, readonly string[] | undefined>> | null | undefined;

/**
 * The ids that a query of `GET /images` asks for; undefined when it asks for a list.
 * @throws ProblemError `invalid-query`
 */
export function parseBatchQuery(query: Query): string[] | undefined {
  if (query?.['ids'] === undefined) return undefined;
  const single = Object.entries(query).filter(([name]) => name !== 'ids');
  return parsed(
    batchQuerySchema,
    { ...Object.fromEntries(single), ids: query['ids'] },
    'invalid-query',
    'query',
  ).ids;
}

/**
 * Body of `POST /reviews/{id}/decision`.
 * @throws ProblemError `invalid-json` or `invalid-body`, which names each bad field
 */
export const parseReviewDecision = (text: string | null | undefined): ReviewDecisionRequest =>
  parsed(reviewDecisionRequestSchema, jsonObject(text), 'invalid-body', 'body');

/**
 * Each parameter with its one value.
 * @throws ProblemError `invalid-query` for one that stands twice, since proxies disagree which counts
 */
function singleValues(query: Query): Record<string, string | undefined> {
  const single: [string, string | undefined][] = [];
  for (const [name, values] of Object.entries(query ?? {})) {
    if (values !== undefined && values.length > 1) {
      throw new ProblemError('invalid-query', {
        errors: [{ path: shown(name), message: 'stands more than once' }],
      });
    }
    single.push([name, values?.[0]]);
  }
  return Object.fromEntries(single);
}

/**
 * Query of `GET /images`.
 * @throws ProblemError `invalid-query`
 */
export const parseListQuery = (query: Query): ListQuery =>
  parsed(listQuerySchema, singleValues(query), 'invalid-query', 'query');

/**
 * The seconds that a query of `GET /images/{id}` asks to wait. What else stands in it was never looked at, and is not now.
 * @throws ProblemError `invalid-query`
 */
export const parseWait = (query: Query): number | undefined =>
  parsed(readQuerySchema, singleValues({ wait: query?.['wait'] }), 'invalid-query', 'query').wait;

/**
 * Query of `GET /reviews`.
 * @throws ProblemError `invalid-query`
 */
export const parseReviewListQuery = (query: Query): ReviewListQuery =>
  parsed(reviewListQuerySchema, singleValues(query), 'invalid-query', 'query');

/** As a request carries them: each with its last value. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** The value of a header, whose name is compared case-insensitively. */
export const headerOf = (headers: RequestHeaders | null | undefined, wanted: string): string | undefined =>
  Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1];

/**
 * Refuses a body of another media type than JSON, whatever stands in it. A request that names none is taken for JSON, as
 * API Gateway takes it.
 * @throws ProblemError `unsupported-media-type`
 */
export function requireJson(headers: RequestHeaders | null | undefined): void {
  const [mediaType = ''] = (headerOf(headers, 'content-type') ?? 'application/json').split(';');
  if (mediaType.trim().toLowerCase() !== 'application/json') throw new ProblemError('unsupported-media-type');
}

/**
 * The Idempotency-Key header, or undefined when there is none. Header names are compared case-insensitively.
 * @throws ProblemError `invalid-header`
 */
export function parseIdempotencyKey(headers: RequestHeaders | null | undefined): string | undefined {
  const header = headerOf(headers, 'idempotency-key');
  if (header === undefined) return undefined;
  const result = idempotencyKeySchema.safeParse(header);
  if (result.success) return result.data;
  throw new ProblemError('invalid-header', {
    errors: result.error.issues.map(({ message }) => ({ path: 'Idempotency-Key', message })),
  });
}

/**
 * The If-None-Match header, or undefined when there is none. What it says is compared, never parsed: a tag that we did not
 * give out names nothing.
 * @throws ProblemError `invalid-header` for one longer than a client that has our answers could need
 */
export function parseKnownTags(headers: RequestHeaders | null | undefined): string | undefined {
  const header = headerOf(headers, 'if-none-match');
  if (header !== undefined && header.length > BOUNDS.textLength)
    throw new ProblemError('invalid-header', {
      errors: [{ path: 'If-None-Match', message: `has more than ${BOUNDS.textLength} characters` }],
    });
  return header;
}
