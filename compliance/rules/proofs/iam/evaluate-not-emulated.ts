import { transformationSubjects } from './emulator-differences';
import type { ProofRows } from '../proof-rows';
import type { StackTemplate } from '../model/template';
import type { Cell } from './matrix';
import { IAM_RULES } from './rules';
import { endpointService } from './situations';
import type { World } from './world';

/** Something that the embedded AWS does not enforce on one resource. */
interface Gap {
  readonly capability: string;
  /** `STACK/LOGICAL-ID`. */
  readonly path: string;
  /** How many answers of the closed world depend on it. */
  readonly cells: number;
}

/** How many answers each policy holder decided, and how many requests each service's endpoint alone refused. */
class Tally {
  private readonly decided = new Map<string, number>();
  private readonly refused = new Map<string, number>();

  constructor(cells: readonly Cell[]) {
    const add = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const { by, missing, target } of cells) {
      for (const holder of new Set(by.map(holderOf))) add(this.decided, holder);
      if (missing === 'endpoint') add(this.refused, endpointService(target.action));
    }
  }

  decidedBy(path: string): number {
    return this.decided.get(path) ?? 0;
  }
  refusedAt(service: string): number {
    return this.refused.get(service) ?? 0;
  }
}

const holderOf = (origin: string): string => origin.slice(0, origin.indexOf('#'));

/**
 * What the embedded AWS does not enforce. Part of the list is generated from the deployer's own transformations, applied
 * to these very templates; the rest is what its documentation and our trials say it does not model, spread over every
 * resource that it concerns.
 */
function gapsOf(world: World, templates: readonly StackTemplate[], tally: Tally): Gap[] {
  const { set, inventory } = world;
  const policyHolders = new Set(
    [
      ...inventory.resourcePolicies.map(({ statements }) => statements),
      ...inventory.roles.map(({ identity }) => identity),
    ].flatMap((statements) => statements.map(({ origin }) => holderOf(origin))),
  );
  const decided =
    (capability: string) =>
    (path: string): Gap => ({ capability, path, cells: tally.decidedBy(path) });
  const tables = inventory.resourcePolicies.filter(
    ({ resource }) => resource.type === 'AWS::DynamoDB::GlobalTable',
  );
  return [
    // Endpoints have their own line below; what carries no policy (a function's environment) grants nothing.
    ...transformationSubjects(templates)
      .filter(({ path }) => policyHolders.has(path))
      .map(({ capability, path }) => decided(capability)(path)),
    ...[...inventory.endpoints].map(([path, { service }]) => ({
      capability: 'policy of a VPC endpoint',
      path,
      cells: tally.refusedAt(service),
    })),
    ...set.resources('AWS::KMS::Key').map(({ path }) => decided('permissions on a KMS key')(path)),
    ...tables.map(({ resource: { path } }) => decided('resource policy of a DynamoDB table')(path)),
  ];
}

/** Each gap of the embedded AWS has cells of the closed world that its policy decided. */
export function evaluateNotEmulated(
  rows: ProofRows,
  world: World,
  templates: readonly StackTemplate[],
  cells: readonly Cell[],
): void {
  const subject = { resource: 'differences of the embedded AWS', resourceType: 'policy' };
  rows.guarded(IAM_RULES.notEmulatedCovered, subject, () => {
    for (const gap of gapsOf(world, templates, new Tally(cells))) {
      const resource = world.set.at(gap.path);
      if (!resource) continue;
      const uncovered = `${gap.capability}: the embedded AWS does not enforce it and no cell of the closed world depends on it`;
      rows.evaluate(
        IAM_RULES.notEmulatedCovered,
        resource,
        gap.cells > 0 ? [] : [uncovered],
        `${gap.capability}: proven by ${gap.cells} cells of the closed world`,
      );
    }
  });
}
