import { isObject, without } from '../template';
import type { Transformation } from '../transformation';
import { changeResources } from './change-resources';
import { addValues, asList, type ConditionBlock, findKey, translateConditions } from './policy-conditions';

const PRINCIPAL_KEY = 'aws:PrincipalArn';
const ROLE_ARN = /^arn:([^:]+):iam::([^:]+):role\/(?:.*\/)?([^/]+)$/;

/** The ARNs of a role's sessions, from the role's ARN or a reference to it. */
function sessionsOf(value: unknown, account: string): unknown[] {
  if (typeof value === 'string') {
    const [, partition, owner, name] = ROLE_ARN.exec(value) ?? [];
    return name ? [`arn:${partition ?? 'aws'}:sts::${owner ?? account}:assumed-role/${name}/*`] : [];
  }
  const attribute = isObject(value) ? value['Fn::GetAtt'] : undefined;
  if (!Array.isArray(attribute) || attribute[1] !== 'Arn') return [];
  const [logicalId] = attribute as [string];
  return [{ 'Fn::Join': ['', [`arn:aws:sts::${account}:assumed-role/`, { Ref: logicalId }, '/*']] }];
}

function translateBlock(block: ConditionBlock, account: string): ConditionBlock {
  let translated: ConditionBlock = {};
  const moved: [operator: string, values: unknown[]][] = [];
  for (const [operator, keys] of Object.entries(block)) {
    const key = findKey(keys, PRINCIPAL_KEY);
    const values = key === undefined ? [] : asList(keys[key]);
    const sessions = values.flatMap((value) => sessionsOf(value, account));
    if (key === undefined || sessions.length === 0) {
      translated[operator] = { ...translated[operator], ...keys };
      continue;
    }
    const rest = without(keys, key) as ConditionBlock[string];
    if (Object.keys(rest).length > 0) translated[operator] = { ...translated[operator], ...rest };
    moved.push([operator.replace(/^String(Not)?Equals/, 'String$1Like'), [...values, ...sessions]]);
  }
  for (const [operator, values] of moved) {
    translated = addValues(translated, operator, PRINCIPAL_KEY, values);
  }
  return translated;
}

/**
 * On AWS `aws:PrincipalArn` of a role's session is the role's ARN; the emulator gives the session's. Conditions that
 * name a role name its sessions as well.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
export const principalSession: Transformation = {
  name: 'principal-session',
  apply: (template, { account }) =>
    changeResources(
      template,
      'aws:PrincipalArn conditions on a role also name its sessions, as the emulator compares those',
      (resource) => {
        const { properties, changed } = translateConditions(resource.Properties, PRINCIPAL_KEY, (block) =>
          translateBlock(block, account),
        );
        const same = JSON.stringify(properties) === JSON.stringify(resource.Properties);
        return changed && !same ? { ...resource, Properties: properties } : undefined;
      },
    ),
};
