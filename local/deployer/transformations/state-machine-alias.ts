import { mapStrings } from '../template';
import type { Transformation } from '../transformation';
import { changeResources } from './change-resources';
import { type ConditionBlock, translateConditions } from './policy-conditions';

const ALIAS_ARN = /^(arn:[^:]+:states:[^:]*:[^:]*:stateMachine:[^:]+):[^:*]+$/;

const QUALIFIER = 'states:StateMachineQualifier';

/** A block without the conditions on the alias. */
const withoutQualifier = (block: ConditionBlock): ConditionBlock =>
  Object.fromEntries(
    Object.entries(block).flatMap(([operator, keys]) => {
      const rest = Object.entries(keys).filter(([key]) => key !== QUALIFIER);
      return rest.length > 0 ? [[operator, Object.fromEntries(rest)]] : [];
    }),
  );

/**
 * StartSyncExecution here knows state machines but not their aliases, and sends no qualifier: whatever names an alias
 * (the function's environment, conditions of grants) names the machine.
 */
export const stateMachineAlias: Transformation = {
  name: 'state-machine-alias',
  apply: (template) =>
    changeResources(template, 'names the state machine instead of its alias', (resource) => {
      const { properties: unqualified } = translateConditions(
        resource.Properties,
        QUALIFIER,
        withoutQualifier,
      );
      const properties = mapStrings(unqualified, (text) => ALIAS_ARN.exec(text)?.[1] ?? text);
      if (JSON.stringify(properties) === JSON.stringify(resource.Properties)) return undefined;
      return { ...resource, Properties: properties as Record<string, unknown> };
    }),
};
