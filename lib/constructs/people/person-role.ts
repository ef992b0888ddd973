import { Duration } from 'aws-cdk-lib';
import { AccountPrincipal, CompositePrincipal, ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type Names, permissionSetRoles } from '../../names';
import { loadPolicy, type PlaceholderValues } from '../../policies';

/** Who works on the system, each with its policies `policies/identity/NAME.json`: IAM takes 6,144 characters in one. */
export const PERSON_POLICIES = {
  auditor: ['auditor'],
  operator: ['operator'],
  'data-steward': ['data-steward'],
  reviewer: ['reviewer'],
  'break-glass': ['break-glass', 'break-glass-restore'],
} as const;
export type Person = keyof typeof PERSON_POLICIES;
export type PersonPolicy = (typeof PERSON_POLICIES)[Person][number];
export const PERSON_ROLES = Object.keys(PERSON_POLICIES) as Person[];

export interface PersonRoleProps {
  readonly names: Pick<Names, 'account' | 'role' | 'accountWide'>;
  readonly role: Person;
  readonly description: string;
  /** Its policies, `policies/identity/NAME.json`, with what they ask for; each is named after its key. */
  readonly policies: Readonly<Record<string, PersonPolicyProps>>;
}

export interface PersonPolicyProps {
  readonly file: string;
  readonly placeholders: PlaceholderValues;
}

/** What Identity Center passes of a reviewer, as an attribute for access control: who it is, opaque to everybody else. */
const REVIEWER_ATTRIBUTE = 'ReviewerId';

/**
 * Roles in whose sessions it counts which person it is: two who must agree must be two. A user's session bears the user's
 * name, one from the permission set the attribute that Identity Center passes; nobody chooses a name.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/attributesforaccesscontrol.html
 */
const NAMED_AFTER_PERSON: readonly Person[] = ['reviewer'];

/** A session ends after so long, and so long ago at most was the second factor shown. */
const SESSION = Duration.hours(1);

/** The permission set of IAM Identity Center whose holders take a person's role; one for all stages. */
const permissionSetOf = (role: Person): string => `serverlessapp-${role}`;

/**
 * A role that a person takes, with a second factor shown (NIST IA-2(1), AC-12; PCI DSS 8.4): as a user of the account who
 * showed it within the last hour, or from the role's own permission set. Identity Center asks for the factor itself, and
 * its sessions do not carry the condition key. Either needs `sts:AssumeRole` besides.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/enable-mfa.html
 */
export class PersonRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { names, role, description, policies }: PersonRoleProps) {
    super(scope, id);
    const account = new AccountPrincipal(names.account);
    const isNamed = NAMED_AFTER_PERSON.includes(role);
    const sessionNamed = (after: string) =>
      isNamed ? { StringEquals: { 'sts:RoleSessionName': after } } : {};
    this.role = new Role(this, 'Role', {
      roleName: names.role(role),
      description,
      maxSessionDuration: SESSION,
      assumedBy: new CompositePrincipal(
        account.withConditions({
          Bool: { 'aws:MultiFactorAuthPresent': 'true' },
          NumericLessThan: { 'aws:MultiFactorAuthAge': String(SESSION.toSeconds()) },
          ...sessionNamed('${aws:username}'),
        }),
        account.withConditions({
          ArnLike: { 'aws:PrincipalArn': permissionSetRoles(permissionSetOf(role), names.account) },
          ...sessionNamed(`\${aws:PrincipalTag/${REVIEWER_ATTRIBUTE}}`),
        }),
      ),
    });
    for (const [policy, { file, placeholders }] of Object.entries(policies))
      new ManagedPolicy(this, policy === role ? 'Policy' : policy, {
        managedPolicyName: names.accountWide(`${policy}-policy`),
        description,
        document: loadPolicy(`identity/${file}`, placeholders),
        roles: [this.role],
      });
  }
}
