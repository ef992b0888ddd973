/**
 * Makes assemblies of many resources of an ordinary serverless application, evaluates them with the whole gate, and tells time,
 * processor time, peak memory of all processes and the size of the page; ends with 1 when a target is missed:
 *
 *     node --import tsx test/performance/large-assembly.ts [RESOURCES …] [--write]
 *
 * Linux only: memory is read from /proc, processor time is what the shell counts of all processes that were waited for.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { markdownTable } from '../../tools/documents/markdown-table';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { LARGE_ASSEMBLIES_PAGE } from './recorded';

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
  const all = Array.from({ length: Math.ceil(resources / 10) }, (_none, n) => service(n))
    .flat()
    .slice(0, resources);
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

/** What each program among a process and all below it holds, in bytes. */
function memoryOf(root: number): Map<string, number> {
  const parents = new Map<number, number>();
  const memory = new Map<number, readonly [program: string, bytes: number]>();
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      const field = (key: string): string => new RegExp(`^${key}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? '';
      parents.set(Number(name), Number(field('PPid')));
      memory.set(Number(name), [programOf(name), Number(field('VmRSS')) * 1024]);
    } catch {
      // It ended meanwhile.
    }
  }
  const isBelow = (process: number | undefined): boolean =>
    process !== undefined && (process === root || isBelow(parents.get(process)));
  const byProgram = new Map<string, number>();
  for (const [process, [program, bytes]] of memory)
    if (isBelow(process)) byProgram.set(program, (byProgram.get(program) ?? 0) + bytes);
  return byProgram;
}

/** The script of an interpreter, the binary of anything else. */
function programOf(process: string): string {
  const words = readFileSync(`/proc/${process}/cmdline`, 'utf8').split('\0');
  const isScript = (word: string): boolean => /\.(ts|js|mjs|cjs|py)$|cfn-lint|checkov/.test(word);
  return path.basename(words.find(isScript) ?? words[0] ?? '');
}

const sumOf = (memory: ReadonlyMap<string, number>): number =>
  [...memory.values()].reduce((sum, bytes) => sum + bytes, 0);

/** What the gate took for an assembly. */
interface Taken {
  readonly resources: number;
  readonly code: number | null;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly memory: ReadonlyMap<string, number>;
  readonly pageBytes: number;
}

async function evaluateLarge(resources: number): Promise<Taken> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'large-assembly-'));
  try {
    const [assembly, pack] = [path.join(scratch, 'cdk.out'), path.join(scratch, 'pack')];
    mkdirSync(assembly);
    makeAssembly(assembly, resources);
    const gate = `node --import tsx bin/commands/compliance.ts --templates '${assembly}' --output '${pack}'`;
    const timed = `TIMEFORMAT='%R %U %S'; time ${gate} >'${scratch}/out' 2>'${scratch}/err'`;
    const shell = spawn('bash', ['-c', timed], { cwd: PROJECT_ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
    let peak = new Map<string, number>();
    const watch = setInterval(() => {
      const memory = memoryOf(shell.pid ?? 0);
      if (sumOf(memory) > sumOf(peak)) peak = memory;
    }, SAMPLE_MILLISECONDS);
    let times = '';
    shell.stderr.on('data', (chunk: Buffer) => (times += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => shell.on('close', resolve));
    clearInterval(watch);
    console.error(readFileSync(path.join(scratch, 'err'), 'utf8').trim());
    const [seconds = 0, user = 0, system = 0] = times.trim().split(/\s+/).map(Number);
    const pageBytes = statSync(path.join(pack, 'index.html')).size;
    return { resources, code, seconds, processorSeconds: user + system, memory: peak, pageBytes };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** By the number of resources, what is asked for at most: seconds, and bytes of memory and of the page. */
const TARGETS: ReadonlyMap<number, { seconds: number; memory?: number; page?: number }> = new Map([
  [773, { seconds: 45 }],
  [5000, { seconds: 120, memory: 2e9, page: 20e6 }],
]);

function rowOf({ resources, seconds, processorSeconds, memory, pageBytes }: Taken): string[] {
  const most = TARGETS.get(resources);
  const against = (value: number, unit: string, limit: number | undefined, size = 1): string => {
    const text = `${(value / size).toFixed(size === 1 ? 0 : 1)} ${unit}`;
    if (limit === undefined) return text;
    return `${text} (≤ ${limit / size}: ${value <= limit ? 'met' : '**missed**'})`;
  };
  return [
    String(resources),
    against(seconds, 's', most?.seconds),
    against(processorSeconds, 's', undefined),
    against(sumOf(memory), 'MB', most?.memory, 1e6),
    against(pageBytes, 'MB', most?.page, 1e6),
  ];
}

const COLUMNS = ['Resources', 'Time', 'Processor', 'Memory of all processes, at most', 'Page'];
const pageOf = (rows: readonly (readonly string[])[]): string =>
  [
    '# Large assemblies',
    '',
    `Measured on ${os.availableParallelism()} cores and written by \`node --import tsx test/performance/large-assembly.ts --write\`; do not edit. An`,
    'assembly of ordinary serverless services, ten resources each, evaluated by the whole gate, the pack written.',
    '',
    markdownTable(COLUMNS, rows),
    '',
  ].join('\n');

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { write: { type: 'boolean', default: false } },
  });
  const rows: string[][] = [];
  for (const resources of positionals.length > 0 ? positionals.map(Number) : TARGETS.keys()) {
    const taken = await evaluateLarge(resources);
    const row = rowOf(taken);
    rows.push(row);
    console.log(COLUMNS.map((column, index) => `${column}: ${row[index] ?? ''}`).join(', '));
    const programs = [...taken.memory].sort(([, a], [, b]) => b - a);
    console.log(
      `At the peak: ${programs.map(([name, bytes]) => `${name} ${Math.round(bytes / 1e6)} MB`).join(', ')}`,
    );
    // The services are as careless as most: without findings nothing was evaluated.
    if (taken.code !== 1 || row.some((cell) => cell.includes('missed'))) process.exitCode = 1;
  }
  if (values.write) writeFileSync(path.join(PROJECT_ROOT, LARGE_ASSEMBLIES_PAGE), pageOf(rows));
}

void main();
