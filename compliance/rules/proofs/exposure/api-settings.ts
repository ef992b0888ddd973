import { parse } from 'yaml';
import { dig, listOf } from '../model/dig';
import { ModelError } from '../model/errors';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { isTrue, evaluated, type Setting, textOf } from './setting';
import { isRecord } from '../../../is-record';

const VERBS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'x-amazon-apigateway-any-method'];
type Body = Readonly<Record<string, unknown>>;
/**
 * An OpenAPI document; as text it is JSON, or YAML, which holds it.
 * @throws ModelError when it stands elsewhere, or is none.
 */
function documentOf(r: Resource): unknown {
  if (r.has('BodyS3Location'))
    throw new ModelError(
      'unresolved-reference',
      r.path,
      'its document lies in S3, where nobody here reads it',
    );
  const body = r.property('Body');
  if (typeof body !== 'string') return body;
  try {
    const document: unknown = parse(body);
    if (isRecord(document)) return document;
  } catch {
    // Told below.
  }
  throw new ModelError('malformed-value', r.path, 'Body is no document that can be read');
}

const requires = (security: unknown): boolean =>
  listOf(security).length > 0 &&
  listOf(security).every((each) => isRecord(each) && Object.keys(each).length > 0);

/** Operations of an OpenAPI document that ask for nothing: neither their own requirement nor the document's. */
function openOperations(document: unknown): string[] {
  const paths = dig(document, 'paths');
  if (!isRecord(paths)) return [];
  const all = dig(document, 'security');
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(isRecord(item) ? item : {})
      .filter(([verb]) => VERBS.includes(verb.toLowerCase()))
      .filter(([, operation]) => {
        const own = dig(operation, 'security');
        const auth = dig(operation, 'x-amazon-apigateway-auth', 'type');
        if (auth !== undefined && auth !== 'NONE') return false;
        return !requires(own ?? all);
      })
      .map(([verb]) => `${verb.toUpperCase()} ${path}`),
  );
}

/** Whether an API can be reached from its VPC only, or its policy decides who comes in. */
function isGuardedOtherwise(api: Resource | undefined): boolean {
  if (api === undefined) return false;
  const types = listOf(dig(api.property('EndpointConfiguration'), 'Types'));
  return types.includes('PRIVATE') || api.has('Policy');
}

const apiOf = (set: TemplateSet, r: Resource, property: string): Resource | undefined =>
  set.at(String(r.property(property)));

const isNone = (type: unknown): boolean => type === undefined || textOf(type).toUpperCase() === 'NONE';

const ORIGIN = /access-control-allow-origin$/i;

/** APIs that ask nobody who he is. */
export const API_SETTINGS: readonly Setting[] = [
  evaluated('openApi', 'AWS::ApiGateway::Method', (r, set) => {
    const type = r.property('AuthorizationType');
    const open = isNone(type);
    const exempt =
      String(r.property('HttpMethod')).toUpperCase() === 'OPTIONS' || isTrue(r.property('ApiKeyRequired'));
    return open && !exempt && !isGuardedOtherwise(apiOf(set, r, 'RestApiId')) ? ['anybody may call it'] : [];
  }),
  evaluated('openApi', 'AWS::ApiGatewayV2::Route', (r) => {
    const type = r.property('AuthorizationType');
    const isEnd = /^\$(?:disconnect|default)$/.test(String(r.property('RouteKey')));
    const exempt =
      isEnd || isTrue(r.property('ApiKeyRequired')) || textOf(r.property('RouteKey')).startsWith('OPTIONS ');
    return isNone(type) && !exempt ? ['anybody may call it'] : [];
  }),
  evaluated('openApi', ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'], (r) => {
    const open = isGuardedOtherwise(r) ? [] : openOperations(documentOf(r));
    return open.length === 0 ? [] : [`anybody may call ${open.join(', ')}`];
  }),
  evaluated('openApi', 'AWS::AppSync::GraphQLApi', (r) =>
    r.property('AuthenticationType') === 'API_KEY'
      ? ['a key that every client shows is all that it asks for']
      : [],
  ),
  evaluated('anyOrigin', 'AWS::S3::Bucket', (r) =>
    listOf(dig(r.property('CorsConfiguration'), 'CorsRules')).some((rule) =>
      listOf(dig(rule, 'AllowedOrigins')).includes('*'),
    )
      ? ['scripts of every origin may use the bucket']
      : [],
  ),
  evaluated('anyOrigin', 'AWS::ApiGatewayV2::Api', (r) =>
    listOf(dig(r.property('CorsConfiguration'), 'AllowOrigins')).includes('*')
      ? ['scripts of every origin may call it']
      : [],
  ),
  evaluated('anyOrigin', 'AWS::Lambda::Url', (r) =>
    listOf(dig(r.property('Cors'), 'AllowOrigins')).includes('*')
      ? ['scripts of every origin may call it']
      : [],
  ),
  evaluated('anyOrigin', 'AWS::ApiGateway::Method', (r) =>
    listOf(dig(r.property('Integration'), 'IntegrationResponses')).some((response) =>
      Object.entries((dig(response, 'ResponseParameters') ?? {}) as Body).some(
        ([name, value]) => ORIGIN.test(name) && String(value).replaceAll("'", '') === '*',
      ),
    )
      ? ['scripts of every origin may call it']
      : [],
  ),
  evaluated('openApi', 'AWS::ElastiCache::ReplicationGroup', (r) =>
    r.has('AuthToken') || r.list('UserGroupIds').length > 0 ? [] : ['whoever reaches it needs no token'],
  ),
];
