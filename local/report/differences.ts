import type { Difference } from '../deployer/transformation';
import { formatTable } from '../../tools/terminal/table';

/** What the emulator accepts but does not act on; found out by running it, see docs/embedded-aws.md. */
export const NOT_ENFORCED = [
  'endpoint policies, security groups, routes and DNS (functions are processes of this machine)',
  'encryption at rest and the permissions of keys on S3, DynamoDB, SQS and SNS',
  'web application firewall rules',
  "API Gateway's request validators (the handler's own validation answers instead)",
  'alarm evaluation, budgets and backups',
] as const;

const shortType = (type: string): string => type.replace(/^AWS::/, '');

function countByType(differences: readonly Difference[]): string {
  const counts = new Map<string, number>();
  for (const { type } of differences) counts.set(type, (counts.get(type) ?? 0) + 1);
  // No line may end between a type and its count.
  return [...counts].map(([type, count]) => `${shortType(type)}\u00a0×\u00a0${count}`).join(', ');
}

/** Differences grouped by what was done, with counts by type; each by name when `verbose`. */
export function describeDifferences(differences: readonly Difference[], verbose: boolean): string[] {
  const groups = new Map<string, Difference[]>();
  for (const difference of differences) {
    const key = difference.kind === 'omitted' ? `not emulated here` : difference.what;
    groups.set(key, [...(groups.get(key) ?? []), difference]);
  }
  return [...groups].flatMap(([what, members]) => [
    `${what}: ${countByType(members)}`,
    ...(verbose
      ? formatTable(
          ['  type', 'logical id', 'what'],
          members.map((member) => [`  ${member.type}`, member.logicalId, member.what]),
          100,
        )
      : []),
  ]);
}
