import { UntranslatableConditionError } from '../../../../local/deployer/transformations/policy-conditions';
import { principalSession } from '../../../../local/deployer/transformations/principal-session';
import { sourceAddress } from '../../../../local/deployer/transformations/source-address';
import { stateMachineAlias } from '../../../../local/deployer/transformations/state-machine-alias';
import { vpcEndpointCondition } from '../../../../local/deployer/transformations/vpc-endpoint-condition';
import type { Template } from '../../../../local/deployer/template';
import type { StackTemplate } from '../model/template';
import { PolicyError } from './errors';

/** Transformations of the deployer that change what is enforced; the others change what exists or how it runs. */
const WEAKENING = [vpcEndpointCondition, sourceAddress, principalSession, stateMachineAlias];

/**
 * Every resource whose permissions the embedded AWS gets in another form than AWS, by the transformation's name.
 * @throws PolicyError when the deployer itself cannot express a condition.
 */
export function transformationSubjects(
  templates: readonly StackTemplate[],
): { readonly capability: string; readonly path: string }[] {
  return templates.flatMap((stack) => {
    try {
      return subjectsIn(stack);
    } catch (error) {
      if (!(error instanceof UntranslatableConditionError)) throw error;
      throw new PolicyError(
        'unknown-operator',
        stack.stackName,
        `the deployer cannot translate it: ${error.message}`,
      );
    }
  });
}

const known = new WeakMap<object, readonly { readonly capability: string; readonly path: string }[]>();

/** A template that nobody can change any more is looked into once. */
function subjectsIn(stack: StackTemplate) {
  const { template } = stack;
  const subjects = known.get(template as object) ?? subjectsAfresh(stack);
  if (Object.isFrozen(template)) known.set(template as object, subjects);
  return subjects;
}

const subjectsAfresh = ({ stackName, account, template }: StackTemplate) =>
  WEAKENING.flatMap((transformation) =>
    transformation
      .apply(template as Template, {
        account,
        organizationId: 'o-any',
        unrecognizedTypes: new Set(),
        inVpcRoleArns: ['arn:aws:iam::000000000000:role/any'],
        omittedExports: new Set(),
        madeByApi: [],
      })
      .differences.map(({ logicalId }) => ({
        capability: `as written (${transformation.name})`,
        path: `${stackName}/${logicalId}`,
      })),
  );
