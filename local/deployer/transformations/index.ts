import type { Template } from '../template';
import type { Difference, Transformation, TransformationContext } from '../transformation';
import { functionRuntime } from './function-runtime';
import { madeByApi } from './made-by-api';
import { omitUnemulated } from './omit-unemulated';
import { organizationId } from './organization-id';
import { principalSession } from './principal-session';
import { sourceAddress } from './source-address';
import { stateMachineAlias } from './state-machine-alias';
import { vpcEndpointCondition } from './vpc-endpoint-condition';

/** Every difference between what AWS would get and what is deployed here, in order of application. */
const TRANSFORMATIONS: readonly Transformation[] = [
  vpcEndpointCondition,
  sourceAddress,
  principalSession,
  organizationId,
  stateMachineAlias,
  functionRuntime,
  madeByApi,
  omitUnemulated,
];

/** Applies all transformations to one stack's template. Templates go in dependency order: exports vanish along it. */
export function transformTemplate(
  template: Template,
  context: TransformationContext,
): { template: Template; differences: Difference[] } {
  const differences: Difference[] = [];
  let current = template;
  for (const transformation of TRANSFORMATIONS) {
    const step = transformation.apply(current, context);
    current = step.template;
    differences.push(...step.differences);
  }
  return { template: current, differences };
}
