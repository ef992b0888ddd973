import TestSequencer from '@jest/test-sequencer';
import type { Test } from '@jest/test-result';

/**
 * Files that take longest, first those that wait most of it: where nothing is known yet of how long a file takes, as in a
 * fresh clone, they begin first in their pool (pooled-runner.ts), so that none is left alone at the end. From the second run
 * on, jest knows.
 */
export const LONGEST_FILES = [
  'test/integration/system.test.ts',
  'test/integration/operations.test.ts',
  'test/reliability/embedded/system.test.ts',
  'test/integration/compliance-command.test.ts',
  'test/integration/stock-deploy.test.ts',
  'test/programs/compliance/report-in-browser.test.ts',
  'test/infrastructure/sign-commands.test.ts',
  'test/infrastructure/scaffolds.test.ts',
  'test/security/attack-matrix.test.ts',
] as const;

const rank = (file: string): number => {
  const index = LONGEST_FILES.findIndex((name) => file.endsWith(`/${name}`));
  return index < 0 ? LONGEST_FILES.length : index;
};

/** jest's own order, but for files without a known duration; see {@link LONGEST_FILES}. */
export default class LongestFirst extends TestSequencer {
  override sort(tests: readonly Test[]): Test[] {
    const sorted = super.sort([...tests]) as Test[];
    return sorted.some(({ duration }) => duration !== undefined)
      ? sorted
      : sorted.sort((a, b) => rank(a.path) - rank(b.path));
  }
}
