import { spawnSync } from 'node:child_process';
import path from 'node:path';
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

/** What the gate is called with, and the variables that differ. */
export interface ComplianceCase {
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * As {@link complianceCommand} for each, in one process, whose modules are loaded once: for what is refused before anything is
 * started.
 * @throws Error when that process does not answer.
 */
export function complianceCommands(cases: readonly ComplianceCase[]): CommandResult[] {
  const file = path.join('test', 'support', 'run-compliance-cases.ts');
  const run = spawnSync(process.execPath, ['--import', 'tsx', file], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    input: JSON.stringify(cases),
    env: { ...process.env, INVOKED_FROM: PROJECT_ROOT },
  });
  if (run.status !== 0) throw new Error(`${file} ended with ${String(run.status)}: ${run.stderr}`);
  return JSON.parse(run.stdout) as CommandResult[];
}
