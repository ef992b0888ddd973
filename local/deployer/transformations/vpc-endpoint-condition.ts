import { isObject, mapObjects, without } from '../template';
import type { Transformation, TransformationContext } from '../transformation';
import { changeResources } from './change-resources';

const ENDPOINT_KEY = 'aws:sourcevpce';
const PRINCIPAL_KEY = 'aws:PrincipalArn';
const OPERATOR = /^(StringEquals|StringLike|StringNotEquals|StringNotLike)(IfExists)?$/;

const findKey = (condition: Record<string, unknown>, name: string): string | undefined =>
  Object.keys(condition).find((key) => key.toLowerCase() === name.toLowerCase());

const asList = (value: unknown): unknown[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};

/** A condition on the endpoint that the emulator cannot check in our words. */
export class UntranslatableConditionError extends Error {
  override readonly name = 'UntranslatableConditionError';
}

/**
 * `aws:SourceVpce is (not) one of ours` → `aws:PrincipalArn is (not) a role of our in-VPC functions`. Negated operators
 * hold when no value matches, so a list already there can be joined; a positive one cannot.
 */
function translateOperator(
  operator: string,
  condition: Record<string, unknown>,
  roles: readonly string[],
): Record<string, unknown> {
  const endpointKey = findKey(condition, ENDPOINT_KEY);
  if (endpointKey === undefined) return condition;
  const rest: Record<string, unknown> = without(condition, endpointKey);
  const principalKey = findKey(rest, PRINCIPAL_KEY) ?? PRINCIPAL_KEY;
  const present = rest[principalKey];
  if (!OPERATOR.test(operator) || (present !== undefined && !operator.includes('Not'))) {
    throw new UntranslatableConditionError(`${operator} on ${endpointKey} beside ${JSON.stringify(rest)}`);
  }
  return { ...rest, [principalKey]: [...asList(present), ...roles] };
}

const conditionsOf = (statement: Record<string, unknown>): Record<string, unknown> | undefined =>
  'Effect' in statement && isObject(statement['Condition']) ? statement['Condition'] : undefined;

const namesEndpoint = (condition: Record<string, unknown>): boolean =>
  Object.values(condition).some((keys) => isObject(keys) && findKey(keys, ENDPOINT_KEY) !== undefined);

function translateStatements(value: unknown, { inVpcRoleArns }: TransformationContext): unknown {
  return mapObjects(value, (node) => {
    const condition = conditionsOf(node);
    if (!condition || !namesEndpoint(condition)) return undefined;
    const translated = Object.entries(condition).map(([operator, keys]): [string, unknown] => [
      operator,
      isObject(keys) ? translateOperator(operator, keys, inVpcRoleArns) : keys,
    ]);
    return { ...node, Condition: Object.fromEntries(translated) };
  });
}

/**
 * The emulator never sets `aws:SourceVpce`, so a perimeter that denies what came through no endpoint of ours would deny
 * everything. "Came through our endpoint" becomes "made by a role of one of our functions in the VPC".
 */
export const vpcEndpointCondition: Transformation = {
  name: 'vpc-endpoint-condition',
  apply: (template, context) =>
    changeResources(
      template,
      'aws:SourceVpce conditions read "made by a role of our functions in the VPC" (aws:PrincipalArn)',
      (resource) => {
        const properties = translateStatements(resource.Properties, context) as typeof resource.Properties;
        if (!properties || JSON.stringify(properties) === JSON.stringify(resource.Properties))
          return undefined;
        return { ...resource, Properties: properties };
      },
    ),
};
