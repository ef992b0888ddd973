import path from 'node:path';
import { parseTestResult, type TestResult } from '../../compliance/controls/test-results';
import { evaluateWithCdkNag } from '../../compliance/engines/cdk-nag';
import type { Evaluation } from '../../compliance/gate';
import { loadRegister } from '../../compliance/register/load';
import { collectEvidence, type Evidence } from '../../compliance/report/evidence';
import { packFiles, writePack } from '../../compliance/report/write-pack';
import { synthesize } from '../../compliance/synthesize';
import type { VerdictRow } from '../../compliance/verdict-row';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { junitXml } from '../../tools/testing/junit';
import { buildSmallApplication } from './small-application';

export const PACKAGES = [
  {
    name: '@scope/one',
    version: '1.0.0',
    license: 'MIT',
    functions: ['upload'],
    integrity: `sha512-${Buffer.alloc(64, 7).toString('base64')}`,
    dependencies: ['two@2.0.0'],
  },
  { name: 'two', version: '2.0.0', license: 'Apache-2.0', functions: ['upload', 'query'] },
];
/** What a template's author could write to hurt whoever opens the report. */
const HOSTILE = '=cmd|" /C calc"!A0 <script>alert(1)</script>';
const GENERATED = new Date('2026-06-01T12:00:00Z');

/** An evaluation of the small application with its unprotected bucket: findings, an exception, hostile text. */
export function evaluateSmallApplication(directory: string): Evaluation {
  const { assembly, constructs } = synthesize(directory, PROJECT_ROOT, (app) => {
    buildSmallApplication(app, { unprotectedBucket: true });
  });
  const result = evaluateWithCdkNag(constructs);
  const [first] = result.rows;
  if (first === undefined) throw new Error('no rows');
  const register = loadRegister();
  const rows: VerdictRow[] = [
    ...result.rows,
    { ...first, rule: 'Excepted', verdict: 'excepted', exception: register.entries[0]?.id ?? '' },
    { ...first, rule: 'Hostile', verdict: 'non-compliant', message: HOSTILE },
  ];
  return {
    subject: 'application',
    strict: true,
    profile: 'serverlessapp',
    about: {},
    stage: 'dev',
    today: '2026-06-01',
    assembly,
    register,
    results: [{ ...result, rows }],
    rows,
    failures: [],
    notAssessed: ['Something that could not run.'],
    notAdopted: [],
  };
}

/** Everything that the pack of an evaluation tells, at a fixed time. */
export const evidenceOf = (evaluation: Evaluation, tests: readonly TestResult[] = []): Promise<Evidence> =>
  Promise.resolve({ ...collectEvidence(evaluation, { generated: GENERATED, tests }), difference: undefined });

/** The result of a test file that narratives cite. */
export const testResult = (file: string, outcome: 'passed' | 'failed'): TestResult =>
  parseTestResult(
    junitXml({
      name: file,
      suite: 'security',
      started: GENERATED,
      commit: 'a'.repeat(40),
      modified: false,
      digest: 'b'.repeat(64),
      cases: [{ name: 'a case', group: 'a group', seconds: 0.1, outcome, message: 'why' }],
    }),
  );
const TESTS = [testResult('test/security/keys.test.ts', 'passed')];

/**
 * Writes a pack below `scratch`, of the small application, which is synthesized and evaluated there.
 * @param evaluated - what was evaluated before, instead.
 */
export async function writeSmallPack(
  scratch: string,
  change: (evaluation: Evaluation) => Evaluation = (evaluation) => evaluation,
  evaluated: Evaluation = evaluateSmallApplication(path.join(scratch, 'cdk.out')),
): Promise<{ pack: string; evaluation: Evaluation }> {
  const evaluation = change(evaluated);
  const pack = path.join(scratch, 'pack');
  const evidence = await evidenceOf(evaluation, TESTS);
  writePack(pack, packFiles(evidence, evaluation.assembly, PACKAGES, TESTS), evidence.identity);
  return { pack, evaluation };
}
