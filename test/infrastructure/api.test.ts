import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { globMatches } from '../../compliance/rules/proofs/iam/wildcards';
import { REQUEST_MODELS } from '../../lambda/domain/api-models';
import { BOUNDS } from '../../lambda/domain/bounds';
import { problemSchema } from '../../lambda/domain/problems';
import { SECURITY_HEADERS } from '../../lambda/domain/response-headers';
import { ACCESS_LOG_FIELDS } from '../../lib/constructs/api/access-log-format';
import { RegionalRestApi } from '../../lib/constructs/api/regional-rest-api';
import { Names } from '../../lib/names';
import { loadPolicy } from '../../lib/policies';
import type { StageStackProps } from '../../lib/stage-context';
import { ApiError } from '../../tools/sdk/src/errors';
import { patientFetch } from '../../tools/sdk/src/patient-fetch';
import {
  at,
  mutated,
  ofType,
  referenceOf,
  STAGES,
  type SynthesizedStage,
  synthesized,
} from '../support/synthesized-stage';

const METHOD = 'AWS::ApiGateway::Method';

interface Path {
  readonly id: string;
  readonly path: string;
}
function pathsOf(stage: SynthesizedStage): Path[] {
  const parts = ofType(stage, 'AWS::ApiGateway::Resource');
  const path = (id: string): string => {
    const part = parts.find((candidate) => candidate.id === id);
    if (part === undefined) return '';
    return `${path(referenceOf(part.Properties['ParentId']))}/${String(part.Properties['PathPart'])}`;
  };
  return parts.map(({ id }) => ({ id, path: path(id) }));
}

/** `METHOD PATH: who may call, what is validated`. */
const methodsOf = (stage: SynthesizedStage): string[] => {
  const paths = pathsOf(stage);
  const validators = ofType(stage, 'AWS::ApiGateway::RequestValidator');
  return ofType(stage, METHOD)
    .map(({ Properties: p }) => {
      const path = paths.find(({ id }) => id === referenceOf(p['ResourceId']))?.path ?? '';
      const validator = validators.find(({ id }) => id === referenceOf(p['RequestValidatorId']));
      const who =
        p['AuthorizationType'] === 'AWS_IAM' ? 'IAM' : p['ApiKeyRequired'] === true ? 'API key' : 'anybody';
      return `${String(p['HttpMethod'])} ${path}: ${who}, ${(validator?.Properties['Name'] as string | undefined) ?? 'nothing'}`;
    })
    .sort();
};

const EXPECTED_METHODS = [
  'ANY /images/{id}: API key, parameters',
  'ANY /images: API key, parameters',
  'ANY /upload: API key, parameters',
  'ANY /{proxy+}: API key, parameters',
  'ANY : API key, parameters',
  'ANY /reviews/{id}/decision: API key, parameters',
  'ANY /reviews/{id}: API key, parameters',
  'ANY /reviews: API key, parameters',
  'ANY /stewardship/images/{id}: API key, parameters',
  'ANY /stewardship/images: API key, parameters',
  'ANY /stewardship: API key, parameters',
  'DELETE /images/{id}: API key, parameters',
  'DELETE /stewardship/images/{id}: IAM, parameters',
  'GET /images/{id}: API key, parameters',
  'GET /images: API key, parameters',
  'GET /reviews/{id}: IAM, parameters',
  'GET /reviews: IAM, parameters',
  'OPTIONS /images/{id}: anybody, nothing',
  'OPTIONS /images: anybody, nothing',
  'OPTIONS /upload: anybody, nothing',
  'POST /reviews/{id}/decision: IAM, body-and-parameters',
  'POST /upload: API key, body-and-parameters',
].sort();

describe.each(STAGES)('the API of %s', (name) => {
  const stage = synthesized(name);
  const [api] = ofType(stage, 'AWS::ApiGateway::RestApi');
  const [deployed] = ofType(stage, 'AWS::ApiGateway::Stage');
  const settings = deployed?.Properties['MethodSettings'] as Record<string, unknown>[];

  it('wants a key or IAM authorization for all but the CORS preflight, and validates every request', () => {
    expect(methodsOf(stage)).toEqual(EXPECTED_METHODS);
  });
  it('keeps what IAM guards, and nothing else, from everybody but the one role, by its own policy', () => {
    const policy = loadPolicy('perimeter/rest-api', {
      Reviewer: stage.names.roleArn('reviewer'),
      DataSteward: stage.names.roleArn('data-steward'),
    }).toJSON() as { Statement: { Sid: string; Effect: string; Resource: string | string[] }[] };
    expect(api?.Properties['Policy']).toEqual(policy);
    const denied = policy.Statement.filter(({ Effect }) => Effect === 'Deny').flatMap(
      ({ Resource }) => Resource,
    );
    const isDenied = (call: string) =>
      denied.some((pattern) => globMatches(pattern, `execute-api:/${stage.config.stage}/${call}`));
    const ofMethods = methodsOf(stage).map((line) => /^(\S+) (.*): (.*), /.exec(line) ?? []);
    for (const [line, verb = '', path = '', who] of ofMethods)
      if (verb !== 'ANY')
        expect([line, isDenied(verb + path.replace('{id}', '0f8f'))]).toEqual([line, who === 'IAM']);
    // A slash more is another path to a policy, and none to the gateway.
    expect(['GET/reviews/', 'GET/reviews/x/', 'POST/reviews/x/decision/'].map(isDenied)).toEqual([
      true,
      true,
      true,
    ]);
  });
  it('is deployed anew when its policy changes, which counts from then on', () => {
    const deployment = (roleArn: (purpose: string) => string): string[] => {
      const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'Alone', {
        env: { account: stage.config.account, region: 'us-east-1' },
      });
      const names = Object.assign(new Names(stage.config, 'us-east-1'), { roleArn });
      const keys = { logs: new Key(stack, 'Key') } as unknown as StageStackProps['keys'];
      new RegionalRestApi(stack, 'Api', {
        config: stage.config,
        names,
        keys,
      }).root.addMethod('GET');
      return Object.keys(Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'));
    };
    const [first] = deployment((purpose) => stage.names.roleArn(purpose));
    expect(deployment((purpose) => stage.names.roleArn(purpose))).toEqual([first]);
    expect(deployment((purpose) => `${stage.names.roleArn(purpose)}-another`)).not.toEqual([first]);
  });
  it('validates bodies of any content type by the schema that the handler uses', () => {
    const [upload] = ofType(stage, METHOD).filter(
      ({ Properties }) => Properties['OperationName'] === 'UploadImage',
    );
    const [model] = ofType(stage, 'AWS::ApiGateway::Model');
    expect(upload?.Properties['RequestModels']).toEqual({
      'application/json': { Ref: model?.id },
      $default: { Ref: model?.id },
    });
    expect(model?.Properties['Schema']).toEqual(REQUEST_MODELS.UploadRequest.schema);
  });
  it('speaks TLS 1.2 with forward secrecy at least, under its own host name', () => {
    expect(api?.Properties).toMatchObject({
      SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
      EndpointAccessMode: 'STRICT',
      EndpointConfiguration: { Types: ['REGIONAL'] },
    });
  });
  it('throttles, measures and logs every method, never its payload', () => {
    expect(
      settings.map(({ HttpMethod, ResourcePath }) => `${String(HttpMethod)} ${String(ResourcePath)}`),
    ).toEqual([
      '* /*',
      'POST /~1upload',
      'GET /~1images',
      'GET /~1images~1{id}',
      'DELETE /~1images~1{id}',
      'DELETE /~1stewardship~1images~1{id}',
      'GET /~1reviews',
      'GET /~1reviews~1{id}',
      'POST /~1reviews~1{id}~1decision',
    ]);
    for (const setting of settings) {
      expect(setting).toMatchObject({ DataTraceEnabled: false, LoggingLevel: 'ERROR', MetricsEnabled: true });
      expect(setting['ThrottlingRateLimit']).toBeGreaterThan(0);
      expect(setting['ThrottlingBurstLimit']).toBeGreaterThan(0);
    }
    expect(deployed?.Properties['TracingEnabled']).toBe(true);
  });
  it('logs access as JSON without keys, queries or bodies', () => {
    const format = JSON.parse(at(deployed?.Properties, 'AccessLogSetting', 'Format') as string) as object;
    expect(format).toEqual(ACCESS_LOG_FIELDS);
    expect(JSON.stringify(format)).not.toMatch(/identity\.apiKey"|querystring|path"|userAgent|input\./);
  });
  it('answers its own errors as problem documents that tell nothing of its inside', () => {
    const responses = ofType(stage, 'AWS::ApiGateway::GatewayResponse').map(({ Properties }) => Properties);
    expect(responses.map((response) => response['ResponseType'] as string)).toEqual(
      expect.arrayContaining(['DEFAULT_4XX', 'DEFAULT_5XX', 'THROTTLED', 'WAF_FILTERED']),
    );
    for (const response of responses) {
      const body = JSON.parse(at(response, 'ResponseTemplates', 'application/json') as string) as object;
      expect(problemSchema.safeParse(body).success).toBe(true);
      expect(String((body as { status: number }).status)).toBe(response['StatusCode']);
      expect(JSON.stringify(response['ResponseTemplates'])).not.toContain('$context.error');
      expect(response['ResponseParameters']).toMatchObject({
        'gatewayresponse.header.Access-Control-Allow-Origin': `'${stage.config.api.corsOrigins[0] ?? ''}'`,
      });
    }
  });
  it('answers 413 where the gateway or the firewall would say something of its own, and how to send more', () => {
    const [tooLarge] = ofType(stage, 'AWS::ApiGateway::GatewayResponse').filter(
      ({ Properties }) => Properties['ResponseType'] === 'REQUEST_TOO_LARGE',
    );
    const body = at(tooLarge?.Properties, 'ResponseTemplates', 'application/json') as string;
    expect(tooLarge?.Properties['StatusCode']).toBe('413');
    expect(problemSchema.parse(JSON.parse(body))).toMatchObject({
      code: 'body-too-large',
      detail: expect.stringContaining('announced by its size') as string,
    });
  });
  it('and a client that sends too much reads it so, over a connection', async () => {
    const [tooLarge] = ofType(stage, 'AWS::ApiGateway::GatewayResponse').filter(
      ({ Properties }) => Properties['ResponseType'] === 'REQUEST_TOO_LARGE',
    );
    const prefix = 'gatewayresponse.header.';
    const headers = Object.entries(tooLarge?.Properties['ResponseParameters'] as Record<string, string>)
      .filter(([name, value]) => name.startsWith(prefix) && value.startsWith("'"))
      .map(([name, value]): [string, string] => [name.slice(prefix.length), value.slice(1, -1)]);
    const body = (at(tooLarge?.Properties, 'ResponseTemplates', 'application/json') as string).replace(
      '$context.requestId',
      'a-request',
    );
    // As the gateway does with more than its payload of 10 MB.
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
    const gateway = createServer((request, response) => {
      const status = Number(request.headers['content-length']) > 10 * 1024 * 1024 ? 413 : 202;
      request.resume().on('end', () => response.writeHead(status, Object.fromEntries(headers)).end(body));
    });
    gateway.listen(0, '127.0.0.1');
    await once(gateway, 'listening');
    try {
      // 8 MB of picture: the client of ours announces such a one by its size, others may not.
      const image = Buffer.alloc(8 * 1024 * 1024).toString('base64');
      const options = { fetch, sleep: () => Promise.resolve(), now: Date.now, patienceSeconds: 60 };
      const sent = patientFetch(
        options,
        `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/upload`,
        {
          method: 'POST',
          body: JSON.stringify({ fileName: 'a.png', contentType: 'image/png', image }),
        },
      );
      const error: unknown = await sent.catch((thrown: unknown) => thrown);
      if (!(error instanceof ApiError)) throw error;
      expect([error.status, error.code]).toEqual([413, 'body-too-large']);
      expect(error.message).toContain('announced by its size');
    } finally {
      gateway.closeAllConnections();
      gateway.close();
    }
  });
  it('tells a browser for how long it need not ask again (Access-Control-Max-Age)', () => {
    const asked = ofType(stage, METHOD).filter(({ Properties }) => Properties['HttpMethod'] === 'OPTIONS');
    expect(asked.length).toBeGreaterThan(2);
    for (const { Properties } of asked) {
      const [{ ResponseParameters }] = at(Properties, 'Integration', 'IntegrationResponses') as [
        { ResponseParameters: Record<string, string> },
      ];
      expect(ResponseParameters['method.response.header.Access-Control-Max-Age']).toBe(
        `'${BOUNDS.preflightSeconds}'`,
      );
    }
  });
  it('says in each of them what a browser must not do, and when to ask again', () => {
    const responses = ofType(stage, 'AWS::ApiGateway::GatewayResponse').map(({ Properties }) => Properties);
    for (const response of responses) {
      const parameters = response['ResponseParameters'] as Record<string, string>;
      for (const [header, value] of Object.entries(SECURITY_HEADERS))
        expect(parameters[`gatewayresponse.header.${header}`]).toBe(`'${value}'`);
      const status = Number(response['StatusCode']);
      expect([status, 'gatewayresponse.header.Retry-After' in parameters]).toEqual([
        status,
        status === 429 || status >= 500,
      ]);
      expect([status, 'gatewayresponse.header.WWW-Authenticate' in parameters]).toEqual([
        status,
        status === 401,
      ]);
    }
  });
  it('tells a wrong path from a wrong method and from bad credentials', () => {
    const refusals = ofType(stage, METHOD).filter(({ Properties }) => Properties['HttpMethod'] === 'ANY');
    const paths = pathsOf(stage);
    const answers = refusals.map(({ Properties }) => {
      const [answer] = at(Properties, 'Integration', 'IntegrationResponses') as Record<string, unknown>[];
      const template = at(answer, 'ResponseTemplates', 'application/json') as string;
      const allow = at(answer, 'ResponseParameters', 'method.response.header.Allow') as string | undefined;
      return {
        path: paths.find(({ id }) => id === referenceOf(Properties['ResourceId']))?.path ?? '',
        code: problemSchema.parse(JSON.parse(template)).code,
        ...(allow !== undefined && { allow }),
      };
    });
    expect(answers.sort((one, other) => one.path.localeCompare(other.path))).toEqual([
      { path: '', code: 'not-found' },
      { path: '/{proxy+}', code: 'not-found' },
      { path: '/images', code: 'method-not-allowed', allow: "'GET, OPTIONS'" },
      { path: '/images/{id}', code: 'method-not-allowed', allow: "'GET, DELETE, OPTIONS'" },
      { path: '/reviews', code: 'method-not-allowed', allow: "'GET'" },
      { path: '/reviews/{id}', code: 'method-not-allowed', allow: "'GET'" },
      { path: '/reviews/{id}/decision', code: 'method-not-allowed', allow: "'POST'" },
      { path: '/stewardship', code: 'not-found' },
      { path: '/stewardship/images', code: 'not-found' },
      { path: '/stewardship/images/{id}', code: 'method-not-allowed', allow: "'DELETE'" },
      { path: '/upload', code: 'method-not-allowed', allow: "'POST, OPTIONS'" },
    ]);
  });
  it('gives every configured client a key in its plan, and a parameter that names the client', () => {
    const owners = ofType(stage, 'AWS::SSM::Parameter')
      .filter(({ stack }) => stack === 'api')
      .map(({ Properties }) => Properties['Value'] as string);
    expect(owners.sort()).toEqual(stage.config.clients.map(({ id }) => id).sort());
    expect(ofType(stage, 'AWS::ApiGateway::UsagePlanKey')).toHaveLength(stage.config.clients.length);
    expect(ofType(stage, 'AWS::ApiGateway::UsagePlan')).toHaveLength(stage.config.plans.length);
  });
  it('sets the account’s log role only where the account is ours alone', () => {
    expect(ofType(stage, 'AWS::ApiGateway::Account')).toHaveLength(
      stage.config.features.apiGatewayAccountRole ? 1 : 0,
    );
  });
});

describe('the checks have teeth', () => {
  const dev = synthesized('dev');
  it.each([
    ['without its key', 'ApiKeyRequired', false],
    ['without its validator', 'RequestValidatorId', undefined],
  ])('a method %s is found', (_what, property, value) => {
    const worse = mutated(
      dev,
      METHOD,
      (method) => (method[property] = value),
      (method) => method['HttpMethod'] === 'GET',
    );
    expect(methodsOf(worse)).not.toEqual(EXPECTED_METHODS);
  });
});
