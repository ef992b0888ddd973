import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../../tools/client/api-client';
import { classifyPicture } from '../../tools/client/classify-picture';
import type { ResultRow } from '../../tools/client/result-row';
import { makeSyntheticPicture, type SyntheticPicture } from './synthetic-pictures';

export interface SendPicturesOptions {
  readonly count: number;
  readonly perSecond: number;
  readonly print: (line: string) => void;
  /** How long one picture may take to its final state. */
  readonly timeoutMilliseconds?: number;
}

const TIMEOUT_MILLISECONDS = 180_000;

/** What is wrong with a picture's end, or undefined: every synthetic picture has to be decided, and rightly. */
const fault = ({ expected }: SyntheticPicture, row: ResultRow): string | undefined => {
  if (row.status !== 'completed') return `${row.status}: ${row.reason}`;
  return row.category === expected ? undefined : `decided ${String(row.category)}, shows ${expected}`;
};

/**
 * Sends synthetic pictures through the public API at a steady pace, whatever the system answers, and waits for what
 * becomes of each.
 * @returns the number of pictures that did not end as they must
 */
export async function sendPictures(api: ApiClient, options: SendPicturesOptions): Promise<number> {
  const { count, perSecond, print, timeoutMilliseconds = TIMEOUT_MILLISECONDS } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'synthetic-pictures-'));
  try {
    const begin = Date.now();
    const sent: Promise<{ picture: SyntheticPicture; row: ResultRow }>[] = [];
    for (let index = 0; index < count; index += 1) {
      const picture = await makeSyntheticPicture(folder, index);
      await delay(Math.max(0, begin + (index * 1000) / perSecond - Date.now()));
      sent.push(classifyPicture(api, picture, timeoutMilliseconds).then((row) => ({ picture, row })));
    }
    const ended = await Promise.all(sent);
    const faults = ended.flatMap(({ picture, row }) => {
      const found = fault(picture, row);
      return found === undefined ? [] : [`${picture.name} ${row.imageId ?? 'without id'}: ${found}`];
    });
    for (const fault of faults) print(fault);
    const times = ended.map(({ row }) => row.milliseconds).sort((a, b) => a - b);
    const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    print(
      `${count - faults.length} of ${count} pictures decided rightly; median ${at(0.5)} ms, 99 percent within ${at(0.99)} ms.`,
    );
    return faults.length;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
