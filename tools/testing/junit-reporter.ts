import path from 'node:path';
import type { Config } from '@jest/types';
import type { Test, TestResult } from '@jest/test-result';
import { PROJECT_ROOT } from '../setup/project-paths';
import { keepResult, type TestCase } from './junit';
import { readSources, type Sources } from './source-digest';

const OUTCOMES: Readonly<Record<string, TestCase['outcome']>> = { passed: 'passed', failed: 'failed' };
// jest's messages carry colours.
const COLOURS = /\u001b\[[0-9;]*m/g;

/** The folder below test/ names the suite: unit, security, integration, reliability, infrastructure. */
const suiteOf = (file: string): string => file.split('/')[1] ?? 'unit';

/** A reporter of jest that keeps each file's result as JUnit XML, bound to the sources that were tested. */
export default class JunitReporter {
  private sources: Sources | undefined;

  constructor(private readonly configuration: Config.GlobalConfig) {}

  onRunStart(): void {
    this.sources = readSources(PROJECT_ROOT);
  }

  /** Partial runs (`-t`) leave tests out and must not stand for the whole file. */
  onTestResult({ path: file }: Test, result: TestResult): void {
    const { sources } = this;
    if (sources === undefined || (this.configuration.testNamePattern ?? '') !== '') return;
    const name = path.relative(PROJECT_ROOT, file).split(path.sep).join('/');
    const broken: TestCase[] =
      result.testExecError === undefined
        ? []
        : [
            {
              name: 'the file',
              group: name,
              seconds: 0,
              outcome: 'failed',
              message: result.failureMessage ?? '',
            },
          ];
    keepResult({
      ...sources,
      name,
      suite: suiteOf(name),
      started: new Date(result.perfStats.start),
      cases: [
        ...broken,
        ...result.testResults.map(({ title, ancestorTitles, status, duration, failureMessages }) => ({
          name: title,
          group: ancestorTitles.join(' › ') || name,
          seconds: (duration ?? 0) / 1000,
          outcome: OUTCOMES[status] ?? 'skipped',
          message: failureMessages.join('\n').replace(COLOURS, ''),
        })),
      ],
    });
  }
}
