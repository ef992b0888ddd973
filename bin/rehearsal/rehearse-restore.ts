import path from 'node:path';
import { mkdir } from 'node:fs/promises';
import { STEWARD_IMAGE } from '../../lambda/domain/api-routes';
import { ApiClient, send } from '../../tools/client/api-client';
import { classifyAll } from '../../tools/client/classify-all';
import { signRequest } from '../../tools/client/sign-request';
import { takeRole } from '../../local/client/take-role';
import type { EmbeddedAws } from '../../local/embedded-aws';
import type { OperationsContext } from '../operations/context';
import { reconcile } from '../operations/reconcile';
import { replayErasures } from '../operations/replay-erasures';
import { discardRestored } from '../operations/restore/discard-restored';
import { mergeLedger } from '../operations/restore/merge-ledger';
import { mergeAllRestored } from '../operations/restore/merge-restored';
import { recoverPictures } from '../operations/restore/recover-pictures';
import { stuckPictures } from '../operations/stuck';
import { makeSyntheticPicture, type SyntheticPicture } from '../operations/synthetic-pictures';
import { bringBackErased, damage, assignDamages, imagesWith, MINIMUM_PICTURES } from './damage';
import { observe } from './observe';
import { restoreFromBackups, restoreToPointInTime, takeRecoveryPoint } from './recovery-point';
import { contextAs } from './run-as';
import { type Step, Steps } from './steps';
import { verifyRestored } from './verify';

export interface RehearsalOptions {
  /** Pictures in the stores at the recovery point. */
  readonly count: number;
  readonly print: (line: string) => void;
  /** Leaves the replay of erasures out, to see that the verification finds it. */
  readonly leaveOutReplay?: boolean;
}

export interface RehearsalResult {
  readonly steps: readonly Step[];
  /** What the embedded AWS did otherwise than AWS would. */
  readonly remarks: readonly string[];
  /** What is not as it has to be; empty when the restore succeeded. */
  readonly faults: readonly string[];
}

/** The rehearsal itself could not go on: a tool did not answer what the next step rests on. */
export class RehearsalError extends Error {
  override readonly name = 'RehearsalError';
}

const CLIENT = 'demo';
/** Pictures that come after the recovery point and have to be there unchanged in the end. */
const NEWCOMERS = 2;

const silent = (): void => undefined;
const numbers = (tally: ReadonlyMap<string, number>): string =>
  [...tally].map(([outcome, number]) => `${number} ${outcome}`).join(', ') || 'nothing';

/** Damages a running system and restores it as the runbook says, each step under the role that the runbook names. */
export async function rehearseRestore(
  aws: EmbeddedAws,
  { count, print, leaveOutReplay = false }: RehearsalOptions,
): Promise<RehearsalResult> {
  if (count < MINIMUM_PICTURES)
    throw new RehearsalError(`It takes ${MINIMUM_PICTURES} pictures so that each kind of damage happens.`);
  const { steps, remarks }: { steps: Steps; remarks: string[] } = { steps: new Steps(print), remarks: [] };
  const api = new ApiClient(aws.apiUrl, aws.apiKeys.get(CLIENT)?.value ?? '', aws.emulator.agent);
  const breakGlass = await contextAs(aws, 'break-glass', silent);
  const steward = await contextAs(aws, 'data-steward', silent);
  const operator = await contextAs(aws, 'operator', silent);
  const confirmed = (context: OperationsContext): OperationsContext => ({ ...context, confirmed: true });

  const folder = path.join(aws.emulator.directory, 'rehearsal');
  await mkdir(folder, { recursive: true });
  const sendNew = async (first: number, number: number): Promise<string[]> => {
    const pictures: SyntheticPicture[] = [];
    for (let index = first; index < first + number; index += 1)
      pictures.push(await makeSyntheticPicture(folder, index));
    const rows = await classifyAll(api, pictures, silent);
    return rows.map(({ imageId, status, reason }) => {
      if (imageId === null || status !== 'completed')
        throw new RehearsalError(`A picture was not completed: ${status} ${reason}`);
      return imageId;
    });
  };
  const credentials = await takeRole({ aws }, 'data-steward');
  const erase = async (imageIds: readonly string[]): Promise<string> => {
    for (const imageId of imageIds) {
      const url = `${aws.apiUrl}${STEWARD_IMAGE.replace('{id}', imageId)}`;
      const request = { method: 'DELETE' };
      const signed = await signRequest(url, request, { region: aws.config.region, credentials });
      const { status } = await send(url, aws.emulator.agent, signed);
      if (status !== 204) throw new RehearsalError(`DELETE of ${imageId} answered ${status}.`);
    }
    return `${imageIds.length} erased`;
  };

  const earlier = [...(await observe(aws)).records.keys()];
  let imageIds: string[] = [];
  await steps.step('Pictures sent through the API', async () => {
    imageIds = await sendNew(0, count);
    return `${imageIds.length} completed`;
  });
  const dealt = assignDamages(imageIds);
  const withEverything = await observe(aws);
  await steps.step('Data steward erases, before the recovery point', () =>
    erase(imagesWith(dealt, 'erased-before')),
  );
  const asOf = await observe(aws);
  const recoveryPoint = await takeRecoveryPoint(aws);
  let newcomers: string[] = [];
  await steps.step('Data steward erases, after it; new pictures come', async () => {
    newcomers = await sendNew(count, NEWCOMERS);
    return `${await erase(imagesWith(dealt, 'erased-after'))}, ${newcomers.length} new`;
  });
  const after = await observe(aws);
  const before = {
    records: new Map([...withEverything.records, ...after.records]),
    objects: new Map([...withEverything.objects, ...after.objects]),
  };
  await steps.step('Damage', async () => {
    await damage(aws, before, dealt);
    const damaged = dealt.size - imagesWith(dealt, 'none', 'erased-after').length;
    return `${damaged} of ${dealt.size} pictures`;
  });
  const erased = imagesWith(dealt, 'erased-before', 'erased-after');
  const surviving = [...earlier, ...imageIds.filter((imageId) => !erased.includes(imageId)), ...newcomers];
  const expected = { before, surviving, erased };
  const damagedFaults = await verifyRestored(aws, api, expected);
  if (damagedFaults.length === 0) throw new RehearsalError('The damage was not found: nothing is shown.');

  let isOfThatTime = false;
  await steps.step('Table to the point in time', async () => {
    isOfThatTime = await restoreToPointInTime(aws, recoveryPoint.time, asOf.records);
    if (!isOfThatTime)
      remarks.push(
        'Its point-in-time restore answers the table of now, whatever time is asked; the records are restored from the backup taken at that time instead.',
      );
    return isOfThatTime ? `${asOf.records.size} records of that time` : 'accepted, but not of that time';
  });
  await steps.step('Tables from their backups', async () => {
    const isStanding = (table: string) => isOfThatTime && table === aws.names.detectionLogsTable;
    return `${await restoreFromBackups(aws, recoveryPoint, isStanding)} tables, ${asOf.records.size} records`;
  });
  await steps.step('Break-glass: merge-ledger', async () => {
    const { added } = await mergeLedger(confirmed(breakGlass));
    return `${added} entries added`;
  });
  await steps.step('Break-glass: recover-pictures, by version', async () => {
    const images = imagesWith(dealt, 'picture-deleted', 'picture-overwritten');
    return numbers(await recoverPictures(confirmed(breakGlass), { images }));
  });
  const everything = { selection: { images: [] }, replace: false };
  await steps.step('Break-glass: merge-restored, told only', async () =>
    numbers(await mergeAllRestored(breakGlass, everything)),
  );
  await steps.step('Break-glass: merge-restored --yes', async () =>
    numbers(await mergeAllRestored(confirmed(breakGlass), everything)),
  );
  await steps.step('Break-glass: merge-restored --replace, by image', async () => {
    const selection = { images: imagesWith(dealt, 'wrong-write') };
    return numbers(await mergeAllRestored(confirmed(breakGlass), { selection, replace: true }));
  });
  await steps.step('A careless hand brings erased pictures back', async () => {
    await bringBackErased(aws, before, erased);
    return `${erased.length} records and pictures`;
  });
  if (!leaveOutReplay)
    await steps.step(
      'Data steward: replay-erasures',
      async () => `${await replayErasures(confirmed(steward))} erased again`,
    );
  await steps.step('Data steward: reconcile', async () => {
    const left = await reconcile(confirmed(steward));
    return left === 0 ? 'bucket and table agree' : `${left} for a person`;
  });
  await steps.step('Operator: stuck', async () => `${(await stuckPictures(operator)).length} stuck`);
  await steps.step(
    'Break-glass: discard-restored',
    async () => `${await discardRestored(confirmed(breakGlass))} stores deleted`,
  );
  let faults: string[] = [];
  await steps.step('Verified past the tools', async () => {
    faults = await verifyRestored(aws, api, expected);
    return `${surviving.length} surviving, ${erased.length} erased, ${faults.length} faults`;
  });
  return { steps: steps.done, remarks, faults };
}
