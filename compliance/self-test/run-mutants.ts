import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Progress } from '../../tools/setup/progress';
import type { Catch } from './catchers';
import type { MutantGroup } from './mutant-groups';
import type { ShareOfCourse } from './evaluate-share';
import type { Mutant } from './mutant';
import type { Outcome } from './outcome';
import { type Scanner, scanMutants } from './scanner-catchers';

/**
 * The outcome of a group: what its shares found, and of what nobody noticed there what the slow scanners find.
 * @param everyCatcher ask the scanners about every mutant.
 */
export async function outcomeOf(
  group: MutantGroup,
  shares: readonly ShareOfCourse[],
  scanners: readonly Scanner[],
  scratch: string,
  everyCatcher: boolean,
  progress: Progress,
): Promise<Outcome[]> {
  const own = shares.filter((share) => share.group === group.id);
  const mutants = byPlace(own.flatMap((share) => share.mutants));
  const configuration = byPlace(own.flatMap((share) => share.configuration));
  const caught = new Map(
    group.mutants.map((mutant, place): [Mutant, Catch[]] => [mutant, [...catchesAt(mutants, place, mutant)]]),
  );
  for (const scanner of group.afterQuickScanner ? scanners : []) {
    const open = [...caught]
      .filter(([, { length }]) => everyCatcher || length === 0)
      .map(([mutant]) => mutant);
    for (const [mutant, found] of await scan(group, scanner, open, scratch, progress))
      caught.get(mutant)?.push(found);
  }
  return [
    ...[...caught].map(([{ name, kind }, catches]) => ({ name, kind, catches })),
    ...group.configuration.map((mistake, place) => ({
      name: mistake.name,
      kind: mistake.kind,
      catches: catchesAt(configuration, place, mistake),
    })),
  ];
}

type Places = ReadonlyMap<number, readonly Catch[]>;

const byPlace = (catches: ShareOfCourse['mutants']): Places => new Map(catches);

/** @throws RangeError when no share has asked: nothing is taken for caught, or for survived, unasked. */
function catchesAt(places: Places, place: number, { name }: { readonly name: string }): readonly Catch[] {
  const catches = places.get(place);
  if (!catches) throw new RangeError(`Nobody was asked about: ${name}`);
  return catches;
}

async function scan(
  { id, stacks }: MutantGroup,
  scanner: Scanner,
  mutants: readonly Mutant[],
  scratch: string,
  progress: Progress,
): Promise<Map<Mutant, Catch>> {
  if (mutants.length === 0) return new Map();
  const directory = path.join(scratch, id, 'scan');
  mkdirSync(directory, { recursive: true });
  return progress.step(`${mutants.length} mutants of ${id} before ${scanner.name}`, () =>
    scanMutants(scanner, stacks, mutants, directory),
  );
}
