import { loadStageConfig } from '../config/load';
import { STAGE_NAMES, type StageConfig, toldClients } from '../config/schema';
import {
  APPROVALS,
  approvalArn,
  APPROVERS,
  bootstrapBucket,
  bootstrapRoleArn,
  BOUNDARY_CHANGE_TAG,
  DELIVERY_PREFIX,
  type DeliveryPurpose,
  EVIDENCE_READER,
  deliveryRole,
  permissionSetRoles,
  SECURITY_ADMINISTRATORS as SECURITY_ADMINISTRATORS_SET,
} from '../names';
import { renderPolicy } from '../policies';

/** The kinds of policy that AWS Organizations knows, with what each may be long at most, in characters without white space. */
export const POLICY_LIMITS = {
  SERVICE_CONTROL_POLICY: 5120,
  RESOURCE_CONTROL_POLICY: 5120,
  AISERVICES_OPT_OUT_POLICY: 2500,
  DECLARATIVE_POLICY_EC2: 10_000,
} as const;
export type OrganizationPolicyType = keyof typeof POLICY_LIMITS;

/** `policies/organization/FILE.json`; policies/organization/README.md tells why, where and how. */
export const ORGANIZATION_POLICIES = {
  'scp-regions': 'SERVICE_CONTROL_POLICY',
  'scp-evidence': 'SERVICE_CONTROL_POLICY',
  'scp-safekeeping': 'SERVICE_CONTROL_POLICY',
  'scp-releases': 'SERVICE_CONTROL_POLICY',
  'scp-clients': 'SERVICE_CONTROL_POLICY',
  'scp-perimeter': 'SERVICE_CONTROL_POLICY',
  'scp-organization': 'SERVICE_CONTROL_POLICY',
  'rcp-perimeter': 'RESOURCE_CONTROL_POLICY',
  'rcp-releases': 'RESOURCE_CONTROL_POLICY',
  'ai-services-opt-out': 'AISERVICES_OPT_OUT_POLICY',
  'declarative-ec2': 'DECLARATIVE_POLICY_EC2',
} as const satisfies Record<string, OrganizationPolicyType>;
export type OrganizationPolicyName = keyof typeof ORGANIZATION_POLICIES;

/**
 * Where the runbook attaches them: to the root, to the unit of all accounts of the application, or to the unit below it
 * that holds staging, production and delivery, but not dev, whose people build and clean up by hand.
 */
const ATTACHED_TO: Readonly<
  Record<OrganizationPolicyName, 'root' | 'application accounts' | 'regulated accounts'>
> = {
  'scp-regions': 'application accounts',
  'scp-evidence': 'regulated accounts',
  'scp-safekeeping': 'regulated accounts',
  'scp-releases': 'regulated accounts',
  'scp-clients': 'regulated accounts',
  'scp-perimeter': 'application accounts',
  'scp-organization': 'root',
  'rcp-perimeter': 'application accounts',
  'rcp-releases': 'regulated accounts',
  'ai-services-opt-out': 'root',
  'declarative-ec2': 'application accounts',
};

/** The policies that stand above an account of a stage, or above the one that delivers it. */
export const policiesAbove = (
  { stage, deliveryAccount }: Pick<StageConfig, 'stage' | 'deliveryAccount'>,
  account: string,
): OrganizationPolicyName[] => {
  const isRegulated = stage !== 'dev' || account === deliveryAccount;
  return (Object.keys(ATTACHED_TO) as OrganizationPolicyName[]).filter(
    (name) => isRegulated || ATTACHED_TO[name] !== 'regulated accounts',
  );
};

/** The permission set of IAM Identity Center by which the security team administers accounts. */
const SECURITY_ADMINISTRATORS = permissionSetRoles(SECURITY_ADMINISTRATORS_SET);
/** The role of each stage with which Systems Manager blocks public access where it was opened. */
const REMEDIATION_ROLES = 'arn:aws:iam::*:role/serverlessapp-*-remediation-role';
/** CloudFormation's roles, which the gate and the pipeline stand before. */
const DEPLOYMENT_ROLES = 'arn:aws:iam::*:role/cdk-hnb659fds-cfn-exec-role-*';
/** The roles by which the pipeline hands CloudFormation a stack. */
const DEPLOY_ROLES = 'arn:aws:iam::*:role/cdk-hnb659fds-deploy-role-*';
/** Who puts another version of a function before clients: CodeDeploy as a release has it, and who stops a harmful one. */
const TRAFFIC_ROLES = ['release', 'break-glass'].map(
  (role) => `arn:aws:iam::*:role/serverlessapp-*-${role}-role*`,
);
/** Who restores: people by break-glass, and AWS Backup by the roles that it is handed. A copy lies under no policy of ours. */
const RESTORERS = ['backup', 'break-glass', 'restore'].map(
  (role) => `arn:aws:iam::*:role/serverlessapp-*-${role}-role*`,
);

/** What is kept for as long as the application lives; not what a restore makes beside it. */
const STORES = STAGE_NAMES.flatMap((stage) => [
  ...['access-logs', 'config', 'pictures', 'trail'].map(
    (purpose) => `arn:aws:s3:::serverlessapp-${stage}-${purpose}-*`,
  ),
  ...['DetectionLogs', 'ErasureLedger'].map(
    (table) => `arn:aws:dynamodb:*:*:table/serverlessapp-${stage}-${table}`,
  ),
]);
const EVIDENCE = 'arn:aws:s3:::serverlessapp-delivery-*';
/** Where services and builds of ours leave evidence, and nobody else writes. */
const WRITTEN_EVIDENCE = ['access-logs', 'config', 'evidence', 'trail'].map(
  (purpose) => `arn:aws:s3:::serverlessapp-*-${purpose}-*/*`,
);
/** Roles that releases and the bootstrap make; what each may do is in its own policies, and nobody else makes one. */
const OUR_ROLES = ['cdk-hnb659fds', 'serverlessapp'].map((prefix) => `arn:aws:iam::*:role/${prefix}-*`);

/** Stands where no client is told: an empty list is no value of a condition, and nothing is called by a name that no page has. */
const NO_RECEIVER = 'https://no-receiver.invalid/';

/** Every address that a stage tells its clients at: one policy stands above all of them. */
function receivers(config: StageConfig): string[] {
  const stages = [...STAGE_NAMES.map((stage) => loadStageConfig(stage)), config];
  const addresses = stages.flatMap((each) => toldClients(each).map(({ webhook }) => webhook.address));
  return addresses.length === 0 ? [NO_RECEIVER] : [...new Set(addresses)].sort();
}

const deliveryRoles = (account: string, ...purposes: DeliveryPurpose[]): string[] =>
  purposes.map((purpose) => `arn:aws:iam::${account}:role/${deliveryRole(purpose)}`);

const PLACEHOLDERS: Partial<
  Record<OrganizationPolicyName, (config: StageConfig) => Record<string, string | string[]>>
> = {
  'scp-regions': (config) => ({ Regions: [config.region, config.drRegion], Receivers: receivers(config) }),
  'scp-evidence': () => ({
    SecurityAdministrators: SECURITY_ADMINISTRATORS,
    DeploymentRoles: DEPLOYMENT_ROLES,
  }),
  'scp-safekeeping': () => ({
    SecurityAdministrators: SECURITY_ADMINISTRATORS,
    DeploymentRoles: DEPLOYMENT_ROLES,
    Stores: [...STORES, EVIDENCE],
  }),
  'scp-releases': ({ deliveryAccount }) => ({
    SecurityAdministrators: SECURITY_ADMINISTRATORS,
    DeploymentRoles: DEPLOYMENT_ROLES,
    DeployRoles: DEPLOY_ROLES,
    RemediationRoles: REMEDIATION_ROLES,
    BoundaryChangeTag: BOUNDARY_CHANGE_TAG,
    PipelineRole: deliveryRoles(deliveryAccount, 'pipeline'),
    DailyRoles: deliveryRoles(deliveryAccount, 'daily', 'daily-start'),
  }),
  'scp-clients': () => ({
    SecurityAdministrators: SECURITY_ADMINISTRATORS,
    DeploymentRoles: DEPLOYMENT_ROLES,
    OurRoles: OUR_ROLES,
    Evidence: WRITTEN_EVIDENCE,
    Restorers: RESTORERS,
    TrafficRoles: TRAFFIC_ROLES,
    RotationRoles: 'arn:aws:iam::*:role/serverlessapp-*-api-key-rotation-role*',
    ReleaseApprovers: permissionSetRoles(APPROVERS.release),
    SecurityApprovers: permissionSetRoles(APPROVERS.security),
    ReleaseApprovals: APPROVALS.release.map((approval) => approvalArn(approval)),
    SecurityApprovals: APPROVALS.security.map((approval) => approvalArn(approval)),
  }),
  'scp-perimeter': () => ({
    SecurityAdministrators: SECURITY_ADMINISTRATORS,
    DeploymentRoles: DEPLOYMENT_ROLES,
    RemediationRoles: REMEDIATION_ROLES,
  }),
  'rcp-perimeter': ({ organizationId }) => ({ OrganizationId: organizationId }),
  'rcp-releases': ({ deliveryAccount }) => ({
    SecurityAdministrators: SECURITY_ADMINISTRATORS,
    PipelineRoles: deliveryRoles(deliveryAccount, 'pipeline', 'publish-assets', 'self-update'),
    // Everything that a release deploys is read from one of these: templates and sources from the first, bundles from the second.
    Artifacts: `arn:aws:s3:::${DELIVERY_PREFIX}-artifacts-*/*`,
    Assets: `arn:aws:s3:::${bootstrapBucket('*', '*')}/*`,
    PublishingRoles: bootstrapRoleArn('file-publishing', '*', '*'),
    WritingRoles: deliveryRoles(deliveryAccount, 'pipeline', 'gate', 'sign', 'daily', EVIDENCE_READER),
  }),
};

/** A policy as AWS Organizations takes it. */
export const organizationPolicy = (name: OrganizationPolicyName, config: StageConfig): unknown =>
  renderPolicy(`organization/${name}`, PLACEHOLDERS[name]?.(config) ?? {});
