import { globMatches } from '../../compliance/rules/proofs/iam/wildcards';
import { FUNCTION_CALLS, FUNCTION_IDS, type FunctionId } from '../../lambda/functions';
import { callResourceArn } from '../../lib/constructs/functions/call-resources';
import { PLATFORM_NEEDS } from '../../lib/constructs/functions/platform-grants';
import { conditionKeys, type FoundStatement, statementsOf } from '../support/policy-statements';
import {
  at,
  listAt,
  mutated,
  put,
  STAGES,
  type SynthesizedStage,
  synthesized,
} from '../support/synthesized-stage';

const MANAGED_POLICY = 'AWS::IAM::ManagedPolicy';

const policyOf = (stage: SynthesizedStage, id: FunctionId, purpose: 'calls' | 'platform') =>
  statementsOf(stage).filter(
    ({ resource }) => resource.Properties['ManagedPolicyName'] === `${stage.names.function(id)}-${purpose}`,
  );

/** `ACTION ARN` of everything that a function's code may do. */
const granted = (stage: SynthesizedStage, id: FunctionId): string[] =>
  policyOf(stage, id, 'calls')
    .flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => `${action} ${String(resource)}`)),
    )
    .sort();
const declared = (stage: SynthesizedStage, id: FunctionId): string[] =>
  [
    ...new Set(
      FUNCTION_CALLS[id].map(({ action, resource }) => `${action} ${callResourceArn(resource, stage.names)}`),
    ),
  ].sort();

/** Grants of key use that are not bound to the service that uses the key. */
const unboundKeyUse = (stage: SynthesizedStage): string[] =>
  FUNCTION_IDS.flatMap((id) => policyOf(stage, id, 'platform'))
    .filter(({ actions }) => actions.some((action) => action.startsWith('kms:')))
    .filter((statement) => !conditionKeys(statement).includes('kms:viaservice'))
    .map(({ where }) => where);

/** Grants that mean nothing, because the boundary of all roles does not reach so far, or takes them away. */
function aboveBoundary(stage: SynthesizedStage): string[] {
  const all = statementsOf(stage).filter(({ resource }) => resource.Type === MANAGED_POLICY);
  const isBoundary = ({ resource }: FoundStatement) =>
    resource.Properties['ManagedPolicyName'] === stage.names.permissionsBoundary;
  const boundary = all.filter(isBoundary);
  const covered = (action: string, effect: 'Allow' | 'Deny') =>
    boundary
      .filter(
        ({ Effect, Condition }) =>
          Effect === effect && (effect === 'Allow' || Object.keys(Condition).length === 0),
      )
      .some(({ actions }) => actions.some((pattern) => globMatches(pattern, action, true)));
  return all
    .filter((statement) => statement.Effect === 'Allow' && !isBoundary(statement))
    .flatMap(({ where, actions }) =>
      actions
        .filter((action) => !covered(action, 'Allow') || covered(action, 'Deny'))
        .map((action) => `${where}: ${action}`),
    );
}

describe.each(STAGES)('functions of %s', (name) => {
  const stage = synthesized(name);

  it.each(FUNCTION_IDS)('%s may call what its code declares, exactly', (id) => {
    expect(granted(stage, id)).toEqual(declared(stage, id));
  });
  it('grant the platform only what a page of AWS asks for', () => {
    const sids = FUNCTION_IDS.flatMap((id) => policyOf(stage, id, 'platform')).map(({ Sid }) => Sid);
    expect([...new Set(sids)].sort()).toEqual(Object.keys(PLATFORM_NEEDS).sort());
  });
  it('and all other roles are granted nothing that the boundary takes away', () => {
    expect(aboveBoundary(stage)).toEqual([]);
  });
  it('use keys only through the services that they call', () => {
    expect(unboundKeyUse(stage)).toEqual([]);
  });
  it('keep their code from the network interfaces that Lambda needs', () => {
    for (const id of FUNCTION_IDS) {
      const denied = policyOf(stage, id, 'platform').filter(({ Effect }) => Effect === 'Deny');
      expect(denied.map(({ Condition }) => Condition)).toEqual([
        { ArnEquals: { 'lambda:SourceFunctionArn': stage.names.functionArn(id) } },
      ]);
    }
  });
});

describe('the checks have teeth', () => {
  const dev = synthesized('dev');
  const ofNotify = (purpose: string) => (policy: Record<string, unknown>) =>
    policy['ManagedPolicyName'] === `${dev.names.function('notify')}-${purpose}`;

  it('a wider resource is found', () => {
    const worse = mutated(
      dev,
      MANAGED_POLICY,
      (policy) => put(policy, '*', 'PolicyDocument', 'Statement', 0, 'Resource'),
      ofNotify('calls'),
    );
    expect(granted(worse, 'notify')).not.toEqual(declared(worse, 'notify'));
  });
  it('one more action is found', () => {
    const worse = mutated(
      dev,
      MANAGED_POLICY,
      (policy) => put(policy, ['sns:Publish', 'sns:Subscribe'], 'PolicyDocument', 'Statement', 0, 'Action'),
      ofNotify('calls'),
    );
    expect(granted(worse, 'notify')).not.toEqual(declared(worse, 'notify'));
  });
  it('a grant above the boundary is found', () => {
    const worse = mutated(
      dev,
      MANAGED_POLICY,
      (policy) => put(policy, 'iam:CreateUser', 'PolicyDocument', 'Statement', 0, 'Action'),
      ofNotify('calls'),
    );
    expect(aboveBoundary(worse)).toHaveLength(1);
  });
  it('a key use without its service is found', () => {
    const worse = mutated(
      dev,
      MANAGED_POLICY,
      (policy) => {
        for (const statement of listAt(policy, 'PolicyDocument', 'Statement')) {
          if (at(statement, 'Sid') === 'UseMessagingKeyThroughTopics') put(statement, undefined, 'Condition');
        }
      },
      ofNotify('platform'),
    );
    expect(unboundKeyUse(worse)).toHaveLength(1);
  });
});
