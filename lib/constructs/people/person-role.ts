import { Duration } from 'aws-cdk-lib';
import { AccountPrincipal, ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Names } from '../../names';
import { loadPolicy, type PlaceholderValues } from '../../policies';

/** Who works on the system; each has `policies/identity/ROLE.json`. */
export const PERSON_ROLES = ['auditor', 'operator', 'data-steward', 'break-glass'] as const;
export type Person = (typeof PERSON_ROLES)[number];

export interface PersonRoleProps {
  readonly names: Names;
  readonly role: Person;
  readonly description: string;
  readonly placeholders: PlaceholderValues;
}

/** A session ends after so long, and so long ago at most was the second factor shown. */
const SESSION = Duration.hours(1);

/**
 * A role that a person takes, with a second factor shown within the last hour (NIST IA-2(1), AC-12; PCI DSS 8.4).
 * Who may take it is decided where people are: the principals of the account need `sts:AssumeRole` besides.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 */
export class PersonRole extends Construct {
  constructor(scope: Construct, id: string, { names, role, description, placeholders }: PersonRoleProps) {
    super(scope, id);
    const person = new Role(this, 'Role', {
      roleName: names.role(role),
      description,
      maxSessionDuration: SESSION,
      assumedBy: new AccountPrincipal(names.account).withConditions({
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        NumericLessThan: { 'aws:MultiFactorAuthAge': String(SESSION.toSeconds()) },
      }),
    });
    new ManagedPolicy(this, 'Policy', {
      managedPolicyName: names.accountWide(`${role}-policy`),
      description,
      document: loadPolicy(`identity/${role}`, placeholders),
      roles: [person],
    });
  }
}
