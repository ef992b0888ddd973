/** A copy of frozen templates that is read anew by whoever gets it: nothing of it is known yet, and nothing of it can be kept. */
export const thawed = <Stack>(stacks: readonly Stack[]): Stack[] =>
  JSON.parse(JSON.stringify(stacks)) as Stack[];
