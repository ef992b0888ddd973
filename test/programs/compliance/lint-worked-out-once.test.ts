import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { engineEnvironment } from '../../../compliance/engines/engine-environment';
import { runTool } from '../../../compliance/engines/run-tool';
import { PROJECT_ROOT } from '../../../tools/setup/project-paths';
import { silentProgress } from '../../../tools/setup/progress';
import { ensurePythonTool } from '../../../tools/setup/python-tools';

const RUNNER = path.join(PROJECT_ROOT, 'compliance', 'engines', 'cfn_lint_runner.py');

const bucket = (properties: object) => ({ Type: 'AWS::S3::Bucket', Properties: properties });
const lifecycle = (Status: string) => ({
  LifecycleConfiguration: { Rules: [{ Status, ExpirationInDays: 1, Nobody: 1 }] },
});
/** Mistakes behind references in schemas, several times the same, and of parts that two services call by one name. */
const TEMPLATE = {
  Resources: {
    ...Object.fromEntries(
      ['Enabled', 'Off', 'On', 'Disabled'].map((status) => [status, bucket(lifecycle(status))]),
    ),
    Tags: bucket({ Tags: [{ Key: 1, Other: 'x' }, { Value: 'x' }] }),
    Queue: { Type: 'AWS::SQS::Queue', Properties: { Tags: [{ Key: 'x' }], DelaySeconds: 'soon' } },
    Function: { Type: 'AWS::Lambda::Function', Properties: { Tags: [{ Kay: 'x' }], Runtime: 'nodejs1.x' } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: { Statement: [{ Effect: 'Perhaps', Action: 's3:*' }] },
        Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effekt: 'Allow' }] } }],
      },
    },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: 'a', KeyType: 'FIRST' }],
        AttributeDefinitions: [{ AttributeName: 'a', AttributeType: 'T' }],
      },
    },
    Missing: { Type: 'AWS::SNS::Subscription', Properties: { Endpoint: { Ref: 'Nobody' } } },
    Wrong: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { 'Fn::GetAtt': ['Queue', 'Nothing'] } },
    },
  },
};

describe('cfn-lint, run with parts of its schemas looked up once', () => {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-lint-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it('reports what it reports by itself', async () => {
    const { python } = await ensurePythonTool('cfn-lint', { progress: silentProgress });
    const template = path.join(scratch, 'template.json');
    writeFileSync(template, JSON.stringify(TEMPLATE));
    const args = ['--format', 'json', '--mandatory-checks', 'E', 'W', '--regions', 'us-east-1'];
    // Of messages that name several things the order is that of a set of texts.
    const env = { ...engineEnvironment(scratch), PYTHONHASHSEED: '0' };
    const run = async (...program: string[]): Promise<string[]> => {
      const { stdout } = await runTool(python, [...program, ...args, '--template', template], {
        cwd: scratch,
        env,
      });
      return (JSON.parse(stdout) as unknown[]).map((match) => JSON.stringify(match));
    };
    const [own, byRunner] = await Promise.all([
      run('-c', 'import sys; from cfnlint.runner import main; sys.exit(main())'),
      run(RUNNER, path.join(scratch, 'rules.json')),
    ]);
    expect(byRunner).toEqual(own);
    expect(own.length).toBeGreaterThan(20);
  });
});
