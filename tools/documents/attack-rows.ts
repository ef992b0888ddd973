import { withoutRegion } from '../attack-regions';

/** By the names of positions, by goals: what was decided, and by what. */
export type AttackMatrix = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** One position against one goal. */
export interface Cell {
  readonly position: string;
  readonly goal: string;
}

/** Of a goal, in words: `refused`, `open`, and where what is reached is, if it is not everywhere. */
export type Reach = 'refused' | 'open' | 'own region' | `only ${string}`;

/** A position, or that of each region where both come to the same. */
export interface AttackRow {
  readonly who: string;
  readonly inEachRegion: boolean;
  /** By goals without their regions. */
  readonly reached: ReadonlyMap<string, Reach>;
  readonly open: readonly Cell[];
}

export const isOpen = (verdict: string | undefined): boolean => verdict?.startsWith('OPEN') === true;

/**
 * What is open and by which statements, wherever that is. Who is refused is refused by more where there is more: the trail, the
 * boundary and the pipeline, which there are once, are asked for with what lies in the primary region.
 */
const wherever = (verdict: string | undefined): string | undefined =>
  isOpen(verdict) ? verdict?.replaceAll(/ \([a-z]{2}(?:-[a-z]+)+-\d\)/g, '') : 'refused';

/** The goals of a position by their names, and these by region: that of the primary one is undefined. */
function byGoal(goals: readonly string[]): Map<string, Map<string | undefined, string>> {
  const found = new Map<string, Map<string | undefined, string>>();
  for (const goal of goals) {
    const { name, region } = withoutRegion(goal);
    found.set(name, (found.get(name) ?? new Map<string | undefined, string>()).set(region, goal));
  }
  return found;
}

/** Whether what the one position reaches where it is, and elsewhere, is what the other reaches, and by the same statements. */
function comesToTheSame(matrix: AttackMatrix, here: string, there: string): boolean {
  const { region } = withoutRegion(there);
  const verdict = (position: string, goal: string | undefined): string | undefined =>
    goal === undefined ? undefined : wherever(matrix[position]?.[goal]);
  return [...byGoal(Object.keys(matrix[here] ?? {})).values()].every((regions) => {
    const ours = regions.get(undefined);
    const theirs = regions.get(region) ?? ours;
    return verdict(here, ours) === verdict(there, theirs) && verdict(here, theirs) === verdict(there, ours);
  });
}

function reachOf(matrix: AttackMatrix, position: string): Map<string, Reach> {
  const verdicts = matrix[position] ?? {};
  const { name, region: own } = withoutRegion(position);
  const hasTwins = Object.keys(matrix).some((each) => each !== position && withoutRegion(each).name === name);
  return new Map(
    [...byGoal(Object.keys(verdicts))].map(([goalName, regions]): [string, Reach] => {
      const open = [...regions].filter(([, goal]) => isOpen(verdicts[goal])).map(([region]) => region);
      if (open.length === 0) return [goalName, 'refused'];
      if (open.length === regions.size) return [goalName, 'open'];
      if (hasTwins && open.length === 1 && open[0] === own) return [goalName, 'own region'];
      return [goalName, `only ${open.map((region) => region ?? 'the primary region').join(', ')}`];
    }),
  );
}

/** The rows of a matrix; of positions that come to the same in each region there is one. */
export function attackRows(matrix: AttackMatrix): AttackRow[] {
  const positions = Object.keys(matrix);
  const twinsOf = (position: string): string[] =>
    positions.filter((each) => each !== position && withoutRegion(each).name === position);
  const folded = new Map(
    positions
      .map((position) => [position, twinsOf(position)] as const)
      .filter(
        ([position, twins]) =>
          twins.length > 0 && twins.every((twin) => comesToTheSame(matrix, position, twin)),
      ),
  );
  const gone = new Set([...folded.values()].flat());
  return positions
    .filter((position) => !gone.has(position))
    .map((position) => {
      const twins = folded.get(position) ?? [];
      return {
        who: position,
        inEachRegion: twins.length > 0,
        reached: reachOf(matrix, position),
        open: [position, ...twins].flatMap((each) =>
          Object.entries(matrix[each] ?? {})
            .filter(([, verdict]) => isOpen(verdict))
            .map(([goal]) => ({ position: each, goal })),
        ),
      };
    });
}
