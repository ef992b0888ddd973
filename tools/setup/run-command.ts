import { spawn } from 'node:child_process';
import { endOf } from '../../lambda/domain/cut-text';

/** A child process that did not end with 0; the message holds the end of what it printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

const LAST_CHARACTERS = 2000;

/**
 * Runs a program to its end and returns what it wrote to standard output.
 * @throws CommandError when it cannot be started or does not end with 0.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => reject(new CommandError(`${command}: ${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) resolve(stdout);
      else {
        reject(
          new CommandError(
            `${[command, ...args].join(' ')} ended with ${code ?? 'a signal'}:\n${endOf(stderr || stdout, LAST_CHARACTERS)}`,
          ),
        );
      }
    });
  });
}
