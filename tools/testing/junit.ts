import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CACHE_DIRECTORY } from '../setup/project-paths';
import type { Sources } from './source-digest';

/** Where the last result of each test file lies until a pack takes it: `<file>.xml`. */
export const TEST_RESULTS = path.join(CACHE_DIRECTORY, 'test-results');

export interface TestCase {
  readonly name: string;
  readonly group: string;
  readonly seconds: number;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly message: string;
}

/** What the result of one suite says of itself, as JUnit's properties. */
export interface Suite extends Sources {
  /** The file from the project's root, or the name of what is no file (`self-test`). */
  readonly name: string;
  readonly suite: string;
  readonly started: Date;
  readonly cases: readonly TestCase[];
}

// XML 1.0 has no place for control characters, not even escaped.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
const escapeXml = (text: string): string =>
  text
    .replace(CONTROL, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** JUnit's XML, as CI systems read it: https://github.com/testmoapp/junitxml */
export function junitXml({ name, suite, started, cases, commit, modified, digest }: Suite): string {
  const count = (outcome: TestCase['outcome']): number =>
    cases.filter((one) => one.outcome === outcome).length;
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0).toFixed(3);
  const properties = { suite, commit, modified: String(modified), sources: digest };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `<testsuite name="${escapeXml(name)}" tests="${cases.length}" failures="${count('failed')}" skipped="${count('skipped')}" time="${seconds}" timestamp="${started.toISOString()}">`,
    '<properties>',
    ...Object.entries(properties).map(
      ([key, value]) => `<property name="${key}" value="${escapeXml(value)}"/>`,
    ),
    '</properties>',
    ...cases.map((one) => {
      const open = `<testcase classname="${escapeXml(one.group)}" name="${escapeXml(one.name)}" time="${one.seconds.toFixed(3)}"`;
      if (one.outcome === 'passed') return `${open}/>`;
      return one.outcome === 'skipped'
        ? `${open}><skipped/></testcase>`
        : `${open}><failure>${escapeXml(one.message)}</failure></testcase>`;
    }),
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** Keeps the result until the next run of the same suite; half a file never looks like one. */
export function keepResult(suite: Suite, directory: string = TEST_RESULTS): void {
  const target = path.join(directory, `${suite.name}.xml`);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(`${target}.${process.pid}`, junitXml(suite));
  renameSync(`${target}.${process.pid}`, target);
}
