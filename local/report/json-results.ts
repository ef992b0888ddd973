import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { jsonRow, type ResultRow } from '../../tools/client/result-row';
import { SetupError } from '../../tools/setup/setup-error';

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'it may not be written by this user',
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'what should be its folder is a file',
  EROFS: 'its file system is read-only',
};

/**
 * Asked before anything is sent: results that cannot be written at the end are lost.
 * @throws SetupError when the file cannot be written; nothing is created or changed
 */
export async function checkJsonTarget(file: string): Promise<void> {
  try {
    const there = await stat(file).catch(() => undefined);
    if (there?.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
    await access(there ? file : dirname(file), constants.W_OK);
    if (!there && !(await stat(dirname(file))).isDirectory())
      throw Object.assign(new Error(), { code: 'ENOTDIR' });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new SetupError(
      `--json cannot write ${file}: ${WORDS[code] ?? message}.`,
      'Name a file in a folder that exists and is yours. Nothing was started.',
    );
  }
}

/** One JSON array, a member a file. */
export const writeJsonResults = (file: string, rows: readonly ResultRow[]): Promise<void> =>
  writeFile(file, `${JSON.stringify(rows.map(jsonRow), null, 2)}\n`);
