import { ConfigurationError } from '../../../lib/config/load';
import { Names } from '../../../lib/names';
import type { OperationsContext } from '../context';
import { MERGE_OUTCOMES, type Merged, type MergeOutcome, mergeRestored } from './merge-record';
import type { RestorePlace } from './restored-record';
import { checkSelection, isEverything, restoredItems, type Selection } from './selection';

export interface MergeOptions {
  readonly selection: Selection;
  /** Overwrite finished records that say something else than the restored ones. */
  readonly replace: boolean;
}

/** Records at work at once. */
const IN_FLIGHT = 8;
const PROGRESS_EVERY = 1_000;

/** What a person has to look at. */
const FOR_A_PERSON: ReadonlySet<MergeOutcome> = new Set([
  'differs',
  'no-picture',
  'damaged',
  'invalid',
  'foreign',
]);
const TOLD: ReadonlySet<MergeOutcome> = new Set([...FOR_A_PERSON, 'erased', 'replaced']);

const restorePlace = ({ config, names, now }: OperationsContext): RestorePlace => ({
  bucket: names.pictureBucket,
  ownBuckets: [config.region, config.drRegion].map((region) => new Names(config, region).pictureBucket),
  clients: config.clients.map(({ id }) => id),
  now: now(),
});

/**
 * Brings the wanted records and pictures of the restored stores back into the running ones, which win wherever both have
 * something. Can be repeated: what is there already is passed over.
 * @returns how many records had each outcome
 * @throws ConfigurationError when everything should be replaced, or for a selection that is none
 */
export async function mergeAllRestored(
  context: OperationsContext,
  options: MergeOptions,
): Promise<ReadonlyMap<MergeOutcome, number>> {
  const { config, names, confirmed, print } = context;
  const selection = checkSelection(
    options.selection,
    config.clients.map(({ id }) => id),
  );
  if (options.replace && isEverything(selection))
    throw new ConfigurationError(
      '--replace overwrites records: say which, by --image, --client, --from or --to.',
    );
  const place = restorePlace(context);
  const tally = new Map<MergeOutcome, number>();
  let read = 0;
  const count = ({ imageId, outcome, why }: Merged): void => {
    tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
    if (TOLD.has(outcome)) print(`${outcome.padEnd(11)}${imageId}${why === undefined ? '' : `  ${why}`}`);
    read += 1;
    if (read % PROGRESS_EVERY === 0) print(`… ${read} restored records read`);
  };
  for await (const items of restoredItems(context, names.restoredDetectionLogsTable, selection))
    for (let start = 0; start < items.length; start += IN_FLIGHT) {
      const batch = items.slice(start, start + IN_FLIGHT);
      const merged = await Promise.all(
        batch.map((item) => mergeRestored(context, item, place, options.replace)),
      );
      merged.forEach(count);
    }
  print(`${read} restored records ${confirmed ? 'were' : 'would be'} looked at:`);
  for (const [outcome, meaning] of Object.entries(MERGE_OUTCOMES)) {
    const number = tally.get(outcome as MergeOutcome);
    if (number !== undefined) print(`  ${String(number).padStart(7)}  ${outcome.padEnd(11)}${meaning}`);
  }
  return tally;
}

/** @returns the number of records that a person has to look at */
export async function mergeForPerson(context: OperationsContext, options: MergeOptions): Promise<number> {
  const tally = await mergeAllRestored(context, options);
  return [...FOR_A_PERSON].reduce((sum, outcome) => sum + (tally.get(outcome) ?? 0), 0);
}
