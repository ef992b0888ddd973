import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { TEST_RESULTS } from '../../tools/testing/junit';
import { readSources } from '../../tools/testing/source-digest';
import { sha256 } from '../report/sha256';

/** The name of the gate's self-test among the results; it is no file of `test/`. */
export const SELF_TEST = 'self-test';

/** The result of one test file on exactly the sources that the pack is about. */
export interface TestResult {
  /** From the project's root: `test/security/keys.test.ts`; or the name of a suite that is no file. */
  readonly file: string;
  readonly suite: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly ran: string;
  readonly commit: string;
  /** SHA-256 over all sources; the same for the pack and its tests. */
  readonly sources: string;
  /** SHA-256 of the JUnit file, which stands in the pack under `tests/`. */
  readonly sha256: string;
  readonly xml: string;
}

const attribute = (xml: string, name: string): string =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(xml)?.[1] ?? '';
const property = (xml: string, name: string): string =>
  new RegExp(`<property name="${name}" value="([^"]*)"`).exec(xml)?.[1] ?? '';

/** One file that `tools/testing/junit.ts` wrote. */
export function parseTestResult(xml: string): TestResult {
  const head = /<testsuite [^>]*>/.exec(xml)?.[0] ?? '';
  const number = (name: string): number => Number(attribute(head, name));
  return {
    file: attribute(head, 'name'),
    suite: property(xml, 'suite'),
    passed: number('tests') - number('failures') - number('skipped'),
    failed: number('failures'),
    skipped: number('skipped'),
    ran: attribute(head, 'timestamp'),
    commit: property(xml, 'commit'),
    sources: property(xml, 'sources'),
    sha256: sha256(xml),
    xml,
  };
}

/**
 * The results that belong to the sources as they are now; those of other sources are left out, whatever they say.
 * @param root - of the project.
 */
export function readTestResults(root: string, directory: string = TEST_RESULTS): TestResult[] {
  if (!existsSync(directory)) return [];
  const { digest } = readSources(root);
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.xml'))
    .sort()
    .map((file) => parseTestResult(readFileSync(path.join(directory, file), 'utf8')))
    .filter(({ sources }) => sources === digest && digest !== 'unknown');
}
