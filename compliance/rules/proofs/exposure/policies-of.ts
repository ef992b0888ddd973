import { arnBeside } from '../model/identifiers';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import { callsDecidedByPolicy, routesOf } from '../iam/api-routes';
import type { Caller } from '../iam/request';
import { RESOURCE_POLICIES } from '../iam/resource-policies';
import { parsePolicy, type Statement } from '../iam/statement';
import { isRecord } from '../../../is-record';

/** A policy that says who may do something with what it hangs on. */
export interface PolicyOnResource {
  readonly resource: Resource;
  /** What it protects; made up where the template does not tell. */
  readonly arn: string;
  readonly statements: readonly Statement[];
  /** What of it a policy decides for somebody; whatever a statement names, where it is absent. */
  readonly asked?: ((caller: Caller['kind']) => readonly string[]) | undefined;
}

/** A policy that says what its holder may do. */
export interface PolicyOfHolder {
  readonly resource: Resource;
  /** Where in the resource it stands. */
  readonly place: string;
  readonly statements: readonly Statement[];
}

const isPolicy = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) &&
  [value['Statement']].flat().some((each) => isRecord(each) && typeof each['Effect'] === 'string');

/** A policy may stand as text. */
function fromText(value: unknown): unknown {
  if (typeof value !== 'string' || !value.includes('"Statement"')) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** Every policy document within a value, with the path that leads to it. */
function* documentsWithin(value: unknown, place: string): Generator<readonly [string, unknown]> {
  const read = fromText(value);
  if (isPolicy(read)) yield [place, read];
  else if (Array.isArray(read))
    for (const [index, item] of read.entries()) yield* documentsWithin(item, `${place}[${index}]`);
  else if (isRecord(read))
    for (const [key, item] of Object.entries(read))
      yield* documentsWithin(item, place === '' ? key : `${place}.${key}`);
}

const namesPrincipals = (document: unknown): boolean =>
  isRecord(document) &&
  [document['Statement']]
    .flat()
    .some((each) => isRecord(each) && ('Principal' in each || 'NotPrincipal' in each));

/** Of whose policy the words let nobody in by themselves: they bind whoever comes that way, or is bound by them. */
const BINDS_ONLY = ['AWS::EC2::VPCEndpoint', 'AWS::Organizations::Policy'];

const serviceOf = (resource: Resource): string => resource.type.split('::')[1]?.toLowerCase() ?? '';

/** The service whose resource a policy protects; of one that stands elsewhere the type of the policy tells. */
export const serviceProtected = ({ arn, resource }: Pick<PolicyOnResource, 'arn' | 'resource'>): string =>
  arn.startsWith('arn:') ? (arn.split(':')[2] ?? '') : serviceOf(resource);

/** All policies of a resource with principals, its trust policy apart. */
export function policiesOn(set: TemplateSet, resource: Resource): PolicyOnResource[] {
  if (BINDS_ONLY.includes(resource.type) || resource.type.startsWith('AWS::IAM::')) return [];
  const read = (arn: string, document: unknown): PolicyOnResource => ({
    resource,
    arn,
    statements: parsePolicy(fromText(document), resource.path, 'open'),
    asked:
      resource.type === 'AWS::ApiGateway::RestApi'
        ? callsDecidedByPolicy(routesOf(set, resource))
        : undefined,
  });
  const reader = Object.hasOwn(RESOURCE_POLICIES, resource.type)
    ? RESOURCE_POLICIES[resource.type]
    : undefined;
  if (reader) return reader(resource, set).map(({ arn, document }) => read(arn, document));
  const arn = arnBeside(resource, serviceOf(resource), resource.path);
  return [...documentsWithin(resource.resolved(), '')]
    .filter(([, document]) => namesPrincipals(document))
    .map(([, document]) => read(arn, document));
}

/** The trust policy of a role. */
export const trustOf = (resource: Resource): readonly Statement[] =>
  resource.type === 'AWS::IAM::Role' && resource.has('AssumeRolePolicyDocument')
    ? parsePolicy(fromText(resource.property('AssumeRolePolicyDocument')), resource.path, 'open')
    : [];

/** All policies in a resource that grant something to whoever holds them. */
export const policiesHeldBy = (resource: Resource): PolicyOfHolder[] =>
  BINDS_ONLY.includes(resource.type)
    ? []
    : [...documentsWithin(resource.resolved(), '')]
        .filter(([place, document]) => place !== 'AssumeRolePolicyDocument' && !namesPrincipals(document))
        .map(([place, document]) => ({
          resource,
          place,
          statements: parsePolicy(document, resource.path, 'open'),
        }));
