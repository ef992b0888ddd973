import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PUBLISHED } from '../../compliance/rules/proofs/deployer/handlers';
import { readHandlers } from '../../compliance/rules/proofs/deployer/read-handlers';
import type { Evidence } from '../../compliance/report/evidence';
import { synthesizeStage } from '../../compliance/synthesize';
import { buildFunctions } from '../../lambda/build';
import { PROJECT_ROOT } from '../../tools/setup/project-paths';
import { silentProgress } from '../../tools/setup/progress';
import { ensurePythonTool } from '../../tools/setup/python-tools';
import {
  type CommandResult,
  complianceCommand,
  complianceCommands,
  type ComplianceCase,
} from '../support/compliance-command';

jest.setTimeout(600_000);

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'serverlessapp-command-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A cloud assembly that no CDK made: one stack of another company, with this template. */
function foreignAssembly(name: string, template: string): string {
  const directory = path.join(scratch, name);
  mkdirSync(directory, { recursive: true });
  const stack = {
    type: 'aws:cloudformation:stack',
    environment: 'aws://222233334444/eu-west-1',
    properties: { templateFile: 'shop.template.json', stackName: 'shop' },
  };
  writeFileSync(
    path.join(directory, 'manifest.json'),
    JSON.stringify({ version: '48.0.0', artifacts: { stack } }),
  );
  writeFileSync(path.join(directory, 'shop.template.json'), template);
  return directory;
}
const shop = JSON.stringify(
  { Resources: { Orders: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'shop-orders' } } } },
  undefined,
  1,
);

/** A copy of an assembly of ours with a type, an edge, an action and a condition key of which nobody has read. */
function withUnreadOfAws(assembly: string): string {
  const directory = path.join(scratch, 'unread');
  cpSync(assembly, directory, { recursive: true });
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const file = path.join(directory, files.find((name) => /processing\w*\.template\.json$/.test(name)) ?? '');
  const template = JSON.parse(readFileSync(file, 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  };
  const resources = Object.entries(template.Resources);
  const [topic = ''] = resources.find(([, { Type }]) => Type === 'AWS::SNS::Topic') ?? [];
  const policy = resources.find(([, { Type }]) => Type === 'AWS::IAM::ManagedPolicy')?.[1].Properties;
  const grant = (Sid: string, Action: string, Condition?: unknown) => ({
    ...{ Sid, Effect: 'Allow', Action, Resource: '*' },
    ...(Condition === undefined ? {} : { Condition }),
  });
  (policy?.['PolicyDocument'] as { Statement: unknown[] }).Statement.push(
    grant('Unread', 'sns:Whisper'),
    grant('OtherKey', 'sns:Publish', { StringEquals: { 's3:x-amz-acl': 'private' } }),
  );
  template.Resources['Stream'] = {
    Type: 'AWS::KinesisFirehose::DeliveryStream',
    Properties: { DeliveryStreamName: { Ref: topic } },
  };
  writeFileSync(file, JSON.stringify(template, undefined, 1));
  return directory;
}

const evidenceIn = (pack: string): Evidence =>
  JSON.parse(readFileSync(path.join(pack, 'evidence.json'), 'utf8')) as Evidence;

describe('npm run compliance -- --templates', () => {
  test('evaluates templates of somebody else: names the unencrypted bucket, and says what it cannot evaluate', () => {
    const pack = path.join(scratch, 'foreign-pack');
    const { code, stdout } = complianceCommand([
      ...['--templates', foreignAssembly('foreign', shop), '--output', pack],
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /✗ cfn-guard {2}s3_bucket_default_encryption_kms_check[^✗]+Orders {2}shop\.template\.json:3/,
    );
    const { rows, exceptions, narratives, identity, notAssessed } = evidenceIn(pack);
    const openOn = (engine: string): number =>
      rows.filter(
        (row) => row.engine === engine && row.resource === 'Orders' && row.verdict === 'non-compliant',
      ).length;
    for (const engine of ['cdk-nag', 'checkov', 'cfn-guard'])
      expect([engine, openOn(engine)]).not.toEqual([engine, 0]);
    // Our claims and decisions are about us: they neither vouch for nor accuse another application.
    expect([exceptions, narratives]).toEqual([[], []]);
    expect(
      rows.filter(({ engine, verdict }) => engine === 'exceptions-register' && verdict !== 'compliant'),
    ).toEqual([]);
    expect(identity).toMatchObject({ subject: 'foreign templates', title: 'Compliance evidence: shop' });
    for (const part of ['proof-network', 'proof-iam', 'checkov-secrets', 'license-check'])
      expect(notAssessed.join('\n')).toContain(part);
    expect(stdout).toMatch(/- Not assessed: template-checks, proof-iam, .+: the templates are not this/);
    expect(complianceCommand(['verify', pack]).code).toBe(0);
  });

  test('no variable brings back what a baseline excused until a day that is over', () => {
    const assembly = foreignAssembly('excused', shop);
    const place = path.join(scratch, 'excused-profile');
    const evaluated = ['--templates', assembly, '--engine', 'cdk-nag'];
    const found = complianceCommand([...evaluated, '--write-baseline', `${place}.findings`]);
    expect(found.code).toBe(1);
    const findings = readFileSync(`${place}.findings`, 'utf8').replace(/^[^]*?(?=findings:)/, '');
    const head =
      'taken: 2025-01-01\nexpires: 2025-03-01\nowner: the shop\nreason: They stood when the shop began with it.\n';
    writeFileSync(`${place}.baseline`, `${head}${findings}`);
    writeFileSync(`${place}.yaml`, `extends: generic\nbaseline: ${path.basename(place)}.baseline\n`);
    const then = String(Date.parse('2025-02-01') / 1000);
    const { code, stdout } = complianceCommand([...evaluated, '--profile', `${place}.yaml`], {
      SOURCE_DATE_EPOCH: then,
    });
    expect(stdout).toContain('It expired on 2025-03-01; its findings are open.');
    expect(code).toBe(1);
  });

  /** The dev stage, synthesized once: nothing writes into it. */
  let dev: Promise<string> | undefined;
  const synthesized = (): Promise<string> =>
    (dev ??= buildFunctions().then(() => {
      const assembly = path.join(scratch, 'cdk.out');
      synthesizeStage('dev', assembly, [], PROJECT_ROOT);
      return assembly;
    }));

  test('evaluates this application as synthesized elsewhere, with its exceptions', async () => {
    const assembly = await synthesized();
    const engines = ['cdk-nag', 'cfn-guard', 'proof-network'].flatMap((engine) => ['--engine', engine]);
    const evaluated = complianceCommand(['--templates', assembly, '--stage', 'dev', ...engines]);
    expect(evaluated.stdout).toMatch(/cdk-nag +\d+ +\d{4} +[1-9]\d* +0 +0/);
    expect(evaluated).toMatchObject({ code: 0 });
    expect(complianceCommand(['--templates', assembly, '--stage', 'prod', ...engines])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Say --stage dev.') as string,
    });
  });

  test('names what nobody has read about AWS, and how to write it down', async () => {
    const unread = complianceCommand([
      '--templates',
      withUnreadOfAws(await synthesized()),
      '--stage',
      'dev',
      '--engine',
      'service-contracts',
    ]);
    // What AWS asks for there nobody has read: each is named, as it would be written down, with where that is told.
    for (const named of [
      /nobody has said whether AWS asks anybody for anything at a AWS::KinesisFirehose::DeliveryStream/,
      /\{ from: AWS::KinesisFirehose::DeliveryStream, at: 'DeliveryStreamName', to: AWS::SNS::Topic \}/,
      /Unread: there is no action sns:Whisper/,
      /OtherKey: sns:Publish is never asked for with s3:x-amz-acl/,
      /docs\/contracts\.md tells how/,
    ])
      expect(unread.stdout).toMatch(named);
    expect(unread).toMatchObject({ code: 1 });
  });
});

test('what the deployer’s proof takes for AWS’s word is what the installed cfn-lint and the reference say', async () => {
  const { directory } = await ensurePythonTool('cfn-lint', { progress: silentProgress });
  const said = await readHandlers(Object.keys(PUBLISHED.types), directory);
  // Otherwise: node --import tsx compliance/rules/proofs/deployer/write-handlers.ts
  expect(PUBLISHED).toEqual(said);
});

describe('what is wrong gets exit code 2, the next step, and no pack', () => {
  const none = () => path.join(scratch, 'none');
  const refused = ({ code, stderr }: CommandResult, message: RegExp): void => {
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
    expect(code).toBe(2);
    expect(existsSync(none())).toBe(false);
  };

  /** What is refused before anything is started: how it is called, and what it is told. */
  const REFUSED: readonly (readonly [
    what: string,
    called: readonly string[] | (() => ComplianceCase),
    told: RegExp,
  ])[] = [
    ['an unknown engine', ['--engine', 'nonsense'], /no engine "nonsense".+--help/s],
    ['an unknown option', ['--colour'], /Unknown option '--colour'.+--help/s],
    ['an unknown command', ['fly'], /no command "fly".+--help/s],
    [
      'a stage that there is not',
      ['--stage', 'nowhere'],
      /no stage "nowhere". Choose one of: dev, staging, prod/,
    ],
    ['verify without a pack', ['verify'], /directory of one pack.+--help/s],
    ['verify of no pack', ['verify', 'lib'], /not an evidence pack.+Name the directory/],
    ['diff of no packs', ['diff', 'lib', 'lib'], /not an evidence pack.+Name the directory/],
    ['sign without a key', ['sign', 'lib'], /needs --key-id.+--help/s],
    ['a key by its alias', ['verify', 'lib', '--key-id', 'alias/x'], /an alias can be moved.+--help/s],
    ['sign of no pack', ['sign', 'lib', '--key-id', 'x'], /not an evidence pack.+Name the directory/],
    ['an earlier pack that is none', ['--previous', 'lib'], /not an evidence pack.+Name the directory/],
    ['templates that are no assembly', ['--templates', 'lib'], /nothing to evaluate.+Name a template/],
    ...(
      [
        ['cut off', shop.slice(0, 40), /shop\.template\.json is neither JSON nor YAML.+synthesize again/],
        ['without resources', '{"Resources": {}}', /nothing to evaluate/],
        [
          'of resources without a type',
          '{"Resources": {"A": {}}}',
          /shop\.template\.json.+no form that CloudFormation takes.+synthesize again/s,
        ],
      ] as const
    ).map(
      ([name, template, told]) =>
        [
          `a template ${name}`,
          () => ({ args: ['--templates', foreignAssembly(name, template), '--output', none()] }),
          told,
        ] as const,
    ),
    [
      'an assembly as the place of the pack',
      () => ({ args: ['--output', foreignAssembly('precious', shop)] }),
      /no evidence pack.+another place with --output/,
    ],
    [
      'an assembly in the place of a pack',
      () => ({ args: ['verify', foreignAssembly('precious', shop)] }),
      /not an evidence pack/,
    ],
    [
      'a time that is none',
      () => ({ args: ['--output', none()], environment: { SOURCE_DATE_EPOCH: 'yesterday' } }),
      /SOURCE_DATE_EPOCH is "yesterday".+number of seconds/,
    ],
  ];
  let results: readonly CommandResult[] = [];
  beforeAll(() => {
    results = complianceCommands(
      REFUSED.map(([, called]) =>
        typeof called === 'function' ? called() : { args: [...called, '--output', none()] },
      ),
    );
  });
  test.each(REFUSED.map(([what, , told], index) => [what, index, told] as const))(
    '%s',
    (_what, index, told) => {
      const result = results[index];
      if (result === undefined) throw new RangeError('There is no such result.');
      refused(result, told);
    },
  );
  test('an assembly in which no pack was written stays as it was', () => {
    const template = path.join(scratch, 'precious', 'shop.template.json');
    expect(readFileSync(template, 'utf8')).toBe(shop);
  });
  test('as a process of its own, too', () => {
    refused(complianceCommand(['--stage', 'nowhere', '--output', none()]), /no stage "nowhere"/);
  });

  test('no Python for a scanner that needs one: named, with what to install', () => {
    const bin = path.join(scratch, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, path.join(bin, 'node'));
    const assembly = foreignAssembly('scanned', shop);
    const { code, stdout } = complianceCommand(['--templates', assembly, '--engine', 'checkov'], {
      PATH: bin,
    });
    expect(stdout).toMatch(
      /The gate could not evaluate: checkov: Python 3\.10 or newer is needed.+Install a current Python/s,
    );
    expect(code).toBe(2);
  });

  test('a register that is broken', () => {
    const project = path.join(scratch, 'project');
    for (const part of [
      'bin',
      'compliance',
      'lib',
      'lambda',
      'local',
      'tools',
      'policies',
      'package.json',
      'tsconfig.json',
    ])
      cpSync(path.join(PROJECT_ROOT, part), path.join(project, part), { recursive: true });
    symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(project, 'node_modules'));
    const register = path.join(project, 'policies/exceptions.yaml');
    const args = ['--templates', foreignAssembly('evaluated', shop), '--output', none()];
    for (const [broken, message] of [
      ['exceptions: [', /exceptions\.yaml cannot be read.+Fix it and run again/s],
      [
        'exceptions: [{ id: EXC-1 }]',
        /exceptions\.yaml is not valid:\n {2}exceptions\.0\.id: ids read EXC-001/,
      ],
    ] as const) {
      writeFileSync(register, broken);
      refused(complianceCommand(args, {}, PROJECT_ROOT, project), message);
    }
  });
});
