import { spawnSync } from 'node:child_process';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * `npm run compliance -- …` as a user runs it, less npm.
 * @param project - a copy of this project, to run that one.
 */
export function complianceCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  invokedFrom: string = PROJECT_ROOT,
  project: string = PROJECT_ROOT,
): CommandResult {
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'bin/commands/compliance.ts', ...args], {
    cwd: project,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, INVOKED_FROM: invokedFrom, ...environment },
  });
  return { code: run.status, stdout: run.stdout, stderr: run.stderr };
}
