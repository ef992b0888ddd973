/**
 * Makes an assembly of many resources of an ordinary serverless application, judges it with the whole gate, and tells time,
 * processor time, peak memory of all processes and the size of the page:
 *
 *     node --import tsx test/performance/large-assembly.ts [RESOURCES]
 *
 * Linux only: memory is read from /proc, processor time is what the shell counts of all processes that were waited for.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';

/** CloudFormation's limit: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const PER_STACK = 500;
const SAMPLE_MILLISECONDS = 500;

type Resource = Readonly<{ Type: string; Properties: Readonly<Record<string, unknown>> }>;
const ref = (name: string) => ({ Ref: name });
const arn = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });

/** Ten resources, as a service has them: function, role, policy, log, table, queue, its policy, topic, bucket, alarm. */
const service = (n: number): [string, Resource][] => [
  [
    `Role${n}`,
    {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
      },
    },
  ],
  [
    `Policy${n}`,
    {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: `policy-${n}`,
        Roles: [ref(`Role${n}`)],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:GetItem'], Resource: arn(`Table${n}`) },
            { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn(`Queue${n}`) },
            { Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Sub': `\${Bucket${n}.Arn}/*` } },
          ],
        },
      },
    },
  ],
  [
    `Function${n}`,
    {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: arn(`Role${n}`),
        Code: { S3Bucket: 'code', S3Key: `f${n}.zip` },
        Environment: { Variables: { TABLE: ref(`Table${n}`), QUEUE: ref(`Queue${n}`) } },
      },
    },
  ],
  [
    `Log${n}`,
    { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: `/aws/lambda/f${n}`, RetentionInDays: 30 } },
  ],
  [
    `Table${n}`,
    {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
    },
  ],
  [`Queue${n}`, { Type: 'AWS::SQS::Queue', Properties: { SqsManagedSseEnabled: true } }],
  [
    `QueuePolicy${n}`,
    {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [ref(`Queue${n}`)],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              ...{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage' },
              Resource: arn(`Queue${n}`),
              Condition: { ArnEquals: { 'aws:SourceArn': ref(`Topic${n}`) } },
            },
          ],
        },
      },
    },
  ],
  [`Topic${n}`, { Type: 'AWS::SNS::Topic', Properties: { TopicName: `topic-${n}` } }],
  [`Bucket${n}`, { Type: 'AWS::S3::Bucket', Properties: { VersioningConfiguration: { Status: 'Enabled' } } }],
  [
    `Alarm${n}`,
    {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        ...{
          Namespace: 'AWS/Lambda',
          MetricName: 'Errors',
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 1,
        },
        ...{
          Threshold: 1,
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          AlarmActions: [ref(`Topic${n}`)],
        },
        Dimensions: [{ Name: 'FunctionName', Value: ref(`Function${n}`) }],
      },
    },
  ],
];

function makeAssembly(directory: string, resources: number): void {
  const all = Array.from({ length: Math.ceil(resources / 10) }, (_none, n) => service(n)).flat();
  const artifacts: Record<string, unknown> = {};
  for (let stack = 0; stack * PER_STACK < all.length; stack += 1) {
    const Resources = Object.fromEntries(all.slice(stack * PER_STACK, (stack + 1) * PER_STACK));
    const templateFile = `services-${stack}.template.json`;
    writeFileSync(path.join(directory, templateFile), JSON.stringify({ Resources }, undefined, 1));
    artifacts[`services-${stack}`] = {
      type: 'aws:cloudformation:stack',
      environment: 'aws://111122223333/eu-west-1',
      properties: { templateFile, stackName: `services-${stack}` },
    };
  }
  writeFileSync(path.join(directory, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
}

/** Memory of a process and all below it, in bytes. */
function memoryOf(root: number): number {
  const parents = new Map<number, number>();
  const memory = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
      memory.set(Number(name), Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // It ended meanwhile.
    }
  }
  const isBelow = (process: number | undefined): boolean =>
    process !== undefined && (process === root || isBelow(parents.get(process)));
  return [...memory].reduce((sum, [process, bytes]) => (isBelow(process) ? sum + bytes : sum), 0);
}

async function main(): Promise<void> {
  const resources = Number(process.argv[2] ?? 5000);
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'large-assembly-'));
  try {
    const [assembly, pack] = [path.join(scratch, 'cdk.out'), path.join(scratch, 'pack')];
    mkdirSync(assembly);
    makeAssembly(assembly, resources);
    const gate = `node --import tsx bin/commands/compliance.ts --templates '${assembly}' --output '${pack}'`;
    const shell = spawn(
      'bash',
      ['-c', `TIMEFORMAT='%R %U %S'; time ${gate} >'${scratch}/out' 2>'${scratch}/err'`],
      {
        cwd: PROJECT_ROOT,
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let peak = 0;
    const watch = setInterval(() => (peak = Math.max(peak, memoryOf(shell.pid ?? 0))), SAMPLE_MILLISECONDS);
    let times = '';
    shell.stderr.on('data', (chunk: Buffer) => (times += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => shell.on('close', resolve));
    clearInterval(watch);
    const [real = 0, user = 0, system = 0] = times.trim().split(/\s+/).map(Number);
    const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
    console.log(readFileSync(path.join(scratch, 'err'), 'utf8').trim());
    console.log(
      `${resources} resources: exit code ${code}, ${real.toFixed(0)} s, ${(user + system).toFixed(0)} s of processor, ` +
        `peak ${megabytes(peak)} MB, page ${megabytes(statSync(path.join(pack, 'index.html')).size)} MB`,
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

void main();
