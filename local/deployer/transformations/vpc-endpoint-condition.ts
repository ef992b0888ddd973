import { without } from '../template';
import type { Transformation } from '../transformation';
import { changeResources } from './change-resources';
import {
  addValues,
  type ConditionBlock,
  findKey,
  translateConditions,
  UntranslatableConditionError,
} from './policy-conditions';

const ENDPOINT_KEY = 'aws:SourceVpce';
const OPERATOR = /^String(Not)?(Equals|Like)(IfExists)?$/;

/** `aws:SourceVpce is (not) one of ours` → `aws:PrincipalArn is (not) a role of our functions in the VPC`. */
function translateBlock(block: ConditionBlock, roles: readonly string[]): ConditionBlock {
  let translated: ConditionBlock = {};
  const added: string[] = [];
  for (const [operator, keys] of Object.entries(block)) {
    const endpointKey = findKey(keys, ENDPOINT_KEY);
    if (endpointKey === undefined) {
      translated[operator] = keys;
      continue;
    }
    if (!OPERATOR.test(operator)) throw new UntranslatableConditionError(`${operator} on ${endpointKey}`);
    const rest = without(keys, endpointKey) as ConditionBlock[string];
    if (Object.keys(rest).length > 0) translated[operator] = rest;
    added.push(operator.replace('IfExists', ''));
  }
  for (const operator of added) translated = addValues(translated, operator, 'aws:PrincipalArn', [...roles]);
  return translated;
}

/**
 * The emulator never sets `aws:SourceVpce`, so a perimeter that denies what came through no endpoint of ours would deny
 * everything. "Came through our endpoint" becomes "made by a role of one of our functions in the VPC".
 */
export const vpcEndpointCondition: Transformation = {
  name: 'vpc-endpoint-condition',
  apply: (template, { inVpcRoleArns }) =>
    changeResources(
      template,
      'aws:SourceVpce reads "made by a role of our functions in the VPC" (aws:PrincipalArn)',
      (resource) => {
        const { properties, changed } = translateConditions(resource.Properties, ENDPOINT_KEY, (block) =>
          translateBlock(block, inVpcRoleArns),
        );
        return changed ? { ...resource, Properties: properties } : undefined;
      },
    ),
};
