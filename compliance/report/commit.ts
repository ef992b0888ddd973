import { userEnvironment } from '../engines/engine-environment';
import { runTool } from '../engines/run-tool';

export interface Commit {
  /** `unknown` outside a Git work tree. */
  readonly id: string;
  /** Whether the work tree differs from the commit. */
  readonly modified: boolean;
}

export async function readCommit(directory: string): Promise<Commit> {
  try {
    const surroundings = { cwd: directory, env: userEnvironment() };
    const [head, status] = await Promise.all([
      runTool('git', ['rev-parse', 'HEAD'], surroundings),
      runTool('git', ['status', '--porcelain'], surroundings),
    ]);
    if (head.exitCode !== 0 || status.exitCode !== 0) return { id: 'unknown', modified: true };
    return { id: head.stdout.trim(), modified: status.stdout.trim() !== '' };
  } catch {
    return { id: 'unknown', modified: true };
  }
}
