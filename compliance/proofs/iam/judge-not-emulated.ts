import { transformationSubjects } from './emulator-differences';
import type { ProofRows } from '../proof-rows';
import type { StackTemplate } from '../model/template';
import type { Cell } from './matrix';
import { IAM_RULES } from './rules';
import type { World } from './world';

/** Something that the embedded AWS does not enforce on one resource, and how the closed world shows that it was asked. */
interface Gap {
  readonly capability: string;
  /** `STACK/LOGICAL-ID`. */
  readonly path: string;
  readonly covers: (cell: Cell) => boolean;
}

const decidedBy = (path: string) => (cell: Cell) => cell.by.some((origin) => origin.startsWith(`${path}#`));

/**
 * What the embedded AWS does not enforce. Part of the list is generated from the deployer's own transformations, applied
 * to these very templates; the rest is what its documentation and our trials say it does not model, spread over every
 * resource that it concerns.
 */
function gapsOf(world: World, templates: readonly StackTemplate[]): Gap[] {
  const { set, inventory } = world;
  const policyHolders = new Set(
    [
      ...inventory.resourcePolicies,
      ...inventory.roles.map(({ identity }) => ({ statements: identity })),
    ].flatMap(({ statements }) => statements.map(({ origin }) => origin.slice(0, origin.indexOf('#')))),
  );
  const keys = set.resources('AWS::KMS::Key');
  const tables = inventory.resourcePolicies.filter(
    ({ resource }) => resource.type === 'AWS::DynamoDB::GlobalTable',
  );
  return [
    // Endpoints have their own line below; what carries no policy (a function's environment) grants nothing.
    ...transformationSubjects(templates)
      .filter(({ path }) => policyHolders.has(path))
      .map(({ capability, path }): Gap => ({
        capability,
        path,
        covers: (cell) =>
          decidedBy(path)(cell) || cell.who.identity.some((s) => s.origin.startsWith(`${path}#`)),
      })),
    ...[...inventory.endpoints].map(([path, { service }]): Gap => ({
      capability: 'policy of a VPC endpoint',
      path,
      covers: (cell) =>
        cell.missing === 'endpoint' &&
        (cell.target.action.startsWith(`${service}:`) || service === 'sync-states'),
    })),
    ...keys.map(({ path }): Gap => ({
      capability: 'permissions on a KMS key',
      path,
      covers: decidedBy(path),
    })),
    ...tables.map(({ resource: { path } }): Gap => ({
      capability: 'resource policy of a DynamoDB table',
      path,
      covers: decidedBy(path),
    })),
  ];
}

/** Each gap of the embedded AWS has cells of the closed world that its policy decided. */
export function judgeNotEmulated(
  rows: ProofRows,
  world: World,
  templates: readonly StackTemplate[],
  cells: readonly Cell[],
): void {
  const subject = { resource: 'differences of the embedded AWS', resourceType: 'policy' };
  rows.guarded(IAM_RULES.notEmulatedCovered, subject, () => {
    for (const { capability, path, covers } of gapsOf(world, templates)) {
      const resource = world.set.at(path);
      if (!resource) continue;
      const count = cells.filter(covers).length;
      const uncovered = `${capability}: the embedded AWS does not enforce it and no cell of the closed world depends on it`;
      rows.judge(
        IAM_RULES.notEmulatedCovered,
        resource,
        count > 0 ? [] : [uncovered],
        `${capability}: proven by ${count} cells of the closed world`,
      );
    }
  });
}
