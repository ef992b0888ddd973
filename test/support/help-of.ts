import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { madeOnce } from './made-once';

/** What a program of Node says of its options, in a wide terminal, which breaks no long name; asked once in each run of tests. */
export const helpOf = (...args: string[]): string =>
  madeOnce(`help-${args.map((arg) => path.basename(arg)).join('-')}`, () =>
    execFileSync(process.execPath, [...args, '--help'], {
      cwd: PROJECT_ROOT,
      encoding: 'utf8',
      env: { ...process.env, COLUMNS: '200' },
    }),
  );

/** The same of a command of ours. */
export const helpOfCommand = (name: string): string =>
  helpOf('--import', 'tsx', path.join('bin', 'commands', `${name}.ts`));
