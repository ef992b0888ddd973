import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { DependencyUnavailableError } from '../domain/errors';
import {
  PROBLEM_CONTENT_TYPE,
  problemDocument,
  ProblemError,
  PROBLEMS,
  RETRY_AFTER_SECONDS,
} from '../domain/problems';
import type { Telemetry } from './telemetry';

export interface ApiAnswer {
  readonly status: number;
  /** Absent: the answer has no body. */
  readonly body?: unknown;
}

/** Answers one request; what it throws becomes a problem document. */
export type Route = (event: APIGatewayProxyEvent) => Promise<ApiAnswer>;
export type ApiHandler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

const header = (event: APIGatewayProxyEvent, wanted: string): string | undefined =>
  Object.entries(event.headers).find(([name]) => name.toLowerCase() === wanted)?.[1];

function corsHeaders(event: APIGatewayProxyEvent, origins: readonly string[]): Record<string, string> {
  const origin = header(event, 'origin');
  if (origin === undefined || !origins.includes(origin)) return { Vary: 'Origin' };
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': 'Retry-After,x-amzn-RequestId',
  };
}

function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return new ProblemError(
    error instanceof DependencyUnavailableError ? 'service-unavailable' : 'internal-error',
  );
}

/** The text of a request's body, which API Gateway hands over in base64 when its media type is binary. */
export const bodyOf = ({ body, isBase64Encoded }: APIGatewayProxyEvent): string | null =>
  body !== null && isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;

/**
 * Makes a route a handler for API Gateway: JSON answers, problem documents (RFC 9457), CORS, and a log line without
 * anything that the client wrote.
 * @param origins those that browsers may call from
 */
export const apiHandler =
  (telemetry: Telemetry, origins: readonly string[], route: Route): ApiHandler =>
  async (event) => {
    const { requestId } = event.requestContext;
    const headers = { ...corsHeaders(event, origins), 'Cache-Control': 'no-store' };
    try {
      const { status, body } = await route(event);
      telemetry.info('answered', { requestId, status });
      return {
        statusCode: status,
        headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
        body: body === undefined ? '' : JSON.stringify(body),
      };
    } catch (error) {
      const { code, details } = asProblem(error);
      const { status } = PROBLEMS[code];
      if (status >= 500) telemetry.error('failed', error, { requestId, code });
      else telemetry.info('refused', { requestId, status, code });
      return {
        statusCode: status,
        headers: {
          ...headers,
          'Content-Type': PROBLEM_CONTENT_TYPE,
          ...(status >= 500 && { 'Retry-After': `${RETRY_AFTER_SECONDS}` }),
        },
        body: JSON.stringify(problemDocument(code, requestId, details)),
      };
    }
  };

/** `https://a.example,https://b.example` as a list. */
export const originsOf = (list: string): string[] => list.split(',').filter((origin) => origin !== '');
