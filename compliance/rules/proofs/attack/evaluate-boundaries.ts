import { labelOf } from '../iam/world';
import type { ProofRows } from '../proof-rows';
import type { AttackWorld } from './attack-world';
import { ATTACK_RULES } from './rules';

/**
 * Every role of the templates, whatever its region, has the permissions boundary of its account: while nobody has widened one
 * its boundary decides nothing, and so no cell of the matrix would tell that it is gone.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function evaluateBoundaries(rows: ProofRows, world: AttackWorld): void {
  for (const { set, inventory } of [world.application, world.delivery]) {
    const boundaries = set
      .resources('AWS::IAM::ManagedPolicy')
      .map((policy) => set.refOf(policy))
      .filter((arn) => arn.endsWith('-permissions-boundary'));
    const account = inventory.roles[0]?.account ?? '';
    const unbound = inventory.roles.filter(
      ({ resource }) => !boundaries.includes(resource.optionalText('PermissionsBoundary') ?? ''),
    );
    rows.evaluate(
      ATTACK_RULES.cellsDecided,
      { resource: `roles of ${world.placeOf(account)}: without its boundary`, resourceType: 'attack' },
      unbound.slice(0, 3).map((role) => `${labelOf(role)} has not the permissions boundary of its account`),
      `each of ${inventory.roles.length} has it`,
    );
  }
}
