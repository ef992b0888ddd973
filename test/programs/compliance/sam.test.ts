import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Expanded, expandAssembly } from '../../../compliance/assembly/expand/expand';
import { expandSam } from '../../../compliance/assembly/expand/sam';
import { readInput } from '../../../compliance/assembly/read-input';
import { proveExposure } from '../../../compliance/rules/proofs/exposure/prove-exposure';
import { openTemplatesOf } from '../../../compliance/rules/proofs/prove';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { silentProgress } from '../../../tools/setup/progress';
import { ensurePythonTool } from '../../../tools/setup/python-tools';

jest.setTimeout(120_000);

/** What stands in SAM's own documentation, with a door that nobody watches, a loop, and a resource that SAM refuses. */
const TEMPLATE = `
Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]
Parameters:
  Stage: { Type: String, Default: live }
Globals:
  Function: { Runtime: nodejs24.x, Handler: index.handler, Timeout: 10 }
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ./orders
      FunctionUrlConfig: { AuthType: NONE }
      Policies: [{ DynamoDBCrudPolicy: { TableName: !Ref Table } }]
      Events:
        Ask: { Type: Api, Properties: { Path: /orders, Method: get } }
  Table:
    Type: AWS::Serverless::SimpleTable
  Fn::ForEach::Topics:
    - Name
    - [Paid, Sent]
    - Topic\${Name}:
        Type: AWS::SNS::Topic
        Properties: { TopicName: !Sub '\${Stage}-\${Name}' }
  Broken:
    Type: AWS::Serverless::Function
    Properties: { InlineCode: x, Events: { Ask: { Type: NoSuchEvent } } }
`;

let directory: string;
let expanded: Expanded;
beforeAll(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-sam-'));
  const [place, scratch] = [path.join(directory, 'app'), path.join(directory, 'scratch')];
  [place, scratch].forEach((each) => mkdirSync(each));
  writeFileSync(path.join(place, 'template.yaml'), TEMPLATE);
  const { python } = await ensurePythonTool('sam-translator', { progress: silentProgress });
  expanded = await expandAssembly(readInput(place, PROJECT_ROOT), {
    parameters: new Map(),
    sam: (templates) => expandSam(python, templates, scratch),
  });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('SAM is what its translator makes of it, loops and parameters worked out before', () => {
  const [stack] = expanded.variants.stacks;
  const resources = stack?.template.Resources ?? {};
  expect([...new Set(Object.values(resources).map(({ Type }) => Type))]).toEqual(
    expect.arrayContaining([
      'AWS::Lambda::Function',
      'AWS::IAM::Role',
      'AWS::ApiGateway::RestApi',
      'AWS::DynamoDB::Table',
      'AWS::Lambda::Url',
    ]),
  );
  expect(resources['Orders']?.Properties).toMatchObject({ Runtime: 'nodejs24.x', Timeout: 10 });
  expect(resources['TopicPaid']?.Properties).toEqual({ TopicName: 'live-Paid' });
  expect(resources['TopicSent']?.Properties).toEqual({ TopicName: 'live-Sent' });
});

test('what SAM refuses is a row with its reason, and keeps nothing else from being evaluated', () => {
  expect(expanded.variants.stacks[0]?.template.Resources).not.toHaveProperty('Broken');
  expect(expanded.notRead).toMatchObject([
    { resource: 'Broken', why: expect.stringContaining('NoSuchEvent') as string },
  ]);
});

test('the doors that SAM opens are found', () => {
  const { rows } = proveExposure(openTemplatesOf(expanded.variants));
  const found = rows
    .filter(({ verdict }) => verdict === 'non-compliant')
    .map(({ rule, resource }) => `${rule} ${resource}`);
  expect(found).toEqual(
    expect.arrayContaining([
      'exposure-public-setting OrdersUrl',
      'exposure-api-authorization ServerlessRestApi',
    ]),
  );
});
