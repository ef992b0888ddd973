import { ResponseType } from 'aws-cdk-lib/aws-apigateway';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  problemDocument,
  PROBLEM_CONTENT_TYPE,
  type ProblemCode,
  PROBLEMS,
  RETRY_AFTER_SECONDS,
} from '../../../lambda/domain/problems';

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
  [ResponseType.EXPIRED_TOKEN, 'access-denied'],
  [ResponseType.INTEGRATION_FAILURE, 'service-unavailable'],
  [ResponseType.INTEGRATION_TIMEOUT, 'gateway-timeout'],
  [ResponseType.INVALID_API_KEY, 'access-denied'],
  [ResponseType.INVALID_SIGNATURE, 'access-denied'],
  // A path that does not exist answers so when no credentials come along.
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, 'access-denied'],
  [ResponseType.QUOTA_EXCEEDED, 'quota-exceeded'],
  [ResponseType.REQUEST_TOO_LARGE, 'body-too-large'],
  [ResponseType.RESOURCE_NOT_FOUND, 'not-found'],
  [ResponseType.THROTTLED, 'too-many-requests'],
  [ResponseType.UNAUTHORIZED, 'access-denied'],
  [ResponseType.UNSUPPORTED_MEDIA_TYPE, 'unsupported-media-type'],
  [ResponseType.WAF_FILTERED, 'request-blocked'],
];

/**
 * The origin that a browser may read an answer of the gateway from. One configured origin is named; with several, the
 * gateway can only echo the caller's: its own answers hold nothing but the problem's code and the request id.
 */
const allowedOrigin = (origins: readonly string[]): string =>
  origins.length === 1 ? `'${origins[0] ?? ''}'` : 'method.request.header.Origin';

/**
 * API Gateway's own answers as problem documents (RFC 9457): our code and the request id, nothing of how it is built.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function addProblemResponses(api: RestApi, origins: readonly string[]): void {
  for (const [type, code] of PROBLEM_OF_RESPONSE) {
    const retry = code === 'too-many-requests' || code === 'service-unavailable';
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: String(PROBLEMS[code].status),
      responseHeaders: {
        ...(origins.length > 0
          ? {
              'Access-Control-Allow-Origin': allowedOrigin(origins),
              'Access-Control-Expose-Headers': "'Retry-After,x-amzn-RequestId'",
              Vary: "'Origin'",
            }
          : {}),
        'Cache-Control': "'no-store'",
        'Content-Type': `'${PROBLEM_CONTENT_TYPE}'`,
        ...(retry ? { 'Retry-After': `'${RETRY_AFTER_SECONDS}'` } : {}),
      },
      templates: { 'application/json': JSON.stringify(problemDocument(code, '$context.requestId')) },
    });
  }
}
