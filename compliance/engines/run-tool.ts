import { spawn } from 'node:child_process';
import { GateError } from '../gate-error';

export interface ToolRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const TIMEOUT_SECONDS = 300;

/**
 * Runs a tool to its end and hands back what it said; the caller judges.
 * @param options - `env` has no default on purpose: see {@link engineEnvironment}.
 * @throws GateError TOOL_MISSING when it cannot be started, TOOL_FAILED when a signal or the time limit ended it.
 */
export function runTool(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env: NodeJS.ProcessEnv; readonly input?: string },
): Promise<ToolRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      env: options.env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    // Not spawn's own time limit: its timer outlives a child that could not be started, and keeps the process alive.
    const limit = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_SECONDS * 1000);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => {
      clearTimeout(limit);
      reject(new GateError('TOOL_MISSING', `${command} cannot be started (${error.message}).`));
    });
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      const stderr = Buffer.concat(err).toString('utf8');
      if (code === null) {
        reject(
          new GateError(
            'TOOL_FAILED',
            `${command} was ended by ${signal ?? 'a signal'}${stderr === '' ? '.' : `: ${stderr.slice(-500)}`}`,
          ),
        );
      } else resolve({ exitCode: code, stdout: Buffer.concat(out).toString('utf8'), stderr });
    });
    child.stdin?.end(options.input);
  });
}
