import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { evaluateWithCdkNag } from '../../../compliance/engines/cdk-nag';
import { synthesizeStage } from '../../../compliance/synthesize';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { type Measure, ratioOf } from '../ratio';

const MOST = 1.7;

/** Milliseconds of processor time that the work takes, and what it gives. */
function timed<T>(work: () => T): { readonly result: T; readonly milliseconds: number } {
  const begin = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(begin);
  return { result, milliseconds: (user + system) / 1000 };
}

/** Synthesizing prod and evaluating it with every cdk-nag pack ÷ synthesizing alone. The first time warms up. */
export const measureSynthesis: Measure = (rounds) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'synthesis-'));
  try {
    const once = (round: number): number => {
      const synthesis = timed(() =>
        synthesizeStage('prod', path.join(folder, String(round)), [], PROJECT_ROOT),
      );
      const evaluating = timed(() => evaluateWithCdkNag(synthesis.result.constructs));
      return (synthesis.milliseconds + evaluating.milliseconds) / synthesis.milliseconds;
    };
    const [, ...samples] = Array.from({ length: rounds + 1 }, (_, round) => once(round));
    return Promise.resolve([ratioOf('synthesis with every cdk-nag pack ÷ without', samples, MOST)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
