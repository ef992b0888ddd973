import {
  type BootstrapContext,
  deliveryContexts,
  executionPoliciesOf,
  executionPolicy,
} from '../../../../bin/preflight/execution-policies';
import { loadStageConfig } from '../../../../lib/config/load';
import { RELEASED_STAGE, STAGE_NAMES, type StageConfig } from '../../../../lib/config/schema';
import { bootstrapRoleArn, Names } from '../../../../lib/names';
import {
  ORGANIZATION_POLICIES,
  organizationPolicy,
  type OrganizationPolicyName,
  policiesAbove,
} from '../../../../lib/organization/organization-policies';
import { joined, parsePolicy, type Statement } from './statement';

/** What binds one account besides its templates: CloudFormation's role, and the organisation's policies. */
export interface AccountPolicies {
  readonly organizationId: string;
  /** What the organisation denies the account's roles: service control policies grant nothing. */
  readonly serviceControl: readonly Statement[];
  /** What the organisation denies everybody on the account's resources. */
  readonly resourceControl: readonly Statement[];
  /** CloudFormation's role in one region, with what `cdk bootstrap` gives it. */
  readonly deployer: {
    readonly arn: string;
    readonly account: string;
    readonly identity: readonly Statement[];
    readonly boundary: undefined;
  };
}

export type PolicyReader = (name: string, document: unknown) => unknown;

/** Configuration of a stack's stage; the pipeline's stacks go by that of the stage with which they are evaluated. */
export const stageConfigOf = (stackName: string): StageConfig =>
  loadStageConfig(
    STAGE_NAMES.find((stage) => stackName.startsWith(`serverlessapp-${stage}-`)) ?? RELEASED_STAGE,
  );

/** Every policy as its file has it. */
export const asWritten: PolicyReader = (_name, document) => document;
const known = new Map<string, AccountPolicies>();

/**
 * The policies by the runbooks: CloudFormation's role has the execution policies of the bootstrap, those of a stage's
 * account or of the pipeline's.
 * @param read puts another document in place of a policy's file; the self-test plants mistakes by it.
 */
export function accountPolicies(
  stackName: string,
  account: string,
  region: string,
  read: PolicyReader = asWritten,
): AccountPolicies {
  const key = [stackName, account, region].join(' ');
  const found = read === asWritten ? known.get(key) : undefined;
  if (found) return found;
  const policies = readPolicies(stageConfigOf(stackName), account, region, read);
  if (read === asWritten) known.set(key, policies);
  return policies;
}

/** By what an account is bootstrapped: as a stage's, or as the pipeline's. */
export const bootstrapContextOf = (config: StageConfig, account: string): BootstrapContext =>
  account === config.deliveryAccount
    ? deliveryContexts(config)[0]
    : { config, names: new Names(config, config.region), connection: {} };

function readPolicies(
  config: StageConfig,
  account: string,
  region: string,
  read: PolicyReader,
): AccountPolicies {
  const attached = policiesAbove(config, account);
  const parsed = (name: string, document: unknown) => parsePolicy(read(name, document), `policies/${name}`);
  const organization = (type: (typeof ORGANIZATION_POLICIES)[OrganizationPolicyName]) =>
    joined(
      attached
        .filter((name) => ORGANIZATION_POLICIES[name] === type)
        .map((name) => parsed(`organization/${name}`, organizationPolicy(name, config))),
    );
  const bootstrapped = bootstrapContextOf(config, account);
  return {
    organizationId: config.organizationId,
    serviceControl: organization('SERVICE_CONTROL_POLICY'),
    resourceControl: organization('RESOURCE_CONTROL_POLICY'),
    deployer: {
      arn: bootstrapRoleArn('cfn-exec', account, region),
      account,
      identity: executionPoliciesOf(bootstrapped).flatMap((name) =>
        parsed(`bootstrap/${name}`, executionPolicy(name, bootstrapped)),
      ),
      boundary: undefined,
    },
  };
}
