import type * as z from 'zod';
import {
  type ListQuery,
  type UploadRequest,
  idempotencyKeySchema,
  imagePathSchema,
  inlineUploadSchema,
  listQuerySchema,
  presignedUploadSchema,
} from './api-schemas';
import { type FieldError, type ProblemCode, ProblemError } from './problems';

/** A hostile body can hold a fault in every field; an answer names the first ones. */
const MAXIMUM_FIELD_ERRORS = 20;

const fieldErrors = (error: z.ZodError): FieldError[] =>
  error.issues
    .slice(0, MAXIMUM_FIELD_ERRORS)
    .map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }));

function parsed<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: ProblemCode,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw new ProblemError(code, { errors: fieldErrors(result.error) });
  return result.data;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * Body of `POST /upload`.
 * @param text the decoded body; null when there was none
 * @throws ProblemError `invalid-json` or `invalid-body`, which names each bad field
 */
export function parseUploadRequest(text: string | null | undefined): UploadRequest {
  let body: unknown;
  try {
    body = JSON.parse(text ?? '');
  } catch {
    throw new ProblemError('invalid-json');
  }
  const isInline = isObject(body) && 'image' in body;
  const isPresigned = isObject(body) && 'size' in body;
  if (isInline === isPresigned) {
    throw new ProblemError('invalid-body', { errors: [{ path: '', message: 'needs either image or size' }] });
  }
  return parsed(isInline ? inlineUploadSchema : presignedUploadSchema, body, 'invalid-body');
}

/**
 * The image id of the path.
 * @throws ProblemError `invalid-path`
 */
export const parseImageId = (pathParameters: object | null | undefined): string =>
  parsed(imagePathSchema, pathParameters ?? {}, 'invalid-path').id;

/**
 * Query of `GET /images`.
 * @param query each parameter's values; a parameter that stands twice is refused, since proxies disagree which counts
 * @throws ProblemError `invalid-query`
 */
export function parseListQuery(
  query: Readonly<Record<string, readonly string[] | undefined>> | null | undefined,
): ListQuery {
  const single: [string, string | undefined][] = [];
  for (const [name, values] of Object.entries(query ?? {})) {
    if (values !== undefined && values.length > 1) {
      throw new ProblemError('invalid-query', { errors: [{ path: name, message: 'stands more than once' }] });
    }
    single.push([name, values?.[0]]);
  }
  return parsed(listQuerySchema, Object.fromEntries(single), 'invalid-query');
}

/**
 * The Idempotency-Key header, or undefined when there is none. Header names are compared case-insensitively.
 * @throws ProblemError `invalid-header`
 */
export function parseIdempotencyKey(
  headers: Readonly<Record<string, string | undefined>> | null | undefined,
): string | undefined {
  const header = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'idempotency-key');
  if (header?.[1] === undefined) return undefined;
  const result = idempotencyKeySchema.safeParse(header[1]);
  if (result.success) return result.data;
  throw new ProblemError('invalid-header', {
    errors: result.error.issues.map(({ message }) => ({ path: 'Idempotency-Key', message })),
  });
}
