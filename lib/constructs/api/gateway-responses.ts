import { ResponseType } from 'aws-cdk-lib/aws-apigateway';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  problemDocument,
  PROBLEM_CONTENT_TYPE,
  type ProblemCode,
  PROBLEMS,
  retryAfterSeconds,
} from '../../../lambda/domain/problems';
import { BOUNDS } from '../../../lambda/domain/bounds';
import { EXPOSED_HEADERS, SECURITY_HEADERS } from '../../../lambda/domain/response-headers';

/** Which of our problems stands for each of API Gateway's own answers; what is missing here is one of the defaults. */
const PROBLEM_OF_RESPONSE: readonly (readonly [ResponseType, ProblemCode])[] = [
  [ResponseType.ACCESS_DENIED, 'access-denied'],
  [ResponseType.API_CONFIGURATION_ERROR, 'internal-error'],
  [ResponseType.AUTHORIZER_CONFIGURATION_ERROR, 'internal-error'],
  [ResponseType.AUTHORIZER_FAILURE, 'internal-error'],
  [ResponseType.BAD_REQUEST_BODY, 'invalid-body'],
  [ResponseType.BAD_REQUEST_PARAMETERS, 'invalid-query'],
  [ResponseType.DEFAULT_4XX, 'invalid-request'],
  [ResponseType.DEFAULT_5XX, 'internal-error'],
  [ResponseType.EXPIRED_TOKEN, 'unauthenticated'],
  [ResponseType.INTEGRATION_FAILURE, 'service-unavailable'],
  [ResponseType.INTEGRATION_TIMEOUT, 'gateway-timeout'],
  [ResponseType.INVALID_API_KEY, 'unauthenticated'],
  [ResponseType.INVALID_SIGNATURE, 'unauthenticated'],
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, 'unauthenticated'],
  [ResponseType.QUOTA_EXCEEDED, 'quota-exceeded'],
  [ResponseType.REQUEST_TOO_LARGE, 'body-too-large'],
  [ResponseType.RESOURCE_NOT_FOUND, 'not-found'],
  [ResponseType.THROTTLED, 'too-many-requests'],
  [ResponseType.UNAUTHORIZED, 'unauthenticated'],
  [ResponseType.UNSUPPORTED_MEDIA_TYPE, 'unsupported-media-type'],
  [ResponseType.WAF_FILTERED, 'request-blocked'],
];

const USE_SIZE = `A picture of more than ${BOUNDS.inlineBytes} bytes is announced by its size instead of image.`;

/** The gateway cannot say which field: what it knows of a fault holds quotes, which its templates cannot escape. */
const DETAIL_OF_PROBLEM: Partial<Record<ProblemCode, string>> = {
  'invalid-body':
    `fileName, contentType, and either image or size (up to ${BOUNDS.pictureBytes}); nothing else, see the API's ` +
    `document. ${USE_SIZE}`,
  'body-too-large': USE_SIZE,
};

/** RFC 9110 section 11.6.1 wants one beside 401; the key's scheme has no registered name. */
const CHALLENGE = 'ApiKey, AWS4-HMAC-SHA256';

/** A header's value as API Gateway takes a fixed one. */
export const fixed = (value: string | number): string => `'${value}'`;

/** The security headers of every answer, for the gateway. */
export const FIXED_SECURITY_HEADERS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SECURITY_HEADERS).map(([name, value]) => [name, fixed(value)]),
);

/**
 * The origin that a browser may read an answer of the gateway from. One configured origin is named; with several, the
 * gateway can only echo the caller's: its own answers hold nothing but the problem's code and the request id.
 */
export const allowedOrigin = (origins: readonly string[]): string =>
  origins.length === 1 ? fixed(origins[0] ?? '') : 'method.request.header.Origin';

/**
 * API Gateway's own answers as problem documents (RFC 9457): our code and the request id, nothing of how it is built.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function addProblemResponses(api: RestApi, origins: readonly string[]): void {
  for (const [type, code] of PROBLEM_OF_RESPONSE) {
    const retryAfter = retryAfterSeconds(code);
    const { status } = PROBLEMS[code];
    const detail = DETAIL_OF_PROBLEM[code];
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: String(status),
      responseHeaders: {
        ...(origins.length > 0
          ? {
              'Access-Control-Allow-Origin': allowedOrigin(origins),
              'Access-Control-Expose-Headers': fixed(EXPOSED_HEADERS.join(',')),
              Vary: "'Origin'",
            }
          : {}),
        ...FIXED_SECURITY_HEADERS,
        'Content-Type': fixed(PROBLEM_CONTENT_TYPE),
        ...(retryAfter === undefined ? {} : { 'Retry-After': fixed(retryAfter) }),
        ...(status === 401 ? { 'WWW-Authenticate': fixed(CHALLENGE) } : {}),
      },
      templates: {
        'application/json': JSON.stringify(
          problemDocument(code, '$context.requestId', detail === undefined ? {} : { detail }),
        ),
      },
    });
  }
}
