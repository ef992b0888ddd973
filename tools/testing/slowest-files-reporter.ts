import path from 'node:path';
import type { AggregatedResult } from '@jest/test-result';
import { PROJECT_ROOT } from '../setup/project-paths';

const SHOWN = 10;

interface FileTime {
  readonly file: string;
  readonly milliseconds: number;
}

/** The slowest files and their share of the time of all, a line each; nothing for a run that fits on a screen. */
export function slowestFiles(files: readonly FileTime[]): string[] {
  if (files.length <= SHOWN) return [];
  const all = files.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const share = (milliseconds: number) => `${Math.round((100 * milliseconds) / Math.max(all, 1))} %`;
  return [...files]
    .sort((a, b) => b.milliseconds - a.milliseconds)
    .slice(0, SHOWN)
    .map(
      ({ file, milliseconds }) =>
        `${(milliseconds / 1000).toFixed(1).padStart(7)} s ${share(milliseconds).padStart(5)}  ${file}`,
    );
}

/** A reporter of jest that names the files to make faster. */
export default class SlowestFilesReporter {
  onRunComplete(_contexts: unknown, { testResults }: AggregatedResult): void {
    const lines = slowestFiles(
      testResults.map(({ testFilePath, perfStats }) => ({
        file: path.relative(PROJECT_ROOT, testFilePath),
        milliseconds: perfStats.end - perfStats.start,
      })),
    );
    if (lines.length > 0) console.log(['', 'Slowest files:', ...lines].join('\n'));
  }
}
