import type { ApiClient } from './api-client';
import { classifyPicture } from './classify-picture';
import type { PictureFile } from './find-pictures';
import type { ResultRow } from './result-row';

/** Pictures under way at once; the queue's concurrency limit decides the pace, not we. */
const IN_FLIGHT = 12;
const BASE_TIMEOUT_MILLISECONDS = 180_000;
/** More pictures wait longer for their turn. */
const TIMEOUT_PER_PICTURE_MILLISECONDS = 2_000;

/** Sends all pictures and returns their rows in the order given. */
export async function classifyAll(
  api: ApiClient,
  files: readonly PictureFile[],
  onRow: (row: ResultRow) => void,
): Promise<ResultRow[]> {
  const rows = new Map<number, ResultRow>();
  const timeout = BASE_TIMEOUT_MILLISECONDS + files.length * TIMEOUT_PER_PICTURE_MILLISECONDS;
  const queue = files.entries();
  const worker = async (): Promise<void> => {
    for (const [index, file] of queue) {
      const row = await classifyPicture(api, file, timeout);
      rows.set(index, row);
      onRow(row);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return files.flatMap((_, index) => rows.get(index) ?? []);
}
