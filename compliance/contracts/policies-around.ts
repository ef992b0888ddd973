import { loadStageConfig } from '../../lib/config/load';
import { STAGE_NAMES } from '../../lib/config/schema';
import { bootstrapRoleArn } from '../../lib/names';
import { organizationPolicy } from '../../lib/organization/organization-policies';
import { renderPolicy } from '../../lib/policies';
import { RELEASED_STAGE } from '../applications';
import { joined, parsePolicy, type Statement } from '../proofs/iam/statement';

/** What decides besides the templates: the organisation's policies, and those of CloudFormation's role. */
export interface PoliciesAround {
  readonly organizationId: string;
  readonly serviceControl: readonly Statement[];
  readonly resourceControl: readonly Statement[];
}

const SERVICE_CONTROL = ['scp-regions', 'scp-perimeter', 'scp-organization'] as const;
/** Attached to staging and prod alone (policies/organization/README.md). */
const BEYOND_DEV = 'scp-evidence';
const EXECUTION_POLICIES = ['deployment-data', 'deployment-platform'] as const;

const stageOf = (stackName: string): string =>
  STAGE_NAMES.find((stage) => stackName.startsWith(`serverlessapp-${stage}-`)) ?? RELEASED_STAGE;

/** The organisation's policies as they bind the account of a stack. */
export function policiesAround(stackName: string): PoliciesAround {
  const stage = stageOf(stackName);
  const config = loadStageConfig(stage);
  const read = (name: (typeof SERVICE_CONTROL)[number] | typeof BEYOND_DEV | 'rcp-perimeter'): Statement[] =>
    parsePolicy(organizationPolicy(name, config), `policies/organization/${name}.json`);
  return {
    organizationId: config.organizationId,
    serviceControl: joined(
      [...SERVICE_CONTROL, ...(stage === 'dev' ? [] : ([BEYOND_DEV] as const))].map(read),
    ),
    resourceControl: read('rcp-perimeter'),
  };
}

/** CloudFormation's role in an account and region, with what `cdk bootstrap` gives it. */
export function deploymentRole(
  account: string,
  region: string,
  prefix: string,
): { arn: string; account: string; identity: readonly Statement[]; boundary: undefined } {
  const { region: home, drRegion } = loadStageConfig(RELEASED_STAGE);
  const identity = EXECUTION_POLICIES.map((name) =>
    parsePolicy(
      renderPolicy(`bootstrap/${name}`, { Account: account, Prefix: prefix, Regions: [home, drRegion] }),
      `policies/bootstrap/${name}.json`,
    ),
  );
  return {
    arn: bootstrapRoleArn('cfn-exec', account, region),
    account,
    identity: joined(identity),
    boundary: undefined,
  };
}
