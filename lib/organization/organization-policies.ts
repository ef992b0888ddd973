import type { StageConfig } from '../config/schema';
import { permissionSetRoles } from '../names';
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
  'scp-perimeter': 'SERVICE_CONTROL_POLICY',
  'scp-organization': 'SERVICE_CONTROL_POLICY',
  'rcp-perimeter': 'RESOURCE_CONTROL_POLICY',
  'ai-services-opt-out': 'AISERVICES_OPT_OUT_POLICY',
  'declarative-ec2': 'DECLARATIVE_POLICY_EC2',
} as const satisfies Record<string, OrganizationPolicyType>;
export type OrganizationPolicyName = keyof typeof ORGANIZATION_POLICIES;

/** The permission set of IAM Identity Center by which the security team administers accounts. */
const SECURITY_ADMINISTRATORS = permissionSetRoles('SecurityAdministrators');
/** The role of each stage with which Systems Manager blocks public access where it was opened. */
const REMEDIATION_ROLES = 'arn:aws:iam::*:role/serverlessapp-*-remediation-role';
/** CloudFormation's roles, which the gate and the pipeline stand before. */
const DEPLOYMENT_ROLES = 'arn:aws:iam::*:role/cdk-hnb659fds-cfn-exec-role-*';

const PLACEHOLDERS: Partial<
  Record<OrganizationPolicyName, (config: StageConfig) => Record<string, string | string[]>>
> = {
  'scp-regions': ({ region, drRegion }) => ({ Regions: [region, drRegion] }),
  'scp-evidence': () => ({
    SecurityAdministrators: SECURITY_ADMINISTRATORS,
    DeploymentRoles: DEPLOYMENT_ROLES,
  }),
  'scp-perimeter': () => ({
    SecurityAdministrators: SECURITY_ADMINISTRATORS,
    DeploymentRoles: DEPLOYMENT_ROLES,
    RemediationRoles: REMEDIATION_ROLES,
  }),
  'rcp-perimeter': ({ organizationId }) => ({ OrganizationId: organizationId }),
};

/** A policy as AWS Organizations takes it. */
export const organizationPolicy = (name: OrganizationPolicyName, config: StageConfig): unknown =>
  renderPolicy(`organization/${name}`, PLACEHOLDERS[name]?.(config) ?? {});
