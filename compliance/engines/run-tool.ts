import { spawn } from 'node:child_process';
import { getPriority, setPriority } from 'node:os';
import { GateError } from '../gate-error';
import { endOf } from '../../lambda/domain/cut-text';

export interface ToolRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Against a tool that never ends. The slowest takes 40 s on two idle cores, and took 300 s beside seven other users. */
const TIMEOUT_SECONDS = 1200;
/** Enough to come after the others, not so much that a busy machine forgets it. */
const LATER = 5;
/** https://man7.org/linux/man-pages/man2/setpriority.2.html */
const LEAST = 19;

function giveWay(pid: number): void {
  try {
    setPriority(pid, Math.min(LEAST, getPriority() + LATER));
  } catch {
    // It has ended already, or this system knows no priorities: then it is as quick as the others.
  }
}

/** The tool's end, where the system took it away. */
const NO_MEMORY = 'which systems do when memory runs out; "npm run doctor" looks at it';

/**
 * Runs a tool to its end and hands back what it said; the caller evaluates.
 * @param options - `env` has no default on purpose: see {@link engineEnvironment}.
 * @throws GateError TOOL_MISSING when it cannot be started, TOOL_FAILED when a signal or the time limit ended it.
 */
export function runTool(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env: NodeJS.ProcessEnv;
    readonly input?: string;
    readonly timeoutSeconds?: number;
    /** Ends the tool, whose answer nobody waits for any more. */
    readonly signal?: AbortSignal | undefined;
    /**
     * Lets others go first: for what is divided among several processes, or short. What takes longest in one process would
     * otherwise end alone, with the other processors waiting.
     */
    readonly givesWay?: true;
  },
): Promise<ToolRun> {
  const { timeoutSeconds = TIMEOUT_SECONDS, signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      env: options.env,
      ...(signal !== undefined && { signal }),
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    if (options.givesWay && child.pid !== undefined) giveWay(child.pid);
    // Not spawn's own time limit: its timer outlives a child that could not be started, and keeps the process alive.
    let isLate = false;
    const limit = setTimeout(() => (isLate = child.kill('SIGKILL')), timeoutSeconds * 1000);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => {
      // Told to end it has not ended yet: whoever waits for it may take away what it works on only then.
      if (signal?.aborted && child.pid !== undefined) return;
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
            isLate
              ? `${command} did not end within ${timeoutSeconds} s and was ended. → Run the gate when this machine has less to do.`
              : `${command} was ended by ${signal ?? 'a signal'}${signal === 'SIGKILL' ? ` (${NO_MEMORY})` : ''}${stderr === '' ? '.' : `: ${endOf(stderr, 500)}`}`,
          ),
        );
      } else resolve({ exitCode: code, stdout: Buffer.concat(out).toString('utf8'), stderr });
    });
    child.stdin?.end(options.input);
  });
}
