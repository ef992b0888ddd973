import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { guardBinary } from '../../compliance/engines/guard-binary';
import { CUSTOM_RULES } from '../../lib/audit/config-rules';

const folder = mkdtempSync(path.join(tmpdir(), 'serverlessapp-config-rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const fn = {
  functionName: 'serverlessapp-dev-analyze',
  kmskeyArn: KEY,
  vpcConfig: { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] },
  tracingConfig: { mode: 'Active' },
};
const queue = { QueueName: 'serverlessapp-dev-intake', KmsMasterKeyId: KEY };
const workflow = {
  StateMachineName: 'serverlessapp-dev-classification',
  TracingConfiguration: { Enabled: true },
  LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
};
const role = {
  roleName: 'serverlessapp-dev-analyze-role',
  permissionsBoundary: {
    permissionsBoundaryArn: 'arn:aws:iam::111122223333:policy/serverlessapp-dev-permissions-boundary',
  },
  rolePolicyList: [],
  attachedManagedPolicies: [
    { policyArn: 'arn:aws:iam::111122223333:policy/serverlessapp-dev-analyze-calls' },
  ],
};

/** Per rule: a configuration that fits, and changes that must not. Shapes as AWS Config records them. */
const CASES: Record<string, { fits: object; breaks: Record<string, object> }> = {
  'function-keeps-environment-under-own-key': {
    fits: fn,
    breaks: {
      'no key': { ...fn, kmskeyArn: undefined },
      'outside of the network': { ...fn, vpcConfig: { subnetIds: [], securityGroupIds: [] } },
      'not traced': { ...fn, tracingConfig: { mode: 'PassThrough' } },
    },
  },
  'queue-encrypted-with-own-key': {
    fits: queue,
    breaks: {
      'no key': { ...queue, KmsMasterKeyId: undefined },
      'key of SQS': { ...queue, KmsMasterKeyId: 'alias/aws/sqs' },
    },
  },
  'workflow-logs-no-payload': {
    fits: workflow,
    breaks: {
      'logs its data': { ...workflow, LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true } },
      'logs nothing': { ...workflow, LoggingConfiguration: { Level: 'OFF', IncludeExecutionData: false } },
      'not traced': { ...workflow, TracingConfiguration: { Enabled: false } },
    },
  },
  'role-has-permissions-boundary': {
    fits: role,
    breaks: {
      'no boundary': { ...role, permissionsBoundary: undefined },
      'another boundary': {
        ...role,
        permissionsBoundary: { permissionsBoundaryArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      },
      'inline policy': { ...role, rolePolicyList: [{ policyName: 'x' }] },
      'AWS-managed policy': {
        ...role,
        attachedManagedPolicies: [{ policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
      },
    },
  },
};

/** cfn-guard's exit code: 0 when the item fits or is none of ours, 19 when it does not. */
function evaluate(ruleId: string, resourceType: string, configuration: object): number | null {
  const item = path.join(folder, 'item.json');
  writeFileSync(item, JSON.stringify({ resourceType, configuration }));
  const rules = path.join(__dirname, '..', '..', 'policies', 'config-rules', `${ruleId}.guard`);
  return spawnSync(guardBinary(), ['validate', '--rules', rules, '--data', item]).status;
}

it('has a case for every rule', () => {
  expect(Object.keys(CASES).sort()).toEqual(CUSTOM_RULES.map(({ id }) => id).sort());
});

describe.each(CUSTOM_RULES)('the AWS Config rule $id', ({ id, resourceType }) => {
  const { fits, breaks } = CASES[id] ?? { fits: {}, breaks: {} };
  it('accepts what is as we claim', () => {
    expect(evaluate(id, resourceType, fits)).toBe(0);
  });
  it.each(Object.entries(breaks))('refuses: %s', (_what, configuration) => {
    expect(evaluate(id, resourceType, configuration)).toBe(19);
  });
  it('leaves alone what is not ours', () => {
    const foreign = JSON.parse(
      JSON.stringify(Object.values(breaks)[0]).replaceAll('serverlessapp-', 'other-'),
    ) as object;
    expect(evaluate(id, resourceType, foreign)).toBe(0);
  });
});
