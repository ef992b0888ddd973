import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { DependencyUnavailableError } from '../domain/errors';
import { entityTag, isKnownTag } from '../domain/entity-tag';
import { headerOf, parseKnownTags } from '../domain/parse-request';
import {
  PROBLEM_CONTENT_TYPE,
  problemDocument,
  ProblemError,
  PROBLEMS,
  retryAfterSeconds,
} from '../domain/problems';
import { EXPOSED_HEADERS, REVALIDATED_HEADERS, SECURITY_HEADERS } from '../domain/response-headers';
import type { Telemetry } from './telemetry';

export interface ApiAnswer {
  readonly status: number;
  /** Absent: the answer has no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer gets an entity tag, and a client that names it is told that nothing changed. */
  readonly isRevalidated?: boolean;
}

/** Answers one request; what it throws becomes a problem document. */
export type Route = (event: APIGatewayProxyEvent) => Promise<ApiAnswer>;
export type ApiHandler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

function corsHeaders(event: APIGatewayProxyEvent, origins: readonly string[]): Record<string, string> {
  const origin = headerOf(event.headers, 'origin');
  if (origin === undefined || !origins.includes(origin)) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': EXPOSED_HEADERS.join(','),
  };
}

function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return new ProblemError(
    error instanceof DependencyUnavailableError ? 'service-unavailable' : 'internal-error',
  );
}

/**
 * The text of a request's body, which API Gateway hands over in base64 when its media type is binary.
 * @throws ProblemError `invalid-json` when it is no UTF-8, which JSON has to be (RFC 8259 section 8.1)
 */
export function bodyOf({ body, isBase64Encoded }: APIGatewayProxyEvent): string | null {
  if (body === null || !isBase64Encoded) return body;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body, 'base64'));
  } catch {
    throw new ProblemError('invalid-json', { detail: 'the body is no UTF-8' });
  }
}

/** Everything of an answer but the headers that all have. 304 carries what 200 would, without what describes a body. */
function rendered(answer: ApiAnswer, requested: APIGatewayProxyEvent['headers']): APIGatewayProxyResult {
  const { status, body, headers } = answer;
  if (body === undefined) return { statusCode: status, headers: { ...headers }, body: '' };
  const text = JSON.stringify(body);
  const tag = answer.isRevalidated === true ? entityTag(text) : undefined;
  const own = { ...headers, ...(tag !== undefined && { ...REVALIDATED_HEADERS, ETag: tag }) };
  if (tag !== undefined && isKnownTag(parseKnownTags(requested), tag))
    return { statusCode: 304, headers: own, body: '' };
  return { statusCode: status, headers: { ...own, 'Content-Type': 'application/json' }, body: text };
}

/**
 * Makes a route a handler for API Gateway: JSON answers, problem documents (RFC 9457), CORS, and a log line without
 * anything that the client wrote.
 * @param origins those that browsers may call from
 */
export const apiHandler =
  (telemetry: Telemetry, origins: readonly string[], route: Route): ApiHandler =>
  async (event) => {
    const { requestId } = event.requestContext;
    const headers = { ...corsHeaders(event, origins), ...SECURITY_HEADERS };
    try {
      const answer = rendered(await route(event), event.headers);
      telemetry.info('answered', { requestId, status: answer.statusCode });
      return { ...answer, headers: { ...headers, ...answer.headers } };
    } catch (error) {
      const { code, details } = asProblem(error);
      const { status } = PROBLEMS[code];
      const retryAfter = details.retryAfterSeconds ?? retryAfterSeconds(code);
      if (status >= 500) telemetry.error('failed', error, { requestId, code });
      else telemetry.info('refused', { requestId, status, code });
      return {
        statusCode: status,
        headers: {
          ...headers,
          'Content-Type': PROBLEM_CONTENT_TYPE,
          ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
        },
        body: JSON.stringify(problemDocument(code, requestId, details)),
      };
    }
  };

/** `https://a.example,https://b.example` as a list. */
export const originsOf = (list: string): string[] => list.split(',').filter((origin) => origin !== '');
