import { mapStrings } from '../template';
import type { Transformation } from '../transformation';
import { changeResources } from './change-resources';

const ALIAS_ARN = /^(arn:[^:]+:states:[^:]*:[^:]*:stateMachine:[^:]+):[^:*]+$/;

/**
 * StartSyncExecution here knows state machines but not their aliases: whatever names an alias (the function's
 * environment, the grants) names the machine.
 */
export const stateMachineAlias: Transformation = {
  name: 'state-machine-alias',
  apply: (template) =>
    changeResources(template, 'names the state machine instead of its alias', (resource) => {
      const properties = mapStrings(resource.Properties, (text) => ALIAS_ARN.exec(text)?.[1] ?? text);
      if (JSON.stringify(properties) === JSON.stringify(resource.Properties)) return undefined;
      return { ...resource, Properties: properties as Record<string, unknown> };
    }),
};
