import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { SelfTestOptions } from './mutant-groups';
import type { Share, ShareOfCourse } from './evaluate-share';

/** What one process is told. */
export interface Task {
  readonly options: SelfTestOptions;
  /** Directory of the synthesized assembly. */
  readonly assembly: string;
  /** Of the environment `ministack`. */
  readonly python: string;
  readonly scratch: string;
  readonly share: Share;
}

/** Each holds the answers of its own mistakes, about 1.5 GB. */
const MOST_PROCESSES = 4;

const WORKER = path.resolve(__dirname, 'worker.ts');

/**
 * Divides the mistakes among as many processes as there are processors: each makes them all and evaluates every nth.
 * @throws Error when a process ends without its results.
 */
export async function evaluateInProcesses(task: Omit<Task, 'share'>): Promise<ShareOfCourse[]> {
  const of = Math.min(availableParallelism(), MOST_PROCESSES);
  const children: ChildProcess[] = [];
  const shares = Array.from({ length: of }, (_unused, index) =>
    evaluateInProcess({ ...task, share: { index, of } }, children),
  );
  try {
    return (await Promise.all(shares)).flat();
  } finally {
    // Where one failed the others would go on without anybody to take their results.
    for (const child of children) child.kill();
  }
}

function evaluateInProcess(task: Task, children: ChildProcess[]): Promise<ShareOfCourse[]> {
  const scratch = path.join(task.scratch, String(task.share.index));
  mkdirSync(scratch, { recursive: true });
  return new Promise((resolve, reject) => {
    const child = fork(WORKER, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' });
    children.push(child);
    let shares: ShareOfCourse[] | undefined;
    child.once('message', (message) => {
      shares = message as ShareOfCourse[];
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (shares) resolve(shares);
      else
        reject(new Error(`A process of the self-test ended without results (${signal ?? `exit ${code}`}).`));
    });
    child.send({ ...task, scratch });
  });
}
