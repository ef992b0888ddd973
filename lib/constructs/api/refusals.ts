import {
  type IRequestValidator,
  type IResource,
  MockIntegration,
  PassthroughBehavior,
} from 'aws-cdk-lib/aws-apigateway';
import {
  PROBLEM_CONTENT_TYPE,
  problemDocument,
  type ProblemCode,
  PROBLEMS,
} from '../../../lambda/domain/problems';
import { allowedOrigin, fixed, FIXED_SECURITY_HEADERS } from './gateway-responses';

export interface RefusalsProps {
  readonly root: IResource;
  /** Those that browsers may call from. */
  readonly origins: readonly string[];
  /** There is nothing to validate; that every method has one is what the gate looks for. */
  readonly requestValidator: IRequestValidator;
}

/** Every method that the resource has not, answered by the gateway itself. Whoever holds no key learns nothing. */
function refuse(
  { origins, requestValidator }: RefusalsProps,
  resource: IResource,
  code: ProblemCode,
  more: Readonly<Record<string, string>> = {},
): void {
  const statusCode = String(PROBLEMS[code].status);
  const headers: Record<string, string> = {
    ...FIXED_SECURITY_HEADERS,
    ...more,
    'Content-Type': fixed(PROBLEM_CONTENT_TYPE),
    // An integration knows one origin or none; only the gateway's own answers can echo the caller's.
    ...(origins.length === 1
      ? { 'Access-Control-Allow-Origin': allowedOrigin(origins), Vary: fixed('Origin') }
      : {}),
  };
  const parameter = (name: string) => `method.response.header.${name}`;
  resource.addMethod(
    'ANY',
    new MockIntegration({
      passthroughBehavior: PassthroughBehavior.NEVER,
      requestTemplates: { 'application/json': `{"statusCode": ${statusCode}}` },
      integrationResponses: [
        {
          statusCode,
          responseParameters: Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [parameter(name), value]),
          ),
          responseTemplates: {
            'application/json': JSON.stringify(problemDocument(code, '$context.requestId')),
          },
        },
      ],
    }),
    {
      apiKeyRequired: true,
      requestValidator,
      methodResponses: [
        {
          statusCode,
          responseParameters: Object.fromEntries(Object.keys(headers).map((name) => [parameter(name), true])),
        },
      ],
    },
  );
}

/**
 * 404 for a path that does not exist, or has no method, and 405 for a method that a path does not have. Left to itself API Gateway answers
 * both as missing credentials, whatever key came along.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html (MISSING_AUTHENTICATION_TOKEN)
 */
export function addRefusals(
  props: RefusalsProps,
  resources: readonly (readonly [resource: IResource, methods: readonly string[]])[],
): void {
  for (const [resource, methods] of resources) {
    if (methods.length === 0) refuse(props, resource, 'not-found');
    else refuse(props, resource, 'method-not-allowed', { Allow: fixed(methods.join(', ')) });
  }
  refuse(props, props.root, 'not-found');
  refuse(props, props.root.addResource('{proxy+}'), 'not-found');
}
