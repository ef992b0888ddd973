import { arnBeside } from '../model/identifiers';
import type { Resource } from '../model/resource';
import type { TemplateSet } from '../model/template-set';
import type { Caller } from './request';

/** Whom a method asks for before any policy counts: somebody who signs, who shows a key, who passes an authorizer, or nobody. */
export type RouteGuard = 'signature' | 'key' | 'authorizer' | 'nothing';

/** A method of a REST API. */
export interface ApiRoute {
  readonly verb: string;
  /** `/reviews/{id}` */
  readonly path: string;
  readonly guard: RouteGuard;
  /** A call of it, as policies name it. */
  readonly arn: string;
}

/** What the model calls an API in ARNs; AWS gives it an id. */
export const apiArn = (api: Resource): string => arnBeside(api, 'execute-api', api.path);

const EXAMPLE_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

function guardOf(method: Resource): RouteGuard {
  const type = method.optionalText('AuthorizationType')?.toUpperCase() ?? 'NONE';
  if (type === 'AWS_IAM') return 'signature';
  if (type !== 'NONE') return 'authorizer';
  return method.property('ApiKeyRequired') === true ? 'key' : 'nothing';
}

function pathOf(set: TemplateSet, id: string): string {
  const part = set.at(id);
  return part?.type === 'AWS::ApiGateway::Resource'
    ? `${pathOf(set, part.text('ParentId'))}/${part.text('PathPart')}`
    : '';
}

/** The methods of an API that stand as resources of their own; those of an OpenAPI document do not. */
export function routesOf(set: TemplateSet, api: Resource): ApiRoute[] {
  const ofApi = (type: string): Resource[] =>
    [...set.resources(type), ...set.context(type)].filter(
      (each) => each.optionalText('RestApiId') === api.path,
    );
  const stage = ofApi('AWS::ApiGateway::Stage')[0]?.optionalText('StageName') ?? 'any';
  return ofApi('AWS::ApiGateway::Method').map((method) => {
    const verb = method.text('HttpMethod').toUpperCase();
    const path = pathOf(set, method.text('ResourceId')) || '/';
    const called = path.replace(/\{[^}]+\}/g, EXAMPLE_ID);
    return {
      verb,
      path,
      guard: guardOf(method),
      arn: `${apiArn(api)}/${stage}/${verb === 'ANY' ? 'GET' : verb}${called}`,
    };
  });
}

/**
 * The calls that an API's policy decides for somebody: those that ask for a signature, for whoever can sign, and those that
 * ask for nothing. What wants a key or an authorizer, and the question that browsers ask beforehand, a policy for everybody
 * does not open; undefined where the templates do not tell the methods.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function callsDecidedByPolicy(
  routes: readonly ApiRoute[],
): ((caller: Caller['kind']) => string[]) | undefined {
  if (routes.length === 0) return undefined;
  return (caller) =>
    routes
      .filter(({ guard, verb }) =>
        guard === 'signature' ? caller !== 'anonymous' : guard === 'nothing' && verb !== 'OPTIONS',
      )
      .map(({ arn }) => arn);
}
