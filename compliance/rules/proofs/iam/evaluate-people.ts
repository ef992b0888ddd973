import type { ProofRows } from '../proof-rows';
import { evaluate } from './evaluate';
import { policiesOf, type RolePolicies } from './inventory';
import type { Cell } from './matrix';
import { contextOf } from './request';
import { IAM_RULES } from './rules';
import { ADMINISTRATOR } from './statement';
import { FOREIGN_ACCOUNT, type Target } from './targets';
import { purposeOf, type World } from './world';

const limited = (problems: readonly string[]): string[] =>
  problems.length > 8 ? [...problems.slice(0, 8), `and ${problems.length - 8} more`] : [...problems];

const describe = ({ who, target, way, by }: Cell): string =>
  `${who.name} may ${target.action} on ${target.resource} ${way} by ${by.join(', ')}`;

/** Nobody else's account and nobody anonymous gets anything. */
export function evaluateOtherPrincipals(
  rows: ProofRows,
  world: World,
  targets: readonly Target[],
  cells: readonly Cell[],
): void {
  const name = "another account's administrator";
  const foreign = cells.filter((cell) => cell.allowed && cell.who.name === name).map(describe);
  const subject = { resource: name, resourceType: 'principal' };
  rows.evaluate(IAM_RULES.noForeigner, subject, limited(foreign), 'nothing of the closed world is allowed');

  const anonymous = targets
    .filter((target) => {
      const context = contextOf({
        'aws:SecureTransport': 'true',
        's3:TlsVersion': '1.3',
        'aws:SourceIp': '203.0.113.10',
      });
      const request = {
        caller: { kind: 'anonymous' } as const,
        ...target,
        resourceAccount: world.account,
        context,
      };
      return (
        evaluate(request, { identity: [], resource: policiesOf(world.inventory, target.resource) })
          .decision === 'allow'
      );
    })
    .map((target) => `anybody may ${target.action} on ${target.resource}`);
  const everybody = { resource: 'anonymous callers', resourceType: 'principal' };
  rows.evaluate(
    IAM_RULES.noForeigner,
    everybody,
    limited(anonymous),
    'nothing of the closed world is allowed',
  );
}

/** Plain HTTP and old TLS are refused to everybody, administrators included. */
export function evaluateTransport(rows: ProofRows, cells: readonly Cell[]): void {
  // Administration of a topic carries no data, and SNS's own policy for TLS names sns:Publish only:
  // https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html#enforce-encryption-data-in-transit
  const carriesData = (action: string) => !action.startsWith('sns:') || action === 'sns:Publish';
  const asked = cells.filter((cell) => cell.situation.startsWith('over ') && carriesData(cell.target.action));
  const subject = { resource: 'every bucket, queue and topic', resourceType: 'store' };
  const problems = asked.filter((cell) => cell.allowed).map(describe);
  rows.evaluate(
    IAM_RULES.encryptedTransport,
    subject,
    limited(problems),
    `${asked.length} ways were asked, none is allowed`,
  );
}

/** Who asks to take a role, with every right in his own policies. */
interface Asker {
  readonly account: string;
  /** Name of the asking role, with its path. */
  readonly role?: string;
  readonly mfa?: boolean;
}

function mayAssume(
  role: RolePolicies,
  { account, role: name = 'administrator', mfa = false }: Asker,
): boolean {
  const arn = `arn:aws:iam::${account}:role/${name}`;
  const context = contextOf({
    'aws:PrincipalArn': arn,
    'aws:PrincipalAccount': account,
    'aws:SecureTransport': 'true',
    ...(mfa ? { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '60' } : {}),
  });
  const caller = { kind: 'role', arn, account } as const;
  const request = {
    caller,
    action: 'sts:AssumeRole',
    resource: role.arn,
    resourceAccount: role.account,
    context,
  };
  return (
    evaluate(request, { identity: ADMINISTRATOR, resource: role.trust, resourcePolicyRules: true })
      .decision === 'allow'
  );
}

const permissionSet = (name: string) =>
  `aws-reserved/sso.amazonaws.com/AWSReservedSSO_${name}_0123456789abcdef`;

/**
 * Who may take on a role: its service, or people of our account who passed MFA, or come from the role's own permission
 * set, where IAM Identity Center asks for it. Services are evaluated as deputies.
 */
export function evaluateTrust(rows: ProofRows, world: World): void {
  for (const role of world.inventory.roles) {
    rows.guarded(IAM_RULES.trustClosed, role.resource, () => {
      const { account } = role;
      const may = (asker: Asker, problem: string) => (mayAssume(role, asker) ? [problem] : []);
      const problems = [
        ...may({ account: FOREIGN_ACCOUNT, mfa: true }, 'another account may assume it'),
        ...may({ account }, 'people may assume it without MFA'),
        ...may({ account, role: permissionSet('AnyOther') }, 'any permission set may assume it'),
        ...may(
          { account: FOREIGN_ACCOUNT, role: permissionSet(`serverlessapp-${purposeOf(role)}`) },
          "another account's permission set may assume it",
        ),
      ];
      const people = mayAssume(role, { account, mfa: true });
      rows.evaluate(
        IAM_RULES.trustClosed,
        role.resource,
        problems,
        people ? 'people of our account, with MFA or by its permission set' : 'its service only',
      );
    });
  }
}
