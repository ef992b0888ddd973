/** Something that there is in each region, as people name it: `upload`, and `upload (us-west-2)`. */
export const regionalName = (name: string, region: string, primary: string): string =>
  region === primary ? name : `${name} (${region})`;

/** @returns the name that something has in the primary region, and its own region where that is another */
export function withoutRegion(named: string): { readonly name: string; readonly region?: string } {
  const [, name, region] = /^(.+) \(([a-z]{2}(?:-[a-z]+)+-\d)\)$/.exec(named) ?? [];
  return name === undefined || region === undefined ? { name: named } : { name, region };
}

/** Of which regions an entry of policies/attack-paths.yaml speaks. */
export const WHERE = ['its own region', 'every region'] as const;

/** Positions and goals as an entry names them, and where they are. */
export interface Accepting {
  readonly positions: readonly string[];
  readonly goals: readonly string[];
  /** Without it positions and goals are those of the names, word for word. */
  readonly where?: (typeof WHERE)[number] | undefined;
}

/**
 * Whether an entry speaks of what somebody reaches. What an entry says of `its own region` holds for the role of each region and
 * what lies where that is, and for nothing of another region.
 */
export function speaksOf(
  { positions, goals, where }: Accepting,
  { position, goal }: { readonly position: string; readonly goal: string },
): boolean {
  if (where === undefined) return positions.includes(position) && goals.includes(goal);
  const who = withoutRegion(position);
  const what = withoutRegion(goal);
  return (
    positions.includes(who.name) &&
    goals.includes(what.name) &&
    (where === 'every region' || who.region === what.region)
  );
}
