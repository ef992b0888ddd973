import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadAssembly } from '../../../compliance/assembly/assembly';
import { ENGINES, isWholeGate } from '../../../compliance/engines/engines';
import { evaluateCoverage, evaluateScope } from '../../../compliance/engines/template-scope';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';

const BUCKET = { Type: 'AWS::S3::Bucket', Properties: {} };
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-scope-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function findings(template: Record<string, unknown>): string[] {
  const artifact = { type: 'aws:cloudformation:stack', properties: { templateFile: 'a.json' } };
  writeFileSync(path.join(directory, 'a.json'), JSON.stringify(template));
  writeFileSync(path.join(directory, 'manifest.json'), JSON.stringify({ artifacts: { a: artifact } }));
  return evaluateScope(loadAssembly(directory, PROJECT_ROOT))
    .rows.filter(({ verdict }) => verdict === 'non-compliant')
    .map(({ rule, resource, message }) => `${rule} ${resource}: ${message}`);
}

it('a template that says all there is has a passed row for each rule and no finding', () => {
  expect(findings({ Resources: { Bucket: BUCKET } })).toEqual([]);
});

it.each([
  ['AWS::CloudFormation::Stack'],
  ['AWS::CloudFormation::StackSet'],
  ['AWS::CloudFormation::Macro'],
  ['Example::Network::Vpc::MODULE'],
  ['AWS::Serverless::Function'],
  ['AWS::ServiceCatalog::CloudFormationProvisionedProduct'],
])('a %s brings along what was not read', (type) => {
  expect(findings({ Resources: { Bucket: BUCKET, Other: { Type: type } } })).toEqual([
    expect.stringMatching(/^scope-nothing-unread Other: /),
  ]);
});

it.each([
  ['a transform of the template', { Transform: 'AWS::Serverless-2016-10-31', Resources: { Bucket: BUCKET } }],
  ['several of them', { Transform: ['AWS::LanguageExtensions', 'Own'], Resources: { Bucket: BUCKET } }],
  [
    'a loop among the resources',
    { Resources: { Bucket: BUCKET, 'Fn::ForEach::Buckets': ['Name', ['a'], { '${Name}': BUCKET }] } },
  ],
  [
    'a loop within a property',
    {
      Resources: {
        Bucket: { ...BUCKET, Properties: { 'Fn::ForEach::Tags': ['Tag', ['a'], { '${Tag}': 'b' }] } },
      },
    },
  ],
  [
    'a snippet from elsewhere',
    { Resources: { Bucket: { ...BUCKET, Properties: { 'Fn::Transform': { Name: 'AWS::Include' } } } } },
  ],
])('%s is not read', (_case, template) => {
  expect(findings(template)).toEqual([expect.stringContaining('scope-nothing-unread')]);
});

it('a resource and a property under a condition are findings, each with the condition', () => {
  const Properties = {
    VersioningConfiguration: { Status: { 'Fn::If': ['IsProd', 'Enabled', 'Suspended'] } },
  };
  expect(
    findings({
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { Policy: { ...BUCKET, Condition: 'Never' }, Bucket: { ...BUCKET, Properties } },
    }),
  ).toEqual([
    expect.stringMatching(/^scope-unconditional Policy: .+Never/),
    expect.stringMatching(/^scope-unconditional Bucket: .+IsProd/),
  ]);
});

it.each([
  ['Ref', { Ref: 'Name' }],
  ['Fn::Sub', { 'Fn::Sub': 'x-${Name}' }],
  ['Fn::Sub with values', { 'Fn::Sub': ['x-${Name}-${Own}', { Own: 'y' }] }],
])('a value that whoever deploys may choose is a finding, taken by %s', (_how, BucketName) => {
  expect(
    findings({
      Parameters: { Name: { Type: 'String' }, BootstrapVersion: { Type: 'String' } },
      Resources: { Bucket: { ...BUCKET, Properties: { BucketName } } },
    }),
  ).toEqual([expect.stringMatching(/^scope-no-open-parameter Bucket: .+Name/)]);
});

it('names of resources and of AWS are no parameters', () => {
  expect(
    findings({
      Resources: {
        Bucket: BUCKET,
        Other: { ...BUCKET, Properties: { BucketName: { 'Fn::Sub': '${Bucket}-${AWS::Region}' } } },
      },
    }),
  ).toEqual([]);
});

it('the gate is whole with every engine, and not without any one that evaluates templates', () => {
  expect(isWholeGate(ENGINES)).toBe(true);
  for (const { name, needsAccount = false } of ENGINES)
    expect(isWholeGate(ENGINES.filter((each) => each.name !== name))).toBe(needsAccount);
});

it('a resource of which no rule says anything is a finding, one that a rule does not apply to as well', () => {
  findings({ Resources: { Bucket: BUCKET } });
  const assembly = loadAssembly(directory, PROJECT_ROOT);
  const [row] = evaluateScope(assembly).rows;
  if (row === undefined) throw new Error('no row');
  const about = { ...row, resource: 'Bucket' };
  const verdicts = (...rows: (typeof row)[]) =>
    evaluateCoverage(assembly, rows).map(({ verdict }) => verdict);
  expect(verdicts(about)).toEqual(['compliant']);
  expect(verdicts()).toEqual(['non-compliant']);
  expect(verdicts({ ...about, verdict: 'not-applicable' })).toEqual(['non-compliant']);
});
