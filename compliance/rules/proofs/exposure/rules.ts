import type { ProofRule } from '../proof-rows';

const ACCESS = ['NIST-800-53-R5:ac-3', 'NIST-800-53-R5:ac-6', 'PCI-4.0:7.2.2', 'SOC2:cc_6_1', 'SOC2:cc_6_3'];
const EDGE = ['NIST-800-53-R5:sc-7', 'NIST-800-53-R5:ac-4', 'PCI-4.0:1.4.2', 'SOC2:cc_6_6'];
const SECRETS = ['NIST-800-53-R5:ia-5', 'PCI-4.0:8.6.2', 'SOC2:cc_6_1'];
const LOGS = ['NIST-800-53-R5:au-12', 'PCI-4.0:10.2.1', 'SOC2:cc_7_2'];
const TRANSIT = ['NIST-800-53-R5:sc-8', 'PCI-4.0:4.2.1', 'SOC2:cc_6_7'];
const REST = ['NIST-800-53-R5:sc-28', 'PCI-4.0:3.5.1', 'SOC2:cc_6_1'];

/** What the exposure proof looks for, one rule each; it evaluates templates of which it knows nothing beforehand. */
export const EXPOSURE_RULES = {
  readable: {
    id: 'exposure-readable',
    title: 'Every policy and setting could be read.',
    controls: ACCESS,
    remedy: 'Nothing is known of what the message names: evaluate it by hand, or write it plainly.',
  },
  publicAccess: {
    id: 'exposure-public-access',
    title: 'No policy lets anybody in.',
    controls: [...ACCESS, ...EDGE],
    remedy:
      'Name the principals, or add a condition that a stranger cannot fulfil (organisation, VPC, source).',
  },
  foreignAccount: {
    id: 'exposure-foreign-account',
    title: 'No policy hands a resource of the account to another account as a whole, or all rights to it.',
    controls: ACCESS,
    remedy: 'Name the roles and the actions that the other account needs.',
  },
  notPrincipal: {
    id: 'exposure-not-principal',
    title: 'No policy allows by NotPrincipal.',
    controls: ACCESS,
    remedy: 'Name who may: NotPrincipal with Allow lets everybody else in.',
  },
  notAction: {
    id: 'exposure-not-action',
    title: 'No policy allows by NotAction.',
    controls: ACCESS,
    remedy: 'Name the actions: NotAction with Allow grants every other one, those of tomorrow too.',
  },
  notResource: {
    id: 'exposure-not-resource',
    title: 'No policy allows by NotResource.',
    controls: ACCESS,
    remedy: 'Name the resources: NotResource with Allow grants every other one.',
  },
  policyWildcard: {
    id: 'exposure-policy-wildcard',
    title: 'No resource policy grants every action of its service.',
    controls: ACCESS,
    remedy: 'Name the actions.',
  },
  deputy: {
    id: 'exposure-confused-deputy',
    title: 'No AWS service may act on a resource for whoever asks the service.',
    controls: [...ACCESS, 'NIST-800-53-R5:ac-4'],
    remedy: 'Condition the grant on aws:SourceArn or aws:SourceAccount.',
  },
  trustPublic: {
    id: 'exposure-trust-anybody',
    title: 'No role may be assumed by anybody.',
    controls: [...ACCESS, ...EDGE],
    remedy: 'Name the principals of the trust policy.',
  },
  trustAccount: {
    id: 'exposure-trust-external-id',
    title: 'No role trusts another account as a whole without external id, MFA or organisation.',
    controls: ACCESS,
    remedy: 'Name the role of the other account, or ask for sts:ExternalId.',
  },
  trustSubject: {
    id: 'exposure-trust-subject',
    title: 'Roles for identity providers name whose tokens they take.',
    controls: ACCESS,
    remedy: 'Condition the trust on the subject (`…:sub`) or audience that only your own workload has.',
  },
  administrator: {
    id: 'exposure-administrator',
    title: 'No policy grants everything.',
    controls: ACCESS,
    remedy: 'Grant what is needed, action by action.',
  },
  wildcardAction: {
    id: 'exposure-wildcard-action',
    title: 'No identity policy grants every action of a service.',
    controls: ACCESS,
    remedy: 'Name the actions.',
  },
  wildcardResource: {
    id: 'exposure-wildcard-resource',
    title: 'What can be granted on single resources is not granted on all.',
    controls: ACCESS,
    remedy: 'Name the resources.',
  },
  escalation: {
    id: 'exposure-escalation',
    title: 'No policy lets its holder give himself more rights.',
    controls: ACCESS,
    remedy:
      'Limit the actions that the message names to harmless resources, or ask for a permissions boundary.',
  },
  passRole: {
    id: 'exposure-pass-any-role',
    title: 'No policy lets its holder pass any role.',
    controls: ACCESS,
    remedy: 'Name the roles, and the service by iam:PassedToService.',
  },
  userPolicy: {
    id: 'exposure-user-policy',
    title: 'Policies hang on groups and roles, not on users.',
    controls: ACCESS,
    remedy: 'Attach the policy to a group or a role.',
  },
  publicSetting: {
    id: 'exposure-public-setting',
    title: 'Nothing is made reachable for everybody by a setting.',
    controls: EDGE,
    remedy: 'Switch public access off.',
  },
  openIngress: {
    id: 'exposure-open-ingress',
    title: 'No security group or network ACL lets the whole Internet in.',
    controls: EDGE,
    remedy: 'Name the addresses or groups that need it.',
  },
  openEgress: {
    id: 'exposure-open-egress',
    title: 'No security group lets everything out to everywhere.',
    controls: EDGE,
    remedy: 'Name the destinations and ports that are needed.',
  },
  broadPorts: {
    id: 'exposure-broad-ports',
    title: 'Network rules name a port and a protocol.',
    controls: EDGE,
    remedy: 'Name the port and the protocol that is needed.',
  },
  openApi: {
    id: 'exposure-api-authorization',
    title: 'What can ask who calls does: methods, routes, clusters.',
    controls: [...ACCESS, ...EDGE],
    remedy: 'Give it an authorizer, IAM authorization or an API key.',
  },
  anyOrigin: {
    id: 'exposure-any-origin',
    title: 'Nothing answers to scripts of every origin.',
    controls: EDGE,
    remedy: 'Name the origins.',
  },
  plainTransport: {
    id: 'exposure-plain-transport',
    title: 'Nothing is sent or accepted in plain text or by old TLS.',
    controls: TRANSIT,
    remedy: 'Use TLS 1.2 or newer.',
  },
  notEncrypted: {
    id: 'exposure-not-encrypted',
    title: 'What keeps data encrypts it.',
    controls: REST,
    remedy: 'Turn on encryption at rest.',
  },
  ownKey: {
    id: 'exposure-no-own-key',
    title:
      'What keeps data encrypts it with a customer-managed key; buckets that take access logs need none.',
    controls: REST,
    remedy: 'Name a key of KMS that you manage.',
  },
  keyRotation: {
    id: 'exposure-key-rotation',
    title: 'Keys that KMS can rotate do so.',
    controls: ['NIST-800-53-R5:sc-12', 'PCI-4.0:3.7.4'],
    remedy: 'Turn on EnableKeyRotation.',
  },
  notLogging: {
    id: 'exposure-not-logging',
    title: 'What can log does.',
    controls: LOGS,
    remedy: 'Turn on the log that the message names.',
  },
  literalSecret: {
    id: 'exposure-literal-secret',
    title: 'No secret stands in a template, or is shown to whoever may describe the stack.',
    controls: SECRETS,
    remedy: 'Keep it in Secrets Manager and refer to it by {{resolve:secretsmanager:…}}.',
  },
} as const satisfies Record<string, ProofRule>;
