import { executionPolicy, EXECUTION_POLICIES } from '../../../bin/preflight/execution-policies';
import type { StageConfig } from '../../../lib/config/schema';
import { Names } from '../../../lib/names';
import {
  organizationPolicy,
  type OrganizationPolicyName,
} from '../../../lib/organization/organization-policies';
import { parsePolicy, type Statement } from '../iam/statement';

/** CloudFormation's role in one account and region, with every policy of people that binds it. */
export interface Deployer {
  readonly arn: string;
  readonly account: string;
  readonly organizationId: string;
  /** What lets it, and what the organisation denies it: service control policies grant nothing. */
  readonly identity: readonly Statement[];
  /** What the organisation denies on resources. */
  readonly resource: readonly Statement[];
}

export type PolicyReader = (name: string, document: unknown) => unknown;

/** Where the runbook of policies/organization attaches each policy. */
const ATTACHED: Readonly<Record<'sandbox' | 'regulated', readonly OrganizationPolicyName[]>> = {
  sandbox: ['scp-regions', 'scp-perimeter', 'scp-organization'],
  regulated: ['scp-regions', 'scp-perimeter', 'scp-organization', 'scp-evidence'],
};

const administrator = {
  Statement: { Sid: 'AdministratorAccess', Effect: 'Allow', Action: '*', Resource: '*' },
};

/**
 * The role by the runbook: of a stage's account with the execution policies of the bootstrap, of the delivery account
 * with CDK's default.
 * @param read puts another document in place of a policy's file; the self-test plants mistakes by it.
 */
export function deployerOf(
  config: StageConfig,
  account: string,
  region: string,
  read: PolicyReader = (_name, document) => document,
): Deployer {
  const names = new Names(config, config.region);
  const isDelivery = account === config.deliveryAccount;
  const attached = isDelivery || config.stage === 'dev' ? ATTACHED.sandbox : ATTACHED.regulated;
  const parsed = (name: string, document: unknown) => parsePolicy(read(name, document), `policies/${name}`);
  const organization = (name: OrganizationPolicyName) =>
    parsed(`organization/${name}`, organizationPolicy(name, config));
  return {
    arn: `arn:aws:iam::${account}:role/cdk-hnb659fds-cfn-exec-role-${account}-${region}`,
    account,
    organizationId: config.organizationId,
    identity: [
      ...(isDelivery
        ? parsed('AdministratorAccess', administrator)
        : EXECUTION_POLICIES.flatMap((name) =>
            parsed(`bootstrap/${name}`, executionPolicy(name, { config, names })),
          )),
      ...attached.flatMap(organization),
    ],
    resource: organization('rcp-perimeter'),
  };
}
