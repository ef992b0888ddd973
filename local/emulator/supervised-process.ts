import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';

/** A program whose whole process group and working directory end with us, however we end. */
export interface SupervisedProcess {
  /** Settles when the program ends without having been asked to, with the way it did. */
  readonly ended: Promise<string>;
  /** Stops the program and all that it started, and removes its working directory. */
  stop(): Promise<void>;
}

/**
 * Starts a program under `supervisor.mjs`.
 * @param directory its working directory, removed at the end
 * @param logFile where its output goes
 * @param env its whole environment: nothing is inherited
 */
export function startSupervised(
  command: readonly [string, ...string[]],
  options: { directory: string; logFile: string; env: NodeJS.ProcessEnv },
): SupervisedProcess {
  const log = openSync(options.logFile, 'a');
  const supervisor: ChildProcess = spawn(
    process.execPath,
    [join(__dirname, 'supervisor.mjs'), options.directory, ...command],
    { cwd: options.directory, env: options.env, detached: true, stdio: ['ignore', log, log, 'ipc'] },
  );
  const exited = once(supervisor, 'exit');
  const ended = new Promise<string>((resolve) => {
    supervisor.on('message', (message) => resolve((message as { ended: string }).ended));
    supervisor.on('error', (error) => resolve(error.message));
    supervisor.on('exit', (code, signal) => resolve(`its supervisor ended (${signal ?? code ?? 'unknown'})`));
  });
  return {
    ended,
    async stop() {
      if (supervisor.connected) supervisor.send('stop');
      await exited;
    },
  };
}
