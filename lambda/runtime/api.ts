import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { DependencyUnavailableError } from '../domain/errors';
import { headerOf } from '../domain/parse-request';
import {
  PROBLEM_CONTENT_TYPE,
  problemDocument,
  ProblemError,
  PROBLEMS,
  retryAfterSeconds,
} from '../domain/problems';
import { EXPOSED_HEADERS, SECURITY_HEADERS } from '../domain/response-headers';
import type { Telemetry } from './telemetry';

export interface ApiAnswer {
  readonly status: number;
  /** Absent: the answer has no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
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
      const { status, body, headers: own } = await route(event);
      telemetry.info('answered', { requestId, status });
      return {
        statusCode: status,
        headers: { ...headers, ...own, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
        body: body === undefined ? '' : JSON.stringify(body),
      };
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
